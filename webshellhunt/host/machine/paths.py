r"""Windows paths as servers write them, and their lookup in a source that may be case-sensitive."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.sources.source import Source

T = TypeVar("T")

_DEVICE_PREFIX = re.compile(r"\\(?:\\[?.]|\?\?)\\(?=[^\\])")
_DRIVE = re.compile(r"([A-Za-z]):(?:\\|$)")
_ADMIN_SHARE = re.compile(r"(?i)\\\\(?:localhost|127\.0\.0\.1|\.|\[?::1\]?)\\([A-Za-z])\$(?:\\|$)")
_MOST_SPELLINGS = 16
_MOST_CACHED = 4096
_MOST_NAMES = 20_000


class _Name(NamedTuple):
    """A name in a directory, and the kind of its entry."""

    name: str
    kind: EntryKind


class ServerPath(NamedTuple):
    r"""The parts of a Windows path; ``letter`` is ``None`` for a path without a drive (a share, ``\x``)."""

    letter: str | None
    names: tuple[str, ...]

    def __str__(self) -> str:
        return join_server_path(self.letter or "?", self.names)


class Obstacle(NamedTuple):
    """A directory whose names can't all be read, and the reason."""

    path: str
    reason: str


def fold(name: str) -> str:
    """Return the case-folded form of a name: Windows takes two names for the same if their folded forms are equal.

    NTFS folds character by character, so that the length never changes, unlike with ``str.upper``.
    """
    if name.isascii():
        return name.upper()
    return "".join(upper if len(upper := char.upper()) == 1 else char for char in name)


def folded(names: Iterable[str]) -> tuple[str, ...]:
    """Return names in the form in which Windows compares them."""
    return tuple(map(fold, names))


def split_server_path(text: str) -> ServerPath:
    r"""Split a Windows path: both slashes, quotes, ``\\?\``, dots, and administrative shares of the own drives.

    ``..`` never leads above the drive. As in Windows, trailing dots and spaces are kept only after ``\\?\``.
    """
    path = text.strip().strip('"').replace("/", "\\")
    share = _ADMIN_SHARE.match(path)
    if share is not None:
        return ServerPath(share[1].upper(), _normal_names(path[share.end() :], literal=False))
    device = _DEVICE_PREFIX.match(path)
    if device is not None:
        path = path[device.end() :]
    drive = _DRIVE.match(path)
    if drive is None:
        return ServerPath(None, _normal_names(path, literal=device is not None))
    return ServerPath(drive[1].upper(), _normal_names(path[drive.end() :], literal=device is not None))


def join_server_path(letter: str, names: Sequence[str]) -> str:
    r"""Return a path as Windows writes it: ``C:\`` for a drive, other paths without a backslash at the end."""
    return f"{letter}:\\" + "\\".join(names)


def _normal_names(path: str, *, literal: bool) -> tuple[str, ...]:
    names: list[str] = []
    for name in path.split("\\"):
        if name == "..":
            del names[-1:]
        elif name not in ("", "."):
            names.append(name if literal else name.rstrip(". ") or name)
    return tuple(names)


class Lookup:
    """Finds names in a source as Windows does, without regard to case; small trees are listed once.

    ``unreadable`` maps the path of each directory that couldn't be listed to the reason. ``hives`` are the registry
    hives that were read, and ``broken`` those that can't be read.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.unreadable: dict[str, str] = {}
        self.hives: set[str] = set()
        self.broken: set[str] = set()
        self._incomplete: dict[str, str | None] = {}
        self._named: dict[str, dict[str, list[_Name]]] = {}
        self._held = 0
        self._listed: dict[str, list[Entry]] = {}
        self._tops: dict[str, bool] = {"": True}
        self._cache: dict[Hashable, Any] = {}

    def cached(self, key: Hashable, find: Callable[[], T]) -> T:
        """Return the cached result for a key, or compute and cache it: the pages of a site need the same results."""
        answer: T | None = self._cache.get(key)
        if answer is None:
            answer = find()
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[key] = answer
        return answer

    def find(self, top: str, names: Sequence[str]) -> Entry | None:
        """Return the entry at ``names`` below ``top``, preferably in the exact spelling, or ``None``."""
        return next(iter(self.find_all(top, names)), None)

    def find_all(self, top: str, names: Sequence[str]) -> list[Entry]:
        """Return every entry whose path differs from ``names`` only by case, the exact spelling first.

        A link to a place inside the source is followed; a link to the outside is returned itself if it comes last.
        """
        here = [Entry(top.rpartition("/")[2], top, EntryKind.DIRECTORY)] if self._is_directory(top) else []
        last = len(names) - 1
        for number, name in enumerate(names):
            found = [each for place in here for each in self._children(place, name, is_last=number == last)]
            here = found[:_MOST_SPELLINGS]
        return here

    def may_have(self, directory: str, name: str) -> bool:
        """Return False if a directory that can be listed has no such name: much faster than to find it."""
        return directory in self.unreadable or fold(name) in self._names(directory)

    def obstacle(self, top: str, names: Sequence[str]) -> Obstacle | None:
        """Return the directory above absent ``names`` whose names are not all readable, so that they may exist.

        ``None`` if there is none, or if something is at ``names``.
        """
        for depth in range(len(names)):
            for place in self.find_all(top, names[:depth]):
                if place.kind is EntryKind.DIRECTORY and self.find(place.path, names[depth : depth + 1]) is None:
                    reason = self._why_incomplete(place.path)
                    if reason is not None:
                        return Obstacle(place.path, reason)
        return None

    def _why_incomplete(self, directory: str) -> str | None:
        """Return why names of a directory may be missing; a source that lists a part of them says so at its streams."""
        if directory in self.unreadable:
            return self.unreadable[directory]
        if directory not in self._incomplete:
            try:
                self.source.streams(directory)
                self._incomplete[directory] = None
            except SourceError as error:
                self._incomplete[directory] = error.message
        return self._incomplete[directory]

    def names(self, directory: str) -> dict[str, EntryKind]:
        """Return the names in a directory with their kinds; empty if it can't be listed."""
        return {each.name: each.kind for same in self._names(directory).values() for each in same}

    def folders(self, directory: str) -> list[str]:
        """Return the sorted paths of the subdirectories of a directory; empty if it can't be listed."""
        names = [each for same in self._names(directory).values() for each in same]
        return sorted(_below(directory, each.name) for each in names if each.kind is EntryKind.DIRECTORY)

    def entries(self, directory: str) -> list[Entry]:
        """Return the entries of a directory; empty if it can't be listed."""
        entries = self._listed.get(directory)
        if entries is None:
            try:
                entries = self.source.list(directory)
            except SourceError as error:
                self.unreadable[directory] = error.message
                entries = []
            self._listed[directory] = entries
        return entries

    def pop_entries(self, directory: str) -> list[Entry]:
        """Return the entries of a directory sorted by name, and remove them from the cache.

        A walk visits each directory once, and reuses the listing of the survey.

        Raises:
            SourceError: The directory can't be listed.
        """
        self._named.pop(directory, None)
        entries = self._listed.pop(directory, None)
        return self.source.list(directory) if entries is None or directory in self.unreadable else entries

    @contextmanager
    def ignore_unreadable(self) -> Iterator[None]:
        """Search without recording unreadable directories in ``unreadable``: nothing names these directories."""
        recorded = set(self.unreadable)
        yield
        for directory in set(self.unreadable) - recorded:
            del self.unreadable[directory]
            self._named.pop(directory, None)
            self._listed.pop(directory, None)

    def _is_directory(self, top: str) -> bool:
        known = self._tops.get(top)
        if known is None:
            try:
                entry = self.source.stat(top)
            except SourceError as error:
                self.unreadable[top] = error.message
                return False
            known = self._tops[top] = entry is not None and entry.kind is EntryKind.DIRECTORY
        return known

    def _children(self, place: Entry, name: str, *, is_last: bool) -> list[Entry]:
        if place.kind is not EntryKind.DIRECTORY:
            return []
        same = self._names(place.path).get(fold(name), [])
        if len(same) > 1:
            same = sorted(same, key=lambda each: (each.name != name, each.name))
        return [self._entry(place.path, each, is_last=is_last) for each in same]

    def _entry(self, directory: str, named: _Name, *, is_last: bool) -> Entry:
        """Return the entry of a name, a link followed; as it was listed if it is gone or access is denied.

        Of a directory on the way to another name, nothing but its path is used.
        """
        path = _below(directory, named.name)
        if not is_last and named.kind is EntryKind.DIRECTORY:
            return Entry(named.name, path, named.kind)
        entry = self._stat(path) or Entry(named.name, path, named.kind)
        if entry.kind is not EntryKind.LINK or entry.target is None:
            return entry
        try:
            return self.source.stat(entry.target) or entry
        except SourceError as error:
            self.unreadable[entry.path] = error.message
            return entry

    def _stat(self, path: str) -> Entry | None:
        try:
            return self.source.stat(path)
        except SourceError:
            return None

    def _names(self, directory: str) -> dict[str, list[_Name]]:
        """Return the names in a directory by their folded forms."""
        names = self._named.get(directory)
        if names is None:
            names = {}
            try:
                for name, kind in self.source.names(directory).items():
                    names.setdefault(fold(name), []).append(_Name(name, kind))
            except SourceError as error:
                self.unreadable[directory] = error.message
            self._held += len(names)
            if self._held > _MOST_NAMES:
                self._named.clear()
                self._held = len(names)
            self._named[directory] = names
        return names


def _below(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
