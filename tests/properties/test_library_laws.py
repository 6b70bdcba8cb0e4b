"""Laws of library functions: what undoes what, and what Python says of the same texts."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.constants import text_of

_PLAIN = st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="\"\\'·")
PLAIN = st.text(_PLAIN, min_size=1, max_size=12)
LETTERS = st.text("ab,-", min_size=1, max_size=9)
SMALL = st.integers(1, 14)


@given(PLAIN, SMALL, SMALL)
def test_parts_of_texts_in_visual_basic(text: str, start: int, size: int) -> None:
    for code, expected in (
        (f'Mid("{text}", {start}, {size})', text[start - 1 : start - 1 + size]),
        (f'Left("{text}", {size})', text[:size]),
        (f'Right("{text}", {size})', text[-size:]),
        (f'StrReverse("{text}")', text[::-1]),
        (f'UCase("{text}")', text.upper()),
    ):
        assert (text_of(f'{code} & "."', "vbscript"), code) == (f"{expected}.", code)


@given(LETTERS, SMALL)
def test_joining_is_the_opposite_of_splitting(text: str, number: int) -> None:
    assert text_of(f'Join(Split("{text}", ","), ",") & "."', "vbscript") == f"{text}."
    assert text_of(f'"{text}".split(",").join(",") + "."', "jscript") == f"{text}."
    assert text_of(f'string.Join(",", "{text}".Split(\',\')) + "."', "c#") == f"{text}."


@given(st.integers(0, 127))
def test_a_letter_has_its_number(code: int) -> None:
    assert text_of(f'Asc(Chr({code})) & ""', "vbscript") == str(code)
    assert text_of(f'Hex({code}) & ""', "vbscript") == f"{code:X}"
    assert text_of(f'CLng("&H" & Hex({code})) & ""', "vbscript") == str(code)
    assert text_of(f'parseInt("{code:x}", 16) + ""', "jscript") == str(code)


@given(PLAIN, st.integers(-14, 14), st.integers(-14, 14))
def test_parts_of_texts_in_jscript(text: str, start: int, end: int) -> None:
    low, high = sorted((max(start, 0), max(end, 0)))
    assert text_of(f'"{text}".slice({start}, {end}) + "."', "jscript") == f"{text[start:end]}."
    assert text_of(f'"{text}".substring({start}, {end}) + "."', "jscript") == f"{text[low:high]}."


@given(PLAIN)
def test_escapes_are_undone(text: str) -> None:
    assert text_of(f'unescape("{quote(text)}") + "."', "jscript") == f"{text}."
    assert text_of(f'Uri.UnescapeDataString("{quote(text)}") + "."', "c#") == f"{text}."


@given(PLAIN)
def test_base64_is_undone(text: str) -> None:
    code = f'Encoding.UTF8.GetString(Convert.FromBase64String("{b64encode(text.encode()).decode()}"))'
    assert text_of(f'{code} + "."', "c#") == f"{text}."


@given(PLAIN, SMALL)
def test_inserting_is_the_opposite_of_removing(text: str, place: int) -> None:
    at = min(place, len(text))
    assert text_of(f'"{text}".Insert({at}, "ab").Remove({at}, 2) + "."', "c#") == f"{text}."
