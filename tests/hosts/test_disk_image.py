"""A described host on a disk image is told as the folder is, whatever the format of the image."""

from __future__ import annotations

import os
import random
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import disk_images
from tests.builders.ntfs import copy_server, make_image, mounted, require_ntfs
from tests.detectors.fixture_cases import read
from webshellhunt.cli import main
from webshellhunt.errors import SourceError
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import open_executor
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


SHELL = read("request_reaches_eval/jscript-net").data


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """Yield an image and the folder where it is mounted for writing, with the described host on it."""
    require_ntfs()
    image = tmp_path / "c.raw"
    make_image(image)
    with mounted(image, tmp_path / "rw", "streams_interface=xattr") as folder:
        copy_server(demo_source(), "C", folder)
        yield image, folder


def hunted(image: Path, folder: Path) -> Report:
    subprocess.run(["sync", "-f", str(folder)], check=True)
    with open_source(image) as source:
        return hunt(source)


def test_a_shell_in_an_alternate_stream_is_found(drive: tuple[Path, Path]) -> None:
    image, folder = drive
    page = folder / "inetpub" / "wwwroot" / "plain.txt"
    page.write_bytes(b"nothing here")
    os.setxattr(page, "user.x.aspx", SHELL)
    found = {verdict.subject.path: verdict.disposition for verdict in hunted(image, folder).verdicts}
    assert found["C:\\inetpub\\wwwroot\\plain.txt:x.aspx"] >= Disposition.SUSPICIOUS


def set_standard_times(image: Path, name: str, ticks: int) -> None:
    """Set the times that programs can set; a driver of Linux would set those of the name, too."""
    data = bytearray(image.read_bytes())
    encoded = name.encode("utf-16-le")
    (at,) = (at for at in range(0, len(data), 1024) if data[at : at + 4] == b"FILE" and encoded in data[at : at + 1024])
    first = at + int.from_bytes(data[at + 20 : at + 22], "little")
    struct.pack_into("<QQQQ", data, first + 24, ticks, ticks, ticks, ticks)
    image.write_bytes(data)


def test_a_changed_time_stands_next_to_the_one_of_the_name(drive: tuple[Path, Path]) -> None:
    image, folder = drive
    page = folder / "inetpub" / "wwwroot" / "old.aspx"
    page.write_bytes(SHELL)
    subprocess.run(["sync", "-f", str(folder)], check=True)
    set_standard_times(image, page.name, 130_000_000_000_000_000)  # in 2012
    before = datetime.now(UTC) - timedelta(minutes=10)
    (verdict,) = (each for each in hunted(image, folder).verdicts if each.subject.path.endswith("\\old.aspx"))
    times = verdict.subject.times
    assert times.created_utc is not None
    assert times.created_utc.year == 2012
    assert times.name_created_utc is not None
    assert times.name_created_utc > before
    assert times.original
    (told_of,) = (each.message for each in verdict.findings if each.rule.id == "WSH6033")
    assert "2012-12-14T23:06:40Z" in told_of
    assert f"{times.name_created_utc:%Y-%m-%dT%H:%M:%SZ}" in told_of


def test_a_deleted_page_is_read_from_the_file_table(drive: tuple[Path, Path]) -> None:
    image, folder = drive
    page = folder / "inetpub" / "wwwroot" / "gone.aspx"
    page.write_bytes(SHELL)
    subprocess.run(["sync", "-f", str(folder)], check=True)
    page.unlink()
    (verdict,) = (each for each in hunted(image, folder).verdicts if each.subject.path.endswith("\\gone.aspx"))
    assert verdict.disposition is Disposition.MALICIOUS
    assert {"WSH1001", "WSH6034"} <= {each.rule.id for each in verdict.findings}


def test_a_hidden_file_is_one(drive: tuple[Path, Path]) -> None:
    image, folder = drive
    page = folder / "inetpub" / "wwwroot" / "hidden.aspx"
    page.write_bytes(SHELL)
    os.setxattr(page, "system.ntfs_attrib", struct.pack("<I", 0x26))
    subprocess.run(["sync", "-f", str(folder)], check=True)
    with open_source(image) as source:
        entry = source.stat("C:/inetpub/wwwroot/hidden.aspx")
    assert entry is not None
    assert entry.attributes == ("hidden", "system")


def test_workers_read_it_themselves(volume: Path, from_folder: Report) -> None:
    with open_source(volume) as source, open_executor(2) as executor:
        assert told(hunt(source, executor=executor)) == told(from_folder)


def test_damaged_images_are_gaps_or_one_sentence(
    volume: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = volume.read_bytes()
    used = [at for at in range(0, len(data), 512) if any(data[at : at + 512])]
    chance = random.Random(19)
    for number in range(10):
        changed = bytearray(data)
        for _ in range(chance.choice((1, 10, 300))):
            changed[chance.choice(used) + chance.randrange(80)] = chance.choice((0, 1, 0x80, 0xFF))
        if number % 5 == 4:
            del changed[chance.randrange(len(changed)) :]
        image = tmp_path / "c.raw"
        image.write_bytes(changed)
        with suppress(SourceError), open_source(image) as source:
            report = hunt(source)
            # A page whose text is damaged may fail; nothing else does.
            assert all(gap.stage == "examine" for gap in report.gaps if gap.code == "examination-failed")
    image.write_bytes(data[:2048])
    assert main(["hunt", "--quiet", str(image)]) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err


def test_an_encrypted_image_is_one_sentence_and_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = tmp_path / "c.dd"
    image.write_bytes(disk_images.with_mbr(b"\xeb\x58\x90-FVE-FS-".ljust(1 << 17, b"\0")))
    assert main(["hunt", "--quiet", str(image)]) == 2
    printed = capsys.readouterr().err
    assert "BitLocker encrypted: unlock it" in printed
    assert "Traceback" not in printed


def test_a_collection_in_a_virtual_disk_is_one(tmp_path: Path) -> None:
    require_ntfs()
    image = tmp_path / "kape.raw"
    make_image(image)
    with mounted(image, tmp_path / "rw") as folder:
        (folder / "C").mkdir()
        copy_server(demo_source(), "C", folder / "C")
    with open_source(disk_images.convert(image, "vhdx")) as source:
        report = hunt(source)
    assert report.form == "a virtual disk (VHDX) with a collection"
    assert not report.times[0].original
    paths = {verdict.subject.path for verdict in report.verdicts if verdict.disposition is Disposition.MALICIOUS}
    assert "C:\\inetpub\\wwwroot\\banner.png" in paths
    assert not any(path.startswith(("C:\\C\\", "volume")) for path in paths)
