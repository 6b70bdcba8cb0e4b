"""Recognition: whether a whole content is a log, by all of its lines and not by the first ones.

A log quotes what clients send, such as a user agent with the code of a web shell. A file that only starts as a log does
is none: most of its lines are rows that start with a time and have the columns, and the rest is for the caller to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from webshellhunt.logs.blocks import BLOCK_BYTES, Block, Blocks
from webshellhunt.logs.events import CHUNK_BYTES, HEAD_BYTES, is_event_log
from webshellhunt.logs.exported_events import is_exported, is_xml, iter_json_events
from webshellhunt.logs.kinds import HEAD_BYTES as START_BYTES
from webshellhunt.logs.kinds import is_row_of_unread_format
from webshellhunt.logs.rows import LogSearch
from webshellhunt.model.traffic import LogFile, LogKind

_MOST_OUTSIDE: Final = 1024 * 1024
_MOST_LINES: Final = 1_000_000
_MOST_EVENTS: Final = 300_000
"""A content with more lines, of which none of a log is so short, is no log: each costs time."""
_BROKEN_SHARE: Final = 10
"""A log has at most one broken line in so many."""
_TIMED: Final = re.compile(rb'"?(?:\d{4}-\d\d-\d\d[T ]|\d\d:\d\d:\d\d )')
_EVENT: Final = re.compile(rb"<Event[\s>]")
_END: Final = b"</Event>"
_FIELDS: Final = re.compile(rb"(?im)^#fields:[ \t]*+([^\r\n]{1,16384})")
_CHUNK: Final = b"ElfChnk\0"


def text_outside_rows(data: bytes) -> bytes | None:
    """Return the text of a log that is in none of its rows or events; ``None`` if a content is no log.

    ``data``: the content, or the start of a longer one.
    """
    if is_event_log(data):
        return _outside_chunks(data)
    if is_exported(data[:START_BYTES]):
        return _outside_events(data)
    plain = _outside_unread_rows(data)
    return plain if plain is not None else _outside_rows(data)


def _outside_rows(data: bytes) -> bytes | None:
    """Return the comments and broken rows of a log with named columns."""
    found = _FIELDS.search(next(Blocks(lambda offset, size: data[offset : offset + size]).pieces(), b"")[:START_BYTES])
    kind = LogKind.HTTP_PROXY if found is None or b"," in found[1] else LogKind.IIS
    search = _Lines(kind)
    try:
        log, _ = search.run(lambda offset, size: data[offset : offset + size])
    except _NoLogError:
        return None
    bad = log.broken + search.untimed
    if not log.rows or log.truncated or (bad > 1 and bad * _BROKEN_SHARE > log.rows) or bad * 2 >= log.rows:
        return None
    return search.outside(cut=not data.rstrip(b"\0").endswith(b"\n"))


class _NoLogError(Exception):
    """More text is outside of rows than in any log, or a line is longer, or there are more lines."""


class _Lines(LogSearch):
    """Keeps the lines of a log that are no rows."""

    def __init__(self, kind: LogKind) -> None:
        super().__init__(LogFile("", kind), ())
        self.untimed: int = 0
        self._others: list[bytes] = []
        self._size = 0
        self._lines = 0

    def outside(self, *, cut: bool) -> bytes | None:
        """Return these lines, and the names of the columns; ``None`` if there are no columns.

        ``cut``: the last line may be a row that goes on.
        """
        columns = self._header.columns
        if columns is None:
            return None
        others = self._others[:-1] if cut and self._others and _TIMED.match(self._others[-1]) else self._others
        return b"\n".join([*others, "\n".join(columns.names).encode("utf-8", "replace")])

    def _keep(self, line: bytes) -> None:
        self._size += len(line)
        if self._size > _MOST_OUTSIDE:
            raise _NoLogError
        self._others.append(line)

    def _take_block(self, block: Block) -> None:
        self._lines += block.ends
        if block.dropped or self._lines > _MOST_LINES:  # nobody knows what is in a dropped line
            raise _NoLogError
        super()._take_block(block)

    def _take_comment(self, comment: bytes, line: int) -> None:
        self._keep(comment)
        super()._take_comment(comment, line)

    def _add_broken(self, row: bytes, line: int) -> None:
        self._keep(row)
        super()._add_broken(row, line)

    def _count_rows(self, lines: Sequence[bytes], numbers: Sequence[int]) -> None:
        for line in lines:
            if _TIMED.match(line) is None:
                self.untimed += 1
                self._keep(line)

    @property
    def _takes_all(self) -> bool:
        return True


def _outside_unread_rows(data: bytes) -> bytes | None:
    """Return the lines of a log of NCSA, or in the format of IIS itself, that have not its form."""
    first, _, _ = data[:START_BYTES].partition(b"\n")
    if not is_row_of_unread_format(first):
        return None
    others, rows, size = list[bytes](), 0, 0
    for line in _iter_lines(data):
        if is_row_of_unread_format(line):
            rows += 1
        elif line.strip():
            others.append(line)
            size += len(line)
            if size > _MOST_OUTSIDE:
                return None
    is_log = len(others) * _BROKEN_SHARE <= rows + _BROKEN_SHARE
    return b"\n".join(others) if is_log else None


def _iter_lines(data: bytes) -> Iterator[bytes]:
    for block in Blocks(lambda offset, size: data[offset : offset + size]):
        yield from block.data.splitlines()


def _outside_events(data: bytes) -> bytes | None:
    """Return the text between the events of an export."""
    if not is_xml(data[:BLOCK_BYTES]):
        events = iter_json_events(lambda offset, size: data[offset : offset + size])
        known = [event.fields is not None for event in islice(events, _MOST_EVENTS)]
        return b"" if all(known[:-1]) and len(known) < _MOST_EVENTS else None  # the last one may be cut
    text = b"".join(Blocks(lambda offset, size: data[offset : offset + size]).pieces())
    others, at = list[bytes](), 0
    while (found := _EVENT.search(text, at)) is not None and (end := text.find(_END, found.end())) >= 0:
        others.append(text[at : found.start()])
        at = end + len(_END)
    return b"".join([*others, text[at:]])


def _outside_chunks(data: bytes) -> bytes | None:
    """Return the bytes of an event log of Windows that are in none of its chunks."""
    chunks = [data[at : at + CHUNK_BYTES] for at in range(HEAD_BYTES, len(data), CHUNK_BYTES)]
    if not any(chunk.startswith(_CHUNK) for chunk in chunks):
        return None
    return b"\n".join([data[128:HEAD_BYTES], *(chunk for chunk in chunks if not chunk.startswith(_CHUNK))])
