from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "jscript",
        'var a : String = "b", c; const d = 1; let e',
        (
            "Declaration(name='a', String, 'b'); Declaration(name='c'); Declaration(name='d', 1, "
            "modifiers=const); Declaration(name='e', modifiers=let)"
        ),
    ),
    (
        "jscript",
        "function f(a : int) : String { return a }",
        "Function(name='f', [Parameter(name='a', int)], Block([Jump(kind='return', a)]), String)",
    ),
    (
        "jscript",
        (
            "class A extends B implements C { var d : int; function A(e) { } function get f() { } static "
            "function g() { } static A { h() } }"
        ),
        (
            "Class(name='A', kind='class', [B, C], [Declaration(name='d', int), Function(name='A', "
            "[Parameter(name='e')], Block(), kind='constructor'), Function(name='f', Block(), kind='get'), "
            "Function(name='g', Block(), modifiers=static), Function(name='A', Block([h()]), "
            "kind='constructor', modifiers=static)])"
        ),
    ),
    (
        "jscript",
        "class A { constructor(b) { } c() { } get d() { } }",
        (
            "Class(name='A', kind='class', [Function(name='constructor', [Parameter(name='b')], Block(), "
            "kind='constructor'), Function(name='c', Block()), Function(name='d', Block(), kind='get')])"
        ),
    ),
    (
        "jscript",
        "WebMethodAttribute function f() { }",
        "Function(name='f', Block(), [['webmethodattribute', '']])",
    ),
    (
        "jscript",
        "var { a, b } = c;",
        "Assign(Entries([Entry(a, Declaration(name='a')), Entry(b, Declaration(name='b'))]), operator='=', c)",
    ),
    (
        "jscript",
        "class A { #b = 1; static c = 2; d; *e() { } }",
        (
            "Class(name='A', kind='class', [Declaration(name='b', 1), Declaration(name='c', 2, modifiers=static), "
            "Declaration(name='d'), Function(name='e', Block())])"
        ),
    ),
    ("jscript", "public function f() { }", "Function(name='f', Block(), modifiers=public)"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_script(language: str, code: str, expected: str) -> None:
    """The tree of declarations of JScript."""
    assert outline(code, language) == expected
