"""Functions and methods that match regular expressions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, Function, function, method, plain_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Opaque
from webshellhunt.analysis.library.patterns import regexp

IGNORING = Opaque("regexoptions", ("regexoptions", "ignorecase"))


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("regex.replace", ["a1b2", r"\d", "-"], "a-b-"),
        ("regex.replace", ["ab", "(a)(b)", "$2$1"], "ba"),
        ("regex.replace", ["a1", r"\d", TAINTED], ["a", "<tainted>"]),
        ("regex.replace", [TAINTED, r"\d", "-"], "<unsolved>"),
        ("regex.replace", ["aB", "b", "-", IGNORING], "a-"),
        ("regex.replace", ["a1", r"\d", Function(lambda match: match.fields["value"] * 2)], "a11"),
        ("regex.ismatch", ["abc", "b"], True),
        ("regex.ismatch", [TAINTED, "b"], "<boolean>"),
        ("regex.split", ["a1b", r"\d"], ["a", "b"]),
    ],
)
def test_static_functions(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments) == result


@pytest.mark.parametrize(
    ("subject", "name", "arguments", "result"),
    [
        ("a1b2", "replace", [regexp(r"\d", "g"), "-"], "a-b-"),
        ("a1b2", "replace", [regexp(r"\d"), "-"], "a-b2"),
        ("a1b2", "replace", [regexp(r"(\d)", "g"), Function(lambda whole, digit, *_: int(digit) + 1)], "a2b3"),
        ("abab", "replace", ["a", Function(lambda whole, *_: "x")], "xbab"),
        ("a1b", "split", [regexp(r"\d")], ["a", "b"]),
        ("a1b2", "match", [regexp(r"\d", "g")], ["1", "2"]),
        ("a1b2", "match", [regexp(r"([a-z])(\d)")], ["a1", "a", "1"]),
        ("abc", "match", [regexp(r"\d")], None),
        ("abc", "search", [regexp("c")], 2),
        (regexp("b"), "test", ["abc"], True),
        (regexp("b"), "test", [TAINTED], "<boolean>"),
        (regexp("(b)(c)"), "exec", ["abc"], ["bc", "b", "c"]),
        (regexp("(b)(c)"), "exec", ["x"], None),
    ],
)
def test_methods_of_jscript(subject: Any, name: str, arguments: list[Any], result: Any) -> None:
    assert method(subject, name, *arguments, language="jscript") == result


def test_a_global_pattern_goes_on_after_its_last_match() -> None:
    machine, pattern = Counting("jscript"), regexp(r"\d", "g")
    found = [plain_of(library.call_method(machine, pattern, "exec", ["a1b2"], 1)) for _ in range(3)]

    assert found == [["1"], ["2"], None]


def test_matches_of_dotnet_and_vbscript_have_groups() -> None:
    machine = Counting("vbscript")
    pattern = library.make(machine, "regexp", [], 0)
    pattern.fields["pattern"] = "(a)(b)"
    match = library.call_method(machine, pattern, "execute", ["xab"], 1).fields[0]

    assert match.fields["value"] == "ab"
    assert match.fields["firstindex"] == 1
    assert plain_of(match.fields["submatches"]) == ["a", "b"]


def test_a_pattern_of_dotnet_is_for_all_matches() -> None:
    machine = Counting("c#")
    pattern = library.make(machine, "regex", ["A", IGNORING], 0)

    assert library.call_method(machine, pattern, "replace", ["abA", "-"], 1) == "-b-"
    assert plain_of(library.call_method(machine, pattern, "ismatch", ["xa"], 1)) is True
    assert library.call_method(machine, pattern, "match", ["xa"], 1).fields["success"] is True
