"""Regular expressions of scripts: those that are followed are followed as they are, all others not at all."""

from __future__ import annotations

import pytest

from tests.builders.steps import at_most
from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.evaluation.c_patterns import compiled, cost_of, read_literal, replace


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/./g", "abc", "---"),
        ("/[^a-c]+/g", "a1b22c", "a-b-c"),
        ("/\\d/g", "a1b2", "a-b-"),
        ("/B/gi", "abAB", "a-A-"),
        ("/b/", "abb", "a-b"),
        ("/x\\x41/g", "xA", None),
    ],
)
def test_what_is_followed(pattern: str, text: str, expected: str | None) -> None:
    if expected is None:
        assert replace(text, read_literal(pattern), "-") == "-"
    else:
        assert replace(text, read_literal(pattern), "-") == expected


@pytest.mark.parametrize("pattern", ["/(a+)+b/", "/a{1000}/", "/(?=a)/", "/a|b/", "/.*.*x/", "/^a$/", "/[/", "a"])
def test_what_may_cost_more_than_it_reads_is_not(pattern: str) -> None:
    with pytest.raises(UnknownError):
        read_literal(pattern)


def test_what_stands_for_what_was_found_is_not_followed() -> None:
    with pytest.raises(UnknownError):
        replace("abc", read_literal("/./g"), "$&")


@pytest.mark.parametrize("pattern", ["[^a]" * 40 + "{", "[^^a]" * 35 + "{", "(a)" * 60 + "{", "a" * 150 + "+{"])
def test_what_is_no_pattern_is_told_at_once(pattern: str) -> None:
    with at_most(500_000), pytest.raises(UnknownError):
        compiled(pattern)


def test_each_character_that_a_pattern_names_is_paid_for() -> None:
    assert cost_of(["a" * 100, compiled("..[ab]\\d+"), 1]) == 400
    assert cost_of(["a" * 100, "b"]) == 0
