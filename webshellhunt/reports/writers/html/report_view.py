"""A report on the page: the values of its templates, all of which a saved report has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from webshellhunt.model.acceptance import AcceptanceState, AcceptanceUse
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.reports.content.logs import logs_read
from webshellhunt.reports.content.subjects import ShownVerdict, accused, disposition_words, is_listed
from webshellhunt.reports.gap_advice import lacking
from webshellhunt.reports.options import Options
from webshellhunt.reports.patch_words import PATCH_NOTE
from webshellhunt.reports.printable import decodable, one_line, verbatim
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.rule_list import rules_by_id
from webshellhunt.reports.times import time_basis_lines
from webshellhunt.reports.writers.html.run_words import command_line, digests, option_lines, period_words
from webshellhunt.reports.writers.html.words import SHAPES, STATES
from webshellhunt.views.figures import count_in_words

FULL: Final = 400
"""Largest number of verdicts in full without ``--all``, the worst first; each further one is a row of a table."""

ROWS: Final = 200
"""Largest number of rows of the overview without ``--all``."""

OVERRIDDEN: Final = 100
ENTRIES: Final = 3


class Figure(NamedTuple):
    """One of the numbers at the top, with the anchor of its section."""

    number: str
    words: str
    kind: str
    shape: str
    anchor: str


class Listed(NamedTuple):
    """The verdicts of a page: those in full with their anchors, and the others, which are rows."""

    full: tuple[tuple[Verdict, str, str], ...]
    brief: tuple[Verdict, ...]


def figures(report: Report, prefix: str) -> tuple[Figure, ...]:
    """Return the numbers at the top: findings, and, as prominent, gaps."""
    found = [Disposition.MALICIOUS, Disposition.SUSPICIOUS, Disposition.UNEXPLAINED]
    made = [_found(report, each, f"{prefix}findings") for each in found]
    lacks, matter = len(lacking(report)), sum(gap.matters for gap in report.gaps)
    words = f"gap{'' if len(report.gaps) == 1 else 's'}: not examined"
    words += f", {matter:,} matter{'s' if matter == 1 else ''}" if matter else ""
    words += f"; {count_in_words(lacks, 'missing input')}" if lacks else ""
    kind = "gaps" if report.gaps or lacks else "none"
    return (*made, Figure(f"{len(report.gaps):,}", words, kind, "◌", f"{prefix}gaps"))


def _found(report: Report, disposition: Disposition, anchor: str) -> Figure:
    """Return the number of subjects of a disposition, and of each kind if they are not files alone."""
    kinds = Counter(each.subject.kind for each in report.verdicts if each.disposition is disposition)
    of_kinds = ", ".join(count_in_words(kinds[kind], kind.value) for kind in SubjectKind if kinds[kind])
    is_mixed = kinds.total() > kinds[SubjectKind.FILE]
    words = f"{disposition.label}: {of_kinds}" if is_mixed else disposition.label
    kind = disposition.label if kinds else "none"
    return Figure(f"{kinds.total():,}", words, kind, SHAPES[disposition], anchor)


def listed(report: Report, options: Options, prefix: str) -> Listed:
    """Return the verdicts of a page, worst first, each with its anchor and that of an earlier one of this content."""
    shown = [each for each in report.verdicts if is_listed(each, options)]
    most = len(shown) if options.show_all else FULL
    full, first = [], dict[str, str]()
    for number, verdict in enumerate(shown[:most], 1):
        anchor = f"{prefix}v{number}"
        digest = verdict.subject.sha256
        earlier = "" if digest is None else first.setdefault(digest, anchor)
        full.append((verdict, anchor, "" if earlier == anchor or options.show_all else earlier))
    return Listed(tuple(full), tuple(shown[most:]))


def brief_rows(verdicts: Sequence[Verdict], options: Options) -> Iterator[tuple[str, str, str]]:
    """Yield the word, the path and the first reason of each verdict."""
    for verdict in verdicts:
        redaction = Redaction(verdict, show_secrets=options.show_secrets)
        reason = next(iter(verdict.reasons), "")
        yield disposition_words(verdict.disposition), verdict.subject.path, one_line(redaction.text(reason), 240)


def overview_rows(report: Report, options: Options, shown: Listed) -> tuple[tuple[ShownVerdict, str], ...]:
    """Return the rows of the overview, each with the anchor of its verdict; empty for one that is not in full."""
    anchors = {id(verdict): anchor for verdict, anchor, _ in shown.full}
    rows = accused(report, options)
    return tuple((row, anchors.get(id(row.verdict), "")) for row in (rows if options.show_all else rows[:ROWS]))


def head_values(report: Report, prefix: str) -> Mapping[str, Any]:
    """Return the values of the part at the top."""
    tone, state = STATES[report.assessment.state]
    return {
        "report": report,
        "prefix": prefix,
        "tone": tone,
        "state": state,
        "figures": figures(report, prefix),
        "times": tuple(time_basis_lines(report.times)),
        "period": period_words(report),
        "logs": _logs_words(report),
        "files": count_in_words(report.counts.get("files", 0), "file"),
        "patch_note": PATCH_NOTE if report.host.is_server and report.accused else "",
        "empty": all(each.disposition <= Disposition.BENIGN for each in report.verdicts),
    }


def _logs_words(report: Report) -> str:
    return logs_read(report)


def verify_values(report: Report, options: Options) -> Mapping[str, Any]:
    """Return the values of the part about checking the report."""
    accused = tuple(digests(report.accused))
    return {
        "digests": accused if options.show_all else accused[:ROWS],
        "more_digests": 0 if options.show_all else max(0, len(accused) - ROWS),
        "command": command_line(report),
        "options": tuple(option_lines(report.run.options)),
    }


def overridden_values(report: Report, options: Options) -> Mapping[str, Any]:
    """Return the values of the part about findings that the user overrides; empty without any."""
    known = [each for each in report.verdicts if each.is_known_and_accused]
    accepted = [each for each in report.verdicts if each.is_accepted]
    uses = [row for use in report.acceptances if (row := _use_words(use, interrupted=report.interrupted))]
    if not (known or accepted or uses):
        return {}
    most = len(report.verdicts) if options.show_all else OVERRIDDEN
    return {
        "known": [_overridden(each, options) for each in known[:most]],
        "more_known": max(0, len(known) - most),
        "accepted": [_overridden(each, options) for each in accepted[:most]],
        "more_accepted": max(0, len(accepted) - most),
        "uses": uses,
    }


def _overridden(verdict: Verdict, options: Options) -> Mapping[str, Any]:
    redaction = Redaction(verdict, show_secrets=options.show_secrets)
    entries = [each for each in verdict.findings if each.accepted and each.acceptance is not None]
    return {
        "path": verdict.subject.path,
        "word": disposition_words(verdict.disposition),
        "otherwise": "" if verdict.otherwise is None else disposition_words(verdict.otherwise),
        "reasons": [redaction.text(each) for each in verdict.reasons[:2]],
        "entries": [(each.rule.id, each.acceptance) for each in entries],
    }


def _use_words(use: AcceptanceUse, *, interrupted: bool) -> str:
    """Return a note about an entry that is expired, unused, or not limited to a path or a digest."""
    entry = use.acceptance
    name = f"Entry {entry.number} of {one_line(entry.file, 160)} ({one_line(entry.terms, 160)})"
    if use.state is AcceptanceState.EXPIRED:
        more = " and more" if len(use.paths) > ENTRIES else ""
        named = ", ".join(verbatim(path) for path in use.paths[:ENTRIES])
        return f"{name} expired on {entry.until}, so its findings count again: {named}{more}"
    if use.state is AcceptanceState.UNUSED:
        return "" if interrupted else f"{name} matches no finding in this hunt"
    if entry.sha256 is None and entry.path is None:
        return f"{name} accepts this rule for EVERY file, back doors included: add path or sha256 to the entry"
    return ""


def rule_pages(verdicts: Sequence[Verdict]) -> Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """Return the pages of the rules of these verdicts, of this installation: title, and sections by name."""
    known = rules_by_id()
    used = {decodable(finding.rule.id) for verdict in verdicts for finding in verdict.findings}
    return {each: (known[each].title, page_sections(known[each].page)) for each in sorted(used & known.keys())}


def page_sections(page: str) -> tuple[tuple[str, str], ...]:
    """Return the sections of a page of a rule, each as one paragraph; references are in the findings."""
    sections: list[tuple[str, list[str]]] = []
    for line in page.splitlines():
        if line and not line.startswith(" ") and line.rstrip().endswith(":"):
            sections.append((line.rstrip().rstrip(":"), []))
        elif sections and line.strip():
            sections[-1][1].append(line.strip())
    return tuple((name, " ".join(words)) for name, words in sections if name != "References")
