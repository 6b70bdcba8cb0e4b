"""The source of a collection: it shows the files of another source as the server had them.

Velociraptor stores the parts of a sparse file that have data one after another, and an index of their places. Source:
Velociraptor, actions/proto/transport.proto (Index, Range); older versions have one range a line.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_form import Snapshot, SourceForm
from webshellhunt.model.times import TimeBasis
from webshellhunt.sources.collection.folder_builder import INDEX, Child, Folder, StoredPlace, is_journal
from webshellhunt.sources.collection.layout import Layout, Records
from webshellhunt.sources.collection.missing_files import Missing, gone_gaps, iter_gaps
from webshellhunt.sources.collection.names import folded
from webshellhunt.sources.collection.tree import CollectionTree
from webshellhunt.sources.source import BaseSource, Source, form_of, join

_MOST_INDEX_BYTES = 64 * 1024 * 1024
_MOST_INDEXES = 256
_MOST_LOOKED = 300_000
_MOST_ZEROS = 64 * 1024 * 1024
_HOLLOW = "the index of the collector states {:,} bytes, nearly all of them zeros: check the file and its index by hand"

_MODIFIED = "the collector keeps the time of the last change"
_WITHOUT = "for files without such a record"
_LOST = "the collector left it out as a duplicate of a file that is not in the collection"
_StoredEntry = Callable[[str], Entry | None]

_MOST_EXTENTS = 1_000_000
_LARGEST_FILE = 1 << 60
_FIELDS = ("file_offset", "original_offset", "file_length", "length")


class CollectionSource(BaseSource):
    """A collection of a triage tool: paths, names, sizes and times are those of the server.

    ``inner`` is the source with the files as the tool stored them. ``dated`` is false if the user decided that the
    times are those of a copy, so that the records of the tool date nothing.
    """

    def __init__(self, inner: Source, layout: Layout, *, dated: bool = True) -> None:
        self._inner = inner
        self._layout = layout
        self._dated = dated
        self._extents: dict[str, StoredExtents | None] = {}

    @property
    def location(self) -> str:
        """Return the location as the user entered it."""
        return self._inner.location

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the drives that the user named."""
        return self._inner.drives

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the basis of the times in the records of the collector, and that of the stored files."""
        records = self._records
        if self._dated and records.times:
            stored = () if self._are_all_dated else self._inner.time_bases
            others = (each._replace(reason=f"{_WITHOUT}: {each.reason}") for each in stored)
            return (TimeBasis(self.location, True, records.basis), *others)
        if self._has_modified:
            return (TimeBasis(self.location, True, _MODIFIED, created=False),)
        return self._inner.time_bases

    @property
    def form(self) -> SourceForm:
        """Return the form: the tool, its gaps, and the shadow copies among the files."""
        inner, records = form_of(self._inner), self._records
        label = f"{self._layout.label} in {inner.label}" if inner.label else self._layout.label
        snapshots = tuple(
            Snapshot(
                mount.top,
                mount.top,
                self._layout.letter_of(mount),
                records.shadows.get(folded(mount.top)),
                only_changed=not self._layout.has_duplicates,
            )
            for mount in self._layout.mounts
            if mount.is_snapshot
        )
        below = (replace(gap, path=self._server_path(gap.path)) for gap in inner.gaps)
        gaps = (*below, *records.gaps, *self._lost, *self._gone)
        computer = inner.computer or records.computer
        return SourceForm(label, True, gaps, (*inner.snapshots, *snapshots), computer)

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        folder = self._folder(path)
        stored = self._listed_entries()
        entries = [self._entry(path, child, stored) for child in folder.children.values()]
        return sorted(entries, key=lambda entry: entry.name)

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        return {name: child.kind for name, child in self._folder(path).children.items()}

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        child = self._find(path)
        return None if child is None else self._entry(path.rpartition("/")[0], child, self._inner.stat)

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file from ``offset`` on; the gaps of a sparse file are zero."""
        child = self._find(path)
        if child is None or child.kind is EntryKind.DIRECTORY:
            raise SourceNotFoundError("no such file in this source", path=path)
        place = self._chosen(child, self._inner.stat)
        extents = self._extents_of(place.path) if place.has_extents else None
        if extents is None:
            return self._inner.read(place.path, limit_bytes, offset)
        if extents.size_bytes - extents.stored_bytes > _MOST_ZEROS and not is_journal(child.name):
            raise UnreadableError(_HOLLOW.format(extents.size_bytes), path=path)
        return extents.read(lambda count, at: self._inner.read(place.path, count, at), limit_bytes, offset)

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory, sorted by name."""
        child = self._tree.find(path)
        if child is None:
            return ()
        parent = path.rpartition("/")[0]
        folder = self._tree.folder(parent) if path else None
        own = {} if folder is None else folder.streams.get(child.name, {})
        found = [self._entry(parent, each, self._inner.stat) for each in own.values()]
        for place in child.places[:1]:
            for stream in self._inner.streams(place.path):
                name = f"{child.name}:{stream.name.partition(':')[2]}"
                if name not in own:
                    found.append(stream._replace(name=name, path=join(parent, name)))
        return tuple(sorted(found, key=lambda entry: entry.name))

    def locate(self, path: str) -> str | None:
        """Return the path on this machine of the stored file, or ``None``."""
        if not path:
            return self._inner.locate("")
        try:
            child = self._tree.find(path)
        except SourceError:
            return None
        return None if child is None or not child.places else self._inner.locate(child.places[0].path)

    def close(self) -> None:
        """Close the open files of the inner source."""
        self._inner.close()

    def __getstate__(self) -> dict[str, object]:
        return {"_inner": self._inner, "_layout": self._layout, "_dated": self._dated, "_extents": {}}

    def __repr__(self) -> str:
        return f"CollectionSource({self._inner!r}, {self._layout.label!r})"

    @cached_property
    def _records(self) -> Records:
        return self._layout.read_records(self._inner, self._layout)

    @cached_property
    def _tree(self) -> CollectionTree:
        duplicates = self._records.duplicates if self._layout.has_duplicates else {}
        return CollectionTree(self._inner, self._layout, self._has_index, duplicates)

    @cached_property
    def _lost(self) -> tuple[Gap, ...]:
        """Return the gaps for files that were left out as duplicates of files that are missing."""
        lost = [Missing(path, _LOST) for path in self._tree.lost_duplicates()]
        return tuple(iter_gaps(lost, "left-out-by-collector", self._layout.top or self.location))

    @cached_property
    def _gone(self) -> tuple[Gap, ...]:
        """Return the gaps for files that are gone since they were collected."""
        record = self._layout.top or self.location
        return tuple(gone_gaps(self._records.stored, self._tree, self._listed_entries(), record))

    @cached_property
    def _are_all_dated(self) -> bool:
        """Return True if each file that is listed has times in the records; a duplicate has no times at all."""
        waiting, looked = [""], 0
        while waiting and looked <= _MOST_LOOKED:
            path = waiting.pop()
            with suppress(SourceError):
                for child in self._folder(path).children.values():
                    looked += 1
                    inside = join(path, child.name)
                    if child.kind is EntryKind.DIRECTORY:
                        waiting.append(inside)
                    elif child.is_duplicate is self._layout.moves_files and folded(inside) not in self._records.times:
                        return False
        return not waiting

    @property
    def _has_modified(self) -> bool:
        """Return True if the times of last changes in an archive are those of the server."""
        return self._dated and self._layout.keeps_times and bool(form_of(self._inner).label)

    def _find(self, path: str) -> Child | None:
        """Return the child at a path; a stream of a stored file, which only the inner source knows, too."""
        child = self._tree.find(path)
        base, colon, stream = path.rpartition("/")[2].partition(":")
        if child is not None or not colon:
            return child
        owner = self._tree.find(join(path.rpartition("/")[0], base))
        if owner is None or not owner.places:
            return None
        place = StoredPlace(f"{owner.places[0].path}:{stream}")
        found = self._inner.stat(place.path)
        return None if found is None else Child(f"{owner.name}:{stream}", EntryKind.FILE, (place,))

    def _server_path(self, path: str) -> str:
        """Return the path of the server for a path of the collection, or the path itself."""
        shown = self._tree.path_of(path) if path != self.location else None
        on_drive = shown is not None and shown[1:3] == ":/"
        return shown.replace("/", "\\") if shown is not None and on_drive else path

    def _folder(self, path: str) -> Folder:
        folder = self._tree.folder(path)
        if folder is None:
            raise SourceNotFoundError("no such directory in this source", path=path)
        return folder

    def _entry(self, parent: str, child: Child, stored: _StoredEntry) -> Entry:
        """Return the entry of a child; ``stored`` returns the entries of the collection."""
        path = join(parent, child.name)
        if not child.places:
            return Entry(child.name, path, EntryKind.DIRECTORY)
        place = self._chosen(child, stored)
        entry = stored(place.path)
        if entry is None:
            return Entry(child.name, path, child.kind)
        target = self._tree.path_of(entry.target) if entry.target is not None else None
        size, times = self._size(place, entry), self._times(path, entry)
        if child.is_duplicate:
            entry, times = entry._replace(identity=None), self._records.times.get(folded(path), Timestamps())
        return entry._replace(name=child.name, path=path, kind=child.kind, size_bytes=size, times=times, target=target)

    def _times(self, path: str, entry: Entry) -> Timestamps:
        known = self._records.times.get(folded(path)) if self._dated else None
        if known is not None:
            return known
        if self._has_modified:
            return Timestamps(entry.times.modified_utc, original=entry.times.modified_utc is not None)
        return entry.times

    def _chosen(self, child: Child, stored: _StoredEntry) -> StoredPlace:
        """Return the place from which a file is read: the most complete one, then the preferred one."""
        if len(child.places) == 1 or child.kind is not EntryKind.FILE:
            return child.places[0]
        return max(child.places, key=lambda place: (self._size(place, stored(place.path)), -place.layer))

    def _size(self, place: StoredPlace, entry: Entry | None) -> int:
        extents = self._extents_of(place.path) if place.has_extents else None
        if extents is not None:
            return extents.size_bytes
        return -1 if entry is None else entry.size_bytes

    def _listed_entries(self) -> _StoredEntry:
        """Return a function for entries of the collection, which lists each directory once."""
        listed: dict[str, dict[str, Entry]] = {}

        def stored(path: str) -> Entry | None:
            directory = path.rpartition("/")[0]
            if directory not in listed:
                listed[directory] = {entry.path: entry for entry in self._inner.list(directory)}
            return listed[directory].get(path)

        return stored

    def _has_index(self, path: str) -> bool:
        return self._layout.has_extents and self._extents_of(path) is not None

    def _extents_of(self, path: str) -> StoredExtents | None:
        """Return the extents of a file of the collection, or ``None`` if it is not sparse."""
        if path not in self._extents:
            if len(self._extents) >= _MOST_INDEXES:
                self._extents.clear()
            self._extents[path] = self._read_extents(path + INDEX)
        return self._extents[path]

    def _read_extents(self, index: str) -> StoredExtents | None:
        entry = self._inner.stat(index)
        if entry is None or entry.kind is not EntryKind.FILE or entry.size_bytes > _MOST_INDEX_BYTES:
            return None
        return read_extents(self._inner.read(index, _MOST_INDEX_BYTES))


class StoredExtent(NamedTuple):
    """A part of a file: ``length`` bytes from ``offset`` on, of which ``stored_length`` are stored at ``stored_at``.

    Units: bytes.
    """

    offset: int
    length: int
    stored_at: int
    stored_length: int


class StoredExtents:
    """The extents of one file, in the order of their offsets; bytes without a stored extent are zero."""

    def __init__(self, extents: Sequence[StoredExtent]) -> None:
        self._extents = [extent for extent in extents if extent.stored_length]
        self._starts = [extent.offset for extent in self._extents]
        self.size_bytes: int = max((extent.offset + extent.length for extent in extents), default=0)
        self.stored_bytes: int = max((extent.stored_at + extent.stored_length for extent in self._extents), default=0)

    def read(self, read_stored: Callable[[int, int], bytes], limit_bytes: int, offset: int) -> bytes:
        """Return at most ``limit_bytes`` bytes from an offset in the original file; ``read_stored(count, offset)``."""
        end = min(offset + limit_bytes, self.size_bytes)
        if offset < 0 or offset >= end:
            return b""
        pieces: list[bytes] = []
        at = offset
        for extent in self._from(offset):
            if extent.offset >= end:
                break
            start, stop = max(at, extent.offset), min(end, extent.offset + extent.stored_length)
            if stop <= start:
                continue
            data = read_stored(stop - start, extent.stored_at + start - extent.offset)[: stop - start]
            pieces += [bytes(start - at), data, bytes(stop - start - len(data))]
            at = stop
        return b"".join([*pieces, bytes(end - at)])

    def _from(self, offset: int) -> Iterable[StoredExtent]:
        first = max(0, bisect_right(self._starts, offset) - 1)
        return (self._extents[place] for place in range(first, len(self._extents)))


def read_extents(data: bytes) -> StoredExtents | None:
    """Return the extents in an index, or ``None`` for other JSON, negative numbers, or overlapping extents."""
    try:
        ranges = _ranges(data.decode("utf-8"))
        extents = [extent for each in ranges if (extent := _extent(each)) is not None]
    except (ValueError, RecursionError, TypeError):
        return None
    if not extents or len(extents) != len(ranges) or len(extents) > _MOST_EXTENTS:
        return None
    end = 0
    for extent in extents:
        if extent.offset < end:
            return None
        end = extent.offset + extent.length
    return StoredExtents(extents) if end <= _LARGEST_FILE else None


def _ranges(text: str) -> list[object]:
    try:
        whole = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if len(line) > 2]
    if isinstance(whole, dict) and isinstance(whole.get("ranges"), list):
        return list(whole["ranges"])
    return [whole]


def _extent(value: object) -> StoredExtent | None:
    """Return a range as an extent; fields that are zero are left out by the collector."""
    if not isinstance(value, dict) or not set(value) & set(_FIELDS):
        return None
    numbers = [value.get(name, 0) for name in _FIELDS]
    if not all(type(number) is int and 0 <= number <= _LARGEST_FILE for number in numbers):
        return None
    stored_at, offset, stored_length, length = numbers
    return StoredExtent(offset, length, stored_at, min(stored_length, length))
