"""The log of reads: each access, with its time and result, on one line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders.bags import CONTENT, FOLDER, PAGE, shell_source
from webshellhunt.errors import SourceError
from webshellhunt.keeping.bag import LoggedSource
from webshellhunt.sources.memory import MemorySource
from webshellhunt.sources.source import is_source

NOW = datetime(2021, 3, 3, tzinfo=UTC)


def logged(source: MemorySource) -> tuple[LoggedSource, list[bytes]]:
    lines: list[bytes] = []
    return LoggedSource(source, lambda: NOW, lines), lines


def records(lines: list[bytes]) -> list[dict[str, Any]]:
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 and line.isascii() for line in lines)
    return [json.loads(line) for line in lines]


def test_each_access_is_a_line() -> None:
    source, lines = logged(shell_source())
    assert source.read(PAGE, 10, 2) == CONTENT[2:12]
    assert source.stat(PAGE) is not None
    assert [each.name for each in source.streams(PAGE)] == ["x.aspx:Zone.Identifier"]
    assert len(source.list(FOLDER)) == 2
    read, *others = records(lines)
    assert read == {
        "time": "2021-03-03T00:00:00Z", "act": "read", "location": "memory", "path": PAGE, "offset": 2, "bytes": 10,
        "result": "ok",
    }  # fmt: skip
    assert [each["act"] for each in others] == ["stat", "streams", "list"]


def test_an_error_is_logged_and_raised() -> None:
    source, lines = logged(MemorySource({"a": b""}, unreadable=["a"]))
    with pytest.raises(SourceError):
        source.read("a", 10)
    assert records(lines)[0]["result"] == "error: it can't be read (permission denied)"


def test_hostile_names_stay_on_their_line() -> None:
    source, lines = logged(MemorySource({"a\n\x1b\udcff": b""}))
    source.read("a\n\x1b\udcff", 1)
    assert records(lines)[0]["path"] == "a\n\x1b\\xff"


def test_it_is_a_source_like_the_other() -> None:
    other = shell_source()
    source, lines = logged(other)
    with source as opened:
        assert is_source(opened)
        assert (source.location, source.live, source.drives, source.time_bases) == ("memory", False, {}, ())
        assert source.locate(PAGE) is None
        assert set(source.names(FOLDER)) == {"x.aspx", "y.aspx"}
    assert [each["act"] for each in records(lines)] == ["list"]
