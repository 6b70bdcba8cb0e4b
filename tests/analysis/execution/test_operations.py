"""Operations: the values of operators."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'SINK("a" + 1 + VISITOR);', [["a1", "<tainted>"]]),
        ("c#", 'SINK(false && f(VISITOR) ? VISITOR : "1");', ["1"]),
        ("c#", "var i = 1; i++; SINK(i);", [2]),
        ("vb", 'SINK("a" & 1)', ["a1"]),
        ("jscript", 'SINK(1 + "1");', ["11"]),
    ],
)
def test_an_operator_has_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
