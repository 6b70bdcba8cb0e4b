"""Kinds of values: a wrong value is worse than none, so what depends on a kind that isn't known has no value."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator


def made(code: str, language: str = "c#", *arguments: Any) -> Any:
    """Return what ``f`` of a code makes of arguments."""
    return PageEvaluator(build_unit(code, language, [(0, len(code))])).call("f", list(arguments), lambda _: None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('int m = 2147483647; return m + 1 > 0 ? "y" : "n";', None),
        ('int m = 2147483647; m = m + 1; return m > 0 ? "y" : "n";', "n"),
        ("return (byte)(2147483647 * 3);", (2147483647 * 3) & 255),
        ("return 2147483647 * 3 & 0xffff;", (2147483647 * 3) & 0xFFFF),
        ("return 2147483647 * 3 / 2;", None),
        ("uint n = 3000000000; return n * 2 + 1;", None),
        ("uint n = 3000000000; n = n * 2 + 1; return n;", 6000000001 % (1 << 32)),
        ("uint x = 2147483648; return x << 1;", None),
        ("return 1 << 40;", None),
        ('return 1.0 / 2 < 0.4 ? "y" : "n";', "n"),
        ("return 7.0 / 2;", 3.5),
        ("byte[] q = { 255 }; q[0]++; return q[0];", None),
        ("byte[] q = { 25 }; q[0]++; return q[0];", 26),
        ('return "" + true;', "True"),
        ('string r = ""; foreach (int c in "ab") r += c; return r;', "9798"),
        ('return "a1none1b".Split("none".ToCharArray())[0];', "a1"),
        ('return "anoneb".Split("none")[1];', "b"),
        ('return "a,,b".Split(new[] { "," }, StringSplitOptions.RemoveEmptyEntries)[1];', "b"),
        ('return "a,b".Split(new[] { "," }, 1)[0];', None),
    ],
)
def test_csharp(body: str, expected: object) -> None:
    assert made(f"object f() {{ {body} }}") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('return 1 === "1" ? "y" : "n"', "n"),
        ('return 1 == "1" ? "y" : "n"', "y"),
        ('return true !== 1 ? "y" : "n"', "y"),
        ('return null === undefined ? "y" : "n"', None),
        ('var u; return u === undefined ? "y" : "n"', None),
        ('var s = "ab"; return s[0] + s[1]', "ab"),
        ('return "a" + null', None),
        ('return "" + true', "true"),
        ("return 0x80000001 << 1", 2),
        ("return ((1 << 31) >>> 0) >> 1", -(1 << 30)),
        ("return 9007199254740992 + 1", None),
        ("return 1.0 + 1", 2),
    ],
)
def test_jscript(body: str, expected: object) -> None:
    assert made(f"function f() {{ {body} }}", "jscript") == expected


def test_a_parameter_makes_what_it_is_given_its_own() -> None:
    assert made('string f(byte b) { b += 10; return "" + b; }', "c#", 250) == "4"
    assert made('string f(int c) { return "" + c; }', "c#", "a") is None  # a text is no number


@pytest.mark.parametrize(
    "code",
    [
        'string D(int s) { return "i"; } string D(string s) { return "s"; } string f() { return D("x"); }',
        'string D(int s) { return "i"; } string D(string s, int n = 1) { return "s"; } string f() { return D("x"); }',
        'string D(int s) { return "i"; } string D(params object[] s) { return "s"; } string f() { return D("x"); }',
    ],
)
def test_overloads_that_types_alone_tell_apart_have_no_value(code: str) -> None:
    assert made(code) is None


@given(st.lists(st.integers(0, (1 << 31) - 1), min_size=1, max_size=6))
def test_a_declared_integer_goes_round_as_it_does(factors: list[int]) -> None:
    expected = 1
    for factor in factors:
        expected = (expected * factor + 1) % (1 << 32)
    steps = " ".join(f"n = n * {factor} + 1;" for factor in factors)
    assert made(f"uint f() {{ uint n = 1; {steps} return n; }}") == (expected or None)
