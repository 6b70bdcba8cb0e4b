"""The source for an image: the protocol, links, streams, special files, times, and its copies in workers."""

from __future__ import annotations

import pickle
import struct
from pathlib import Path

import pytest

from tests.builders import ntfs_parts as parts
from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.ntfs.records import DATA
from webshellhunt.sources import open_source
from webshellhunt.sources.image.image import VolumePlace
from webshellhunt.sources.image.ntfs.volume import MOUNT_POINT, SYMLINK, NtfsVolume
from webshellhunt.sources.image.source import ImageSource, path_of_target
from webshellhunt.sources.source import Source, form_of

DIRECTORY, REPARSE = 0x10000000, 0x400

EMPTY_VOLUME = parts.volume({})


def link(tag: int, target: str) -> bytes:
    text = target.encode("utf-16-le")
    head = struct.pack("<HHHH", 0, len(text), len(text), 0) + (bytes(4) if tag == SYMLINK else b"")
    content = struct.pack("<IHH", tag, len(head) + len(text), 0) + head + text
    own = parts.resident(0x10, parts.standard(0, REPARSE))
    return parts.record(own, parts.resident(0xC0, content))


def folder(*entries: bytes) -> bytes:
    return parts.record(
        parts.resident(0x90, parts.index_root(*entries), "$I30"), parts.resident(DATA, b"d", "on.asp"), flags=3
    )


def linked(name: str, number: int, tag: int) -> bytes:
    return parts.index_entry(name, number, flags=REPARSE, tag=tag)


RECORDS = {
    5: folder(
        parts.index_entry("web", 30, flags=DIRECTORY), linked("to page", 33, SYMLINK),
        linked("to web", 34, MOUNT_POINT), linked("out", 35, SYMLINK), linked("loop", 36, SYMLINK),
        parts.index_entry("stale", 31, sequence=9),
    ),
    11: folder(parts.index_entry("$UsnJrnl", 37)),
    30: folder(parts.index_entry("page.aspx", 31), linked("up", 38, SYMLINK)),
    31: parts.record(
        parts.resident(0x10, parts.standard(10**15, 2)), parts.resident(0x30, parts.file_name("page.aspx", 30)),
        parts.resident(DATA, b"content"), parts.resident(DATA, b"shell", "s.aspx"),
    ),
    33: link(SYMLINK, "\\??\\C:\\web\\page.aspx"),
    34: link(MOUNT_POINT, "\\??\\c:\\web\\"),
    35: link(SYMLINK, "\\??\\X:\\elsewhere"),
    36: link(SYMLINK, "\\loop"),
    37: parts.record(parts.streamed(DATA, parts.runs((100, None), (1, 50)), 101 * 4096, name="$J")),
    38: link(SYMLINK, "..\\web\\.\\page.aspx"),
}  # fmt: skip
VOLUME = parts.volume(RECORDS, {50: b"journal".ljust(4096, b"\0")})


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "c.dd"
    path.write_bytes(VOLUME)
    return path


def test_it_is_a_source(image: Path) -> None:
    with open_source(image) as source:
        assert isinstance(source, ImageSource)
        assert isinstance(source, Source)
        assert form_of(source).label == "a raw image of a volume with 1 NTFS volume"
        assert (source.live, dict(source.drives), source.locate("C:/web")) == (False, {}, None)
        (basis,) = source.time_bases
        assert (basis.original, basis.reason) == (True, "it is an image of the server's disk")
        assert repr(source) == f"ImageSource({str(image)!r})"


def test_lists_and_names_agree(image: Path) -> None:
    with open_source(image) as source:
        assert [entry.path for entry in source.list("")] == ["C:"]
        assert source.names("") == {"C:": EntryKind.DIRECTORY}
        top = source.list("C:")
        assert [entry.name for entry in top] == ["loop", "out", "stale", "to page", "to web", "web"]
        assert source.names("C:") == {entry.name: entry.kind for entry in top}
        assert all(source.stat(entry.path) == entry for entry in top)
        (page, _) = source.list("c:/WEB")
        assert (page.name, page.size_bytes, page.attributes) == ("page.aspx", 7, ("hidden",))
        assert page.times.original
        assert page.identity == (1, 31)


def test_reads(image: Path) -> None:
    with open_source(image) as source:
        assert source.read("C:/web/page.aspx", 100) == b"content"
        assert source.read("C:/web/page.aspx", 3, 2) == b"nte"
        assert source.read("C:/web/page.aspx:s.aspx", 100) == b"shell"
        assert source.read("C:/web:on.asp", 100) == b"d"
        for path in ("C:/web", "C:/stale"):
            with pytest.raises(UnreadableError):
                source.read(path, 10)
        for path in ("C:/absent", "D:/x", "C:/web/page.aspx:no", "C:/web/page.aspx/x", "C:", ""):
            with pytest.raises(SourceNotFoundError):
                source.read(path, 10)


def test_streams_and_their_stat(image: Path) -> None:
    with open_source(image) as source:
        (stream,) = source.streams("C:/web/page.aspx")
        assert (stream.name, stream.path, stream.size_bytes) == ("page.aspx:s.aspx", "C:/web/page.aspx:s.aspx", 5)
        assert source.stat("C:/web/page.aspx:s.aspx") == stream
        assert source.stat("C:/web/page.aspx:no") is None
        assert [each.name for each in source.streams("C:/web")] == ["web:on.asp"]
        assert source.streams("C:/absent") == ()


def test_streams_of_the_top_of_a_volume(image: Path) -> None:
    with open_source(image) as source:
        (stream,) = source.streams("C:")
        assert (stream.name, stream.path) == ("C::on.asp", "C::on.asp")
        assert source.stat("C::on.asp") == stream
        assert source.read("C::on.asp", 10) == b"d"
        assert source.stat("C::no") is None
        assert source.stat("X::on.asp") is None
        assert source.streams("") == ()


def test_links(image: Path) -> None:
    with open_source(image) as source:
        targets = {entry.name: entry.target for entry in source.list("C:") if entry.kind is EntryKind.LINK}
        assert targets == {"to page": "C:/web/page.aspx", "to web": "C:/web", "out": None, "loop": "C:/loop"}
        assert source.read("C:/to page", 100) == source.read("C:/web/up", 100) == b"content"
        for path in ("C:/out", "C:/loop"):
            with pytest.raises(UnreadableError, match="link"):
                source.read(path, 10)


def test_absent_entries(image: Path) -> None:
    with open_source(image) as source:
        for path in ("D:", "C:/absent", "C:/web/page.aspx/x", "C:/absent/x", "C:/../C:"):
            assert source.stat(path) is None
        for path in ("D:", "C:/absent", "C:/web/page.aspx", "C:/to web"):
            with pytest.raises(SourceError):
                source.list(path)
            with pytest.raises(SourceError):
                source.names(path)
        top = source.stat("")
        assert top is not None
        assert top.kind is EntryKind.DIRECTORY


def test_the_files_of_the_file_system(image: Path) -> None:
    with open_source(image) as source:
        table = source.stat("C:/$MFT")
        assert table is not None
        assert table.size_bytes == 16 * 4096
        assert source.read("C:/$MFT", 5, 1024 * 31) == b"FILE0"
        for path in ("C:/$Extend/$UsnJrnl:$J", "C:/$Extend/$J"):
            journal = source.stat(path)
            assert journal is not None
            assert journal.size_bytes == 101 * 4096
            assert source.read(path, 10, 100 * 4096 - 3) == b"\0\0\0journal"


def test_a_volume_without_a_journal(tmp_path: Path) -> None:
    (tmp_path / "c.dd").write_bytes(parts.volume({31: RECORDS[31]}))
    with open_source(tmp_path / "c.dd") as source:
        assert source.stat("C:/$Extend/$J") is None


def test_a_partly_damaged_directory_is_told_where_its_streams_are(tmp_path: Path) -> None:
    blocks = parts.index_block(parts.index_entry("a.aspx", 31)) + b"BAAD".ljust(4096, b"\0")
    broken = parts.record(
        parts.resident(0x90, parts.index_root(), "$I30"), parts.streamed(0xA0, parts.runs((2, 40)), 8192, name="$I30"),
        parts.resident(0xB0, b"\x03".ljust(8, b"\0"), "$I30"), flags=3,
    )  # fmt: skip
    (tmp_path / "c.dd").write_bytes(parts.volume({**RECORDS, 30: broken}, {40: blocks}))
    with open_source(tmp_path / "c.dd") as source:
        assert [entry.name for entry in source.list("C:/web")] == ["a.aspx"]
        with pytest.raises(UnreadableError, match="names in this directory may be missing"):
            source.streams("C:/web")


def test_a_worker_opens_its_own(image: Path) -> None:
    source = ImageSource(str(image), SourceOptions())
    sent = pickle.dumps(source)
    assert len(sent) < 1000
    copy = pickle.loads(sent)
    assert copy.read("C:/web/page.aspx", 100) == b"content"
    copy.close()
    source.close()
    source.close()


def test_the_word_for_the_times(image: Path) -> None:
    with open_source(image, times="copy") as source:
        assert not source.time_bases[0].original
        assert not any(entry.times.original for entry in source.list("C:/web"))
    with pytest.raises(UsageError):
        open_source(image, times="other")


def place(letter: str) -> VolumePlace:
    def opened() -> NtfsVolume:
        return NtfsVolume(lambda offset, count: EMPTY_VOLUME[offset : offset + count], len(EMPTY_VOLUME))

    return VolumePlace(f"{letter}:", letter, assumed=False, number=1, opener=opened)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("\\??\\d:\\web\\", "D:/web"),
        ("\\??\\X:\\web", None),
        ("\\web\\a", "C:/web/a"),
        ("..\\.\\b", "C:/sites/b"),
        ("..\\..\\..\\b", None),
    ],
)
def test_targets(target: str, path: str | None) -> None:
    volumes = {"C:": place("C"), "D:": place("D")}
    assert path_of_target(target, "C:/sites/one", volumes) == path
