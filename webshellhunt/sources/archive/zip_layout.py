"""The layout of a ZIP archive: the bytes of the members that its directory lists, and those that belong to none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from webshellhunt.containers.zip_end import Directory
from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.archive.views import View
from webshellhunt.sources.archive.zip_directory import iter_members
from webshellhunt.sources.archive.zip_local import LOCAL_BYTES, LocalHeader, local_header

_FULL_32 = 0xFFFFFFFF


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
