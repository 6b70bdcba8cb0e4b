from __future__ import annotations

import pytest

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.archive import tree as module
from webshellhunt.sources.archive.members import Member, Place
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.tree import Tree, is_needed, is_run
from webshellhunt.sources.views import BytesView

FILE = Member(EntryKind.FILE, 5, place=Place(0, checksum=1))


def test_the_number_of_members_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_MEMBERS", 10)
    problems = Problems()
    tree = Tree(problems)
    for number in range(30):
        tree.add(("a", f"{number}.aspx"), FILE)
    assert len(tree.table) <= 11
    assert problems.count(Problem.MANY) == 21


def test_a_file_becomes_the_directory_of_its_members() -> None:
    tree = Tree(Problems())
    tree.add(("d", "E.zip"), FILE)
    tree.replace_by_directory("d/E.zip")
    tree.add(("d", "E.zip", "x.aspx"), FILE)
    assert set(tree.children("d") or ()) == {"E.zip"}
    assert tree.find("d/E.zip/x.aspx") is not None


def test_links_are_resolved_inside() -> None:
    tree = Tree(Problems())
    tree.add(("d", "x.aspx"), FILE)
    for name, target in (("a", "d/x.aspx"), ("b", "a"), ("c", "../x"), ("e", "e"), ("f", "/d/x.aspx"), ("g", "none")):
        number = tree.add((name,), Member(EntryKind.LINK))
        assert number is not None
        tree.links[number] = target
    found = {name: tree.resolve(tree.find(name) or 0, name) for name in "abcefg"}
    assert found == {"a": "d/x.aspx", "b": "d/x.aspx", "c": None, "e": None, "f": "d/x.aspx", "g": None}


def test_what_may_be_run_matters() -> None:
    assert is_run("a/x.aspx")
    assert not is_run("a/x.txt")


def test_pages_records_and_archives_are_needed() -> None:
    assert all(map(is_needed, ("a/x.aspx", "a/u_ex210303.log", "config/SYSTEM", "C.zip", "Security.evtx")))
    assert not any(map(is_needed, ("a/x.png", "b.txt")))


def test_two_members_of_one_name_are_compared_by_content_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    contents = {0: b"12345", 1: b"12345", 2: b"54321"}
    for bound, second, duplicates in ((10, 1, 0), (10, 2, 1), (4, 1, 1)):
        monkeypatch.setattr(module, "_COMPARED_BYTES", bound)
        problems = Problems()
        tree = Tree(problems, lambda member: BytesView(contents[member.place.offset]))
        for offset in (0, second):
            tree.add(("x.aspx",), Member(EntryKind.FILE, 5, place=Place(0, offset, checksum=1)))
        assert problems.count(Problem.DUPLICATE) == duplicates
