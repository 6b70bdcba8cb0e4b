"""The collection of Visual Basic: by number from one, and by key."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('c.Add("1")\nc.Add("2")\nSINK(c(2))', ["2"]),
        ('c.Add("1", "Key")\nSINK(c.Item("KEY"))', ["1"]),
        ('c.Add("1", "a")\nc.Add("2", "b", "a")\nSINK(c(1))', ["2"]),
        ('c.Add("1", "a")\nc.Add("2")\nc.Add("3", , , 1)\nSINK(c(2))', ["3"]),
        ('c.Add("1", "a")\nc.Add("2", "b")\nc.Remove("a")\nSINK(c(1))\nSINK(c.Contains("a"))', ["2", False]),
        ('c.Add("1")\nc.Add("2")\nc.Remove(1)\nSINK(c.Count)\nSINK(c(1))', [1, "2"]),
        ('c.Add("1", "a")\nc.Clear()\nSINK(c.Contains("a"))\nSINK(c.Count)', [False, 0]),
        ('c.Add("1")\nFor Each x In c\nSINK(x)\nNext', ["1"]),
    ],
)
def test_a_collection(code: str, arrives: list[Any]) -> None:
    assert seen(f"Dim c As New Collection\n{code}", "vb") == arrives


@pytest.mark.parametrize("code", ['c.Add("1", VISITOR)', 'c.Add("1")\nc.Add("2")\nc.Remove(VISITOR)'])
def test_where_a_key_is_not_known_any_item_may_be_meant(code: str) -> None:
    assert "1" in str(seen(f"Dim c As New Collection\n{code}\nSINK(c(1))", "vb"))


def test_another_collection_counts_from_zero() -> None:
    assert seen('Dim c As New Collection(Of String)\nc.Add("1")\nSINK(c(0))', "vb") == ["1"]
