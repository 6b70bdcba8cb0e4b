"""Parameters: values by position, by name, as a rest and by default."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('string f(string a, string b) { return b; } SINK(f(b: "1", a: VISITOR));', ["1"]),
    ('string f(string a, string b = "x") { return a + b; } SINK(f("1"));', ["1x"]),
    ('string f(params string[] a) { return a[1]; } SINK(f(VISITOR, "1"));', ["1"]),
    ('string f(params string[] a) { return a[1]; } SINK(f(new[] { "1", "2" }));', ["2"]),
]  # fmt: skip
JSCRIPT = [
    ('function f() { return arguments[1]; } SINK(f(VISITOR, "1"));', ["1"]),
    ('function f(a, b) { return b; } SINK(f("1"));', [""]),
]  # fmt: skip
VB = [
    ('Function f(a, Optional b = "x")\nReturn a & b\nEnd Function\nSINK(f("1"))', ["1x"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [(language, *row) for language, rows in (("c#", CSHARP), ("jscript", JSCRIPT), ("vb", VB)) for row in rows],
)
def test_a_parameter_has_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
