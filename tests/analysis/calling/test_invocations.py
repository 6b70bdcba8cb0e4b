"""Invocations: which function a call means, in all the ways of writing one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('Func<string, string> f = x => x + "!"; SINK(f("a"));', ["a!"]),
    ('string g(string p) { return p; } Func<string, string> f = g; SINK(f("1"));', ["1"]),
    ('Action<string> f = x => SINK("1" + x); f += x => SINK("2" + x); f("a");', ["1a", "2a"]),
    ('string f(string p, string q) { return q; } SINK(f(VISITOR, "1"));', ["1"]),
]  # fmt: skip
JSCRIPT = [
    ('var o = { f: function (p) { return p; } }; SINK(o["f"]("1"));', ["1"]),
    ('var f = SINK; f("1");', ["1"]),
]
VB = [
    ('Function g(p)\nReturn p\nEnd Function\nDim f = AddressOf g\nSINK(f("1"))', ["1"]),
    ('Dim f = Function(x) x & "!"\nSINK(f("a"))', ["a!"]),
    ('Dim a = {"1", "2"}\nSINK(a(1))', ["2"]),
    ('SINK(If(True, "1", VISITOR))', ["1"]),
]
VBSCRIPT = [
    ('Sub f(p)\nSINK p\nEnd Sub\nCall f("1")', ["1"]),
    ('Sub f(p)\nSINK p\nEnd Sub\nf "1"', ["1"]),
    ('Function f\nf = "1"\nEnd Function\nSINK f', ["1"]),
    ('a = Array("1", "2")\nSINK a(1)', ["2"]),
]


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (language, *row)
        for language, rows in (("c#", CSHARP), ("jscript", JSCRIPT), ("vb", VB), ("vbscript", VBSCRIPT))
        for row in rows
    ],
)
def test_invocations(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
