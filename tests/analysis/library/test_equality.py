"""Equality: of known values, and of objects."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.domain.values import UNKNOWN, Char, Thing, Value
from webshellhunt.analysis.library.equality import equals

THING = Thing("list")


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        ("a", "a", True),
        ("a", "A", False),
        (1, 1.0, True),
        ("1", 1, False),
        (Char("a"), 97, None),
        (THING, THING, True),
        (THING, Thing("list"), None),
        (UNKNOWN, "a", None),
    ],
)
def test_two_values(left: Value, right: Value, result: bool | None) -> None:
    assert equals(left, right) is result
