"""Where the words of a code stand."""

from __future__ import annotations

from webshellhunt.lang.places import merge, places_of


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
