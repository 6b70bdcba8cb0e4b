"""The source for an archive; nothing is unpacked to disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.sources.archive.index import ArchiveIndex
from webshellhunt.sources.archive.members import MemberTable, Times
from webshellhunt.sources.archive.opening import OpenedArchive, forget, opened_archive
from webshellhunt.sources.filesystem import absolute
from webshellhunt.sources.source import BaseSource
from webshellhunt.sources.time_basis import LEAST_FILES, Sampled, is_created_by_copy, is_from_copy, times_choice

_SAMPLE = 5_000
_MOST = 0.9
_COPIED = "the times in the archive come from a few copy operations"
_UNDECIDED = "it has too few files to decide"
_NOT_CREATED = "its files have times of modification, but few have one of creation, which a copy changes"
_COARSE = "the archive has only times of modification, which a copy keeps"


class ArchiveSource(BaseSource):
    """The tree of an archive (ZIP, tar, 7-Zip), read-only.

    A copy in another process reads the directory of the archive again, when it is first used.
    """

    def __init__(self, location: str, *, times: str, password: str | None = None) -> None:
        """Open an archive.

        Raises:
            SourceError: It can't be opened, or nothing in it can be read; the message has an instruction.
            UsageError: ``times`` is another word.
        """
        choice = times_choice(times)
        self.location: str = location
        self.drives: Mapping[str, str] = {}
        self._real = absolute(location)
        self._password = password
        self._opened: OpenedArchive | None = opened_archive(location, self._real, password)
        self._basis = archive_time_basis(location, self._index.tree.table, choice)

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time basis of the archive."""
        return (self._basis,)

    @property
    def form(self) -> SourceForm:
        """Return the form: a collection, with the gaps of the members that can't be examined."""
        index = self._index
        gaps = tuple(gap if gap.path else replace(gap, path=self.location) for gap in index.problems.gaps())
        return SourceForm(index.form.label, is_collection=True, gaps=gaps)

    @property
    def _index(self) -> ArchiveIndex:
        return self._archive().archive

    def _archive(self) -> OpenedArchive:
        if self._opened is None:
            self._opened = opened_archive(self.location, self._real, self._password)
        return self._opened

    def file_names(self) -> Iterator[str]:
        """Yield the path of each file, without an order."""
        return (path for path, _ in self._index.tree.iter_files())

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        children = self._children(path)
        prefix = f"{path}/" if path else ""
        return [self._entry(name, prefix + name, children[name]) for name in sorted(children)]

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        table = self._index.tree.table
        return {name: table.kind(number) for name, number in self._children(path).items()}

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        if not path:
            return Entry("", "", EntryKind.DIRECTORY)
        number = self._index.tree.find(path)
        return None if number is None else self._entry(path.rpartition("/")[2], path, number)

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file, from ``offset`` on."""
        number = self._file(path)
        try:
            return self._archive().contents.read(number, offset, limit_bytes)
        except SourceError as error:
            raise UnreadableError(error.message, path=path) from error

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the streams of a file or directory, sorted by name."""
        found = self._index.tree.streams(path)
        parent, slash, _ = path.rpartition("/")
        return tuple(self._entry(name, f"{parent}{slash}{name}", found[name]) for name in sorted(found))

    def close(self) -> None:
        """Close the file of the archive."""
        opened, self._opened = self._opened, None
        if opened is not None:
            forget(opened)

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_opened": None}

    def __repr__(self) -> str:
        return f"ArchiveSource({self.location!r})"

    def _children(self, path: str) -> dict[str, int]:
        children = self._index.tree.children(path)
        if children is None:
            raise SourceNotFoundError("no such directory in this archive", path=path)
        return children

    def _file(self, path: str) -> int:
        """Return the number of a file; a link is followed inside the archive."""
        tree = self._index.tree
        number = tree.find(path)
        if number is not None and tree.table.kind(number) is EntryKind.LINK:
            target = tree.resolve(number, path)
            number = None if target is None else tree.find(target)
            if number is None:
                raise UnreadableError("the link points outside the archive, so it is not followed", path=path)
        if number is None:
            raise SourceNotFoundError("no such file in this archive", path=path)
        if tree.table.kind(number) is not EntryKind.FILE:
            raise UnreadableError("it is not a plain file, so it is not read", path=path)
        return number

    def _entry(self, name: str, path: str, number: int) -> Entry:
        tree = self._index.tree
        kind = tree.table.kind(number)
        target = tree.resolve(number, path) if kind is EntryKind.LINK else None
        size = tree.table.size_bytes(number) if kind is EntryKind.FILE else 0
        return Entry(name, path, kind, size, self._times(number), target=target)

    def _times(self, number: int) -> Timestamps:
        basis = self._basis
        return self._index.tree.table.timestamps(number, original=basis.original, created=basis.created)


def archive_time_basis(place: str, table: MemberTable, choice: TimesChoice) -> TimeBasis:
    """Return the time basis of an archive with its reason.

    ``place``: the location as the user entered it.
    """
    if choice is TimesChoice.COPY:
        return TimeBasis(place, False, "set by --times copy")
    times = _sample(table)
    created = tuple(each.created for each in times if each.created is not None)
    modified = tuple(each.modified for each in times if each.modified is not None)
    sampled = Sampled(created, (), modified)
    is_copy = len(created) >= LEAST_FILES and bool(modified) and is_created_by_copy(sampled)
    if choice is TimesChoice.ORIGINAL:
        ignored = "; its creation times come from a copy and are ignored" if is_copy else ""
        return TimeBasis(place, True, f"set by --times original{ignored}", created=not is_copy)
    exact = sum(each.exact for each in times)
    if not times or exact < _MOST * len(times):
        return TimeBasis(place, False, _COARSE)
    if len(created) < LEAST_FILES:
        return TimeBasis(place, False, _UNDECIDED if len(times) < LEAST_FILES else _NOT_CREATED)
    if is_copy or is_from_copy(created):
        return TimeBasis(place, False, _COPIED)
    return TimeBasis(place, True, "the archive has the times of NTFS, of many moments, not of a few copy operations")


def _sample(table: MemberTable) -> list[Times]:
    step = max(1, len(table) // _SAMPLE)
    return [table.times(number) for number in range(0, len(table), step) if table.kind(number) is EntryKind.FILE]
