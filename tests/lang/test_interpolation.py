"""Strings with holes are cut into ready tokens and code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.lang.interpolation import split_interpolated
from webshellhunt.lang.lexis import OP, STRING


def test_pieces_have_their_places() -> None:
    code = 'x = $"a{b}c" + d'
    pieces = [(each.kind, code[each.start : each.end], each.value) for each in split_interpolated(code, "c#")]
    assert pieces == [
        (None, "x = ", ""),
        (OP, "$", "("),
        (STRING, '"a', "a"),
        (OP, "", "+"),
        (OP, "{", "("),
        (None, "b", ""),
        (OP, "}", ")"),
        (OP, "", "+"),
        (STRING, "c", "c"),
        (OP, '"', ")"),
        (None, " + d", ""),
    ]


@pytest.mark.parametrize("language", ["c#", "jscript", "vb"])
@given(code=st.text(alphabet="$\"`{}@:a\\\n '", max_size=40))
def test_pieces_are_in_order_and_apart(language: str, code: str) -> None:
    place = 0
    for piece in split_interpolated(code, language):
        assert place <= piece.start <= piece.end <= len(code)
        place = piece.end
