"""Partitions of a disk, and the file system of each by its first sectors.

Source:
    UEFI specification 5.2 and 5.3 (MBR, GPT); the boot sectors of NTFS, ReFS, FAT and exFAT; the LUKS specification.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.containers.window import ReadAt

NTFS: Final = "NTFS"
BITLOCKER: Final = "BitLocker"
LUKS: Final = "LUKS"
DYNAMIC: Final = "a dynamic disk"
SPACES: Final = "Storage Spaces"
UNKNOWN: Final = "an unknown file system of Windows"
REMNANT: Final = "the rest of an NTFS volume"

_SECTOR: Final = 512
_MBR_ENTRY: Final = struct.Struct("<B3xB3xII")
_GPT_HEADER: Final = struct.Struct("<QII")
_GPT_ENTRY: Final = struct.Struct("<16s16sQQ")
_EXTENDED: Final = frozenset({0x05, 0x0F, 0x85})
_PROTECTIVE: Final = 0xEE
_KINDS: Final = {0x07: UNKNOWN, 0x42: DYNAMIC}
_TYPES: Final = {
    bytes.fromhex("a2a0d0ebe5b9334487c068b6b72699c7"): UNKNOWN,
    bytes.fromhex("a0609baf3114624fbc683311714a69ad"): DYNAMIC,
    bytes.fromhex("8fafe7f680b5044bbd6c1a1b9d0e5fe8"): SPACES,
}
"""The names of partitions by their type, for those whose first sectors say nothing."""
_MOST_ENTRIES: Final = 512
_MOST_CHAINED: Final = 64
_BEGINNINGS: Final = (
    (3, b"NTFS    ", NTFS),
    (3, b"-FVE-FS-", BITLOCKER),
    (3, b"ReFS\0\0\0\0", "ReFS"),
    (3, b"EXFAT   ", "exFAT"),
    (82, b"FAT32", "FAT"),
    (54, b"FAT1", "FAT"),
    (0, b"LUKS\xba\xbe", LUKS),
    (0, b"XFSB", "XFS"),
    (1080, b"\x53\xef", "ext4"),
    (32, b"NXSB", "APFS"),
    (1024, b"H+\0", "HFS+"),
    (536, b"LVM2 001", "LVM"),
)


class Partition(NamedTuple):
    """A part of a disk: where it is, and its file system, empty if that is unknown.

    ``identity`` is the value by which the registry of Windows knows this partition (``MountedDevices``), empty if the
    disk has no number. ``boot`` is the offset of the copy of the first sector if that itself is lost. ``is_listed`` is
    false for a volume that no table of partitions names.
    """

    start: int
    size_bytes: int
    file_system: str
    identity: bytes = b""
    boot: int | None = None
    is_listed: bool = True


def find_partitions(read: ReadAt, size_bytes: int) -> list[Partition]:
    """Return the partitions of a disk in their order, each once; a disk without a table of them is one itself."""
    whole = file_system_of(read, 0)
    if whole:
        return [Partition(0, size_bytes, whole)]
    boot = read(0, _SECTOR)
    found = [_with_file_system(read, each) for each in _iter_places(read, boot) if each.start < size_bytes]
    best: dict[int, Partition] = {}
    for each in found:
        best[each.start] = max(best.get(each.start, each), each, key=lambda one: min(one.size_bytes, size_bytes))
    return sorted(best.values())


def file_system_of(read: ReadAt, start: int) -> str:
    """Return the name of the file system that begins at an offset, or an empty text."""
    head = read(start, 2048)
    return next((name for at, mark, name in _BEGINNINGS if head[at : at + len(mark)] == mark), "")


def _with_file_system(read: ReadAt, partition: Partition) -> Partition:
    known = file_system_of(read, partition.start)
    return partition._replace(file_system=known) if known else partition


def _iter_places(read: ReadAt, boot: bytes) -> Iterator[Partition]:
    for sector in (512, 4096):
        header = read(sector, 92)
        if header.startswith(b"EFI PART"):
            yield from _gpt(read, header, sector)
            return
    if boot[510:512] == b"\x55\xaa":
        yield from _mbr(read, boot)


def _gpt(read: ReadAt, header: bytes, sector: int) -> Iterator[Partition]:
    at, count, size = _GPT_HEADER.unpack_from(header.ljust(92, b"\0"), 72)
    if not 128 <= size <= 4096:
        return
    for number in range(min(count, _MOST_ENTRIES)):
        entry = read(at * sector + number * size, 128)
        if len(entry) < 128:
            return
        kind, own, first, last = _GPT_ENTRY.unpack_from(entry)
        if any(kind) and last >= first:
            yield Partition(first * sector, (last - first + 1) * sector, _TYPES.get(kind, ""), b"DMIO:ID:" + own)


def _mbr(read: ReadAt, boot: bytes) -> Iterator[Partition]:
    signature, chain = boot[440:444], 0
    for kind, first, count in _entries(boot):
        if kind in _EXTENDED:
            chain = first
        elif kind != _PROTECTIVE:
            yield _primary(signature, kind, first, count)
    first_link, link = chain, chain
    for _ in range(_MOST_CHAINED):
        block = read(link * _SECTOR, _SECTOR) if link else b""
        if block[510:512] != b"\x55\xaa":
            return
        following = 0
        for kind, first, count in _entries(block):
            if kind in _EXTENDED:
                following = first_link + first
            else:
                yield _primary(signature, kind, link + first, count)
        if following <= link:
            return
        link = following


def _entries(block: bytes) -> list[tuple[int, int, int]]:
    found = [_MBR_ENTRY.unpack_from(block, 446 + 16 * number) for number in range(4)]
    return [(kind, first, count) for _, kind, first, count in found if kind and first and count]


def _primary(signature: bytes, kind: int, first: int, count: int) -> Partition:
    start = first * _SECTOR
    return Partition(start, count * _SECTOR, _KINDS.get(kind, ""), signature + start.to_bytes(8, "little"))
