from __future__ import annotations

import pytest

from webshellhunt.errors import SourceNotFoundError
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import tree as tree_module
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.names import unescaped
from webshellhunt.sources.collection.tree import Tree


def _tree(files: list[str], mounts: tuple[Mount, ...], **more: object) -> Tree:
    hidden = frozenset(["log.csv"])
    layout = Layout("x", mounts, hidden, lambda source, layout: Records(), escaped=frozenset({"uploads"}))
    duplicates = {str(path): str(target) for path, target in more.items()}
    return Tree(MemorySource(dict.fromkeys(files, b"")), layout, lambda path: False, duplicates)


def _names(tree: Tree, path: str) -> list[str]:
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
        "E:/y.aspx": "C:/w/x.aspx",
        "C:/z": "C:/gone",
        "C:": "C:/w/x.aspx",
    }
    tree = _tree(["C/w/x.aspx"], (Mount("C:", ("C",)),), **duplicates)
    assert _names(tree, "C:") == ["new", "w"]
    assert _names(tree, "C:/new/folder") == ["y.aspx"]
    assert tree.find("E:/y.aspx") is None


def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "_MOST_FOLDERS", 2)
    tree = _tree([f"C/{number}/x" for number in range(9)], (Mount("C:", ("C",)),))
    assert [_names(tree, f"C:/{number}") for number in range(9)] == [["x"]] * 9
