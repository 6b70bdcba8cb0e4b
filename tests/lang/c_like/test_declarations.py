from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        'int a = 1, b; string[] c = { "d" };',
        ("Declaration(name='a', int, 1); Declaration(name='b', int); Declaration(name='c', string[], Items(['d']))"),
    ),
    ("c#", "public static readonly int A = 1;", "Declaration(name='A', int, 1, modifiers=public readonly static)"),
    ("c#", 'const string a = "b";', "Declaration(name='a', string, 'b', modifiers=const)"),
    ("c#", "a.b c;", "Declaration(name='c', a.b)"),
    ("c#", "int* a = b; x = c * d;", "Declaration(name='a', int, b); Assign(x, operator='=', Binary([c, d], ['*']))"),
    ("c#", '[A, B("c")] void f() { }', "Function(name='f', Block(), kind='sub', void, [['a', ''], ['b', '\"c\"']])"),
    (
        "c#",
        '[DllImport("a.dll", X = true)] static extern int f(int a);',
        (
            "Function(name='f', [Parameter(name='a', int)], kind='declared', int, modifiers=extern static, "
            "[['dllimport', '\"a.dll\",X=true']])"
        ),
    ),
    (
        "c#",
        "delegate int D(string a);",
        "Function(name='D', [Parameter(name='a', string)], kind='declared', int, modifiers=delegate)",
    ),
    (
        "c#",
        "int f<T>(T a) where T : class => a.b;",
        "Function(name='f', [Parameter(name='a', T)], Block([Jump(kind='return', a.b)]), int, ['T'])",
    ),
    ("c#", "new public int a;", "Declaration(name='a', int, modifiers=new public)"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_declarations(language: str, code: str, expected: str) -> None:
    """The tree of declarations."""
    assert outline(code, language) == expected
