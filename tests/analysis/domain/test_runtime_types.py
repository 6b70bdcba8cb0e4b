"""Types of values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('object x = "a"; SINK(x is string);', [True]),
        ("object x = 'a'; SINK(x is string); SINK(x is char);", [False, True]),
        ("object x = 1; SINK(x is int); SINK(x is bool); SINK(x is string);", [True, False, False]),
        ("object x = true; SINK(x is int);", [False]),
        ("object x = null; SINK(x is string);", [False]),
        ("object x = VISITOR; SINK(x is string); SINK(x is int);", [True, False]),
        ("object x = VISITOR.Length; SINK(x is string);", [False]),
    ],
)
def test_types(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives
