from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.sources import Source
from webshellhunt.sources.memory import MemorySource

_NAMES = st.text(st.characters(exclude_characters="/\0"), min_size=1).filter(lambda name: name not in (".", ".."))


def test_directories_follow_from_the_files() -> None:
    source = MemorySource({"C/inetpub/x.aspx": b"page", "C/a.txt": b""}, directories=["D/empty"])
    assert [e.path for e in source.list("")] == ["C", "D"]
    assert [(e.path, e.kind) for e in source.list("C")] == [
        ("C/a.txt", EntryKind.FILE),
        ("C/inetpub", EntryKind.DIRECTORY),
    ]
    assert source.list("D/empty") == []
    entry = source.stat("C/inetpub/x.aspx")
    assert entry is not None
    assert (entry.name, entry.size_bytes) == ("x.aspx", 4)
    assert isinstance(source, Source)


def test_reads_ranges_and_locates_nothing() -> None:
    source = MemorySource({"f": b"0123456789"})
    assert source.read("f", 4) == b"0123"
    assert source.read("f", 4, 8) == b"89"
    assert source.read("f", 4, 20) == b""
    assert source.locate("f") is None
    assert source.live is False


def test_absent_and_unreadable_are_told_apart() -> None:
    source = MemorySource({"d/f": b"x", "locked/f": b"x"}, unreadable=["d/f", "locked"])
    assert source.stat("nothing") is None
    assert source.stat("d/f/below") is None
    with pytest.raises(SourceNotFoundError):
        source.read("nothing", 1)
    with pytest.raises(SourceNotFoundError):
        source.list("nothing")
    with pytest.raises(SourceError):
        source.read("d", 1)
    with pytest.raises(UnreadableError):
        source.read("d/f", 1)
    with pytest.raises(UnreadableError):
        source.list("locked")


def test_links_lead_inside_or_out() -> None:
    source = MemorySource({"d/f": b"x"}, links={"in": "d/f", "out": None})
    assert {e.name: e.target for e in source.list("") if e.kind is EntryKind.LINK} == {"in": "d/f", "out": None}
    assert source.read("in", 5) == b"x"
    with pytest.raises(UnreadableError):
        source.read("out", 5)


def test_times_are_those_given() -> None:
    times = Timestamps(modified_utc=datetime(2021, 3, 3, tzinfo=UTC), original=True)
    source = MemorySource({"d/f": b""}, times={"d/f": times, "d": times})
    assert [e.times for e in source.list("d")] == [times]
    assert [e.times for e in source.list("")] == [times]


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "./a", "a/../b", ".."])
def test_paths_that_lead_nowhere_are_refused(path: str) -> None:
    with pytest.raises(UsageError):
        MemorySource({path: b""})


def test_a_file_is_no_directory() -> None:
    with pytest.raises(UsageError):
        MemorySource({"a": b"", "a/b": b""})
    with pytest.raises(UsageError):
        MemorySource({"a/b": b"", "a": b""})


@given(st.dictionaries(st.lists(_NAMES, min_size=1, max_size=3).map(tuple), st.binary(max_size=20), max_size=8))
def test_what_goes_in_comes_out(tree: dict[tuple[str, ...], bytes]) -> None:
    leaves = {path for path in tree if not any(other[: len(path)] == path and other != path for other in tree)}
    files = {"/".join(path): tree[path] for path in leaves}
    with pickle.loads(pickle.dumps(MemorySource(files))) as source:
        found: dict[str, bytes] = {}
        waiting = [""]
        while waiting:
            for entry in source.list(waiting.pop()):
                if entry.kind is EntryKind.DIRECTORY:
                    waiting.append(entry.path)
                else:
                    found[entry.path] = source.read(entry.path, 100)
                    assert source.stat(entry.path) == entry
    assert found == files


def test_a_stream_belongs_to_its_file_or_folder_and_is_read_like_a_file() -> None:
    source = MemorySource({"d/x.aspx": b"page", "d/x.aspx:z": b"zz", "d/x.aspx:y.aspx": b"hidden", "d:s.aspx": b"s"})
    assert [e.path for e in source.list("d")] == ["d/x.aspx"]
    assert [e.path for e in source.list("")] == ["d"]
    assert [(e.name, e.path, e.size_bytes) for e in source.streams("d/x.aspx")] == [
        ("x.aspx:y.aspx", "d/x.aspx:y.aspx", 6),
        ("x.aspx:z", "d/x.aspx:z", 2),
    ]
    assert [e.path for e in source.streams("d")] == ["d:s.aspx"]
    assert source.streams("d/none") == ()
    assert source.read("d/x.aspx:y.aspx", 100) == b"hidden"
    entry = source.stat("d/x.aspx:y.aspx")
    assert entry is not None
    assert entry.kind is EntryKind.FILE


def test_a_colon_without_a_file_before_it_is_part_of_a_name() -> None:
    source = MemorySource({"C:/x.aspx": b"", "y.aspx:z": b""})
    assert [e.path for e in source.list("")] == ["C:", "y.aspx:z"]
    assert source.streams("y.aspx") == ()


def test_attributes_are_told() -> None:
    source = MemorySource({"x": b"", "y": b""}, attributes={"x": ("hidden", "system")})
    assert [entry.attributes for entry in source.list("")] == [("hidden", "system"), ()]
