"""Rows: the search of a text log with named columns, in blocks, so that only the rows that a question needs are read.

``#Fields`` names the columns of the rows below it, and may change within a log; logs of Exchange name them in their
first row too, or only there. Of each row the address is split off; each address is judged once. The row of a log
without addresses has the empty one.

::

    block ──▶ lines ──▶ addresses ──▶ the set of them: is any wanted? a word of a question anywhere? ──▶ records

All times are in UTC: IIS, HTTPERR and Exchange write them so. (The formats of IIS with local times are not read.)
Where IIS logs no dates, that of the header counts.

A header may be repeated, and change, anywhere in a log: IIS writes one each time that it starts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from datetime import datetime
from itertools import compress, count, islice
from typing import Final

from webshellhunt.logs.blocks import Block, Blocks, Read
from webshellhunt.logs.columns import Columns
from webshellhunt.logs.extent import Extent
from webshellhunt.logs.interests import Interests, Takers, Words
from webshellhunt.logs.questions import Question, Rows, RowsTally, Tally
from webshellhunt.logs.quoted import LONGEST_ROW, join_lines
from webshellhunt.model.traffic import LogFile, LogKind, Record

_MOST_TRIED: Final = 50
_NULS: Final = re.compile(rb"\0+")
_NONE: Final[frozenset[int]] = frozenset()
_BUILD: Final = ("majorversion", "minorversion", "buildversion", "revisionversion")
_MOST_DIGITS: Final = 5
_W3C: Final = frozenset({LogKind.IIS, LogKind.FTP, LogKind.HTTP_ERR})

_FIELDS: Final = re.compile(rb"(?i)#Fields:[ \t]*+([^\r\n]{1,16384})")
_DATE: Final = re.compile(rb"(?i)#Date:[ \t]*+(\d{4}-\d\d-\d\d)[ \t]")


_VERSION: Final = re.compile(rb"(?i)#Version:[ \t]*+(\d{2}(?:\.\d{1,5}){3})[ \t\r\n]")


class LogSearch:
    """The search of one log for the records that some questions need."""

    def __init__(self, log: LogFile, questions: Sequence[Question], columns: Columns | None = None) -> None:
        self._log = log
        self._header = Header(b" " if log.kind in _W3C else b",", columns)
        self._questions = [each for each in questions if log.kind in each.kinds]
        self._tallies = [each.tally(log) for each in self._questions]
        self._of_rows = [each for each in self._tallies if isinstance(each, RowsTally)]
        self._wanted = Interests.of(self._questions, log.kind)
        self._words = Words(self._questions)
        self._extent = Extent()
        self._held: tuple[list[bytes], int] | None = None

    def run(self, read: Read) -> tuple[LogFile, list[tuple[Question, Tally]]]:
        """Read the whole log and return it with its extent, and the tally of each question."""
        blocks = Blocks(read)
        for block in blocks:
            self._take_block(block)
        if self._held is not None:
            lines, line = self._held
            self._take_lines(lines, line)
        log = self._extent.of(self._log, truncated=blocks.truncated)
        return log, list(zip(self._questions, self._tallies, strict=True))

    def _take_block(self, block: Block) -> None:
        """Search the lines of a block; zeros, which IIS leaves behind a crash, end a row without ending a line."""
        for number in block.dropped:
            self._extent.add(1)
            self._extent.add_broken(number)
        if b"\0" not in block.data:
            self._take_whole_lines(block.data, block.line, block.ends)
            return
        line = block.line
        for piece in _NULS.split(block.data):
            ends = piece.count(b"\n")
            self._take_whole_lines(piece, line, ends)
            line += ends

    def _take_whole_lines(self, data: bytes, line: int, ends: int) -> None:
        """Search lines."""
        if self._header.separator == b",":
            if self._held is not None or not self._take_even_rows(data, line, ends):
                self._take_quoted_lines(data, line)
        elif b"#" in data:
            self._take_lines_with_comments(data, line)
        else:
            self._take_plain_rows(data, line, ends)

    def _take_lines_with_comments(self, data: bytes, line: int) -> None:
        """Search the rows of a W3C log between its comments."""
        at = 0
        while at < len(data):
            if data.startswith(b"#", at):
                end = data.find(b"\n", at) + 1 or len(data)
                self._take_comment(data[at:end], line)
                ends = 1
            else:
                end = data.find(b"\n#", at) + 1 or len(data)
                rows = data[at:end]
                ends = rows.count(b"\n")
                self._take_plain_rows(rows, line, ends)
            at, line = end, line + ends

    def _take_plain_rows(self, data: bytes, line: int, ends: int) -> None:
        """Search rows of a W3C log with the same columns."""
        if data and not self._take_even_rows(data, line, ends):
            self._take_rows(data.removesuffix(b"\n").split(b"\n"), line, data)

    def _take_quoted_lines(self, data: bytes, line: int) -> None:
        """Search lines of a log of Exchange: those within quotes are joined, and an open row waits for more."""
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        if self._held is not None:
            held, line = self._held
            lines, data = held + lines, b""
            self._held = None
        if b'"' in (data or b"\n".join(lines)):
            lines, open_at = join_lines(lines)
            if open_at < len(lines):
                self._held = (lines[open_at:], line + open_at)
                lines = lines[:open_at]
            data = b""
        self._take_lines(lines, line, data)

    def _take_lines(self, lines: list[bytes], line: int, data: bytes = b"") -> None:
        """Search the rows of a log of Exchange between its comments; ``data`` are the lines together, if known."""
        comments = [at for at, each in enumerate(lines) if each[:1] == b"#"] if not data or b"#" in data else []
        if not comments:
            self._take_rows(lines, line, data)
            return
        start = 0
        for at in comments:
            if at > start:
                self._take_rows(lines[start:at], line + start, b"")
            self._take_comment(lines[at], line + at)
            start = at + 1
        self._take_rows(lines[start:], line + start, b"")

    def _take_comment(self, comment: bytes, line: int) -> None:
        """Take a comment; one that only looks like a header is a broken row."""
        if not self._header.take(comment):
            self._extent.add(1)
            self._add_broken(comment, line)

    def _add_broken(self, row: bytes, line: int) -> None:
        """Count a broken row, which is one of the rows."""
        self._extent.add_broken(line)

    def _take_rows(self, lines: list[bytes], line: int, data: bytes) -> None:
        """Search rows with the same columns."""
        if not lines:
            return
        columns = self._header.find(lines)
        if columns is None:
            self._add_unnamed(lines, line)
            return
        data = data or b"\n".join(lines)
        layout = columns.lay_out(lines)
        self._extent.add(layout.rows, columns.names)
        for at in layout.broken:
            self._add_broken(lines[at], line + at)
        self._extend_times(lines, line, layout.addresses)
        if self._takes_all:
            kept = [at for at, address in enumerate(layout.addresses) if address is not None]
            self._count_rows([lines[at] for at in kept], [line + at for at in kept])
        self._take_hits(lines, line, layout.addresses, self._hits(layout.addresses), self._words.find(data))

    def _take_even_rows(self, data: bytes, line: int, ends: int) -> bool:
        """Search rows that all have the columns, and return True; return False if some may not."""
        columns = self._header.columns
        addresses = None if columns is None else columns.even_addresses(data, ends)
        if columns is None or addresses is None:
            return False
        self._extent.add(len(addresses), columns.names)
        edges = [data[: data.find(b"\n")], data[data.rfind(b"\n", 0, -1) + 1 : -1]]
        self._extend_times(edges, line, [b"", b""])
        hits, present = self._hits(addresses), self._words.find(data)
        lines = data.removesuffix(b"\n").split(b"\n") if hits or present or self._takes_all else []
        self._count_rows(lines, range(line, line + len(lines)))
        if hits or present:
            self._take_hits(lines, line, addresses, hits, present)
        return True

    @property
    def _takes_all(self) -> bool:
        """True if each row that is not broken is counted."""
        return bool(self._of_rows)

    def _count_rows(self, lines: Sequence[bytes], numbers: Sequence[int]) -> None:
        """Pass rows that are not broken to the tallies that take all of them."""
        columns = self._header.columns
        if columns is not None and lines:
            for row in (min(lines), max(lines)):  # a clock may be set back within a log
                if (when := columns.moment(row)) is not None:
                    self._extent.add_time(when)
            for each in self._of_rows:
                each.take_rows(Rows(lines, numbers, columns.names, self._header.separator))

    def _take_hits(
        self,
        lines: Sequence[bytes],
        line: int,
        addresses: Sequence[bytes | None],
        hits: Sequence[int],
        present: Sequence[bytes],
    ) -> None:
        """Give the rows at some positions, and those with the words that are present, to the questions."""
        by_word = self._words.lines_with(present, lines)
        wanted = self._wanted
        for at in sorted({*hits, *by_word}) if by_word else hits:
            address = addresses[at] if at < len(addresses) else None
            if address is None:
                continue
            row, takers = lines[at], wanted[address]
            numbers = _needing(row, takers) | by_word.get(at, _NONE) if by_word else _needing(row, takers)
            if not numbers:
                continue
            record = self._read(row, line + at)
            if record is None:
                self._add_broken(row, line + at)
                continue
            for number in numbers:
                self._tallies[number].take(record)

    def _hits(self, addresses: Sequence[bytes | None]) -> list[int]:
        """Return the positions of the rows whose address a question needs."""
        wanted = self._wanted
        hot = {address for address in set(addresses) if address is not None and wanted[address]}
        return list(compress(count(), map(hot.__contains__, addresses))) if hot else []

    def _read(self, row: bytes, line: int) -> Record | None:
        """Return the record of a row, or ``None`` if it is broken."""
        header = self._header
        fields = None if header.columns is None else header.columns.fields(row)
        if fields is None:
            return None
        if "time" in fields and "date" not in fields and header.date:
            fields["date"] = header.date
        if self._log.kind is LogKind.HTTP_ERR and "cs-uri" in fields:
            path, _, query = fields["cs-uri"].partition("?")
            fields |= {"cs-uri-stem": path, "cs-uri-query": query} if query else {"cs-uri-stem": path}
        return Record(self._log.path, line, self._log.kind, fields)

    def _extend_times(self, lines: Sequence[bytes], line: int, addresses: Sequence[bytes | None]) -> None:
        """Add the times of the first and the last row that is not broken, and the builds that wrote them."""
        positions = range(len(lines))
        for order in (positions, reversed(positions)):
            readable = islice((at for at in order if addresses[at] is not None), _MOST_TRIED)
            moments = ((at, self._moment(lines[at], line + at)) for at in readable)
            at, when = next(((at, when) for at, when in moments if when is not None), (0, None))
            if when is None:
                return
            self._extent.add_time(when)
            self._add_build(lines[at], line + at, when)

    def _add_build(self, row: bytes, line: int, when: datetime) -> None:
        """Add the build of Exchange that wrote a row, by its columns or by the header above it."""
        columns, parts = self._header.columns, self._header.version.split(".")
        if self._log.kind in _W3C or columns is None:
            return
        record = self._read(row, line) if _BUILD[-1] in columns.names else None
        if record is not None:
            parts = [record.text(name) or "" for name in _BUILD]
        if all(part.isascii() and part.isdecimal() and len(part) <= _MOST_DIGITS for part in parts):
            self._extent.add_build(".".join(str(int(part)) for part in parts), when)

    def _moment(self, row: bytes, line: int) -> datetime | None:
        """Return the time of a row."""
        columns = self._header.columns
        when = None if columns is None else columns.moment(row)
        if when is not None:
            return when
        record = self._read(row, line)
        return None if record is None else record.when_utc

    def _add_unnamed(self, lines: list[bytes], line: int) -> None:
        """Count rows above the names of the columns: they can't be read."""
        for at, each in enumerate(lines):
            if each.strip():
                self._extent.add(1)
                self._add_broken(each, line + at)


def _needing(row: bytes, takers: Takers) -> Set[int]:
    """Return the numbers of the questions that need a row of an address."""
    if len(takers) == 1 and not takers[0][1]:
        return {takers[0][0]}
    lowered, needing = row.lower(), set[int]()
    for number, words in takers:  # a loop, because a generator for each row takes twice as long
        for word in words:
            if word in lowered:
                needing.add(number)
                break
        else:
            if not words:
                needing.add(number)
    return needing


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
