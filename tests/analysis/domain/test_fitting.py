"""A variable has what fits into its type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import seen
from tests.builders.library_runs import TAINTED, plain_of
from webshellhunt.analysis.domain.fitting import as_declared, fitted, may_change
from webshellhunt.analysis.domain.values import EMPTY, NAN, Char, Value
from webshellhunt.lang.tree import TypeName


def of_type(value: Value, name: str, rank: int = 0) -> Value:
    return fitted(value, TypeName(0, 0, name, rank=rank))


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        (256, "byte", 0),
        (-1, "byte", 255),
        (200, "sbyte", -56),
        (1 << 31, "int", -(1 << 31)),
        (-1, "System.UInt32", (1 << 32) - 1),
        (1 << 40, "long", 1 << 40),
        (1 << 40, "double", 1 << 40),
        (Char("a"), "int", 97),
        (Char("a"), "char", "a"),
        (Char("a"), "string", "a"),
        ("text", "int", "text"),
    ],
)
def test_a_value_fits_into_its_type(value: Value, name: str, expected: Value) -> None:
    assert not may_change(value) or of_type(value, name) == expected
    assert may_change(value) is not isinstance(value, str) or isinstance(value, Char)


def test_an_array_is_no_number() -> None:
    assert of_type(300, "byte", rank=1) == 300
    assert fitted(300, None) == 300


@given(st.integers(-(1 << 70), 1 << 70))
def test_what_fits_once_fits_again(number: int) -> None:
    for name in ("byte", "sbyte", "ushort", "int", "uint", "long", "ulong"):
        once = of_type(number, name)
        assert of_type(once, name) == once


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("uint n = 3000000000; n = n * 2 + 1; SINK(n);", 6000000001 % (1 << 32)),
        ("int m = 2147483647; m = m + 1; SINK(m);", -(1 << 31)),
        ("byte b = 250; b += 10; SINK(b);", 4),
        ('string r = ""; foreach (int c in "ab") r += c; SINK(r);', "9798"),
    ],
)
def test_a_declared_variable_takes_what_fits(body: str, expected: Value) -> None:
    assert seen(body, "c#") == [expected]


def test_a_parameter_takes_what_fits() -> None:
    assert seen("void f(byte b) { SINK(b); } void Page_Load() { f(260); }", "c#") == [4]


@pytest.mark.parametrize(
    ("value", "name", "language", "expected"),
    [
        (300, "byte", "c#", 44),
        (2.7, "int", "jscript", 2),
        ("12", "int", "jscript", 12),
        ("x", "int", "jscript", 0),
        (EMPTY, "double", "jscript", NAN),
        (1, "boolean", "jscript", True),
        (5, "String", "jscript", "5"),
        (None, "String", "jscript", None),
        ("12", "Integer", "vb", "12"),
        (TAINTED, "String", "vb", TAINTED),
        (TAINTED, "Integer", "vbscript", TAINTED),
    ],
)
def test_a_value_as_it_is_declared(value: Value, name: str, language: str, expected: Value) -> None:
    found = as_declared(value, TypeName(0, 0, name), language)
    assert found is expected or found == expected


@pytest.mark.parametrize(
    ("name", "language"), [("Integer", "vb"), ("Date", "vb"), ("int", "jscript"), ("Number", "jscript")]
)
def test_a_text_becomes_a_number(name: str, language: str) -> None:
    assert plain_of(as_declared(TAINTED, TypeName(0, 0, name), language)) == "<number>"
    assert as_declared(TAINTED, TypeName(0, 0, name, rank=1), language) is TAINTED
