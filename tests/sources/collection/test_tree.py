from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import SourceNotFoundError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import tree as tree_module
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.collection.folder_builder import Child
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.names import unescaped
from webshellhunt.sources.collection.tree import CollectionTree, LeftOut, is_copy

_FILES = {"whole": b"12345678", "cut": b"1234", "other": b"1234567x", "none": b"", "long": bytes(99)}

_X = Child("x", EntryKind.FILE, ())
_STORED = {"C:/x": _X, "C:/folder": Child("folder", EntryKind.DIRECTORY, ())}
_DEEP = "C:" + "/d" * 300


def _tree(files: list[str], mounts: tuple[Mount, ...], **more: object) -> CollectionTree:
    hidden = frozenset(["log.csv"])
    layout = Layout("x", mounts, hidden, lambda source, layout: Records(), escaped=frozenset({"uploads"}))
    duplicates = {str(path): str(target) for path, target in more.items()}
    return CollectionTree(MemorySource(dict.fromkeys(files, b"")), layout, lambda path: False, duplicates)


def _names(tree: CollectionTree, path: str) -> list[str]:
    folder = tree.folder(path)
    assert folder is not None
    return sorted(folder.children)


def test_the_top_has_drives_and_what_is_not_mounted() -> None:
    tree = _tree(["C/w/x", "log.csv", "notes.txt"], (Mount("C:", ("C",)), Mount("VSS1", ("v",), is_snapshot=True)))
    assert _names(tree, "") == ["C:", "notes.txt"]
    assert tree.folder("D:") is None
    assert tree.find("C:/w/y") is None
    assert tree.find("log.csv") is None


def test_paths_come_back() -> None:
    tree = _tree(["uploads/C%3A/a%3Ab"], (Mount("C:", ("uploads/C%3A",), decode=unescaped),))
    assert tree.path_of("uploads/C%3A/w/100%25") == "C:/w/100%"
    assert tree.path_of("notes.txt") == "notes.txt"
    assert tree.path_of("log.csv") is None
    child = tree.find("C:/a:b")
    assert child is not None
    assert child.places[0].path == "uploads/C%3A/a%3Ab"


def test_a_mount_at_the_top_keeps_the_rest() -> None:
    tree = _tree(["p/[root]/Windows/a", "p/[orphan]/b"], (Mount("", ("p/[root]",)),))
    assert _names(tree, "") == ["Windows", "p"]
    assert _names(tree, "p") == ["[orphan]"]


def test_a_missing_layer_is_ignored_but_a_missing_directory_is_not() -> None:
    tree = _tree(["C/a"], (Mount("C:", ("C", "gone")), Mount("D:", ("gone",))))
    assert _names(tree, "C:") == ["a"]
    with pytest.raises(SourceNotFoundError):
        tree.folder("D:")


def test_duplicates_are_below_drives_only() -> None:
    duplicates = {
        "C:/new/folder/y.aspx": "C:/w/x.aspx",
        "VSS9/y.aspx": "C:/w/x.aspx",
        "C:/z": "C:/gone",
        "C:": "C:/w/x.aspx",
    }
    tree = _tree(["C/w/x.aspx"], (Mount("C:", ("C",)),), **duplicates)
    assert _names(tree, "C:") == ["new", "w"]
    assert _names(tree, "C:/new/folder") == ["y.aspx"]
    assert tree.find("VSS9/y.aspx") is None
    assert tree.lost_duplicates() == ["C:/z"]


def test_a_drive_of_which_every_file_was_left_out_is_listed() -> None:
    tree = _tree(["C/w/x.aspx"], (Mount("C:", ("C",)),), **{"E:/v/y.aspx": "C:/w/x.aspx"})
    assert _names(tree, "") == ["C:", "E:"]
    assert _names(tree, "E:/v") == ["y.aspx"]
    assert tree.lost_duplicates() == []


def test_paths_of_any_depth_are_found_or_not() -> None:
    deep = "/".join(["d"] * 900)
    tree = _tree([f"C/{deep}/x"], (Mount("C:", ("C",)),), **{f"C:/{deep}/y": f"C:/{deep}/x", "C:/z": f"C:/{deep}/x"})
    assert _names(tree, f"C:/{deep}") == ["x"]
    assert tree.find(f"C:/{deep}/no/{deep}") is None
    assert sorted(tree.lost_duplicates()) == [f"C:/{deep}/y", "C:/z"]  # deeper than any path of a server
    assert _names(tree, "C:") == ["d"]


_NAMES = st.sampled_from(
    ["a", "A", "b%3Ac", "b", "B%3ac", "x.idx", "x", "$MFT", "%2E%2E", "a%2Fb", "%61", "w", "W", "uploads"]
)
_PATHS = st.lists(st.tuples(st.sampled_from(["auto", "ntfs"]), st.lists(_NAMES, min_size=1, max_size=3)), max_size=12)


@given(_PATHS)
def test_no_file_is_lost(paths: list[tuple[str, list[str]]]) -> None:
    files: dict[str, bytes] = {}
    for accessor, names in paths:
        path = "/".join(["uploads", accessor, "C%3A", *names])
        above = {"/".join(path.split("/")[:depth]) for depth in range(1, path.count("/") + 1)}
        if not above & set(files) and not any(each.startswith(path + "/") for each in files):
            files[path] = "/".join(names).encode()
    source = with_layout(MemorySource(files))
    seen: set[bytes] = set()
    waiting = ["", "C:/$MFT"]
    while waiting:
        entry = source.stat(waiting.pop())
        if entry is None:
            continue
        if entry.kind is EntryKind.FILE:
            seen.add(source.read(entry.path, 100))
        else:
            waiting += [each.path for each in source.list(entry.path)]
        waiting += [each.path for each in source.streams(entry.path)]
    shown = {unescaped(data.decode()).upper() for data in seen}
    assert shown == {unescaped(data.decode()).upper() for data in files.values()}


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "_MOST_FOLDERS", 2)
    tree = _tree([f"C/{number}/x" for number in range(9)], (Mount("C:", ("C",)),))
    assert [_names(tree, f"C:/{number}") for number in range(9)] == [["x"]] * 9


@pytest.mark.parametrize(
    ("second", "same"), [("whole", True), ("cut", True), ("none", True), ("other", False), ("no", False)]
)
def test_the_same_content_or_a_part_of_it(second: str, same: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "_CHUNK_BYTES", 3)
    assert is_copy(MemorySource(_FILES), "whole", second) == same
    assert is_copy(MemorySource(_FILES), second, "whole") == same


def test_files_larger_than_any_page_are_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "_CHUNK_BYTES", 9)
    monkeypatch.setattr(tree_module, "_MOST_BYTES", 90)
    assert not is_copy(MemorySource(_FILES), "long", "long")


def _left_out(duplicates: dict[str, str]) -> LeftOut:
    return LeftOut(duplicates, _STORED.get)


def test_names_of_files_and_of_the_directories_above_them() -> None:
    found = _left_out({"C:/a/B/y": "C:/x", "C:/a/z": "C:/x", "D:/y": "C:/x", "VSS1/y": "C:/x"})
    assert list(found.below("c:/A")) == [("B", None), ("z", _X)]
    assert list(found.below("C:/a/b")) == [("y", _X)]
    assert found.drives() == ["C:", "D:"]
    assert found.lost() == []


def test_files_without_content_are_lost() -> None:
    found = _left_out({"C:/y": "C:/gone", "C:/z": "C:/folder", _DEEP: "C:/x", "C:/deep": _DEEP, "C:/here": "C:/x"})
    assert [name for name, _ in found.below("C:")] == ["here"]
    assert found.lost() == ["C:/y", "C:/z", _DEEP, "C:/deep"]
