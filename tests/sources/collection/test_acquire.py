from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.triage import acquire
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.source_form import SourceForm
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.source import Source, form_of

_PLANTED = datetime(2021, 3, 3, 8, 15, 2, tzinfo=UTC)


class _Archive(MemorySource):
    """An archive in memory."""

    form = SourceForm("a tar archive", True)


def _open(*paths: str, **more: bytes) -> Source:
    return with_layout(MemorySource({**dict.fromkeys(paths, b"a"), **more}))


def test_drives_in_two_spellings_are_one() -> None:
    source = _open(
        "fs/C:/Windows/a", "fs/c:/windows/System32/b", "fs/$metadata$/file-hashes.csv.gz", "fs/$fs$/fs0/c", "x.log"
    )
    assert sorted(source.names("")) == ["C:", "fs", "x.log"]
    assert sorted(source.names("C:/Windows")) == ["System32", "a"]
    assert sorted(source.names("fs")) == ["$fs$"]
    assert form_of(source).label == "an acquire collection"


@pytest.mark.parametrize("path", ["sysvol/windows/a", "fs/sysvol/windows/a", "fs/C_/windows/a"])
def test_older_versions_and_other_writers(path: str) -> None:
    assert sorted(_open(path).names("C:/windows")) == ["a"]


@pytest.mark.parametrize("path", ["fs/$rootfs$/etc/passwd", "sysvol/domain/a", "fs/data/a"])
def test_other_folders(path: str) -> None:
    assert not form_of(_open(path)).is_collection


def test_the_journal_has_its_usual_name() -> None:
    source = _open("fs/C:/a", **{"fs/C:/$Extend/$Usnjrnl:$J": b"usn", "fs/C:/$MFT": b"FILE"})
    assert source.read("C:/$Extend/$UsnJrnl:$J", 9) == b"usn"
    assert source.read("C:/$MFT", 9) == b"FILE"


def test_an_archive_has_the_times_of_last_changes() -> None:
    host = MemorySource({"C/w/x.aspx": b"a"}, times={"C/w/x.aspx": Timestamps(_PLANTED)})
    collected = acquire(host)
    source = with_layout(_Archive(collected.files, times=collected.times))
    assert source.list("C:/w")[0].times == Timestamps(_PLANTED, original=True)
    (basis,) = source.time_bases
    assert (basis.original, basis.created) == (True, False)
    assert form_of(source).label == "an acquire collection in a tar archive"
    assert form_of(source).computer == "EX01"
    folder = with_layout(collected.source())
    assert not folder.list("C:/w")[0].times.original


def test_failures_of_the_report_are_gaps() -> None:
    record = {"artifact_type": "file", "artifact_value": "/c:/w/x.aspx", "details": "Traceback\nOSError: locked\n"}
    other = {"artifact_type": "glob", "artifact_value": "sysvol/*", "details": None}
    report = {"acquire-version": "3", "name": "/dev/sda", "IIS": {"failure": [record, other, 1]}, "X": {"failure": 3}}
    source = _open("fs/C:/a", **{"EX01.report.json": json.dumps(report).encode(), "b.report.json": b"["})
    gaps = form_of(source).gaps
    assert [(gap.path, gap.reason) for gap in gaps] == [
        ("b.report.json", "broken records of the collector: 1; they are not used"),
        ("C:\\w\\x.aspx", "the collector could not copy it: OSError: locked"),
    ]
    assert form_of(source).computer is None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=5), _JSON | st.fixed_dictionaries({"failure": _JSON}), max_size=4))
def test_any_report_is_no_error(report: dict[str, object]) -> None:
    data = json.dumps({"acquire-version": "3", **report}).encode()
    form_of(_open("fs/C:/a", **{"x.report.json": data}))
