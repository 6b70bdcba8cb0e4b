"""Convicted subjects of reports, and the statements of their shells, without the secrets of the victim."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, Finding
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.pivot.statements import Statement, expression, statement_in, statements_of_file, weight
from webshellhunt.secrets import find_secrets, find_secrets_in_bytes, is_configuration

MOST_STATEMENTS: Final = 12
"""The most statements of a shell that are considered."""

_KEYS: Final = ("request_key", "request_keys", "shell_password")
_LAYER = lazy_pattern(r"raw|text(?: as [\w.-]+)?")
_AROUND: Final = 160
_CODE = lazy_pattern(r"[(\[<;=]|\b(?:eval|execute)")
_VICTIM_FACTS: Final = ("server", "virtual_directory", "computer")
_SHORTEST_NAME: Final = 4
_PROBE: Final = "<a href=+&~>"

ContentOf = Callable[[Verdict], bytes | None]
"""Returns the bytes of a subject's file, if they are at hand."""

MOST_BYTES: Final = 1024 * 1024
"""The part of a file that statements are taken from."""

_CUT = "\n"


class Shell(NamedTuple):
    """A convicted subject of one report.

    ``statements`` are those that the convicting findings point at, the most particular first; ``others`` are the most
    particular ones of the rest of the file, if it is at hand as ``content``. ``keys`` are the names and passwords that
    its client sends.
    """

    verdict: Verdict
    report: Report
    statements: tuple[Statement, ...] = ()
    others: tuple[Statement, ...] = ()
    keys: tuple[str, ...] = ()
    content: bytes | None = None

    @property
    def path(self) -> str:
        """The path on the server."""
        return self.verdict.subject.path

    @property
    def has_content(self) -> bool:
        """True if the subject is a file, or a trace with the digest of one: from a quarantine, or an earlier state."""
        subject = self.verdict.subject
        is_known = subject.kind is SubjectKind.TRACE and subject.sha256 is not None
        return subject.kind is SubjectKind.FILE or is_known

    @property
    def has_place(self) -> bool:
        """True if its path is that of a file, also of one that is gone; other traces have the path of a log."""
        subject = self.verdict.subject
        is_gone = subject.kind is SubjectKind.TRACE and subject.presence is not Presence.PRESENT
        return self.has_content or is_gone

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that convict it."""
        return tuple(dict.fromkeys(finding.rule.id for finding in convicting(self.verdict)))

    @property
    def first_seen(self) -> datetime | None:
        """The time of planting, or of the first answered request."""
        planting, use = self.verdict.planting, self.verdict.use
        if planting is not None and planting.when_utc is not None:
            return planting.when_utc
        return None if use is None else use.span[0]


def shells_of(reports: Iterable[Report], content_of: ContentOf = lambda _: None) -> Iterator[Shell]:
    """Yield the convicted subjects of reports, in the order of the reports."""
    for report in reports:
        for verdict in report.verdicts:
            if verdict.disposition is Disposition.MALICIOUS:
                content = content_of(verdict)
                shown = None if content is None else shown_content(content, verdict.subject.path)
                keys = tuple(dict.fromkeys(_keys(convicting(verdict))))
                own = victim_names(verdict, report)
                others = () if shown is None else _without_names(statements_of_file(shown, keys), own)
                statements = _without_names(_statements(verdict, shown), own)
                if content is None and _has_own_bytes(verdict):
                    statements = ()
                if content is not None:
                    statements = _in_content(statements, content)
                statements = _without_parts(statements)[:MOST_STATEMENTS]
                yield Shell(verdict, report, statements, others, keys, content)


def convicting(verdict: Verdict) -> tuple[Finding, ...]:
    """Return the findings that convict a subject: not accepted, of high severity or worse, the gravest first."""
    grave = [each for each in verdict.counted if each.severity >= Severity.HIGH and not each.dormant]
    return tuple(sorted(grave, key=lambda each: (-each.severity, -each.confidence)))


def victim_names(verdict: Verdict, report: Report) -> frozenset[str]:
    """Return the names of the victim's machines that a finding or the report has, in lower case."""
    facts = (finding.facts.get(name) for finding in verdict.findings for name in _VICTIM_FACTS)
    names = [report.host.name, *(value for value in facts if isinstance(value, str))]
    return frozenset(name.lower() for name in names if name is not None and len(name) >= _SHORTEST_NAME)


def _keys(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        for name in _KEYS:
            value = finding.facts.get(name)
            values = value if isinstance(value, tuple) else (value,)
            yield from (each for each in values if isinstance(each, str) and each)


def _statements(verdict: Verdict, shown: bytes | None) -> tuple[Statement, ...]:
    """Return the statements of the convicting findings, without repetition, the most particular first.

    Of a data flow that is the statement of the sink: honest pages may have the rest of its path.
    """
    found: dict[str, Statement] = {}
    for finding in convicting(verdict):
        if finding.confidence is Confidence.LOW:
            continue
        for evidence in finding.evidence[:1] if "path" in finding.facts else finding.evidence:
            for statement in _at(evidence, verdict.subject.path, shown):
                if _CODE.search(statement.text):
                    found.setdefault(statement.text, statement)
    return tuple(sorted(found.values(), key=lambda each: (-weight(each.tokens), each.text)))


def _at(evidence: Evidence, path: str, shown: bytes | None) -> Iterator[Statement]:
    """Yield the statement at a piece of evidence: that of the file, or of the excerpt if the file has its text."""
    if evidence.path != path:
        return
    statement = None
    if _LAYER.fullmatch(evidence.layer):
        statement = statement_in(shown_excerpt(evidence), 1)
    elif shown is not None:
        statement = _in_file(shown, evidence)
    if statement is not None:
        yield statement


def _in_file(content: bytes, evidence: Evidence) -> Statement | None:
    """Return the text of the file at an encoded piece of evidence."""
    start = max(0, min(evidence.span.start, len(content)))
    line = max(content.rfind(b"\n", 0, start) + 1, start - _AROUND)
    text = content[line : start + 4 * _AROUND].decode("latin-1")
    return statement_in(text, start - line + 1)


def _has_own_bytes(verdict: Verdict) -> bool:
    """Return True if a page is in an encoding such as UTF-7, so that its bytes are not those of its excerpts."""
    names = (finding.facts.get("encoding") for finding in verdict.findings)
    return any(isinstance(name, str) and not _is_plain(name) for name in names)


def _is_plain(encoding: str) -> bool:
    try:
        encoded = _PROBE.encode(encoding).replace(b"\0", b"")
    except (LookupError, UnicodeError):
        return False
    return encoded.endswith(_PROBE.encode("ascii")) and len(encoded) <= len(_PROBE) + len(codecs.BOM_UTF8)


def _in_content(statements: Iterable[Statement], content: bytes) -> tuple[Statement, ...]:
    """Return the statements that the file has as they are: not in UTF-7 or another encoding of its own."""
    plain = content.replace(b"\0", b"")  # the text of UTF-16, too
    found = ((each, expression(each.tokens, each.spaced).encode()) for each in statements)
    return tuple(each for each, pattern in found if re.search(pattern, plain, re.IGNORECASE))


def _without_names(statements: Iterable[Statement], names: Iterable[str]) -> tuple[Statement, ...]:
    return tuple(each for each in statements if not any(name in each.text for name in names))


def _without_parts(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return statements without those that are parts of others; an excerpt of a long line is one of its middle."""
    squeezed = {each.squeezed for each in statements}
    longest = [each for each in squeezed if not any(each != other and each in other for other in squeezed)]
    kept = dict.fromkeys(longest)
    return tuple(each for each in statements if each.squeezed in kept)


def shown_excerpt(evidence: Evidence) -> str:
    """Return an excerpt with a line end for each character of a secret, so that no statement contains it.

    A saved report has fingerprints in place of secrets, unless it was written with ``--show-secrets``.
    """
    text, secrets = evidence.excerpt, evidence.secrets
    if secrets is None:
        secrets = find_secrets(text, 0, len(text), configuration=is_configuration(evidence.path))
    for secret in secrets:
        text = f"{text[: secret.start]}{_CUT * (secret.end - secret.start)}{text[secret.end :]}"
    return text


def shown_content(content: bytes, path: str) -> bytes:
    """Return the start of a file with a line end for each byte of a secret; offsets are unchanged."""
    start = content[:MOST_BYTES]
    shown = bytearray(start)
    for secret in find_secrets_in_bytes(start, 0, len(start), configuration=is_configuration(path)):
        shown[secret.start : secret.end] = _CUT.encode() * (secret.end - secret.start)
    return bytes(shown)
