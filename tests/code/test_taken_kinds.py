"""Lists of the kinds of files that an upload page takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.code.constants import Constant
from webshellhunt.code.taken_kinds import takes_harmless_kinds

ASKED = frozenset({"instr", "filename"})


def takes(text: str, words: frozenset[str] = ASKED) -> bool:
    return takes_harmless_kinds([Constant(text, 0, 1)], words)


@pytest.mark.parametrize(
    "text", ["jpg,gif,png", "|JPG|gif|PNG|", ".txt;.rar;.zip", "*.gif, *.jpg, *.bmp", "gif/jpg/mp3"]
)
def test_a_list_of_harmless_kinds_is_known(text: str) -> None:
    assert takes(text)


@pytest.mark.parametrize(
    "text", ["", "jpg", "jpg,gif", "jpg,gif,asp", "gif,jpg,cer", "please send a jpg, gif or png", ".,;|", "jpg" * 9]
)
def test_anything_else_is_none(text: str) -> None:
    assert not takes(text)


def test_a_list_in_which_nobody_searches_says_nothing() -> None:
    assert not takes("jpg,gif,png", frozenset({"filename"}))


@given(st.text(alphabet="jpgifn,;|. *", max_size=5000))
def test_any_text_is_answered(text: str) -> None:
    assert takes(text) in (True, False)
