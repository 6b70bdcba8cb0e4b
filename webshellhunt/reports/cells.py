r"""Rows of CSV (RFC 4180) for spreadsheets, which take some texts for formulas and run them.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@``; an attacker names a file so. Such a text gets
an apostrophe before that character, as a person would write it, and stays readable. The same is done after a
semicolon with any quotation marks, since a spreadsheet of some countries splits there, even inside quotation marks.
Control characters, line ends and characters that hide or turn text are escapes (``\x0a``), so that a row is one line.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.reports.printable import printable
from webshellhunt.reports.times import utc

LINE_END: Final = "\r\n"
LONGEST: Final = 32_000
"""The most characters of a cell: spreadsheets cut a cell at 32,767."""

_FORMULA = lazy_pattern(r"(^\s*|;[\s\"']*)([=+\-@\uff1d\uff0b\uff0d\uff20])")

Value = str | int | bool | date | None | Iterable[str]


def row_of_cells(values: Iterable[Value]) -> str:
    """Return the line of a row, with its end."""
    written = io.StringIO()
    csv.writer(written, lineterminator=LINE_END).writerow([cell(value) for value in values])
    return written.getvalue()


def cell(value: Value) -> str:
    """Return the text of a cell: empty for ``None``; several texts are joined by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return utc(value) or ""
    if isinstance(value, date):
        return value.isoformat()
    text = printable(value if isinstance(value, str) else "; ".join(value))
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return _FORMULA.sub(r"\1'\2", text)
