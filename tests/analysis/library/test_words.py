"""Words: the texts that a regular expression matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.library.words import words_of


@pytest.mark.parametrize(
    ("source", "texts", "are_whole"),
    [
        ("^(a|b)$", {"a", "b"}, True),
        (r"\A(?:da?te|x\.y)\z", {"date", "dte", "x.y"}, True),
        ("^a$|^b$", {"a", "b"}, True),
        ("^a|b$", {"a", "b"}, False),
        ("a", {"a"}, False),
        ("^(a|(b|c)d?)$", {"a", "b", "bd", "c", "cd"}, True),
    ],
)
def test_words(source: str, texts: set[str], are_whole: bool) -> None:
    found = words_of(source)
    assert found is not None
    assert (set(found.texts), found.are_whole) == (texts, are_whole)


@pytest.mark.parametrize(
    "source", ["a*", "^.$", r"^\w$", "[ab]", "a{2}", "(a", "a)", "(?=a)", "(a?b?c?d?e?f?g?h?)", "^a$b"]
)
def test_other_patterns_have_no_words(source: str) -> None:
    assert words_of(source) is None


@given(st.text(alphabet="ab|()?:^$\\.*", max_size=16))
def test_words_are_those_of_python(source: str) -> None:
    found = words_of(source)
    if found is None:
        return
    pattern = re.compile(source.replace(r"\z", r"\Z"))
    assert all(pattern.search(text) for text in found.texts)
    if found.are_whole:
        assert not pattern.search("x" + found.texts[0] + "x")
