from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import zipped
from tests.builders.hostile_zips import LOCAL, MEMBER, overlapping, with_field
from tests.builders.reading import opened, read_all
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.errors import SourceError
from webshellhunt.sources.archive import zip_recovery
from webshellhunt.sources.archive.zip_recovery import Layout, read_layout, recover_between, recover_members
from webshellhunt.sources.views import BytesView

FILES = {f"d/{number}.aspx": f"page {number} ".encode() * 900 for number in range(5)}


class Unseekable(io.RawIOBase):
    """A stream to which sizes can't be written later, as when a collector writes to a network."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self.data += part
        return len(part)


def streamed(files: Mapping[str, bytes]) -> bytes:
    stream = Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return bytes(stream.data)


@pytest.mark.parametrize("make", [zipped, streamed])
def test_an_archive_without_its_end_has_its_complete_members(
    make: Callable[[Mapping[str, bytes]], bytes], tmp_path: Path
) -> None:
    data = make(FILES)
    at = data.index(b"d/4.aspx")
    (tmp_path / "x.zip").write_bytes(data[: at + 20])
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == {name: FILES[name] for name in list(FILES)[:4]}
        assert [(gap.code, gap.matters) for gap in source.form.gaps] == [("broken-archive", True)]


def test_members_after_damage_in_the_directory_are_found(tmp_path: Path) -> None:
    data = zipped(FILES)
    at = data.rindex(b"PK\x01\x02")
    (tmp_path / "x.zip").write_bytes(data[:at] + b"XXXX" + data[at + 4 :])
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == FILES
        assert [gap.code for gap in source.form.gaps] == ["broken-archive"]


def test_nothing_complete_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped(FILES)[:60])
    with pytest.raises(SourceError, match="copy it again"):
        opened(tmp_path / "x.zip")


def test_large_members_have_their_sizes_in_an_extra_field() -> None:
    for stream in (io.BytesIO(), Unseekable()):
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("big.bak", "w", force_zip64=True) as member:
                member.write(b"x" * 5000)
            archive.writestr("s.aspx", b"page")
        data = bytes(stream.data) if isinstance(stream, Unseekable) else stream.getvalue()
        found = [(each.name, each.member.size_bytes) for each in recover_members(BytesView(data), 0)]
        assert found == [("big.bak", 5000), ("s.aspx", 4)]


def test_after_a_header_with_a_false_size_the_next_members_are_found() -> None:
    data = bytearray(zipped(FILES, zipfile.ZIP_STORED))
    struct.pack_into("<L", data, 18, 0xFFFFFF00)
    assert [each.name for each in recover_members(BytesView(bytes(data)), 0)] == list(FILES)[1:]


def test_a_member_beyond_its_range_is_none() -> None:
    data = zipped(FILES, zipfile.ZIP_STORED)
    second = data.index(b"PK\x03\x04", 1)
    found = list(recover_between(BytesView(data), 0, ((0, second), (second, second + 500))))
    assert [None if each is None else each.name for each in found] == ["d/0.aspx", None]


@given(st.binary(max_size=300), st.integers(0, 200))
def test_any_bytes(data: bytes, cut: int) -> None:
    archive = streamed({"a.aspx": b"page"})
    assert len(list(recover_members(BytesView(b"PK\x03\x04" + data), 0))) < 20
    assert len(list(recover_members(BytesView(archive[:cut] + data + archive[cut:]), 0))) < 20


def test_the_content_that_is_decompressed_to_find_ends_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    crc32 = zlib.crc32

    def counted(data: bytes, value: int = 0) -> int:
        sizes.append(len(data))
        return crc32(data, value)

    monkeypatch.setattr(zip_recovery, "_FREE_BYTES", 2_000_000)
    monkeypatch.setattr(zlib, "crc32", counted)
    deflated = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = deflated.compress(bytes(20_000_000)) + deflated.flush()
    header = struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, 8, 8, 0, 0, 0, 0, 0, 1, 0) + b"a"
    # Each header begins inside a stored block after the one before it, and all of them lead to the damage at the end.
    block = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF) + header
    assert not list(recover_members(BytesView(header + block * 50 + content[:-9]), 0))
    assert sum(sizes) < 6_000_000


def layout_of(data: bytes) -> Layout:
    view = BytesView(data)
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    return read_layout(view, place, 0)


def test_all_but_the_members_is_the_rest() -> None:
    data = zipped({"a/": b"", "a/b.aspx": b"page", "c.txt": b"text" * 100})
    at = data.index(MEMBER)
    assert layout_of(data) == Layout(frozenset(), frozenset(), ((at, len(data)),), is_whole=True)
    assert layout_of(b"x" * 40 + data).rest == ((0, 40), (40 + at, 40 + len(data)))


def test_members_that_overlap_and_a_damaged_directory() -> None:
    assert len(layout_of(overlapping()).overlapping) == 2
    data = zipped({"a": b"1", "b": b"2"})
    assert not layout_of(with_field(data, MEMBER, 0, b"XX", number=1)).is_whole


def test_the_content_of_a_member_that_is_not_read_is_in_the_rest() -> None:
    data = zipped({"a.txt": b"1" * 50, "b.txt": b"2" * 50}, 0)
    second = data.index(LOCAL, 1)
    assert layout_of(with_field(data, LOCAL, 0, b"XX", number=1)).without_header == {second}
    for number, mark, offset in ((0, LOCAL, 18), (0, MEMBER, 20)):
        changed = with_field(data, mark, offset, struct.pack("<L", 7), number)
        assert (35, second) in layout_of(changed).rest


@given(st.binary(max_size=200), st.integers(0, 300), st.integers(0, 300))
def test_any_bytes_have_a_layout(data: bytes, start: int, stop: int) -> None:
    archive = zipped({"a.aspx": b"page", "b.aspx": b"page" * 30})
    view = BytesView(archive[:start] + data + archive[stop:])
    place = find_directory(view.read, view.size_bytes)
    if place is not None:
        assert all(0 <= first < last <= view.size_bytes for first, last in read_layout(view, place, 0).rest)
