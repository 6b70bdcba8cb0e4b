"""The door for dissect: virtual disks as qemu-img makes them, its errors as ours, and the missing package."""

from __future__ import annotations

import builtins
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import disk_images as images
from tests.builders import ntfs_parts as parts
from tests.builders.mutants import mutants
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import MissingDependencyError, UnreadableError
from webshellhunt.sources.image import dissect_door
from webshellhunt.sources.image.disks import ImageFile
from webshellhunt.sources.image.dissect_door import DissectDisk

DATA = (os.urandom(100_000) + bytes(500_000) + b"end").ljust(1 << 20, b"\0")
FORMS = {
    "vpc": ContainerFormat.VHD,
    "vhdx": ContainerFormat.VHDX,
    "vmdk": ContainerFormat.VMDK,
    "qcow2": ContainerFormat.QCOW2,
    "vdi": ContainerFormat.VDI,
}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("virtual") / "disk.raw"
    path.write_bytes(DATA)
    return path


def opened(path: Path, form: ContainerFormat) -> DissectDisk:
    return DissectDisk(form, ImageFile(str(path)))


@pytest.mark.parametrize("name", FORMS)
def test_the_disk_as_it_was(raw: Path, name: str) -> None:
    disk = opened(images.convert(raw, name), FORMS[name])
    assert disk.size_bytes >= len(DATA)  # a VHD has whole cylinders
    assert disk.read(0, len(DATA)) == DATA
    assert disk.read(99_999, 3) == DATA[99_999:100_002]
    assert disk.read(disk.size_bytes, 10) == disk.read(-1, 10) == b""
    disk.close()


@pytest.mark.parametrize("name", FORMS)
def test_mutants_are_errors_of_the_source(raw: Path, tmp_path: Path, name: str) -> None:
    data = images.convert(raw, name).read_bytes()
    path = tmp_path / "mutant"
    for head in mutants(data[: 1 << 12], 40):
        path.write_bytes(head + data[1 << 12 :])
        try:
            disk = opened(path, FORMS[name])
            try:
                disk.read(0, 200_000)
            finally:
                disk.close()
        except UnreadableError:
            continue


def test_without_the_package_the_extra_is_named(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("dissect"):
            raise ImportError(name)
        return real(name, *rest)

    dissect_door._openers.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingDependencyError, match=r"webshellhunt\[image\]"):
        opened(raw, ContainerFormat.VHDX)


def test_tables_without_end_are_an_error(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        size = 1

    def read_on(file: Any) -> Endless:
        try:
            while True:
                file.read(1)
                file.seek(0)
        except OSError:
            return Endless()  # a parser that passes over an error

    monkeypatch.setattr(dissect_door, "_MOST_READS", 1000)
    monkeypatch.setattr(dissect_door, "_openers", lambda: {ContainerFormat.VDI: read_on})
    with pytest.raises(UnreadableError, match="no end"):
        opened(raw, ContainerFormat.VDI)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    clear: Callable[[], None] = dissect_door._openers.cache_clear
    yield
    clear()


def test_a_raw_image_takes_no_package(tmp_path: Path) -> None:
    page = parts.record(parts.resident(0x30, parts.file_name("page.aspx", 5)))
    (tmp_path / "c.dd").write_bytes(parts.volume({30: page}))
    program = (
        "import sys; from webshellhunt.sources import open_source; source = open_source(sys.argv[1]); "
        "source.list('C:'); source.close(); "
        "sys.exit(any(name.partition('.')[0] in ('dissect', 'pyvshadow') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path / "c.dd")], check=False).returncode == 0
