"""A described host on a disk image is told as the folder is, whatever the format of the image."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import disk_images
from tests.builders.ntfs import copy_server, make_image, mounted, require_ntfs
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.selftest.demo import demo_source
from webshellhunt.sources import open_source

FORMS: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "volume": ("a raw image of a volume", lambda volume: volume),
    "mbr": ("a raw disk image", lambda volume: partitioned(volume, disk_images.with_mbr)),
    "gpt": ("a raw disk image", lambda volume: partitioned(volume, disk_images.with_gpt)),
    "split": ("a raw image of a volume", lambda volume: disk_images.split(volume, 3)),
    "vhd": ("a virtual disk (VHD)", lambda volume: disk_images.convert(volume, "vpc")),
    "fixed vhd": ("a virtual disk (VHD)", lambda volume: disk_images.convert(volume, "vpc", "subformat=fixed")),
    "vhdx": ("a virtual disk (VHDX)", lambda volume: disk_images.convert(volume, "vhdx")),
    "vmdk": ("a VMware disk image (VMDK)", lambda volume: disk_images.convert(volume, "vmdk")),
    "vmdk in extents": (
        "a VMware disk image (VMDK)",
        lambda volume: disk_images.convert(volume, "vmdk", "subformat=twoGbMaxExtentSparse"),
    ),
    "flat vmdk": (
        "a VMware disk image (VMDK)",
        lambda volume: disk_images.convert(volume, "vmdk", "subformat=monolithicFlat"),
    ),
    "streamed vmdk": (
        "a VMware disk image (VMDK)",
        lambda volume: disk_images.convert(volume, "vmdk", "subformat=streamOptimized"),
    ),
    "qcow2": ("a QEMU disk image (QCOW2)", lambda volume: disk_images.convert(volume, "qcow2")),
    "vdi": ("a VirtualBox disk image (VDI)", lambda volume: disk_images.convert(volume, "vdi")),
    "e01": ("an EnCase image (E01)", disk_images.acquire),
    "e01 in segments": ("an EnCase image (E01)", lambda volume: disk_images.acquire(volume, segment="1MiB")),
}


def partitioned(volume: Path, table: Callable[[bytes], bytes]) -> Path:
    disk = volume.with_suffix(".img")
    disk.write_bytes(table(volume.read_bytes()))
    return disk


def told(report: Report) -> list[tuple[object, ...]]:
    """Return all that is said of each subject with a finding."""
    return [
        (
            verdict.subject.path,
            verdict.disposition,
            verdict.reasons,
            verdict.planting,
            [(each.rule.id, each.message, each.evidence) for each in verdict.findings],
        )
        for verdict in report.verdicts
        if verdict.disposition > Disposition.BENIGN and verdict.findings
    ]


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_ntfs()
    folder = tmp_path_factory.mktemp("volume")
    image = folder / "c.raw"
    make_image(image)
    with mounted(image, folder / "rw") as drive:
        copy_server(demo_source(), "C", drive)
    return image


@pytest.fixture(scope="module")
def from_folder(volume: Path) -> Report:
    with mounted(volume, volume.parent / "ro", "ro") as folder, open_source(folder) as source:
        return hunt(source)


@pytest.mark.parametrize("name", FORMS)
def test_the_same_verdicts_from_each_form(name: str, volume: Path, from_folder: Report, tmp_path: Path) -> None:
    label, make = FORMS[name]
    own = tmp_path / "c.raw"
    own.hardlink_to(volume)
    with open_source(make(own)) as source:
        report = hunt(source)
    assert report.form == f"{label} with 1 NTFS volume"
    assert told(report) == told(from_folder)
    assert report.assessment == from_folder.assessment
    assert report.counts == from_folder.counts
    (basis,) = report.times
    assert (basis.original, basis.reason) == (True, "it is an image of the server's disk")
