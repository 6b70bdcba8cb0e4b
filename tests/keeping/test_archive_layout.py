"""The layout of an archive: each byte belongs to a structure that a bag has."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.bags import make_bag
from tests.builders.mutants import mutants
from webshellhunt.containers.aes_zip_writer import AesZipWriter
from webshellhunt.errors import UnreadableError
from webshellhunt.keeping import archive_layout
from webshellhunt.keeping.archive_layout import ArchiveContents, Difference, Member, read_layout


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_bag(tmp_path_factory.mktemp("bag") / "bag.zip").read_bytes()


def differences(data: bytes) -> list[str]:
    return [str(each) for each in read_layout(io.BytesIO(data), "bag.zip").differences]


def test_members_in_order(data: bytes) -> None:
    layout = read_layout(io.BytesIO(data), "bag.zip")
    assert not layout.differences
    names = [each.name for each in layout.members]
    assert names == ["README.txt", "files/00001.bin", "files/00002.bin", "reads.jsonl", "manifest.json"]
    assert [each.encrypted for each in layout.members] == [False, True, True, True, True]
    ends = [0, *(each.end for each in layout.members)]
    assert [each.start for each in layout.members] == ends[:-1]


def test_bytes_before_between_and_after(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        differences(b"x" + data)
    first = read_layout(io.BytesIO(data), "bag.zip").members[0]
    assert differences(data[: first.end] + b"hidden" + data[first.end :])
    assert differences(data + b"hidden")


def test_a_damaged_directory_is_told_and_the_members_are_still_found(data: bytes) -> None:
    at = data.index(b"PK\1\2")
    layout = read_layout(io.BytesIO(data[:at] + b"XX" + data[at + 2 :]), "bag.zip")
    assert len(layout.members) == 5
    assert "its directory is damaged" in str(layout.differences[0])


def test_a_bag_whose_writer_adds_records_of_64_bits_early_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyzipper.zipfile.ZIP64_LIMIT", 5_000)
    large = make_bag(tmp_path / "bag.zip").read_bytes()
    assert b"PK\6\6" in large
    layout = read_layout(io.BytesIO(large), "bag.zip")
    assert not layout.differences
    assert len(layout.members) == 5


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_another_archive_is_no_bag(method: int) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a", b"x" * 100)
        archive.writestr("b", b"x" * 100)
    assert read_layout(stream, "x.zip").differences


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\5\6" + bytes(18), b"MZ" * 100, bytes(100)])
def test_what_is_no_archive(data: bytes) -> None:
    if data[:4] == b"PK\5\6":
        assert read_layout(io.BytesIO(data), "x").members == ()
        return
    with pytest.raises(UnreadableError, match="no evidence bag"):
        read_layout(io.BytesIO(data), "x")


def test_large_members_and_two_of_one_name() -> None:
    stream = io.BytesIO()
    with AesZipWriter(stream, "infected") as archive:
        for name in ("a", "b"):
            member = archive.open_member(name, 5 << 30)
            member.write(b"short")
            member.close()
    layout = read_layout(stream, "x")
    assert (len(layout.members), layout.differences) == (2, ())
    twice = stream.getvalue().replace(b"b", b"a")
    assert any("a second member has this name" in each for each in differences(twice))


@given(st.binary(max_size=300))
def test_any_bytes_are_an_error_or_a_layout(data: bytes) -> None:
    for each in (data, b"PK\3\4" + data, data + b"PK\5\6" + bytes(18), b"PK\1\2" + data + b"PK\5\6" + bytes(18)):
        try:
            read_layout(io.BytesIO(each), "x")
        except UnreadableError:
            continue


def test_mutants_never_crash(data: bytes, tmp_path: Path) -> None:
    for mutant in mutants(data, 300):
        try:
            layout = read_layout(io.BytesIO(mutant), "x")
        except UnreadableError:
            continue
        assert all(0 <= each.start <= each.data <= each.end <= len(mutant) for each in layout.members)


def test_members_that_overlap_are_not_read_twice(data: bytes) -> None:
    layout = read_layout(io.BytesIO(data), "bag.zip")
    first, second = layout.members[1:3]
    at = data.index(b"PK\1\2")
    entry = data.index(b"files/00002.bin", at) - 46
    moved = bytearray(data)
    moved[entry + 42 : entry + 46] = first.start.to_bytes(4, "little")
    found = read_layout(io.BytesIO(moved), "bag.zip")
    assert sum(each.end - each.start for each in found.members) <= len(data)
    assert any(each.member == "files/00002.bin" for each in found.differences)
    assert second.name == "files/00002.bin"


def test_one_member_listed_many_times_is_read_once(data: bytes) -> None:
    at, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    start = data.index(b"files/00001.bin", at) - 46
    entry = data[start : data.index(b"PK\1\2", start + 4)]
    directory = data[at:end] + entry * 50
    tail = bytearray(data[end:])
    tail[8:12] = (55).to_bytes(2, "little") * 2
    tail[12:16] = len(directory).to_bytes(4, "little")
    layout = read_layout(io.BytesIO(data[:at] + directory + tail), "bag.zip")
    assert len(layout.members) == 5
    assert sum(each.words == "it overlaps the member before it" for each in layout.differences) == 50


def test_a_difference_names_its_place() -> None:
    assert str(Difference("files/1.bin", "it is missing")) == "files/1.bin: it is missing"
    assert str(Difference(None, "odd", 1000, 2000)) == "the bag: odd (bytes 1,000 to 2,000 of the archive)"


CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_layout, "PIECE_BYTES", 1_000)  # not a multiple of the cipher's block


@pytest.fixture
def archive() -> bytearray:
    stream = io.BytesIO()
    with AesZipWriter(stream, "infected") as writer:
        for name, encrypted in (("plain", False), ("secret", True), ("empty", True)):
            member = writer.open_member(name, len(CONTENT), encrypted=encrypted)
            member.write(b"" if name == "empty" else CONTENT)
            member.close()
    return bytearray(stream.getvalue())


def read(archive: bytes | bytearray, member: Member, password: bytes = b"infected") -> tuple[bytes, list[Difference]]:
    pieces = list(ArchiveContents(io.BytesIO(archive), password).read(member))
    content = b"".join(each for each in pieces if isinstance(each, bytes))
    return content, [each for each in pieces if isinstance(each, Difference)]


def members(archive: bytes | bytearray) -> tuple[Member, ...]:
    return read_layout(io.BytesIO(archive), "x").members


def test_contents(archive: bytearray) -> None:
    plain, secret, empty = members(archive)
    assert read(archive, plain) == (CONTENT, [])
    assert read(archive, secret) == (CONTENT, [])
    assert read(archive, empty) == (b"", [])


def test_damaged_contents(archive: bytearray) -> None:
    plain, secret, empty = members(archive)
    archive[plain.data + 5] ^= 1
    archive[secret.end - 20] ^= 1
    archive[empty.end - 1] ^= 1
    assert [each.words for each in read(archive, plain)[1]] == ["its content does not fit its CRC"]
    for member in (secret, empty):
        (difference,) = read(archive, member)[1]
        assert (difference.member, difference.start, difference.end) == (member.name, member.data, member.end)


def test_a_password_that_fits_nothing(archive: bytearray) -> None:
    found = members(archive)
    assert ArchiveContents(io.BytesIO(archive), b"infected").accepts_password(found)
    assert not ArchiveContents(io.BytesIO(archive), b"wrong").accepts_password(found)
    assert ArchiveContents(io.BytesIO(archive), b"wrong").accepts_password(found[:1])
    assert "the password does not fit this member" in read(archive, found[1], b"wrong")[1][0].words
