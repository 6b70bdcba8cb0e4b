"""Walks through folders or keys one inside the other."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.structure.walks import find_walk

ASKS = frozenset({"inner"})


@pytest.mark.parametrize(
    ("language", "code", "found"),
    [
        ("c#", "void f(T a) { foreach (var b in a.Inner()) { f(b); } }", True),
        ("c#", "void f(T a) { foreach (var b in a.Inner()) { g(b); } }", False),
        ("c#", "s.Push(a); while (s.Count > 0) { s.Push(s.Pop().Inner()); }", True),
        ("c#", "q.Enqueue(q.Dequeue().Inner());", True),
        ("c#", "s.Push(a.Inner());", False),
        ("c#", "void f(T a) { f(a.Outer()); }", False),
        ("vbscript", "Sub f(a)\nFor Each b In a.Inner\nf b\nNext\nEnd Sub", True),
    ],
)
def test_a_walk_goes_on_from_what_lies_inside(language: str, code: str, found: bool) -> None:
    unit = unit_of(code, language)
    walked = find_walk(unit, ASKS)
    assert (walked is not None) is found
    assert walked is None or unit.tokens.values[walked].lower() == "inner"
