"""Damage of some encrypted members says nothing about the password; most of a sample decide."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyzipper

from tests.builders.hostile_zips import LOCAL, with_field
from tests.builders.reading import opened, read_all
from webshellhunt.containers import aes_zip
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.errors import MissingDependencyError, SourceError
from webshellhunt.sources.archive import zip_content
from webshellhunt.sources.archive.members import Place
from webshellhunt.sources.archive.problems import Problem
from webshellhunt.sources.archive.views import BytesView
from webshellhunt.sources.archive.zip_content import ZipContents
from webshellhunt.sources.archive.zip_directory import iter_members
from webshellhunt.sources.archive.zip_passwords import Passwords

PAGE = b"<html>page</html>" * 9
FILES = {f"{number}.aspx": PAGE for number in range(5)}


def encrypted(files: dict[str, bytes] = FILES, password: bytes = b"infected") -> bytes:
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def places(data: bytes) -> Iterator[Place]:
    view = BytesView(data)
    directory = find_directory(view.read, view.size_bytes)
    assert directory is not None
    return (each.member.place for each in iter_members(view, directory, 0) if each is not None)


def problem(data: bytes, password: bytes | None = b"infected") -> Problem | None:
    passwords = Passwords(ZipContents(BytesView(data), password), lambda: places(data))
    return passwords.problem(next(places(data)))


def salt(data: bytes, number: int) -> int:
    """Return the offset of the salt of a member in the local header."""
    at = -1
    for _ in range(number + 1):
        at = data.index(LOCAL, at + 1)
    return at + 30 + int(sum(struct.unpack_from("<HH", data, at + 26)))


@pytest.mark.parametrize("part", ["mark", "name", "salt"])
def test_one_damaged_member_does_not_decide_for_all(part: str, tmp_path: Path) -> None:
    data = encrypted()
    at = {"mark": 0, "name": 30, "salt": salt(data, 0)}[part]
    data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    (tmp_path / "x.zip").write_bytes(data)
    with opened(tmp_path / "x.zip", "infected") as source:
        found = read_all(source)
        assert {name: text for name, text in found.items() if text == PAGE} == dict(list(FILES.items())[1:])
        assert found["0.aspx"] != PAGE
        assert isinstance(found["0.aspx"], str)


def test_a_wrong_password_is_told_also_where_a_member_is_damaged(tmp_path: Path) -> None:
    data = encrypted()
    (tmp_path / "x.zip").write_bytes(with_field(data, LOCAL, 30, b"X", number=1))
    with pytest.raises(SourceError, match="password is wrong"):
        opened(tmp_path / "x.zip", "other")


def test_a_sample_decides() -> None:
    data = encrypted()
    assert problem(data) is None
    assert problem(data, b"other") is Problem.WRONG_PASSWORD
    assert problem(data, None) is Problem.NO_PASSWORD
    assert problem(encrypted({"a": PAGE})) is None
    assert problem(encrypted({"a": PAGE}), b"other") is Problem.WRONG_PASSWORD


def test_the_missing_extra_and_the_missing_password_are_told_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(zip_content, "is_available", lambda: False)
    (tmp_path / "x.zip").write_bytes(encrypted())
    with pytest.raises(SourceError, match=r"webshellhunt\[encrypted\]'.*--password"):
        opened(tmp_path / "x.zip")


def test_the_missing_extra_with_the_right_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(key: bytes, blocks: int) -> object:
        raise MissingDependencyError("AES needs the extra 'encrypted'")

    monkeypatch.setattr(aes_zip, "_cipher", missing)
    assert problem(encrypted()) is Problem.NO_EXTRA
    assert problem(encrypted(), b"other") is Problem.WRONG_PASSWORD
