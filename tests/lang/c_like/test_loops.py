from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("jscript", "for await (const a of b) { }", "Each(Declaration(name='a', modifiers=const), b, Block())"),
    (
        "c#",
        "for (int i = 0, j = 1; i < j; i++, j--) a(i);",
        (
            "Loop(Binary([i, j], ['<']), Block([a(i)]), [Declaration(name='i', int, 0), "
            "Declaration(name='j', int, 1)], [Unary(operator='++', i, is_postfix=True), Unary(operator='--', "
            "j, is_postfix=True)])"
        ),
    ),
    ("c#", "for (;;) { break; }", "Loop(Block([Jump(kind='break')]))"),
    ("c#", "foreach (var a in b) c(a);", "Each(Declaration(name='a', var), b, Block([c(a)]))"),
    (
        "c#",
        "foreach (var (a, b) in c) d();",
        "Each(Items([Declaration(name='a'), Declaration(name='b')], tuple), c, Block([d()]))",
    ),
    (
        "c#",
        "foreach ((int a, var b) in c) d();",
        "Each(Items([Declaration(name='a', int), Declaration(name='b', var)], tuple), c, Block([d()]))",
    ),
    ("c#", "while (a) b(); do c(); while (d);", "Loop(a, Block([b()])); Loop(d, Block([c()]), is_tested_last=True)"),
    ("c#", "await foreach (var a in b) { }", "Each(Declaration(name='a', var), b, Block())"),
    ("c#", "for (String a : b) c();", "Each(Declaration(name='a', String), b, Block([c()]))"),
    ("jscript", "for (var a in b) c(a)", "Each(Declaration(name='a'), b, Block([c(a)]), is_keys=True)"),
    ("jscript", "for (a in b) c(a)", "Each(a, b, Block([c(a)]), is_keys=True)"),
    (
        "jscript",
        "for (var i = 0, j; i < 5; i++) { }",
        (
            "Loop(Binary([i, 5], ['<']), Block(), [Declaration(name='i', 0), Declaration(name='j')], "
            "[Unary(operator='++', i, is_postfix=True)])"
        ),
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_loops(language: str, code: str, expected: str) -> None:
    """The tree of loops."""
    assert outline(code, language) == expected
