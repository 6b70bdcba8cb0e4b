from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "class A { A(int b) : base(b) { } static A() { } ~A() { } }",
        (
            "Class(name='A', kind='class', [Function(name='A', [Parameter(name='b', int)], Block(), "
            "kind='constructor', base(b)), Function(name='A', Block(), kind='constructor', "
            "modifiers=static), Function(name='A', Block(), kind='sub', modifiers=destructor)])"
        ),
    ),
    (
        "c#",
        ("class A { public int B { get; set; } = 1; int C { get { return d; } set { d = value; } } int E => f; }"),
        (
            "Class(name='A', kind='class', [Declaration(name='B', int, 1, modifiers=property public), "
            "Function(name='C', Block([Jump(kind='return', d)]), kind='get', int), Function(name='C', "
            "[Parameter(name='value', int)], Block([Assign(d, operator='=', value)]), kind='set', int), "
            "Function(name='E', Block([Jump(kind='return', f)]), kind='get', int)])"
        ),
    ),
    (
        "c#",
        "class A { int this[int b] { get { return c; } set { d(value); } } }",
        (
            "Class(name='A', kind='class', [Function(name='this', [Parameter(name='b', int)], "
            "Block([Jump(kind='return', c)]), kind='get', int, is_indexer=True), Function(name='this', "
            "[Parameter(name='b', int), Parameter(name='value', int)], Block([d(value)]), kind='set', int, "
            "is_indexer=True)])"
        ),
    ),
    (
        "c#",
        ("class A { static A operator +(A b, A c) { return b; } public static implicit operator string(A b) => b.c; }"),
        (
            "Class(name='A', kind='class', [Function(name='+', [Parameter(name='b', A), Parameter(name='c', "
            "A)], Block([Jump(kind='return', b)]), kind='operator', A, modifiers=static), "
            "Function(name='string', [Parameter(name='b', A)], Block([Jump(kind='return', b.c)]), "
            "kind='operator', string, modifiers=implicit public static)])"
        ),
    ),
    (
        "c#",
        "class A { event E b; event E c { add { d(); } remove { } } }",
        (
            "Class(name='A', kind='class', [Declaration(name='b', E, modifiers=event), Function(name='c', "
            "[Parameter(name='value', E)], Block([d()]), kind='add', E, modifiers=event), Function(name='c', "
            "[Parameter(name='value', E)], Block(), kind='remove', E, modifiers=event)])"
        ),
    ),
    (
        "c#",
        "class A { void I.F() { } }",
        "Class(name='A', kind='class', [Function(name='F', Block(), kind='sub', void, modifiers=explicit, ['I.F'])])",
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_members(language: str, code: str, expected: str) -> None:
    """The tree of members."""
    assert outline(code, language) == expected
