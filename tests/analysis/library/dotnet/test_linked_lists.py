"""Linked lists: their nodes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("l.First.Value", "a"),
        ("l.Last.Value", "<tainted>"),
        ("l.First.Next.Value", "<tainted>"),
        ("l.Last.Previous.Value", "a"),
        ("l.First.Previous == null", True),
        ("l.Count", 2),
    ],
)
def test_nodes(code: str, arrives: Any) -> None:
    made = 'var l = new LinkedList<string>(); l.AddLast(VISITOR); l.AddFirst("a");'
    assert seen(f"{made} SINK({code});", "c#") == [arrives]
