"""Rows: the search of a text log with named columns, in blocks, so that only the rows that a question needs are read.

``#Fields`` names the columns of the rows below it, and may change within a log; logs of Exchange may name them in the
first row instead. A row is split at its separator until its address; each address is judged once. The separator of a
W3C log is a space; rows of Exchange are separated by commas, with quotes.

References:
    https://www.w3.org/TR/WD-logfile.html
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/sitedefaults/logfile/
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from webshellhunt.logs.blocks import Block, Read, iter_blocks
from webshellhunt.logs.questions import Interest, Question, Rows, RowsTally, Tally
from webshellhunt.model.traffic import LogFile, LogKind, Record

LONGEST_ROW: Final = 64 * 1024
"""A longer row is broken."""

_LONGEST_VALUE: Final = 8192
_MOST_COLUMNS: Final = 512
_MOST_ADDRESSES: Final = 100_000
_FIELDS = re.compile(rb"^#Fields:[ \t]*([^\r\n]{1,16384})[^\n]*\n?", re.MULTILINE | re.IGNORECASE)
_ADDRESSES = (b"cs-uri-stem", b"urlstem", b"cs-uri")
_W3C = frozenset({LogKind.IIS, LogKind.FTP, LogKind.HTTP_ERR})


class Columns(NamedTuple):
    """The columns of rows by name, in lower case; ``address`` is the position of the address, if they have one."""

    names: tuple[str, ...]
    address: int | None

    @classmethod
    def of(cls, header: bytes, separator: bytes) -> Columns:
        """Return the columns that a header names."""
        names = [name.strip().lower() for name in header.replace(b"\0", b"").split(separator)]
        names = [name for name in names if name][:_MOST_COLUMNS]
        address = next((names.index(name) for name in _ADDRESSES if name in names), None)
        return cls(tuple(name.decode("ascii", "replace") for name in names), address)


class LogSearch:
    """The search of one log for the records that some questions need.

    Attributes:
        rows: The rows so far, without comments.
        broken: Those of them that can't be read: too long, or without the columns of the header.
    """

    def __init__(self, log: LogFile, questions: Sequence[Question], columns: Columns | None = None) -> None:
        self._log = log
        self._separator = b" " if log.kind in _W3C else b","
        self._columns = columns
        self._questions = [each for each in questions if log.kind in each.kinds]
        self._tallies = [each.tally(log) for each in self._questions]
        self._of_rows = [each for each in self._tallies if isinstance(each, RowsTally)]
        self._wanted = _Interests(self._questions, log.kind)
        words = sorted({word for each in self._questions for word in each.words})
        self._words = re.compile(b"|".join(map(re.escape, words))) if words else None
        self._first: Record | None = None
        self._last: Record | None = None
        self.rows = 0
        self.broken = 0

    def run(self, read: Read) -> tuple[LogFile, list[tuple[Question, Tally]]]:
        """Read the whole log and return it with its extent, and the tally of each question."""
        for block in iter_blocks(read):
            self._take_block(block)
        times = [each.when_utc for each in (self._first, self._last) if each is not None]
        first, last = (times[0], times[-1]) if times else (None, None)
        log = self._log._replace(rows=self.rows, broken=self.broken, first_utc=first, last_utc=last)
        return log, list(zip(self._questions, self._tallies, strict=True))

    def _take_block(self, block: Block) -> None:
        """Search the parts of a block between its headers."""
        at, line = 0, block.line
        for header in _FIELDS.finditer(block.data):
            self._take_rows(block.data[at : header.start()], line)
            line += block.data.count(b"\n", at, header.end())
            at = header.end()
            self._columns = Columns.of(header[1], self._separator)
        self._take_rows(block.data[at:] if at else block.data, line)

    def _take_rows(self, data: bytes, line: int) -> None:
        """Search rows with the same columns."""
        rows = data.split(b"\n")
        if rows and not rows[-1]:
            rows.pop()
        if self._columns is None and self._separator == b",":
            self._columns = self._header_in(rows)
        numbered = [(number, row) for number, row in enumerate(rows, line) if row and row[0] != 35 and row != b"\r"]
        self.rows += len(numbered)
        if not numbered:
            return
        if self._columns is None:
            self.broken += len(numbered)
            return
        self._extend_times(numbered)
        self._count_rows(numbered, self._columns)
        for number, row, interests in self._hits(numbered):
            record = self._read(row, number)
            if record is None:
                self.broken += 1
                continue
            lowered = row.lower()
            for tally, question, interest in zip(self._tallies, self._questions, interests, strict=True):
                if _meets(interest, lowered) or any(word in lowered for word in question.words):
                    tally.take(record)

    def _count_rows(self, numbered: list[tuple[int, bytes]], columns: Columns) -> None:
        """Pass rows to the tallies that take all of them."""
        if self._of_rows:
            numbers, plain = zip(*numbered, strict=True)
            for each in self._of_rows:
                each.take_rows(Rows(plain, numbers, columns.names, self._separator))

    def _hits(self, numbered: list[tuple[int, bytes]]) -> Iterator[tuple[int, bytes, tuple[Interest, ...]]]:
        """Yield the rows that a question may need: by a word anywhere, or by their address."""
        columns, separator, wanted, words = self._columns, self._separator, self._wanted, self._words
        position = None if columns is None else columns.address
        nothing = wanted.nothing
        for number, row in numbered:
            interests = nothing
            if position is not None:
                parts = row.split(separator, position + 1)
                if len(parts) <= position:
                    self.broken += 1
                    continue
                interests = wanted[parts[position]]
            if interests is not nothing or (words is not None and words.search(row.lower())):
                yield number, row, interests

    def _header_in(self, rows: list[bytes]) -> Columns | None:
        """Return the columns that the first row names, and remove it, if it names a time and no value."""
        for position, row in enumerate(rows):
            if row and row[0] != 35:
                names = Columns.of(row, self._separator)
                if {"datetime", "date-time", "timestamp"}.isdisjoint(names.names):
                    return None
                rows[position] = b""
                return names
        return None

    def _extend_times(self, numbered: list[tuple[int, bytes]]) -> None:
        """Keep the first and the last row with a time."""
        if self._first is None:
            self._first = next((r for n, row in numbered[:50] if (r := self._read(row, n)) and r.when_utc), None)
        last = next((r for n, row in numbered[:-50:-1] if (r := self._read(row, n)) and r.when_utc), None)
        self._last = last or self._last

    def _read(self, row: bytes, line: int) -> Record | None:
        """Return the record of a row, or ``None`` if it does not have the columns of the header."""
        columns = self._columns
        if columns is None or len(row) > LONGEST_ROW or b"\0" in row:
            return None
        text = row.rstrip(b"\r").decode("utf-8", "backslashreplace")
        values = text.split(" ") if self._separator == b" " else _split_quoted(text)
        if self._separator == b" " and len(values) > len(columns.names) and not values[-1]:
            values.pop()
        if values is None or not _fits(values, columns.names, exact=self._separator == b" "):
            return None
        named = zip(columns.names, values, strict=False)
        fields = {name: value[:_LONGEST_VALUE] for name, value in named if value not in ("-", "")}
        return Record(self._log.path, line, self._log.kind, fields)


class _Interests(dict[bytes, tuple[Interest, ...]]):
    """The interest of each question in each address, as logged; asked once, and forgotten if there are too many."""

    def __init__(self, questions: Sequence[Question], kind: LogKind) -> None:
        super().__init__()
        self._questions = questions
        self._kind = kind
        self.nothing: tuple[Interest, ...] = (None,) * len(questions)

    def __missing__(self, address: bytes) -> tuple[Interest, ...]:
        if len(self) >= _MOST_ADDRESSES:
            self.clear()
        lowered = address.lower()
        interests = tuple(each.interest(lowered, self._kind) for each in self._questions)
        found = self.nothing if interests == self.nothing else interests
        self[address] = found
        return found


def _meets(interest: Interest, lowered: bytes) -> bool:
    return interest is not None and (not interest or any(word in lowered for word in interest))


def _split_quoted(text: str) -> list[str]:
    """Return the values of a row of a log of Exchange; a quote inside a value does not lose the rest of the row."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return text.split(",")


def _fits(values: Sequence[str], names: Sequence[str], *, exact: bool) -> bool:
    """Return True if there is a value for each column; rows of Exchange may leave out the last ones or add some."""
    return len(values) == len(names) if exact else bool(values)
