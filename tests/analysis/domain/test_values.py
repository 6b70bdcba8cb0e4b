"""Values: equality, known values, and the names of members."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.domain.values import (
    EMPTY,
    UNKNOWN,
    Char,
    Choice,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    is_known,
    same,
)
from webshellhunt.analysis.traces import Trace

A, B = Trace("visitor", "Request", 1, "a"), Trace("visitor", "Request", 2, "b")
OF_A, OF_B = Tainted((A,)), Tainted((B,))


def test_equal_values_of_two_types_differ() -> None:
    assert same("a", "a")
    assert not same(1, True)
    assert not same(1, 1.0)
    assert not same("", EMPTY)
    assert not same("c", Char("c"))


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "", b"", EMPTY, Char("c")])
def test_values_of_python_are_known(value: Value) -> None:
    assert is_known(value)


@pytest.mark.parametrize("value", [UNKNOWN, OF_A, Text(("x", UNKNOWN)), Choice(("x", "y")), Thing("object")])
def test_all_others_are_not(value: Value) -> None:
    assert not is_known(value)


def test_names_of_a_member() -> None:
    assert Opaque("", ("a", "b")).names("c") == ("a", "b", "c")
    assert Opaque("x.y", ("a", "b")).names("c") == ("x", "y", "c")


def test_a_tainted_value_goes_through_names() -> None:
    assert [step.name for step in OF_A.through("x", 4).traces[0].steps] == ["x"]
