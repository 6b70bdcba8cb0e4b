"""The assignments of each language, and the values of them."""

from __future__ import annotations

import pytest

from tests.builders.trees import parsed
from webshellhunt.lang.assignments import assignments_of
from webshellhunt.lang.syntax_index import SyntaxIndex


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "a.b = c; d += e; f[1] = g;", ["a = c", "d = e", "f = g"]),
        ("c#", "a = b = c;", ["a = b = c", "b = c"]),
        ("c#", "var a = new F<B[], C>(d);", ["a = new F < B [ ] , C > ( d )"]),
        ("c#", "int a = b < c, d = e;", ["a = b < c", "d = e"]),
        ("c#", "using (var a = b) { }", ["a = b"]),
        (
            "c#",
            "var a = new T { b = c(1, 2), d = e };",
            ["a = new T { b = c ( 1 , 2 ) , d = e }", "b = c ( 1 , 2 )", "d = e"],
        ),
        ("c#", "if (a == b) { c = d; }", ["c = d"]),
        ("c#", "Map<a, b> c = d;", ["c = d"]),
        ("jscript", "var a : String = b", ["a = b"]),
        ("jscript", "a[0] = b", ["a = b"]),
        ("jscript", "var a = b, c, d = e(f, g)", ["a = b", "d = e ( f , g )"]),
        ("jscript", "f(a, b = c)", ["b = c"]),
        ("jscript", "a = b\nif (c) d = e", ["a = b", "d = e"]),
        ("vbscript", "If a = b Then c = d Else e = f", ["c = d", "e = f"]),
        ("vbscript", "Do While a = b\nLoop", []),
        ("vbscript", "If a = b Or c = d Then", []),
        ("vbscript", "a.b.c = d", ["a = d"]),
        ("vb", "Dim a As String = b", ["a = b"]),
        ("c#", "int a = b, c = d;", ["a = b", "c = d"]),
        ("c#", "(a, b) = (c, d); var (e, f) = g;", ["a = c", "b = d", "e = g", "f = g"]),
        ("c#", "foreach (var a in b) c();", ["a = b"]),
        ("c#", "x = new A { B = c };", ["x = new A { B = c }", "b = c"]),
        ("c#", "int F(int p = q) { return r; }", ["p = q", "f = r"]),
        ("c#", "int F() { G(x => x.y); return z; }", [" = x . y", "f = z"]),
        ("c#", "IEnumerable F() { yield return a; }", ["f = a"]),
        ("jscript", "var a = {b: c};", ["a = { b : c }", "b = c"]),
        ("vbscript", "For i = a To b\nFor Each c In d\nNext\nNext", ["i = a", "c = d"]),
        ("vbscript", "Function F()\nf = a\nEnd Function\nIf b = c Then d = e", ["f = a", "d = e"]),
        ("vbscript", "Set a = New B\na.c(1) = d", ["a = new b", "a = d"]),
        ("vbscript", "With a\n.b = c\nEnd With", ["b = c"]),
        ("vb", "Dim a As New B(c), d = e", ["a = new b ( c )", "d = e"]),
        ("vb", "Function F()\nReturn a\nEnd Function", ["f = a"]),
    ],
)
def test_assignments(language: str, code: str, expected: list[str]) -> None:
    tokens, tree = parsed(code, language)
    found = SyntaxIndex(tokens, tree.top).assignments
    assert [f"{each.name} = {' '.join(tokens.values[each.value.start : each.value.end])}" for each in found] == expected


def test_a_result_outside_of_a_function_is_none() -> None:
    _, tree = parsed("return a;", "c#")
    assert [*assignments_of(tree.top.statements[0], lambda _: None)] == []
