from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("c#", "x = a is string b;", "Assign(x, operator='=', Test(a, Pattern(string, name='b')))"),
    (
        "c#",
        "x = a is not null and (> 1 or < 0);",
        (
            "Assign(x, operator='=', Test(a, Pattern(None, Pattern([Pattern(1, operator='>'), Pattern(0, "
            "operator='<')]), is_negated=True)))"
        ),
    ),
    (
        "c#",
        "x = a is { B: 1, C.D: var e } f;",
        ("Assign(x, operator='=', Test(a, Pattern(name='f', [['B', Pattern(1)], ['C.D', Pattern(name='e')]])))"),
    ),
    (
        "c#",
        "x = a is [1, .., _];",
        "Assign(x, operator='=', Test(a, Pattern([['', Pattern(1)], ['..', Pattern()], ['', Pattern()]])))",
    ),
    (
        "c#",
        "switch (a) { case B.C: case D e when e.F: break; case (int)G: break; }",
        (
            "Switch(a, [Case([Pattern(B.C)], Block()), Case([Pattern(D, name='e')], "
            "Block([Jump(kind='break')]), e.F), Case([Pattern(Cast(int, G))], Block([Jump(kind='break')]))], "
            "falls_through=True)"
        ),
    ),
    (
        "c#",
        "x = a switch { 1 => b, A(var c, _) => c, _ => throw d };",
        (
            "Assign(x, operator='=', Switch(a, [Case([Pattern(1)], Block([b])), Case([Pattern(A, [['', "
            "Pattern(name='c')], ['', Pattern()]])], Block([c])), Case(Block([Jump(kind='throw', d)]))], "
            "is_expression=True))"
        ),
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_patterns(language: str, code: str, expected: str) -> None:
    """The tree of patterns."""
    assert outline(code, language) == expected
