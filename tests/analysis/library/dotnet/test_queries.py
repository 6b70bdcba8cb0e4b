"""Queries over collections: exact where the items are known apart, possible values otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, Function, method, plain_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.values import REST, UNKNOWN, Thing

DOUBLE = Function(lambda x: x * 2)
IS_LARGE = Function(lambda x: x > 1)
NOT_KNOWN = Function(lambda x: UNKNOWN)


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("select", [DOUBLE], [2, 4, 6]),
        ("selectmany", [Function(lambda x: "ab")], ["a", "b"] * 3),
        ("where", [IS_LARGE], [2, 3]),
        ("where", [NOT_KNOWN], {"rest": {"1", "2", "3"}}),
        ("aggregate", [Function(lambda x, y: x + y)], 6),
        ("aggregate", [10, Function(lambda x, y: x + y)], 16),
        ("zip", [[1, 2, 3], Function(lambda x, y: x * y)], [1, 4, 9]),
        ("orderby", [Function(lambda x: -x)], [3, 2, 1]),
        ("orderbydescending", [Function(lambda x: x)], [3, 2, 1]),
        ("reverse", [], [3, 2, 1]),
        ("skip", [1], [2, 3]),
        ("take", [2], [1, 2]),
        ("take", [TAINTED], {"rest": {"1", "2", "3"}}),
        ("skiplast", [1], [1, 2]),
        ("takelast", [1], [3]),
        ("takewhile", [Function(lambda x: x < 3)], [1, 2]),
        ("skipwhile", [Function(lambda x: x < 3)], [3]),
        ("first", [], 1),
        ("first", [IS_LARGE], 2),
        ("last", [], 3),
        ("firstordefault", [Function(lambda x: x > 9)], None),
        ("elementat", [1], 2),
        ("count", [], 3),
        ("count", [IS_LARGE], 2),
        ("sum", [], 6),
        ("sum", [DOUBLE], 12),
        ("min", [], 1),
        ("max", [], 3),
        ("any", [], True),
        ("any", [IS_LARGE], True),
        ("any", [NOT_KNOWN], "<boolean>"),
        ("all", [IS_LARGE], False),
        ("contains", [2], True),
        ("contains", [TAINTED], "<boolean>"),
        ("concat", [[4]], [1, 2, 3, 4]),
        ("union", [[3, 4]], [1, 2, 3, 4]),
        ("except", [[1]], [2, 3]),
        ("intersect", [[1, 9]], [1]),
        ("append", [4], [1, 2, 3, 4]),
        ("prepend", [0], [0, 1, 2, 3]),
        ("groupby", [Function(lambda x: x > 1)], [[1], [2, 3]]),
        ("todictionary", [Function(lambda x: f"k{x}")], {"k1": 1, "k2": 2, "k3": 3}),
        ("findindex", [IS_LARGE], 1),
        ("sequenceequal", [[1, 2, 3]], True),
        ("sequenceequal", [[1, 2]], False),
        ("chunk", [2], [[1, 2], [3]]),
        ("tolist", [], [1, 2, 3]),
        ("foreach", [DOUBLE], None),
    ],
)
def test_a_query_over_known_items(name: str, arguments: list[Any], result: Any) -> None:
    assert method([1, 2, 3], name, *arguments) == result


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("select", [Function(lambda x: x)], {"rest": "<tainted>"}),
        ("first", [], "<tainted>"),
        ("count", [], "<number>"),
        ("any", [], "<boolean>"),
        ("tolist", [], {"rest": "<tainted>"}),
        ("orderby", [Function(lambda x: x)], {"rest": "<tainted>"}),
        ("todictionary", [Function(lambda x: "a")], {"rest": "<tainted>"}),
    ],
)
def test_a_query_over_items_that_are_not_known(name: str, arguments: list[Any], result: Any) -> None:
    things = Thing("list", fields={REST: TAINTED})
    machine = Counting()

    assert plain_of(library.call_method(machine, things, name, arguments, 1)) == result


def test_a_function_is_called_for_what_is_not_known() -> None:
    seen: list[Any] = []
    machine = Counting()
    query = library.call_method(machine, TAINTED, "select", [Function(seen.append)], 1)

    assert not seen
    forced(query)
    assert plain_of(seen[0]) == "<tainted>"


def test_the_entries_of_a_dictionary_are_pairs() -> None:
    machine = Counting()
    thing = Thing("dictionary", fields={"a": 1})

    query = library.call_method(machine, thing, "select", [Function(lambda pair: pair.fields["key"])], 1)

    assert forced(query).fields[0] == "a"
