"""Statements and brackets of a unit."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.unit import Unit


def statements(unit: Unit) -> list[str]:
    return [" ".join(unit.tokens.values[start:end]) for start, end in unit.statements]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "a = 1 : b = 2\nc", ["a = 1", "b = 2", "c"]),
        ("vbscript", "If a Then b Else c", ["if a", "b", "c"]),
        ("vbscript", "x.Then y", ["x . then y"]),
        ("vbscript", "a = _\n 1", ["a = 1"]),
        ("vbscript", "Function f(a) b a End Function", ["function f ( a )", "b a", "end function"]),
        (
            "vbscript",
            "Private Property Let f(a) b = a End Property\nc",
            ["private property let f ( a )", "b = a", "end property", "c"],
        ),
        ("vbscript", "Sub f b : c End Sub", ["sub f", "b", "c", "end sub"]),
        ("vbscript", "Sub f()\nExit Sub\nEnd Sub", ["sub f ( )", "exit sub", "end sub"]),
        ("vb", "f(a,\n b)", ["f ( a , b )"]),
        ("c#", "a = 1; b(2);", ["a = 1", "b ( 2 )"]),
        ("c#", "if (a) { b(); } else { c(); }", ["if ( a )", "b ( )", "else", "c ( )"]),
        ("c#", "x = new P { a = 1 };", ["x = new P { a = 1 }"]),
        ("c#", "x = new[] { 1, 2 };", ["x = new [ ] { 1 , 2 }"]),
        ("c#", "f = () => { a(); };", ["f = ( ) =>", "a ( )"]),
        ("c#", "x = new P(delegate { a(); });", ["x = new P ( delegate", "a ( )", ")"]),
        ("jscript", "x = { a: 1 }; y", ["x = { a : 1 }", "y"]),
        ("jscript", "return { a: 1 };", ["return { a : 1 }"]),
        ("jscript", "{ a }", ["a"]),
    ],
)
def test_statements_are_cut(language: str, code: str, expected: list[str]) -> None:
    assert statements(unit_of(code, language)) == expected


def test_blocks_are_joined_and_stay_where_they_are() -> None:
    text = "<i>a = 1</i> text <i>b = 2</i>"
    ranges = [(3, 8), (21, 26)]
    unit = build_unit(text, "vbscript", ranges)
    assert statements(unit) == ["a = 1", "b = 2"]
    assert [text[s:e] for s, e in zip(unit.tokens.starts, unit.tokens.ends, strict=True) if e > s] == [
        "a",
        "=",
        "1",
        "b",
        "=",
        "2",
    ]


def test_a_body_may_span_blocks() -> None:
    text = "if (a) { % html % b(); }"
    unit = build_unit(text, "c#", [(0, 8), (18, len(text))])
    assert statements(unit) == ["if ( a )", "b ( )"]
    assert len(unit.match) == 6


def test_no_range_is_an_empty_unit() -> None:
    unit = build_unit("text", "c#", [])
    assert (len(unit.tokens), unit.statements, unit.functions, unit.match) == (0, [], [], {})


def test_a_closing_bracket_without_its_opener_is_passed_over() -> None:
    unit = unit_of(") f(a ] ) }", "c#")
    assert {unit.value(k) + unit.value(v) for k, v in unit.match.items()} == {"()", ")("}


def test_brackets_of_vb_end_with_their_line() -> None:
    assert unit_of("f(a\nb)", "vbscript").match == {}


def test_a_brace_behind_using_opens_a_body() -> None:
    unit = unit_of("using (var m = new M(a)) { x = m.All(); y(x); } var n = new N(b) { Z = 1 };", "c#")
    words = [" ".join(unit.tokens.values[start:end]) for start, end in unit.statements]
    assert words == ["using ( var m = new M ( a ) )", "x = m . All ( )", "y ( x )", "var n = new N ( b ) { Z = 1 }"]
