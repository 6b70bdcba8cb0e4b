from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "x = -a; y = !b; z = ~c; ++d;",
        (
            "Assign(x, operator='=', Unary(operator='-', a)); Assign(y, operator='=', Unary(operator='!', "
            "b)); Assign(z, operator='=', Unary(operator='~', c)); Unary(operator='++', d)"
        ),
    ),
    (
        "c#",
        "x = await f(); await = 1;",
        "Assign(x, operator='=', Unary(operator='await', f())); Assign(await, operator='=', 1)",
    ),
    (
        "c#",
        "x = typeof(List<int>); y = default; z = sizeof(int);",
        (
            "Assign(x, operator='=', typeof(List<int>)); Assign(y, operator='=', default); Assign(z, "
            "operator='=', sizeof(int))"
        ),
    ),
    (
        "c#",
        "(int a, var b) = t;",
        "Assign(Items([Declaration(name='a', int), Declaration(name='b', var)], tuple), operator='=', t)",
    ),
    (
        "c#",
        "var (a, (b, c)) = t;",
        (
            "Assign(Items([Declaration(name='a'), Items([Declaration(name='b'), Declaration(name='c')], "
            "tuple)], tuple), operator='=', t)"
        ),
    ),
    ("c#", "x = a ?? throw new E();", "Assign(x, operator='=', Binary([a, Jump(kind='throw', New(E))], ['??']))"),
    ("c#", "ref int a = ref b;", "Declaration(name='a', int, ref b, modifiers=ref)"),
    (
        "jscript",
        "x = void 0; delete a.b;",
        "Assign(x, operator='=', Unary(operator='void', 0)); Unary(operator='delete', a.b)",
    ),
    ("jscript", "(a b c);", "Unparsed([a, b, c])"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_operands(language: str, code: str, expected: str) -> None:
    """The tree of operands."""
    assert outline(code, language) == expected
