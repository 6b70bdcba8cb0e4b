# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source over the file systems of a target: whatever dissect opens, webshellhunt reads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from dissect.target import Target
from dissect.target.filesystem import FilesystemEntry

from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.times import TimeBasis

from .entries import content_elsewhere, entry_of, is_name, kind_of, stream_names
from .volumes import Drive, find_drives, locked_volumes

_MOST_DIRECTORIES = 256
_Names = dict[str, FilesystemEntry]


class TargetSource:
    """Evidence in a target of dissect, read-only; its first directories are the drives (``C:``).

    A target can't be pickled, so a hunt reads it in one process.
    """

    def __init__(self, target: Target, *, is_collection: bool = False) -> None:
        """Find the drives of a target; ``is_collection`` is true if a tool selected its files."""
        self.location = str(target.path or target)
        self.live = False
        self._target = target
        self._drives = {drive.top: drive for drive in find_drives(target)}
        self._directories: OrderedDict[str, _Names] = OrderedDict()
        self.form = SourceForm("a target of dissect", is_collection, locked_volumes(target))

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the drives whose letters dissect found."""
        return {drive.letter: drive.top for drive in self._drives.values() if drive.letter}

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time basis of each drive: a volume has the times of the server, other drives those of copies."""
        return tuple(
            TimeBasis(drive.top, drive.is_original, "it is a volume of the server")
            if drive.is_original
            else TimeBasis(drive.top, False, f"its files are copies ({drive.files.__type__})")
            for drive in self._drives.values()
        )

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        if not path:
            return [Entry(top, top, EntryKind.DIRECTORY) for top in sorted(self._drives)]
        drive, found = self._drive(path), self._names(path)
        with _as_source_error(path):
            return [self._entry(drive, name, f"{path}/{name}", found[name]) for name in sorted(found)]

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        if not path:
            return dict.fromkeys(self._drives, EntryKind.DIRECTORY)
        found = self._names(path)
        with _as_source_error(path):
            return {name: kind_of(each) for name, each in found.items()}

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        if not path or path in self._drives:
            return Entry(path, path, EntryKind.DIRECTORY)
        try:
            found, stream = self._find(path)
        except SourceNotFoundError:
            return None
        if stream:
            base = path.rpartition(":")[0]
            return next((each for each in self.streams(base) if each.path == path), None)
        with _as_source_error(path):
            return self._entry(self._drive(path), path.rpartition("/")[2], path, found)

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file, from ``offset`` on."""
        found, stream = self._find(path)
        with _as_source_error(path):
            kind = kind_of(found)
            if kind is EntryKind.LINK:
                found = self._followed(path)
                kind = kind_of(found)
            if kind is not EntryKind.FILE and not stream:
                raise UnreadableError("it is not a plain file, so it is not read", path=path)
            reason = content_elsewhere(found) if self._drive(path).is_original and not stream else None
            if reason is not None:
                raise UnreadableError(reason, path=path)
            with found.open(stream) if stream else found.open() as opened:
                opened.seek(offset)
                data: bytes = opened.read(limit_bytes)
                return data

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory; only volumes with NTFS have some."""
        if not path or path in self._drives or not self._drive(path).is_original:
            return ()
        found, _ = self._find(path)
        name = path.rpartition("/")[2]
        with _as_source_error(path):
            return tuple(
                Entry(f"{name}:{each}", f"{path}:{each}", EntryKind.FILE, size) for each, size in stream_names(found)
            )

    def locate(self, path: str) -> str | None:
        """Return ``None``: nothing of this machine can open a file in a target."""
        return None

    def close(self) -> None:
        """Do nothing: the target belongs to dissect."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"TargetSource({self.location!r})"

    def _drive(self, path: str) -> Drive:
        drive = self._drives.get(path.partition("/")[0])
        if drive is None:
            raise SourceNotFoundError("no such file or directory in this source", path=path)
        return drive

    def _names(self, path: str) -> _Names:
        """Return the entries of a directory by name; a link is none, so that no path leads out of a drive."""
        found = self._directories.get(path)
        if found is None:
            drive = self._drive(path)
            with _as_source_error(path):
                folder = drive.files.get("/") if path == drive.top else self._child(path)
                if kind_of(folder) is not EntryKind.DIRECTORY:
                    raise SourceNotFoundError("no such directory in this source", path=path)
                found = {each.name: each.get() for each in folder.scandir() if is_name(each.name)}
            self._directories[path] = found
            if len(self._directories) > _MOST_DIRECTORIES:
                self._directories.popitem(last=False)
        else:
            self._directories.move_to_end(path)
        return found

    def _child(self, path: str) -> FilesystemEntry:
        folder, _, name = path.rpartition("/")
        found = self._names(folder).get(name) if folder else None
        if found is None:
            raise SourceNotFoundError("no such file or directory in this source", path=path)
        return found

    def _find(self, path: str) -> tuple[FilesystemEntry, str]:
        """Return a file or directory, and the name of the stream that the path has, or an empty one."""
        self._drive(path)
        folder, _, name = path.rpartition("/")
        base, colon, stream = name.partition(":")
        if not colon or name in self._names(folder):
            return self._child(path), ""
        return self._child(f"{folder}/{base}"), stream

    def _entry(self, drive: Drive, name: str, path: str, found: FilesystemEntry) -> Entry:
        try:
            entry = entry_of(drive, name, path, found)
        except Exception:  # noqa: BLE001 - a parser of dissect may raise anything on a damaged record
            # Listed, but damaged: reading it raises the error.
            return Entry(name, path, EntryKind.FILE)
        return entry._replace(target=self._target_of(path)) if entry.kind is EntryKind.LINK else entry

    def _target_of(self, path: str) -> str | None:
        """Return the path inside the source that a link points to, or ``None`` for another place."""
        try:
            with _as_source_error(path):
                return self._inside(self._followed(path).path)
        except SourceError:
            return None

    def _followed(self, path: str) -> FilesystemEntry:
        """Return what a link points to; only the root of the target knows the letters in absolute links."""
        drive = self._drive(path)
        if drive.letter is None:
            raise UnreadableError("the link is on a volume without a letter, so it is not followed", path=path)
        return self._target.fs.get(path).readlink_ext()

    def _inside(self, path: str) -> str | None:
        first, _, rest = path.strip("/").partition("/")
        files = self._target.fs.mounts.get(first.lower())
        top = next((drive.top for drive in self._drives.values() if drive.files is files), None)
        return None if top is None else f"{top}/{rest}".rstrip("/")


@contextmanager
def _as_source_error(path: str) -> Iterator[None]:
    """Raise what dissect raises as an error of the source: its parsers may raise anything on damaged evidence."""
    try:
        yield
    except SourceError:
        raise
    except FileNotFoundError as error:
        raise SourceNotFoundError("no such file or directory in this source", path=path) from error
    except Exception as error:
        words = str(error) or type(error).__name__
        raise UnreadableError(f"it can't be read ({words})", path=path) from error
