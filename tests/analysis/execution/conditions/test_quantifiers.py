"""Quantifiers: conditions whether a predicate is true for an item of a list."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

TAINT = ["<tainted>"]


@pytest.mark.parametrize(
    ("test", "arrives"),
    [
        ("l.Any(a => a == x)", [{"a", "b"}]),
        ("!l.Any(a => a == x)", TAINT),
        ("l.Exists(delegate(string a) { return a.Equals(x); })", [{"a", "b"}]),
        ("l.Any(a => a != x)", TAINT),
        ("l.Any(a => x.StartsWith(a))", TAINT),
        ("!l.All(a => a != x)", [{"a", "b"}]),
        ("l.All(a => a != x)", TAINT),
        ("Array.Exists(l, a => a == x)", [{"a", "b"}]),
        ("l.FindIndex(a => a == x) >= 0", [{"a", "b"}]),
        ("l.FindIndex(a => a == x) < 0", TAINT),
        ("l.Count(a => a == x) > 0", [{"a", "b"}]),
        ("0 == l.Count(a => a == x)", TAINT),
        ("l.FirstOrDefault(a => a == x) != null", [{"a", "b"}]),
        ("l.Where(a => a == x).Any()", [{"a", "b"}]),
        ("l.Where(a => a == x).Count() > 0", [{"a", "b"}]),
        ("other.Any(a => a == x)", TAINT),
        ("l.Any(a => { var b = a; return b == x; })", TAINT),
    ],
)
def test_a_predicate(test: str, arrives: list[Any]) -> None:
    code = 'var l = new List<string> { "a", "b" }; var x = VISITOR; '
    assert seen(f"{code} if ({test}) {{ SINK(x); }}", "c#") == arrives
