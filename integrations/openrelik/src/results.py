"""The results of a task: the files that OpenRelik keeps, and the report that its page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from openrelik_worker_common.file_utils import OutputFile, create_output_file
from openrelik_worker_common.reporting import MarkdownTable, Priority, Report, serialize_file_report

import webshellhunt as wsh
from webshellhunt.model.report import AssessmentState
from webshellhunt.reports import Options
from webshellhunt.reports.content import ShownVerdict, accused
from webshellhunt.reports.printable import one_line

from .hunts import Hunted
from .inputs import Kind

READABLE, TIMELINE = "markdown", "timesketch"
"""The formats of the file that people read first, and of the timeline for Timesketch."""
FORMATS = {
    "jsonl": "webshellhunt.jsonl",
    "html": "webshellhunt.html",
    READABLE: "webshellhunt.md",
    TIMELINE: "webshellhunt-timeline.jsonl",
}
"""The files of a task, by format."""
MOST_LOCATIONS = 100
"""Locations on the page of the task, the most urgent ones; the files have all."""
MOST_ROWS = 200
"""Rows of the table on the page of the task; the files have all."""

_URGENT = frozenset(
    {AssessmentState.BACKDOORED_DESPITE_PATCH, AssessmentState.BACKDOORED_AND_VULNERABLE, AssessmentState.BACKDOORED}
)
_TO_REVIEW = frozenset(
    {
        AssessmentState.SUSPICIOUS_ONLY,
        AssessmentState.EXPLOITATION_TRACES_ONLY,
        AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED,
    }
)
_MARKUP = re.compile(r"[^\w\s,.;/]|_")


class Written(NamedTuple):
    """The result files of a task: the one that people read first, the timeline, and the others."""

    readable: OutputFile
    timeline: OutputFile
    others: tuple[OutputFile, ...]


def write_files(hunted: Sequence[Hunted], output_path: str, *, show_all: bool) -> Written:
    """Write the reports in each format; excerpts in them are defanged, and secrets are fingerprints.

    Raises:
        OSError: A file can't be written.
    """
    reports = [each.report for each in hunted if each.report is not None]
    notable = [each.report for each in hunted if each.report is not None and _is_notable(each)]
    files = {}
    for form, name in FORMATS.items():
        file = create_output_file(output_path, display_name=name, data_type=f"webshellhunt:hunt:{form}")
        with Path(file.path).open("w", encoding="utf-8", newline="\n") as stream:
            wsh.render(reports if form == "jsonl" or show_all else notable, form, stream, show_all=show_all)
        files[form] = file
    readable, timeline = files.pop(READABLE), files.pop(TIMELINE)
    return Written(readable, timeline, tuple(files.values()))


def _is_notable(each: Hunted) -> bool:
    """Return False for a file without a name in which nothing was found: a workflow may have thousands."""
    return each.located.kind is not Kind.LOST or each.report is None or bool(each.report.accused or each.report.gaps)


def priority_of(each: Hunted) -> Priority:
    """Return the priority of a location, by its assessment; one that was not opened has to be looked at, too."""
    if each.report is None:
        return Priority.MEDIUM
    state = each.report.assessment.state
    if state in _URGENT:
        return Priority.CRITICAL
    if state in _TO_REVIEW:
        return Priority.HIGH
    return Priority.LOW if state is AssessmentState.NOTHING_FOUND else Priority.MEDIUM


def task_report(hunted: Sequence[Hunted]) -> Report:
    """Return the report that the page of the task shows: a sentence for each location, and a table of the accused."""
    report = Report("webshellhunt")
    report.priority = max(map(priority_of, hunted), default=Priority.INFO)
    report.summary = _summary(hunted)
    report.add_section().add_paragraph(_escaped(report.summary))
    quiet = [each for each in hunted if not _is_notable(each)]
    if quiet:
        words = f"Files without a name in which nothing was found, each read by its content: {len(quiet):,}."
        report.add_section().add_paragraph(_escaped(words))
    urgent_first = sorted(filter(_is_notable, hunted), key=priority_of, reverse=True)
    if len(urgent_first) > MOST_LOCATIONS:
        words = f"Locations that only the result files have: {len(urgent_first) - MOST_LOCATIONS:,}."
        report.add_section().add_paragraph(_escaped(words))
    for each in urgent_first[:MOST_LOCATIONS]:
        section = report.add_section()
        section.add_header(_escaped(each.located.name))
        for line in _sentences(each):
            section.add_paragraph(_escaped(line))
        if each.report is not None and each.report.accused:
            section.add_table(_table(accused(each.report, Options())))
    return report


def file_reports(hunted: Sequence[Hunted], readable: OutputFile) -> list[dict[str, Any]]:
    """Return a report for each input that was hunted through by itself, or that has an accused file."""
    found = []
    for each in hunted:
        if each.located.kind is Kind.CONTAINER:
            found.append((next(iter(each.located.inputs.values())), _summary([each]), priority_of(each)))
        elif each.report is not None:
            found += _accused_inputs(each, each.report)
    reports = []
    for one_input, summary, priority in found:
        report = Report()
        report.summary, report.priority = summary, priority
        reports.append(serialize_file_report(one_input, readable, report))
    return reports


def _accused_inputs(each: Hunted, report: wsh.Report) -> Iterator[tuple[Any, str, Priority]]:
    by_path = {one_input["path"]: one_input for one_input in each.located.inputs.values()}
    for row in accused(report, Options()):
        one_input = by_path.get(row.subject.source_path)
        if one_input is not None:
            malicious = row.verdict.disposition is wsh.Disposition.MALICIOUS
            yield one_input, one_line(row.what, 200), Priority.CRITICAL if malicious else Priority.HIGH


def _summary(hunted: Sequence[Hunted]) -> str:
    """Return the worst sentence of all locations."""
    if not hunted:
        return "There was no file to examine."
    worst = max(hunted, key=priority_of)
    sentence = worst.report.assessment.sentence if worst.report is not None else "A location could not be opened."
    return sentence if len(hunted) == 1 else f"{one_line(worst.located.name, 80)}: {sentence}"


def _sentences(each: Hunted) -> Iterator[str]:
    """Yield the result of a location, the assumptions, and the number of gaps."""
    if each.report is None:
        yield f"It could not be opened: {each.refusal}"
        return
    yield each.report.assessment.sentence
    if each.located.kind is Kind.NAMED:
        yield (
            "These inputs have no original path: each was examined by its name, without the configuration, the role "
            "and the logs of its server. A name that IIS would not execute makes code in it suspicious at most."
        )
    assumed = {sentence: None for verdict in each.report.verdicts for sentence in verdict.assumed}
    if assumed:
        yield f"Assumed: {'; '.join(assumed)}."
    mattering = sum(gap.matters for gap in each.report.gaps)
    if each.report.gaps:
        yield f"Parts that were not examined: {len(each.report.gaps):,}, of which {mattering:,} matter."


def _table(rows: Sequence[ShownVerdict]) -> MarkdownTable:
    table = MarkdownTable(["Verdict", "File", "Finding", "Since", "Used", "Presence"])
    for row in rows[:MOST_ROWS]:
        when = row.since.when_utc
        since = "unknown" if when is None else f"{when:%Y-%m-%d %H:%M} UTC"
        path = one_line(row.verdict.subject.path, 300)
        cells = (row.verdict.disposition.label, path, one_line(row.what, 200), since, row.used, row.presence)
        table.add_row([_escaped(cell) for cell in cells])
    if len(rows) > MOST_ROWS:
        more = f"{len(rows) - MOST_ROWS:,} more are in the result files"
        table.add_row(["…", more, "", "", "", ""])
    return table


def _escaped(text: str) -> str:
    """Return text from evidence on one line, with each character that Markdown or HTML may read as a reference."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text))
