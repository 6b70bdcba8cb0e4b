"""The Markdown format, for tickets: the assessment, a table, a block for each subject, a checklist, and the gaps.

It is short, so that a ticket takes it: the first subjects in detail, the rest in numbers. ``--all`` writes everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from webshellhunt.model.fleet import Fleet, FleetHost
from webshellhunt.model.report import Report
from webshellhunt.reports.content.fleet import state_words
from webshellhunt.reports.content.subjects import shown_verdicts
from webshellhunt.reports.fleet_part import with_fleet
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.markdown.escaping import cell, code, prose, table
from webshellhunt.reports.writers.markdown.sections import gaps, head, overview_table, steps, subjects, timeline

ABOUT = "Markdown for a ticket"
EXTENSIONS = ("md", "markdown")

_HOSTS: Final = ("Host", "State", "Malicious", "Suspicious", "Gaps that matter")


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
