from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.artifact import Timestamps
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import control
from webshellhunt.sources.collection.control import ControlFiles, add_times, read_time

_WHEN = datetime(2021, 3, 3, 8, 15, 2, 123456, tzinfo=UTC)


def _files(data: bytes) -> ControlFiles:
    return ControlFiles(MemorySource({"r": data}))


def test_broken_lines_are_counted_and_the_others_read() -> None:
    files = _files(b'{"a": 1}\n\n{"a": \nnull\n{"a": 2}')
    assert [row["a"] for row in files.rows("r")] == [1, 2]
    (gap,) = files.all_gaps()
    assert (gap.path, gap.reason) == ("r", "broken records of the collector: 2; they are not used")


def test_a_missing_or_unreadable_file_is_a_broken_record() -> None:
    files = ControlFiles(MemorySource({"r": b"{}"}, unreadable=["r"]))
    assert list(files.rows("r")) == []
    assert files.document("r") is None
    assert files.document("other") is None
    assert [gap.path for gap in files.all_gaps()] == ["r"]


def test_tables_have_quoted_fields_and_a_mark_of_their_encoding() -> None:
    files = _files(b'\xef\xbb\xbfa,b\r\n"1,\n2",3\r\nonly one\r\n\r\n4,\x005\r\n')
    assert list(files.table("r")) == [{"a": "1,\n2", "b": "3"}, {"a": "4", "b": "5"}]
    assert "1" in files.all_gaps()[0].reason


def test_too_large_records_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_LONGEST_LINE", 100)
    files = _files(b"x" * 3_000_000)
    assert list(files.rows("r")) == []
    assert files.broken == {"r": 1}
    few = ControlFiles(MemorySource({"r": b"{}\n" * 2_000_000}), _rows_left=10)
    assert 0 < len(list(few.rows("r"))) <= 1_000_000
    assert few.all_gaps()[0].code == "collector-record"


@pytest.mark.parametrize(
    "value",
    [
        "2021-03-03T08:15:02.123456Z",
        "2021-03-03T08:15:02.1234567Z",
        "2021-03-03T10:15:02.123456789+02:00",
        "2021-03-03 08:15:02.1234567",
    ],
)
def test_times_of_each_collector(value: str) -> None:
    assert read_time(value) == _WHEN


@pytest.mark.parametrize(
    "value",
    [None, "", "now", "0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", 0, True, 1e300, float("nan"), [], "9" * 50],
)
def test_unknown_times(value: object) -> None:
    assert read_time(value) is None


def test_seconds_are_times() -> None:
    assert read_time(1614759302) == datetime(2021, 3, 3, 8, 15, 2, tzinfo=UTC)


def test_the_first_known_time_of_each_kind_is_kept() -> None:
    later = _WHEN.replace(year=2022)
    times: dict[str, Timestamps] = {}
    add_times(times, "C:/x", [])
    add_times(times, "C:/x", [None, None])
    assert not times
    add_times(times, "C:/x", [_WHEN])
    add_times(times, "c:/X", [later, later, None, _WHEN])
    assert times == {"C:/X": Timestamps(_WHEN, later, None, _WHEN, original=True)}


@given(st.binary(max_size=300))
def test_any_bytes_are_no_error(data: bytes) -> None:
    files = _files(data)
    list(files.rows("r"))
    list(files.table("r"))
    files.document("r")
    files.all_gaps()


@given(st.one_of(st.text(max_size=45), st.integers(), st.floats()))
def test_any_value_is_no_error(value: object) -> None:
    read_time(value)
