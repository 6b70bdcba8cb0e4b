"""The Markdown format, for tickets: the assessment, a table, a block for each subject, a checklist, and the gaps.

It is short, so that a ticket takes it: the first subjects in detail, the rest in numbers. ``--all`` writes everything.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from webshellhunt.model.fleet import Fleet, FleetHost
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.fleet import state_words
from webshellhunt.reports.content.gaps import lacking
from webshellhunt.reports.content.hunt import hunt_facts, interrupted_words
from webshellhunt.reports.content.logs import moment_time
from webshellhunt.reports.content.subjects import (
    REGISTRY,
    ShownFinding,
    ShownVerdict,
    accused,
    place_words,
    shown_verdicts,
)
from webshellhunt.reports.fleet_part import with_fleet
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.markdown.escaping import cell, code, fenced, inline, prose, table

ABOUT = "Markdown for a ticket"
EXTENSIONS = ("md", "markdown")

_HOSTS: Final = ("Host", "State", "Malicious", "Suspicious", "Gaps that matter")

MOST_ROWS: Final = 50
MOST_SUBJECTS: Final = 10
MOST_GAPS: Final = 30
_MOST_FINDINGS: Final = 6
_MOST_ITEMS: Final = 20
_MOST_NAMES: Final = 5

_OVERVIEW: Final = ("Verdict", "Subject", "What it is", "Since", "By", "Used", "State")


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the lines of each report; the comparison of hosts is first in a file, and last on a stream."""
    return with_fleet(reports, options, lambda report: _report(report, options), _fleet, "\n")


def _report(report: Report, options: Options) -> Iterator[str]:
    yield f"# webshellhunt: {code(report.host.name or report.location)}"
    yield ""
    yield f"> {prose(report.assessment.sentence, 2000)}"
    yield ""
    yield from head(report)
    verdicts = list(shown_verdicts(report, options))
    yield from overview_table(report, options)
    yield from steps(report)
    yield from gaps(report, options)
    yield from subjects(report, verdicts, options)
    yield from timeline(report, options)


def _fleet(fleet: Fleet) -> Iterator[str]:
    """Yield the comparison of hosts: its sentence and a row for each."""
    yield from ("# webshellhunt: all hosts", "", f"> {prose(fleet.sentence, 2000)}")
    rows = [_host_cells(each) for each in fleet.hosts]
    rows += [(cell(each.name), "not opened", "-", "-", "-") for each in fleet.unopened]
    if rows:
        yield from ("", *table(_HOSTS, rows))


def _host_cells(host: FleetHost) -> tuple[str, ...]:
    numbers = (f"{count:,}" for count in (host.malicious, host.suspicious, host.gaps))
    return (cell(host.name), state_words(host), *numbers)


def head(report: Report) -> Iterator[str]:
    """Yield the facts of the hunt as a list."""
    for fact in hunt_facts(report):
        yield f"- {inline(fact.label)}: {inline(fact.words)}" if fact.label else f"- {prose(fact.words)}"
    waves = [] if report.patch_state is None else report.patch_state.waves_in(FixState.OPEN)
    if waves:
        yield f"- open to {', '.join(inline(each.wave.name) for each in waves[:_MOST_ITEMS])}"
    if report.interrupted:
        yield f"- **{interrupted_words(report)}**"


def overview_table(report: Report, options: Options) -> Iterator[str]:
    """Yield the table of accused subjects, worst first."""
    rows = accused(report, options)
    kept = rows if options.show_all else rows[:MOST_ROWS]
    if kept:
        yield from ("", "## Overview", "")
        yield from table(_OVERVIEW, [_cells(row) for row in kept])
    yield from _more(len(rows) - len(kept), "accused subjects")


def subjects(report: Report, verdicts: Sequence[ShownVerdict], options: Options) -> Iterator[str]:
    """Yield a block for each accused subject, then the others as a list."""
    graver = [shown for shown in verdicts if shown.verdict.disposition >= Disposition.SUSPICIOUS]
    others = [shown for shown in verdicts if shown.verdict.disposition < Disposition.SUSPICIOUS]
    kept = graver if options.show_all else graver[:MOST_SUBJECTS]
    if kept:
        yield from ("", "## Details")
    for number, shown in enumerate(kept, 1):
        yield from ("", f"### {number}. {shown.verdict.disposition.label}: {code(shown.path)}", "")
        yield from _block(shown, options)
    yield from _more(len(graver) - len(kept), "accused subjects")
    if others:
        yield from ("", "## Others", "")
    listed = others if options.show_all else others[:MOST_SUBJECTS]
    for shown in listed:
        words = f": {inline(shown.reasons[0])}" if shown.reasons else ""
        yield f"- {shown.word}: {code(shown.path)}{words}"
    yield from _more(len(others) - len(listed), "other subjects")


def timeline(report: Report, options: Options) -> Iterator[str]:
    """Yield the timeline as a table."""
    kept = report.timeline if options.show_all else report.timeline[:MOST_ROWS]
    if kept:
        yield from ("", "## Timeline (UTC)", "")
        rows = [(moment_time(each), inline(each.event), cell(each.witness)) for each in kept]
        yield from table(("Time", "Event", "Witness"), rows)
    yield from _more(len(report.timeline) - len(kept), "events")


def steps(report: Report) -> Iterator[str]:
    """Yield the next steps as a checklist, each with its files and commands under it."""
    if report.assessment.next_steps:
        yield from ("", "## Next steps", "")
    for step in report.assessment.next_steps:
        yield f"- [ ] {inline(step.text)}"
        yield from (f"  - {code(item)}" for item in step.items[:_MOST_ITEMS])
        yield from (f"  - {line}" for line in _more(len(step.items) - _MOST_ITEMS, "items") if line)


def gaps(report: Report, options: Options) -> Iterator[str]:
    """Yield the gaps, those that matter first, and the inputs that the hunt did not have."""
    ordered = sorted(report.gaps, key=lambda gap: not gap.matters)
    kept = ordered if options.show_all else ordered[:MOST_GAPS]
    missing = lacking(report)
    if kept or missing:
        yield from ("", "## Not examined", "")
    for gap in kept:
        mark = "**matters**: " if gap.matters else ""
        yield f"- {mark}{code(gap.path)}: {inline(gap.reason)}"
    for lack in missing:
        advice = f"; do: {inline(lack.advice)}" if lack.advice else ""
        yield f"- {inline(lack.name)}: {inline(lack.words)}{advice}"
    yield from _more(len(ordered) - len(kept), "gaps")


def _cells(row: ShownVerdict) -> tuple[str, ...]:
    subject = row.verdict.subject
    return (
        row.verdict.disposition.label,
        cell(subject.path),
        inline(row.what),
        inline(row.since.words),
        inline(row.route.words),
        inline(row.used),
        inline(row.presence),
    )


def _block(shown: ShownVerdict, options: Options) -> Iterator[str]:
    """Yield the kind of a subject, its addresses and digest, and its findings with one excerpt."""
    subject = shown.subject
    yield f"- {prose(shown.what)}; {inline(shown.presence)}"
    yield from (f"- {prose(sentence)}" for sentence in (shown.use, shown.planting) if sentence)
    for url in subject.urls[:_MOST_NAMES]:
        yield f"- address: {code(url.address)}"
    if shown.clients:
        named = (f"{code(address)}{f' ({word})' if word else ''}" for address, word in shown.clients[:_MOST_NAMES])
        yield f"- clients: {', '.join(named)}"
    if subject.sha256 is not None:
        size = f", {subject.size_bytes:,} bytes" if subject.size_bytes is not None else ""
        yield f"- SHA-256: {code(subject.sha256)}{size}"
    for each in shown.ordered[:_MOST_FINDINGS]:
        yield f"- {code(each.rule_id)} ({_weight(each)}){_line(each)}: {inline(each.message)}"
    yield from (f"- {line}" for line in _more(len(shown.findings) - _MOST_FINDINGS, "findings") if line)
    excerpt = next((text for each in shown.ordered for text in each.excerpts if text), "")
    if excerpt:
        yield from ("", *fenced(excerpt))


def _weight(each: ShownFinding) -> str:
    accepted = ", accepted" if each.finding.accepted else ""
    names = "".join(f", {technique}" for technique in each.techniques[:_MOST_NAMES])
    return f"{each.finding.severity.label}, {each.finding.confidence.label} confidence{names}{accepted}"


def _line(each: ShownFinding) -> str:
    first = next(iter(each.finding.evidence), None)
    return "" if first is None or first.layer == REGISTRY else f" at {inline(place_words(first))}"


def _more(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield ""
        yield f"{count:,} more {what} are in the full report."
