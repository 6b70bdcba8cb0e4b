"""Jumps: they lead out of blocks, through the last block of each ``try`` on their way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'while (true) { try { break; } finally { SINK("1"); } } SINK("2");', ["1", "2"]),
        ("c#", 'for (var i = 0; i < 1; i++) { try { continue; } finally { SINK("1"); } } SINK("2");', ["1", "2"]),
        ("c#", 'try { goto a; } finally { SINK("1"); } a: SINK("2");', ["1", "2"]),
        ("c#", 'try { while (true) { break; } SINK("1"); } finally { SINK("2"); }', ["1", "2"]),
        ("jscript", 'out: for (;;) { for (;;) { try { break out; } finally { SINK("1"); } } } SINK("2");', ["1", "2"]),
        ("vb", 'Try\nExit Try\nSINK("1")\nFinally\nSINK("2")\nEnd Try\nSINK("3")', ["2", "3"]),
        ("vb", 'Select Case 1\nCase 1\nExit Select\nSINK("1")\nEnd Select\nSINK("2")', ["2"]),
    ],
)
def test_a_way_out(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("resume", "arrives"), [("Resume Next", ["1", "2"]), ("Resume done", ["1", "3"]), ("Resume", ["1"])]
)
def test_after_an_error(resume: str, arrives: list[Any]) -> None:
    body = f'On Error GoTo bad\nErr.Raise(5)\nSINK("2")\nReturn\ndone:\nSINK("3")\nReturn\nbad:\nSINK("1")\n{resume}'
    assert seen(f"Sub f()\n{body}\nEnd Sub\nf()", "vb") == arrives
