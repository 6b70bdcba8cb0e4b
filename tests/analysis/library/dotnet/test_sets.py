"""Queries over two collections, and those that put items into groups."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, Function, method
from webshellhunt.analysis.domain.values import REST, Thing

ANY = Thing("list", fields={REST: TAINTED})


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("concat", [ANY], {0: 1, 1: 2, "rest": "<tainted>"}),
        ("union", [ANY], {"rest": {"1", "2", "<tainted>"}}),
        ("except", [ANY], {"rest": {"1", "2"}}),
        ("intersect", [ANY], {"rest": {"1", "2"}}),
        ("sequenceequal", [ANY], "<boolean>"),
        ("sequenceequal", [[1, TAINTED]], "<boolean>"),
        ("groupby", [Function(lambda x: TAINTED)], {"rest": {"{'key': '<tainted>', 'rest': {'2', '1'}}"}}),
        ("todictionary", [Function(str), Function(lambda x: x + 1)], {"1": 2, "2": 3}),
        ("tolookup", [Function(lambda x: 0)], [[1, 2]]),
    ],
)
def test_a_query(name: str, arguments: list[Any], result: Any) -> None:
    found = method([1, 2], name, *arguments)

    assert found == result if name != "groupby" else set(found) == {"rest"}


def test_a_join_has_the_pairs_of_equal_keys() -> None:
    same, pair = Function(lambda x: x), Function(lambda x, y: x * 10 + y)
    assert method([1, 2, 2], "join", [2, 3], same, same, pair) == [22, 22]
    assert method([1, 2], "groupjoin", [2, 2], same, same, Function(lambda x, y: y)) == [[], [2, 2]]
    assert set(method([1, 2], "join", [TAINTED], same, same, Function(lambda x, y: x))) == {"rest"}


@given(st.lists(st.integers(0, 5), max_size=6), st.lists(st.integers(0, 5), max_size=6))
def test_sets_agree_with_those_of_python(one: list[int], other: list[int]) -> None:
    assert set(method(one, "union", other)) == {*one, *other}
    assert set(method(one, "intersect", other)) == {*one} & {*other}
    assert set(method(one, "except", other)) == {*one} - {*other}
    assert method(one, "distinct") == [*dict.fromkeys(one)]
