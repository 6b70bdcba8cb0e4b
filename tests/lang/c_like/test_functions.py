from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "f(x => x.y, (a, b) => { return a; }, (int c) => c);",
        (
            "f(Lambda(Function([Parameter(name='x')], Block([Jump(kind='return', x.y)]))), "
            "Lambda(Function([Parameter(name='a'), Parameter(name='b')], Block([Jump(kind='return', a)]))), "
            "Lambda(Function([Parameter(name='c', int)], Block([Jump(kind='return', c)]))))"
        ),
    ),
    (
        "c#",
        "f(async x => await x, static () => 1);",
        (
            "f(Lambda(Function([Parameter(name='x')], Block([Jump(kind='return', Unary(operator='await', "
            "x))]))), Lambda(Function(Block([Jump(kind='return', 1)]))))"
        ),
    ),
    (
        "c#",
        "f(delegate { }, delegate (int a) { return a; });",
        ("f(Lambda(Function(Block())), Lambda(Function([Parameter(name='a', int)], Block([Jump(kind='return', a)]))))"),
    ),
    (
        "c#",
        "void f(this A a, ref int b, out int c, params object[] d, int e = 1) { }",
        (
            "Function(name='f', [Parameter(name='a', A, by='this'), Parameter(name='b', int, by='ref'), "
            "Parameter(name='c', int, by='out'), Parameter(name='d', object[], by='rest'), "
            "Parameter(name='e', int, 1)], Block(), kind='sub', void)"
        ),
    ),
    (
        "jscript",
        "(function (a) { return a })(b);",
        "Lambda(Function([Parameter(name='a')], Block([Jump(kind='return', a)])))(b)",
    ),
    (
        "jscript",
        "x = function f(a : int, ...b) : String { };",
        (
            "Assign(x, operator='=', Lambda(Function(name='f', [Parameter(name='a', int), "
            "Parameter(name='b', by='rest')], Block(), String)))"
        ),
    ),
    (
        "jscript",
        "x = (a, b) => a;",
        (
            "Assign(x, operator='=', Lambda(Function([Parameter(name='a'), Parameter(name='b')], "
            "Block([Jump(kind='return', a)]), modifiers=arrow)))"
        ),
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_functions(language: str, code: str, expected: str) -> None:
    """The tree of functions as values."""
    assert outline(code, language) == expected
