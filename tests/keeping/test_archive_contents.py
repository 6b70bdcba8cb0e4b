"""The contents of an archive, in pieces, with the code of each member checked."""

from __future__ import annotations

import io

import pytest

from webshellhunt.containers.aes_zip_writer import AesZipWriter
from webshellhunt.keeping import archive_contents
from webshellhunt.keeping.archive_contents import ArchiveContents
from webshellhunt.keeping.archive_layout import Difference, Member, read_layout

CONTENT = bytes(range(256)) * 40


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_contents, "PIECE_BYTES", 1_000)  # not a multiple of the cipher's block


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
