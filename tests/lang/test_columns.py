"""Columns of tokens: looking values up, keeping some, adding others."""

from __future__ import annotations

from webshellhunt.lang.columns import APART, CLOSE, NEXT, Tokens, find_all, merge, places_of
from webshellhunt.lang.lexis import NAME, OP
from webshellhunt.lang.tokens import tokenize


def test_where_values_stand() -> None:
    tokens = tokenize("a + b + a", "c#")
    assert [*tokens.indexes_of(("a", "+"))] == [0, 1, 3, 4]
    assert [*tokens.of_kind(OP)] == [1, 3]
    assert tokens.flags(NAME) == bytearray((1, 0, 1, 0, 1))


def test_tokens_that_ranges_touch() -> None:
    tokens = tokenize("aa bb cc", "c#")
    assert [*tokens.touched_by([(1, 2), (1, 4)])] == [0, 1]
    assert [*tokens.touched_by([(2, 3)])] == []


def test_dropping_tokens() -> None:
    tokens = tokenize("a b c", "c#")
    assert tokens.indexes_of("c") == [2]
    tokens.keep(bytearray((1, 0, 1)))
    assert (tokens.values, tokens.starts, [*tokens.gaps][1:]) == (["a", "c"], [0, 4], [APART])
    assert [*tokens.indexes_of("c")] == [1]
    assert tokens.truncate(1)
    assert not tokens.truncate(1)
    assert tokens.values == ["a"]


def test_adding_tokens() -> None:
    tokens = tokenize("a", "c#")
    tokens.extend(tokenize("a;b", "c#", 1))
    assert (tokens.values, [*tokens.kinds]) == (["a", ";", "b"], [NAME, OP, NAME])


def test_gaps() -> None:
    assert [*tokenize("a(b  c d", "c#").gaps][1:] == [CLOSE, CLOSE, APART, NEXT]


def test_finding_a_value_in_a_column() -> None:
    assert [*find_all(1, bytearray((1, 0, 1)))] == [0, 2]
    assert [*find_all(1, bytearray((1, 0, 1)), 1)] == [2]


def test_no_tokens() -> None:
    tokens = Tokens("c#", "")
    assert len(tokens) == 0
    assert [*tokens.indexes_of("a")] == []


def test_each_word_is_found_where_it_stands() -> None:
    places = places_of(["a", "b", "a", "c"])
    assert {word: list(where) for word, where in places.items()} == {"a": [0, 2], "b": [1], "c": [3]}


def test_places_of_several_words_are_told_in_their_order() -> None:
    places = places_of(["a", "b", "a", "c"])
    assert list(merge(places, {"c", "a"})) == [0, 2, 3]
    assert list(merge(places, {"b"})) == [1]


def test_a_word_that_is_not_there_has_no_place_and_gets_none() -> None:
    places = places_of(["a"])
    assert list(merge(places, {"x", "y"})) == []
    assert places.get("x") is None
    assert set(places) == {"a"}
