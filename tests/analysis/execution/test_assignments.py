"""Assignments as expressions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'string a, b; a = b = "1"; SINK(a);', ["1"]),
        ("c#", 'string a = null; a ??= "1"; SINK(a);', ["1"]),
        ("c#", 'var a = "1"; a += "2"; SINK(a);', ["12"]),
        ("c#", 'Action<string> f = x => SINK(x); f -= f; SINK("1");', ["1"]),
        ("jscript", 'var a; SINK(a = "1");', ["1"]),
    ],
)
def test_a_target_gets_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
