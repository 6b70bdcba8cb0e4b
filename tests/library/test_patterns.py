"""Regular expressions: known texts, what a test proves of unknown ones, and patterns whose cost has no bound."""

from __future__ import annotations

import pytest

from webshellhunt.core.letters import ALL, WORD, form_of, lacks
from webshellhunt.core.text import letters_in
from webshellhunt.core.values import MISSING, Label, OneOf, Some, choice, concat
from webshellhunt.library.patterns import groups_of, regex, rows_of

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
    assert regex("<", is_global=True).replaced(VISITOR, "") == Some("text", VISITOR.labels, form="tagless")
    assert lacks(regex("[<>]", is_global=True).replaced(VISITOR, "").form, "<>")
    assert regex("'", is_global=True).replaced(VISITOR, "''") is MISSING
    assert regex("[&']", is_global=True).replaced(VISITOR, "'").form == form_of(ALL - {"&"})


def test_parts_of_a_match_in_an_unknown_text() -> None:
    assert regex(r"(\d+)-(a|b)").possible_groups(VISITOR) == [DIGITS, OneOf(("a", "b"))]
    assert regex(r"id=(\w+)").possible_groups(VISITOR) == [Some("text", VISITOR.labels, form="name-only")]
    assert regex(r"(\d+)").possible_match(VISITOR) == DIGITS
    assert regex(".+").possible_match(VISITOR) == Some("text", VISITOR.labels)


@pytest.mark.parametrize("source", ["(a+)+$", "(a|b)*c", "(?=a)b", r"(a)\1", "(?i)a", "a?" * 7])
def test_patterns_whose_cost_has_no_bound_are_not_tried(source: str) -> None:
    assert regex(source).search("a") is MISSING
    assert regex(source, is_global=True).replaced("a", "") is MISSING


@pytest.mark.parametrize("source", ["a" * 401, "["])
def test_what_is_no_pattern_is_an_error(source: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        regex(source)


def test_a_long_text_is_too_dear_for_repetitions() -> None:
    assert regex("a*b*c*").search("a" * 10_000) is MISSING
    assert regex("a*b*c*", is_global=True).matches("a" * 10_000) is MISSING
    assert regex("a").search("b" * 100_000) is None


def test_the_end_of_a_pattern_is_that_of_the_text() -> None:
    free = Some("text", VISITOR.labels)
    assert regex(r"\.htm$").whole_match(VISITOR) == concat(free, ".htm")
    assert regex(r"\.(htm|txt)$", any_case=True).whole_match(VISITOR) == choice(
        [concat(free, x) for x in (".htm", ".txt")]
    )
    assert regex(r"^page\d+\.htm$").whole_match(VISITOR) == concat(concat("page", DIGITS), ".htm")
    assert regex(r"^[\w-]+\.css$").whole_match(VISITOR).parts[0].form == form_of(WORD | {"-"})
    assert regex(r"\.htm").whole_match(VISITOR) is None
    assert regex(r"\.htm|x").whole_match(VISITOR) is None


@pytest.mark.parametrize(
    ("source", "has", "lacking"),
    [
        (r"^[\w.-]+$", "a.-", '&| /\\"<'),
        (r"^[^&|;<>]*$", "a /", "&|;<>"),
        (r"^(\d{1,3}\.){3}x$", "1.", "&a"),
        (r"^(?!-)[a-z0-9 ]{2,40}$", "a 1", "-A"),
        (r"^[\x20-\x7e]+$", "a&", "\n"),
        (r"^(a|[b-d]+)*$", "abcd", ". -"),
    ],
)
def test_a_pattern_says_which_letters_a_text_has(source: str, has: str, lacking: str) -> None:
    letters = letters_in(regex(source).whole_match(VISITOR))
    assert letters.issuperset(has)
    assert letters.isdisjoint(lacking)


def test_a_pattern_without_a_match_says_which_letters_a_text_lacks() -> None:
    assert regex("[&|;]").without_match(VISITOR).form == form_of(ALL - set("&|;"))
    assert regex(r"&|\||;").without_match(VISITOR).form == form_of(ALL - set("&|;"))
    assert regex(r"^[\s\S]*[^0-9][\s\S]*$").without_match(VISITOR) == DIGITS
    assert regex("^[^0-9]").without_match(VISITOR) is None
    assert regex("[&|;]{2}").without_match(VISITOR) is None
    assert regex("[&|;]*").without_match(VISITOR) is None


def test_alternatives() -> None:
    words = [[min(atom.letters) for atom in row.atoms] for row in rows_of("^(?:a|b)c?$")]
    assert words == [["a", "c"], ["a"], ["b", "c"], ["b"]]
    assert rows_of("(" * 20 + ")" * 20) == ()
    assert groups_of(r"(a(b))\([)(]c(?:d)") == ["a(b)", "b"]
