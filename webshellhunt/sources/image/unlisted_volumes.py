"""NTFS volumes that no partition table names, found by their first sectors, or by the copies of those at their ends.

Whoever empties the table of a disk, or deletes one entry of it, hides a volume from all that believe the table. The
search is at the places where Windows puts volumes: at sector 63, at each MiB, and where another volume ends.

Source:
    Microsoft, "How NTFS Works" (the copy of the first sector is in the last one of the partition).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import SourceError
from webshellhunt.sources.image.disks import part_of, with_beginning
from webshellhunt.sources.image.ntfs.file_table import Geometry, geometry_of
from webshellhunt.sources.image.partitions import NTFS, REMNANT, UNKNOWN, Partition, find_partitions

_SECTOR: Final = 512
_STEP: Final = 1024 * 1024
_OLD_FIRST: Final = 63 * _SECTOR
_MOST_PLACES: Final = 4096
_MOST_VOLUMES: Final = 64


class Volumes(NamedTuple):
    """The partitions and volumes of a disk, and how many bytes outside them were not searched for more."""

    partitions: list[Partition]
    left_out_bytes: int = 0


def find_volumes(read: ReadAt, size_bytes: int) -> Volumes:
    """Return the partitions of a disk, and after them the NTFS volumes that no partition names."""
    listed = [_restored(read, each) for each in find_partitions(read, size_bytes)]
    listed = [each for each in listed if not _is_inside_another(read, each, listed)]
    unlisted = _find_unlisted(read, size_bytes, listed)
    return Volumes(listed + unlisted.partitions, unlisted.left_out_bytes)


def reader_of(read: ReadAt, partition: Partition) -> ReadAt:
    """Return the reader of a partition, with the copy of its first sector in the place of a lost one."""
    own = part_of(read, partition.start, partition.size_bytes)
    return own if partition.boot is None else with_beginning(own, read(partition.boot, _SECTOR))


def _is_inside_another(read: ReadAt, partition: Partition, others: Sequence[Partition]) -> bool:
    """Return True for an entry without a file system of its own whose bytes belong to a volume that is read."""
    return partition.file_system in ("", UNKNOWN) and any(
        each.file_system == NTFS and each.start < partition.start < each.start + _held_bytes(read, each)
        for each in others
    )


def _restored(read: ReadAt, partition: Partition) -> Partition:
    """Return a partition of no known file system as NTFS if the copy of its first sector is in its last one."""
    if partition.file_system not in ("", UNKNOWN):
        return partition
    end = partition.start + partition.size_bytes
    for at in (end - _SECTOR, end - 8 * _SECTOR):
        known = _geometry(read, at)
        if known is not None and known.volume <= partition.size_bytes and _has_table(read, partition.start, known):
            return partition._replace(file_system=NTFS, boot=at)
    return partition


def _find_unlisted(read: ReadAt, size_bytes: int, listed: Sequence[Partition]) -> Volumes:
    """Return the NTFS volumes in the bytes of a disk that belong to none of its volumes, within bounds."""
    found: list[Partition] = []
    places, left_out = _MOST_PLACES, 0
    for start, end in _areas(read, size_bytes, listed):
        free = start
        for at in _places(start, end):
            if at < free:
                continue
            if not places or len(found) >= _MOST_VOLUMES:
                left_out += end - at
                break
            places -= 1
            volume = _volume_at(read, at, (free, end, size_bytes))
            if volume is not None:
                found.append(volume)
                free = volume.start + (volume.size_bytes if volume.file_system == NTFS else _SECTOR)
    return Volumes(found, left_out)


def _volume_at(read: ReadAt, at: int, area: tuple[int, int, int]) -> Partition | None:
    """Return the volume that begins at an offset, or ends there and has lost its first sector."""
    free, end, disk = area
    known = _geometry(read, at) if at < end else None
    if known is not None:
        cut_off = at + known.volume > end and end < disk
        kind = NTFS if _has_table(read, at, known) and not cut_off else REMNANT
        return Partition(at, known.volume, kind, is_listed=False)
    known = _geometry(read, at - _SECTOR) if at - _SECTOR >= free else None
    start = at - _SECTOR - known.volume if known is not None else -1
    if known is None or start < free or not _has_table(read, start, known):
        return None
    return Partition(start, at - start, NTFS, boot=at - _SECTOR, is_listed=start == 0)


def _places(start: int, end: int) -> Iterator[int]:
    """Yield the offsets in an area where a volume may begin or end."""
    yield start
    if end - start > _OLD_FIRST:
        yield start + _OLD_FIRST
    yield from range((start // _STEP + 1) * _STEP, end, _STEP)
    yield end


def _areas(read: ReadAt, size_bytes: int, listed: Sequence[Partition]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a disk that belong to no volume, in their order; each has at least a few sectors."""
    free = 0
    for each in sorted(listed):
        if each.file_system in ("", UNKNOWN):
            continue  # what is in it is not known, so it is searched, too
        if each.start - free >= 2 * _SECTOR:
            yield free, each.start
        free = max(free, each.start + _held_bytes(read, each))
    if size_bytes - free >= 2 * _SECTOR:
        yield free, size_bytes


def _held_bytes(read: ReadAt, partition: Partition) -> int:
    """Return the size of a volume as its first sector states it: the table may state a larger one."""
    known = _geometry(read, partition.start if partition.boot is None else partition.boot)
    if partition.file_system != NTFS or known is None:
        return partition.size_bytes
    return min(partition.size_bytes, known.volume + _SECTOR)


def _geometry(read: ReadAt, at: int) -> Geometry | None:
    try:
        known = geometry_of(read(at, _SECTOR)) if at >= 0 else None
    except SourceError:
        return None
    return known if known is not None and known.volume > 0 else None


def _has_table(read: ReadAt, start: int, known: Geometry) -> bool:
    """Return True if the file table of a volume, or the mirror of its beginning, is where the first sector says."""
    try:
        return any(read(start + each * known.cluster, 4) == b"FILE" for each in (known.table, known.mirror))
    except SourceError:
        return False
