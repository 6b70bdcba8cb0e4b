"""Operator words: each operator has one meaning."""

from __future__ import annotations

from itertools import combinations

from webshellhunt.lang.operator_words import AND, EQUAL, JOINING, NOT, OR, UNEQUAL


def test_an_operator_has_one_meaning() -> None:
    groups = (AND, OR, NOT, EQUAL, UNEQUAL, JOINING)
    assert all(one.isdisjoint(other) for one, other in combinations(groups, 2))
    assert all(word == word.lower() for group in groups for word in group)
