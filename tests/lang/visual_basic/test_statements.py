"""Statements of Visual Basic that are no blocks."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "f", ["f!"]),
        ("vbscript", "a.b", ["a.b!"]),
        ("vbscript", "f(a)", ["f(Argument(a))"]),
        ("vbscript", "f (a), b", ["f! Argument(a), b"]),
        ("vbscript", "f (a) & b", ["f! Binary([a b], [&])"]),
        ("vbscript", "f a, b", ["f! a, b"]),
        ("vbscript", "f a,, b", ["f! a, empty, b"]),
        ("vbscript", "f , b", ["f! empty, b"]),
        ("vbscript", "f -1", ["f! Unary(-, 1)"]),
        ("vbscript", "f &HFF", ["f! 255"]),
        ("vbscript", "f(a).b c", ["f(a).b! c"]),
        ("vbscript", "a(1) = 2", ["a(1) = 2"]),
        ("vbscript", "a.b = c = d", ["a.b = Binary([c d], [=])"]),
        ("vbscript", "call f", ["f!"]),
        ("vbscript", "call f(a)", ["f(a)"]),
        ("vbscript", "call a.b(c)", ["a.b(c)"]),
        ("vbscript", "set a = new b", ["set a = New(TypeName(b))"]),
        ("vbscript", "let a = 1", ["a = 1"]),
        (
            "vbscript",
            "redim preserve a(1, 2), b.c(3)",
            ["ReDim(a, [1 2], is_preserved)", "ReDim(b.c, [3], is_preserved)"],
        ),
        ("vbscript", "erase a, b", ["erase! a, b"]),
        ("vbscript", "exit do", ["Jump(exit, do)"]),
        ("vbscript", "on error resume next", ["OnError(goes_on)"]),
        ("vbscript", "on error goto 0", ["OnError(not goes_on)"]),
        ("vbscript", "option explicit", ["Unparsed()"]),
        ("vbscript", "stop", ["Jump(stop)"]),
        ("vbscript", "execute x : y", ["execute! x", "y!"]),
        ("vbscript", "f a b", ["f! a", "Unparsed([b])"]),
        ("vbscript", "a & b", ["Binary([a b], [&])"]),
    ],
)
def test_statements(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
