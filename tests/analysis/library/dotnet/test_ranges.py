"""Ranges: places from the end and ranges of items, by the C# language reference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import seen
from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.values import EMPTY
from webshellhunt.analysis.library.dotnet.ranges import from_end, part_of_range, place_of, range_of


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('SINK("abc"[^1]);', "c"),
        ('SINK("abcdef"[1..^2]);', "bcd"),
        ('SINK("abc"[..]);', "abc"),
        ('SINK("abc"[..2]);', "ab"),
        ('var r = 1..2; SINK("abc"[r]);', "b"),
        ('var i = ^2; SINK("abc"[i]);', "b"),
        ('string[] a = { "a", "b", "c" }; SINK(a[..^1][^1]);', "b"),
        ('string[] a = { "a", "b", "c" }; a[^2] = "x"; SINK(a[1]);', "x"),
        ('SINK(("dir;" + VISITOR)[..3]);', "dir"),
        ('SINK((VISITOR + ";dir")[^3..]);', "dir"),
        ('SINK(("dir;" + VISITOR)[4..]);', "<tainted>"),
        ('SINK("abc"[2..1]);', "<>"),
    ],
)
def test_a_place(code: str, arrives: Any) -> None:
    assert seen(code, "c#") == [arrives]


@given(st.text(max_size=8), st.integers(0, 9), st.integers(0, 9))
def test_a_range_is_a_slice(text: str, first: int, last: int) -> None:
    if first <= last <= len(text):
        assert part_of_range(text, range_of(first, last)) == text[first:last]
        assert known_items(part_of_range(array_of(text), range_of(first, last))) == [*text[first:last]]
    if first <= len(text):
        assert part_of_range(text, range_of(first, EMPTY)) == text[first:]
        assert place_of(text, from_end(first)) == len(text) - first
