# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entries of a source from those of dissect: kind, size, times, attributes and streams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dissect.target.filesystem import FilesystemEntry

from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.sources.image.ntfs.volume import content_problem

from .volumes import Drive

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HIDDEN, _SYSTEM = 0x2, 0x4
_ENCRYPTED = 0x4000
"""The flag of an attribute of NTFS that EFS has encrypted."""

_SHORT_NAME = 2
"""The kind of a name in NTFS that is only the short one of DOS."""


def kind_of(found: FilesystemEntry) -> EntryKind:
    """Return the kind of an entry without following links."""
    if found.is_symlink():
        return EntryKind.LINK
    if found.is_dir(follow_symlinks=False):
        return EntryKind.DIRECTORY
    return EntryKind.FILE if found.is_file(follow_symlinks=False) else EntryKind.SPECIAL


def entry_of(drive: Drive, name: str, path: str, found: FilesystemEntry) -> Entry:
    """Return the entry of a file or directory of a drive."""
    kind, status = kind_of(found), found.lstat()
    size = int(status.st_size or 0) if kind is EntryKind.FILE else 0
    if not drive.is_original:
        modified, accessed = _time(status.st_mtime_ns), _time(status.st_atime_ns)
        return Entry(name, path, kind, size, Timestamps(modified, accessed_utc=accessed))
    attributes = found.lattr()
    number = int(status.st_ino or 0)
    identity = (int(status.st_dev or 0), number) if number else None
    return Entry(name, path, kind, size, _times(attributes), identity, attributes=_hiding(attributes))


def is_name(name: str) -> bool:
    """Return True if a name can be a component of a path; a damaged or forged index has others."""
    return name not in ("", ".", "..") and not {"/", "\0"} & set(name)


def content_elsewhere(found: FilesystemEntry) -> str | None:
    """Return why the content of a file of NTFS is not in its stream, or ``None`` if it is.

    dissect reads such a stream as zeros or as ciphertext, which would look like an empty page.
    """
    attributes = found.lattr()
    for point in attributes.REPARSE_POINT:
        reason = content_problem(int(point.tag).to_bytes(4, "little"))
        if reason is not None:
            return reason
    if any(int(each.header.flags) & _ENCRYPTED for each in attributes.DATA):
        return "it is encrypted by EFS, so its content can't be read without the key of its user"
    return None


def stream_names(found: FilesystemEntry) -> list[tuple[str, int]]:
    """Return the names and sizes of the alternate streams of a file or directory of NTFS, sorted."""
    names = {each.name for each in found.lattr().DATA if each.name}
    return [(name, int(found.entry.size(name))) for name in sorted(names)]


def _times(attributes: Any) -> Timestamps:  # noqa: ANN401 - dissect.ntfs has no types
    standard = next(iter(attributes.STANDARD_INFORMATION), None)
    names = sorted(attributes.FILE_NAME, key=lambda each: int(each.flags) == _SHORT_NAME)
    named = names[0] if names else None
    return Timestamps(
        standard and _time(standard.last_modification_time_ns),
        standard and _time(standard.creation_time_ns),
        standard and _time(standard.last_change_time_ns),
        standard and _time(standard.last_access_time_ns),
        original=True,
        name_created_utc=named and _time(named.creation_time_ns),
        name_modified_utc=named and _time(named.last_modification_time_ns),
    )


def _hiding(attributes: Any) -> tuple[str, ...]:  # noqa: ANN401 - dissect.ntfs has no types
    standard = next(iter(attributes.STANDARD_INFORMATION), None)
    bits = 0 if standard is None else int(standard.file_attributes)
    return tuple(word for word, bit in (("hidden", _HIDDEN), ("system", _SYSTEM)) if bits & bit)


def _time(nanoseconds: int | None) -> datetime | None:
    """Return a time in nanoseconds from 1970 as UTC, or ``None`` if it is unknown or outside the calendar."""
    try:
        return None if nanoseconds is None else _EPOCH + timedelta(microseconds=nanoseconds // 1000)
    except OverflowError:
        return None
