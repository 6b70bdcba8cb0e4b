"""An image without Windows: refused if nothing of a server is in it, else hunted with a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import disk_images as images
from tests.builders import ntfs_parts as parts
from webshellhunt.errors import UnopenedContainerError
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.image.source import ImageSource

DIRECTORY = 0x10000000


def volume(*names: str, system: str = "") -> bytes:
    """Return a volume with names in its file table, and perhaps the directories of Windows with one entry in them."""
    records = {
        number: parts.record(parts.resident(0x30, parts.file_name(name, 5))) for number, name in enumerate(names, 30)
    }
    for number, name, below in ((5, "Windows", 28), (28, "System32", 29), (29, system, 30)):
        entries = [parts.index_entry(name, below, flags=DIRECTORY)] if system else []
        records[number] = parts.record(parts.resident(0x90, parts.index_root(*entries), "$I30"), flags=3)
    return parts.volume(records)


def gaps(folder: Path, data: bytes, **drives: bytes) -> list[tuple[str, bool]]:
    (folder / "a.dd").write_bytes(data)
    for letter, content in drives.items():
        (folder / f"{letter}.dd").write_bytes(content)
    named = {letter: str(folder / f"{letter}.dd") for letter in drives}
    with ImageSource(str(folder / "a.dd"), SourceOptions(drives=named)) as source:
        return [(gap.code, gap.matters) for gap in source.form.gaps]


@pytest.mark.parametrize("names", [(), ("readme.txt", "photo.jpg"), ("tracking.log",)])
def test_an_image_with_nothing_of_a_server_is_refused(names: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(UnopenedContainerError, match="name the image of the server's system drive"):
        gaps(tmp_path, volume(*names))


def test_an_image_with_windows_needs_no_word(tmp_path: Path) -> None:
    assert gaps(tmp_path, volume(system="config")) == []


def test_a_data_drive_with_sites_is_hunted(tmp_path: Path) -> None:
    assert gaps(tmp_path, volume("wwwroot", "Default.ASPX")) == [("no-windows", False)]


@pytest.mark.parametrize("name", ["Windows", "w3svc1", "httperr1.log", "backup.zip", "web.config", "index.html"])
def test_what_may_be_of_a_server_is_a_gap_that_matters(name: str, tmp_path: Path) -> None:
    assert gaps(tmp_path, volume(name)) == [("no-windows", True)]


def test_folders_named_like_windows_without_a_system_in_them(tmp_path: Path) -> None:
    assert gaps(tmp_path, volume("Windows", system="drivers")) == [("no-windows", True)]


def test_the_windows_of_a_further_image(tmp_path: Path) -> None:
    assert ("no-windows", False) not in gaps(tmp_path, volume("a.aspx"), D=volume(system="config"))


def test_a_part_that_is_not_read_may_have_the_server(tmp_path: Path) -> None:
    locked = b"\xeb\x58\x90-FVE-FS-".ljust(1 << 17, b"\0")
    found = gaps(tmp_path, images.with_mbr(volume(), locked))
    assert found == [("unread-volume", True), ("no-windows", True)]


def test_earlier_states_may_have_the_server(tmp_path: Path) -> None:
    data = bytearray(volume())
    data[0x1E00:0x1E10] = bytes.fromhex("6b87083876c1484eb7ae04046e6cc752")
    data[0x1E30:0x1E38] = (0x8000).to_bytes(8, "little")
    assert gaps(tmp_path, bytes(data)) == [("shadow-copies-not-read", False), ("no-windows", True)]
