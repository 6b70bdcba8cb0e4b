"""Calls of the page's own functions: results, closures, recursion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import run, seen

CSHARP = [
    ('string f(string p) { return p + "!"; } SINK(f("a"));', ["a!"]),
    ('int f(int n) { return n < 2 ? 1 : n * f(n - 1); } SINK(f(5));', [120]),
    ('IEnumerable<string> f() { yield return "a"; yield return "b"; } foreach (var x in f()) { SINK(x); }',
     [{"a", "b"}]),
    ('void f() { } SINK(f());', [None]),
]  # fmt: skip
JSCRIPT = [
    ("function f(p) { return p; } SINK(f(VISITOR));", ["<tainted>"]),
    ('function f(a) { return function () { return a; }; } SINK(f("1")());', ["1"]),
    ('SINK((function (a) { return a; })("1"));', ["1"]),
]
VB = [
    ('Function f(p)\nReturn p & "!"\nEnd Function\nSINK(f("a"))', ["a!"]),
    ('Function f(p)\nf = p & "!"\nEnd Function\nSINK(f("a"))', ["a!"]),
]
VBSCRIPT = [
    ('Function f(p)\nf = p & "!"\nEnd Function\nSINK f("a")', ["a!"]),
    ("Function f\nEnd Function\nSINK f", [""]),
]
CODE = (
    '[System.Diagnostics.Conditional("{}")] void Go() {{ SINK(1); }} void Page_Load(object s, EventArgs e) {{ Go(); }}'
)
CSHARP_PARAMETERS = [
    ('string f(string a, string b) { return b; } SINK(f(b: "1", a: VISITOR));', ["1"]),
    ('string f(string a, string b = "x") { return a + b; } SINK(f("1"));', ["1x"]),
    ('string f(params string[] a) { return a[1]; } SINK(f(VISITOR, "1"));', ["1"]),
    ('string f(params string[] a) { return a[1]; } SINK(f(new[] { "1", "2" }));', ["2"]),
]  # fmt: skip
JSCRIPT_PARAMETERS = [
    ('function f() { return arguments[1]; } SINK(f(VISITOR, "1"));', ["1"]),
    ('function f(a, b) { return b; } SINK(f("1"));', [""]),
]  # fmt: skip
VB_PARAMETERS = [
    ('Function f(a, Optional b = "x")\nReturn a & b\nEnd Function\nSINK(f("1"))', ["1x"]),
]  # fmt: skip


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
    ("code", "arrives"),
    [
        (CODE.format("SOME"), []),
        (CODE.format("DEBUG"), [1]),
        ("#define SOME\n" + CODE.format("SOME"), [1]),
    ],
)
def test_a_call_of_a_symbol(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (language, *row)
        for language, rows in (
            ("c#", CSHARP_PARAMETERS),
            ("jscript", JSCRIPT_PARAMETERS),
            ("vb", VB_PARAMETERS),
        )
        for row in rows
    ],
)
def test_a_parameter_has_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
