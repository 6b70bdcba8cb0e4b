"""Symbols: names and bases, by the rules of the language."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.lang.parser import parse
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.symbols import PageSymbols
from webshellhunt.lang.tokens import tokenize


def _symbols(code: str, language: str) -> PageSymbols:
    return collect(parse(tokenize(live(code), language)).top, language)


@pytest.mark.parametrize(("language", "folded"), [("c#", "Ab"), ("jscript", "Ab"), ("vb", "ab"), ("vbscript", "ab")])
def test_names_are_compared_as_the_language_does(language: str, folded: str) -> None:
    assert _symbols("", language).fold("Ab") == folded


def test_bases_are_followed_once_even_in_a_circle() -> None:
    symbols = _symbols("class A : B { } class B : C, System.Object { } class C : A { }", "c#")
    assert [each.name for each in symbols.bases_of(symbols.classes["A"])] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("language", "code", "names"),
    [
        (
            "c#",
            "void f(int a) { int b; foreach (var c in a) { var d = 1; } if (a is int e) { } try { } catch (X g) { } "
            "h = 1; }",
            {"a", "b", "c", "d", "e", "g"},
        ),
        ("c#", "void f() { void g(int a) { int b; } }", {"g"}),
        ("c#", "void f() { x.y(a => { int b; }); }", set()),
        ("jscript", "function f(a) { if (a) { var b = 1; } c = 2; }", {"a", "b"}),
        ("vb", "Sub F(A)\nDim B, C\nD = 1\nEnd Sub", {"a", "b", "c"}),
        ("vbscript", "Function F(A)\nDim B\nReDim G(2)\nEnd Function", {"a", "b"}),
    ],
)
def test_the_variables_of_a_function(language: str, code: str, names: set[str]) -> None:
    symbols = _symbols(code, language)
    (functions,) = symbols.page.methods.values()
    assert symbols.locals_of(functions[0]) >= names
    assert symbols.locals_of(functions[0]).isdisjoint({"h", "d"} - names)
    assert symbols.locals_of(functions[0]) is symbols.locals_of(functions[0])


@pytest.mark.parametrize(
    ("language", "code", "names"),
    [
        (
            "vbscript",
            "Dim a\nb = 1\nFor i = 1 To 2\nNext\nFor Each j In b\nNext\nSub f\nc = 1\nEnd Sub",
            {"a", "b", "i", "j"},
        ),
        ("vb", "Dim a\nSub f()\nDim c\nEnd Sub", {"a"}),
        ("jscript", "var a; function f() { var c; }", {"a"}),
    ],
)
def test_the_variables_of_a_page(language: str, code: str, names: set[str]) -> None:
    fields = _symbols(code, language).page.fields
    assert {*fields} >= names
    assert "c" not in fields
