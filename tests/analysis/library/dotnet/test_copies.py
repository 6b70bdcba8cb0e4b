"""Copies into arrays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('"abc".CopyTo(1, c, 0, 2); SINK(new string(c, 0, 2))', "bc"),
        ("VISITOR.CopyTo(0, c, 0, 3); SINK(new string(c))", "<tainted>"),
        ('new[] { "a", VISITOR }.CopyTo(d, 1); SINK(d[1])', "a"),
        ("new[] { VISITOR }.CopyTo(d, 1); SINK(d[1])", "<tainted>"),
    ],
)
def test_a_copy(code: str, arrives: Any) -> None:
    assert seen(f"var c = new char[3]; var d = new string[3]; {code};", "c#") == [arrives]
