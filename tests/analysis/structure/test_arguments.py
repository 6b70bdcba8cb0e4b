"""The arguments and the result of a call at a place."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.structure.arguments import (
    arguments_at,
    first_arguments,
    is_argument,
    is_dropped,
    name_at,
    words_of,
)
from webshellhunt.lang.unit import Unit, build_unit


def unit_of(code: str, language: str = "c#") -> Unit:
    return build_unit(code, language, [(0, len(code))])


def place_of(unit: Unit, word: str) -> int:
    return unit.tokens.values.index(word)


def test_the_name_and_the_arguments_at_a_place() -> None:
    unit = unit_of('a.Go(B.c, 2, "d");')
    place = place_of(unit, "Go")
    assert name_at(unit.index, place) == "go"
    assert name_at(unit.index, place + 1) == ""
    assert words_of(unit.index, arguments_at(unit.index, place)) == {"b", "c", "2", "d"}
    assert not arguments_at(unit.index, place_of(unit, "B"))


def test_first_arguments() -> None:
    unit = unit_of("f(a, b); c[d]; e; new T(g);")
    assert [unit.tokens.values[place] for place in sorted(first_arguments(unit.index))] == ["a", "d", "g"]
    assert first_arguments(unit_of("a.b 1", "vbscript").index) == frozenset()


@pytest.mark.parametrize(
    ("code", "expected"), [('f("a" + b);', True), ('f(b + "a");', False), ('x = "a";', False), ('new T("a");', True)]
)
def test_a_constant_that_begins_an_argument(code: str, expected: bool) -> None:
    unit = unit_of(code)
    place = place_of(unit, "a")
    assert is_argument(unit.index, Constant("a", place, place + 1)) is expected


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "a.make(b);", True),
        ("c#", "a.make(b).Close();", True),
        ("c#", "a.make(b).Write(c);", False),
        ("c#", "d = a.make(b);", False),
        ("vbscript", "a.make b", True),
        ("vbscript", "a.make", True),
        ("vbscript", "Set d = a.make(b)", False),
    ],
)
def test_a_result_that_nobody_uses(language: str, code: str, expected: bool) -> None:
    unit = unit_of(code, language)
    assert is_dropped(unit.index, place_of(unit, "make"), frozenset({"close"})) is expected
