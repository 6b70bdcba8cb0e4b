"""Arrays and objects of JScript."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, Counting, Function, function, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import REST, Thing, Value

Calls = list[tuple[Any, ...]]


def run(start: list[Any], calls: Calls) -> tuple[Any, Any]:
    """Return the plain result of the last call, and the items in the end."""
    machine = Counting("jscript")
    thing = value_of(start)
    result: Value = None
    for name, *arguments in calls:
        result = library.call_method(machine, thing, name, [value_of(each) for each in arguments], 1)
    return plain_of(result), plain_of(thing)


@pytest.mark.parametrize(
    ("calls", "result", "items"),
    [
        ([("push", 4, 5)], 5, [1, 2, 3, 4, 5]),
        ([("pop",)], 3, [1, 2]),
        ([("shift",)], 1, [2, 3]),
        ([("unshift", 0)], 4, [0, 1, 2, 3]),
        ([("splice", 1, 1, 8, 9)], [2], [1, 8, 9, 3]),
        ([("splice", -1)], [3], [1, 2]),
        ([("slice", 1)], [2, 3], [1, 2, 3]),
        ([("slice", 0, -1)], [1, 2], [1, 2, 3]),
        ([("concat", [4], 5)], [1, 2, 3, 4, 5], [1, 2, 3]),
        ([("join", "-")], "1-2-3", [1, 2, 3]),
        ([("join",)], "1,2,3", [1, 2, 3]),
        ([("toString",)], "1,2,3", [1, 2, 3]),
        ([("reverse",)], [3, 2, 1], [3, 2, 1]),
        ([("sort", Function(lambda x, y: y - x))], [3, 2, 1], [3, 2, 1]),
        ([("push", 10), ("sort",)], [1, 10, 2, 3], [1, 10, 2, 3]),
        ([("map", Function(lambda x: x + 1))], [2, 3, 4], [1, 2, 3]),
        ([("filter", Function(lambda x: x > 1))], [2, 3], [1, 2, 3]),
        ([("forEach", Function(lambda x: None))], None, [1, 2, 3]),
        ([("reduce", Function(lambda x, y, *_: x + y), 1)], 7, [1, 2, 3]),
        ([("reduce", Function(lambda x, y, *_: x + y))], 6, [1, 2, 3]),
        ([("reduceRight", Function(lambda x, y, *_: f"{x}{y}"))], "321", [1, 2, 3]),
        ([("some", Function(lambda x: x > 2))], True, [1, 2, 3]),
        ([("every", Function(lambda x: x > 2))], False, [1, 2, 3]),
        ([("find", Function(lambda x: x > 1))], 2, [1, 2, 3]),
        ([("indexOf", 2)], 1, [1, 2, 3]),
        ([("includes", 9)], False, [1, 2, 3]),
        ([("fill", 0)], [0, 0, 0], [0, 0, 0]),
        ([("flatMap", Function(lambda x: value_of([x, x])))], [1, 1, 2, 2, 3, 3], [1, 2, 3]),
        ([("push", TAINTED), ("join", "")], ["123", "<tainted>"], [1, 2, 3, "<tainted>"]),
        ([("push", TAINTED), ("slice", 0, 1)], [1], [1, 2, 3, "<tainted>"]),
    ],
)
def test_a_method_of_an_array(calls: Calls, result: Any, items: Any) -> None:
    assert run([1, 2, 3], calls) == (result, items)


def test_the_items_of_an_array_that_is_not_known_stay_possible() -> None:
    machine = Counting("jscript")
    thing = Thing("array", fields={REST: TAINTED})

    assert plain_of(library.call_method(machine, thing, "join", [""], 1)) == "<tainted>"
    assert plain_of(library.call_method(machine, thing, "slice", [1], 1)) == {"rest": "<tainted>"}
    assert plain_of(library.call_method(machine, thing, "splice", [1], 1)) == {"rest": "<tainted>"}


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("object.keys", [{"a": 1, "b": 2}], ["a", "b"]),
        ("object.values", [{"a": 1, "b": 2}], [1, 2]),
        ("object.assign", [{"a": 1}, {"b": 2}], {"a": 1, "b": 2}),
        ("array.from", ["ab"], ["a", "b"]),
        ("array.isarray", [["a"]], True),
        ("array.isarray", [TAINTED], "<boolean>"),
        ("array", [3], ["", "", ""]),
        ("array", ["a", "b"], ["a", "b"]),
    ],
)
def test_functions_over_objects_and_arrays(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments, language="jscript") == result


def test_an_object_has_its_own_fields() -> None:
    machine = Counting("jscript")
    thing = value_of({"a": 1})

    assert library.call_method(machine, thing, "hasOwnProperty", ["a"], 1) is True
    assert library.call_method(machine, thing, "hasOwnProperty", ["b"], 1) is False


@given(st.lists(st.text(max_size=4), max_size=8))
def test_pushed_items_are_popped(items: list[str]) -> None:
    _, rest = run([], [*(("push", item) for item in items), *[("pop",)] * len(items)])

    assert rest == []
