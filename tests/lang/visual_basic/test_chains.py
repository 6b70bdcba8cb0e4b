"""Members and arguments of Visual Basic."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "x = a.b(1)(2).c", ["x = a.b(1)(2).c"]),
        ("vbscript", "x = f(a,,b)", ["x = f(a, empty, b)"]),
        ("vbscript", "x = f(,)", ["x = f(empty, empty)"]),
        ("vbscript", "x = f()", ["x = f()"]),
        ("vbscript", "x = f((a), (a.b), (f(1)), (1))", ["x = f(Argument(a), Argument(a.b), Argument(f(1)), 1)"]),
        ("vbscript", "x = a!b", ["x = a!b"]),
        ("vbscript", "x = a.end.if", ["x = a.end.if"]),
        ("vbscript", "x = f(1 2, 3)", ["x = f(1, Unparsed([2 3]))"]),
        ("vbscript", "with o : .a .b : x = .c(.d) : end with", ["With(o, {.a! .b; x = .c(.d)})"]),
        ("vb", "x = f(n := 1, 2)", ["x = f(Argument(1, n), 2)"]),
        ("vb", "x = a?.b?(0)", ["x = a?.b(0)"]),
        ("vb", "x = f(of t)(a).g(of u)", ["x = f(a).g"]),
        ("vb", "x = a% + b!", ["x = Binary([a b], [+])"]),
        ("vb", "x = e.<f>.@g", ["x = e.f.g"]),
    ],
)
def test_chains(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
