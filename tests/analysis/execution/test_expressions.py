"""Expressions: what each kind is worth."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('SINK("a" + "b" + 1);', ["ab1"]),
    ("SINK('a');", ["a"]),
    ("SINK(null);", [None]),
    ('SINK($"a{VISITOR}b");', [["a", "<tainted>", "b"]]),
    ('SINK(true ? "1" : VISITOR);', ["1"]),
    ('SINK(UNSURE ? "1" : VISITOR);', [{"1", "<tainted>"}]),
    ('SINK(null ?? "1");', ["1"]),
    ('SINK("1" ?? VISITOR);', ["1"]),
    ('SINK((string)VISITOR);', ["<tainted>"]),
    ('SINK((int)VISITOR);', ["<number>"]),
    ('SINK(VISITOR as string);', ["<tainted>"]),
    ('string x = null; x ??= "1"; SINK(x);', ["1"]),
    ('string x, y; x = y = "1"; SINK(x + y);', ["11"]),
    ('var x = "1"; x += VISITOR; SINK(x);', [["1", "<tainted>"]]),
    ('var i = 1; SINK(i++); SINK(i); SINK(++i); SINK(-i);', [1, 2, 3, -3]),
    ('var t = (VISITOR, "1"); SINK(t.Item2); SINK(t.Item1);', ["1", "<tainted>"]),
    ('var t = (a: VISITOR, b: "1"); SINK(t.b);', ["1"]),
    ('string[] a = ["0", VISITOR]; SINK(a[0]);', ["0"]),
    ('string[] a = ["0"]; string[] b = [..a, "1"]; SINK(b[1]);', ["1"]),
    ('SINK(1 switch { 1 => "1", _ => VISITOR });', ["1"]),
    ('SINK(UNSURE switch { 1 => "1", _ => VISITOR });', [{"1", "<tainted>"}]),
    ('Func<string, string> f = x => x; SINK(f(VISITOR));', ["<tainted>"]),
    ('var x = UNSURE ?? throw new Exception(); SINK("1");', ["1"]),
    ('SINK(UNSURE == "1");', ["<boolean>"]),
    ('SINK(false && f(VISITOR));', [False]),
    ('async void f() { SINK(await g(VISITOR)); } f();', ["<tainted>"]),
]  # fmt: skip
JSCRIPT = [
    ('SINK(1 + "2");', ["12"]),
    ('SINK("" || "1");', ["1"]),
    ('SINK("1" && VISITOR);', ["<tainted>"]),
    ('SINK(UNSURE || "1");', [{"<>", "1"}]),
    ('SINK((VISITOR, "1"));', ["1"]),
    ("SINK(typeof x);", ["<string>"]),
    ("SINK(void VISITOR);", [""]),
    ('SINK({ a: "1" }.a);', ["1"]),
    ('SINK([VISITOR, "1"][1]);', ["1"]),
    ('SINK("aXb".replace(/x/i, "1"));', ["a1b"]),
    ('SINK(VISITOR.replace(/x/, "1"));', ["<tainted>"]),
    ('var o = {}; SINK(o instanceof Date ? "1" : "2");', [{"1", "2"}]),
]
VB = [
    ('SINK("a" & 1 & VISITOR)', [["a1", "<tainted>"]]),
    ("SINK(Nothing)", [None]),
    ('SINK(If(Nothing, "1"))', ["1"]),
    ("SINK(CType(VISITOR, String))", ["<tainted>"]),
    ("SINK(CInt(VISITOR))", ["<number>"]),
    ('SINK(5 \\ 2 & "")', ["2"]),
    ('Dim x = "1"\nx &= "2"\nSINK(x)', ["12"]),
]
VBSCRIPT = [
    ('SINK "a" & 1', ["a1"]),
    ("SINK 1 + 2", [3]),
    ('SINK 7 Mod 4 & ""', ["3"]),
    ('SINK &H41 & ""', ["65"]),
    ('SINK Chr(65) & "1"', ["A1"]),
    ('SINK StrReverse("ab")', ["ba"]),
    ('x = "1" = "1"\nSINK x', [True]),
    ("SINK Not True", [False]),
    ("SINK Empty", [""]),
    ('SINK vbLf & "1"', ["\n1"]),
]
MADE = "function A() { } function B() { } B.prototype = new A(); var x = new B();"


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (language, *row)
        for language, rows in (("c#", CSHARP), ("jscript", JSCRIPT), ("vb", VB), ("vbscript", VBSCRIPT))
        for row in rows
    ],
)
def test_expressions(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'var a = new string[2]; int i = 0; a[i] = (i = 1) == 1 ? "1" : "2"; SINK(a[0]);', ["1"]),
        ("c#", 'string[] a = { "1", "2" }; int i = 0; a[i++] += "3"; SINK(a[0]); SINK(i);', ["13", 1]),
        ("c#", 'var s = "1"; s += (s = "2"); SINK(s);', ["12"]),
        ("jscript", 'var o = { x: "1" }, p = o; o.n = o = { x: "2" }; SINK(p.n.x);', ["2"]),
    ],
)
def test_a_target_is_evaluated_before_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("d += a; d += a; d -= a; d();", ["1"]),
        ("d += a; d += b; d -= a; d();", ["2"]),
        ("d += a; d -= b; d();", ["1"]),
    ],
)
def test_a_function_is_taken_out_of_a_delegate(code: str, arrives: list[Any]) -> None:
    head = 'Action d = null; void a() { SINK("1"); } void b() { SINK("2"); } '
    assert seen(head + code, "c#") == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("x instanceof B", True),
        ("x instanceof A", True),
        ("new A() instanceof B", False),
        ('"a" instanceof A', False),
    ],
)
def test_instances(code: str, arrives: Any) -> None:
    assert seen(f"{MADE} SINK({code});", "jscript") == [arrives]
