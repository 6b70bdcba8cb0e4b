"""Operands of VB.NET that begin with a keyword."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vb", "x = new a.b(1)", ["x = New(TypeName(a.b), [1])"]),
        ("vb", "x = new a with {.b = 1, .c = 2}", ["x = New(TypeName(a), Entries([Entry(b, 1) Entry(c, 2)]))"]),
        ("vb", "x = new with {key .a = 1, b.c, d}", ["x = New(Entries([Entry(a, 1) Entry(c, b.c) Entry(d, d)]))"]),
        ("vb", "x = new list(of string) from {1}", ["x = New(TypeName(list, [TypeName(string)]), Items([1]))"]),
        ("vb", "x = new byte() {1, 2}", ["x = New(TypeName(byte, 1), Items([1 2]))"]),
        ("vb", "x = new byte(5)() {}", ["x = New(TypeName(byte, 2), [5], Items())"]),
        ("vb", "x = ctype(a, list(of b)).c", ["x = Cast(TypeName(list, [TypeName(b)]), a).c"]),
        ("vb", "x = typeof a is b", ["x = Test(a, Pattern(TypeName(b)))"]),
        ("vb", "x = typeof a isnot b and c", ["x = Binary([Test(a, Pattern(TypeName(b), is_negated)) c], [and])"]),
        ("vb", "x = gettype(string)", ["x = gettype(TypeName(string))"]),
        ("vb", "x = addressof a.b", ["x = Unary(addressof, a.b)"]),
        ("vb", "x = await a.b(c)", ["x = Unary(await, a.b(c))"]),
        ("vb", "x = if(a, b)", ["x = Binary([a b], [??])"]),
        ("vb", "x = if(a, b, c)", ["x = Conditional(a, b, c)"]),
        ("vb", "x = global.a.b", ["x = a.b"]),
    ],
)
def test_operands(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
