from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "x = new A.B<int>(c) { D = 1, E = { F = 2 } };",
        ("Assign(x, operator='=', New(A.B<int>, [c], Entries([Entry(D, 1), Entry(E, Entries([Entry(F, 2)]))])))"),
    ),
    (
        "c#",
        'x = new Dictionary<string, int> { { "a", 1 }, ["b"] = 2 };',
        "Assign(x, operator='=', New(Dictionary<string, int>, Entries([Entry('a', 1), Entry('b', 2)])))",
    ),
    (
        "c#",
        "x = new[] { 1, 2 }; y = new byte[n]; z = new int[,] { { 1, 2 } };",
        (
            "Assign(x, operator='=', New([], Items([1, 2]))); Assign(y, operator='=', New(byte[], [n])); "
            "Assign(z, operator='=', New(int[], Items([Items([1, 2])])))"
        ),
    ),
    (
        "c#",
        "x = new { a.b, c = d }; A y = new();",
        ("Assign(x, operator='=', New(Entries([Entry(b, a.b), Entry(c, d)]))); Declaration(name='y', A, New())"),
    ),
    ("c#", "x = stackalloc int[3];", "Assign(x, operator='=', New(int[], [3]))"),
    ("c#", "string[] x = [..a, b];", "Declaration(name='x', string[], Items([spread a, b]))"),
    (
        "jscript",
        'x = { a: 1, "b": c, d, f() { }, [g]: h };',
        (
            "Assign(x, operator='=', Entries([Entry(a, 1), Entry('b', c), Entry(d, d), Entry(f, "
            "Lambda(Function(Block()))), Entry(g, h)]))"
        ),
    ),
    (
        "jscript",
        "new a.b(c).d(); new (e)(f); new g; new h[i](j);",
        "New(a.b, [c]).d(); New(e, [f]); New(g); New([j], h[i])",
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_creation(language: str, code: str, expected: str) -> None:
    """The tree of what makes objects."""
    assert outline(code, language) == expected
