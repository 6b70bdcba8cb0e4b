"""Statements and lambdas that only VB.NET has."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vb", "return a", ["Jump(return, a)"]),
        ("vb", "return", ["Jump(return)"]),
        ("vb", "throw new a(b)", ["Jump(throw, New(TypeName(a), [b]))"]),
        ("vb", "yield a", ["Jump(yield, a)"]),
        ("vb", "continue for", ["Jump(continue, for)"]),
        ("vb", "goto a", ["Jump(goto, a)"]),
        ("vb", "again:\na()", ["Label(again)", "a()"]),
        (
            "vb",
            "try\na()\ncatch e as f when g\nb()\ncatch\nfinally\nc()\nend try",
            ["Try({a()}, [Catch(TypeName(f), e, {b()}, g) Catch(, {})], {c()})"],
        ),
        (
            "vb",
            "using a as new b(c), d = e\nf()\nend using",
            ["{Declaration(a, TypeName(b), New(TypeName(b), [c])); Declaration(d, e); f()}"],
        ),
        ("vb", "synclock a\nb()\nend synclock", ["{a; b()}"]),
        ("vb", "addhandler a.b, addressof c", ["a.b += Unary(addressof, c)"]),
        ("vb", "removehandler a.b, d", ["a.b -= d"]),
        ("vb", "raiseevent e(a)", ["e(a)"]),
        ("vb", "x = function(a) a + 1", ["x = a => Binary([a 1], [+])"]),
        ("vb", "x = sub(a) b(a)", ["x = a => {b(a)}"]),
        (
            "vb",
            "x = async function(a as t) as u\nreturn a\nend function",
            ["x = Lambda(Function(, [Parameter(a, TypeName(t))], {Jump(return, a)}, TypeName(u), async))"],
        ),
        ("vb", "f(sub() if a then b() else c(), d)", ["f( => {If(a, {b()}, {c()})}, d)"]),
        ("vb", "catch", ["Unparsed()"]),
        ("vb", "a += 1", ["a += 1"]),
    ],
)
def test_net_statements(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
