"""Invocations: which function a call means, in all the ways of writing one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('class A { public string f(string p) { return p; } } SINK(new A().f("1"));', ["1"]),
    ('class A { public static string f(string p) { return p; } } SINK(A.f("1"));', ["1"]),
    ('static class E { public static string F(this string s, string p) { return s + p; } } SINK("a".F("b"));', ["ab"]),
    ('Func<string, string> f = x => x + "!"; SINK(f("a"));', ["a!"]),
    ('Func<string, string> f = x => x + "!"; SINK(f.Invoke("a"));', ["a!"]),
    ('string g(string p) { return p; } Func<string, string> f = g; SINK(f("1"));', ["1"]),
    ('Action<string> f = x => SINK("1" + x); f += x => SINK("2" + x); f("a");', ["1a", "2a"]),
    ('class A { public string f() { return "1"; } } A a = null; SINK(a?.f());', [None]),
    ('string f(string p, string q) { return q; } SINK(f(VISITOR, "1"));', ["1"]),
    ('SINK(nameof(A.B));', ["B"]),
    ('SINK(" a ".Trim());', ["a"]),
    ('if (d.TryGetValue("k", out var x)) { SINK(x); }', ["<>"]),
    ('unknown(x => SINK(VISITOR));', ["<tainted>"]),
    ('SINK(unknown(VISITOR));', ["<tainted>"]),
    ('SINK(VISITOR.Trim().ToLower().Substring(1));', ["<tainted>"]),
    ('SINK(int.Parse(VISITOR));', ["<number>"]),
    ('var b = new StringBuilder(); b.Append("a"); b.Append(VISITOR); SINK(b.ToString());', [["a", "<tainted>"]]),
]  # fmt: skip
JSCRIPT = [
    ('function f(p) { return this.x + p; } SINK(f.call({ x: "1" }, "2"));', ["12"]),
    ('function f(p, q) { return q; } SINK(f.apply(null, [VISITOR, "1"]));', ["1"]),
    ('var o = { f: function (p) { return p; } }; SINK(o.f("1"));', ["1"]),
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
    ('Function g(p)\ng = p\nEnd Function\nSet f = GetRef("g")\nSINK f("1")', ["1"]),
    ('Sub f(p)\nSINK p\nEnd Sub\nCall f("1")', ["1"]),
    ('Sub f(p)\nSINK p\nEnd Sub\nf "1"', ["1"]),
    ('Function f\nf = "1"\nEnd Function\nSINK f', ["1"]),
    ('a = Array("1", "2")\nSINK a(1)', ["2"]),
    ("SINK Trim(VISITOR)", ["<tainted>"]),
    ("SINK CInt(VISITOR)", ["<number>"]),
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
