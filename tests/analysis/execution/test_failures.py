"""Failures: run-time errors of Visual Basic, and the statements that they end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('x = CInt("a")\nSINK "1"', []),
        ('x = CInt("12")\nSINK x', [12]),
        ('On Error Resume Next\nx = CInt("a")\nSINK "1"', ["1"]),
        ('On Error Resume Next\nx = "1"\nx = CInt("a")\nSINK x', ["1"]),
        ('On Error Resume Next\nx = 1 \\ 0\nIf Err.Number <> 0 Then SINK "1"', ["1"]),
        ('On Error Resume Next\nErr.Raise 5, "s", "1"\nSINK Err.Description', ["1"]),
        ('Err.Raise 5\nSINK "1"', []),
        ('On Error Resume Next\nx = "1" & y\nIf Err.Number <> 0 Then SINK x', []),
        ('On Error Resume Next\nErr.Raise 5\nErr.Clear\nx = "1"\nIf Err <> 0 Then SINK x', []),
        ('On Error Resume Next\nx = "1"\nSet y = CreateObject("A.B")\nIf Err.Number <> 0 Then SINK x', ["1"]),
        ('On Error Resume Next\nx = "1"\ny = CLng(VISITOR)\nIf Err.Number <> 0 Then SINK x', ["1"]),
        ('Sub f\nErr.Raise 5\nSINK "1"\nEnd Sub\nOn Error Resume Next\nf\nSINK "2"', ["2"]),
    ],
)
def test_an_error(code: str, arrives: list[Any]) -> None:
    assert seen(code, "vbscript") == arrives
