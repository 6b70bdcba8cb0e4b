"""Functions of a unit."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code.functions import MAX_NESTING, enclosing
from webshellhunt.code.unit import Unit


def functions(unit: Unit) -> dict[str, tuple[tuple[str, ...], str]]:
    return {f.name: (f.parameters, " ".join(unit.tokens.values[f.start : f.end])) for f in unit.functions}


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
        ("vb", "<WebMethod()> Public Shared Function f(a As Integer) As String\nEnd Function", {"f": (("a",), "\n")}),
        ("c#", "void f(string a, ref int[] b) { x(); }", {"f": (("a", "b"), "{ x ( ) ;")}),
        ("c#", "int p { get { return x; } }", {"p": (("value",), "{ get { return x ; }")}),
        ("c#", "int p { get; set; }", {}),
        ("c#", "var a = new A.B(1) { c = d };", {}),
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
