"""Digits: patterns that let nothing through but digits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, plain_of
from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.library.digits import are_digits, groups_of, leaves_digits, possible_match, words_of


@pytest.mark.parametrize("source", [r"\d", r"\d+", r"^\d+$", r"[0-9]{1,3}", r"\d\d*", r"[\d]+"])
def test_digits(source: str) -> None:
    assert are_digits(source)


@pytest.mark.parametrize("source", [r".", r"\w+", r"\d+|a", r"[0-9a]", r"", r"\D", r"[^0-9]"])
def test_not_only_digits(source: str) -> None:
    assert not are_digits(source)


@pytest.mark.parametrize(("source", "answer"), [(r"\D", True), (r"[^0-9]+", True), (r"[^\d.]", True), (r"[^a]", False)])
def test_all_but_digits(source: str, answer: bool) -> None:
    assert leaves_digits(source) is answer


@pytest.mark.parametrize(
    ("source", "groups"),
    [
        ("a", []),
        ("(a)(b)", ["a", "b"]),
        ("((a)b)", ["(a)b", "a"]),
        ("(?:a)(b)", ["b"]),
        (r"\((a)[(]", ["a"]),
        ("(a", [""]),
    ],
)
def test_groups(source: str, groups: list[str]) -> None:
    assert groups_of(source) == groups


def test_a_match_in_a_text_that_is_not_known() -> None:
    items = known_items(possible_match(r"a(\d+)(.*)", TAINTED))
    assert items is not None
    assert [plain_of(each) for each in items] == ["<tainted>", "<number>", "<tainted>"]


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
