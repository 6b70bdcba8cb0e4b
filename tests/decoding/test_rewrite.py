"""Rewriting keeps every character traceable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.rewrite import Replacement, rewrite


def test_kept_characters_map_exactly_and_replaced_ones_to_the_whole_range() -> None:
    result = rewrite("abcXXXdef", [Replacement(3, 6, "12345")])
    assert result.text == "abc12345def"
    assert result.span(0, 3) == (0, 3)
    assert result.span(4, 5) == (3, 6)
    assert result.span(8, 11) == (6, 9)
    assert result.span(2, 9) == (2, 7)


def test_an_overlapping_replacement_is_left_out() -> None:
    result = rewrite("abcdef", [Replacement(1, 4, "-"), Replacement(3, 5, "+")])
    assert result.text == "a-ef"


def test_an_empty_text_has_an_empty_span() -> None:
    assert rewrite("", []).span(0, 0) == (0, 0)


@given(st.text(), st.data())
def test_text_is_the_old_one_outside_replacements(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8).filter(lambda c: len(c) % 2 == 0)))
    replacements = [
        Replacement(a, b, data.draw(st.text(max_size=5))) for a, b in zip(cuts[::2], cuts[1::2], strict=True)
    ]
    result = rewrite(text, replacements)
    for index in range(len(result.text)):
        start, end = result.span(index, index + 1)
        assert 0 <= start <= end <= len(text)
        inside = [r for r in replacements if r.start == start and r.end == end and r.text]
        assert inside or text[start:end] == result.text[index]
