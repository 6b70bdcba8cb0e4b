"""Histories: the changes of each file of interest in the change journal, put together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.containers.page_names import extension_of
from webshellhunt.ntfs.change_journal import WRITTEN, Change, JournalReader, Reason
from webshellhunt.ntfs.paths import DirectoryTree
from webshellhunt.ntfs.records import Reference

MOST_HISTORIES: Final = 200_000
_MOST_RENAMINGS = 32


class Place(NamedTuple):
    """A name in a directory."""

    directory: Reference
    name: str


class Renaming(NamedTuple):
    """A change of the name or of the directory of a file; ``number`` is that of its record."""

    when_utc: datetime | None
    old: Place
    new: Place
    number: int = 0


@dataclass
class FileHistory:
    """The history of one file: ``place`` is its last name and directory; times are ``None`` if no record has them.

    ``times_set_utc`` is the last time at which a program set its times or attributes. ``last_number`` is the number of
    its last record.
    """

    file: Reference
    place: Place
    created_utc: datetime | None = None
    written_utc: datetime | None = None
    times_set_utc: datetime | None = None
    deleted_utc: datetime | None = None
    renamings: list[Renaming] = field(default_factory=list)
    last_number: int = 0

    def until_it_left(self, place: Place) -> FileHistory:
        """Return the history until the file left a place for the last time; the whole one of its last place."""
        left = [at for at, each in enumerate(self.renamings) if each.old == place]
        if place == self.place or not left:
            return self
        away = self.renamings[left[-1]]
        return replace(
            self,
            place=place,
            written_utc=_not_after(self.written_utc, away.when_utc),
            times_set_utc=_not_after(self.times_set_utc, away.when_utc),
            deleted_utc=None,
            renamings=self.renamings[: left[-1] + 1],
            last_number=away.number,
        )


def _not_after(when: datetime | None, end: datetime | None) -> datetime | None:
    return None if when is not None and end is not None and when > end else when


def read_histories(
    journal: JournalReader,
    directories: DirectoryTree,
    extensions: Collection[str],
    wanted: Callable[[tuple[str, ...]], bool],
) -> list[FileHistory]:
    """Return the histories of the files that had a name with an extension in a directory of interest.

    ``directories`` gets the directories that only the journal knows. A directory that is unknown is of interest, too.
    """
    return _Historian(journal, directories, extensions, wanted).read()


class _Historian:
    """The state of one reading."""

    def __init__(
        self,
        journal: JournalReader,
        directories: DirectoryTree,
        extensions: Collection[str],
        wanted: Callable[[tuple[str, ...]], bool],
    ) -> None:
        self._journal = journal
        self._directories = directories
        self._extensions = extensions
        self._wanted = wanted
        self._histories: dict[Reference, FileHistory] = {}

    def read(self) -> list[FileHistory]:
        for change in self._journal.changes():
            if change.is_directory:
                self._directories.add_gone(change.file, change.name, change.directory)
            else:
                self._file(change)
        return list(self._histories.values())

    def _file(self, change: Change) -> None:
        place = Place(change.directory, change.name)
        old = None if change.old is None else Place(*change.old)
        history = self._histories.get(change.file)
        if history is None:
            places = (place,) if old is None else (old, place)
            if len(self._histories) >= MOST_HISTORIES or not any(self._is_of_interest(each) for each in places):
                return
            created = self._journal.created_of(change.file)
            history = self._histories[change.file] = FileHistory(change.file, place, created)
            self._journal.follow(change.file)
        history.place = place
        _add(history, change)
        if old is not None and old != place and len(history.renamings) < _MOST_RENAMINGS:
            history.renamings.append(Renaming(change.when_utc, old, place, change.number))

    def _is_of_interest(self, place: Place) -> bool:
        if extension_of(place.name) not in self._extensions:
            return False
        path = self._directories.path_of(place.directory)
        return path is None or self._wanted(path)


def _add(history: FileHistory, change: Change) -> None:
    """Add the times of a change; the reasons of a record are those of all changes since the file was opened."""
    history.last_number = change.number
    if change.reason & Reason.CREATED and history.created_utc is None:
        history.created_utc = change.when_utc
    if change.reason & WRITTEN:
        history.written_utc = change.when_utc
    if change.reason & Reason.TIMES_SET:
        history.times_set_utc = change.when_utc
    if change.reason & Reason.DELETED:
        history.deleted_utc = change.when_utc
