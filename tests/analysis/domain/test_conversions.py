"""Conversions: each language has its own, and none raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import LANGUAGES
from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.conversions import integer_of, key_of, number_of, text_of, truth_of
from webshellhunt.analysis.domain.values import EMPTY, UNKNOWN, Char, Choice, Thing, Value

ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.text(max_size=2).map(Char),
    st.text(alphabet="&hHoO0x1aA.eE+-_ 9", max_size=8),
    st.sampled_from([EMPTY, UNKNOWN, TAINTED, Thing("object"), Choice(("a", 1))]),
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "language", "truth"),
    [
        (True, "c#", True),
        (None, "c#", False),
        (EMPTY, "vbscript", False),
        (0, "jscript", False),
        (2, "vb", True),
        ("", "jscript", False),
        ("a", "jscript", True),
        ("false", "jscript", True),
        ("False", "vbscript", False),
        ("true", "vb", True),
        ("0", "vbscript", False),
        ("-1", "vbscript", True),
        ("a", "vbscript", None),
        (Thing("object"), "jscript", True),
        (Thing("object"), "c#", None),
        (Choice((1, 2)), "jscript", True),
        (Choice((0, 1)), "jscript", None),
        (UNKNOWN, "jscript", None),
        (TAINTED, "vb", None),
    ],
)
def test_a_value_as_a_condition(value: Value, language: str, truth: bool | None) -> None:
    assert truth_of(value, language) is truth


@pytest.mark.parametrize(
    ("value", "language", "text"),
    [
        ("a", "c#", "a"),
        (Char("a"), "c#", "a"),
        (EMPTY, "vb", ""),
        (12, "c#", "12"),
        (2.0, "jscript", "2"),
        (2.5, "vb", "2.5"),
        (True, "vb", "True"),
        (True, "jscript", "true"),
        (None, "jscript", "null"),
        (None, "c#", ""),
        (1 << 80, "c#", None),
        (UNKNOWN, "c#", None),
        (b"a", "c#", None),
    ],
)
def test_a_value_as_a_text(value: Value, language: str, text: str | None) -> None:
    assert text_of(value, language) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (True, 1),
        (7, 7),
        (2.5, 2.5),
        (EMPTY, 0),
        (Char("A"), 65),
        (" 12 ", 12),
        ("-3", -3),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("&H1F", 31),
        ("&h1f&", 31),
        ("0x1f", 31),
        ("&O17", 15),
        ("&HZZ", None),
        ("1_000", None),
        ("nan", None),
        ("inf", None),
        ("a", None),
        ("", None),
        ("1" * 40, None),
        (None, None),
        (UNKNOWN, None),
        (TAINTED, None),
    ],
)
def test_a_value_as_a_number(value: Value, number: float | None) -> None:
    assert number_of(value) == number


@pytest.mark.parametrize(("value", "integer"), [(2.4, 2), (2.5, 2), (3.5, 4), ("7", 7), (1 << 70, None), ("a", None)])
def test_a_half_is_rounded_to_the_even_number(value: Value, integer: int | None) -> None:
    assert integer_of(value) == integer


@pytest.mark.parametrize(
    ("value", "language", "key"),
    [
        ("a", "c#", "a"),
        (Char("a"), "c#", "a"),
        (1, "c#", 1),
        (1.0, "c#", 1),
        (True, "c#", 1),
        ("1", "c#", "1"),
        ("1", "jscript", 1),
        (None, "c#", None),
        (UNKNOWN, "c#", None),
    ],
)
def test_a_value_as_a_key(value: Value, language: str, key: Value) -> None:
    assert key_of(value, language) == key


@given(ANY, st.sampled_from(LANGUAGES))
def test_each_conversion_has_an_answer_for_any_value(value: Value, language: str) -> None:
    assert truth_of(value, language) in (True, False, None)
    assert isinstance(text_of(value, language), str | None)
    assert isinstance(number_of(value), int | float | None)
    assert isinstance(integer_of(value), int | None)
    assert isinstance(key_of(value, language), int | float | str | None)


@given(st.integers(-(10**9), 10**9), st.sampled_from(LANGUAGES))
def test_a_number_survives_as_a_text(number: int, language: str) -> None:
    text = text_of(number, language)
    assert number_of(text) == integer_of(text) == number
