"""A verdict in the text report: its block of lines, with the best reason first and the others in few words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from webshellhunt.model.findings import Evidence, Finding
from webshellhunt.model.places import Role
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.model.verdict import Presence, Subject, SubjectKind, Verdict
from webshellhunt.reports.content.logs import log_place
from webshellhunt.reports.content.phrases import phrase
from webshellhunt.reports.content.subjects import ShownVerdict, leading_finding
from webshellhunt.reports.content.use import use_sentence
from webshellhunt.reports.folding import folded
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import defanged, one_line, verbatim
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.times import utc
from webshellhunt.reports.writers.text.colors import paint
from webshellhunt.reports.writers.text.common import planting_sentence
from webshellhunt.reports.writers.text.fact_lines import fact_lines
from webshellhunt.reports.writers.text.url_lines import url_lines

ALSO = 8
"""Largest number of further rules listed after the best reason."""

_OF_THE_PLACE = ("WSH4", "WSH6")
"""Rules about a file's location; each copy of a file has its own findings of these rules."""

_USED = "WSH7101"
_TIMES = "WSH6033"
"""The rule about times that were set back: its sentence has both times, which no other line has."""
_EXCERPT = 120
_LAYERS = frozenset({"text", "raw", ""})
_INDENT = "    "


@dataclass
class Said:
    """The contents of earlier lines, so that no block repeats them.

    ``sentences`` were said once for several blocks; ``contents`` maps a digest to the first block with this content.
    """

    sentences: Collection[str] = ()
    contents: dict[str, tuple[int, str]] = field(default_factory=dict)


def block(each: ShownVerdict, options: Options, said: Said) -> Iterator[str]:
    """Yield the lines of a verdict: its word and its kind, its path, the best reason, the others, facts to act on."""
    number, verdict = each.number, each.verdict
    subject, redaction = verdict.subject, Redaction(verdict, show_secrets=options.show_secrets)
    yield from _heading(each, options)
    first = said.contents.setdefault(subject.sha256, (number, subject.path)) if subject.sha256 else None
    is_copy = first is not None and first != (number, subject.path) and not options.show_all
    if is_copy and first is not None:
        yield from _sentence(f"same content as {first[0]}: see the evidence there", options)
    else:
        messages = {finding.message for finding in verdict.findings}
        for reason in verdict.reasons:
            if reason not in messages:
                yield from _sentence(redaction.text(reason), options)
    yield from _findings(verdict, redaction, options, is_copy=is_copy)
    yield from (
        f"{_INDENT}{line}" for line in url_lines(subject.urls, show_all=options.show_all, common=said.sentences)
    )
    yield from fact_lines(verdict.findings, redaction, options, _INDENT)
    for sentence in _history(verdict, redaction, options):
        if sentence not in said.sentences:
            yield from _sentence(sentence, options)
    particulars = list(_particulars(subject))
    if particulars:
        yield from _sentence("; ".join(particulars), options)
    if subject.source_path is not None and subject.source_path != subject.path:
        yield f"{_INDENT}read from {verbatim(subject.source_path)}"
    if subject.sha256 is not None:
        yield f"{_INDENT}sha256 {one_line(subject.sha256)}"


def _history(verdict: Verdict, redaction: Redaction, options: Options) -> Iterator[str]:
    """Yield the assumptions about the file, its use and its planting in one sentence each."""
    if verdict.assumed:
        yield f"Assumed: {redaction.text('; '.join(verdict.assumed))}."
    if verdict.use is not None:
        yield use_sentence(verdict.use)
    planting = planting_sentence(verdict, options)
    if planting:
        yield planting


def brief_block(verdict: Verdict, options: Options) -> Iterator[str]:
    """Yield a verdict that needs no action in two lines: disposition and path, and its first reason."""
    redaction = Redaction(verdict, show_secrets=options.show_secrets)
    label = verdict.disposition.label
    word = label.replace("_", " ").upper()
    yield f"{paint(f'{word:<11}', label, options)} {verbatim(verdict.subject.path)}"
    if verdict.reasons:
        finding = next((f for f in verdict.findings if f.message == verdict.reasons[0]), None)
        rule = ""
        if finding is not None:
            where = f", {_place(finding.evidence[0])}" if finding.evidence else ""
            rule = f" ({one_line(finding.rule.id)}{where})"
        yield from _sentence(f"{redaction.text(verdict.reasons[0])}{rule}", options)


def _sentence(text: str, options: Options) -> Iterator[str]:
    return folded(one_line(text), options.width, indent=_INDENT, hanging=f"{_INDENT}  ")


def _heading(row: ShownVerdict, options: Options) -> Iterator[str]:
    """Yield the number, the word and the kind of the subject, and its path alone on a line, for copying."""
    verdict = row.verdict
    label = verdict.disposition.label
    word = label.replace("_", " ").upper()
    presence = "" if verdict.subject.presence is Presence.PRESENT else f" ({row.presence})"
    lines = list(folded(f"{row.number:>2}. {word}  {one_line(row.what)}{presence}", options.width, hanging=_INDENT))
    yield lines[0].replace(word, paint(word, label, options), 1)
    yield from lines[1:]
    yield f"{_INDENT}{verbatim(verdict.subject.path)}"


def is_defanged(options: Options) -> bool:
    """Return whether excerpts are defanged: in files, which antivirus scans, unless raw excerpts are requested."""
    return options.on_disk and not options.raw_excerpts


def _findings(verdict: Verdict, redaction: Redaction, options: Options, *, is_copy: bool) -> Iterator[str]:
    """Yield the best reason with its place and excerpt, and the other rules in few words; each one with ``--all``."""
    leading = leading_finding(verdict)
    distinct = list(_distinct(verdict.findings))
    if options.show_all:
        yield from _in_full(_ordered(verdict), redaction, options)
        return
    if verdict.use is not None and verdict.use.answered:
        distinct = [f for f in distinct if f.rule.id != _USED]  # the line about its use has the same numbers
    shown = [] if leading is None or is_copy else [leading]
    shown += [each for each in distinct if each.rule.id == _TIMES and each is not leading]
    yield from _in_full(shown, redaction, options)
    said = {each.rule.id for each in shown}
    others = [each for each in distinct if each.rule.id not in said]
    if is_copy:
        others = [each for each in others if each.rule.id.startswith(_OF_THE_PLACE)]
    others.sort(key=lambda each: (-each.severity, each.rule.origin is not RuleOrigin.DETECTOR, each.rule.id))
    named = [f"{one_line(redaction.text(phrase(each.rule)))} ({one_line(each.rule.id)})" for each in others[:ALSO]]
    more = f"; and {len(others) - ALSO} more (--all lists each)" if len(others) > ALSO else ""
    if named:
        yield from _sentence(f"also: {'; '.join(named)}{more}", options)


def _ordered(verdict: Verdict) -> list[Finding]:
    """Return the findings, the best reason first, then those that decided the verdict."""
    leading = leading_finding(verdict)
    decided = {reason: number for number, reason in enumerate(verdict.reasons)}

    def rank(finding: Finding) -> tuple[object, ...]:
        return (
            finding is not leading,
            decided.get(finding.message, len(decided)),
            -finding.severity,
            -finding.confidence,
        )

    return sorted(verdict.findings, key=rank)


def _in_full(findings: Sequence[Finding], redaction: Redaction, options: Options) -> Iterator[str]:
    """Yield each finding's message, rule and location, and each excerpt once."""
    seen: set[object] = set()
    for finding in findings:
        evidence = finding.evidence if options.show_all else finding.evidence[:1]
        where = f", {_place(evidence[0])}" if evidence else ""
        rule = f"{one_line(finding.rule.id)} {finding.severity.label}"
        accepted = ", accepted" if finding.accepted else ""
        yield from _sentence(f"{redaction.text(finding.message)} ({rule}{where}{accepted})", options)
        for number, each in enumerate(evidence):
            if number:
                yield from folded(f"also at {_place(each)}", options.width, indent=f"{_INDENT}  ")
            excerpt = _excerpt(each, redaction, options)
            key = excerpt if options.show_all or each.layer not in _LAYERS else each.line
            if excerpt and key not in seen:
                yield from folded(excerpt, options.width, indent=f"{_INDENT}  ", breaks_words=True)
            seen.add(key)


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


def _particulars(subject: Subject) -> Iterator[str]:
    """Yield size, time and location, which a responder notes before removing a file."""
    if subject.size_bytes is not None:
        yield f"{subject.size_bytes:,} bytes"
    modified = subject.times.modified_utc
    if modified is not None:
        yield f"modified {utc(modified.replace(microsecond=0))}" + ("" if subject.times.original else " in this copy")
    if subject.kind is not SubjectKind.TRACE or subject.role is not Role.GIVEN:
        yield "directory role unknown" if subject.role is Role.GIVEN else f"directory role {subject.role.value}"
