"""Conversions of .NET with known arguments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, Counting, function, plain_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Char
from webshellhunt.analysis.library.dotnet.conversions import cast, narrowed


@pytest.mark.parametrize(
    ("kind", "language", "value", "result"),
    [
        ("int", "c#", 2.9, 2),
        ("integer", "vb", "2.5", 2),
        ("byte", "c#", -1, 255),
        ("short", "c#", 40000, -25536),
        ("char", "c#", 66, "B"),
        ("string", "vb", 12, "12"),
        ("string", "c#", "a", "a"),
        ("double", "c#", "1.5", 1.5),
        ("boolean", "vb", "True", True),
        ("bool", "c#", 0, False),
    ],
)
def test_a_cast(kind: str, language: str, value: Any, result: Any) -> None:
    assert cast(kind, language, value) == result


def test_a_cast_of_what_is_not_known_is_left_to_others() -> None:
    assert plain_of(library.call_function(Counting(), ("cast", "widget"), ["a"], 1)) == "<unsolved>"
    assert plain_of(library.call_function(Counting(), ("cast", "int"), [TAINTED], 1)) == "<unsolved>"
    assert function("cast.char", Char("a")) == "a"


@given(st.integers(-(1 << 70), 1 << 70))
def test_a_narrowed_number_has_the_lowest_bits(number: int) -> None:
    assert narrowed(number, "byte") == number & 255
    assert (narrowed(number, "int32") - number) % (1 << 32) == 0
    assert -(1 << 31) <= narrowed(number, "int32") < 1 << 31


@given(st.integers(-(1 << 31), (1 << 31) - 1))
def test_bytes_of_a_number_are_the_number(number: int) -> None:
    assert function("bitconverter.toint32", function("bitconverter.getbytes", number), 0) == number
