"""Listed files: the names, the times and the content of one file, as the file table has them.

A small file has its content inside its record, and the record of a deleted file keeps all until another file uses it.
A damaged attribute costs itself, and those after it if they can't be found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs import records
from webshellhunt.ntfs.records import Attribute, Head, Reference, attribute_of, head_of, iter_attributes
from webshellhunt.ntfs.values import FileName, file_name, standard_information


class ListedFile(NamedTuple):
    """One file of a drive.

    ``reference`` has the sequence number of the file itself: that of a free record is one higher. ``created_utc``,
    ``modified_utc`` and ``changed_utc`` are those that programs can set (``$STANDARD_INFORMATION``). ``content`` is the
    whole content, if it is inside the record. ``streams`` are the names of alternate data streams, each with its
    content if that is inside the record.
    """

    reference: Reference
    in_use: bool
    is_directory: bool
    names: tuple[FileName, ...]
    created_utc: datetime | None = None
    modified_utc: datetime | None = None
    changed_utc: datetime | None = None
    size_bytes: int | None = None
    content: bytes | None = None
    streams: tuple[tuple[str, bytes | None], ...] = ()


def listed_file(data: bytes, number: int) -> ListedFile | None:
    """Return the file of a record whose sectors are restored; ``None`` for an extension of another record.

    Raises:
        UnreadableError: It is no record, or its header is damaged.
    """
    head = head_of(data)
    if head.base:
        return None
    in_use = bool(head.flags & records.IN_USE)
    reference = Reference(number, head.sequence if in_use else _before(head.sequence))
    record = ListedFile(reference, in_use, bool(head.flags & records.IS_DIRECTORY), ())
    return _with_attributes(record, _sound_attributes(data, head))


def iter_parents(data: bytes) -> Iterator[int]:
    """Yield the reference to the directory of each name in a record, as a number, until the first damaged attribute."""
    with suppress(UnreadableError):
        for kind, each in iter_attributes(data, head_of(data)):
            if kind > records.FILE_NAME:
                return
            if kind == records.FILE_NAME:
                yield int.from_bytes((attribute_of(each).content or b"")[:8], "little")


def _before(sequence: int) -> int:
    """Return the sequence number of the last file in a free record; zero is never used."""
    return sequence - 1 if sequence > 1 else 0xFFFF if sequence == 0 else 1


def _sound_attributes(data: bytes, head: Head) -> Iterator[Attribute]:
    with suppress(UnreadableError):
        for _, each in iter_attributes(data, head):
            try:
                attribute = attribute_of(each)
            except UnreadableError:
                continue
            yield attribute


def _with_attributes(record: ListedFile, attributes: Iterator[Attribute]) -> ListedFile:
    names: list[FileName] = []
    streams: list[tuple[str, bytes | None]] = []
    for each in attributes:
        content = each.content
        if each.kind == records.STANDARD_INFORMATION and content is not None:
            own = standard_information(content)
            if own is not None:
                created, modified, changed, *_ = own
                record = record._replace(created_utc=created, modified_utc=modified, changed_utc=changed)
        elif each.kind == records.FILE_NAME and content is not None:
            name = file_name(content)
            if name is not None:
                names.append(name)
        elif each.kind == records.DATA and not each.name:
            usable = content if not each.flags & records.ENCRYPTED else None
            record = record._replace(size_bytes=each.size_bytes, content=usable)
        elif each.kind == records.DATA:
            streams.append((each.name, content))
    return record._replace(names=tuple(names), streams=tuple(streams))
