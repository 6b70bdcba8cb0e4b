"""Log copies: a log that is a copy, or the start, of another one has the same rows, and each row counts once.

That is a copy next to the log, its compressed form, or an earlier state of a log that was collected twice. The names of
such logs have a number in common, or are equal, and so are their first rows. The whole content decides, unpacked and
piece by piece: an intruder replaces rows in the middle of a log by others of the same length.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from webshellhunt.errors import SourceError
from webshellhunt.logs.blocks import Blocks
from webshellhunt.logs.log_names import split_path
from webshellhunt.model.findings import Gap
from webshellhunt.scan.log_places import FoundLog
from webshellhunt.sources import Source

_NUMBER: Final = re.compile(r"\d{6,}")
_GZIP: Final = b"\x1f\x8b"
_HEAD_BYTES: Final = 16 * 1024
_MOST_ALIKE: Final = 20


def without_copies(found: Sequence[FoundLog], sources: Sequence[Source], gaps: list[Gap]) -> list[FoundLog]:
    """Return the logs, of several with the same rows the longest alone; each other one becomes a gap."""
    groups: dict[tuple[str, str], list[FoundLog]] = {}
    for each in found:
        name = split_path(each.log.path.lower())[1]
        number = _NUMBER.search(name)
        groups.setdefault((each.log.kind, name if number is None else number[0]), []).append(each)
    repeated: set[FoundLog] = set()
    for group in groups.values():
        sites = {each.log.site for each in group}
        if len(sites) < len(group) or (None in sites and len(group) > 1):
            for each, longer in _iter_copies(group, sources):
                reason = f"a copy of {longer.log.path}, or of its start: its rows count once"
                gaps.append(Gap("log-repeated", "logs", each.log.path, reason))
                repeated.add(each)
    return [each for each in found if each not in repeated]


def _iter_copies(group: Iterable[FoundLog], sources: Sequence[Source]) -> Iterator[tuple[FoundLog, FoundLog]]:
    """Yield the logs of similar names whose rows another one has, each with that one."""
    alike: dict[bytes, list[_Content]] = {}
    for content in (_Content(each, sources[each.place]) for each in group):
        if content.first is not None:
            alike.setdefault(content.first, []).append(content)
    for contents in alike.values():
        kept: list[_Content] = []
        for content in sorted(contents, key=_Content.order) if len(contents) > 1 else ():
            longer = next((known for known in kept[:_MOST_ALIKE] if content.is_start_of(known)), None)
            if longer is None:
                kept.append(content)
            else:
                yield content.found, longer.found


class _Content:
    """The content of a log; ``first`` is the digest of its first row, ``None`` if it can't be read."""

    def __init__(self, found: FoundLog, source: Source) -> None:
        self.found: FoundLog = found
        self._source = source
        self._is_packed = False
        self._pieces: dict[int, bytes] = {}
        try:
            self._is_packed = self._read(0, len(_GZIP)) == _GZIP
            head = next(Blocks(lambda offset, size: self._read(offset, _HEAD_BYTES)).pieces(), b"")[:_HEAD_BYTES]
            rows = [line for line in head.splitlines(keepends=True) if not line.startswith(b"#")]
            is_whole = bool(rows) and rows[0].endswith((b"\r", b"\n"))
            self.first: bytes | None = hashlib.sha256(rows[0].rstrip() if is_whole else head).digest()
        except SourceError:
            self.first = None

    def _read(self, offset: int, size: int) -> bytes:
        return self._source.read(self.found.entry_path, size, offset)

    def order(self) -> tuple[int, bool, int]:
        """Return the order in which logs with the same rows are kept: the longest, then the one with the usual name."""
        size_bytes = self.found.log.size_bytes
        try:
            size_bytes = sum(map(len, Blocks(self._read).pieces())) if self._is_packed else size_bytes
        except SourceError:
            size_bytes = 0
        return -size_bytes, self._is_packed, len(split_path(self.found.log.path)[1])

    def is_start_of(self, other: _Content) -> bool:
        """Return True if a log that is as long or longer, and not of another site, starts with these rows."""
        sites, size_bytes = {self.found.log.site, other.found.log.site}, self.found.log.size_bytes
        if len(sites - {None}) > 1:
            return False
        start = Blocks(self._read)
        try:
            if not (self._is_packed or other._is_packed) and self._piece_before(size_bytes) != other._piece_before(
                size_bytes
            ):  # most logs that differ do so here, too
                return False
            return _starts_with(Blocks(other._read).pieces(), start.pieces()) and not start.truncated
        except SourceError:
            return False

    def _piece_before(self, end: int) -> bytes:
        """Return the digest of the piece before an offset; each is read once."""
        if end not in self._pieces:
            start = max(0, end - _HEAD_BYTES)
            self._pieces[end] = hashlib.sha256(self._read(start, end - start)).digest()
        return self._pieces[end]


def _starts_with(whole: Iterator[bytes], start: Iterator[bytes]) -> bool:
    """Return True if some content starts with another one; the first difference ends the reading."""
    known, at = b"", 0
    for piece in start:
        while len(known) - at < len(piece):
            more = next(whole, None)
            if more is None:
                return False
            known, at = known[at:] + more, 0
        if not known.startswith(piece, at):
            return False
        at += len(piece)
    return True
