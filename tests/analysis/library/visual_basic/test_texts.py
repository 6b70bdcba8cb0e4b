"""Functions of Visual Basic over texts, with known arguments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import function

CASES: list[tuple[str, list[Any], Any]] = [
    ("chr", [65], "A"),
    ("chr", [150], "\u2013"),
    ("chr", [-12590], "我"),
    ("chrw", [20320], "你"),
    ("asc", ["A"], 65),
    ("asc", ["€"], 128),
    ("asc", ["我"], -12590),
    ("ascw", ["\uffe5"], -27),
    ("ascb", [b"\x41\x42"], 65),
    ("mid", ["abcdef", 2, 3], "bcd"),
    ("mid", ["abcdef", 3], "cdef"),
    ("mid", ["abc", 0], "<unsolved>"),
    ("midb", [b"abcdef", 2, 2], b"bc"),
    ("left", ["abc", 2], "ab"),
    ("right", ["abc", 2], "bc"),
    ("right", ["abc", 0], ""),
    ("lcase", ["AbC"], "abc"),
    ("ucase", ["AbC"], "ABC"),
    ("trim", ["  a "], "a"),
    ("ltrim", ["  a "], "a "),
    ("rtrim", ["  a "], "  a"),
    ("len", ["abc"], 3),
    ("lenb", ["abc"], 6),
    ("instr", ["abcabc", "c"], 3),
    ("instr", [4, "abcabc", "c"], 6),
    ("instr", [1, "ABC", "b", 1], 2),
    ("instr", ["abc", "x"], 0),
    ("instrrev", ["abcabc", "b"], 5),
    ("strreverse", ["abc"], "cba"),
    ("strcomp", ["a", "B", 1], -1),
    ("replace", ["aXbX", "X", "-"], "a-b-"),
    ("replace", ["aXbX", "X", "-", 1, 1], "a-bX"),
    ("replace", ["aXbx", "X", "-", 1, -1, 1], "a-b-"),
    ("replace", ["abcd", "c", "-", 2], "b-d"),
    ("split", ["a,b,c", ","], ["a", "b", "c"]),
    ("split", ["a b"], ["a", "b"]),
    ("split", ["a,b,c", ",", 2], ["a", "b,c"]),
    ("split", ["aXbxc", "x", -1, 1], ["a", "b", "c"]),
    ("split", ["", ","], []),
    ("filter", [["ab", "cd", "ad"], "a"], ["ab", "ad"]),
    ("filter", [["ab", "cd", "ad"], "a", False], ["cd"]),
    ("filter", [["ab", "cd"], "A", True, 1], ["ab"]),
    ("join", [["a", "b"], "-"], "a-b"),
    ("join", [["a", 1]], "a 1"),
    ("space", [3], "   "),
    ("string", [3, "xy"], "xxx"),
    ("string", [2, 65], "AA"),
    ("strings.mid", ["abc", 2], "bc"),
]


@pytest.mark.parametrize(("name", "arguments", "result"), CASES)
def test_a_function_returns_what_it_does_at_run_time(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments, language="vbscript") == result


def test_a_text_that_would_be_too_large_is_not_made() -> None:
    assert function("string", 1 << 20, "a", language="vbscript") == "<unsolved>"
    assert function("replace", "a" * 2000, "a", "b" * 2000, language="vbscript") == "<unsolved>"


@given(st.integers(0, 255))
def test_asc_is_the_opposite_of_chr(code: int) -> None:
    character = function("chr", code, language="vbscript")

    assert function("asc", character, language="vbscript") == code


@given(st.text(), st.integers(1, 20), st.integers(0, 20))
def test_left_mid_and_right_agree(text: str, start: int, size: int) -> None:
    assert function("mid", text, 1, size, language="vbscript") == function("left", text, size, language="vbscript")
    assert function("mid", text, start, size, language="vbscript") == text[start - 1 : start - 1 + size]
    reverse = function("strreverse", text, language="vbscript")
    assert function("right", text, size, language="vbscript") == reverse[:size][::-1]


@given(st.text(alphabet="ab,"), st.just(","))
def test_join_is_the_opposite_of_split(text: str, separator: str) -> None:
    parts = function("split", text, separator, language="vbscript")

    assert function("join", parts, separator, language="vbscript") == text
