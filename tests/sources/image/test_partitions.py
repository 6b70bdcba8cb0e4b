"""Partitions by MBR and GPT, and the file systems in them."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import disk_images as images
from tests.builders import ntfs_parts as parts
from tests.builders.mutants import mutants
from webshellhunt.sources.image.partitions import DYNAMIC, SPACES, Partition, file_system_of, find_partitions

VOLUME = parts.volume({}, count=48)
OTHER = parts.volume({}, count=32)


def found(disk: bytes) -> list[Partition]:
    return find_partitions(lambda offset, count: disk[offset : offset + count], len(disk))


def test_a_disk_without_a_table() -> None:
    assert found(VOLUME) == [Partition(0, len(VOLUME), "NTFS")]


def test_an_mbr() -> None:
    first, second = found(images.with_mbr(VOLUME, OTHER))
    assert (first.start, first.size_bytes, first.file_system) == (1 << 20, len(VOLUME), "NTFS")
    assert first.identity == images.SIGNATURE + (1 << 20).to_bytes(8, "little")
    assert second.start == first.start + first.size_bytes


@pytest.mark.parametrize("sector", [512, 4096])
def test_a_gpt(sector: int) -> None:
    first, second = found(images.with_gpt(VOLUME, OTHER, sector=sector))
    assert (first.start, first.size_bytes, first.file_system) == (1 << 20, len(VOLUME), "NTFS")
    assert first.identity == b"DMIO:ID:" + images.OWN.bytes_le
    assert second.size_bytes == len(OTHER)


def test_logical_partitions_in_a_chain() -> None:
    disk = bytearray(images.mbr((0x0F, 2048, 8192)).ljust(8 << 20, b"\0"))
    disk[2048 * 512 : 2048 * 512 + 512] = images.mbr((7, 64, 1024), (5, 2048, 2048))
    disk[4096 * 512 : 4096 * 512 + 512] = images.mbr((7, 64, 1024))
    for sector in (2048 + 64, 4096 + 64):
        disk[sector * 512 : sector * 512 + len(VOLUME)] = VOLUME
    assert [each.start // 512 for each in found(bytes(disk))] == [2112, 4160]


def test_a_chain_without_end_ends() -> None:
    disk = bytearray(images.mbr((0x05, 2048, 8192)).ljust(2 << 20, b"\0"))
    disk[2048 * 512 : 2048 * 512 + 512] = images.mbr((7, 64, 1024), (5, 1, 2048), (5, 0xFFFFFFF0, 1))
    assert len(found(bytes(disk))) == 1


def test_dynamic_disks_and_storage_spaces_are_named() -> None:
    assert found(images.mbr((0x42, 63, 100)).ljust(1 << 20, b"\0"))[0].file_system == DYNAMIC
    disk = bytearray(images.with_gpt(b"\0" * 4096))
    disk[1024:1040] = bytes.fromhex("8fafe7f680b5044bbd6c1a1b9d0e5fe8")
    assert found(bytes(disk))[0].file_system == SPACES


@pytest.mark.parametrize(
    ("at", "mark", "name"),
    [(3, b"-FVE-FS-", "BitLocker"), (3, b"ReFS\0\0\0\0", "ReFS"), (0, b"LUKS\xba\xbe", "LUKS"), (82, b"FAT32", "FAT"),
     (1080, b"\x53\xef", "ext4"), (0, bytes(8), "")],
)  # fmt: skip
def test_file_systems(at: int, mark: bytes, name: str) -> None:
    data = bytes(at) + mark + bytes(2048)
    assert file_system_of(lambda offset, count: data[offset : offset + count], 0) == name


@given(st.binary(max_size=700))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(found(data), list)


def test_mutants() -> None:
    for disk in (images.with_gpt(VOLUME), images.with_mbr(VOLUME)):
        for mutant in mutants(disk[:4096], 200):
            found(mutant.ljust(4096, b"\0") + disk[4096:])


def test_a_gpt_of_a_lie_is_bounded() -> None:
    disk = bytearray(images.with_gpt(VOLUME))
    struct.pack_into("<QII", disk, 512 + 72, 2, 0xFFFFFFFF, 128)
    assert len(found(bytes(disk))) >= 1
    struct.pack_into("<QII", disk, 512 + 72, 2, 128, 0)
    assert found(bytes(disk)) == []
