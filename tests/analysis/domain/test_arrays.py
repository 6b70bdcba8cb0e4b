"""Arrays: their items by number, as far as they are known apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.arrays import (
    MAX_ITEMS,
    array_of,
    item_of,
    iter_values,
    known_items,
    length_of,
    new_array,
    resized,
)
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import EMPTY, LENGTH, REST, UNKNOWN, Thing, Value, options_of


@given(st.lists(st.one_of(st.integers(), st.text()), max_size=20))
def test_items_come_back_in_their_order(items: list[Value]) -> None:
    array = array_of(items)
    assert known_items(array) == items
    assert [*iter_values(array)] == items
    assert length_of(array) == len(items)
    assert [item_of(array, at) for at in range(len(items))] == items


def test_bytes_are_an_array_of_numbers() -> None:
    assert known_items(b"ab") == [97, 98]


def test_a_new_array_has_as_many_items_as_its_upper_bound_says() -> None:
    assert known_items(new_array([2])) == [EMPTY, EMPTY, EMPTY]
    assert known_items(new_array([])) == []
    assert length_of(new_array([UNKNOWN])) is None
    assert length_of(new_array([1 << 40])) == MAX_ITEMS


def test_an_array_with_new_bounds_keeps_its_items() -> None:
    assert known_items(resized(array_of(["a", "b"]), [3])) == ["a", "b", EMPTY, EMPTY]
    assert known_items(resized(EMPTY, [0])) == [EMPTY]
    assert traces_of(resized(TAINTED, [1])) == TAINTED.traces


@pytest.mark.parametrize(
    ("fields", "key", "item"),
    [
        ({0: "a", 1: "b", LENGTH: 2}, 1, "b"),
        ({0: "a", LENGTH: 2}, 1, EMPTY),
        ({"k": "a"}, "q", UNKNOWN),
        ({"k": "a", "q": "b"}, None, {"a", "b"}),
        ({"k": "a", REST: "r"}, "k", {"a", "r"}),
        ({"k": "a", REST: "r"}, "q", "r"),
        ({}, None, UNKNOWN),
    ],
)
def test_an_item_by_its_key(fields: dict[object, Value], key: Value, item: Value) -> None:
    found = item_of(Thing("dictionary", fields=fields), key)
    assert set(options_of(found)) == (item if isinstance(item, set) else {item})


def test_items_that_are_not_told_apart_are_no_list() -> None:
    array = array_of(["a"])
    array.fields[REST] = TAINTED
    assert known_items(array) is None
    assert known_items(Thing("object")) is None
    assert traces_of(item_of(array, 5)) == TAINTED.traces
