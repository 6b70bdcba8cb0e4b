"""Directories: the entries of an index of names (``$I30``), by the bytes of its nodes.

Source:
    The documentation of the Linux-NTFS project (``INDEX_ROOT``, ``INDEX_ALLOCATION``, ``FILE_NAME``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.ntfs.records import NUMBER_MASK, text_of, with_fixups

INDEX_NAME: Final = "$I30"

_DOS_NAME: Final = 2
_LAST: Final = 0x2
_ENTRY: Final = struct.Struct("<QHHI")
_NODE: Final = struct.Struct("<III")
_NAME_HEAD_BYTES: Final = 66


class Name(NamedTuple):
    """A name in a directory, with number and sequence of its record; ``flags`` and ``tag`` are those of the index."""

    name: str
    number: int
    sequence: int
    flags: int
    tag: int


def names_of_root(content: bytes) -> Iterator[Name]:
    """Yield the names in the root of an index (``$INDEX_ROOT``).

    Raises:
        UnreadableError: It is damaged.
    """
    yield from _names(content, 16)


def names_of_block(block: bytes) -> Iterator[Name]:
    """Yield the names in a block of an index (``$INDEX_ALLOCATION``).

    Raises:
        UnreadableError: It is damaged.
    """
    if block[:4] != b"INDX":
        raise UnreadableError("a part of this directory is damaged")
    yield from _names(with_fixups(block), 24)


def block_bytes(root: bytes) -> int:
    """Return the size of the blocks of an index, by its root.

    Raises:
        UnreadableError: It is damaged.
    """
    size = int.from_bytes(root[8:12], "little")
    if not 512 <= size <= 65536 or size & (size - 1):
        raise UnreadableError("this directory is damaged")
    return size


def _names(data: bytes, head_at: int) -> Iterator[Name]:
    if len(data) < head_at + 16:
        raise UnreadableError("a part of this directory is damaged")
    first, used, _ = _NODE.unpack_from(data, head_at)
    at, end = head_at + first, min(head_at + used, len(data))
    while at + 16 <= end:
        reference, length, key_length, flags = _ENTRY.unpack_from(data, at)
        if flags & _LAST:
            return
        if length < 16 or at + length > end:
            raise UnreadableError("a part of this directory is damaged")
        if key_length >= _NAME_HEAD_BYTES and key_length + 16 <= length:
            found = _name(data[at + 16 : at + 16 + key_length], reference)
            if found is not None:
                yield found
        at += length


def _name(key: bytes, reference: int) -> Name | None:
    """Return the name of a key, or ``None`` for the short name that a file has as well."""
    if key[65] == _DOS_NAME:
        return None
    flags, tag = struct.unpack_from("<II", key, 56)
    name = text_of(key[_NAME_HEAD_BYTES : _NAME_HEAD_BYTES + 2 * key[64]])
    return Name(name, reference & NUMBER_MASK, reference >> 48, flags, tag)
