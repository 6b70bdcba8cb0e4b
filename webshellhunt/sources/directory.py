"""The source for a folder, a mounted image, the drive of a live server, or one plain file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from webshellhunt.errors import SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.sources import filesystem, windows
from webshellhunt.sources.access_times import scan_directory
from webshellhunt.sources.source import BaseSource
from webshellhunt.sources.time_basis import LONE_FILE, find_time_basis, times_choice

_WINDOWS = os.name == "nt"
_LINUX = sys.platform.startswith("linux")


class DirectorySource(BaseSource):
    r"""Evidence in the file system of this machine, read-only.

    A path whose first component is a mounted drive (``D:``) refers to the folder of that drive, even if the location
    itself has a child of this name. The decision whether times are ``original`` is made once for the location and for
    each drive (``sources.time_basis``).
    """

    def __init__(
        self,
        location: str | os.PathLike[str],
        *,
        drives: Mapping[str, str] | None = None,
        machine_drives: Callable[[], tuple[str, ...]] = windows.machine_drives,
        live: bool | None = None,
        times: str = TimesChoice.AUTO,
    ) -> None:
        """Open a folder or a file.

        ``drives``: folders with further drives, by letter. ``machine_drives``: returns the drive letters of the
        machine; called once, for a live source only. ``live``: whether this is the running system; detected by default.
        ``times``: ``original``, ``copy``, or ``auto`` to detect it.

        Raises:
            SourceError: The location does not exist, can't be opened, or is neither a folder nor a file.
            UsageError: A drive isn't one letter, or ``times`` is another word.
        """
        choice = times_choice(times)
        self.location: str = filesystem.shown(os.fspath(location))
        self.live: bool = windows.is_running_system(self.location, os.name, os.environ) if live is None else live
        place = filesystem.absolute(os.fspath(location))
        self._only: str | None = None
        if filesystem.location_kind(self.location, filesystem.extended(place)) is EntryKind.FILE:
            place, self._only = os.path.split(place)
        self._top = place
        named = {filesystem.letter_of(key): os.fspath(folder) for key, folder in (drives or {}).items()}
        self._mounted = {letter: filesystem.drive_top(letter, folder) for letter, folder in named.items()}
        self._machine_drives = machine_drives
        self._machine_drives_read = False
        self._real_tops: tuple[tuple[str, str], ...] = ()
        self._inside: dict[str, bool] = {}
        real, is_file = filesystem.extended(place), self._only is not None
        self._basis = find_time_basis(self.location, real, choice, live=self.live, is_file=is_file)
        self._drive_bases = {
            letter: find_time_basis(folder, filesystem.extended(self._mounted[letter]), choice, live=False)
            for letter, folder in named.items()
        }

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the path inside the source of each drive of the user or, for a live source, of the machine."""
        self._read_machine_drives()
        return {letter: f"{letter}:" for letter in sorted(self._mounted)}

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time basis of the location and of each drive that the user named.

        A single file has no time basis, unless the user or the mount determines it.
        """
        own = () if self._basis.reason == LONE_FILE else (self._basis,)
        return (*own, *(self._drive_bases[letter] for letter in sorted(self._drive_bases)))

    def only_entry(self) -> Entry | None:
        """Return the entry of the file if the location is one file, or ``None`` for a folder."""
        return None if self._only is None else self.stat(self._only)

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        if self._only is not None:
            entry = self.stat(self._only) if not path else None
            if entry is None:
                raise SourceNotFoundError("no such directory in this source", path=path)
            return [entry]
        prefix = f"{path}/" if path else ""
        with self._scan(path) as found:
            named = ((filesystem.shown(each.name), each) for each in found)
            entries = [self._entry(name, prefix + name, each) for name, each in named]
        entries.sort(key=lambda entry: entry.name)
        return entries

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        if self._only is not None:
            return {entry.name: entry.kind for entry in self.list(path)}
        with self._scan(path) as found:
            return {filesystem.shown(each.name): filesystem.listed_kind(each) for each in found}

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        if self._only is not None and path not in ("", self._only):
            return None
        if self._only is not None and not path:
            return Entry("", "", EntryKind.DIRECTORY)
        parent, _, name = path.rpartition("/")
        self._require_inside(parent, path)
        try:
            # The user named the only file of this source, so that a link is followed.
            status = (os.lstat if self._only is None else os.stat)(self._real(path))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        except OSError as error:
            raise filesystem.as_source_error(error, path) from error
        if not name or (not parent and self._drive_folder(name) is not None):
            times = self._times(path, status)
            return Entry(name, path, EntryKind.DIRECTORY, 0, times, filesystem.identity(status))
        return self._from_status(name, path, status)

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file, from ``offset`` on."""
        if self._only is not None and path != self._only:
            raise SourceNotFoundError("no such file in this source", path=path)
        self._require_inside(path.rpartition("/")[0], path)
        real = self._real(path)
        if filesystem.REFUSES_LINKS:  # saves a check for a link before each read
            try:
                return filesystem.read_file(real, limit_bytes, offset, path)
            except UnreadableError:
                pass  # a link, perhaps
        if os.path.islink(real):  # noqa: PTH114
            target = path if self._only is not None else self._target(path)
            if target is None:
                raise UnreadableError("the link points outside the source, so it is not followed", path=path)
            real = os.path.realpath(self._real(target))
        return filesystem.read_file(real, limit_bytes, offset, path)

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory; only Windows lists them."""
        if not _WINDOWS:
            return ()
        self._require_inside(path.rpartition("/")[0], path)
        try:
            found = windows.file_streams(self._real(path))
        except OSError as error:
            raise filesystem.as_source_error(error, path) from error
        name = path.rpartition("/")[2]
        return tuple(Entry(f"{name}:{each}", f"{path}:{each}", EntryKind.FILE, size) for each, size in sorted(found))

    def locate(self, path: str) -> str | None:
        """Return the path on this machine."""
        return self._plain(path)

    def close(self) -> None:
        """Do nothing: no file stays open between two calls."""

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "_inside": {}}

    def __repr__(self) -> str:
        return f"DirectorySource({self.location!r})"

    def _read_machine_drives(self) -> None:
        if self.live and not self._machine_drives_read:
            self._machine_drives_read = True
            own = windows.drive_root_letter(self.location)
            for letter in self._machine_drives():
                if letter != own:
                    self._mounted.setdefault(letter, f"{letter}:\\")
            self._real_tops = ()

    def _drive_folder(self, name: str) -> str | None:
        """Return the folder of a first path component such as ``D:``, or ``None`` if it isn't a drive."""
        if len(name) != 2 or name[1] != ":":
            return None
        self._read_machine_drives()
        return self._mounted.get(name[0])

    def _plain(self, path: str) -> str:
        top = self._top
        if path[1:2] == ":":
            first, _, rest = path.partition("/")
            mounted = self._drive_folder(first)
            if mounted is not None:
                top, path = mounted, rest
        if not path:
            return top
        if _WINDOWS:
            path = path.replace("/", "\\")
        return filesystem.with_separator(top) + path

    def _real(self, path: str) -> str:
        return filesystem.extended(self._plain(path))

    def _tops(self) -> tuple[tuple[str, str], ...]:
        """Return pairs of a real top folder, ending in a separator, and its path inside the source."""
        if not self._real_tops:
            tops = [(self._top, ""), *((folder, f"{letter}:") for letter, folder in self._mounted.items())]
            real = ((os.path.realpath(filesystem.extended(top)), inside) for top, inside in tops)
            self._real_tops = tuple((filesystem.with_separator(top), inside) for top, inside in real)
        return self._real_tops

    def _path_of(self, real: str) -> str | None:
        """Return the path inside the source of a resolved path of the machine, the shortest if there are several."""
        real = real.removeprefix("\\\\?\\")
        found = []
        for top, inside in self._tops():
            if os.path.normcase(filesystem.with_separator(real)).startswith(os.path.normcase(top)):
                rest = filesystem.shown(real[len(top) :]).replace(os.sep, "/")
                found.append(f"{inside}/{rest}".strip("/"))
        return min(found, key=len, default=None)

    def _require_inside(self, directory: str, path: str) -> None:
        """Raise an error if a path is outside the source, by ``..`` or through a link to a directory."""
        inside = self._inside.get(directory)
        if inside is None:
            if ".." in directory.split("/") or directory.startswith("/"):
                inside = False
            else:
                try:
                    inside = self._path_of(os.path.realpath(self._real(directory))) is not None
                except (OSError, ValueError):
                    inside = False
            self._inside[directory] = inside
        if not inside or path.endswith("/..") or path == "..":
            raise UnreadableError("the path is outside the source, so it is not followed", path=path)

    @contextmanager
    def _scan(self, path: str) -> Iterator[Iterator[os.DirEntry[str]]]:
        """Open a directory and yield its entries."""
        self._require_inside(path, path)
        try:
            with scan_directory(self._real(path)) as found:
                yield found
        except (OSError, ValueError) as error:
            raise filesystem.as_source_error(error, path) from error

    def _entry(self, name: str, path: str, found: os.DirEntry[str]) -> Entry:
        try:
            status = found.stat(follow_symlinks=False)
        except OSError:
            # Listed, but gone or access denied: reading it raises the error.
            return Entry(name, path, EntryKind.FILE)
        return self._from_status(name, path, status)

    def _from_status(self, name: str, path: str, status: os.stat_result) -> Entry:
        kind = filesystem.entry_kind(status)
        size = status.st_size if kind is EntryKind.FILE else 0
        target = self._target(path) if kind is EntryKind.LINK else None
        times, hidden = self._times(path, status), filesystem.attributes(status)
        return Entry(name, path, kind, size, times, filesystem.identity(status), target, hidden)

    def _times(self, path: str, status: os.stat_result) -> Timestamps:
        """Return the times of a file, for original times with the creation time that the status lacks."""
        basis = (
            self._drive_bases.get(path[0], self._basis) if path[1:2] == ":" and path[2:3] in ("", "/") else self._basis
        )
        created = filesystem.created_ns(self._real(path)) if _LINUX and basis.original and basis.created else None
        times = filesystem.timestamps(status, original=basis.original, created_ns=created)
        return times if basis.created else times._replace(created_utc=None)

    def _target(self, path: str) -> str | None:
        try:
            real = os.path.realpath(self._real(path), strict=True)
        except (OSError, ValueError):
            return None  # a dangling link, or a cycle of links
        return self._path_of(real)
