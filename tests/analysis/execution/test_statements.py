"""Statements: what each of them leaves, branches and jumps included."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('var x = "1"; if (UNSURE) { x = "2"; } SINK(x);', [{"1", "2"}]),
    ('var x = "1"; if (UNSURE) { x = "2"; } else { x = "3"; } SINK(x);', [{"2", "3"}]),
    ('var x = VISITOR; if (UNSURE) { x = "1"; } else { x = "2"; } SINK(x);', [{"1", "2"}]),
    ('var x = "1"; if (true) { x = "2"; } SINK(x);', ["2"]),
    ('if (false) { SINK("1"); }', []),
    ('void f() { if (UNSURE) { return; } SINK("1"); } f();', ["1"]),
    ('void f() { return; SINK("1"); } f();', []),
    ('string f() { if (UNSURE) { return "1"; } return "2"; } SINK(f());', [{"1", "2"}]),
    ('var x = VISITOR; { x = "1"; } SINK(x);', ["1"]),
    ('try { throw new Exception("1"); SINK("2"); } catch (Exception e) { SINK("3"); }', ["3"]),
    ('var x = "1"; try { f(); x = "2"; } catch { } SINK(x);', [{"1", "2"}]),
    ('var x = "1"; try { x = "2"; } finally { x = "3"; } SINK(x);', ["3"]),
    ('throw new Exception(); SINK("1");', []),
    ('goto end; SINK("1"); end: SINK("2");', ["2"]),
    ('using (var x = f(VISITOR)) { SINK(x); }', ["<tainted>"]),
    ('string x; SINK(x);', [None]),
    ('int x; SINK(x);', [0]),
    ('const string x = "1"; SINK(x);', ["1"]),
]  # fmt: skip
JSCRIPT = [
    ("try { throw VISITOR; } catch (e) { SINK(e); }", ["<tainted>"]),
]
VB = [
    ("Dim x As String\nSINK(x)", [None]),
    ('Dim a(2) As String\na(1) = "1"\nReDim Preserve a(5)\nSINK(a(1))', ["1"]),
    ('With New A\n.X = "1"\nSINK(.X)\nEnd With\nClass A\nPublic X\nEnd Class', ["1"]),
    ('Sub f()\nExit Sub\nSINK("1")\nEnd Sub\nf()', []),
    ('Try\nThrow New Exception("1")\nSINK("2")\nCatch e As Exception\nSINK("3")\nEnd Try', ["3"]),
    ('If True Then SINK("1") Else SINK("2")', ["1"]),
]
VBSCRIPT = [
    ('x = "1"\nIf UNSURE Then x = "2" Else x = "3"\nSINK x', [{"2", "3"}]),
    ('If UNSURE Then\nx = "1"\nElseIf UNSURE Then\nx = "2"\nElse\nx = "3"\nEnd If\nSINK x', [{"1", "2", "3"}]),
    ('Dim a(1)\na(0) = VISITOR\nReDim a(2)\nSINK a(0)', [""]),
    ('Dim a()\nReDim a(1)\na(0) = VISITOR\nReDim Preserve a(2)\nSINK a(0)', ["<tainted>"]),
    ('On Error Resume Next\nx = VISITOR\nSINK x', ["<tainted>"]),
    ('Response.Write x\nResponse.End\nSINK "1"', []),
    ('Const x = "1"\nSINK x', ["1"]),
    ('Dim x\nSINK x & "1"', ["1"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (language, *row)
        for language, rows in (("c#", CSHARP), ("jscript", JSCRIPT), ("vb", VB), ("vbscript", VBSCRIPT))
        for row in rows
    ],
)
def test_statements(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
