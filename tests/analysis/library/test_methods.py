"""Methods and properties: which table has them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen
from tests.builders.library_runs import TAINTED, Counting, Function, method, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import NUMBER, UNKNOWN, Opaque, Text, Thing
from webshellhunt.analysis.library.dotnet.builders import builder_of


def read(subject: Any, name: str, language: str = "c#") -> Any:
    return plain_of(library.read_property(Counting(language), subject, name))


@pytest.mark.parametrize(
    ("subject", "name", "arguments", "result"),
    [
        (choice(["ab", "cd"]), "toupper", [], {"AB", "CD"}),
        (choice(["ab", TAINTED]), "toupper", [], {"AB", "<tainted>"}),
        (choice(["ab", TAINTED]), "unknown", [], "<unsolved>"),
        ("ab", "replace", [choice(["a", "b"]), "-"], {"-b", "a-"}),
        (TAINTED, "indexof", ["x"], "<number>"),
        (TAINTED, "contains", ["x"], "<boolean>"),
        (TAINTED, "configureawait", [], "<tainted>"),
        (TAINTED, "unknown", ["x"], "<unsolved>"),
        (UNKNOWN, "indexof", ["x"], "<number>"),
        (UNKNOWN, "configureawait", [], "<unsolved>"),
        (Thing("process"), "add", ["x"], "<unsolved>"),
        (Opaque("encoding.utf8"), "getstring", [b"a"], "a"),
        ([1, 2], "where", [Function(lambda x: x > 1)], [2]),
        ([1, 2], "getlength", [0], 2),
    ],
)
def test_a_method_is_found_by_what_it_belongs_to(subject: Any, name: str, arguments: list[Any], result: Any) -> None:
    assert method(subject, name, *arguments) == result


@pytest.mark.parametrize(
    ("subject", "name", "result"),
    [
        ("abc", "length", 3),
        (b"ab", "length", 2),
        (value_of([1, 2]), "length", 2),
        (builder_of("abc"), "length", 3),
        (TAINTED, "length", "<number>"),
        (Text(("a", TAINTED)), "length", "<number>"),
        (TAINTED, "value", "<unsolved>"),
        (TAINTED, "success", "<boolean>"),
        (UNKNOWN, "length", "<unsolved>"),
        (choice(["a", "bc"]), "length", {"1", "2"}),
        (choice(["a", UNKNOWN]), "length", "<unsolved>"),
        ("abc", "result", "abc"),
        (None, "hasvalue", False),
        (Thing("process"), "length", "<unsolved>"),
        (value_of([1]), "value", [1]),
    ],
)
def test_a_property_is_read(subject: Any, name: str, result: Any) -> None:
    assert read(subject, name) == result


def test_visual_basic_calls_a_method_without_brackets() -> None:
    assert read("abc", "toupper", "vb") == "ABC"
    assert read("abc", "toupper") == "<unsolved>"
    assert read(Thing("scripting.dictionary", fields={"a": 1}), "keys", "vbscript") == ["a"]


def test_work_is_counted() -> None:
    machine = Counting()
    library.call_method(machine, "a" * 100_000, "replace", ["a", "b"], 1)

    assert machine.steps > 20


def test_a_number_is_no_length_of_a_builder() -> None:
    builder = builder_of("abc")
    library.write_property(Counting(), builder, "length", NUMBER)

    assert plain_of(builder.fields["\0text"]) == "<>"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ('"abc".Substring(1, 1)', "b"),
        ('"abc".substring(1, 1)', ""),
        ('"a-b-c".Replace("-", "+")', "a+b+c"),
        ('"a-b-c".replace("-", "+")', "a+b-c"),
    ],
)
def test_methods_of_jscript_and_of_dotnet(code: str, value: str) -> None:
    assert seen(f"SINK({code});", "jscript") == [value]


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("l.First.Value", "a"),
        ("l.Last.Value", "<tainted>"),
        ("l.First.Next.Value", "<tainted>"),
        ("l.Last.Previous.Value", "a"),
        ("l.First.Previous == null", True),
        ("l.Count", 2),
    ],
)
def test_nodes(code: str, arrives: Any) -> None:
    made = 'var l = new LinkedList<string>(); l.AddLast(VISITOR); l.AddFirst("a");'
    assert seen(f"{made} SINK({code});", "c#") == [arrives]
