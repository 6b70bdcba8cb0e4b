"""Functions of Visual Basic over numbers and types, with known arguments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, function

CASES: list[tuple[str, list[Any], Any]] = [
    ("hex", [255], "FF"),
    ("hex", [-1], "FFFF"),
    ("oct", [8], "10"),
    ("val", ["12ab"], 12),
    ("val", ["&H1F"], 31),
    ("val", ["3.5x"], 3.5),
    ("val", ["x"], 0),
    ("cstr", [12], "12"),
    ("cint", ["2.5"], 2),
    ("cint", ["&HFF"], 255),
    ("cint", [True], -1),
    ("cdbl", [True], -1),
    ("cint", ["&HFFFF"], -1),
    ("clng", ["&HFFFF&"], 65535),
    ("clng", ["&H12345"], 0x12345),
    ("cint", [3.5], 4),
    ("cbyte", [256], "<number>"),
    ("cbool", ["true"], True),
    ("cdbl", ["1.5"], 1.5),
    ("int", [-1.5], -2),
    ("fix", [-1.5], -1),
    ("abs", [-3], 3),
    ("sgn", [-3], -1),
    ("sqr", [9], 3),
    ("sqr", [-9], "<number>"),
    ("round", [2.567, 2], 2.57),
    ("rgb", [1, 2, 3], 197121),
    ("ubound", [["a", "b"]], 1),
    ("lbound", [["a", "b"]], 0),
    ("array", ["a", 1], ["a", 1]),
    ("isnumeric", ["12"], True),
    ("isnumeric", ["x"], False),
    ("isarray", [["a"]], True),
    ("isarray", ["a"], False),
    ("isnull", [None], True),
    ("typename", ["a"], "String"),
    ("typename", [1], "Integer"),
    ("typename", [["a"]], "Variant()"),
    ("vartype", ["a"], 8),
    ("unescape", ["%41%u0042c"], "ABc"),
    ("escape", ["a b\u4f60"], "a%20b%u4F60"),
    ("iif", [True, "a", "b"], "a"),
    ("choose", [2, "a", "b"], "b"),
    ("switch", [False, "a", True, "b"], "b"),
    ("isnumeric", [TAINTED], "<boolean>"),
    ("isempty", [TAINTED], "<boolean>"),
    ("hex", [TAINTED], "<number>"),
    ("typename", [TAINTED], "<unsolved>"),
    ("isdate", ["1"], False),
    ("isdate", ["x"], "<boolean>"),
]


@pytest.mark.parametrize(("name", "arguments", "result"), CASES)
def test_a_function_returns_what_it_does_at_run_time(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments, language="vbscript") == result


@given(st.integers(-(1 << 31), (1 << 31) - 1))
def test_a_number_in_hexadecimal_is_read_as_it_was(number: int) -> None:
    digits = function("hex", number, language="vbscript")
    end = "&" if 0x8000 <= number < 0x10000 else ""

    assert function("clng", f"&H{digits}{end}", language="vbscript") == number


@given(st.integers(-(1 << 15), (1 << 15) - 1), st.integers(1, 99))
def test_int_and_fix_agree_on_positive_numbers(number: int, part: int) -> None:
    value = number / part

    assert function("int", abs(value), language="vbscript") == function("fix", abs(value), language="vbscript")
