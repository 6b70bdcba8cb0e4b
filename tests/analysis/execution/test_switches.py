"""Switches: the cases that may apply, and those that they fall through to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('switch ("b") { case "a": SINK("1"); break; case "b": SINK("2"); break; default: SINK("3"); break; }', ["2"]),
    ('switch (5) { case 1: SINK("1"); break; default: SINK("3"); break; }', ["3"]),
    ('var x = "0"; switch (UNSURE) { case 1: x = "1"; break; case 2: x = "2"; break; } SINK(x);', [{"0", "1", "2"}]),
]  # fmt: skip
JSCRIPT = [
    ('switch (2) { case 1: SINK("1"); case 2: SINK("2"); case 3: SINK("3"); break; case 4: SINK("4"); }', ["2", "3"]),
]  # fmt: skip
VBSCRIPT = [
    ('Select Case "b"\nCase "a", "b"\nSINK "1"\nCase Else\nSINK "2"\nEnd Select', ["1"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (language, *row)
        for language, rows in (("c#", CSHARP), ("jscript", JSCRIPT), ("vbscript", VBSCRIPT))
        for row in rows
    ],
)
def test_a_case_runs(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('switch (VISITOR) { case string s when s == "a": SINK(s); break; }', ["a"]),
        ('switch (VISITOR) { case string s when s != "a": SINK(s); break; }', ["<tainted>"]),
        ('SINK(VISITOR switch { var s when s.Equals("a") => s, _ => "b" });', [{"a", "b"}]),
    ],
)
def test_the_guard_of_a_case(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives
