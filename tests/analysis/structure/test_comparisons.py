"""The expression that a value is compared with."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.comparisons import compared_with, value_of
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
