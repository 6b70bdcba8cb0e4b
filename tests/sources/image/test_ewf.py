"""EnCase images: the disk as it was, in all forms of the tool, and damage told."""

from __future__ import annotations

import os
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import disk_images as images
from tests.builders.mutants import mutants
from tests.builders.specimens import specimen
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.disks import ImageFile
from webshellhunt.sources.image.ewf import EwfDisk, iter_sections

DISK = b"".join((b"%07d\n" % number) * 64 for number in range(2000)) + bytes(300_000)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ewf") / "disk.raw"
    path.write_bytes((DISK + os.urandom(2_000_000))[:3_000_320])
    return path


@pytest.fixture(scope="module")
def image(disk: Path) -> Path:
    return images.acquire(disk)


def opened(*paths: Path) -> EwfDisk:
    return EwfDisk([ImageFile(str(path)) for path in paths])


@pytest.mark.parametrize(
    "options", [["encase6", "fast"], ["encase5", "none"], ["ftk", "best"], ["smart", "fast"], ["linen6", "none"]]
)
def test_the_disk_as_it_was(disk: Path, tmp_path: Path, options: list[str]) -> None:
    images.require("ewfacquire", "ewf-tools")
    form, level = options
    subprocess.run(
        ["ewfacquire", "-u", "-t", str(tmp_path / "a"), "-f", form, "-c", level, "-S", "1MiB", "-q", str(disk)],
        check=True, capture_output=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    made = opened(*sorted(tmp_path.iterdir()))
    data = disk.read_bytes()
    assert made.size_bytes == len(data)
    assert made.read(0, 10**9) == data
    assert made.read(32_000, 70_000) == data[32_000:102_000]
    made.close()


def test_segments_that_are_missing_or_mixed_up(disk: Path, tmp_path: Path) -> None:
    (tmp_path / "disk.raw").write_bytes(disk.read_bytes())
    images.acquire(tmp_path / "disk.raw", segment="1MiB")
    first, second, *_ = sorted(tmp_path.glob("disk.E*"))
    with pytest.raises(UnreadableError, match="segment 2 is missing"):
        opened(first)
    with pytest.raises(UnreadableError, match="segment 2 of an image, but named as 1"):
        opened(second)
    with pytest.raises(UnreadableError, match="no segment"):
        opened(tmp_path / "disk.raw")


def changed(image: Path, folder: Path, change: Callable[[bytearray], None]) -> Path:
    data = bytearray(image.read_bytes())
    change(data)
    path = folder / "a.E01"
    path.write_bytes(data)
    return path


def test_a_damaged_chunk_costs_that_chunk_only(image: Path, disk: Path, tmp_path: Path) -> None:
    sectors = next(each for each in iter_sections(ImageFile(str(image))) if each.kind == "sectors")

    def damage(data: bytearray) -> None:
        data[sectors.start + 100] ^= 0xFF

    made = opened(changed(image, tmp_path, damage))
    with pytest.raises(UnreadableError, match="chunk"):
        made.read(0, 512)
    assert made.read(1 << 20, 512) == disk.read_bytes()[1 << 20 :][:512]
    made.close()


def test_the_copy_of_a_damaged_table_is_used(image: Path, disk: Path, tmp_path: Path) -> None:
    table = next(each for each in iter_sections(ImageFile(str(image))) if each.kind == "table")

    def damage(data: bytearray) -> None:
        data[table.start + 76] ^= 0xFF

    made = opened(changed(image, tmp_path, damage))
    assert made.read(0, 10**9) == disk.read_bytes()
    made.close()


def test_a_table_that_is_longer_than_the_file_is_an_error(tmp_path: Path) -> None:
    def section(kind: bytes, at: int, following: int, content: bytes, stated: int = 0) -> bytes:
        head = struct.pack("<16sQQ", kind, following or at, stated or 76 + len(content)).ljust(72, b"\0")
        return head + struct.pack("<I", zlib.adler32(head)) + content

    volume_at, done_at = 13, 13 + 76 + 1052
    media = struct.pack("<4xIIIQ", 10_000, 64, 512, 640_000).ljust(1052, b"\0")
    table_at = done_at
    head = struct.pack("<I4xQ4x", 10_000, 0)
    table = head + struct.pack("<I", zlib.adler32(head)) + b"\0\0"
    done_at = table_at + 76 + len(table)
    data = b"EVF\t\r\n\xff\0\x01\x01\0\0\0" + section(b"volume", volume_at, table_at, media)
    data += section(b"table", table_at, done_at, table, 1_000_000) + section(b"done", done_at, 0, b"")
    (tmp_path / "a.E01").write_bytes(data)
    disk = opened(tmp_path / "a.E01")
    with pytest.raises(UnreadableError, match="cut"):
        disk.read(0, 10)
    disk.close()


def test_a_cut_image_is_an_error(image: Path, tmp_path: Path) -> None:
    def cut(data: bytearray) -> None:
        del data[len(data) // 2 :]

    with pytest.raises(UnreadableError, match="cut"):
        opened(changed(image, tmp_path, cut))


def test_sections_in_a_circle_end(tmp_path: Path) -> None:
    def section(kind: bytes, following: int) -> bytes:
        head = kind.ljust(16, b"\0") + following.to_bytes(8, "little") + bytes(48)
        return head + zlib.adler32(head).to_bytes(4, "little")

    path = tmp_path / "a.E01"
    path.write_bytes(b"EVF\t\r\n\xff\0\x01\x01\0\0\0" + section(b"header", 89) + section(b"header", 13))
    assert len(list(iter_sections(ImageFile(str(path))))) == 2
    with pytest.raises(UnreadableError):
        opened(path)


def test_mutants(image: Path, tmp_path: Path) -> None:
    data = image.read_bytes()
    for head in mutants(data[:4096], 60):
        path = tmp_path / "a.E01"
        path.write_bytes(head + data[4096:])
        try:
            made = opened(path)
            made.read(0, 1 << 20)
            made.close()
        except UnreadableError:
            continue


@pytest.mark.parametrize("name", ["partition_image.E01", "test.ntfs.dd.E01"])
def test_real_images_are_read_as_by_an_independent_parser(name: str) -> None:
    other = pytest.importorskip("dissect.evidence")
    path = specimen(f"Velocidex+velociraptor/artifacts/testdata/files/{name}")
    made = opened(path)
    with path.open("rb") as file:
        theirs = other.EWF(file).open()
        assert made.size_bytes == theirs.size
        assert made.read(0, 64 << 20) == theirs.read(64 << 20)
    made.close()


def test_a_real_image_without_its_second_segment() -> None:
    path = specimen("log2timeline+plaso/test_data/image-split.E01")
    with pytest.raises(UnreadableError, match="segment 2 is missing"):
        opened(path)
