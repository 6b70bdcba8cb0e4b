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


OWN = 'class A { } class B : A { } enum E { X } string f(object p) { return "1"; } '


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('string f(string p) { return "2"; } object o = VISITOR; SINK(f(o));', "1"),
        ('string f(string p) { return "2"; } dynamic o = VISITOR; SINK(f(o));', "2"),
        ('string f(string p) { return "2"; } SINK(f((object)VISITOR));', "1"),
        ('string f(A p) { return "2"; } string f(B p) { return "3"; } A o = new B(); SINK(f(o));', "2"),
        ('string f(A p) { return "2"; } string f(B p) { return "3"; } SINK(f(new B()));', "3"),
        ('string f(int p) { return "2"; } string f(long p) { return "3"; } long o = 1; SINK(f(o));', "3"),
        ('string f(int p) { return "2"; } string f(E p) { return "3"; } SINK(f(E.X));', "3"),
        ('string f(int p) { return "2"; } string f(E p) { return "3"; } E o = E.X; SINK(f(o));', "3"),
    ],
)
def test_a_function_by_declared_types(code: str, arrives: str) -> None:
    assert seen(OWN + code, "c#") == [arrives]
