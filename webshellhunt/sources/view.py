"""A view of sources: a folder with the archives in it as directories, or a part of an archive or image by itself.

Archives are directories if they have a server in them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import NamedTuple

from webshellhunt.containers.container import find_container
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.listing import is_of_server
from webshellhunt.errors import SourceError, SourceNotFoundError, UsageError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.model.times import TimeBasis
from webshellhunt.sources.archive.source import ArchiveSource
from webshellhunt.sources.directory import DirectorySource
from webshellhunt.sources.drives import named_drive, search
from webshellhunt.sources.filesystem import absolute, extended
from webshellhunt.sources.openers import Opener, find_opener
from webshellhunt.sources.source import BaseSource, Source, form_of, join, window_on


class Part(NamedTuple):
    """A directory of a source."""

    source: Source
    top: str = ""


class ViewSource(BaseSource):
    """A source made of parts of others: ``parts`` has the part at each path, that at ``""`` is the top.

    A part at another path takes the place of a file there, such as an archive.
    """

    def __init__(self, location: str, parts: Mapping[str, Part]) -> None:
        self.location: str = location
        self._parts = dict(parts)

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the drives that the user named for the source at the top, if all of it is shown."""
        top = self._parts[""]
        return {} if top.top else top.source.drives

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time bases of the sources."""
        return tuple(basis for part in self._parts.values() for basis in part.source.time_bases)

    @property
    def form(self) -> SourceForm:
        """Return the form of the source at the top, with the gaps of each one in the parts."""
        forms = {path: form_of(part.source) for path, part in self._parts.items()}
        gaps = tuple(gap for path, form in forms.items() for gap in self._gaps(path, form))
        top, *inner = forms.values()
        labels = sorted({form.label for form in inner})
        label = f"{top.label or 'a folder'} with {' and '.join(labels)} in it" if labels else top.label
        snapshots = () if self._parts[""].top else top.snapshots
        return SourceForm(label, any(form.is_collection for form in forms.values()), gaps, snapshots, top.computer)

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        part, at, inside = self._find(path)
        return [self._shown(each, at, part) for each in part.source.list(inside)]

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        part, _, inside = self._find(path)
        names = part.source.names(inside)
        mounted = (name for name in names if f"{path}/{name}".lstrip("/") in self._parts)
        return {**names, **dict.fromkeys(mounted, EntryKind.DIRECTORY)}

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        part, at, inside = self._find(path)
        found = part.source.stat(inside)
        return None if found is None else self._shown(found, at, part)._replace(name=path.rpartition("/")[2], path=path)

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file from ``offset`` on."""
        part, _, inside = self._find(path)
        return part.source.read(inside, limit_bytes, offset)

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory, sorted by name."""
        part, at, inside = self._find(path)
        return tuple(self._shown(each, at, part) for each in part.source.streams(inside))

    def locate(self, path: str) -> str | None:
        """Return the path on this machine, or ``None``."""
        part, _, inside = self._find(path)
        return part.source.locate(inside)

    def close(self) -> None:
        """Close the sources."""
        for part in self._parts.values():
            part.source.close()

    def __repr__(self) -> str:
        return f"ViewSource({self.location!r}, {self._parts!r})"

    def _find(self, path: str) -> tuple[Part, str, str]:
        """Return the part of a path, the path at which it is shown, and the path inside its source."""
        at = max((each for each in self._parts if not each or path == each or path.startswith(f"{each}/")), key=len)
        if ".." in path.split("/"):
            raise SourceNotFoundError("the path is outside the source", path=path)
        part = self._parts[at]
        return part, at, join(part.top, path[len(at) :].lstrip("/"))

    def _shown(self, entry: Entry, at: str, part: Part) -> Entry:
        """Return an entry with its path and target in this view; an archive that is a part is a directory."""
        path = _shown_path(entry.path, at, part) or ""
        target = None if entry.target is None else _shown_path(entry.target, at, part)
        if path != at and path in self._parts:
            return entry._replace(path=path, kind=EntryKind.DIRECTORY, size_bytes=0, target=None)
        return entry._replace(path=path, target=target)

    def _gaps(self, at: str, form: SourceForm) -> Iterator[Gap]:
        """Yield the gaps of one source; those of an archive have the paths of this view."""
        part = self._parts[at]
        for gap in form.gaps:
            shown = _shown_path(gap.path, at, part) if gap.path != part.source.location else None
            is_outside = part.top and shown is None and gap.path != part.source.location
            if not is_outside:
                yield gap if shown is None else replace(gap, path=shown)


def _shown_path(path: str, at: str, part: Part) -> str | None:
    """Return the path in a view of a path in the source of a part, or ``None`` if it is outside of the part."""
    if part.top and path != part.top and not path.startswith(f"{part.top}/"):
        return None
    return join(at, path[len(part.top) :].lstrip("/"))


class PartLocation(NamedTuple):
    """A location in a container: the file on this machine, its opener, and the path in it."""

    container: str
    opener: Opener
    top: str


def with_archives(source: DirectorySource, options: SourceOptions) -> Source:
    """Return a folder with the archives in it that have the files of a server, each as a directory.

    Archives below a drive or a web site are files of that server, and stay files; so do those that can't be opened.
    """
    if source.live or source.only_entry() is not None:
        return source
    parts = {"": Part(source)}
    with ExitStack() as stack:
        archives = search(source).archives
        of_drives = Counter(map(_host_of_drive, archives))
        for path in archives:
            is_drive = _host_of_drive(path) is not None and of_drives[_host_of_drive(path)] > 1
            with suppress(SourceError):
                if (opened := _with_server(source, path, options, is_drive=is_drive)) is not None:
                    stack.callback(opened.close)
                    parts[path] = Part(opened)
        stack.pop_all()
    return ViewSource(source.location, parts) if len(parts) > 1 else source


def container_above(location: str) -> PartLocation | None:
    """Return the archive or image on this machine that a location is in, such as ``case.zip/EXCH01``, or ``None``."""
    above, names = location.rstrip("\\/"), list[str]()
    while above and not os.path.lexists(extended(absolute(above))):
        above, name = os.path.split(above)
        names.insert(0, name)
        above = above.rstrip("\\/")
    if not (above and names):
        return None
    opener = find_opener(above)
    return None if opener is None else PartLocation(above, opener, "/".join(filter(None, names)))


def open_part(location: str, part: PartLocation, options: SourceOptions) -> Source:
    """Open a directory in an archive or image.

    Raises:
        SourceError: The container can't be opened, or has no such directory.
        UsageError: The options name drives.
    """
    if options.drives:
        raise UsageError(f"{location} is in a container, with which --drive is not possible: unpack it first")
    with ExitStack() as stack:
        opened = stack.enter_context(part.opener.open(part.container, options))
        entry = opened.stat(part.top)
        if entry is None or entry.kind is not EntryKind.DIRECTORY:
            raise SourceNotFoundError(f"{part.container} has no such folder; check the spelling", path=location)
        stack.pop_all()
    return ViewSource(location, {"": Part(opened, part.top)})


def _host_of_drive(path: str) -> str | None:
    """Return the folder and host of an archive that is named like a drive (``EXCH01_D.zip``), or ``None``."""
    folder, _, name = path.rpartition("/")
    named = named_drive(name)
    return None if named is None else f"{folder}/{named.host}"


def _with_server(source: DirectorySource, path: str, options: SourceOptions, *, is_drive: bool) -> Source | None:
    """Return an archive that has files of a server, or archives with them, or ``None`` for another one."""
    entry, real = source.stat(path), source.locate(path)
    if entry is None or real is None:
        return None
    found = find_container(window_on(source, path, entry.size_bytes), entry.name)
    listing = None if found is None else found.listing
    is_unknown = found is not None and (found.form is ContainerFormat.SEVEN_ZIP or is_drive)
    if not is_unknown and (listing is None or not (listing.holds_server or listing.archives or not listing.complete)):
        return None
    opened = ArchiveSource(real, times=options.times, password=options.password)
    if is_drive or any(map(is_of_server, opened.file_names())):
        return opened
    opened.close()
    return None
