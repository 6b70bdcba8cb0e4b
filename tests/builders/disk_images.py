"""Disk images of a volume, in each format: partitioned, split, converted by qemu-img, acquired by ewfacquire."""

from __future__ import annotations

import shutil
import struct
import subprocess
import uuid
from pathlib import Path

import pytest

SECTOR = 512
FIRST_SECTOR = 2048
SIGNATURE = bytes.fromhex("d0a2b1c3")
BASIC_DATA = uuid.UUID("ebd0a0a2-b9e5-4433-87c0-68b6b72699c7")
OWN = uuid.UUID(int=0x1234567890ABCDEF)


def require(program: str, package: str) -> None:
    """Skip the test where a program is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} isn't installed (package {package})")


def mbr(*partitions: tuple[int, int, int]) -> bytes:
    """Return a first sector with partitions, each by kind, first sector and number of sectors."""
    sector = bytearray(SECTOR)
    sector[440:444] = SIGNATURE
    for number, (kind, first, count) in enumerate(partitions):
        struct.pack_into("<B3xB3xII", sector, 446 + 16 * number, 0, kind, first, count)
    sector[510:] = b"\x55\xaa"
    return bytes(sector)


def with_mbr(*volumes: bytes) -> bytes:
    """Return a disk with volumes in an MBR, one after the other."""
    first, entries, parts = FIRST_SECTOR, [], []
    for volume in volumes:
        entries.append((7, first, len(volume) // SECTOR))
        parts.append(volume)
        first += len(volume) // SECTOR
    return mbr(*entries).ljust(FIRST_SECTOR * SECTOR, b"\0") + b"".join(parts)


def with_gpt(*volumes: bytes, sector: int = SECTOR) -> bytes:
    """Return a disk with volumes in a GPT."""
    first, entries = FIRST_SECTOR * SECTOR // sector, b""
    for number, volume in enumerate(volumes):
        own = uuid.UUID(int=OWN.int + number)
        last = first + len(volume) // sector - 1
        entries += struct.pack("<16s16sQQQ72x", BASIC_DATA.bytes_le, own.bytes_le, first, last, 0)
        first = last + 1
    header = struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, 0, 0, 1, 0, 34, 0, bytes(16), 2, 128, 128, 0)
    table = mbr((0xEE, 1, 0xFFFF)).ljust(sector, b"\0") + header.ljust(sector, b"\0") + entries
    return table.ljust(FIRST_SECTOR * SECTOR, b"\0") + b"".join(volumes)


def split(disk: Path, pieces: int) -> Path:
    """Write a disk as numbered pieces and return the first."""
    data = disk.read_bytes()
    size = -(-len(data) // pieces)
    for number in range(pieces):
        disk.with_suffix(f".{number + 1:03d}").write_bytes(data[number * size : (number + 1) * size])
    return disk.with_suffix(".001")


def convert(disk: Path, form: str, *options: str) -> Path:
    """Convert a raw disk by qemu-img; ``vpc`` is its name for VHD."""
    require("qemu-img", "qemu-utils")
    made = disk.with_suffix({"vpc": ".vhd"}.get(form, f".{form}"))
    flags = ["-o", ",".join(options)] if options else []
    subprocess.run(
        ["qemu-img", "convert", "-f", "raw", "-O", form, *flags, str(disk), str(made)], check=True, capture_output=True
    )
    return made


def acquire(disk: Path, *, segment: str = "1.4GiB") -> Path:
    """Acquire a raw disk as an EnCase image."""
    require("ewfacquire", "ewf-tools")
    stem = disk.with_suffix("")
    subprocess.run(
        ["ewfacquire", "-u", "-t", str(stem), "-f", "encase6", "-c", "fast", "-S", segment, "-q", str(disk)],
        check=True, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return stem.with_name(f"{stem.name}.E01")
