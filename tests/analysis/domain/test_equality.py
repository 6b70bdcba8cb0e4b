"""Equality of objects and types, by ECMA-334 (equality operators) and the rules of records and tuples."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen

CLASSES = "class A { } class B : A { } record R(string S, int N); "


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("new A() == new A()", False),
        ("a == a", True),
        ("a != b", True),
        ("a == c", True),
        ('new R("x", 1) == new R("x", 1)', True),
        ('new R("x", 1) != new R("y", 1)', True),
        ('(1, "x") == (1, "x")', True),
        ('(1, "x") == (2, "x")', False),
        ("(1, (2, 3)) == (1, (2, 4))", False),
        ("typeof(A) == typeof(A)", True),
        ("typeof(A) == typeof(B)", False),
        ("typeof(int) == typeof(Int32)", True),
        ("typeof(int) == typeof(string)", False),
        ("a.GetType() == typeof(A)", True),
        ("5.GetType() != typeof(int)", False),
    ],
)
def test_a_condition(condition: str, answer: bool) -> None:
    code = f'{CLASSES} var a = new A(); var b = new A(); var c = a; SINK(({condition}) ? "1" : "0");'
    assert seen(code, "c#") == ["1" if answer else "0"]
