"""Which name is given what, in each language's own way."""

from __future__ import annotations

import pytest

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.calls import Calls
from webshellhunt.code.cutting import build_unit


def assigned(text: str, language: str) -> list[tuple[str, str]]:
    """Return each assigned name with the text of its right side."""
    unit = build_unit(text, language, [(0, len(text))])
    lower = Calls(unit).lower
    found = []
    for start, end in unit.statements:
        for name, right, stop in iter_assignments(unit, lower, start, end):
            found.append((unit.value(name), " ".join(unit.value(index) for index in range(right, stop))))
    return found


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("vbscript", "a = b", [("a", "b")]),
        ("c#", "var a = new F<B[], C>(d);", [("a", "new F < B [ ] , C > ( d )")]),
        ("c#", "int a = b < c, d = e;", [("a", "b < c"), ("d", "e")]),
        ("vbscript", "Set a = b.c", [("a", "b . c")]),
        ("vbscript", "a(1) = b", [("a", "b")]),
        ("vbscript", "a.b.c = d", [("a", "d")]),
        ("vbscript", "If a = b Then c = d Else e = f", [("c", "d"), ("e", "f")]),
        ("vbscript", "Do While a = b", []),
        ("vbscript", "If a = b Or c = d Then", []),
        ("vb", "Dim a As String = b", [("a", "b")]),
        ("vb", "Dim a As New Thing(b)", [("a", "new thing ( b )")]),
        ("c#", "var a = b; a += c;", [("a", "b"), ("a", "c")]),
        ("c#", "using (var a = b) { }", [("a", "b")]),
        (
            "c#",
            "var a = new T { b = c(1, 2), d = e };",
            [("a", "new T { b = c ( 1 , 2 ) , d = e }"), ("b", "c ( 1 , 2 )"), ("d", "e")],
        ),
        ("c#", "if (a == b) { c = d; }", [("c", "d")]),
        ("jscript", "var a : String = b", [("a", "b")]),
        ("jscript", "a[0] = b", [("a", "b")]),
        ("jscript", "var a = b, c, d = e(f, g)", [("a", "b"), ("d", "e ( f , g )")]),
        ("jscript", "a = b = c", [("a", "b = c"), ("b", "c")]),
        ("jscript", "f(a, b = c)", [("b", "c")]),
        ("jscript", "a = b\nif (c) d = e", [("a", "b"), ("d", "e")]),
        ("c#", "int a = b, c = d;", [("a", "b"), ("c", "d")]),
        ("c#", "Map<a, b> c = d;", [("c", "d")]),
        ("c#", "a = new Map<b, List<c>> { d };", [("a", "new Map < b , List < c > > { d }")]),
        ("c#", "a = b < c, d = e;", [("a", "b < c"), ("d", "e")]),
        ("vbscript", "a = b, c = d", [("a", "b , c = d")]),
    ],
)
def test_assignments(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert assigned(text, language) == expected
