"""Functions of JScript for known arguments: the examples of ECMA-262 and of the vendor, and laws."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.core.values import EMPTY
from webshellhunt.library.jscript_functions import JSCRIPT, in_radix

BMP = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"])
TEXT = st.text(BMP, max_size=30)
PLACES = st.integers(-40, 40)


def call(name: str, *arguments: Any) -> Any:
    return JSCRIPT[name](*arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("js-parse-int", ("12px",), 12),
        ("js-parse-int", ("  -0x1f",), -31),
        ("js-parse-int", ("ff", 16), 255),
        ("js-parse-int", ("010",), 8),
        ("js-parse-int", ("08", 10), 8),
        ("js-parse-int", ("z", 36), 35),
        ("js-parse-float", ("3.14abc",), 3.14),
        ("js-parse-float", (".5e1",), 5),
        ("js-escape", ("a b+ü€",), "a%20b+%FC%u20AC"),
        ("js-unescape", ("%u20AC%zz%41",), "€%zzA"),
        ("js-encode", ("a b&ü",), "a%20b%26%C3%BC"),
        ("js-encode-uri", ("a b&ü",), "a%20b&%C3%BC"),
        ("js-decode", ("%C3%BC%26",), "ü&"),
        ("js-decode-uri", ("%C3%BC%26",), "ü%26"),
        ("js-from-codes", (72, 105, 65536 + 33), "Hi!"),
        ("js-char-at", ("abc", 1), "b"),
        ("js-char-at", ("abc", 3), ""),
        ("js-char-code-at", ("abc", 1), 98),
        ("js-substring", ("hamburger", 8, 4), "urge"),
        ("js-substring", ("abc", -1, EMPTY), "abc"),
        ("js-substr", ("hamburger", 3, 2), "bu"),
        ("js-substr", ("abc", -1), "abc"),
        ("js-slice", ("hamburger", -3), "ger"),
        ("js-slice", ("hamburger", 3, -3), "bur"),
        ("js-index-of", ("banana", "an", 2), 3),
        ("js-index-of", ("abc", ""), 0),
        ("js-last-index-of", ("banana", "an"), 3),
        ("js-last-index-of", ("banana", "an", 2), 1),
        ("js-to-fixed", (1.005, 1), "1.0"),
        ("js-to-fixed", (10.235, 0), "10"),
        ("js-round", (-2.5,), -2),
        ("js-round", (2.5,), 3),
        ("js-floor", (-0.5,), -1),
        ("js-pow", (2, 10), 1024),
        ("js-number", ("0x10",), 16),
        ("js-number", ("",), 0),
        ("js-trim", (" \t a b\n",), "a b"),
    ],
)
def test_an_example(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    assert call(name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("js-parse-int", ("x",)), ("js-parse-int", ("1", 1)), ("js-number", ("1x",)), ("js-char-code-at", ("a", 1)),
     ("js-sqrt", (-1,)), ("js-number", (EMPTY,))],
)  # fmt: skip
def test_what_is_no_number(name: str, arguments: tuple[Any, ...]) -> None:
    assert math.isnan(call(name, *arguments))
    assert math.isnan(call(name, *arguments))


@given(TEXT)
def test_escapes_are_decoded_to_the_same_text(text: str) -> None:
    assert call("js-unescape", call("js-escape", text)) == text
    assert call("js-decode", call("js-encode", text)) == text
    assert call("js-decode-uri", call("js-encode-uri", text)) == text


@given(TEXT, PLACES, PLACES)
def test_pieces_of_texts_are_those_of_python(text: str, start: int, end: int) -> None:
    assert call("js-slice", text, start, end) == text[start:end]
    low, high = sorted((max(start, 0), max(end, 0)))
    assert call("js-substring", text, start, end) == text[low:high]
    assert call("js-substr", text, abs(start), abs(end)) == text[abs(start) : abs(start) + abs(end)]


@given(TEXT, TEXT)
def test_places_of_texts_are_those_of_python(text: str, sought: str) -> None:
    assert call("js-index-of", text, sought) == text.find(sought)
    assert call("js-last-index-of", text, sought) == text.rfind(sought)


@given(st.integers(-(2**53), 2**53), st.integers(2, 36))
def test_a_number_is_read_as_it_is_written(number: int, radix: int) -> None:
    assert call("js-parse-int", in_radix(number, radix), radix) == number


@given(TEXT)
def test_letters_come_back_from_their_codes(text: str) -> None:
    codes = [call("js-char-code-at", text, place) for place in range(len(text))]
    assert call("js-from-codes", *codes) == text
