from __future__ import annotations

import io
import tarfile

import pytest

from tests.builders.containers import tarred
from webshellhunt.sources.archive import tar_members
from webshellhunt.sources.archive.members import Times
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.tar_members import TarMembers
from webshellhunt.sources.archive.tree import Tree
from webshellhunt.sources.views import BytesView

FILES = {f"d/{number}.aspx": b"x" * 700 for number in range(5)}


def added(data: bytes) -> tuple[Tree, Problems]:
    problems = Problems()
    tree = Tree(problems)
    TarMembers(BytesView(data), tree, problems, "").add(0, ())
    return tree, problems


def names(tree: Tree) -> list[str]:
    return sorted(path for path, _ in tree.iter_files())


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_of_each_form(form: int) -> None:
    files = {"d" * 90 + "/" + "e" * 90 + ".aspx": b"1"}
    tree, problems = added(tarred(files, form))
    assert names(tree) == list(files)
    assert not problems.gaps()


def test_a_member_of_an_unknown_type_is_a_file_and_a_device_is_none() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, kind in {"x.aspx": b"Z", "pipe": tarfile.FIFOTYPE}.items():
            member = tarfile.TarInfo(name)
            member.type, member.size = kind, 700 if kind == b"Z" else 0
            archive.addfile(member)
            if member.size:
                archive.fileobj.write(b"x" * 700 + bytes(324))
                archive.offset += 1024
    tree, _ = added(stream.getvalue())
    assert names(tree) == ["x.aspx"]


def test_after_a_damaged_header_the_next_members_are_found() -> None:
    data = bytearray(tarred(FILES))
    at = data.index(b"d/2.aspx")
    data[at : at + 200] = b"\xff" * 200
    tree, problems = added(bytes(data))
    assert names(tree) == ["d/0.aspx", "d/1.aspx", "d/3.aspx", "d/4.aspx"]
    assert problems.count(Problem.CUT) == 1


def test_an_archive_that_is_cut_off_has_a_gap() -> None:
    tree, problems = added(tarred(FILES)[:3000])
    assert names(tree)[:2] == ["d/0.aspx", "d/1.aspx"]
    assert problems.count(Problem.CUT) == 1


def test_an_archive_without_its_last_blocks_is_whole() -> None:
    data = tarred(FILES)
    tree, problems = added(data[: 5 * 1536])
    assert names(tree) == list(FILES)
    assert not problems.gaps()


def test_times_of_pax_are_not_rounded() -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("a.aspx")
        member.pax_headers = {"mtime": "1614744306.123456789", "ctime": "1614744307", "atime": "-1.5"}
        archive.addfile(member)
    tree, _ = added(stream.getvalue())
    number = tree.find("a.aspx")
    assert number is not None
    assert tree.table.times(number) == Times(1614744306123456789, None, -1500000000, 1614744307 * 10**9)


def test_many_headers_before_one_member_end_soon() -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 512
    record = b"12 path=abc\n".ljust(512, b"\0")
    tree, problems = added((header.tobuf(tarfile.USTAR_FORMAT) + record) * 3000 + tarred(FILES))
    assert len(problems.gaps()) <= 2
    assert len(names(tree)) <= 10


@pytest.mark.parametrize("lost", [b"d/2.aspx", b"d/4.aspx"])
def test_members_after_a_header_of_zeros_are_found(lost: bytes) -> None:
    data = bytearray(tarred(FILES))
    at = data.index(lost)
    data[at : at + 512] = bytes(512)
    tree, problems = added(bytes(data))
    assert names(tree) == [name for name in FILES if name.encode() != lost]
    assert [(gap.code, gap.matters) for gap in problems.gaps()] == [("broken-archive", True)]


def test_an_archive_after_the_end_of_the_first_is_read_and_told() -> None:
    tree, problems = added(tarred({"a.txt": b"1"}) + tarred({"b.aspx": b"2"}))
    assert names(tree) == ["a.txt", "b.aspx"]
    assert problems.count(Problem.CUT) == 1


def test_padding_after_the_end_is_no_gap() -> None:
    for padding in (b"", bytes(512), bytes(1024), bytes(1_000_000)):
        tree, problems = added(tarred(FILES).rstrip(b"\0").ljust(5 * 1536, b"\0") + padding)
        assert names(tree) == list(FILES)
        assert not problems.gaps()


def test_a_rest_that_is_too_long_to_search_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_members, "_SEARCH_BLOCKS", 100)
    _, problems = added(tarred(FILES) + bytes(100 * 512))
    assert problems.count(Problem.CUT) == 1


def sparse(pieces: int, members: int = 1) -> bytes:
    """Return an archive with sparse members of GNU tar 1.0, each of which begins with the map of its pieces."""
    numbers = b"%d\n" % pieces + b"0\n" * (2 * pieces)
    content = numbers.ljust(-(-len(numbers) // 512) * 512, b"\0")
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for number in range(members):
            member = tarfile.TarInfo(f"{number}.bin")
            member.size = len(content)
            member.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "10"}
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


def test_a_map_of_pieces_is_read_up_to_a_bound() -> None:
    tree, problems = added(sparse(10_000))
    assert len(tree.sparse[0]) == 10_000
    assert not problems.gaps()
    tree, problems = added(sparse(1_000_000) + tarred(FILES))
    assert set(names(tree)) == {*FILES, "0.bin"}
    assert not tree.sparse
    assert problems.count(Problem.CUT) >= 1


def test_the_pieces_of_all_members_are_bounded() -> None:
    tree, problems = added(sparse(50_000, 20))
    assert len(names(tree)) == 5
    assert problems.count(Problem.SPARSE) == 1


def test_a_header_of_digits_ends_soon() -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 200 * 1024
    tree, problems = added(header.tobuf(tarfile.USTAR_FORMAT) + b"1" * header.size + tarred(FILES))
    assert names(tree) == list(FILES)
    assert problems.count(Problem.CUT) == 1
