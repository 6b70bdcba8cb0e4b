"""Volumes that no partition names, and first sectors that are lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import disk_images as images
from tests.builders import ntfs_parts as parts
from tests.builders.mutants import mutants
from webshellhunt.sources.image import unlisted_volumes
from webshellhunt.sources.image.partitions import NTFS, REMNANT, Partition
from webshellhunt.sources.image.unlisted_volumes import Volumes, find_volumes, reader_of

VOLUME = parts.volume({}, count=48)
WHOLE = VOLUME + VOLUME[:512]
LOST = bytes(512) + VOLUME[512:] + VOLUME[:512]
MIB = 1 << 20


def found(disk: bytes) -> Volumes:
    return find_volumes(lambda offset, count: disk[max(offset, 0) : offset + count], len(disk))


def unlisted(disk: bytes) -> list[tuple[int, str, bool]]:
    return [
        (each.start, each.file_system, each.boot is not None) for each in found(disk).partitions if not each.is_listed
    ]


@pytest.mark.parametrize("start", [63 * 512, MIB, 5 * MIB])
def test_a_volume_in_a_disk_without_a_table(start: int) -> None:
    for table in (b"", images.mbr()):
        disk = table.ljust(start, b"\0") + WHOLE
        assert unlisted(disk + bytes(3 * MIB)) == [(start, NTFS, False)]
        assert unlisted(table.ljust(start, b"\0") + LOST) == [(start, NTFS, True)]


def test_volumes_before_between_and_behind_partitions() -> None:
    sectors = len(WHOLE) // 512
    disk = bytearray(images.mbr((7, 4096, sectors), (7, 8192, sectors)).ljust(8 * MIB, b"\0"))
    for at in (63 * 512, 2 * MIB, 2 * MIB + len(WHOLE), 3 * MIB, 4 * MIB, 5 * MIB):
        disk[at : at + len(WHOLE)] = WHOLE
    disk[-len(LOST) :] = LOST
    assert unlisted(bytes(disk)) == [
        (63 * 512, NTFS, False), (2 * MIB + len(WHOLE), NTFS, False), (3 * MIB, NTFS, False), (5 * MIB, NTFS, False),
        (8 * MIB - len(LOST), NTFS, True),
    ]  # fmt: skip


def test_a_volume_in_a_partition_of_an_unknown_kind() -> None:
    disk = images.mbr((0x83, 2000, 8192)).ljust(MIB, b"\0") + WHOLE + bytes(4 * MIB)
    assert unlisted(disk) == [(MIB, NTFS, False)]


def test_an_entry_that_is_larger_than_its_volume_hides_no_other() -> None:
    disk = images.mbr((7, 2048, 20_000)).ljust(MIB, b"\0") + WHOLE.ljust(2 * MIB, b"\0") + WHOLE + bytes(8 * MIB)
    assert unlisted(disk) == [(3 * MIB, NTFS, False)]


def test_the_rest_of_a_volume_below_a_partition_is_not_read() -> None:
    disk = bytearray(images.mbr((7, 2048, len(WHOLE) // 512)).ljust(MIB, b"\0") + WHOLE)
    disk[63 * 512 : 63 * 512 + 512] = parts.boot(1 << 20)
    assert unlisted(bytes(disk)) == [(63 * 512, REMNANT, False)]


def test_a_first_sector_comes_back() -> None:
    disk = images.with_mbr(LOST)
    (partition,) = found(disk).partitions
    assert (partition.file_system, partition.is_listed) == (NTFS, True)
    read = reader_of(lambda offset, count: disk[offset : offset + count], partition)
    assert read(0, len(LOST)) == WHOLE
    assert read(500, 20) == WHOLE[500:520]
    assert read(4096, 8) == WHOLE[4096:4104]


def test_a_copy_without_a_file_table_is_none() -> None:
    empty = bytes(len(VOLUME)) + VOLUME[:512]
    assert [each.file_system for each in found(images.with_mbr(empty)).partitions] != [NTFS]
    assert not unlisted(bytes(MIB) + empty)


def test_the_search_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = images.mbr().ljust(MIB, b"\0") + WHOLE + bytes(8 * MIB)
    monkeypatch.setattr(unlisted_volumes, "_MOST_PLACES", 5)
    assert found(disk).left_out_bytes > 0
    monkeypatch.setattr(unlisted_volumes, "_MOST_VOLUMES", 0)
    assert found(disk).partitions == []


def test_a_disk_in_order_is_only_its_partitions() -> None:
    for disk in (WHOLE, WHOLE + bytes(2 * MIB), images.with_mbr(WHOLE, WHOLE), images.with_gpt(WHOLE) + bytes(MIB)):
        assert found(disk).left_out_bytes == 0
        assert all(each.is_listed and each.boot is None for each in found(disk).partitions)


@given(st.binary(max_size=1200))
def test_any_bytes(data: bytes) -> None:
    assert all(isinstance(each, Partition) for each in found(data).partitions)


def test_mutants() -> None:
    for mutant in mutants(VOLUME[:512], 300):
        found(bytes(MIB) + mutant + VOLUME[512:] + mutant)
