"""Columns: the names of the columns of a log, and the values of its rows.

The separator of a W3C log is a space, and a row has exactly the columns of the header. Rows of Exchange are separated
by commas, with quotes; they may lack their last values or have more, but start with a time.

References:
    https://www.w3.org/TR/WD-logfile.html
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/sitedefaults/logfile/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.logs.quoted import LONGEST_ROW, split_quoted
from webshellhunt.model.traffic import LOGGED_YEARS

TIMES: Final = frozenset({"datetime", "date-time", "timestamp"})
"""The columns with the time of a row of Exchange."""

_LONGEST_VALUE: Final = 8192
_MOST_COLUMNS: Final = 512
_ADDRESSES: Final = ("cs-uri-stem", "urlstem", "cs-uri")
_OF_W3C: Final = ("c-", "s-", "cs-", "sc-", "cs(", "sc(", "x-", "date", "time")
_SPACE: Final = b" "
_STAMP: Final = re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d")


class Layout(NamedTuple):
    """The rows of some lines.

    ``addresses`` has the address of each line, empty if the log has none, and ``None`` if the line is no row, or a
    broken one; ``broken`` are the positions of these. ``rows`` is the number of rows.
    """

    addresses: list[bytes | None]
    rows: int
    broken: list[int]


class Columns(NamedTuple):
    """The columns of rows by name, in lower case; ``address`` is the position of the address, if they have one."""

    names: tuple[str, ...]
    address: int | None
    separator: bytes

    @classmethod
    def of(cls, header: bytes, separator: bytes) -> Columns:
        """Return the columns that a header names."""
        text = header.strip().decode("utf-8", "replace").lower()
        named = text.split(maxsplit=_MOST_COLUMNS) if separator == _SPACE else text.split(",", _MOST_COLUMNS)
        names = tuple(name.strip(' "') for name in named)[:_MOST_COLUMNS]
        address = next((names.index(name) for name in _ADDRESSES if name in names), None)
        return cls(names, address, separator)

    @property
    def plausible(self) -> bool:
        """True if they may be the columns of a log, and not a value that looks like a header."""
        if self.separator == _SPACE:
            return sum(name.startswith(_OF_W3C) for name in self.names) >= 2
        return not TIMES.isdisjoint(self.names)

    @property
    def _timed(self) -> bool:
        """True if each row starts with a time."""
        return self.names[0] in TIMES

    def lay_out(self, lines: Sequence[bytes]) -> Layout:
        """Return the rows of lines without comments."""
        addresses = self._plain_addresses(lines)
        rows, broken = len(lines), []
        odd = self._odd(lines)
        if None in addresses:
            odd = sorted({*odd, *(position for position, address in enumerate(addresses) if address is None)})
        for position in odd:
            line = lines[position]
            addresses[position] = None
            if self._is_no_row(line):
                rows -= 1
                continue
            values = self._split(line, "latin-1")
            if values is None:
                broken.append(position)
            else:
                addresses[position] = b"" if self.address is None else values[self.address].encode("latin-1")
        return Layout(addresses, rows, broken)

    def even_addresses(self, data: bytes, rows: int) -> list[bytes | None] | None:
        """Return the addresses of rows if all have the columns, and none has quotes, or ``None`` if some may not.

        One expression tells it without a look at each row: it starts at the end of a line and needs all columns of a
        W3C log, or a time and the columns up to the address, so that it has as many matches as there are lines only if
        each match is within one line.
        """
        place, columns = self.address, len(self.names)
        if not place or place == columns - 1 or not data.endswith(b"\n"):
            return None
        if self.separator == _SPACE:
            expression = _address_in(place, columns)
        elif self._timed and b'"' not in data:
            expression = _address_after_time(place)
        else:
            return None
        found: list[bytes | None] = expression.findall(b"\n" + data)
        return found if len(found) == rows and not _has_long_row(data) else None

    def _plain_addresses(self, lines: Sequence[bytes]) -> list[bytes | None]:
        """Return the address of each line, as if it had no quotes."""
        place, separator = self.address, self.separator
        if place is None:
            return [b""] * len(lines)
        until = place + 1
        found: list[bytes | None]
        try:
            found = [line.split(separator, until)[place] for line in lines]
        except IndexError:
            found = [parts[place] if len(parts := line.split(separator, until)) > place else None for line in lines]
        if until == len(self.names):
            return [each and each.rstrip(b"\r") for each in found]
        return found

    def _odd(self, lines: Sequence[bytes]) -> list[int]:
        """Return the positions of the lines that may be no row, broken, or in need of more than a split."""
        if self.separator == _SPACE:
            spaces = len(self.names) - 1
            return [number for number, line in enumerate(lines) if line.count(_SPACE) != spaces or not _is_short(line)]
        if self._timed:
            return [
                number for number, line in enumerate(lines)
                if line[4:5] != b"-" or line[:1] > b"9" or b'"' in line or len(line) > LONGEST_ROW
            ]  # fmt: skip
        return [number for number, line in enumerate(lines) if b'"' in line or not _is_short(line)]

    def _is_no_row(self, line: bytes) -> bool:
        """Return True for an empty line, and for one that repeats the names of the columns."""
        if not line or line == b"\r":
            return True
        if self.separator == _SPACE or line[:1].isdigit() or line[1:2].isdigit() or len(line) > LONGEST_ROW:
            return False
        return Columns.of(line, b",").names == self.names

    def _split(self, line: bytes, codec: str) -> list[str] | None:
        """Return the values of a row as text, each byte that can't be decoded escaped, or ``None`` if it is broken."""
        if len(line) > LONGEST_ROW:
            return None
        text = line.rstrip(b"\r").decode(codec, "backslashreplace")
        if self.separator == _SPACE:
            values = text.split(" ")
            if len(values) != len(self.names):
                values = [value for value in values if value]
            return values if len(values) == len(self.names) else None
        values = split_quoted(text)
        enough = len(values) > (self.address or 0)
        return values if enough and (not self._timed or _is_time(values[0])) else None

    def moment(self, line: bytes) -> datetime | None:
        """Return the time of a row, to the second, if the row starts with it; without a look at its other values."""
        if self.names[:2] == ("date", "time"):
            return _moment(line[:19])
        return _moment(line[:20].removeprefix(b'"')) if self._timed else None

    def fields(self, line: bytes) -> dict[str, str] | None:
        """Return the values of a row by column, without those that are ``-`` or empty, or ``None`` if it is broken."""
        names, separator = self.names, self.separator
        if separator == _SPACE and len(line) <= _LONGEST_VALUE:
            values = line.rstrip(b"\r").decode("utf-8", "backslashreplace").split(" ")
            if len(values) == len(names):
                return {name: value for name, value in zip(names, values) if value != "-" and value}  # noqa: B905
        found = self._split(line, "utf-8")
        if found is None:
            return None
        values = [value[:_LONGEST_VALUE] for value in found]
        return {name: value for name, value in zip(names, values, strict=False) if value != "-" and value}


def _moment(stamp: bytes) -> datetime | None:
    """Return the time at the start of a row, to the second, in UTC."""
    if _STAMP.match(stamp) is None:
        return None
    try:
        when = datetime.fromisoformat(stamp[:19].decode("ascii")).replace(tzinfo=UTC)
    except ValueError:
        return None
    return when if when.year in LOGGED_YEARS else None


@lru_cache(maxsize=64)
def _address_in(place: int, columns: int) -> re.Pattern[bytes]:
    """Return an expression for the address of a row; its bounds keep it from looking far past the end of a row."""
    value = rb"[^ ]{0,8192}+ "
    before, after = rb"[^ ]{0,255}+ " * place, value * (columns - place - 2)
    return re.compile(rb"\n" + before + rb"([^ ]{0,8192}+) " + after + rb"[^ \n]{0,8192}+(?=\n)")


@lru_cache(maxsize=64)
def _address_after_time(place: int) -> re.Pattern[bytes]:
    """Return an expression for the address of a row of Exchange, which starts with a time."""
    before = rb"\d{4}-[^,]{0,250}+," + rb"[^,]{0,255}+," * (place - 1)
    return re.compile(rb"\n" + before + rb"([^,]{0,8192}+),")


def _has_long_row(data: bytes) -> bool:
    """Return True if a row may be too long: it would have a whole window of the data."""
    window = LONGEST_ROW // 2
    return any(data.find(b"\n", at, at + window) < 0 for at in range(0, len(data) - window, window))


def _is_short(line: bytes) -> bool:
    return 0 < len(line) <= LONGEST_ROW and line != b"\r"


def _is_time(value: str) -> bool:
    """Return True if a value starts as a time does."""
    return value[:1].isdigit() and value[4:5] == "-"
