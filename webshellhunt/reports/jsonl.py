"""JSON Lines: one object a line, the form other tools read; the last line of each location is its summary."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from webshellhunt.model.report import Report
from webshellhunt.reports.options import Options
from webshellhunt.reports.records import iter_records


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield a line for each record, ASCII only, so that no console or code page can spoil it."""
    for report in reports:
        for record in iter_records(report, options):
            yield json.dumps(record) + "\n"
