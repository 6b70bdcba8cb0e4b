"""Regular expressions: known texts, what a test proves of unknown ones, and patterns whose cost has no bound."""

from __future__ import annotations

import pytest

from webshellhunt.core.values import MISSING, Label, OneOf, Some
from webshellhunt.library.patterns import groups_of, regex, words_of

VISITOR = Some("text", frozenset({Label("visitor", "Request", "k")}))
DIGITS = Some("text", codes=VISITOR.labels, form="digits")


def test_known_texts() -> None:
    assert regex("b+", is_global=True).replaced("abbcb", "x") == "axcx"
    assert regex("b+").replaced("abbcb", "x") == "axcb"
    assert regex("(a)(b)", is_global=True).replaced("abab", "$2$1$$$&") == "ba$abba$ab"
    assert regex("A", any_case=True).search("xa").start() == 1
    assert regex("^b", multiline=True).search("a\nb").start() == 2
    assert [each[0] for each in regex(r"\d\d", is_global=True).matches("12a34")] == ["12", "34"]
    assert [each[0] for each in regex(r"\d\d").matches("12a34")] == ["12"]


@pytest.mark.parametrize("source", [r"^\d+$", "^[0-9]*$", r"^\d{1,4}$", r"^(\d+)$", r"^\d+\.\d+$"])
def test_a_pattern_lets_only_digits_through(source: str) -> None:
    assert regex(source).whole_match(VISITOR) == DIGITS


@pytest.mark.parametrize("source", [r"\d+", r"^\d+", "^.+$", "^a|b$", "a"])
def test_a_pattern_lets_others_through(source: str) -> None:
    assert regex(source).whole_match(VISITOR) is None


@pytest.mark.parametrize("source", [r"^\w+$", "^[a-z]+$", "^[A-Za-z0-9_]{1,8}$"])
def test_a_pattern_lets_only_letters_and_digits_through(source: str) -> None:
    assert regex(source).whole_match(VISITOR) == Some("text", VISITOR.labels, form="name-only")
    assert regex(r"\W", is_global=True).replaced(VISITOR, "").form == "name-only"
    assert regex(r"\W").replaced(VISITOR, "") is MISSING


def test_a_pattern_of_whole_words_says_which_they_are() -> None:
    assert regex("^(list|show)$").whole_match(VISITOR) == OneOf(("list", "show"))
    assert regex("^(list|show)$", any_case=True).whole_match(VISITOR) == Some("text", form="found")
    assert regex("^list$", multiline=True).whole_match(VISITOR) is None


def test_what_is_left_of_an_unknown_text() -> None:
    assert regex("[^0-9]", is_global=True).replaced(VISITOR, "") == DIGITS
    assert regex(r"\D+", is_global=True).replaced(VISITOR, "") == DIGITS
    assert regex("[^0-9]").replaced(VISITOR, "") is MISSING
    assert regex(r"[\s\S]*").replaced(VISITOR, "x") is MISSING
    assert regex(r"[\s\S]*", is_global=True).replaced(VISITOR, "x") == Some("text")
    assert regex('"', is_global=True).replaced(VISITOR, '""') == Some("text", VISITOR.labels, form="escaped")
    assert regex("[<>]", is_global=True).replaced(VISITOR, "") == Some("text", VISITOR.labels, form="tagless")
    assert regex("'", is_global=True).replaced(VISITOR, "''") is MISSING


def test_parts_of_a_match_in_an_unknown_text() -> None:
    assert regex(r"(\d+)-(a|b)").possible_groups(VISITOR) == [DIGITS, OneOf(("a", "b"))]
    assert regex(r"id=(\w+)").possible_groups(VISITOR) == [Some("text", VISITOR.labels)]
    assert regex(r"(\d+)").possible_match(VISITOR) == DIGITS
    assert regex(".+").possible_match(VISITOR) == Some("text", VISITOR.labels)


@pytest.mark.parametrize("source", ["(a+)+$", "(a|b)*c", "(?=a)b", r"(a)\1", "a" * 401, "[", "(?i)a", "a?" * 7])
def test_patterns_whose_cost_has_no_bound_are_left_alone(source: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        regex(source)


def test_a_long_text_is_too_dear_for_repetitions() -> None:
    assert regex("a*b*c*").search("a" * 10_000) is MISSING
    assert regex("a*b*c*", is_global=True).matches("a" * 10_000) is MISSING
    assert regex("a").search("b" * 100_000) is None


def test_words() -> None:
    assert words_of("^(?:a|b)c?$") == (("ac", "a", "bc", "b"), True)
    assert words_of("a|b") == (("a", "b"), False)
    assert words_of("a+") is None
    assert words_of("(" * 20 + ")" * 20) is None
    assert groups_of(r"(a(b))\([)(]c(?:d)") == ["a(b)", "b"]
