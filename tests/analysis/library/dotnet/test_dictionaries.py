"""Dictionaries: entries by key stay apart, and what has no known key may be any of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import Thing, Value

Calls = list[tuple[Any, ...]]


def run(kind: str, calls: Calls, language: str = "vbscript") -> tuple[Any, Any]:
    """Return the plain result of the last of some calls of methods, and what the dictionary has in the end."""
    machine = Counting(language)
    thing = library.make(machine, kind, [], 0)
    result: Value = None
    for name, *arguments in calls:
        result = library.call_method(machine, thing, name, [value_of(each) for each in arguments], 1)
    return plain_of(result), plain_of(thing)


@pytest.mark.parametrize(
    ("kind", "calls", "result"),
    [
        ("scripting.dictionary", [("add", "a", 1), ("item", "a")], 1),
        ("scripting.dictionary", [("add", "a", 1), ("item", "b")], ""),
        ("scripting.dictionary", [("add", "a", 1), ("exists", "a")], True),
        ("scripting.dictionary", [("add", "a", 1), ("exists", "b")], False),
        ("scripting.dictionary", [("add", "a", 1), ("exists", TAINTED)], "<boolean>"),
        ("scripting.dictionary", [("add", "a", 1), ("add", "b", 2), ("keys",)], ["a", "b"]),
        ("scripting.dictionary", [("add", "a", 1), ("add", "b", 2), ("items",)], [1, 2]),
        ("scripting.dictionary", [("add", "a", 1), ("remove", "a"), ("count",)], 0),
        ("scripting.dictionary", [("add", "a", 1), ("removeall",), ("count",)], 0),
        ("scripting.dictionary", [("add", "a", 1), ("key", "a", "b"), ("item", "b")], 1),
        ("scripting.dictionary", [("add", "a", TAINTED), ("add", "b", "x"), ("item", "b")], "x"),
        ("scripting.dictionary", [("add", "a", TAINTED), ("item", "a")], "<tainted>"),
        ("scripting.dictionary", [("add", TAINTED, "x"), ("count",)], "<number>"),
        ("sortedlist", [("add", "b", 1), ("add", "a", 2), ("getbyindex", 0)], 2),
        ("sortedlist", [("add", "b", 1), ("add", "a", 2), ("getkey", 1)], "b"),
        ("sorteddictionary", [("add", "b", 1), ("add", "a", 2), ("values",)], [2, 1]),
        ("dictionary", [("add", "a", 1), ("tryadd", "a", 2)], False),
        ("dictionary", [("add", "a", 1), ("tryadd", "b", 2)], True),
        ("dictionary", [("add", "a", 1), ("containskey", "a")], True),
        ("dictionary", [("add", "a", 1), ("containsvalue", 1)], True),
        ("dictionary", [("add", "a", 1), ("containsvalue", 2)], False),
        ("dictionary", [("add", "a", 1), ("clear",), ("count",)], 0),
        ("concurrentdictionary", [("getoradd", "a", 1)], 1),
        ("namevaluecollection", [("add", "a", "1"), ("add", "a", "2"), ("get", "a")], "1,2"),
        ("hashtable", [("set_item", "a", "b"), ("item", "a")], "b"),
        ("sortedlist", [("add", "b", 1), ("getkey", 0)], "b"),
    ],
)
def test_a_method_returns_what_it_does_at_run_time(kind: str, calls: Calls, result: Any) -> None:
    assert run(kind, calls)[0] == result


def test_an_unknown_key_may_be_any() -> None:
    result, entries = run("dictionary", [("add", "a", "x"), ("add", TAINTED, "y"), ("item", "a")])

    assert result == {"x", "y"}
    assert entries == {"a": "x", "rest": "y"}


def test_what_one_of_two_dictionaries_takes_up_is_only_possible() -> None:
    machine = Counting("c#")
    one, other = Thing("dictionary"), Thing("dictionary", fields={"a": "before"})
    library.call_method(machine, choice([one, other]), "set_item", ["a", TAINTED], 1)

    assert plain_of(library.call_method(machine, other, "item", ["a"], 1)) == {"<tainted>", "before"}


@pytest.mark.parametrize(("name", "result"), [("count", 2), ("keys", ["a", "b"]), ("values", [1, 2])])
def test_properties_are_read(name: str, result: Any) -> None:
    machine = Counting("c#")

    assert plain_of(library.read_property(machine, Thing("dictionary", fields={"a": 1, "b": 2}), name)) == result
