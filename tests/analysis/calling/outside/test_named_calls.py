"""Calls of functions that the page does not declare."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", "unknown(x => SINK(VISITOR));", ["<tainted>"]),
        ("c#", "SINK(unknown(VISITOR));", ["<tainted>"]),
        ("c#", 'if (d.TryGetValue("k", out var x)) { SINK(x); }', ["<>"]),
        ("c#", 'Response.End(); SINK("1");', []),
        ("vbscript", "SINK unknown(VISITOR)", ["<tainted>"]),
    ],
)
def test_an_unknown_function_passes_on_its_arguments(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
