"""The source for a tree of files in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webshellhunt.errors import SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.model.times import TimeBasis
from webshellhunt.sources.source import BaseSource


class MemorySource(BaseSource):
    """Evidence in memory: for demonstrations, described hosts and tests.

    ``locate`` returns ``None``, since no file of it exists on this machine.
    """

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        times: Mapping[str, Timestamps] | None = None,
        location: str = "memory",
        directories: Iterable[str] = (),
        links: Mapping[str, str | None] | None = None,
        unreadable: Iterable[str] = (),
        drives: Mapping[str, str] | None = None,
        attributes: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """Build the tree.

        Args:
            files: Content by path; parent directories are created. ``x.aspx:y`` is a stream of ``x.aspx`` if that is a
                file or directory of the source.
            times: Timestamps by path, of files and directories.
            location: The name of this source in reports.
            directories: Further directories, such as empty ones.
            links: Target inside the source by path of the link; ``None`` for a target outside.
            unreadable: Files and directories whose access raises an error, as for a locked file.
            drives: Path inside the source by drive letter.
            attributes: ``hidden`` and ``system`` by path, of files and directories.

        Raises:
            UsageError: A path is absolute, has an empty or dotted component, or is a file and a directory at once.
        """
        self.location = location
        self.time_bases: tuple[TimeBasis, ...] = ()
        self.drives: Mapping[str, str] = dict(drives or {})
        self._files = dict(files)
        self._times = dict(times or {})
        self._attributes = dict(attributes or {})
        self._streams: dict[str, list[Entry]] = {}
        self._unreadable = frozenset(unreadable)
        self._tree: dict[str, dict[str, Entry]] = {"": {}}
        self._build_tree(directories, links or {})

    def _build_tree(self, directories: Iterable[str], links: Mapping[str, str | None]) -> None:
        """Add directories, files, their streams, and links."""
        for path in directories:
            self._place_directory(path)
        streams = {path for path in self._files if self._is_stream(path)}
        for path, data in self._files.items():
            if path not in streams:
                self._place(path, EntryKind.FILE, len(data))
        for path in sorted(streams):
            self._place_stream(path)
        for path, target in links.items():
            self._place(path, EntryKind.LINK, target=target)

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        self._require_readable(path)
        names = self._tree.get(path)
        if names is None:
            raise SourceNotFoundError("no such directory in this source", path=path)
        return [names[name] for name in sorted(names)]

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        if not path:
            return Entry("", "", EntryKind.DIRECTORY, times=self._times.get("", Timestamps()))
        parent, _, name = path.rpartition("/")
        entry = self._tree.get(parent, {}).get(name)
        if entry is None and ":" in name:
            return next((each for each in self.streams(_base_of(path)) if each.name == name), None)
        return entry

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file, from ``offset`` on."""
        entry = self.stat(path)
        if entry is not None and entry.kind is EntryKind.LINK:
            if entry.target is None:
                raise UnreadableError("the link points outside the source, so it is not followed", path=path)
            path = entry.target
        self._require_readable(path)
        data = self._files.get(path)
        if data is None:
            raise SourceNotFoundError("no such file in this source", path=path)
        return data[offset : offset + limit_bytes]

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the streams of a file or directory, sorted by name."""
        return tuple(self._streams.get(path, ()))

    def close(self) -> None:
        """Do nothing: the tree lives as long as the object."""

    def __repr__(self) -> str:
        return f"MemorySource({len(self._files)} files, location={self.location!r})"

    def _require_readable(self, path: str) -> None:
        if path in self._unreadable:
            raise UnreadableError("it can't be read (permission denied)", path=path)

    def _is_stream(self, path: str) -> bool:
        base = _base_of(path)
        return base != path and (base in self._files or any(each.startswith(base + "/") for each in self._files))

    def _place_stream(self, path: str) -> None:
        base = _base_of(path)
        name, times = path.rpartition("/")[2], self._times.get(path, self._times.get(base, Timestamps()))
        entry = Entry(name, path, EntryKind.FILE, len(self._files[path]), times)
        self._streams.setdefault(base, []).append(entry)

    def _place(self, path: str, kind: EntryKind, size_bytes: int = 0, target: str | None = None) -> None:
        parent, slash, name = path.rpartition("/")
        if slash and not parent:
            raise UsageError("a path inside a source is relative", path=path)
        self._place_directory(parent)
        if name in ("", ".", "..") or name in self._tree[parent]:
            raise UsageError("the path does not name a file, or another entry has it already", path=path)
        times = self._times.get(path, Timestamps())
        attributes = self._attributes.get(path, ())
        self._tree[parent][name] = Entry(name, path, kind, size_bytes, times, target=target, attributes=attributes)

    def _place_directory(self, path: str) -> None:
        above = ""
        for name in path.split("/") if path else ():
            here = f"{above}/{name}" if above else name
            if name in ("", ".", ".."):
                raise UsageError("a path inside a source has no empty or dotted component", path=path)
            entry = self._tree[above].setdefault(
                name, Entry(name, here, EntryKind.DIRECTORY, times=self._times.get(here, Timestamps()))
            )
            if entry.kind is not EntryKind.DIRECTORY:
                raise UsageError("the path is a file and a directory at once", path=here)
            self._tree.setdefault(here, {})
            above = here


def _base_of(path: str) -> str:
    """Return the path of the file or directory of a stream, or the path itself if it is not one of a stream."""
    parent, slash, name = path.rpartition("/")
    base, colon, stream = name.partition(":")
    return f"{parent}{slash}{base}" if colon and base and stream else path
