"""A verdict in the text report: its block of lines and its colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.places import Role
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.model.verdict import Presence, Subject, SubjectKind, Verdict
from webshellhunt.reports.folding import folded
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.records.report_records import defanged
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.times import utc
from webshellhunt.reports.writers.text.log_lines import log_place, use_line
from webshellhunt.reports.writers.text.url_lines import url_lines

FINDINGS = 3
"""Largest number of findings shown for a verdict without ``--all``; the most severe come first."""

ALSO = 8
"""Largest number of further rule ids listed after those findings."""

KEY_FACTS = (
    "request_key",
    "planted_at",
    "server",
    "same_content_at",
    "declared_in",
    "mapped_by",
    "read_as",
    "remnants",
    "story",
    "earlier_copies",
    "av_excluded",
)
"""Facts that a responder acts on, in order of display; ``--all`` shows the others too."""

_LABELS = {"av_excluded": "antivirus exclusion that Microsoft recommends"}
"""Labels of facts whose names do not explain them."""

_OF_THE_PLACE = ("WSH4", "WSH6")
"""Rules about a file's location; each copy of a file has its own findings of these rules."""

_USED = "WSH7101"
_TIMES = "WSH6033"
"""The rule about times that were set back: its sentence has both times, which no other line has."""
_EXCERPT = 120
_FACT = 200
_LAYERS = frozenset({"text", "raw", ""})
_COLORS = {"malicious": "1;31", "suspicious": "1;33", "unexplained": "36", "title": "1"}


def block(verdict: Verdict, options: Options, shown_content: dict[str, str]) -> Iterator[str]:
    """Yield the lines of a verdict: disposition and path, reasons, evidence, facts to act on.

    ``shown_content`` maps a digest to the first path shown, so that copies of a shell don't repeat its evidence.
    """
    subject, redaction = verdict.subject, Redaction(verdict, show_secrets=options.show_secrets)
    yield _heading(verdict, options)
    yield from (f"  {line}" for line in url_lines(subject.urls, show_all=options.show_all))
    first = shown_content.setdefault(subject.sha256, subject.path) if subject.sha256 else subject.path
    if first != subject.path and not options.show_all:
        for reason in verdict.reasons:
            yield from _sentence(redaction.text(reason), options)
        yield f"  Same content as {one_line(first)}; see the evidence there."
        for finding in _distinct([f for f in verdict.findings if f.rule.id.startswith(_OF_THE_PLACE)]):
            if finding.message not in verdict.reasons:
                yield from _sentence(f"{redaction.text(finding.message)} ({one_line(finding.rule.id)})", options)
    else:
        messages = {finding.message for finding in verdict.findings}
        for reason in verdict.reasons:
            if reason not in messages:
                yield from _sentence(redaction.text(reason), options)
        yield from _findings(verdict, redaction, options)
    facts = list(_facts(verdict.findings, redaction, options))
    if facts:
        yield from _sentence("; ".join(facts), options)
    yield from (line for each in _history(verdict, redaction) for line in _sentence(each, options))
    particulars = list(_particulars(subject))
    if particulars:
        yield from _sentence("; ".join(particulars), options)
    if subject.sha256 is not None:
        yield f"  sha256 {subject.sha256}"


def _history(verdict: Verdict, redaction: Redaction) -> Iterator[str]:
    """Yield the assumptions about the file, its use and its planting in one sentence each."""
    if verdict.assumed:
        yield f"Assumed: {redaction.text('; '.join(verdict.assumed))}."
    if verdict.use is not None:
        yield use_line(verdict.use)
    if verdict.planting is not None:
        yield redaction.text(verdict.planting.sentence)


def brief_block(verdict: Verdict, options: Options) -> Iterator[str]:
    """Yield a verdict that needs no action in two lines: disposition and path, and its first reason."""
    redaction = Redaction(verdict, show_secrets=options.show_secrets)
    yield _heading(verdict, options)
    if verdict.reasons:
        finding = next((f for f in verdict.findings if f.message == verdict.reasons[0]), None)
        where = f" {_place(finding.evidence[0])}" if finding is not None and finding.evidence else ""
        rule = f"{one_line(finding.rule.id)}{where}: " if finding is not None else ""
        yield from _sentence(f"{rule}{redaction.text(verdict.reasons[0])}", options)


def _sentence(text: str, options: Options) -> Iterator[str]:
    return folded(one_line(text), options.width, indent="  ", hanging="    ")


def _heading(verdict: Verdict, options: Options) -> str:
    subject, label = verdict.subject, verdict.disposition.label
    word = f"{label.replace('_', ' ').upper():<11}"
    presence = "" if subject.presence is Presence.PRESENT else f"  ({subject.presence.value.replace('_', ' ')})"
    return f"{paint(word, label, options)} {one_line(subject.path)}{presence}"


def is_defanged(options: Options) -> bool:
    """Return whether excerpts are defanged: in files, which antivirus scans, unless raw excerpts are requested."""
    return options.on_disk and not options.raw_excerpts


def paint(text: str, name: str, options: Options) -> str:
    """Return the text in the colour of a disposition or of the title, if colours are enabled."""
    return f"\x1b[{_COLORS[name]}m{text}\x1b[0m" if options.color and name in _COLORS else text


def _findings(verdict: Verdict, redaction: Redaction, options: Options) -> Iterator[str]:
    """Yield each finding's message, rule and location, decisive findings first, and each excerpt once."""
    decided = {reason: number for number, reason in enumerate(verdict.reasons)}
    order = sorted(verdict.findings, key=lambda f: (decided.get(f.message, len(decided)), -f.severity, -f.confidence))
    distinct = list(_distinct(order))
    if verdict.use is not None and verdict.use.answered and not options.show_all:
        distinct = [f for f in distinct if f.rule.id != _USED]  # the line about its use has the same numbers
    # A detector explains what the code does; signatures mostly match the same line without an explanation.
    explained = [f for f in distinct if f.rule.origin is RuleOrigin.DETECTOR] or distinct
    chosen = order if options.show_all else explained[:FINDINGS]
    if not options.show_all:
        chosen += [each for each in explained[FINDINGS:] if each.rule.id == _TIMES]
    seen: set[object] = set()
    for finding in chosen:
        evidence = finding.evidence if options.show_all else finding.evidence[:1]
        where = f", {_place(evidence[0])}" if evidence else ""
        rule = f"{one_line(finding.rule.id)} {finding.severity.label}"
        accepted = ", accepted" if finding.accepted else ""
        yield from _sentence(f"{redaction.text(finding.message)} ({rule}{where}{accepted})", options)
        for number, each in enumerate(evidence):
            if number:
                yield f"    also at {_place(each)}"
            excerpt = _excerpt(each, redaction, options)
            key = excerpt if options.show_all or each.layer not in _LAYERS else each.line
            if excerpt and key not in seen:
                yield from folded(excerpt, options.width, indent="    ", breaks_words=True)
            seen.add(key)
    left = [one_line(finding.rule.id) for finding in distinct if finding not in chosen]
    if left and not options.show_all:
        more = f" and {len(left) - ALSO} more" if len(left) > ALSO else ""
        yield f"  other rules: {', '.join(left[:ALSO])}{more}"


def _distinct(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield the first finding of each rule."""
    seen = set()
    for finding in findings:
        if finding.rule.id not in seen:
            seen.add(finding.rule.id)
            yield finding


def _place(evidence: Evidence) -> str:
    if evidence.layer == "log":
        return log_place(evidence.path, evidence.line)
    layer = "" if evidence.layer in _LAYERS else f" of {one_line(evidence.layer)}"
    return f"line {evidence.line}, column {evidence.column}{layer}"


def _excerpt(evidence: Evidence, redaction: Redaction, options: Options) -> str:
    shown = one_line(redaction.excerpt(evidence), _EXCERPT)
    if not is_defanged(options):
        return shown
    inert = "".join(one_line(line) for line in defanged(shown.removesuffix("…")).split("\n")).removesuffix("\\")
    return f"{inert}…" if shown.endswith("…") else inert


def _facts(findings: Sequence[Finding], redaction: Redaction, options: Options) -> Iterator[str]:
    """Yield each fact once, those to act on first."""
    merged: dict[str, list[str]] = {}
    for finding in findings:
        for name, value in redaction.facts(finding.facts).items():
            if options.show_all or name in KEY_FACTS:
                values = merged.setdefault(name, [])
                values.extend(shown for shown in _shown(value) if shown not in values)
    order = {name: number for number, name in enumerate(KEY_FACTS)}
    for name in sorted(merged, key=lambda name: (order.get(name, len(order)), name)):
        if merged[name]:
            more = len(merged[name]) - 3
            values = merged[name] if options.show_all or more <= 0 else [*merged[name][:3], f"{more} more"]
            yield f"{one_line(_LABELS.get(name, name.replace('_', ' ')))}: {', '.join(values)}"


def _shown(value: FactValue) -> list[str]:
    values = value if isinstance(value, tuple) else () if value is None else (str(value),)
    return [one_line(item, _FACT) for item in values]


def _particulars(subject: Subject) -> Iterator[str]:
    """Yield size, time and location, which a responder notes before removing a file."""
    if subject.size_bytes is not None:
        yield f"{subject.size_bytes:,} bytes"
    modified = subject.times.modified_utc
    if modified is not None:
        yield f"modified {utc(modified.replace(microsecond=0))}" + ("" if subject.times.original else " in this copy")
    if subject.kind is not SubjectKind.TRACE or subject.role is not Role.GIVEN:
        yield "directory role unknown" if subject.role is Role.GIVEN else f"directory role {subject.role.value}"
    if subject.source_path is not None and subject.source_path != subject.path:
        yield f"read from {one_line(subject.source_path)}"
