from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import UnreadableError
from webshellhunt.host.machine.paths import Lookup, Obstacle, ServerPath, fold, join_server_path, split_server_path
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.sources import MemorySource

_NAMES = st.text(
    st.characters(exclude_characters='\\/:*?"<>|\0', exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
)
_PLAIN_NAMES = _NAMES.map(lambda name: name.strip(". \xa0") or "x")


@pytest.mark.parametrize(
    ("text", "letter", "names"),
    [
        (r"C:\inetpub\wwwroot", "C", ("inetpub", "wwwroot")),
        ("c:/inetpub/wwwroot/", "C", ("inetpub", "wwwroot")),
        ('  "C:\\Program Files\\x" ', "C", ("Program Files", "x")),
        ("C:", "C", ()),
        ("C:\\", "C", ()),
        (r"C:\a\.\b\..\c", "C", ("a", "c")),
        (r"C:\..\..\x", "C", ("x",)),
        (r"C:\inetpub.\wwwroot \x", "C", ("inetpub", "wwwroot", "x")),
        (r"\\?\C:\ProgramData\COM1.\x", "C", ("ProgramData", "COM1.", "x")),
        (r"\??\C:\x", "C", ("x",)),
        (r"\\.\C:\x", "C", ("x",)),
        (r"\\127.0.0.1\c$\inetpub", "C", ("inetpub",)),
        (r"\\LOCALHOST\D$", "D", ()),
        (r"\\server\share\x", None, ("server", "share", "x")),
        (r"\inetpub", None, ("inetpub",)),
        ("wwwroot", None, ("wwwroot",)),
        ("", None, ()),
        ("...", None, ("...",)),
    ],
)
def test_splits_what_servers_write(text: str, letter: str | None, names: tuple[str, ...]) -> None:
    assert split_server_path(text) == ServerPath(letter, names)


@given(st.sampled_from("CDZ"), st.lists(_PLAIN_NAMES, max_size=5))
def test_joining_and_splitting_are_inverse(letter: str, names: list[str]) -> None:
    joined = join_server_path(letter, names)
    assert split_server_path(joined) == ServerPath(letter, tuple(names))
    assert str(split_server_path(joined)) == joined


@given(st.text())
def test_any_text_splits_into_names_that_are_names(text: str) -> None:
    path = split_server_path(text)
    assert path.letter is None or ("A" <= path.letter <= "Z" and len(path.letter) == 1)
    assert all(name not in ("", ".", "..") and "\\" not in name and "/" not in name for name in path.names)


@given(st.text())
def test_folding_is_stable_and_keeps_the_length(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    assert len(fold(name)) == len(name)


def test_folding_is_the_simple_one_of_ntfs() -> None:
    assert fold("wwwroot") == fold("WWWRoot")
    assert fold("ärger") == fold("ÄRGER")
    assert fold("straße") != fold("STRASSE")


def test_lookup_prefers_the_exact_spelling_and_knows_the_others() -> None:
    lookup = Lookup(MemorySource({"inetpub/a": b"", "Inetpub/a": b"", "INETPUB/b": b""}))
    assert [e.path for e in lookup.find_all("", ("Inetpub", "A"))] == ["Inetpub/a", "inetpub/a"]
    found = lookup.find("", ("inetpub", "B"))
    assert found is not None
    assert found.path == "INETPUB/b"
    assert lookup.find("", ("inetpub", "c")) is None
    assert lookup.find("inetpub", ()) is not None
    assert lookup.find("nothing", ("a",)) is None


def test_lookup_follows_links_inside_the_source() -> None:
    source = MemorySource({"ProgramData/x/f": b""}, links={"Users/All Users": "ProgramData", "out": None})
    lookup = Lookup(source)
    found = lookup.find("", ("users", "all users", "x"))
    assert found is not None
    assert found.path == "ProgramData/x"
    assert lookup.find("", ("out", "x")) is None


def test_lookup_remembers_what_it_could_not_list() -> None:
    lookup = Lookup(MemorySource({"locked/f": b""}, unreadable=["locked"]))
    assert lookup.find("", ("locked", "f")) is None
    assert list(lookup.unreadable) == ["locked"]


def test_lookup_lists_each_directory_once() -> None:
    listed: list[str] = []

    class Counting(MemorySource):
        def list(self, path: str) -> list:  # type: ignore[type-arg]
            listed.append(path)
            return super().list(path)

    lookup = Lookup(Counting({"a/b/c": b""}))
    for _ in range(3):
        lookup.find("", ("A", "B", "C"))
    assert listed == ["", "a", "a/b"]


def test_lookup_looks_at_no_entry_that_it_does_not_return() -> None:
    asked: list[str] = []

    class Watched(MemorySource):
        def names(self, path: str) -> dict[str, EntryKind]:
            return {name: entry.kind for name, entry in self._tree[path].items()}

        def list(self, path: str) -> list[Entry]:
            raise AssertionError(path)

        def stat(self, path: str) -> Entry | None:
            asked.append(path)
            return super().stat(path)

    lookup = Lookup(Watched({f"a/{number}": b"12" for number in range(100)}))
    found = lookup.find("", ("A", "7"))
    assert found is not None
    assert (found.path, found.size_bytes) == ("a/7", 2)
    assert lookup.find("", ("a", "none")) is None
    assert lookup.folders("") == ["a"]
    assert set(asked) == {"a/7"}


def test_what_has_gone_or_is_refused_since_it_was_listed_is_found_as_it_was() -> None:
    class Changing(MemorySource):
        def stat(self, path: str) -> Entry | None:
            if path == "refused":
                raise UnreadableError("it can't be read (permission denied)", path=path)
            return None

    lookup = Lookup(Changing({"gone": b"1", "refused": b"2"}))
    assert lookup.find("", ("GONE",)) == Entry("gone", "gone", EntryKind.FILE)
    assert lookup.find("", ("Refused",)) == Entry("refused", "refused", EntryKind.FILE)
    assert not lookup.unreadable


def test_folders_are_sorted_and_none_where_they_cannot_be_listed() -> None:
    lookup = Lookup(MemorySource({"c/b/f": b"", "c/A/f": b"", "c/f": b"", "d/x/f": b""}, unreadable=["d"]))
    assert lookup.folders("") == ["c", "d"]
    assert lookup.folders("c") == ["c/A", "c/b"]
    with lookup.ignore_unreadable():
        assert lookup.folders("d") == []
    assert not lookup.unreadable


@given(st.lists(_NAMES.filter(lambda n: n not in (".", "..")), min_size=1, max_size=4), st.data())
def test_lookup_finds_every_file_in_any_case(names: list[str], data: st.DataObject) -> None:
    lookup = Lookup(MemorySource({"/".join(names): b""}))
    spelled = [
        data.draw(st.sampled_from([n, fold(n), "".join(c.lower() if fold(c.lower()) == fold(c) else c for c in n)]))
        for n in names
    ]
    found = lookup.find("", spelled)
    assert found is not None
    assert found.path == "/".join(names)


def test_a_walk_takes_what_was_listed_already() -> None:
    lookup = Lookup(MemorySource({"B": b"", "a": b"", "c/d": b""}, unreadable=["c"]))
    lookup.find("", ("a",))
    assert [entry.name for entry in lookup.pop_entries("")] == ["B", "a", "c"]
    assert [entry.name for entry in lookup.pop_entries("")] == ["B", "a", "c"]
    lookup.find("", ("c", "d"))
    with pytest.raises(UnreadableError):
        lookup.pop_entries("c")


def test_a_glance_leaves_no_trace_of_what_it_could_not_see() -> None:
    lookup = Lookup(MemorySource({"a/x": b"", "b/x": b""}, unreadable=["a", "b"]))
    lookup.find("", ("a", "x"))
    with lookup.ignore_unreadable():
        lookup.find("", ("b", "x"))
    assert list(lookup.unreadable) == ["a"]


def test_what_is_absent_below_an_unreadable_directory_may_exist() -> None:
    lookup = Lookup(MemorySource({"C/locked/a": b"", "C/open/a": b""}, unreadable=["C/locked"]))
    found = lookup.obstacle("C", ("Locked", "x", "y"))
    assert found is not None
    assert found.path == "C/locked"
    assert lookup.obstacle("C", ("open", "x", "y")) is None
    assert lookup.obstacle("C", ("open", "a")) is None
    assert lookup.obstacle("C", ()) is None


def test_what_is_absent_from_a_directory_of_which_a_part_is_listed_may_exist() -> None:
    class Damaged(MemorySource):
        def streams(self, path: str) -> tuple[Entry, ...]:
            raise UnreadableError("names may be missing", path=path)

    lookup = Lookup(Damaged({"C/web/a": b""}))
    assert lookup.obstacle("C", ("web", "b")) == Obstacle("C/web", "names may be missing")
    assert lookup.obstacle("C", ("web", "a")) is None


def test_a_name_that_a_directory_lacks_is_known_without_a_search() -> None:
    lookup = Lookup(MemorySource({"a/Bin/x.dll": b""}, unreadable=["b"]))
    assert lookup.may_have("a", "BIN")
    assert not lookup.may_have("a", "Logging")
    assert not lookup.may_have("absent", "Bin")
    assert lookup.find("absent", ("Bin",)) is None
    assert lookup.may_have("absent", "Bin")  # it can't be listed
