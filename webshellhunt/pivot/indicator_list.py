"""The list of indicators as CSV: type, value, first and last time, confidence, and a comment with the origin."""

from __future__ import annotations

import csv
import io
from typing import Final

from webshellhunt.defang import inert
from webshellhunt.pivot.case import Case, Product
from webshellhunt.pivot.observables import left_out_of, observables_of
from webshellhunt.reports.printable import printable
from webshellhunt.reports.times import utc

FILE: Final = "indicators.csv"
COLUMNS: Final = ("type", "value", "first_seen", "last_seen", "confidence", "comment")

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def indicators(case: Case) -> Product:
    """Return the list of indicators of a case."""
    found = observables_of(case)
    if not found:
        return Product({}, 0, "indicators", left_out_of(case))
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in found:
        row = (each.kind.value, each.value, utc(each.first), utc(each.last), each.confidence)
        writer.writerow([cell(value or "") for value in (*row, inert(f"{each.about}; {case.origin}"))])
    return Product({FILE: stream.getvalue()}, len(found), "indicators", left_out_of(case))


def cell(text: str) -> str:
    """Return a text for a cell: no control character, and no formula, which a spreadsheet would run."""
    shown = printable(text)
    return f"'{shown}" if shown.startswith(_FORMULAS) else shown
