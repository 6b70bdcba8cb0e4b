"""Symbols: names, members, partial classes, namespaces and imports."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from webshellhunt.lang.parser import parse
from webshellhunt.lang.symbols import PageSymbols, collect
from webshellhunt.lang.tokens import tokenize


def _symbols(code: str, language: str) -> PageSymbols:
    return collect(parse(tokenize(live(code), language)).top, language)


@pytest.mark.parametrize(("language", "folded"), [("c#", "Ab"), ("vb", "ab")])
def test_names_are_compared_as_the_language_does(language: str, folded: str) -> None:
    assert _symbols("", language).fold("Ab") == folded


def test_the_variables_of_a_page() -> None:
    assert [*_symbols("Dim a\nSub f()\nDim c\nEnd Sub", "vb").page.fields] == ["a", "f"]


def test_the_top_level_belongs_to_the_page() -> None:
    page = _symbols("void f() { } string P { get { return x; } set { } } class A { }", "c#").page
    assert [*page.methods] == ["f"]
    assert [*page.getters] == [*page.setters] == ["P"]
    assert (page.kind, page.nodes) == ("page", [])


def test_the_members_of_a_class() -> None:
    symbols = _symbols(
        "class A : B, C { int x, y; static int z; A() { } A(int i) { } void f() { } void f(int i) { } "
        "int this[int i] { get { return x; } set { } } }",
        "c#",
    )
    symbol = symbols.classes["A"]
    assert symbol.bases == ["B", "C"]
    assert [*symbol.fields] == ["x", "y", "z"]
    assert len(symbol.constructors) == 2
    assert len(symbol.methods["f"]) == 2
    assert [*symbol.getters] == [*symbol.setters] == ["this"]
    assert len([*symbol.functions()]) == 6


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", "partial class A { int x; } partial class A : B { void f() { } }"),
        ("vb", "Partial Class A\nDim x\nEnd Class\nClass a\nInherits B\nSub F()\nEnd Sub\nEnd Class"),
    ],
)
def test_parts_of_a_partial_class_are_one(language: str, code: str) -> None:
    symbols = _symbols(code, language)
    (symbol,) = symbols.classes.values()
    assert len(symbol.nodes) == 2
    assert [each.lower() for each in symbol.bases] == ["b"]
    assert ([*symbol.fields], [*symbol.methods]) == (["x"], ["f"])


def test_a_namespace_is_no_class() -> None:
    symbols = _symbols("namespace N { class A { class B { } } }", "c#")
    assert [*symbols.classes] == ["A", "B"]
    assert symbols.classes["B"].outer is symbols.classes["A"]
    assert symbols.class_of("N.A") is symbols.classes["A"]
    assert symbols.class_of("a") is None


def test_imports() -> None:
    symbols = _symbols("using System; using static System.IO.File; using S = System.Text;", "c#")
    assert symbols.opened == ["System.IO.File"]
    assert symbols.aliases == {"S": "System.Text"}


def test_a_default_member_is_remembered() -> None:
    symbols = _symbols("Class A\nPublic Default Function F(p)\nEnd Function\nEnd Class", "vb")
    assert symbols.classes["a"].default_member == "f"


_WORDS = "class A : { } ( ) ; , a b = Sub End Function Dim Class Property Get static"


@given(st.lists(st.sampled_from([*_WORDS.split(), "\n"])), st.sampled_from(("c#", "vb")))
def test_any_tokens_have_symbols(words: list[str], language: str) -> None:
    symbols = collect(parse(tokenize(" ".join(words), language)).top, language)
    for name, symbol in symbols.classes.items():
        assert symbols.class_of(name.lstrip(".")) is not None
        assert all(each.name or each.kind == "constructor" for each in symbol.functions())
