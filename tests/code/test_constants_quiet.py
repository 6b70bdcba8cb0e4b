"""Quiet lines: folding makes of them what it makes of them token by token."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.code.constants.quiet import lines_of
from webshellhunt.code.constants.reader import ConstantPass
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.unit import Unit

WORDS = (
    *('a', 'b', 'rs', 'response', 'write', 'vbcrlf', 'getx', 'chr', 'replace', 'f', '"x"', '"yy"', '""', '5'),
    *("(", ")", "(", ")", ",", ".", ".", "=", "&", "&", "+", "-", "*", "<", "&=", ":"),
    *("if", "then", "else", "set", "and", "not", "const", "dim", "case", "call", "mod", "with", "exit", "to"),
)  # fmt: skip
LINES = (
    'x = "a"', 'y = x & "b"', 'Response.Write "<td>" & rs("a") & "</td>"', 'If a = "b" Then', "End If", 's = s & "q"',
    'Const k = "v"', "z = Chr(65) & k", "For i = 1 To 3", "Next", 'q = rs("n") & "b"', "Execute x", 'rs("a") = "b"',
    'a.b = "c"', "Dim x, y", 'If x = "a" Then y = 3 Else z = 4', "Function f(p)", 'f = "r" & p', "End Function",
    'w = f("1")', "w = mk()", "Function mk()", 'mk = "z"',
)  # fmt: skip


def unit_of(code: str, language: str = "vbscript") -> Unit:
    return build_unit(code, language, [(0, len(code))])


def quiet(line: str, before: str = "") -> bool:
    unit = unit_of(f"{before}{line}")
    return list(lines_of(unit.tokens, PageEvaluator(unit)))[-1].is_quiet


@pytest.mark.parametrize(
    "line",
    [
        'Response.Write "<td>" & rs("name") & "</td>"',
        'If a = "x" Or Left(b, 2) = "y" Then',
        'x = Request("a")',
        'Set conn = Server.CreateObject("ADODB.Connection")',
        'rs("a") = f(b, "c")',
        'rs.Open sql & " order by id", conn, 1, 1',
    ],
)
def test_what_only_holds_literals_is_quiet(line: str) -> None:
    assert quiet(line)


@pytest.mark.parametrize(
    "line",
    [
        'x = "a"',
        'x = "a" & "b"',
        'x = ("a")',
        "x = Chr(65)",
        'Execute ("a") & "b"',
        'x = y.a("b").text & "c"',
        'x = "a" + , y',
        "For i = 1 To 3",
        "Set x = New RegExp",
        'If a Then b = "c"',
        "f a) & b",
    ],
)
def test_what_may_be_folded_is_not_quiet(line: str) -> None:
    assert not quiet(line)


def test_the_function_of_a_page_is_not_quiet() -> None:
    assert quiet('x = made("a")')
    assert not quiet('x = made("a")', 'Function made(t)\nmade = "b" & t\nEnd Function\n')


@given(
    st.lists(
        st.one_of(st.sampled_from(LINES), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)), max_size=9
    ),
    st.sampled_from(("vbscript", "vb")),
)
def test_lines_tell_what_tokens_tell(lines: list[str], language: str) -> None:
    unit = unit_of("\n".join(lines), language)
    by_token = ConstantPass(unit.tokens, {}, own=PageEvaluator(unit))
    by_token.run()
    by_line = ConstantPass(unit.tokens, {}, own=PageEvaluator(unit))
    by_line.run_lines(list(lines_of(unit.tokens, PageEvaluator(unit))))
    assert told(by_line) == told(by_token)


def told(whole: ConstantPass) -> tuple[set[tuple[int, int, str]], dict[str, object], bool]:
    """Return the constants found, what single assignments give, and whether a second pass is wanted."""
    once = {name: term.value for name, term in whole.names.once.items()}
    return {(t.start, t.end, str(t.value)) for t in whole.found}, once, bool(whole.names.missed & once.keys())
