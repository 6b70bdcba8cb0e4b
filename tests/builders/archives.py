"""Archives of a source: the files of a host as a ZIP or tar archive in memory."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator

import py7zr

from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.sources.source import Source


def iter_files(source: Source) -> Iterator[tuple[Entry, bytes]]:
    """Yield each file of a source with its content."""
    waiting = [""]
    while waiting:
        for entry in source.list(waiting.pop()):
            if entry.kind is EntryKind.DIRECTORY:
                waiting.append(entry.path)
            else:
                yield entry, source.read(entry.path, entry.size_bytes)


def zip_of(source: Source, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for entry, data in iter_files(source):
            when = entry.times.modified_utc
            date = (2020, 1, 1, 0, 0, 0) if when is None else when.timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(entry.path, date), data, method)
    return stream.getvalue()


def tar_of(source: Source, mode: str = "w") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:  # type: ignore[call-overload]
        for entry, data in iter_files(source):
            member = tarfile.TarInfo(entry.path)
            member.size = len(data)
            member.mtime = 0 if entry.times.modified_utc is None else entry.times.modified_utc.timestamp()
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def seven_zip_of(source: Source) -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w") as archive:
        for entry, data in iter_files(source):
            archive.writestr(data, entry.path)
    return stream.getvalue()
