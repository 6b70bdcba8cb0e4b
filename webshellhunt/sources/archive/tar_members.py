"""The members of a tar archive, put into a tree."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator, Mapping

from webshellhunt.containers.recognition import is_tar_header
from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.archive.members import Member, Place, Times, components
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.tree import Tree, is_run
from webshellhunt.sources.views import LIBRARY_FAILURES, HeaderFile, View

_BLOCK = 512
_MOST_DAMAGES = 100
_SEARCH_BLOCKS = 200_000
_MOST_RECORDS = 200
_HEADERS_BYTES = 512 * 1024
_MOST_PIECES = 200_000
_LONG_NUMBER = re.compile(rb"\d{256}")
_BROKEN: tuple[type[Exception], ...] = (*LIBRARY_FAILURES, SourceError, tarfile.TarError)
_TIMES = (("modified", "mtime"), ("created", "LIBARCHIVE.creationtime"), ("accessed", "atime"), ("changed", "ctime"))


class _TarHeaders(HeaderFile):
    """The headers of an archive; none has hundreds of digits, for which old versions of ``tarfile`` take minutes."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            UnreadableError: They are no header.
        """
        data = super().read(size)
        if _LONG_NUMBER.search(data):
            raise UnreadableError("a header of it has a number of hundreds of digits")
        return data


class TarMembers:
    """Adds the members of one archive to a tree, and counts those that can't be examined."""

    def __init__(self, view: View, tree: Tree, problems: Problems, where: str) -> None:
        self._view = view
        self._tree = tree
        self._problems = problems
        self._where = where
        self._pieces = 0

    def add(self, archive: int, above: tuple[str, ...]) -> None:
        """Add all members below a directory of the tree; after damage, those from the next header on."""
        for found in _members(self._view):
            if found is None:
                self._problems.add(Problem.CUT, self._where, matters=True, where=self._where)
            elif self._tree.is_full:
                self._problems.add(Problem.MANY, found.name, matters=True, where=self._where)
                return
            elif self._pieces > _MOST_PIECES:
                self._problems.add(Problem.SPARSE, found.name, matters=True, where=self._where)
                return
            else:
                self._add(found, archive, above)

    def _add(self, found: tarfile.TarInfo, archive: int, above: tuple[str, ...]) -> None:
        names = components(found.name, windows=False)
        if names is None:
            if found.name.strip("/."):
                self._problems.add(Problem.OUTSIDE, found.name[:200], matters=True, where=self._where)
            return
        path, times = (*above, *names), _times(found)
        if found.islnk():
            self._add_hard_link(found, path, above)
            return
        place = Place(archive, found.offset_data, max(0, found.size))
        kind = _kind(found)
        member = Member(kind, max(0, found.size) if kind is EntryKind.FILE else 0, times, place)
        number = self._tree.add(path, member)
        if number is not None and found.issym():
            self._tree.links[number] = found.linkname
        pieces = getattr(found, "sparse", None)
        if number is not None and pieces:
            self._tree.sparse[number] = tuple((start, length) for start, length in pieces)
            self._pieces += len(pieces)

    def _add_hard_link(self, found: tarfile.TarInfo, path: tuple[str, ...], above: tuple[str, ...]) -> None:
        """Add a further name of an earlier member."""
        names = components(found.linkname, windows=False)
        number = self._tree.find("/".join((*above, *names))) if names is not None else None
        table = self._tree.table
        if number is None or table.kind(number) is not EntryKind.FILE:
            self._problems.add(Problem.LINK, "/".join(path), matters=is_run(path[-1]), where=self._where)
            return
        same = Member(EntryKind.FILE, table.size_bytes(number), table.times(number), table.place(number))
        copy = self._tree.add(path, same)
        if copy is not None and number in self._tree.sparse:
            self._tree.sparse[copy] = self._tree.sparse[number]


def _members(view: View) -> Iterator[tarfile.TarInfo | None]:
    """Yield the members; ``None`` for each damage, which is also a header after the end of an archive."""
    start = 0
    for _ in range(_MOST_DAMAGES):
        at, failed = start, False
        archive: tarfile.TarFile | None = None
        try:
            file = _TarHeaders(view, most_in_all=_HEADERS_BYTES)
            archive = _open(file, start)
            while (found := archive.next()) is not None and len(archive.pax_headers) <= _MOST_RECORDS:
                archive.members = []  # type: ignore[attr-defined]  # else it keeps each member
                at = archive.offset
                file.renew()
                yield found
        except _BROKEN:
            at, failed = max(at, archive.offset if archive is not None else 0), True
        try:
            is_end = not failed and _is_end(view, at)
            following = _next_header(view, at if at > start else start + _BLOCK)
        except SourceError:
            yield None
            return
        if following is not None or not is_end:
            yield None
        if following is None:
            return
        start = following


def _is_end(view: View, offset: int) -> bool:
    """Return True where the archive ends, or two blocks of zeros are: one alone may be a header that was lost."""
    return not view.read(offset, 2 * _BLOCK).strip(b"\0")


def _open(file: HeaderFile, start: int) -> tarfile.TarFile:
    file.seek(start)
    return tarfile.TarFile(fileobj=file, mode="r", encoding="utf-8", errors="surrogateescape")


def _next_header(view: View, start: int) -> int | None:
    """Return the offset of the next header, or ``None`` if there is none up to the end of the archive.

    Raises:
        SourceError: The rest can't be read, or is too long to search.
    """
    for offset in range(start, start + _SEARCH_BLOCKS * _BLOCK, _BLOCK):
        block = view.read(offset, _BLOCK)
        if len(block) < _BLOCK:
            return None
        if is_tar_header(block):
            return offset
    raise UnreadableError("no further header is near")


def _kind(found: tarfile.TarInfo) -> EntryKind:
    """Return the kind of a member; one of an unknown type is a file (POSIX.1-2017, pax, "ustar Interchange Format")."""
    if found.isdir():
        return EntryKind.DIRECTORY
    if found.issym():
        return EntryKind.LINK
    return EntryKind.SPECIAL if found.isdev() else EntryKind.FILE


def _times(found: tarfile.TarInfo) -> Times:
    headers: Mapping[str, str] = found.pax_headers
    modified, created, accessed, changed = (_nanoseconds(headers.get(key)) for _, key in _TIMES)
    if modified is None and isinstance(found.mtime, int | float):
        modified = _nanoseconds(str(found.mtime))
    return Times(modified, created, accessed, changed)


def _nanoseconds(text: str | None) -> int | None:
    """Return a time in decimal seconds as nanoseconds, without the rounding of a float."""
    if not text or len(text) > 40:
        return None
    whole, _, part = text.partition(".")
    try:
        seconds = int(whole or "0")
        return seconds * 10**9 + int(part[:9].ljust(9, "0")) * (-1 if whole.startswith("-") else 1)
    except ValueError:
        return None
