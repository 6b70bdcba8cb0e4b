"""Lists of the kinds of files that an upload page takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.checks import file_kinds
from webshellhunt.analysis.checks.file_kinds import lists_harmless_kinds, searches
from webshellhunt.analysis.constants import Constant
from webshellhunt.lang.unit import build_unit

ASKED = "x = InStr(kinds, filename)"


def takes(text: str, code: str = ASKED, language: str = "vbscript") -> bool:
    unit = build_unit(code, language, [(0, len(code))])
    return lists_harmless_kinds([Constant(text, 0, 1)]) and searches(unit.index)


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


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a = filename;", False),
        ('kinds.Contains("x");', False),
        ("kinds.Contains;", False),
        ("kinds.Contains(x);", True),
        ("kinds.Split(',');", True),
    ],
)
def test_a_list_in_which_nobody_searches_says_nothing(code: str, expected: bool) -> None:
    assert takes("jpg,gif,png", code, "c#") == expected


def test_the_searches_that_are_looked_at_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_kinds, "_MOST_CALLS", 2)
    code = 'kinds.Contains("x"); kinds.Contains("x"); kinds.Contains(x);'
    assert not takes("jpg,gif,png", code, "c#")


@given(st.text(alphabet="jpgifn,;|. *", max_size=5000))
def test_any_text_is_answered(text: str) -> None:
    assert takes(text) in (True, False)
