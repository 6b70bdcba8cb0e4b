"""Labels: jumps lead to them, and have an end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import run, seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'goto a; SINK("1"); a: SINK("2");', ["2"]),
        ("c#", 'if (UNSURE) { goto a; } SINK("1"); a: SINK("2");', ["1", "2"]),
        ("c#", "var i = 0; a: i++; if (i < 3) { goto a; } SINK(i);", [3]),
        ("c#", 'var x = VISITOR; if (UNSURE) { goto a; } x = "1"; a: SINK(x);', [{"1", "<tainted>"}]),
        ("vb", 'Sub f()\nGoTo a\nSINK("1")\na:\nSINK("2")\nEnd Sub\nf()', ["2"]),
        ("jscript", 'out: { break out; SINK("1"); } SINK("2");', ["2"]),
        ("jscript", 'out: for (;;) { for (;;) { break out; } } SINK("1");', ["1"]),
        ("jscript", "out: for (var i = 0; i < 3; i++) { for (;;) { continue out; } } SINK(i);", [3]),
    ],
)
def test_a_jump(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    "code", ["a: goto a;", "a: goto b; b: goto a;", "a: if (UNSURE) { goto a; } goto b; b: if (UNSURE) { goto a; }"]
)
def test_jumps_without_an_end_end(code: str) -> None:
    run(code, "c#", steps=20_000)
