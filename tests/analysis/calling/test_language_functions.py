"""Functions of the languages that get expressions, not values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", "SINK(nameof(A.B));", ["B"]),
        ("vb", 'SINK(IIf(True, "1", VISITOR))', ["1"]),
        ("vbscript", 'Function g(p)\ng = p\nEnd Function\nSet f = GetRef("g")\nSINK f("1")', ["1"]),
        ("vbscript", 'Dim a(1)\na(0) = VISITOR\nErase a\nSINK "1" & a(0)', ["1"]),
        (
            "vb",
            'Class A\nFunction F(p)\nReturn p\nEnd Function\nEnd Class\nSINK(CallByName(New A(), "F", 1, "1"))',
            ["1"],
        ),
    ],
)
def test_a_function_of_the_language(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
