"""Descriptors of VMware disks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.vmdk import DiskExtent, extents_of, is_descriptor, open_described

HEAD = "# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n"


def described(folder: Path, text: str) -> str:
    path = folder / "disk.vmdk"
    path.write_text(text)
    return str(path)


def test_the_extents_of_a_descriptor() -> None:
    text = 'RW 100 FLAT "a-flat.vmdk" 5\r\nRDONLY 7 ZERO\n RW 1 FLAT "no"\nNOACCESS 3 SPARSE "b c.vmdk"\n'
    assert extents_of(text) == [
        DiskExtent(100, "FLAT", "a-flat.vmdk", 5),
        DiskExtent(7, "ZERO", "", 0),
        DiskExtent(3, "SPARSE", "b c.vmdk", 0),
    ]
    assert is_descriptor(HEAD.encode())


def test_flat_extents_and_zeros(tmp_path: Path) -> None:
    (tmp_path / "a.vmdk").write_bytes(b"a" * 512 + b"b" * 512)
    path = described(tmp_path, HEAD + 'RW 1 FLAT "a.vmdk" 1\nRW 2 ZERO\nRW 1 FLAT "a.vmdk"\n')
    disk = open_described(path)
    assert disk.read(500, 2000) == b"b" * 12 + bytes(1024) + b"a" * 512
    disk.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RW 1 FLAT \"absent.vmdk\"", "absent.vmdk"),
        ("RW 1 FLAT \"../secret\"", "outside of its folder"),
        ("RW 1 FLAT \"/etc/passwd\"", "outside of its folder"),
        ("RW 1 FLAT \"C:\\\\x\"", "outside of its folder"),
        ("RW 1 FLAT", "outside of its folder"),
        ("RW 1 VMFSRDM \"a.vmdk\"", "VMFSRDM"),
        ("", "no extent"),
        ("parentCID=12345678\nparentFileNameHint=\"base.vmdk\"\nRW 1 ZERO", "of base.vmdk only: merge"),
    ],
)  # fmt: skip
def test_a_descriptor_that_is_not_opened(tmp_path: Path, text: str, words: str) -> None:
    head = HEAD.replace("parentCID=ffffffff\n", "") if "parentCID" in text else HEAD
    with pytest.raises(UnreadableError, match=words):
        open_described(described(tmp_path, head + text))


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    assert isinstance(extents_of(text), list)
