"""Disks with the changes of another one, and encrypted ones, are refused with the next step."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.builders import disk_images as images
from tests.builders.mutants import mutants
from tests.builders.specimens import specimen
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.disks import ImageFile
from webshellhunt.sources.image.opening import refuse_difference

FORMS = {
    "qcow2": ContainerFormat.QCOW2,
    "vpc": ContainerFormat.VHD,
    "vhdx": ContainerFormat.VHDX,
    "vdi": ContainerFormat.VDI,
}


def refuse(path: Path, form: ContainerFormat) -> None:
    file = ImageFile(str(path))
    try:
        refuse_difference(form, file)
    finally:
        file.close()


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("raw") / "disk.raw"
    path.write_bytes(bytes(1 << 20))
    return path


@pytest.mark.parametrize("name", FORMS)
def test_a_disk_of_its_own_is_not_refused(raw: Path, name: str) -> None:
    refuse(images.convert(raw, name), FORMS[name])


def test_a_qcow2_with_a_backing_file(raw: Path, tmp_path: Path) -> None:
    images.require("qemu-img", "qemu-utils")
    made = tmp_path / "over.qcow2"
    subprocess.run(
        ["qemu-img", "create", "-f", "qcow2", "-b", str(raw), "-F", "raw", str(made)], check=True, capture_output=True
    )
    with pytest.raises(UnreadableError, match=r"only the changes of .*disk\.raw: merge"):
        refuse(made, ContainerFormat.QCOW2)


def test_an_encrypted_qcow2(tmp_path: Path) -> None:
    made = tmp_path / "a.qcow2"
    made.write_bytes(b"QFI\xfb\0\0\0\x03".ljust(35, b"\0") + b"\x02" + bytes(100))
    with pytest.raises(UnreadableError, match="encrypted: decrypt"):
        refuse(made, ContainerFormat.QCOW2)


@pytest.mark.parametrize(
    ("name", "form", "at", "value"),
    [("vpc", ContainerFormat.VHD, -512 + 60, b"\0\0\0\x04"), ("vdi", ContainerFormat.VDI, 0x4C, b"\x04\0\0\0")],
)
def test_a_differencing_disk(
    raw: Path, tmp_path: Path, name: str, form: ContainerFormat, at: int, value: bytes
) -> None:
    data = bytearray(images.convert(raw, name).read_bytes())
    at %= len(data)
    data[at : at + 4] = value
    (tmp_path / "child").write_bytes(data)
    with pytest.raises(UnreadableError, match="only the changes of another disk: merge"):
        refuse(tmp_path / "child", form)


def test_a_differencing_vhdx(raw: Path, tmp_path: Path) -> None:
    data = bytearray(images.convert(raw, "vhdx").read_bytes())
    at = data.find(b"metadata") + 65536  # the first item of the metadata are the parameters
    data[at + 4] |= 2
    (tmp_path / "child").write_bytes(data)
    with pytest.raises(UnreadableError, match="only the changes of another disk"):
        refuse(tmp_path / "child", ContainerFormat.VHDX)


@pytest.mark.parametrize("name", FORMS)
def test_mutants(raw: Path, tmp_path: Path, name: str) -> None:
    data = images.convert(raw, name).read_bytes()
    for head in mutants(data[: 1 << 19], 30):
        (tmp_path / "a").write_bytes(head + data[1 << 19 :])
        try:
            refuse(tmp_path / "a", FORMS[name])
        except UnreadableError:
            continue


@pytest.mark.parametrize("name", ["image-differential.vhd", "fat-differential.vhd"])
def test_real_differencing_disks(name: str) -> None:
    with pytest.raises(UnreadableError, match="only the changes"):
        refuse(specimen(f"log2timeline+dfvfs/test_data/{name}"), ContainerFormat.VHD)
