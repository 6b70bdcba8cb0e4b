"""Statements, brackets and functions of a unit."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code.unit import MAX_NESTING, Unit, build_unit, enclosing


def statements(unit: Unit) -> list[str]:
    return [" ".join(unit.tokens.values[start:end]) for start, end in unit.statements]


def functions(unit: Unit) -> dict[str, tuple[tuple[str, ...], str]]:
    return {f.name: (f.parameters, " ".join(unit.tokens.values[f.start : f.end])) for f in unit.functions}


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "a = 1 : b = 2\nc", ["a = 1", "b = 2", "c"]),
        ("vbscript", "If a Then b Else c", ["if a", "b", "c"]),
        ("vbscript", "x.Then y", ["x . then y"]),
        ("vbscript", "a = _\n 1", ["a = 1"]),
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


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "Function f(a, ByVal b)\nx\nEnd Function", {"f": (("a", "b"), "\n x \n")}),
        ("vbscript", "Public Sub s\nx\nEnd Sub", {"s": ((), "\n x \n")}),
        ("vbscript", "Property Get p(a)\nx\nEnd Property", {"p": (("a",), "\n x \n")}),
        ("vbscript", "Function f()\nExit Function\nEnd Function", {"f": ((), "\n exit function \n")}),
        ("vbscript", "Sub a()\nx\nSub b()\ny\nEnd Sub", {"a": ((), "\n x \n"), "b": ((), "\n y \n")}),
        ("vbscript", "Sub s()\nx", {"s": ((), "\n x")}),
        ("vbscript", "x = function", {}),
        (
            "vb",
            "Private Function f(Optional ByVal a As String = Nothing) As String\nEnd Function",
            {"f": (("a",), "\n")},
        ),
        ("c#", "void f(string a, ref int[] b) { x(); }", {"f": (("a", "b"), "{ x ( ) ;")}),
        ("c#", 'void f(int a = g(1, 2), [A("b")] string c = "d") { }', {"f": (("a", "c"), "{")}),
        ("c#", "if (a) { } while (b) { } foreach (var c in d) { } catch (E e) { } using (x) { }", {}),
        ("c#", "public C(int a) : base(a) { }", {"base": (("a",), "{")}),
        ("jscript", "function f(a : String, b) { }", {"f": (("a", "b"), "{")}),
        ("jscript", "var f = function (a) { };", {"f": (("a",), "{")}),
        ("jscript", "o = { f: function (a) { } }", {"f": (("a",), "{")}),
        ("jscript", "f(a)", {}),
    ],
)
def test_functions_are_found(language: str, code: str, expected: dict[str, tuple[tuple[str, ...], str]]) -> None:
    assert functions(unit_of(code, language)) == expected


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


def test_values_outside_the_unit_are_empty() -> None:
    unit = unit_of("a", "c#")
    assert (unit.value(-1), unit.value(0), unit.value(1)) == ("", "a", "")
    assert not unit.is_op(-1, "a")
    assert not unit.is_name(1)


def test_functions_are_not_nested_without_end() -> None:
    unit = unit_of("".join(f"function f{n}() {{" for n in range(MAX_NESTING + 5)) + "}" * (MAX_NESTING + 5), "jscript")
    assert {f.name for f in unit.functions} == {f"f{n}" for n in range(MAX_NESTING)}


def test_functions_side_by_side_are_not_nested() -> None:
    unit = unit_of("".join(f"function f{n}() {{ }}" for n in range(MAX_NESTING * 2)), "jscript")
    assert len(unit.functions) == MAX_NESTING * 2
    assert enclosing(unit.functions) == {}


def test_the_functions_around_one_are_told_nearest_first() -> None:
    unit = unit_of("function a() { function b() { function c() { } } } function d() { }", "jscript")
    assert enclosing(unit.functions) == {"b": ("a",), "c": ("b", "a")}


def test_a_function_in_its_namesake_does_no_harm() -> None:
    unit = unit_of("function a() { function b() { function a() { } } }", "jscript")
    assert enclosing(unit.functions) == {"b": ("a",), "a": ("b", "a")}


def test_a_brace_behind_using_opens_a_body() -> None:
    unit = unit_of("using (var m = new M(a)) { x = m.All(); y(x); } var n = new N(b) { Z = 1 };", "c#")
    words = [" ".join(unit.tokens.values[start:end]) for start, end in unit.statements]
    assert words == ["using ( var m = new M ( a ) )", "x = m . All ( )", "y ( x )", "var n = new N ( b ) { Z = 1 }"]
