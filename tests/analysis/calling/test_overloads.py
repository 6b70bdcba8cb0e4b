"""Overloads: the function that a call means, by the number and the types of its arguments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (
            "c#",
            'string f(string p) { return p; } string f(string p, string q) { return "1"; } SINK(f(VISITOR, "a"));',
            ["1"],
        ),
        (
            "c#",
            'class A { public A(string p) { SINK(p); } public A(I p) { SINK("1"); } } I i = g(VISITOR); new A(i);',
            ["1"],
        ),
        ("c#", 'string f(string p) { return p; } string f(int p) { return "1"; } SINK(f(1));', ["1"]),
        (
            "vb",
            "Function f(p As String)\nReturn p\nEnd Function\n"
            'Function f(p As Integer)\nReturn "1"\nEnd Function\nSINK(f(1))',
            ["1"],
        ),
    ],
)
def test_the_function_that_fits_is_called(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
