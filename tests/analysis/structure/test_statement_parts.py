"""The part of a statement around a node."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.statement_parts import is_block_lambda, part_around
from webshellhunt.lang.tree import Lambda
from webshellhunt.lang.unit import build_unit


@pytest.mark.parametrize(
    ("language", "code", "word", "expected"),
    [
        ("c#", "x = f(a);", "a", "x = f(a)"),
        ("c#", "if (f(a)) { b(); }", "a", "f(a)"),
        ("c#", "if (f(a)) { b(); }", "b", "b()"),
        ("c#", "foreach (var x in f(a)) b();", "a", "f(a)"),
        ("c#", "x.Select(y => f(a)).Go();", "a", "x.Select(y => f(a)).Go()"),
        ("c#", "x.Select(y => { f(a); }).Go();", "a", "f(a)"),
        ("vbscript", "If f(a) Then b c", "a", "f(a)"),
        ("vbscript", "If f(a) Then b c", "c", "b c"),
        ("vbscript", "Select Case a\nCase 1\nb\nEnd Select", "a", "a"),
    ],
)
def test_the_simple_statement_or_the_head(language: str, code: str, word: str, expected: str) -> None:
    unit = build_unit(code, language, [(0, len(code))])
    part = part_around(unit.index, unit.index.node_at(unit.tokens.values.index(word)))
    assert code[slice(*unit.span(part.start, part.end))] == expected


@pytest.mark.parametrize(("code", "expected"), [("x = a => a.b;", [False]), ("x = a => { b(); c(); };", [True])])
def test_a_function_with_statements(code: str, expected: list[bool]) -> None:
    nodes = build_unit(code, "c#", [(0, len(code))]).index.nodes
    assert [is_block_lambda(node) for node in nodes if isinstance(node, Lambda)] == expected
