"""Statements of Visual Basic that are no blocks."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "f", ["Call(f, not has_brackets)"]),
        ("vbscript", "a.b", ["Call(Member(a, b), not has_brackets)"]),
        ("vbscript", "f(a)", ["Call(f, [Argument(a)])"]),
        ("vbscript", "f (a), b", ["Call(f, [Argument(a) b], not has_brackets)"]),
        ("vbscript", "f (a) & b", ["Call(f, [Binary([a b], [&])], not has_brackets)"]),
        ("vbscript", "f a, b", ["Call(f, [a b], not has_brackets)"]),
        ("vbscript", "f a,, b", ["Call(f, [a empty b], not has_brackets)"]),
        ("vbscript", "f , b", ["Call(f, [empty b], not has_brackets)"]),
        ("vbscript", "f -1", ["Call(f, [Unary(-, 1)], not has_brackets)"]),
        ("vbscript", "f &HFF", ["Call(f, [255], not has_brackets)"]),
        ("vbscript", "f(a).b c", ["Call(Member(Call(f, [a]), b), [c], not has_brackets)"]),
        ("vbscript", "a(1) = 2", ["Assign(Call(a, [1]), =, 2)"]),
        ("vbscript", "a.b = c = d", ["Assign(Member(a, b), =, Binary([c d], [=]))"]),
        ("vbscript", "call f", ["Call(f, not has_brackets)"]),
        ("vbscript", "call f(a)", ["Call(f, [a])"]),
        ("vbscript", "call a.b(c)", ["Call(Member(a, b), [c])"]),
        ("vbscript", "set a = new b", ["Assign(a, =, New(TypeName(b)), is_set)"]),
        ("vbscript", "let a = 1", ["Assign(a, =, 1)"]),
        (
            "vbscript",
            "redim preserve a(1, 2), b.c(3)",
            ["ReDim(a, [1 2], is_preserved)", "ReDim(Member(b, c), [3], is_preserved)"],
        ),
        ("vbscript", "erase a, b", ["Call(erase, [a b], not has_brackets)"]),
        ("vbscript", "exit do", ["Jump(exit, do)"]),
        ("vbscript", "on error resume next", ["OnError(goes_on)"]),
        ("vbscript", "on error goto 0", ["OnError(not goes_on)"]),
        ("vbscript", "option explicit", ["Unparsed()"]),
        ("vbscript", "stop", ["Jump(stop)"]),
        ("vbscript", "execute x : y", ["Call(execute, [x], not has_brackets)", "Call(y, not has_brackets)"]),
        ("vbscript", "f a b", ["Call(f, [a], not has_brackets)", "Unparsed([b])"]),
        ("vbscript", "a & b", ["Binary([a b], [&])"]),
    ],
)
def test_statements(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
