"""Archives in a folder that have a server in them, and a directory in an archive or image as a location of its own."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack, suppress
from typing import NamedTuple

from webshellhunt.containers.container import find_container
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.listing import is_of_server
from webshellhunt.containers.window import Window
from webshellhunt.errors import SourceError, SourceNotFoundError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.archive.source import ArchiveSource
from webshellhunt.sources.directory import DirectorySource
from webshellhunt.sources.drives import named_drive, search
from webshellhunt.sources.local_paths import absolute, extended
from webshellhunt.sources.openers import Opener, find_opener
from webshellhunt.sources.source import Source
from webshellhunt.sources.view import Part, ViewSource


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

    def read(offset: int, count: int) -> bytes:
        return source.read(path, count, offset)

    found = find_container(Window(read, entry.size_bytes), entry.name)
    listing = None if found is None else found.listing
    is_unknown = found is not None and (found.form is ContainerFormat.SEVEN_ZIP or is_drive)
    if not is_unknown and (listing is None or not (listing.holds_server or listing.archives or not listing.complete)):
        return None
    opened = ArchiveSource(real, times=options.times, password=options.password)
    if is_drive or any(map(is_of_server, opened.file_names())):
        return opened
    opened.close()
    return None
