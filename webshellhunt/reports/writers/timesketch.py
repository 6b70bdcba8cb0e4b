"""The Timesketch format: a timeline as JSON Lines, one event a line, as its importer takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.events.event_lines import event_line
from webshellhunt.reports.events.timesketch_rows import timesketch_rows
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options

ABOUT = "a timeline for Timesketch, one event a line"
EXTENSIONS = ("timesketch.jsonl",)


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield a line for each event."""
    part = FleetPart(options)
    for report in part.through(reports):
        yield from map(event_line, timesketch_rows(report, options))
    part.fleet()  # only its sentence is printed
