"""Accused subjects: the few facts of a suspicious or malicious verdict by which hosts are compared."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from webshellhunt.correlation.timeline import MOMENT_FACTS
from webshellhunt.fleets.peers import Scheme, place_key
from webshellhunt.knowledge.web_folders import COMMON_NAMES
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.fleet import SharedKind, TimeOf
from webshellhunt.model.rules import RuleOrigin, Severity
from webshellhunt.model.traffic import read_time
from webshellhunt.model.verdict import Presence, SubjectKind, Verdict

MOST_LINKS: Final = 40
"""The most links of one subject."""

LONGEST: Final = 400
"""The longest text that is kept of a path or a value."""

_SHORTEST_CODE: Final = 12
_NO_CODE: Final = ("WSH4", "WSH6", "WSH7", "WSH8", "WSH9")
"""Rules about a configuration, a place, a log or a build, and signatures: their excerpts don't identify a shell."""

_ABOUT_KEYS: Final = "machine-key"
_DIGITS: Final = 12
_SEEN: Final = tuple(dict.fromkeys((*MOMENT_FACTS, "first_answered", "first_request")))
"""The facts that are times of traces."""

_COMMON_KEYS: Final = frozenset(
    {"a", "action", "c", "cmd", "command", "d", "data", "dir", "f", "file", "id", "key", "name", "op", "p", "path", "q"}
)
"""Names of parameters that unrelated pages have in common."""

_BLANKS = lazy_pattern(r"\s+")
_KEY = lazy_pattern(r"[0-9A-Fa-f]{32,256}")

Link = tuple[SharedKind, str]


@dataclass(frozen=True, slots=True)
class Accused:
    """One accused subject of one host.

    ``identity`` are digests of its content and of its decisive code: two subjects with a common one are the same shell.
    ``links`` are further things that it may share with subjects of other hosts.
    """

    host: str
    path: str
    malicious: bool
    is_code: bool
    when_utc: datetime | None
    time_of: TimeOf
    witness: str
    title: str
    sha256: str
    identity: tuple[str, ...]
    keys: tuple[str, ...]
    links: tuple[Link, ...]


def accused_subject(verdict: Verdict, host: str, of_host: Scheme, *, malicious: bool) -> Accused:
    """Return the parts of an accused verdict by which hosts are compared."""
    when, time_of, witness = _first_time(verdict)
    gravest = min(verdict.counted, key=lambda f: (-f.severity, -f.confidence, f.rule.id), default=None)
    keys = _request_keys(verdict)
    return Accused(
        host,
        verdict.subject.path[:LONGEST],
        malicious,
        verdict.subject.executable,
        when,
        time_of,
        witness[:LONGEST],
        "" if gravest is None else gravest.rule.title[:LONGEST],
        verdict.subject.sha256 or "",
        tuple(dict.fromkeys(_identity(verdict)))[:MOST_LINKS],
        keys,
        tuple(dict.fromkeys(_links(verdict, keys, of_host)))[:MOST_LINKS],
    )


def _first_time(verdict: Verdict) -> tuple[datetime | None, TimeOf, str]:
    """Return the planting time, else the time of the first use, else that of the first trace, with the witness."""
    planting, use = verdict.planting, verdict.use
    if planting is not None and planting.when_utc is not None:
        return planting.when_utc, TimeOf.PLANTING, planting.witness
    if use is not None and use.answered and use.span[0] is not None:
        return use.span[0], TimeOf.FIRST_USE, use.logs[0] if use.logs else ""
    told = [
        (when, finding.evidence[0].path if finding.evidence else finding.rule.id)
        for finding in verdict.counted
        for name in _SEEN
        if (when := read_time(str(finding.facts.get(name) or ""))) is not None
    ]
    if told:
        return (*min(told)[:1], TimeOf.SEEN, min(told)[1])
    return None, TimeOf.UNKNOWN, ""


def _identity(verdict: Verdict) -> Iterator[str]:
    if verdict.subject.sha256 is not None:
        yield verdict.subject.sha256
    for finding in verdict.counted:
        if _has_code(finding):
            code = _BLANKS.sub("", finding.evidence[0].excerpt).lower()
            if len(code) >= _SHORTEST_CODE:
                yield f"{finding.rule.id} {_digest(code)}"


def _has_code(finding: Finding) -> bool:
    """Return True if the excerpt of a finding is decisive code."""
    is_grave = finding.severity >= Severity.HIGH and finding.rule.origin is RuleOrigin.DETECTOR
    return is_grave and bool(finding.evidence and finding.acts) and not finding.rule.id.startswith(_NO_CODE)


def _request_keys(verdict: Verdict) -> tuple[str, ...]:
    values = (finding.facts.get(name) for finding in verdict.counted for name in ("request_key", "shell_password"))
    return tuple(sorted({value[:LONGEST] for value in values if isinstance(value, str) and value}))[:MOST_LINKS]


def _links(verdict: Verdict, keys: tuple[str, ...], of_host: Scheme) -> Iterator[Link]:
    for key in keys:
        if key.lower() not in _COMMON_KEYS:
            yield SharedKind.REQUEST_KEY, key
    for finding in verdict.counted:
        yield from _of_facts(finding)
    yield from _of_place(verdict, of_host)
    planting = verdict.planting
    if planting is not None and planting.when_utc is not None:
        yield SharedKind.PLANTING_DAY, planting.when_utc.date().isoformat()
        yield from ((SharedKind.WAVE, wave[:LONGEST]) for wave in planting.waves)


def _of_facts(finding: Finding) -> Iterator[Link]:
    if _ABOUT_KEYS in finding.rule.slug:
        for secret in (secret for evidence in finding.evidence for secret in evidence.secrets or ()):
            if _KEY.fullmatch(secret.value):
                yield SharedKind.MACHINE_KEY, f"sha256:{_digest(secret.value.upper())[:_DIGITS]}"
    fingerprint, exploit = finding.facts.get("key_fingerprint"), finding.facts.get("exploit_name")
    if isinstance(fingerprint, str) and fingerprint:
        yield SharedKind.VIEW_STATE_KEY, fingerprint[:LONGEST]
    if isinstance(exploit, str) and exploit:
        yield SharedKind.EXPLOIT, exploit[:LONGEST]


def _of_place(verdict: Verdict, of_host: Scheme) -> Iterator[Link]:
    """Yield the place and the name of a page, also of a deleted one."""
    subject = verdict.subject
    is_page = subject.kind is SubjectKind.FILE or subject.presence is Presence.DELETED
    key = place_key(subject.path, of_host)
    name = key.rpartition("/")[2]
    if not is_page or not name or name in COMMON_NAMES or name.endswith(".config"):
        return
    yield SharedKind.PATH, _bounded(key)
    yield SharedKind.FILE_NAME, _bounded(name)


def _bounded(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 17]}…{_digest(text)[:16]}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
