"""Which files are images, and of which format."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import disk_images as images
from tests.builders import ntfs_parts as parts
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.opening import image_format, open_disk

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
