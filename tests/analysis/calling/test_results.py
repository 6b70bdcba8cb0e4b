"""Results: of functions that end with one, and without."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("vbscript", "Function f\nEnd Function\nSINK f & 1", ["1"]),
        ("vbscript", 'Function f(n)\nIf n = "1" Then f = 2\nEnd Function\nSINK f(VISITOR) + 1', [{"1", "3"}]),
        (
            "vb",
            'Function f(n) As Boolean\nIf n = "1" Then Return True\nEnd Function\nSINK(f(VISITOR))',
            [{"True", "False"}],
        ),
        ("vb", "Function f() As Integer\nEnd Function\nSINK(f())", [0]),
        ("vb", 'Function f() As String\nf = "1"\nReturn f & "2"\nEnd Function\nSINK(f())', ["12"]),
        ("jscript", 'function f(n) { if (n == "1") return 2; } SINK(f(VISITOR) + "");', [{"2", "undefined"}]),
        ("c#", 'int f(string n) { if (n == "1") return 1; return 2; } SINK(f(VISITOR));', [{"1", "2"}]),
    ],
)
def test_a_result(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
