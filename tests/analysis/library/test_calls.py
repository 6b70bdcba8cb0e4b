"""Calls of functions: which table has them, and what is known where none has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, function, plain_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import codes_of, traces_of
from webshellhunt.analysis.domain.values import UNKNOWN, Opaque, Text, Value


@pytest.mark.parametrize(
    ("name", "language", "arguments", "result"),
    [
        ("mid", "vbscript", ["abc", 2], "bc"),
        ("mid", "c#", ["abc", 2], "<unsolved>"),
        ("mid", "jscript", ["abc", 2], "<unsolved>"),
        ("microsoft.visualbasic.strings.mid", "c#", ["abc", 2], "bc"),
        ("unknown.mid", "vb", ["abc", 2], "<unsolved>"),
        ("parseint", "jscript", ["12"], 12),
        ("parseint", "vbscript", [TAINTED], "<number>"),
        ("lcase", "vb", [choice(["A", "B"])], {"a", "b"}),
        ("lcase", "vb", [choice(["A", UNKNOWN])], {"a", "<>"}),
        ("mid", "vb", [choice(["abc", TAINTED]), 2], {"bc", "<tainted>"}),
        ("unknown", "vb", [TAINTED], "<unsolved>"),
        ("math.unknown", "c#", [TAINTED], "<number>"),
        ("math.random", "jscript", [], "<unsolved>"),
        ("array.indexof", "c#", [["a", "b"], "b"], 1),
    ],
)
def test_a_function_is_found_by_its_names(name: str, language: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments, language=language) == result


def test_too_many_possible_arguments_are_not_tried() -> None:
    many = choice([f"a{at}" for at in range(8)])

    assert function("replace", many, many, many, language="vb") == "<unsolved>"


def test_a_broken_call_is_not_known() -> None:
    assert function("mid", language="vb") == "<unsolved>"
    assert function("chr", 1 << 40, language="vb") == "<unsolved>"


def test_work_is_counted() -> None:
    machine = Counting("vb")
    library.call_function(machine, ("replace",), ["a" * 100_000, "a", "b"], 1)

    assert machine.steps > 20
    assert plain_of(library.call_function(machine, ("len",), [TAINTED], 1)) == "<number>"


@pytest.mark.parametrize(
    ("name", "language", "arguments"),
    [
        ("asc", "vbscript", [TAINTED]),
        ("clng", "vbscript", [Text(("&H", TAINTED))]),
        ("parseint", "jscript", [TAINTED, 16]),
        ("convert.toint32", "c#", [TAINTED, 16]),
        ("convert.tobyte", "c#", [TAINTED, 16]),
        ("int.parse", "c#", [TAINTED, Opaque("numberstyles", ("numberstyles", "hexnumber"))]),
    ],
)
def test_a_code_of_a_character_is_still_the_visitors(name: str, language: str, arguments: list[Value]) -> None:
    value = library.call_function(Counting(language), (*name.split("."),), arguments, 1)
    assert value is library.UNSOLVED or traces_of(value) or codes_of(value)
