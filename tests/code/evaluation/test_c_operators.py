"""Operators of C# and JScript: their strengths, and where the two languages differ."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator

SAME = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}


def value(expression: str, language: str = "c#") -> Any:
    head = "int f(int x)" if language == "c#" else "function f(x)"
    code = f"{head} {{ return {expression}; }}"
    return PageEvaluator(build_unit(code, language, [(0, len(code))])).call("f", [1], lambda _: None)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("1 + 2 * 3 - 4", 3),
        ("1 << 2 + 1", 8),
        ("5 & 3 ^ 1 | 8", 8 | 1 ^ (5 & 3)),
        ("'a' + 1", 98),
        ("'a' + \"1\"", "a1"),
        ('"a" + 1 + 2', "a12"),
        ('1 + 2 + "a"', "3a"),
        ("(char)('a' + 1)", "b"),
        ("(byte)300", 44),
        ("(int)(char)66", 66),
        ("(byte)~5", 250),
        ("0x10 >> 2", 4),
        ("x == 1 ? 5 : 6", 5),
        ("x > 1 || x == 1 ? 5 : 6", 5),
        ("x != 1 && unknown() ? 5 : 6", None),
        ('null ?? "a"', "a"),
        ("(x) + 5", 6),
        ("(x + 1) * (2)", 4),
    ],
)
def test_csharp(expression: str, expected: object) -> None:
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("7 / 2", 3.5),
        ("8 / 2", 4),
        ("-1 >>> 28", 15),
        ("1 << 31", -(1 << 31)),
        ("'3' * '4'", 12),
        ("'3' + 4", "34"),
        ("'' || 'b'", "b"),
        ("'a' && 'b'", "b"),
        ("1 == '1' ? 'y' : 'n'", "y"),
        ("typeof x", None),
    ],
)
def test_jscript(expression: str, expected: object) -> None:
    assert value(expression, "jscript") == expected


@given(
    st.lists(st.tuples(st.sampled_from(sorted(SAME)), st.integers(0, 99)), min_size=1, max_size=12), st.integers(1, 99)
)
def test_a_chain_is_what_python_makes_of_it(chain: list[tuple[str, int]], first: int) -> None:
    text = f"{first} " + " ".join(f"{name} {number}" for name, number in chain)
    expected, largest = eval(text), eval(text.replace("-", "+"))
    assert value(text) == (expected or None) or (value(text) is None and largest >= 1 << 31)
