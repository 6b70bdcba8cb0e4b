"""New objects of the library."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, Function, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Char, Thing


def made(kind: str, *arguments: Any, rank: int = 0) -> Any:
    return plain_of(library.make(Counting(), kind, [value_of(each) for each in arguments], rank))


@pytest.mark.parametrize(
    ("kind", "arguments", "result"),
    [
        ("string", [["a", "b"]], "ab"),
        ("string", [Char("a"), 3], "aaa"),
        ("string", [["a", "b", "c"], 1, 2], "bc"),
        ("string", [TAINTED], "<unsolved>"),
        ("list", [], []),
        ("list", [5], []),
        ("list", [["a", TAINTED]], ["a", "<tainted>"]),
        ("list", [TAINTED], {"rest": "<tainted>"}),
        ("queue", [["a"]], ["a"]),
        ("hashtable", [], {}),
        ("dictionary", [Thing("dictionary", fields={"a": 1})], {"a": 1}),
        ("tuple", ["a", 1], ["a", 1]),
        ("keyvaluepair", ["a", 1], {"key": "a", "value": 1}),
        ("utf8encoding", [], "<encoding.utf8>"),
        ("array", [2], ["", ""]),
        ("array", ["a", "b"], ["a", "b"]),
        ("object", [], {}),
        ("lazy", [Function(lambda: "a")], {}),
        ("unknown", [], "<unsolved>"),
    ],
)
def test_a_constructor_returns(kind: str, arguments: list[Any], result: Any) -> None:
    assert made(kind, *arguments) == result


@pytest.mark.parametrize(
    ("kind", "bounds", "result"),
    [
        ("byte", [2], [0, 0]),
        ("char", [1], ["\0"]),
        ("string", [1], [None]),
        ("int", [TAINTED], {}),
        ("int", [1 << 30], {}),
    ],
)
def test_an_array_has_the_first_values_of_its_type(kind: str, bounds: list[Any], result: Any) -> None:
    assert made(kind, *bounds, rank=1) == result


def test_a_builder_has_the_text_that_it_is_made_with() -> None:
    machine = Counting()
    for arguments, text in (["a"], "a"), ([16], ""), ([], ""), ([TAINTED], "<tainted>"):
        builder = library.make(machine, "stringbuilder", arguments, 0)
        assert plain_of(library.call_method(machine, builder, "tostring", [], 1)) == text
