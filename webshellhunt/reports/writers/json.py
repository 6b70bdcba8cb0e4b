"""The JSON format: one document, ``{"reports": [...]}``, with the same shape for one location and for several.

After the reports of several hosts, ``fleet`` is their comparison, if it is wanted.
Each report contains the records that JSON Lines writes, grouped by kind: ``verdicts``, ``gaps``, ``summary``.
"""

import json
from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.records.fleet_records import fleet_record
from webshellhunt.reports.records.plain import Record
from webshellhunt.reports.records.report_records import SCHEMA_VERSION, iter_records

ABOUT = "one document for other tools"
EXTENSIONS = ("json",)


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the document in pieces, each report as soon as its hunt ends."""
    opening = f'{{\n"kind": "reports",\n"schema_version": {SCHEMA_VERSION},\n"reports": ['
    before = opening
    part = FleetPart(options)
    for report in part.through(reports):
        yield f"{before}\n{json.dumps(_document(report, options), indent=1)}"
        before = ","
    fleet = part.fleet()
    compared = "" if fleet is None else f',\n"fleet": {json.dumps(fleet_record(fleet), indent=1)}'
    yield f"\n]{compared}\n}}\n" if before == "," else f"{opening}]{compared}\n}}\n"


def _document(report: Report, options: Options) -> Record:
    *records, summary = iter_records(report, options)
    return {
        "location": summary["location"],
        "summary": summary,
        "verdicts": [record for record in records if record["kind"] == "verdict"],
        "gaps": [record for record in records if record["kind"] == "gap"],
    }
