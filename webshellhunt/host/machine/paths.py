r"""Windows paths as servers write them, and finding them in a source that may tell upper from lower case."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.sources.source import Source

T = TypeVar("T")

_DEVICE_PREFIX = re.compile(r"\\(?:\\[?.]|\?\?)\\(?=[^\\])")
_DRIVE = re.compile(r"([A-Za-z]):(?:\\|$)")
_ADMIN_SHARE = re.compile(r"\\\\(?:localhost|127\.0\.0\.1|\.|\[?::1\]?)\\([A-Za-z])\$(?:\\|$)", re.IGNORECASE)
_MOST_SPELLINGS = 16
_MOST_CACHED = 4096


class _Name(NamedTuple):
    """A name in a directory, and what it is."""

    name: str
    kind: EntryKind


class ServerPath(NamedTuple):
    r"""A path as Windows names it, taken apart; ``letter`` is ``None`` where it names no drive (a share, ``\x``)."""

    letter: str | None
    names: tuple[str, ...]

    def __str__(self) -> str:
        return join_server_path(self.letter or "?", self.names)


def fold(name: str) -> str:
    """Return a name such that two names are the same to Windows where their folds are equal.

    NTFS upper-cases character by character and never makes two of one, unlike ``str.upper``.
    """
    if name.isascii():
        return name.upper()
    return "".join(upper if len(upper := char.upper()) == 1 else char for char in name)


def split_server_path(text: str) -> ServerPath:
    r"""Take a Windows path apart: either slash, quotes, ``\\?\``, dots, and shares that lead to the own drives.

    ``..`` never leads above the drive. Trailing dots and spaces are kept behind ``\\?\`` only, as Windows does.
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
    r"""Write a path as Windows does: ``C:\`` alone, else without a backslash at its end."""
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
    """Finds names in a source as Windows would, whatever their case; each directory is listed once.

    ``unreadable`` holds, by path, the reason why a directory that was looked into couldn't be listed.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.unreadable: dict[str, str] = {}
        self._named: dict[str, dict[str, list[_Name]]] = {}
        self._listed: dict[str, list[Entry]] = {}
        self._tops: dict[str, bool] = {"": True}
        self._cache: dict[Hashable, Any] = {}

    def cached(self, question: Hashable, find: Callable[[], T]) -> T:
        """Return what was found for a question about the source, or find it: pages of a site all ask the same."""
        answer: T | None = self._cache.get(question)
        if answer is None:
            answer = find()
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[question] = answer
        return answer

    def find(self, top: str, names: Sequence[str]) -> Entry | None:
        """Return the entry at ``names`` below ``top``, the exact spelling before any other, or ``None``."""
        return next(iter(self.find_all(top, names)), None)

    def find_all(self, top: str, names: Sequence[str]) -> list[Entry]:
        """Return every entry whose path differs from ``names`` only by case, the exact spelling first.

        A link inside the source is followed; one that leads out is returned as it is where it comes last.
        """
        here = [Entry(top.rpartition("/")[2], top, EntryKind.DIRECTORY)] if self._is_directory(top) else []
        for name in names:
            found = [each for place in here for each in self._children(place, name)]
            here = found[:_MOST_SPELLINGS]
        return here

    def folders(self, directory: str) -> list[str]:
        """Return the paths of the directories in a directory, sorted; none where it can't be listed."""
        names = [each for same in self._names(directory).values() for each in same]
        return sorted(_below(directory, each.name) for each in names if each.kind is EntryKind.DIRECTORY)

    def entries(self, directory: str) -> list[Entry]:
        """Return the entries of a directory, none where it can't be listed."""
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
        """Return the entries of a directory sorted by name, from memory if it was listed; and then forget it.

        For a walk, which comes to each directory once: it need not ask the source again for what a survey saw.

        Raises:
            SourceError: The directory can't be listed.
        """
        self._named.pop(directory, None)
        entries = self._listed.pop(directory, None)
        return self.source.list(directory) if entries is None or directory in self.unreadable else entries

    @contextmanager
    def ignore_unreadable(self) -> Iterator[None]:
        """Look around without noting what can't be listed: nobody said that anything is there."""
        noted = set(self.unreadable)
        yield
        for directory in set(self.unreadable) - noted:
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

    def _children(self, place: Entry, name: str) -> list[Entry]:
        if place.kind is not EntryKind.DIRECTORY:
            return []
        same = self._names(place.path).get(fold(name), [])
        return [self._entry(place.path, each) for each in sorted(same, key=lambda each: (each.name != name, each.name))]

    def _entry(self, directory: str, named: _Name) -> Entry:
        """Return what a name stands for, a link followed; what has gone since, or is refused, as it was listed."""
        path = _below(directory, named.name)
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
        """Return the names in a directory by their folds."""
        names = self._named.get(directory)
        if names is None:
            names = {}
            try:
                for name, kind in self.source.names(directory).items():
                    names.setdefault(fold(name), []).append(_Name(name, kind))
            except SourceError as error:
                self.unreadable[directory] = error.message
            self._named[directory] = names
        return names


def _below(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
