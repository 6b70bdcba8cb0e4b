from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("c#", "a.b<int>(c)[d]?.e?[f]!.g();", "a.b(c)[d]?.e?[f].g()"),
    ("c#", "x = a?.b;", "Assign(x, operator='=', a?.b)"),
    ("c#", "a->b();", "a.b()"),
    ("c#", "x = a < b;", "Assign(x, operator='=', Binary([a, b], ['<']))"),
    ("c#", "f(a < b, c > d);", "f(Binary([a, b], ['<']), Binary([c, d], ['>']))"),
    ("c#", "x = y with { A = 1 };", "Assign(x, operator='=', New([y], Entries([Entry(A, 1)])))"),
    ("c#", "a::b.c();", "a.b.c()"),
    ("jscript", "a\n++b", "a; Unary(operator='++', b)"),
    ("jscript", "a.b[c](d)++;", "Unary(operator='++', a.b[c](d), is_postfix=True)"),
    ("jscript", "x = 1..toString();", "Assign(x, operator='=', 1.toString())"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_links(language: str, code: str, expected: str) -> None:
    """The tree of what follows an operand."""
    assert outline(code, language) == expected
