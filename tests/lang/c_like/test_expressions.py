from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("jscript", "a ||= b; c &&= d", "Assign(a, operator='||=', b); Assign(c, operator='&&=', d)"),
    (
        "c#",
        "x = a + b * c - d == e && f || g ?? h;",
        (
            "Assign(x, operator='=', Binary([Binary([Binary([Binary([Binary([a, Binary([b, c], ['*']), d], "
            "['+', '-']), e], ['==']), f], ['&&']), g], ['||']), h], ['??']))"
        ),
    ),
    ("c#", "x = a ? b : c ? d : e;", "Assign(x, operator='=', Conditional(a, b, Conditional(c, d, e)))"),
    ("c#", "a = b = c += d;", "Assign(a, operator='=', Assign(b, operator='=', Assign(c, operator='+=', d)))"),
    ("c#", "x = a >> 2;", "Assign(x, operator='=', Binary([a, 2], ['>>']))"),
    ("c#", "a >>= 3;", "Assign(a, operator='>>=', 3)"),
    (
        "c#",
        "f(name: a, out var b, ref c, out int d);",
        "f(name:value a, out Declaration(name='b', var), ref c, out Declaration(name='d', int))",
    ),
    (
        "c#",
        "x = a[1..b]; y = a[b..]; z = a[..2];",
        (
            "Assign(x, operator='=', a[Binary([1, b], ['..'])]); Assign(y, operator='=', a[Binary([b, "
            "empty:None], ['..'])]); Assign(z, operator='=', a[Unary(operator='..', 2)])"
        ),
    ),
    ("jscript", "x = (a, b), c;", "Items([Assign(x, operator='=', Items([a, b], comma)), c], comma)"),
    (
        "jscript",
        'x = typeof a === "b" && a instanceof c.d;',
        (
            "Assign(x, operator='=', Binary([Binary([Unary(operator='typeof', a), 'b'], ['===']), Test(a, "
            "Pattern(c.d))], ['&&']))"
        ),
    ),
    ("jscript", "x = [a, , b];", "Assign(x, operator='=', Items([a, empty:None, b]))"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_expressions(language: str, code: str, expected: str) -> None:
    """The tree of expressions."""
    assert outline(code, language) == expected
