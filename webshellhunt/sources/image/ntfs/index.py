"""Directories: the entries of an index of names (``$I30``), by the bytes of its nodes.

Source:
    The documentation of the Linux-NTFS project (``INDEX_ROOT``, ``INDEX_ALLOCATION``, ``FILE_NAME``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.errors import UnreadableError
from webshellhunt.ntfs.records import NUMBER_BITS, NUMBER_MASK
from webshellhunt.ntfs.sectors import restored
from webshellhunt.ntfs.values import NAME_BYTES, long_name, name_bits

INDEX_NAME: Final = "$I30"

_LAST: Final = 0x2
_ENTRY: Final = struct.Struct("<QHHI")
_NODE: Final = struct.Struct("<III")


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
    yield from _names(restored(block), 24)


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
        if key_length >= NAME_BYTES and key_length + 16 <= length:
            found = _name(data[at + 16 : at + 16 + key_length], reference)
            if found is not None:
                yield found
        at += length


def _name(key: bytes, reference: int) -> Name | None:
    """Return the name of a key, or ``None`` for the short name that a file has as well."""
    name = long_name(key)
    return None if name is None else Name(name, reference & NUMBER_MASK, reference >> NUMBER_BITS, *name_bits(key))
