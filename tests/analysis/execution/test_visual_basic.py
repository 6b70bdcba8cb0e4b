"""Visual Basic: what no other language has."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("vb", 'Dim x = "abc"\nMid(x, 2, 1) = "X"\nSINK(x)', ["aXc"]),
        ("vb", 'Dim x = "abc"\nMid(x, 2) = "XYZ"\nSINK(x)', ["aXY"]),
        ("vb", 'Dim x = "abc"\nMid(x, 2) = VISITOR\nSINK(x)', ["<tainted>"]),
        ("vb", 'Module M\nFunction f()\nReturn "1"\nEnd Function\nEnd Module\nSINK(f())', ["1"]),
        ("vb", "Dim x As Integer = VISITOR\nSINK(x)", ["<number>"]),
        ("vb", "Dim x As String = VISITOR\nSINK(x)", ["<tainted>"]),
        (
            "vbscript",
            'Class A\nPublic Property Get P(i)\nP = i & "!"\nEnd Property\nEnd Class\nSet a = New A\nSINK a.P("1")',
            ["1!"],
        ),
        (
            "vb",
            'Sub f(p)\nStatic x As String\nx = x & p\nIf p = "2" Then\nSINK(x)\nEnd If\nEnd Sub\nf("1")\nf("2")',
            ["12"],
        ),
        (
            "vb",
            'Class A\nSub F(p)\nStatic x As String\nIf p = "3" AndAlso x <> "" Then\nSINK(x)\nEnd If\nx = p\nEnd Sub\n'
            "End Class\nDim a As New A, b As New A\n"
            'a.F("1")\na.F("2")\nb.F("3")',
            [],
        ),
    ],
)
def test_programs(language: str, code: str, arrives: list[Any]) -> None:
    values = seen(code, language)
    assert [_flat(each) for each in values] == arrives


def _flat(value: Any) -> Any:
    return "<tainted>" if "<tainted>" in str(value) else value
