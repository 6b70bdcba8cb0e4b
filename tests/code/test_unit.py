"""The tokens of a unit."""

from __future__ import annotations

from tests.builders.inert import unit_of


def test_values_outside_the_unit_are_empty() -> None:
    unit = unit_of("a", "c#")
    assert (unit.value(-1), unit.value(0), unit.value(1)) == ("", "a", "")
    assert not unit.is_op(-1, "a")
    assert not unit.is_name(1)
