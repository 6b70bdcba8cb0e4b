"""Texts and numbers of JScript, with known arguments."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, method
from webshellhunt.analysis.domain.values import Text

run = partial(method, language="jscript")
CASES: list[tuple[Any, str, list[Any], Any]] = [
    ("abc", "charAt", [1], "b"),
    ("abc", "charAt", [9], ""),
    ("abc", "charCodeAt", [0], 97),
    ("abc", "charCodeAt", [9], "nan"),
    ("abcb", "indexOf", ["b"], 1),
    ("abcb", "indexOf", ["b", 2], 3),
    ("abcb", "lastIndexOf", ["b"], 3),
    ("abcb", "lastIndexOf", ["b", 2], 1),
    ("abc", "includes", ["b"], True),
    ("abc", "startsWith", ["a"], True),
    ("abc", "endsWith", ["a"], False),
    ("abcdef", "substring", [4, 1], "bcd"),
    ("abcdef", "substring", [2], "cdef"),
    ("abcdef", "substr", [1, 2], "bc"),
    ("abcdef", "substr", [-2], "ef"),
    ("abcdef", "slice", [1, -1], "bcde"),
    ("abcdef", "slice", [-3, -1], "de"),
    ("a,b", "split", [","], ["a", "b"]),
    ("abc", "split", [""], ["a", "b", "c"]),
    ("abc", "split", [], ["abc"]),
    ("a,b,c", "split", [",", 2], ["a", "b"]),
    ("aXbX", "replace", ["X", "-"], "a-bX"),
    ("aXbX", "replaceAll", ["X", "-"], "a-b-"),
    ("aB", "toLowerCase", [], "ab"),
    ("aB", "toUpperCase", [], "AB"),
    (" a ", "trim", [], "a"),
    ("a", "concat", ["b", 1], "ab1"),
    ("ab", "repeat", [3], "ababab"),
    ("7", "padStart", [3, "0"], "007"),
    ("7", "padEnd", [3], "7  "),
    (255, "toString", [16], "ff"),
    (5, "toString", [], "5"),
    (True, "toString", [], "true"),
    (1.239, "toFixed", [2], "1.24"),
    ("abc", "valueOf", [], "abc"),
    ("abc", "localeCompare", ["b"], "<number>"),
    (Text(("abc", TAINTED)), "substr", [1, 2], "bc"),
    (Text(("abc", TAINTED)), "toUpperCase", [], ["ABC", "<tainted>"]),
    (Text(("abc", TAINTED)), "replace", ["b", "x"], ["axc", "<tainted>"]),
    (Text(("abc", TAINTED)), "slice", [1], ["bc", "<tainted>"]),
    (TAINTED, "charCodeAt", [1], "<number>"),
    (TAINTED, "indexOf", ["x"], "<number>"),
    (TAINTED, "substr", [1], "<tainted>"),
]


@pytest.mark.parametrize(("subject", "name", "arguments", "result"), CASES)
def test_a_method_returns_what_it_does_at_run_time(subject: Any, name: str, arguments: list[Any], result: Any) -> None:
    assert run(subject, name, *arguments) == result


@given(st.text(max_size=20), st.integers(-25, 25), st.integers(-25, 25))
def test_slice_and_substring_are_parts(text: str, start: int, end: int) -> None:
    assert run(text, "slice", start, end) == text[start:end]
    low, high = sorted((max(start, 0), max(end, 0)))
    assert run(text, "substring", start, end) == text[low:high]
