"""The JSON Lines format: one object a line, for other tools; the last line of each location is its summary.

After several locations, one line of kind ``fleet`` is the comparison of their hosts, if it is wanted.
"""

import json
from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.records.fleet_records import fleet_record
from webshellhunt.reports.records.report_records import iter_records

ABOUT = "one record a line, for other tools"
EXTENSIONS = ("jsonl",)


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield a line for each record, in ASCII only, so that any console or code page can print it."""
    part = FleetPart(options)
    for report in part.through(reports):
        for record in iter_records(report, options):
            yield json.dumps(record) + "\n"
    fleet = part.fleet()
    if fleet is not None:
        yield json.dumps(fleet_record(fleet)) + "\n"
