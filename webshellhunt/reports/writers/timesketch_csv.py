"""The Timesketch format as CSV: the same timeline as a table, for its importer and for spreadsheets of timelines."""

import json
from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.cells import row_of_cells
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.timesketch import COLUMNS, timesketch_rows

ABOUT = "a timeline for Timesketch as a table"
EXTENSIONS = ("timesketch.csv",)


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the header, and a line for each event. Tags are a JSON list, which the importer reads as such."""
    yield row_of_cells(COLUMNS)
    part = FleetPart(options)
    for report in part.through(reports):
        for row in timesketch_rows(report, options):
            yield row_of_cells(json.dumps(value) if name == "tag" else value for name, value in row.items())
    part.fleet()  # only its sentence is printed
