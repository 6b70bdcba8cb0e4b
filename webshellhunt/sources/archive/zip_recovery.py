"""The members of a ZIP archive that no directory lists, since it is cut off or lists others: found by local headers.

The layout has the ranges in which they may be, and the members that overlap.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7 and 4.3.9.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from webshellhunt.containers.zip_end import Directory
from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.archive.zip_content import DEFLATED
from webshellhunt.sources.archive.zip_directory import (
    ENCRYPTED,
    LOCAL_BYTES,
    LOCAL_MARK,
    Listed,
    LocalHeader,
    iter_members,
    listed_member,
    local_header,
)
from webshellhunt.sources.views import View

_CHUNK = 1024 * 1024
_LEAST_CHUNK = 4096
_FREE_SEARCH_BYTES = 8 * 1024 * 1024 * 1024
_MOST_VERSION, _MOST_METHOD, _MOST_NAME = 63, 99, 4096
_FREE_BYTES = 256 * 1024 * 1024
_MOST_RATIO = 32
_START_BYTES = 4096  # the work of a start, in bytes
# The fields of a header in a directory before and after those that a local one has, too.
_BEFORE, _BETWEEN = (b"", 0, 0, 0), (0,) * 7
_FULL_32 = 0xFFFFFFFF


class _Measured(NamedTuple):
    """The content of a member whose header has no sizes."""

    checksum: int
    packed: int
    size_bytes: int
    end: int


class _Found(NamedTuple):
    listed: Listed
    end: int


def recover_members(view: View, archive: int) -> Iterator[Listed]:
    """Yield the members that are complete; one whose size only a directory has is decompressed to find its end.

    Raises:
        SourceError: The archive can't be read.
    """
    return (each for each in recover_between(view, archive, ((0, view.size_bytes),)) if each is not None)


def recover_between(view: View, archive: int, ranges: Iterable[tuple[int, int]]) -> Iterator[Listed | None]:
    """Yield the members that are complete inside ranges, and ``None`` for other headers, or if the search was bounded.

    Raises:
        SourceError: The archive can't be read.
    """
    search = _Search(view, archive)
    for start, stop in ranges:
        offset = search.find(start, stop)
        while offset is not None:
            found = search.member(offset, stop)
            yield None if found is None else found.listed
            offset = search.find(offset + len(LOCAL_MARK) if found is None else found.end, stop)
    if search.is_over:
        yield None


class _Search:
    """Finds members; the bytes that are read for it are bounded, for headers without members between them."""

    def __init__(self, view: View, archive: int) -> None:
        self._view = view
        self._archive = archive
        self._measurer = _Measurer(view)
        self._left = _FREE_SEARCH_BYTES + view.size_bytes

    @property
    def is_over(self) -> bool:
        """Return True if no more bytes may be read."""
        return self._left <= 0

    def find(self, offset: int, stop: int) -> int | None:
        """Return the offset of the next local header that may be a real one."""
        count = _LEAST_CHUNK
        while offset + LOCAL_BYTES < stop and not self.is_over:
            data = self._view.read(offset, min(count, stop - offset))
            self._left -= len(data)
            at = data.find(LOCAL_MARK)
            if at >= 0 and self._is_plausible(offset + at):
                return offset + at
            offset += at + len(LOCAL_MARK) if at >= 0 else max(len(data) - len(LOCAL_MARK) + 1, 1)
            count = _LEAST_CHUNK if at >= 0 else min(2 * count, _CHUNK)
        return None

    def member(self, offset: int, stop: int) -> _Found | None:
        """Return the member at a local header, or ``None`` if it is not complete."""
        header = self._header(offset)
        if header is None:
            return None
        extra_at = offset + LOCAL_BYTES + header.name_bytes
        name, extra = (
            self._view.read(offset + LOCAL_BYTES, header.name_bytes),
            self._view.read(extra_at, header.extra_bytes),
        )
        start, sizes = extra_at + header.extra_bytes, (header.checksum, header.packed, header.size_bytes)
        listed = listed_member((*_BEFORE, *header[1:5], *sizes, *_BETWEEN, offset), name, extra, 0, self._archive)
        end = start + listed.member.place.packed
        if header.has_sizes_later and end == start:
            is_plain = header.method == DEFLATED and not header.flags & ENCRYPTED
            measured = self._measurer.measure(start) if is_plain else None
            if measured is None:
                return None
            fields = (*_BEFORE, *header[1:5], *measured[:3], *_BETWEEN, offset)
            listed, end = listed_member(fields, name, extra, 0, self._archive), measured.end
        return _Found(listed, end) if end <= stop else None

    def _header(self, offset: int) -> LocalHeader | None:
        return local_header(self._view.read(offset, LOCAL_BYTES))

    def _is_plausible(self, offset: int) -> bool:
        """Return True unless the bytes of a header are there by chance, as in a program that unpacks itself."""
        header = self._header(offset)
        if header is None or header.version & 0xFF > _MOST_VERSION or header.method > _MOST_METHOD:
            return False
        name = self._view.read(offset + LOCAL_BYTES, min(header.name_bytes, _MOST_NAME))
        return 0 < header.name_bytes == len(name) and any(each >= 0x20 for each in name)


class _Measurer:
    """Finds the ends of deflated data; all contents together are as large as those of one honest archive."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._left = _FREE_BYTES + _MOST_RATIO * view.size_bytes

    def measure(self, start: int) -> _Measured | None:
        """Return the checksum and sizes of deflated data, or ``None`` if it is damaged or cut off."""
        engine, at, size, checksum = zlib.decompressobj(-15), start, 0, 0
        data = b""
        while not engine.eof:
            if not data:
                data = self._view.read(at, _CHUNK) if self._left > 0 else b""
                at += len(data)
                self._left -= len(data) + _START_BYTES
                if not data:
                    return None
            try:
                part = engine.decompress(data, _CHUNK)
            except zlib.error:
                return None
            data = engine.unconsumed_tail
            self._left -= len(part)
            if self._left <= 0:
                return None
            size, checksum = size + len(part), zlib.crc32(part, checksum)
        end = at - len(engine.unused_data)
        return _Measured(checksum, end - start, size, end)


class Layout(NamedTuple):
    """Offsets of local headers, and ranges.

    ``overlapping`` are the members whose data begins inside that of another one, and those that it is in.
    ``without_header`` are the members without a local header at their place. ``rest`` are the ranges outside the
    members in which a further one fits, the directory too. ``is_whole`` is False if the directory is damaged.
    """

    overlapping: frozenset[int]
    without_header: frozenset[int]
    rest: tuple[tuple[int, int], ...]
    is_whole: bool


def read_layout(view: View, place: Directory, archive: int) -> Layout:
    """Return the layout of an archive, from its directory and the local headers."""
    places, is_whole = list[tuple[int, int, int]](), True
    for listed in iter_members(view, place, archive):
        if listed is None:
            is_whole = False
        else:
            packed = -1 if listed.member.kind is EntryKind.DIRECTORY else listed.member.place.packed
            places.append((listed.member.place.offset, packed, listed.member.size_bytes))
    places.sort()
    without, rest, at = set[int](), list[tuple[int, int]](), 0
    for offset, packed, size in places:
        header = _header(view, offset)
        if header is None:
            without.add(offset)
            continue
        if offset - at > LOCAL_BYTES:
            rest.append((at, offset))
        at = max(at, offset + LOCAL_BYTES + header.name_bytes + header.extra_bytes + _content(header, packed, size))
    if view.size_bytes - at > LOCAL_BYTES:
        rest.append((at, view.size_bytes))
    read = (each for each in places if each[0] not in without)
    return Layout(_overlapping(read), frozenset(without), tuple(rest), is_whole)


def _header(view: View, offset: int) -> LocalHeader | None:
    try:
        return local_header(view.read(offset, LOCAL_BYTES)) if 0 <= offset < view.size_bytes else None
    except SourceError:
        return None


def _content(header: LocalHeader, packed: int, size: int) -> int:
    """Return the length of the content; none of a member that is not read, as its headers contradict each other."""
    sizes = header.packed, header.size_bytes
    is_read = header.has_sizes_later or _FULL_32 in sizes or sizes == (packed, size)
    return max(packed, 0) if is_read else 0


def _overlapping(places: Iterable[tuple[int, int, int]]) -> frozenset[int]:
    found, end, before = set[int](), 0, -1
    for offset, packed, _ in places:
        if packed < 0:
            continue
        if offset < end:
            found |= {offset, before}
        if offset + LOCAL_BYTES + packed > end:
            end, before = offset + LOCAL_BYTES + packed, offset
    return frozenset(found)
