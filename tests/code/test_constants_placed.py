"""Constants by where they stand."""

from __future__ import annotations

from tests.builders.looking import look


def test_constants_of_a_range_are_those_that_start_in_it() -> None:
    expressions, size = look('f("a", "b" + "c", d, "e")', "c#")
    assert [c.value for c in expressions.constants.within(0, size)] == ["a", "bc", "e"]
    assert [c.value for c in expressions.constants.within(3, 5)] == ["bc"]
    assert expressions.constants.within(size, size) == []
