"""An opened image: volumes, letters, gaps, further images and shadow copies."""

from __future__ import annotations

import builtins
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import disk_images as images
from tests.builders import ntfs_parts as parts
from tests.builders.specimens import specimen
from webshellhunt.errors import UnopenedContainerError, UnreadableError, UsageError
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.image import dissect_door, unlisted_volumes
from webshellhunt.sources.image.image import Image, found_volume, no_volume, not_searched, open_image, unread_partition
from webshellhunt.sources.image.partitions import DYNAMIC, NTFS, REMNANT, Partition

VOLUME = parts.volume({})
BITLOCKER = b"\xeb\x58\x90-FVE-FS-".ljust(1 << 17, b"\0")
FAT = (bytes(82) + b"FAT32").ljust(1 << 17, b"\0")


def opened(folder: Path, data: bytes, name: str = "disk.dd", **options: object) -> Image:
    (folder / name).write_bytes(data)
    image = open_image(str(folder / name), SourceOptions(**options))  # type: ignore[arg-type]
    image.disk.close()
    return image


def test_several_volumes(tmp_path: Path) -> None:
    image = opened(tmp_path, images.with_mbr(VOLUME, FAT, VOLUME, BITLOCKER))
    assert image.form.label == "a raw disk image with 2 NTFS volumes"
    assert [(place.top, place.assumed) for place in image.places] == [("C:", True), ("D:", True)]
    assert [(gap.code, gap.matters) for gap in image.form.gaps] == [
        ("unread-volume", False), ("unread-volume", True), ("drive-letters-assumed", False),
    ]  # fmt: skip
    assert "partition 4" in image.form.gaps[1].path
    assert not image.form.is_collection


def test_an_image_that_is_cut(tmp_path: Path) -> None:
    disk = images.with_mbr(VOLUME)
    (gap,) = opened(tmp_path, disk[:-50_000]).form.gaps
    assert (gap.code, gap.matters) == ("cut-image", True)
    assert "50,000 bytes" in gap.reason


def test_a_volume_without_partitions_that_is_cut(tmp_path: Path) -> None:
    image = opened(tmp_path, VOLUME[:-4096])
    (gap,) = image.form.gaps
    assert (gap.code, gap.matters) == ("cut-image", True)
    assert "its last 4,096 bytes are missing" in gap.reason
    assert image.form.label.endswith("with 1 NTFS volume, cut: its last 4,096 bytes are missing")
    assert not opened(tmp_path, VOLUME + bytes(4096)).form.gaps


def test_a_volume_whose_first_sector_was_overwritten(tmp_path: Path) -> None:
    lost = bytes(512) + VOLUME[512:]
    for disk in (images.with_mbr(lost, VOLUME), images.with_gpt(lost, VOLUME)):
        (gap,) = opened(tmp_path, disk).form.gaps
        assert (gap.code, gap.matters) == ("unread-volume", True)
        assert "first sector" in gap.reason


def test_a_first_sector_is_restored_from_its_copy(tmp_path: Path) -> None:
    lost = bytes(512) + VOLUME[512:] + VOLUME[:512]
    for disk, place in ((images.with_mbr(lost), " partition 1"), (images.with_gpt(lost), " partition 1"), (lost, "")):
        image = opened(tmp_path, disk)
        assert [(each.top, each.volume.size_bytes) for each in image.places] == [("C:", len(lost))]
        (gap,) = image.form.gaps
        assert (gap.code, gap.matters) == ("lost-first-sector", False)
        assert gap.path.endswith(f"disk.dd{place}")


def test_a_volume_that_no_partition_names(tmp_path: Path) -> None:
    image = opened(tmp_path, images.with_mbr(VOLUME).ljust(3 << 20, b"\0") + VOLUME)
    assert [place.top for place in image.places] == ["C:", "volume 2"]
    (gap,) = image.form.gaps
    assert (gap.code, gap.path.rpartition(" byte ")[2], gap.matters) == ("unlisted-volume", str(3 << 20), False)
    alone = opened(tmp_path, images.mbr().ljust(3 << 20, b"\0") + VOLUME)
    assert [place.top for place in alone.places] == ["C:"]
    assert "raw disk image" in alone.form.label


def test_a_volume_that_two_entries_name_is_read_once(tmp_path: Path) -> None:
    sectors = len(VOLUME) // 512
    table = images.mbr((7, 2048, sectors), (7, 2048, sectors), (7, 2049, sectors), (7, 2048, sectors // 2))
    image = opened(tmp_path, table.ljust(1 << 20, b"\0") + VOLUME)
    assert (len(image.places), image.form.gaps) == (1, ())


def test_a_large_space_outside_partitions_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlisted_volumes, "_MOST_PLACES", 4)
    (gap,) = opened(tmp_path, images.with_mbr(VOLUME).ljust(9 << 20, b"\0")).form.gaps
    assert (gap.code, gap.matters) == ("disk-not-searched", False)


def test_a_damaged_volume_next_to_another(tmp_path: Path) -> None:
    damaged = bytearray(VOLUME)
    for cluster in (2, 4):
        damaged[cluster * 4096 : cluster * 4096 + 4] = b"BAAD"
    (gap,) = opened(tmp_path, images.with_mbr(bytes(damaged), VOLUME)).form.gaps
    assert (gap.code, gap.matters) == ("unreadable-volume", True)
    with pytest.raises(UnopenedContainerError, match="copy or make the image again"):
        opened(tmp_path, images.with_mbr(bytes(damaged)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (images.with_mbr(BITLOCKER), "BitLocker encrypted: unlock it"),
        (images.with_gpt(FAT), "without an NTFS volume .it has FAT."),
        (images.mbr((7, 5, 5)).ljust(1 << 20, b"\0"), "not that of a Windows server"),
        (b"LUKS\xba\xbe".ljust(1 << 17, b"\0"), "LUKS encrypted: unlock it"),
    ],
)
def test_an_image_without_a_volume_is_one_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(UnopenedContainerError, match=words):
        opened(tmp_path, data)


def test_another_image_as_a_drive(tmp_path: Path) -> None:
    (tmp_path / "data.raw").write_bytes(images.with_gpt(VOLUME[: 40 * 4096], VOLUME))
    image = opened(tmp_path, VOLUME, drives={"e:": str(tmp_path / "data.raw")})
    assert {place.top: place.assumed for place in image.places} == {"C:": True, "E:": False}
    assert image.by_top["E:"].volume.size_bytes == len(VOLUME)


def test_the_letter_of_the_user_comes_first(tmp_path: Path) -> None:
    (tmp_path / "data.raw").write_bytes(VOLUME)
    image = opened(tmp_path, VOLUME, drives={"C": str(tmp_path / "data.raw")})
    assert [place.top for place in image.places] == ["volume 1", "C:"]


def test_a_drive_that_is_no_image(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="an image, too"):
        opened(tmp_path, VOLUME, drives={"D": str(tmp_path)})
    with pytest.raises(UsageError):
        opened(tmp_path, VOLUME, drives={"DD": str(tmp_path / "disk.dd")})


def test_no_image(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="not a disk image"):
        open_image(str(tmp_path), SourceOptions())


def test_shadow_copies_of_a_real_image() -> None:
    pytest.importorskip("pyvshadow")
    path = str(specimen("log2timeline+plaso/test_data/vsstest.qcow2"))
    image = open_image(path, SourceOptions(snapshots=True))
    first, second = image.form.snapshots
    assert image.form.label.endswith("and 2 shadow copies (2013-12-03T06:35:09Z, 2013-12-03T06:37:48Z)")
    assert (first.name, first.letter) == ("shadow copy 1 of C:", "C")
    assert second.created_utc == datetime(2013, 12, 3, 6, 37, 48, 919058, tzinfo=UTC)
    assert image.by_top[first.top].volume.find(["syslog"]) is not None
    assert image.by_top[second.top].volume.find(["syslog"]) is None
    assert image.by_top[first.top] not in image.places
    image.disk.close()
    untold = open_image(path, SourceOptions())
    assert [(gap.code, gap.path) for gap in untold.form.gaps] == [("shadow-copies-not-read", "C:\\")]
    untold.disk.close()


def test_damaged_shadow_copies_are_a_gap(tmp_path: Path) -> None:
    pytest.importorskip("pyvshadow")
    data = bytearray(VOLUME)
    data[0x1E00:0x1E10] = bytes.fromhex("6b87083876c1484eb7ae04046e6cc752")
    data[0x1E30:0x1E38] = (0x8000).to_bytes(8, "little")
    image = opened(tmp_path, bytes(data), snapshots=True)
    assert [gap.code for gap in image.form.gaps] == ["unreadable-shadow-copies"]


@pytest.mark.parametrize(("missing", "name"), [("dissect", "disk.vhdx"), ("pyvshadow", "disk.dd")])
def test_a_missing_package_is_one_sentence(
    missing: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(wanted: str, *rest: Any) -> Any:
        if wanted.partition(".")[0] == missing:
            raise ImportError(wanted)
        return real(wanted, *rest)

    data = bytearray(VOLUME)
    data[0x1E00:0x1E10] = bytes.fromhex("6b87083876c1484eb7ae04046e6cc752")
    data[0x1E30:0x1E38] = (0x8000).to_bytes(8, "little")
    if missing == "dissect":
        data[:8] = b"vhdxfile"
        dissect_door._openers.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UnreadableError, match=r"pip install 'webshellhunt\[image\]'"):
        opened(tmp_path, bytes(data), name, snapshots=True)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("BitLocker", "unlock it"), ("LUKS", "unlock it"), (DYNAMIC, "on Windows"), ("ReFS", "mount it read-only")],
)
def test_a_partition_that_is_not_read(kind: str, words: str) -> None:
    gap = unread_partition("a.dd partition 2", Partition(0, 1 << 40, kind))
    assert (gap.code, gap.stage, gap.matters) == ("unread-volume", "open", True)
    assert words in gap.reason


def test_the_partition_that_starts_a_machine_does_not_matter() -> None:
    assert not unread_partition("a", Partition(0, 100 << 20, "FAT")).matters
    assert unread_partition("a", Partition(0, 1 << 40, "FAT")).matters


def test_the_rest_of_an_older_volume_does_not_matter() -> None:
    assert not unread_partition("a", Partition(512, 1 << 40, REMNANT, is_listed=False)).matters


def test_what_is_read_although_it_was_hidden() -> None:
    plain = Partition(512, 1 << 20, NTFS)
    assert found_volume("a", plain) is None
    lost, hidden, both = (
        found_volume("a", plain._replace(boot=boot, is_listed=listed))
        for boot, listed in ((9, True), (None, False), (9, False))
    )
    assert lost is not None
    assert hidden is not None
    assert both is not None
    assert [each.code for each in (lost, hidden, both)] == ["lost-first-sector", "unlisted-volume", "unlisted-volume"]
    assert lost.reason in both.reason
    assert hidden.reason in both.reason
    assert not any(each.matters for each in (lost, hidden, both, not_searched("a", 5)))


@pytest.mark.parametrize(
    ("kinds", "gaps", "words"),
    [
        (["BitLocker"], [], "BitLocker encrypted: unlock it"),
        (["", "ext4"], [], "it has ext4"),
        ([], [], "not that of a Windows server"),
        (["NTFS"], [Gap("unreadable-volume", "open", "a", "it is damaged")], "it is damaged: copy"),
    ],
)
def test_an_image_without_a_volume(kinds: list[str], gaps: list[Gap], words: str) -> None:
    assert words in no_volume("a raw disk image", [Partition(0, 1, kind) for kind in kinds], gaps)
