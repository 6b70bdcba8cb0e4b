"""Header: the comments of a log, which name the columns of the rows below them, and the day on which IIS started it.

A header may be repeated, and change, anywhere in a log: IIS writes one each time that it starts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from webshellhunt.logs.columns import Columns
from webshellhunt.logs.quoted import LONGEST_ROW

_FIELDS: Final = re.compile(rb"#Fields:[ \t]*+([^\r\n]{1,16384})", re.IGNORECASE)
_DATE: Final = re.compile(rb"#Date:[ \t]*+(\d{4}-\d\d-\d\d)[ \t]", re.IGNORECASE)


_VERSION: Final = re.compile(rb"#Version:[ \t]*+(\d{2}(?:\.\d{1,5}){3})[ \t\r\n]", re.IGNORECASE)


class Header:
    """The header of a log so far.

    Attributes:
        separator: The separator of values.
        columns: The columns of rows, if they are known.
        date: The date of the latest comment with one, or the empty text.
        version: The build of Exchange in the latest comment with one, or the empty text.
    """

    def __init__(self, separator: bytes, columns: Columns | None = None) -> None:
        self.separator = separator
        self.columns = columns
        self.date: str = ""
        self.version: str = ""
        self._names = b""

    def take(self, comment: bytes) -> bool:
        """Take a comment; return False if it looks like a header but names columns that no log has."""
        found = _FIELDS.match(comment)
        if found is None:
            dated = _DATE.match(comment)
            self.date = self.date if dated is None else dated[1].decode("ascii")
            built = _VERSION.match(comment)
            self.version = self.version if built is None else built[1].decode("ascii")
            return True
        if found[1] == self._names:
            return True
        columns = Columns.of(found[1], self.separator)
        if not columns.plausible:
            return False
        self.columns, self._names = columns, found[1]
        return True

    def find(self, lines: Sequence[bytes]) -> Columns | None:
        """Return the columns; a log of Exchange may name them in the first row instead of a comment."""
        if self.columns is None and self.separator == b",":
            first = next((line for line in lines if line.strip()), b"")
            columns = Columns.of(first[:LONGEST_ROW], b",")
            self.columns = columns if columns.plausible else None
        return self.columns
