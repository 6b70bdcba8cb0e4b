"""Calls of the page's own functions: parameters, results, overloads, recursion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import run, seen

CSHARP = [
    ('string f(string p) { return p + "!"; } SINK(f("a"));', ["a!"]),
    ('string f(string a, string b) { return b; } SINK(f(b: "1", a: VISITOR));', ["1"]),
    ('string f(string a, string b = "x") { return a + b; } SINK(f("1"));', ["1x"]),
    ('string f(params string[] a) { return a[1]; } SINK(f(VISITOR, "1"));', ["1"]),
    ('string f(params string[] a) { return a[1]; } SINK(f(new[] { "1", "2" }));', ["2"]),
    ('void f(ref string p) { p = "set"; } var x = "a"; f(ref x); SINK(x);', ["set"]),
    ('void f(out string p) { p = VISITOR; } f(out var x); SINK(x);', ["<tainted>"]),
    ('void f(string p) { p = "set"; } var x = "a"; f(x); SINK(x);', ["a"]),
    ('string f(int n) { return "int"; } string f(string s) { return "string"; } SINK(f("")); SINK(f(1));',
     ["string", "int"]),
    ('string f(string a) { return "one"; } string f(string a, string b) { return "two"; } SINK(f("", ""));', ["two"]),
    ('int f(int n) { return n < 2 ? 1 : n * f(n - 1); } SINK(f(5));', [120]),
    ('IEnumerable<string> f() { yield return "a"; yield return "b"; } foreach (var x in f()) { SINK(x); }',
     [{"a", "b"}]),
    ('void f() { } SINK(f());', [None]),
]  # fmt: skip
JSCRIPT = [
    ("function f(p) { return p; } SINK(f(VISITOR));", ["<tainted>"]),
    ('function f() { return arguments[1]; } SINK(f(VISITOR, "1"));', ["1"]),
    ('function f(a, b) { return b; } SINK(f("1"));', [None]),
    ('function f(a) { return function () { return a; }; } SINK(f("1")());', ["1"]),
    ('SINK((function (a) { return a; })("1"));', ["1"]),
]
VB = [
    ('Function f(p)\nReturn p & "!"\nEnd Function\nSINK(f("a"))', ["a!"]),
    ('Function f(p)\nf = p & "!"\nEnd Function\nSINK(f("a"))', ["a!"]),
    ('Sub f(ByRef p)\np = "set"\nEnd Sub\nDim x = "a"\nf(x)\nSINK(x)', ["set"]),
    ('Sub f(p)\np = "set"\nEnd Sub\nDim x = "a"\nf(x)\nSINK(x)', ["a"]),
    ('Function f(a, Optional b = "x")\nReturn a & b\nEnd Function\nSINK(f("1"))', ["1x"]),
]
VBSCRIPT = [
    ('Function f(p)\nf = p & "!"\nEnd Function\nSINK f("a")', ["a!"]),
    ('Sub f(p)\np = "set"\nEnd Sub\nx = "a"\nf x\nSINK x', ["set"]),
    ('Sub f(ByVal p)\np = "set"\nEnd Sub\nx = "a"\nf x\nSINK x', ["a"]),
    ('Sub f(p)\np = "set"\nEnd Sub\nx = "a"\nf (x)\nSINK x', ["a"]),
    ("Function f\nEnd Function\nSINK f", [""]),
]


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (language, *row)
        for language, rows in (("c#", CSHARP), ("jscript", JSCRIPT), ("vb", VB), ("vbscript", VBSCRIPT))
        for row in rows
    ],
)
def test_calls(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("string f(string p) { return f(p); } SINK(f(VISITOR));", "c#"),
        ("string f(string p) { return g(p); } string g(string p) { return f(p); } SINK(f(VISITOR));", "c#"),
        ("function f(p) { return f(p); } SINK(f(VISITOR));", "jscript"),
        ("Function f(p)\nf = f(p)\nEnd Function\nSINK(f(VISITOR))", "vbscript"),
    ],
)
def test_recursion_without_an_end_keeps_the_taint(code: str, language: str) -> None:
    found = run(code, language)
    assert not found.is_exhausted
    assert seen(code, language) == ["<tainted>"]


@pytest.mark.parametrize(
    "code",
    [
        'string D(int s) { return "i"; } string D(string s) { return "s"; }',
        'string D(int s) { return "i"; } string D(string s, int n = 1) { return "s"; }',
        'string D(int s) { return "i"; } string D(params object[] s) { return "s"; }',
    ],
)
def test_the_types_of_known_values_select_an_overload(code: str) -> None:
    assert seen(f'{code} void Page_Load() {{ SINK(D("x")); }}', "c#") == ["s"]
