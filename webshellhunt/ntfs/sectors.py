"""Sectors of a block of NTFS: the last two bytes of each are kept in an array of the block, and are put back here.

In their place, each sector ends with the number of the last write, so that a block that was not written whole is seen.

Source: Microsoft, "MULTI_SECTOR_HEADER"; the documentation of the Linux-NTFS project ("Fixup").
"""

from __future__ import annotations

import struct
from typing import Final

from webshellhunt.errors import UnreadableError

SECTOR: Final = 512

_ARRAY: Final = struct.Struct("<HH")
_ARRAY_AT: Final = 4
_LEAST_AT: Final = _ARRAY_AT + _ARRAY.size
_USUAL_PLACES: Final = (0x30, 0x2A)  # Windows XP and later, Windows 2000
_DAMAGED: Final = "a block of the file system is damaged"


def restored(block: bytes) -> bytes:
    """Return a block with the last two bytes of each sector put back.

    Raises:
        UnreadableError: They don't agree with the header: the block was not written whole.
    """
    if len(block) < SECTOR:
        raise UnreadableError("a block of the file system is cut")
    at, count = _ARRAY.unpack_from(block, _ARRAY_AT)
    if at & 1 or at < _LEAST_AT or not 1 < count <= len(block) // SECTOR + 1 or at + 2 * count > SECTOR - 2:
        raise UnreadableError(_DAMAGED)
    mark, data = block[at : at + 2], bytearray(block)
    for number in range(1, count):
        end = number * SECTOR
        if data[end - 2 : end] != mark:
            raise UnreadableError(_DAMAGED)
        data[end - 2 : end] = block[at + 2 * number : at + 2 * number + 2]
    return bytes(data)


def restore_all(piece: bytearray, size: int, signature: bytes) -> set[int]:
    """Put the bytes back in all blocks of a piece that have a signature; return the numbers of the damaged ones.

    Almost all blocks have their array at the same place, so that one slice has the same byte of all of them.
    """
    count, sectors = len(piece) // size, size // SECTOR
    places, lengths = piece[_ARRAY_AT::size], piece[_ARRAY_AT + 2 :: size]
    usual = next((each for each in _USUAL_PLACES if each in places), 0)
    alike = {at for at in range(count) if places[at] == usual and lengths[at] == sectors + 1}
    others = {at: bytes(piece[at * size : (at + 1) * size]) for at in range(count) if at not in alike}
    damaged: set[int] = set()
    for low in (0, 1) if alike else ():
        number = piece[usual + low :: size]
        for sector in range(sectors):
            end = (sector + 1) * SECTOR - 2 + low
            if piece[end::size] != number:
                damaged.update(at for at in alike if piece[end + at * size] != number[at])
            piece[end::size] = piece[usual + 2 * (sector + 1) + low :: size]
    for at, data in others.items():
        block = data
        if data.startswith(signature):
            try:
                block = restored(data)
            except UnreadableError:
                damaged.add(at)
        piece[at * size : (at + 1) * size] = block
    return damaged
