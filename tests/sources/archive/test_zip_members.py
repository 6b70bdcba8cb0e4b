from __future__ import annotations

from tests.builders.containers import zipped
from tests.builders.hostile_zips import overlapping
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.sources.archive.problems import Problem, Problems
from webshellhunt.sources.archive.tree import Tree
from webshellhunt.sources.archive.views import BytesView
from webshellhunt.sources.archive.zip_content import ZipContents
from webshellhunt.sources.archive.zip_members import ZipMembers


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
