"""The expression that a value is compared with."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks.branches import iter_branches
from webshellhunt.analysis.structure import comparisons
from webshellhunt.analysis.structure.comparisons import compared_with, iter_compared, value_of
from webshellhunt.lang.unit import build_unit


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", 'if (v("k").Trim() == "a") { }', '"a"'),
        ("c#", 'if ("a" != v) { }', '"a"'),
        ("c#", 'if (v.Equals("a")) { }', '"a"'),
        ("c#", 'if ("a".Equals(f(v))) { }', '"a"'),
        ("c#", 'if (string.Compare(v, "a", true) == 0) { }', '"a"'),
        ("vbscript", 'If v = "a" Then b', '"a"'),
        ("vbscript", 'If StrComp("a", v) = 0 Then b', '"a"'),
        ("c#", 'if (f(v) + "b" == "a") { }', '"a"'),
        ("c#", 'if (v && b == "a") { }', None),
        ("vbscript", 'v = "a"', None),
        ("c#", 'f(v, "a");', None),
    ],
)
def test_the_other_side(language: str, code: str, expected: str | None) -> None:
    unit = build_unit(code, language, [(0, len(code))])
    dotted = next(unit.index.named("v"))
    other = compared_with(unit.index, value_of(unit.index, dotted))
    assert (None if other is None else code[slice(*unit.span(other.start, other.end))]) == expected


def compared(condition: str) -> list[str]:
    unit = unit_of(f"if ({condition}) x();", "c#")
    (branch,) = iter_branches(unit.index)
    return [" ".join(unit.tokens.values[node.start : node.end]) for node in iter_compared(branch.test)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('a == "b"', ["a", "b"]),
        ('a.Equals("b") && c', ["b"]),
        ('string.Compare(a, "b") != 0', ["string . Compare ( a , b )", "0", "a", "b"]),
        ('a is "b" or "c"', ["b", "c"]),
        ('a > "b"', []),
        ('a.StartsWith("b")', []),
    ],
)
def test_operands_and_arguments(condition: str, expected: list[str]) -> None:
    assert compared(condition) == expected


def test_the_nodes_that_are_looked_at_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparisons, "_MOST_NODES", 1)
    assert compared('a == "b" && c == "d"') == []
