"""Deconstruction: the parts that an object returns, and those of a record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "language", "arrives"),
    [
        (
            'class P { public void Deconstruct(out string a, out string b) { a = VISITOR; b = "b"; } } '
            "var (x, y) = new P(); SINK(x); SINK(y);",
            "c#",
            ["<tainted>", "b"],
        ),
        ('record P(string A, string B); var (x, y) = new P("1", VISITOR); SINK(x); SINK(y);', "c#", ["1", "<tainted>"]),
    ],
)
def test_the_parts_of_an_object(code: str, language: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
