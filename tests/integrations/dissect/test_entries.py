"""Entries of NTFS as dissect reads it: contents that are not in their streams, names that are none."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest

from tests.builders import ntfs_parts as parts

pytest.importorskip("dissect.target", reason="needs the extra test-dissect")

from dissect.target import Target
from dissect.target.filesystems.ntfs import NtfsFilesystem

from integrations.dissect.dissect_webshellhunt.entries import content_elsewhere, is_name
from integrations.dissect.dissect_webshellhunt.source import TargetSource
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.ntfs.volume import DEDUP, WOF

NAME, DATA, REPARSE, FOLDER = "page.aspx", 0x80, 0xC0, 3


def directory(*names: str) -> bytes:
    root = parts.index_root(*(parts.index_entry(name, 30) for name in names))
    return parts.record(parts.resident(0x10, parts.standard()), parts.resident(0x90, root, "$I30"), flags=FOLDER)


def files(*attributes: bytes, names: tuple[str, ...] = (NAME,)) -> NtfsFilesystem:
    """Return a volume with one file that has these attributes, under these names."""
    file = parts.record(parts.resident(0x10, parts.standard()), *attributes)
    return NtfsFilesystem(BytesIO(parts.volume({5: directory(*names), 30: file})))


def source(volume: NtfsFilesystem) -> TargetSource:
    target = Target()
    target.filesystems.add(volume)
    target.fs.mount("c:", volume)
    return TargetSource(target)


def reparse(tag: int) -> bytes:
    return parts.resident(REPARSE, struct.pack("<IHH", tag, 0, 0))


@pytest.mark.parametrize(("tag", "words"), [(DEDUP, "deduplicated"), (WOF, "WOF"), (0x9000_301A, "other storage")])
def test_a_content_kept_elsewhere_is_no_empty_page(tag: int, words: str) -> None:
    volume = files(reparse(tag), parts.resident(DATA, b""))
    assert words in str(content_elsewhere(volume.get(NAME)))
    with pytest.raises(UnreadableError, match=words):
        source(volume).read(f"C:/{NAME}", 100)


def test_a_content_in_its_stream_is_read() -> None:
    volume = files(parts.resident(DATA, b"<p>x</p>"))
    assert content_elsewhere(volume.get(NAME)) is None
    assert source(volume).read(f"C:/{NAME}", 100) == b"<p>x</p>"


def test_ciphertext_is_no_page() -> None:
    stream = bytearray(parts.resident(DATA, b"ciphertext"))
    stream[12:14] = (0x4000).to_bytes(2, "little")
    volume = files(bytes(stream))
    with pytest.raises(UnreadableError, match="encrypted by EFS"):
        source(volume).read(f"C:/{NAME}", 100)


@pytest.mark.parametrize("name", ["a/b", "..", ".", "nul\0"])
def test_a_name_that_is_no_component_of_a_path_is_left_out(name: str) -> None:
    assert not is_name(name)
    listed = source(files(parts.resident(DATA, b""), names=(name, "fine.aspx"))).list("C:")
    assert [entry.name for entry in listed] == ["fine.aspx"]
