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
