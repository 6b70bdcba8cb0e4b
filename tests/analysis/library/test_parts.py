"""Texts of which parts are not known: the known ones stay, and the taint stays where it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, function, method
from webshellhunt.analysis.domain.values import Char, Text

TEXT = Text(("abc", TAINTED, "def"))


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("lcase", [Text(("A", TAINTED))], ["a", "<tainted>"]),
        ("ucase", [TEXT], ["ABC", "<tainted>", "DEF"]),
        ("trim", [Text((" a", TAINTED, "b "))], ["a", "<tainted>", "b"]),
        ("left", [TEXT, 2], "ab"),
        ("left", [TEXT, 5], ["abc", "<tainted>"]),
        ("right", [TEXT, 2], "ef"),
        ("right", [TEXT, 5], ["<tainted>", "def"]),
        ("mid", [TEXT, 2], ["bc", "<tainted>", "def"]),
        ("mid", [TEXT, 2, 2], "bc"),
        ("mid", [TEXT, 5, 1], "<tainted>"),
        ("replace", [TEXT, "b", "-"], ["a-c", "<tainted>", "def"]),
        ("replace", ["axb", "x", TAINTED], ["a", "<tainted>", "b"]),
        ("replace", [TAINTED, "x", "y"], "<tainted>"),
        ("strreverse", [TEXT], ["fed", "<tainted>", "cba"]),
        ("join", [["a", TAINTED], "-"], ["a-", "<tainted>"]),
        ("cstr", [TAINTED], "<tainted>"),
        ("len", [TAINTED], "<number>"),
        ("instr", [TAINTED, "x"], "<number>"),
        ("cint", [TAINTED], "<number>"),
        ("isnumeric", [TAINTED], "<boolean>"),
        ("split", [TAINTED, "x"], "<unsolved>"),
        ("iif", [TAINTED, "a", "b"], {"a", "b"}),
    ],
)
def test_functions_keep_what_is_known(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments, language="vbscript") == result


def test_a_text_is_split_at_what_is_known() -> None:
    found = function("split", Text(("a,b", TAINTED, ",c")), ",", language="vbscript")

    assert found[0] == "a"
    assert found[1] == ["b", "<tainted>"]


def test_a_text_is_split_at_the_one_separator_of_an_array() -> None:
    text = Text(("a,b c", TAINTED))

    assert method(text, "split", [","])[1] == ["b c", "<tainted>"]
    assert method(text, "split", Char(","))[0] == "a"
    assert method(text, "split", [",", " "]) == "<unsolved>"


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("substring", [1], ["bc", "<tainted>", "def"]),
        ("substring", [1, 2], "bc"),
        ("toupper", [], ["ABC", "<tainted>", "DEF"]),
        ("trim", [], ["abc", "<tainted>", "def"]),
        ("replace", ["b", TAINTED], ["a", "<tainted>", "c", "<tainted>", "def"]),
        ("insert", [1, "-"], ["a-bc", "<tainted>", "def"]),
        ("remove", [1], "a"),
        ("indexof", ["x"], "<number>"),
        ("startswith", ["x"], "<boolean>"),
        ("tostring", [], ["abc", "<tainted>", "def"]),
    ],
)
def test_methods_keep_what_is_known(name: str, arguments: list[Any], result: Any) -> None:
    assert method(TEXT, name, *arguments) == result
