from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.triage import Collection, json_lines, kape, velociraptor
from webshellhunt import hunt
from webshellhunt.model.findings import Gap
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.collection.missing_files import Missing, iter_gaps
from webshellhunt.sources.source import Source, form_of

_HOST = {
    "C/w/x.aspx": b"<html>page</html>", "C/w/empty.aspx": b"", "C/w/y.aspx:note": b"of a stream", "C/w/y.aspx": b"y",
    "C/w/web.config": b"<configuration/>", "C/l/a.log": b"log", "C/$Extend/$J": b"journal", "D/X.ASPX": b"other",
}  # fmt: skip


def _gaps(*paths: str) -> list[tuple[str, str, bool]]:
    missing = [Missing(path, "locked") for path in paths]
    return [(gap.path, gap.reason, gap.matters) for gap in iter_gaps(missing, "left-out-by-collector", "log.csv")]


def test_a_page_matters_and_has_a_gap_of_its_own() -> None:
    assert _gaps("C:/w/x.aspx", "C:/w/a.evtx") == [
        ("C:\\w\\x.aspx", "locked", True),
        ("C:\\w\\a.evtx", "locked", False),
    ]


def test_many_files_are_few_sentences() -> None:
    pages = [f"C:/w/{number}.aspx" for number in range(30)]
    others = [f"C:/w/{number}.dat" for number in range(3000)]
    gaps = _gaps(*pages, *others)
    assert len(gaps) == 22
    assert gaps[20] == ("log.csv", "further pages or settings like these: 10", True)
    assert gaps[21] == ("log.csv", "3,000 files, none of them a page, such as C:\\w\\0.dat: locked", False)
    assert _gaps() == []


def _gone(files: Mapping[str, bytes]) -> list[Gap]:
    return list(form_of(with_layout(MemorySource(files))).gaps)


def _without(collected: Collection, *names: str) -> dict[str, bytes]:
    return {path: data for path, data in collected.files.items() if not path.endswith(names)}


@pytest.mark.parametrize("build", [velociraptor, kape])
def test_a_page_that_is_gone_matters(build: Callable[[Source], Collection]) -> None:
    collected = build(MemorySource(_HOST))
    assert _gone(collected.files) == []
    (gap,) = _gone(_without(collected, "w/x.aspx"))
    assert (gap.code, gap.path, gap.matters) == ("collected-but-gone", "C:\\w\\x.aspx", True)
    assert gap.reason.endswith("it is not here: antivirus software may have removed it")
    report = hunt(with_layout(MemorySource(_without(collected, "w/x.aspx"))))
    assert "incomplete" in report.assessment.sentence


@pytest.mark.parametrize("build", [velociraptor, kape])
def test_a_page_of_which_a_part_is_gone(build: Callable[[Source], Collection]) -> None:
    files = {
        path: data[:2] if path.endswith("w/x.aspx") else data for path, data in build(MemorySource(_HOST)).files.items()
    }
    (gap,) = _gone(files)
    assert gap.matters
    assert "17 bytes of it were collected, but 2 are here" in gap.reason


@pytest.mark.parametrize("build", [velociraptor, kape])
def test_another_file_that_is_gone_is_said(build: Callable[[Source], Collection]) -> None:
    (gap,) = _gone(_without(build(MemorySource(_HOST)), "a.log"))
    assert (gap.path, gap.matters) == ("C:\\l\\a.log", False)


@pytest.mark.parametrize("build", [velociraptor, kape])
def test_a_part_of_a_collection_is_one_gap(build: Callable[[Source], Collection]) -> None:
    pages = {f"C/w/{number}.aspx": b"page %d" % number for number in range(500)}
    (gap,) = _gone(_without(build(MemorySource({**_HOST, **pages})), "0.aspx", "1.aspx", ".log"))
    assert gap.matters
    assert gap.reason.startswith("101 of 50")
    assert "100 of them pages or settings, such as C:\\w\\0.aspx, " in gap.reason


_PLACE = "uploads/auto/C%3A/w/"


def _row(name: str, accessor: str = "auto", **values: object) -> dict[str, object]:
    components = ["uploads", accessor, "C:", "w", *name.split("/")]
    return {"vfs_path": f"C:\\w\\{name}", "_Components": components, "file_size": 4, "uploaded_size": 4, **values}


@pytest.mark.parametrize(
    "row",
    [
        _row("x.aspx", uploaded_size=0, file_size=0),
        _row("x.aspx", uploaded_size=None, file_size=None) | {"_Components": ["uploads", "mft", "C:", "5-1"]},
        _row("x.aspx", "zip"),
        _row("x.aspx", _Components=["uploads"], vfs_path="C:\\w\\a.aspx"),
        _row("A.ASPX"),
        _row("a.aspx", uploaded_size="2", file_size="2"),
        _row("a.aspx", uploaded_size=None, file_size=None),
        _row("a.aspx:stream"),
    ],
    ids=["nothing-stored", "file-number", "other-accessor", "no-place", "case", "padded", "old-record", "stream"],
)
def test_honest_records(row: dict[str, object]) -> None:
    assert [gap for gap in _gone({f"{_PLACE}a.aspx": b"page", "uploads.json": json_lines([row])}) if gap.matters] == []


def test_the_stored_size_of_a_sparse_file_is_no_mark() -> None:
    rows = [_row("a.dat", file_size=4096), _row("a.dat", Type="idx", vfs_path="C:\\w\\a.dat.idx")]
    index = json.dumps({"ranges": [{"file_length": 2, "length": 4096}]}).encode()
    assert _gone({f"{_PLACE}a.dat": b"pa", f"{_PLACE}a.dat.idx": index, "uploads.json": json_lines(rows)}) == []


def test_the_copy_of_one_accessor_is_gone() -> None:
    second = "uploads/ntfs/%5C%5C.%5CC%3A/w/"
    rows = [_row("a.aspx"), _row("a.aspx", "ntfs", file_size=9, uploaded_size=9)]
    rows[1]["_Components"] = ["uploads", "ntfs", "\\\\.\\C:", "w", "a.aspx"]
    files = {f"{_PLACE}a.aspx": b"page", f"{second}a.aspx": b"other one", "uploads.json": json_lines(rows)}
    assert _gone(files) == []
    del files[f"{_PLACE}a.aspx"]
    (gap,) = _gone(files)
    assert (gap.path, gap.matters) == ("C:\\w\\a.aspx", True)


def test_two_collections_of_a_host_have_each_file_twice() -> None:
    one = kape(MemorySource(_HOST)).files
    both = {
        f"{name}/{path}": data for name in ("C.1/collections/F.1", "C.1/collections/F.2") for path, data in one.items()
    }
    assert _gone({f"clients/{path}": data for path, data in both.items()}) == []


@given(
    st.lists(st.text(alphabet="aC:\\/.%$", max_size=12) | st.none() | st.integers(), max_size=4), st.text(max_size=9)
)
def test_any_components(components: list[object], path: str) -> None:
    row: dict[str, object] = {"vfs_path": path, "_Components": ["uploads", "auto", "C:", *components]}
    for gap in _gone({f"{_PLACE}a.aspx": b"page", "uploads.json": json_lines([row])}):
        assert gap.code == "collected-but-gone"
