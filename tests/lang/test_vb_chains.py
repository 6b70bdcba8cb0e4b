"""Members and arguments of Visual Basic."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "x = a.b(1)(2).c", ["Assign(x, =, Member(Call(Call(Member(a, b), [1]), [2]), c))"]),
        ("vbscript", "x = f(a,,b)", ["Assign(x, =, Call(f, [a empty b]))"]),
        ("vbscript", "x = f(,)", ["Assign(x, =, Call(f, [empty empty]))"]),
        ("vbscript", "x = f()", ["Assign(x, =, Call(f))"]),
        (
            "vbscript",
            "x = f((a), (a.b), (f(1)), (1))",
            ["Assign(x, =, Call(f, [Argument(a) Argument(Member(a, b)) Argument(Call(f, [1])) 1]))"],
        ),
        ("vbscript", "x = a!b", ["Assign(x, =, Member(a, b, is_key))"]),
        ("vbscript", "x = a.end.if", ["Assign(x, =, Member(Member(a, end), if))"]),
        ("vbscript", "x = f(1 2, 3)", ["Assign(x, =, Call(f, [1 Unparsed([2 3])]))"]),
        (
            "vbscript",
            "with o : .a .b : x = .c(.d) : end with",
            ["With(o, {Call(Member(a), [Member(b)], not has_brackets); Assign(x, =, Call(Member(c), [Member(d)]))})"],
        ),
        ("vb", "x = f(n := 1, 2)", ["Assign(x, =, Call(f, [Argument(1, n) 2]))"]),
        ("vb", "x = a?.b?(0)", ["Assign(x, =, Call(Member(a, b, is_conditional), [0]))"]),
        ("vb", "x = f(of t)(a).g(of u)", ["Assign(x, =, Member(Call(f, [a]), g))"]),
        ("vb", "x = a% + b!", ["Assign(x, =, Binary([a b], [+]))"]),
        ("vb", "x = e.<f>.@g", ["Assign(x, =, Member(Member(e, f), g))"]),
    ],
)
def test_chains(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
