"""The JSON format: one document, ``{"reports": [...]}``, with the same shape for one location and for several.

Each report contains the records that JSON Lines writes, grouped by kind: ``verdicts``, ``gaps``, ``summary``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.options import Options
from webshellhunt.reports.records import SCHEMA_VERSION, Record, iter_records


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the document in pieces, each report as soon as its hunt ends."""
    opening = f'{{\n"kind": "reports",\n"schema_version": {SCHEMA_VERSION},\n"reports": ['
    before = opening
    for report in reports:
        yield f"{before}\n{json.dumps(_document(report, options), indent=1)}"
        before = ","
    yield "\n]\n}\n" if before == "," else f"{opening}]\n}}\n"


def _document(report: Report, options: Options) -> Record:
    *records, summary = iter_records(report, options)
    return {
        "location": summary["location"],
        "summary": summary,
        "verdicts": [record for record in records if record["kind"] == "verdict"],
        "gaps": [record for record in records if record["kind"] == "gap"],
    }
