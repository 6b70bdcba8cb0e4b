from __future__ import annotations

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.folder_builder import Child
from webshellhunt.sources.collection.left_out import LeftOut

_X = Child("x", EntryKind.FILE, ())
_STORED = {"C:/x": _X, "C:/folder": Child("folder", EntryKind.DIRECTORY, ())}
_DEEP = "C:" + "/d" * 300


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
