"""By reference: the parameters whose values come back to the arguments, in each language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('void f(ref string p) { p = "set"; } var x = "a"; f(ref x); SINK(x);', ["set"]),
    ('void f(out string p) { p = VISITOR; } f(out var x); SINK(x);', ["<tainted>"]),
    ('void f(string p) { p = "set"; } var x = "a"; f(x); SINK(x);', ["a"]),
]  # fmt: skip
VB = [
    ('Sub f(ByRef p)\np = "set"\nEnd Sub\nDim x = "a"\nf(x)\nSINK(x)', ["set"]),
    ('Sub f(p)\np = "set"\nEnd Sub\nDim x = "a"\nf(x)\nSINK(x)', ["a"]),
]  # fmt: skip
VBSCRIPT = [
    ('Sub f(p)\np = "set"\nEnd Sub\nx = "a"\nf x\nSINK x', ["set"]),
    ('Sub f(ByVal p)\np = "set"\nEnd Sub\nx = "a"\nf x\nSINK x', ["a"]),
    ('Sub f(p)\np = "set"\nEnd Sub\nx = "a"\nf (x)\nSINK x', ["a"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [(language, *row) for language, rows in (("c#", CSHARP), ("vb", VB), ("vbscript", VBSCRIPT)) for row in rows],
)
def test_a_value_comes_back_by_reference_only(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("body", "arrives"),
    [
        ('if (n != "a") { throw new Exception(); }', ["a"]),
        ('if (n == "a") { throw new Exception(); }', ["<tainted>"]),
        ('n = "a";', ["<tainted>"]),
        ('if (n != "a") { n = "b"; }', ["<tainted>"]),
    ],
)
def test_a_function_that_returns_says_something_of_its_argument(body: str, arrives: list[Any]) -> None:
    assert seen(f"void check(string n) {{ {body} }} var x = VISITOR; check(x); SINK(x);", "c#") == arrives
