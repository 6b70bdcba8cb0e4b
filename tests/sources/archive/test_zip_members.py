from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import zipped
from tests.builders.hostile_zips import LOCAL, MEMBER, overlapping, with_field
from tests.builders.reading import opened, read_all
from webshellhunt.containers import aes_zip
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.errors import MissingDependencyError, SourceError
from webshellhunt.sources.archive import zip_content, zip_recovery
from webshellhunt.sources.archive.members import Place
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.tree import Tree
from webshellhunt.sources.archive.zip_content import ZipContents
from webshellhunt.sources.archive.zip_directory import iter_members
from webshellhunt.sources.archive.zip_members import Passwords, ZipMembers
from webshellhunt.sources.views import BytesView

PAGE = b"<html>page</html>" * 9
ENCRYPTED_FILES = {f"{number}.aspx": PAGE for number in range(5)}


def added(data: bytes, above: tuple[str, ...] = ()) -> tuple[Tree, Problems]:
    view, problems = BytesView(data), Problems()
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    tree = Tree(problems)
    ZipMembers(view, ZipContents(view, None), tree, problems, "/".join(above)).add(place, 0, above)
    return tree, problems


def test_members_are_below_the_directory_of_their_archive() -> None:
    tree, problems = added(zipped({"a/x.aspx": b"1", "b.txt": b"2"}), ("d", "C"))
    assert sorted(path for path, _ in tree.iter_files()) == ["d/C/a/x.aspx", "d/C/b.txt"]
    assert not problems.gaps()


def test_both_of_two_overlapping_members_are_left_out() -> None:
    tree, problems = added(overlapping())
    assert not list(tree.iter_files())
    assert problems.count(Problem.OVERLAP) == 2


def names(tree: Tree) -> list[str]:
    return sorted(path for path, _ in tree.iter_files())


def unlisted(data: bytes, number: int, members: int) -> bytes:
    """Return an archive whose directory has lost one member."""
    start = -1
    for _ in range(number + 1):
        start = data.index(MEMBER, start + 1)
    name_bytes, extra_bytes = struct.unpack_from("<HH", data, start + 28)
    end = data.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<LL", data, end + 12)
    length = 46 + name_bytes + extra_bytes
    tail = struct.pack("<4s4xHHLLH", b"PK\x05\x06", members - 1, members - 1, size - length, offset, 0)
    return data[:start] + data[start + length : end] + tail


FILES = {"a.aspx": b"first " * 30, "b.aspx": b"second " * 30, "c.aspx": b"third " * 30}


def test_archives_of_a_writer_that_adds_records_of_64_bits_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zipfile.ZIP64_LIMIT", 100)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        with archive.open("big.bak", "w", force_zip64=True) as member:
            member.write(b"x" * 5000)
        archive.writestr("s.aspx", b"page")
    tree, problems = added(stream.getvalue())
    assert names(tree) == ["big.bak", "s.aspx"]
    assert not problems.gaps()


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_member_that_the_directory_does_not_list_is_found_and_told(number: int, method: int) -> None:
    tree, problems = added(unlisted(zipped(FILES, method), number, 3))
    assert names(tree) == list(FILES)
    (gap,) = problems.gaps()
    assert (gap.code, gap.path, gap.matters) == ("broken-archive", list(FILES)[number], True)


def test_an_unlisted_member_that_is_not_complete_is_told() -> None:
    data = unlisted(zipped(FILES, zipfile.ZIP_STORED), 1, 3)
    tree, problems = added(with_field(data, LOCAL, 18, struct.pack("<L", 1_000_000), number=1))
    assert names(tree) == ["a.aspx", "c.aspx"]
    assert [(gap.code, gap.matters) for gap in problems.gaps()] == [("broken-archive", True)]


def test_members_of_an_archive_before_the_archive_are_found_and_those_that_are_listed_have_precedence() -> None:
    tree, problems = added(zipped({"s.aspx": b"page", "x.txt": b"old"}) + zipped({"x.txt": b"new one"}))
    assert names(tree) == ["s.aspx", "x.txt"]
    number = tree.find("x.txt")
    assert number is not None
    assert tree.table.size_bytes(number) == 7
    assert problems.count(Problem.UNLISTED) == 2
    assert problems.count(Problem.DUPLICATE) == 1


def test_a_member_whose_place_in_the_directory_is_wrong_is_found_at_another_one() -> None:
    data = with_field(zipped(FILES), MEMBER, 42, struct.pack("<L", 3), number=1)
    tree, problems = added(data)
    assert names(tree) == list(FILES)
    number = tree.find("b.aspx")
    assert number is not None
    assert tree.table.place(number).offset == data.index(LOCAL, 1)
    assert problems.count(Problem.UNLISTED) == 1


@pytest.mark.parametrize(
    "before",
    [
        b"MZ a program that unpacks itself" + bytes(9000),
        b"MZ" + bytes(100) + LOCAL + b"\x8b\x45\x08\x50\xe8" * 20,
        b"MZ" + bytes(100) + LOCAL + bytes(100),
        LOCAL * 3000,
    ],
)
def test_a_program_before_the_archive_is_no_gap(before: bytes) -> None:
    tree, problems = added(before + zipped(FILES))
    assert names(tree) == list(FILES)
    assert not problems.gaps()


def test_a_rest_that_is_too_long_to_search_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_recovery, "_FREE_SEARCH_BYTES", -200_000)
    tree, problems = added(bytes(100_000) + zipped(FILES))
    assert names(tree) == list(FILES)
    assert problems.count(Problem.UNLISTED) == 1


@given(st.binary(max_size=120), st.integers(0, 3))
def test_any_bytes_between_members_do_no_harm(data: bytes, number: int) -> None:
    first, second = zipped({"a.aspx": b"1"}), zipped({"b.aspx": b"2"})
    parts = [first, LOCAL + data, second]
    tree, _ = added(b"".join(parts[number % 3 :]) + second)
    assert "b.aspx" in names(tree)


def encrypted(files: dict[str, bytes] = ENCRYPTED_FILES, password: bytes = b"infected") -> bytes:
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
        assert {name: text for name, text in found.items() if text == PAGE} == dict(list(ENCRYPTED_FILES.items())[1:])
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
