"""Volume shadow copies: of a real volume, absent ones, and damaged ones."""

from __future__ import annotations

import builtins
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders import ntfs_parts as parts
from tests.builders.specimens import specimen
from webshellhunt.errors import MissingDependencyError, UnreadableError
from webshellhunt.ntfs.records import ROOT
from webshellhunt.sources.image.disks import part_of
from webshellhunt.sources.image.ntfs.volume import NtfsVolume
from webshellhunt.sources.image.opening import image_format, open_disk
from webshellhunt.sources.image.shadow_copies import has_shadow_copies, open_shadow_copies

MARK = bytes.fromhex("6b87083876c1484eb7ae04046e6cc752")


def with_head() -> bytes:
    data = bytearray(parts.volume({}))
    data[0x1E00:0x1E10] = MARK
    data[0x1E30:0x1E38] = (0x8000).to_bytes(8, "little")
    return bytes(data)


def test_a_volume_without_copies() -> None:
    data = parts.volume({})
    assert not has_shadow_copies(lambda offset, count: data[offset : offset + count])


def test_damaged_copies_are_an_error() -> None:
    pytest.importorskip("pyvshadow")
    data = with_head()
    read = part_of(lambda offset, count: data[offset : offset + count], 0, len(data))
    assert has_shadow_copies(read)
    with pytest.raises(UnreadableError, match="shadow copies are damaged"):
        open_shadow_copies(read, len(data))


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pyvshadow":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingDependencyError, match=r"webshellhunt\[image\]"):
        open_shadow_copies(lambda _offset, _count: b"", 0)


def test_the_copies_of_a_real_volume() -> None:
    pytest.importorskip("pyvshadow")
    path = str(specimen("log2timeline+plaso/test_data/vsstest.qcow2"))
    form = image_format(path)
    assert form is not None
    disk = open_disk(path, form)
    copies = open_shadow_copies(disk.read, disk.size_bytes)
    assert [copy.created_utc for copy in copies] == [
        datetime(2013, 12, 3, 6, 35, 9, 736378, tzinfo=UTC),
        datetime(2013, 12, 3, 6, 37, 48, 919058, tzinfo=UTC),
    ]
    names = [set(NtfsVolume(copy.read, copy.size_bytes).directory(ROOT).names) for copy in copies]
    system = "System Volume Information"
    assert names == [{"syslog", system}, {"another_file", "syslog.gz", system}]
    disk.close()
