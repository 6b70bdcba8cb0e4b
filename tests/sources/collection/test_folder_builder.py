from __future__ import annotations

import pytest

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.collection.folder_builder import (
    Child,
    FolderBuilder,
    StoredPlace,
    is_special,
    with_journal_names,
)
from webshellhunt.sources.collection.names import unescaped

_FILE, _DIRECTORY = EntryKind.FILE, EntryKind.DIRECTORY


def _builder(*indexed: str) -> FolderBuilder:
    return FolderBuilder(lambda path: path in indexed, lambda first, second: "same" in second)


def test_directories_that_differ_by_case_are_merged() -> None:
    builder = _builder()
    builder.add(StoredPlace("a"), {"windows": _DIRECTORY, "inetpub": _DIRECTORY})
    builder.add(StoredPlace("b", layer=1), {"Windows": _DIRECTORY})
    folder = builder.folder(at_top=True, in_extend=False)
    assert sorted(folder.children) == ["Windows", "inetpub"]
    assert [place.path for place in folder.children["Windows"].places] == ["a/windows", "b/Windows"]
    found = folder.find("WINDOWS")
    assert found is not None
    assert found.name == "Windows"


def test_files_that_differ_by_case_are_both_kept() -> None:
    builder = _builder()
    builder.add(StoredPlace("a"), {"x.aspx": _FILE, "X.aspx": _FILE})
    assert sorted(builder.folder(at_top=False, in_extend=False).children) == ["X.aspx", "x.aspx"]


def test_a_file_and_a_directory_of_one_name_are_both_kept() -> None:
    builder = _builder()
    builder.add(StoredPlace("a"), {"x": _FILE})
    builder.add(StoredPlace("b"), {"x": _DIRECTORY})
    builder.add(StoredPlace("c"), {"x": _DIRECTORY})
    children = builder.folder(at_top=False, in_extend=False).children
    assert {name: child.kind for name, child in children.items()} == {"x": _FILE, "x (2)": _DIRECTORY}


def test_an_index_belongs_to_its_file() -> None:
    builder = _builder("a/x")
    builder.add(StoredPlace("a"), {"x": _FILE, "x.idx": _FILE, "y": _FILE, "y.idx": _FILE})
    children = builder.folder(at_top=False, in_extend=False).children
    assert sorted(children) == ["x", "y", "y.idx"]
    assert children["x"].places[0].has_extents
    assert not children["y"].places[0].has_extents


def test_a_duplicate_does_not_replace_a_file() -> None:
    builder = _builder()
    builder.add(StoredPlace("a"), {"x": _FILE})
    duplicate = Child("z", _FILE, (StoredPlace("b/z"),))
    builder.add_duplicate("X", duplicate)
    builder.add_duplicate("y", duplicate)
    children = builder.folder(at_top=False, in_extend=False).children
    assert children["y"] == Child("y", _FILE, (StoredPlace("b/z"),), is_duplicate=True)
    assert children["x"].places[0].path == "a/x"


def test_streams_and_special_files_are_apart() -> None:
    builder = _builder()
    names = {"x.aspx": _FILE, "X.aspx%3Ay": _FILE, "$MFT": _FILE, "w": _DIRECTORY, "w%3Az": _FILE}
    builder.add(StoredPlace("a", unescaped), names)
    folder = builder.folder(at_top=True, in_extend=False)
    assert sorted(folder.children) == ["w", "x.aspx"]
    assert {base: sorted(named) for base, named in folder.streams.items()} == {"x.aspx": ["X.aspx:y"], "w": ["w:z"]}
    assert folder.find("x.aspx:y") == folder.streams["x.aspx"]["X.aspx:y"]
    assert folder.find("$mft") == folder.special["$MFT"]
    assert folder.find("nothing") is None
    assert folder.find("x.aspx:nothing") is None


def test_pages_of_one_name_are_one_only_if_they_are_copies() -> None:
    builder = _builder()
    for top in ("a", "same", "other", "third"):
        builder.add(StoredPlace(top), {"x.aspx": _FILE, "x.log": _FILE})
    children = builder.folder(at_top=False, in_extend=False).children
    assert sorted(children) == ["x (2).aspx", "x (3).aspx", "x.aspx", "x.log"]
    assert [place.path for place in children["x.aspx"].places] == ["a/x.aspx", "same/x.aspx"]
    assert len(children["x.log"].places) == 4


def test_a_free_name_keeps_the_extension() -> None:
    builder = _builder()
    for name in ("x.aspx", ".aspx", "x.aspx. ", "none"):
        builder.add(StoredPlace("a"), {name: _DIRECTORY})
        builder.add(StoredPlace("b"), {name: _FILE})
    children = builder.folder(at_top=False, in_extend=False).children
    files = sorted(name for name, child in children.items() if child.kind is _FILE)
    assert files == [".aspx (2)", "none (2)", "x (2).aspx", "x (2).aspx. "]


def test_many_files_of_one_name_take_linear_time() -> None:
    builder = FolderBuilder(lambda path: False, lambda first, second: False)
    looked = 0

    class _Counted(dict[str, Child]):
        def __contains__(self, name: object) -> bool:
            nonlocal looked
            looked += 1
            return super().__contains__(name)

    builder._children = _Counted()
    for number in range(2000):
        builder.add(StoredPlace(f"{number}"), {"x.aspx": _FILE})
    assert len(builder.folder(at_top=False, in_extend=False).children) == 2000
    assert looked < 5000


@pytest.mark.parametrize("name", ["$MFT", "$mft", "$LogFile", "$Secure_$SDS", "$Secure:$SDS", "$Boot"])
def test_special_files_at_the_top(name: str) -> None:
    assert is_special(name, in_extend=False)


@pytest.mark.parametrize("name", ["$J", "$Max", "$UsnJrnl:$J", "$Usnjrnl:$J", "$UsnJrnl$J", "$UsnJrnl:$Max"])
def test_special_files_in_extend(name: str) -> None:
    assert is_special(name, in_extend=True)


@pytest.mark.parametrize("name", ["$MFT.aspx", "x.aspx", "$Recycle.Bin", "$J.aspx"])
def test_other_files(name: str) -> None:
    assert not is_special(name, in_extend=False)
    assert not is_special(name, in_extend=True)


def test_the_journal_has_both_names() -> None:
    assert with_journal_names({"$Usnjrnl:$J": 1, "$Max": 2}) == {
        "$Usnjrnl:$J": 1, "$Max": 2, "$J": 1, "$UsnJrnl:$J": 1
    }  # fmt: skip
    assert with_journal_names({"$Max": 2}) == {"$Max": 2}
