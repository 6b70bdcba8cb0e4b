"""Lists, queues, stacks and sets: what their methods change and return."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, Counting, Function, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Thing, Value

Calls = list[tuple[Any, ...]]


def run(kind: str, start: list[Any], calls: Calls) -> tuple[Any, Any]:
    """Return the plain result of the last call, and the items in the end."""
    machine = Counting()
    thing = library.make(machine, kind, [value_of(start)], 0)
    result: Value = None
    for name, *arguments in calls:
        result = library.call_method(machine, thing, name, [value_of(each) for each in arguments], 1)
    return plain_of(result), plain_of(thing)


@pytest.mark.parametrize(
    ("kind", "calls", "result", "items"),
    [
        ("list", [("add", "c")], None, ["a", "b", "c"]),
        ("list", [("addrange", ["c", "d"])], None, ["a", "b", "c", "d"]),
        ("list", [("insert", 0, "c")], None, ["c", "a", "b"]),
        ("list", [("insertrange", 1, ["c"])], None, ["a", "c", "b"]),
        ("list", [("remove", "a")], True, ["b"]),
        ("list", [("remove", "x")], False, ["a", "b"]),
        ("list", [("removeat", 0)], None, ["b"]),
        ("list", [("removerange", 0, 1)], None, ["b"]),
        ("list", [("removeall", Function(lambda each: each == "a"))], 1, ["b"]),
        ("list", [("clear",)], None, []),
        ("list", [("reverse",)], None, ["b", "a"]),
        ("list", [("indexof", "b")], 1, ["a", "b"]),
        ("list", [("contains", "b")], True, ["a", "b"]),
        ("list", [("getrange", 1, 1)], ["b"], ["a", "b"]),
        ("list", [("toarray",)], ["a", "b"], ["a", "b"]),
        ("list", [("add", TAINTED), ("item", 0)], "a", ["a", "b", "<tainted>"]),
        ("list", [("add", TAINTED), ("item", 2)], "<tainted>", ["a", "b", "<tainted>"]),
        ("arraylist", [("add", "c")], 2, ["a", "b", "c"]),
        ("hashset", [("add", "a")], False, ["a", "b"]),
        ("hashset", [("unionwith", ["a", "c"])], None, ["a", "b", "c"]),
        ("queue", [("enqueue", "c"), ("dequeue",)], "a", ["b", "c"]),
        ("queue", [("peek",)], "a", ["a", "b"]),
        ("stack", [("push", "c"), ("pop",)], "c", ["a", "b"]),
        ("stack", [("peek",)], "b", ["a", "b"]),
        ("stack", [("toarray",)], ["b", "a"], ["a", "b"]),
        ("list", [("sort", Function(lambda x, y: -1 if x > y else 1))], ["b", "a"], ["b", "a"]),
    ],
)
def test_a_method_changes_a_list(kind: str, calls: Calls, result: Any, items: Any) -> None:
    assert run(kind, ["a", "b"], calls) == (result, items)


def test_an_item_at_an_unknown_place_may_be_anywhere() -> None:
    _, items = run("list", ["a", "b"], [("insert", TAINTED, "c")])

    assert items == {"rest": {"a", "b", "c"}}


def test_a_list_that_is_not_known_takes_up_values() -> None:
    machine, thing = Counting(), Thing("list")
    library.call_method(machine, thing, "add", [TAINTED], 1)

    assert plain_of(thing) == {"rest": "<tainted>"}


@pytest.mark.parametrize(("name", "result"), [("count", 2), ("length", 2)])
def test_the_number_of_items_is_a_property(name: str, result: int) -> None:
    assert library.read_property(Counting(), value_of(["a", "b"]), name) == result
    assert plain_of(library.read_property(Counting(), Thing("list"), name)) == "<number>"


def test_a_change_in_a_branch_is_taken_back() -> None:
    machine, thing = Counting(), library.make(Counting(), "list", [value_of(["a", "b"])], 0)
    machine.state.open()
    calls: Calls = [("add", "c"), ("reverse",), ("removeat", 0), ("clear",)]
    for name, *arguments in calls:
        library.call_method(machine, thing, name, arguments, 1)
    machine.state.undo()

    assert plain_of(thing) == ["a", "b"]


@given(st.lists(st.integers(0, 9), max_size=12))
def test_reversed_twice_is_the_same_and_sorted_is_sorted(numbers: list[int]) -> None:
    assert run("list", numbers, [("reverse",), ("reverse",)])[1] == numbers
    assert run("list", numbers, [("sort",)])[1] == sorted(numbers)
