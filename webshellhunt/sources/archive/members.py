"""Members of archives, in columns, since a million of them must fit in memory; and their names."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.sources.filesystem import utc_from_ns

_KINDS = (EntryKind.FILE, EntryKind.DIRECTORY, EntryKind.LINK, EntryKind.SPECIAL)
_NONE = -(1 << 63)
LONGEST = 4096
"""A path with more characters is not a real one."""

MOST_LEVELS = 200


class Times(NamedTuple):
    """The times of a member in nanoseconds from 1970; ``exact`` if they are in UTC and as fine as those of NTFS."""

    modified: int | None = None
    created: int | None = None
    accessed: int | None = None
    changed: int | None = None
    exact: bool = False


class Place(NamedTuple):
    """The place of a member's content in its archive.

    ``archive`` is the number of the archive, 0 for the location. ``offset`` is that of the local header (ZIP) or of the
    content (tar), ``packed`` the compressed size. ``method`` is the compression, ``flags`` are those of the format,
    ``checksum`` is the CRC-32 of the content, and ``name`` that of the name as it is written in the directory.
    """

    archive: int = -1
    offset: int = 0
    packed: int = 0
    method: int = 0
    flags: int = 0
    checksum: int = -1
    name: int = 0


class Member(NamedTuple):
    """One member of an archive, or a directory above one."""

    kind: EntryKind
    size_bytes: int = 0
    times: Times = Times()
    place: Place = Place()


class MemberTable:
    """Members by number, in columns of integers."""

    def __init__(self) -> None:
        self._kinds = array("b")
        self._columns = tuple(array("q") for _ in range(12))

    def __len__(self) -> int:
        return len(self._kinds)

    def append(self, member: Member) -> int:
        """Add a member, and return its number."""
        self._kinds.append(_kind_and_exact(member))
        for column, value in zip(self._columns, _values(member), strict=True):
            try:
                column.append(value)
            except OverflowError:
                column.append(_bounded(value))
        return len(self._kinds) - 1

    def replace(self, number: int, member: Member) -> None:
        """Replace a member."""
        self._kinds[number] = _kind_and_exact(member)
        for column, value in zip(self._columns, _values(member), strict=True):
            column[number] = _bounded(value)

    def kind(self, number: int) -> EntryKind:
        """Return the kind of a member."""
        return _KINDS[self._kinds[number] & 7]

    def size_bytes(self, number: int) -> int:
        """Return the size of a member."""
        return self._columns[0][number]

    def place(self, number: int) -> Place:
        """Return the place of the content."""
        return Place(*(column[number] for column in self._columns[5:]))

    def times(self, number: int) -> Times:
        """Return the times of a member."""
        found = (column[number] for column in self._columns[1:5])
        modified, created, accessed, changed = (None if each == _NONE else each for each in found)
        return Times(modified, created, accessed, changed, bool(self._kinds[number] & 8))

    def timestamps(self, number: int, *, original: bool, created: bool) -> Timestamps:
        """Return the times of a member as those of an entry.

        ``created``: whether the creation time is used.
        """
        times = self.times(number)
        modified, born, accessed, changed = (None if each is None else utc_from_ns(each) for each in times[:4])
        return Timestamps(modified, born if created else None, changed, accessed, original)


def _kind_and_exact(member: Member) -> int:
    return _KINDS.index(member.kind) | (8 if member.times.exact else 0)


def _values(member: Member) -> tuple[int, ...]:
    times = (_NONE if each is None else each for each in member.times[:4])
    return member.size_bytes, *times, *member.place


def _bounded(value: int) -> int:
    return max(_NONE, min(value, (1 << 63) - 1))


def decode_zip_name(raw: bytes, *, is_utf8: bool) -> str:
    """Return a name of a ZIP archive.

    Undecodable bytes of UTF-8 become surrogates. Many programs write UTF-8 without saying so; other bytes are those of
    code page 437, as the format says.
    """
    if raw.isascii() or is_utf8:
        return raw.decode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


_ON_DRIVE = lazy_pattern(r"[A-Za-z]:\\")


def components(name: str, *, windows: bool) -> tuple[str, ...] | None:
    """Return the components of a name, or ``None`` if it points outside the archive or is not a real path.

    A path from the top of a file system or of a drive is taken as one from the top of the archive: ``C:`` becomes a
    directory, which the survey recognises as a drive.

    ``name``: the name in the archive; text after a zero byte is not part of it. ``windows``: whether a backslash is a
    separator, as in archives that Windows programs wrote; it always is after a drive.
    """
    name = name.partition("\0")[0]
    if len(name) > LONGEST:
        return None
    if windows or _ON_DRIVE.match(name):
        name = name.replace("\\", "/")
    found = tuple(part for part in name.split("/") if part not in ("", "."))
    if not found or ".." in found or len(found) > MOST_LEVELS:
        return None
    return found
