"""Calls that the compiler leaves out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CODE = (
    '[System.Diagnostics.Conditional("{}")] void Go() {{ SINK(1); }} void Page_Load(object s, EventArgs e) {{ Go(); }}'
)


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (CODE.format("SOME"), []),
        (CODE.format("DEBUG"), [1]),
        ("#define SOME\n" + CODE.format("SOME"), [1]),
    ],
)
def test_a_call_of_a_symbol(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives
