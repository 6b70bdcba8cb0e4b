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
from webshellhunt.reports.overview import Row, overview
from webshellhunt.reports.printable import one_line

from .hunts import Hunted

FORMATS = {"jsonl": "webshellhunt.jsonl", "text": "webshellhunt.txt"}
"""The files of a task, by format."""
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
_MARKUP = re.compile(r"[^\w\s,.;/-]")


class Written(NamedTuple):
    """The result files of a task, and the one that people read first."""

    files: tuple[OutputFile, ...]
    readable: OutputFile


def write_files(hunted: Sequence[Hunted], output_path: str, *, show_all: bool) -> Written:
    """Write the reports in each format; excerpts in them are defanged, and secrets are fingerprints.

    Raises:
        OSError: A file can't be written.
    """
    reports = [each.report for each in hunted if each.report is not None]
    files = {}
    for form, name in FORMATS.items():
        file = create_output_file(output_path, display_name=name, data_type=f"webshellhunt:hunt:{form}")
        with Path(file.path).open("w", encoding="utf-8", newline="\n") as stream:
            wsh.render(reports, form, stream, show_all=show_all)
        files[form] = file
    return Written(tuple(files.values()), files["text"])


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
    for each in hunted:
        section = report.add_section()
        section.add_header(_escaped(each.located.name))
        for line in _sentences(each):
            section.add_paragraph(_escaped(line))
        if each.report is not None and each.report.accused:
            section.add_table(_table(overview(each.report)))
    return report


def file_reports(hunted: Sequence[Hunted], readable: OutputFile) -> list[dict[str, Any]]:
    """Return a report for each input that was hunted through by itself, or that has an accused file."""
    found = []
    for each in hunted:
        if each.located.is_container:
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
    for row in overview(report):
        one_input = by_path.get(row.verdict.subject.source_path)
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
    if each.located.has_names_only:
        yield (
            "These inputs have no original path: each was examined by its name, without the configuration, the role "
            "and the logs of its server. A name that IIS would not execute makes code in it suspicious at most."
        )
    mattering = sum(gap.matters for gap in each.report.gaps)
    if each.report.gaps:
        yield f"Parts that were not examined: {len(each.report.gaps):,}, of which {mattering:,} matter."


def _table(rows: Sequence[Row]) -> MarkdownTable:
    table = MarkdownTable(["Verdict", "File", "Finding", "Since", "Used", "Presence"])
    for row in rows[:MOST_ROWS]:
        since = "unknown" if row.since_utc is None else f"{row.since_utc:%Y-%m-%d %H:%M} UTC"
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
