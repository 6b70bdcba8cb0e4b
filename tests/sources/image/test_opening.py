"""Which files are images, and of which format."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.builders import disk_images as images
from tests.builders import ntfs_parts as parts
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.opening import first_piece, image_format, open_disk, raw_pieces, segment_pieces

VOLUME = parts.volume({})


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.dd", VOLUME, ContainerFormat.RAW_VOLUME),
        ("a", images.with_mbr(VOLUME), ContainerFormat.RAW_DISK),
        ("a.E01", b"EVF\t\r\n\xff\0".ljust(64), ContainerFormat.ENCASE),
        ("a.vhdx", b"vhdxfile".ljust(64), ContainerFormat.VHDX),
        ("a.dd", b"LUKS\xba\xbe".ljust(1 << 17, b"\0"), ContainerFormat.RAW_VOLUME),
        ("a.aspx", VOLUME, None),
        ("a.dd", b"text", None),
        ("a.zip", b"PK\x03\x04".ljust(64), None),
        ("a.Ex01", b"EVF2\r\n\x81\0".ljust(64), None),
        ("a.dd", bytes(512) + VOLUME[512:] + VOLUME[:512], ContainerFormat.RAW_VOLUME),
        ("a.img", images.mbr().ljust(1 << 20, b"\0") + VOLUME, ContainerFormat.RAW_DISK),
        ("a.raw", bytes(1 << 20), None),
        ("a.bin", b"-FVE-FS-".rjust(11).ljust(1 << 17, b"\0"), None),
    ],
)
def test_the_format_of_a_file(tmp_path: Path, name: str, data: bytes, form: ContainerFormat | None) -> None:
    (tmp_path / name).write_bytes(data)
    assert image_format(str(tmp_path / name)) is form


def test_a_folder_or_nothing_is_no_image(tmp_path: Path) -> None:
    assert image_format(str(tmp_path)) is image_format(str(tmp_path / "absent")) is image_format("\0") is None


def test_a_split_image_is_one_disk(tmp_path: Path) -> None:
    (tmp_path / "a.raw").write_bytes(VOLUME)
    first = images.split(tmp_path / "a.raw", 3)
    for path in (first, first.with_suffix(".003")):
        form = image_format(str(path))
        assert form is ContainerFormat.RAW_VOLUME
        disk = open_disk(str(path), form)
        assert disk.read(0, 1 << 30) == VOLUME
        disk.close()


def test_a_snapshot_of_a_virtual_machine_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.vmdk"
    path.write_bytes(
        (
            b"KDMV\x01\0\0\0".ljust(512, b"\0")
            + b'# Disk DescriptorFile\nparentCID=0badcafe\nparentFileNameHint="b.vmdk"\n'
        ).ljust(4096)
    )
    with pytest.raises(UnreadableError, match=r"b\.vmdk only: merge"):
        open_disk(str(path), ContainerFormat.VMDK)


def write(folder: Path, *names: str) -> str:
    for name in names:
        (folder / name).write_bytes(b"x")
    return str(folder / names[0])


def names(paths: list[str]) -> list[str]:
    return [Path(path).name for path in paths]


def test_an_image_in_one_file(tmp_path: Path) -> None:
    path = write(tmp_path, "disk.dd", "disk.001")
    assert raw_pieces(path) == [path] == segment_pieces(path)
    assert first_piece(path) == path


@pytest.mark.parametrize("first", [0, 1])
def test_a_split_image_by_any_of_its_files(tmp_path: Path, first: int) -> None:
    pieces = [f"disk.{number:03d}" for number in range(first, first + 4)]
    write(tmp_path, *pieces, "disk.txt", "disk.0001", "other.005")
    path = first_piece(str(tmp_path / pieces[2]))
    assert names(raw_pieces(path)) == pieces


def test_a_missing_piece_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "disk.001", "disk.002", "disk.004")
    with pytest.raises(UnreadableError, match=r"disk\.003 is missing"):
        raw_pieces(path)


def test_segments_after_99_have_letters(tmp_path: Path) -> None:
    expected = [f"a.E{number:02d}" for number in range(1, 100)] + ["a.EAA", "a.EAB"]
    path = write(tmp_path, *expected, "a.vhd", "a.EAD", "a.txt", "a.E00")
    assert names(segment_pieces(path)) == expected


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.E01", "a.E03")
    with pytest.raises(UnreadableError, match=r"a\.E02 is missing"):
        segment_pieces(path)


def test_the_first_segment_has_to_be_named(tmp_path: Path) -> None:
    write(tmp_path, "a.e01", "a.e02")
    with pytest.raises(UnreadableError, match=r"name a\.e01"):
        segment_pieces(str(tmp_path / "a.e02"))


def test_a_location_that_is_absent(tmp_path: Path) -> None:
    path = str(tmp_path / "absent" / "x.001")
    assert first_piece(path) == path
    assert raw_pieces(path) == [path]


def test_names_are_compared_as_the_system_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "srv.E01", "srv.E02", "disk.001", "disk.002")
    monkeypatch.setattr(os.path, "normcase", str.lower)
    assert len(segment_pieces(str(tmp_path / "SRV.e01"))) == 2
    assert len(raw_pieces(str(tmp_path / "Disk.001"))) == 2
