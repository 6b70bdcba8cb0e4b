"""Sequences of .NET: known items stay known beside others."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('var a = new[] { "a", "b" }.Concat(x.Split(\' \')).ToArray(); Run(a[0] + a[1]);', ["ab"]),
        ("var a = (\"ver,\" + x).Split(','); Run(a[0]);", ["ver"]),
        ('foreach (var c in "ab") Run("" + c);', ["a", "b"]),
        ('var s = new Stack<string>(new[] { "a", "b" }); foreach (var t in s) { Run(t); break; }', ["b"]),
    ],
)
def test_items_are_known(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected
