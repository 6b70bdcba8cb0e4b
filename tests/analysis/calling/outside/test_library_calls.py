"""Calls of methods that the library knows, and of objects of which nothing is known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'SINK(" a ".Trim());', ["a"]),
        ("c#", "SINK(VISITOR.Trim().ToLower().Substring(1));", ["<tainted>"]),
        ("c#", "SINK(int.Parse(VISITOR));", ["<number>"]),
        (
            "c#",
            'var b = new StringBuilder(); b.Append("a"); b.Append(VISITOR); SINK(b.ToString());',
            [["a", "<tainted>"]],
        ),
        ("vbscript", "SINK Trim(VISITOR)", ["<tainted>"]),
        ("vbscript", "SINK CInt(VISITOR)", ["<number>"]),
    ],
)
def test_a_known_method_has_its_result(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
