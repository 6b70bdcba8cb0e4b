"""A volume: directories, times of both kinds, links, streams, damage; and the same as an independent parser reads."""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from tests.builders.mutants import mutants
from tests.builders.ntfs import make_image, mounted, require_ntfs
from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.ntfs.records import DATA, ROOT
from webshellhunt.sources.image.ntfs.volume import (
    DEDUP,
    MOUNT_POINT,
    SYMLINK,
    WOF,
    NtfsVolume,
    content_problem,
    link_target,
)

SECOND = 10**7
DIRECTORY = 0x10000000


def volume_of(data: bytes) -> NtfsVolume:
    return NtfsVolume(lambda offset, count: data[offset : offset + count], len(data))


def directory(*entries: bytes, sequence: int = 1) -> bytes:
    return parts.record(
        parts.resident(0x10, parts.standard()), parts.resident(0x90, parts.index_root(*entries), "$I30"),
        sequence=sequence, flags=3,
    )  # fmt: skip


def with_file(*attributes: bytes, **entry: int) -> NtfsVolume:
    top = directory(parts.index_entry("page.aspx", 30, **entry), parts.index_entry("$MFT", 0))
    return volume_of(parts.volume({5: top, 30: parts.record(*attributes)}))


def test_the_system_files_are_not_listed() -> None:
    assert list(with_file().directory(ROOT).names) == ["page.aspx"]


def test_times_of_both_kinds_and_hiding_attributes() -> None:
    own = parts.resident(0x10, parts.standard(5 * SECOND, 0x6))
    named = [
        parts.resident(0x30, parts.file_name("PAGE~1.ASP", 5, ticks=1 * SECOND, space=2)),
        parts.resident(0x30, parts.file_name("other name", 6, ticks=2 * SECOND)),
        parts.resident(0x30, parts.file_name("page.aspx", 5, ticks=9 * SECOND)),
    ]
    volume = with_file(own, *named, parts.resident(DATA, b"abc"))
    (name,) = volume.directory(ROOT).names.values()
    facts = volume.facts(name, ROOT)
    start = datetime(1601, 1, 1, tzinfo=UTC)
    assert (facts.kind, facts.size_bytes, facts.attributes) == (EntryKind.FILE, 3, ("hidden", "system"))
    assert facts.times.created_utc == facts.times.changed_utc == start + timedelta(seconds=5)
    assert facts.times.name_created_utc == facts.times.name_modified_utc == start + timedelta(seconds=9)
    assert facts.times.original


@pytest.mark.parametrize("ticks", [0, 2**63, 2**64 - 4])
def test_a_time_outside_of_the_calendar_is_none(ticks: int) -> None:
    volume = with_file(parts.resident(0x10, struct.pack("<QQQQI", ticks, ticks, ticks, ticks, 0)))
    (name,) = volume.directory(ROOT).names.values()
    assert volume.facts(name, ROOT).times.created_utc is None


def test_a_name_is_found_without_regard_to_case() -> None:
    volume = with_file()
    assert volume.find(["PAGE.ASPX"]) == volume.find(["page.aspx"]) is not None
    assert volume.find(["page.aspx", "below"]) is None
    assert volume.find(["absent"]) is None


def test_a_record_that_another_file_has_by_now_is_an_error() -> None:
    volume = with_file(parts.resident(DATA, b"x"), sequence=4)
    (name,) = volume.directory(ROOT).names.values()
    for work in (lambda: volume.facts(name, ROOT), lambda: volume.stream(name), lambda: volume.streams(name)):
        with pytest.raises(UnreadableError, match="another file"):
            work()


def test_streams() -> None:
    volume = with_file(parts.resident(DATA, b"x"), parts.resident(DATA, b"shell", "s.aspx"))
    (name,) = volume.directory(ROOT).names.values()
    assert volume.streams(name) == [("s.aspx", 5)]
    assert volume.stream(name, "s.aspx").read(0, 9) == b"shell"
    with pytest.raises(SourceNotFoundError):
        volume.stream(name, "absent")


def test_a_damaged_block_costs_its_names_only() -> None:
    blocks = parts.index_block(parts.index_entry("a", 30)) + b"BAAD".ljust(4096, b"\0")
    blocks += parts.index_block(parts.index_entry("b", 31)) + parts.index_block(parts.index_entry("unused", 32))
    top = parts.record(
        parts.resident(0x90, parts.index_root(), "$I30"),
        parts.streamed(0xA0, parts.runs((4, 40)), 4 * 4096, name="$I30"),
        parts.resident(0xB0, b"\x07".ljust(8, b"\0"), "$I30"), flags=3,
    )  # fmt: skip
    found = volume_of(parts.volume({5: top}, {40: blocks})).directory(ROOT)
    assert list(found.names) == ["a", "b"]
    assert "damaged" in found.broken


@pytest.mark.parametrize("name", ["a/b", "..", ".", "nul\0"])
def test_a_name_that_is_no_component_of_a_path_is_left_out(name: str) -> None:
    top = directory(parts.index_entry(name, 30), parts.index_entry("fine", 31))
    assert list(volume_of(parts.volume({5: top})).directory(ROOT).names) == ["fine"]


def test_a_directory_that_contains_itself_ends() -> None:
    volume = volume_of(parts.volume({5: directory(parts.index_entry("loop", 5, flags=DIRECTORY))}))
    assert volume.find(["loop"] * 50) is None  # the top is a system record, so it is not listed


def test_content_kept_elsewhere_is_an_error_with_the_reason() -> None:
    reparse = parts.resident(0xC0, struct.pack("<IHH", 0x80000013, 0, 0))
    volume = with_file(parts.resident(0x10, parts.standard(0, 0x400)), reparse, parts.resident(DATA, b""))
    (name,) = volume.directory(ROOT).names.values()
    assert volume.facts(name, ROOT).kind is EntryKind.FILE
    with pytest.raises(UnreadableError, match="deduplicated"):
        volume.stream(name)


def test_mutants_are_errors_of_the_source() -> None:
    top = directory(parts.index_entry("page.aspx", 30), parts.index_entry("d", 31, flags=DIRECTORY))
    file = parts.record(parts.resident(0x10, parts.standard()), parts.streamed(DATA, parts.runs((1, 40)), 4000))
    data = parts.volume({5: top, 30: file, 31: directory(parts.index_entry("x", 30))})
    head = 4 * parts.CLUSTER + 32 * parts.RECORD
    for mutant in mutants(data[:head], 200):
        with suppress(SourceError):
            volume = volume_of(mutant + data[len(mutant) :])
            for name in volume.directory(ROOT).names.values():
                with suppress(SourceError):
                    volume.facts(name, ROOT)
                    volume.stream(name).read(0, 10**6)
                with suppress(SourceError):
                    volume.directory(name.number)


def fill(folder: Path) -> None:
    """Write files of many kinds: packed, sparse, fragmented, in a large directory, with streams and further names."""
    many = folder / "many"
    many.mkdir()
    for number in range(600):
        (many / f"a long name, so that the index has several blocks {number}").write_bytes(b"%d" % number)
    for number in range(0, 600, 3):
        (many / f"a long name, so that the index has several blocks {number}").unlink()
    packed = folder / "packed"
    packed.mkdir()
    import os  # only Linux has the attributes below

    os.setxattr(packed, "system.ntfs_attrib", struct.pack("<I", 0x810))
    for number in range(6):
        (packed / f"text {number}").write_bytes(b"".join(b"line %d of the text\r\n" % at for at in range(900 * number)))
    (packed / "zeros").write_bytes(bytes(200_000))
    (packed / "random").write_bytes(os.urandom(200_000))
    with (folder / "sparse").open("wb") as file:
        file.seek(5_000_000)
        file.write(b"end")
    (folder / "page.aspx").write_bytes(b"main")
    os.setxattr(folder / "page.aspx", "user.hidden.aspx", b"in the stream")
    os.link(folder / "page.aspx", folder / "second name.aspx")
    pieces = [(folder / f"piece {number}").open("wb") for number in range(4)]
    for _ in range(150):
        for file in pieces:
            file.write(os.urandom(5000))
            file.flush()
    for file in pieces:
        file.close()


class _Reader(io.RawIOBase):
    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._file = io.BytesIO(data)

    def __getattribute__(self, name: str) -> Any:
        return (
            getattr(object.__getattribute__(self, "_file"), name)
            if name in ("read", "seek", "tell")
            else (super().__getattribute__(name))
        )


def compare(mine: NtfsVolume, theirs: Any, number: int = ROOT) -> int:
    """Compare a directory and all below it with an independent parser, and return the number of entries."""
    names = mine.directory(number).names
    found = {}
    for each in theirs.mft.get(number).index("$I30").entries():
        if each.attribute is not None and each.attribute.flags != 2:
            found[each.attribute.file_name] = each.dereference()
    assert set(names) == {name for name, record in found.items() if number != ROOT or record.segment >= 24}
    count = len(names)
    for name, entry in names.items():
        facts, record = mine.facts(entry, number), found[name]
        assert same(facts.times.modified_utc, record.attributes.STANDARD_INFORMATION.last_modification_time)
        assert same(facts.times.created_utc, record.attributes.STANDARD_INFORMATION.creation_time)
        own = [each for each in record.attributes.FILE_NAME if each.file_name == name]
        assert any(same(facts.times.name_created_utc, each.creation_time) for each in own)
        if facts.kind is EntryKind.DIRECTORY:
            count += compare(mine, theirs, entry.number)
        else:
            assert facts.size_bytes == record.size()
            assert mine.stream(entry).read(0, 10**9) == record.open().read()
            for stream, _ in mine.streams(entry):
                assert mine.stream(entry, stream).read(0, 10**9) == record.open(stream).read()
    return count


def same(mine: datetime | None, theirs: datetime) -> bool:
    """Return True for the same time; the other parser rounds."""
    return mine is not None and abs(mine - theirs) < timedelta(milliseconds=1)


def test_the_same_as_an_independent_parser(tmp_path: Path) -> None:
    other = pytest.importorskip("dissect.ntfs")
    require_ntfs()
    image = tmp_path / "c.raw"
    make_image(image, 48 * 1024 * 1024)
    with mounted(image, tmp_path / "mounted", "streams_interface=xattr", "compression") as folder:
        fill(folder)
    data = image.read_bytes()
    assert compare(volume_of(data), other.NTFS(_Reader(data))) > 400


def link(tag: int, target: str) -> bytes:
    text = target.encode("utf-16-le")
    head = struct.pack("<HHHH", 0, len(text), len(text), 0) + (bytes(4) if tag == SYMLINK else b"")
    return struct.pack("<IHH", tag, len(head) + len(text), 0) + head + text


@pytest.mark.parametrize("tag", [SYMLINK, MOUNT_POINT])
def test_the_target_of_a_link(tag: int) -> None:
    assert link_target(link(tag, "\\??\\D:\\sites")) == "\\??\\D:\\sites"


@pytest.mark.parametrize("content", [b"", bytes(30), link(SYMLINK, "")[:19], link(WOF, "x")])
def test_no_target(content: bytes) -> None:
    assert link_target(content) is None


@pytest.mark.parametrize(
    ("tag", "words"), [(DEDUP, "deduplicated"), (WOF, "WOF"), (0x9000301A, "moved"), (0x80000006, "moved")]
)
def test_content_that_is_elsewhere_is_told_with_the_reason(tag: int, words: str) -> None:
    assert words in (content_problem(struct.pack("<IHH", tag, 0, 0)) or "")


def test_other_reparse_points_have_their_content() -> None:
    assert content_problem(struct.pack("<IHH", 0x8000001B, 0, 0)) is None


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(link_target(data), str | None)
    assert isinstance(content_problem(data), str | None)
