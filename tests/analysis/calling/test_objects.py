"""Objects: their fields, properties, items and classes are told apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('class A { public string X, Y; } var a = new A(); a.X = VISITOR; SINK(a.X); SINK(a.Y);', ["<tainted>", None]),
    ('class A { public string X; } var a = new A(); var b = new A(); a.X = VISITOR; SINK(b.X);', [None]),
    ('class A { public string X; } var a = new A(); var b = a; a.X = "1"; SINK(b.X);', ["1"]),
    ('struct A { public string X; } var a = new A(); var b = a; a.X = "1"; SINK(b.X);', [None]),
    ('class A { public static string X = "1"; } SINK(A.X);', ["1"]),
    ('class A { public static string X; } A.X = VISITOR; SINK(A.X);', ["<tainted>"]),
    ('class A { public string P { get { return "got"; } } } SINK(new A().P);', ["got"]),
    ('class A { string p; public string P { get { return p; } set { p = value + "!"; } } } '
     'var a = new A(); a.P = "1"; SINK(a.P);', ["1!"]),
    ('class A { public string P { get; set; } = "first"; } SINK(new A().P);', ["first"]),
    ('class A { string[] i = new string[2]; public string this[int n] { get { return i[n]; } set { i[n] = value; } } } '
     'var a = new A(); a[0] = VISITOR; a[1] = "1"; SINK(a[1]); SINK(a[0]);', ["1", "<tainted>"]),
    ('class A { public virtual string f() { return "a"; } } class B : A { public override string f() { return "b"; } } '
     'A o = new B(); SINK(o.f());', ["b"]),
    ('class A { public string f() { return "a"; } } class B : A { } SINK(new B().f());', ["a"]),
    ('class A { public virtual string f() { return "a"; } } '
     'class B : A { public override string f() { return base.f() + "b"; } } SINK(new B().f());', ["ab"]),
    ('class A { public int N; public bool B; } SINK(new A().N); SINK(new A().B);', [0, False]),
    ('enum E { A, B } SINK((int)E.B);', [1]),
    ('var d = new Dictionary<string, string>(); d["a"] = VISITOR; d["b"] = "1"; SINK(d["b"]);', ["1"]),
    ('var d = new Dictionary<string, string>(); d[k] = VISITOR; SINK(d["b"]);', ["<tainted>"]),
    ('var a = new string[3]; a[0] = VISITOR; a[1] = "1"; SINK(a[1]); SINK(a[0]);', ["1", "<tainted>"]),
    ('SINK("abc"[1]);', ["b"]),
]  # fmt: skip
JSCRIPT = [
    ('var o = { a: VISITOR, b: "1" }; SINK(o.b); SINK(o["a"]);', ["1", "<tainted>"]),
    ('var o = {}; o.a = "1"; SINK(o["a"]);', ["1"]),
    ('var o = {}; o.A = VISITOR; o.a = "1"; SINK(o.a);', ["1"]),
    ('function F() { this.x = "1"; } F.prototype.f = function () { return this.x; }; SINK(new F().f());', ["1"]),
    ('function F() {} F.y = "1"; SINK(F.y);', ["1"]),
    ('var a = ["1", VISITOR]; SINK(a[0]); SINK(a["1"]);', ["1", "<tainted>"]),
]
VB = [
    ('Class A\nPublic X\nEnd Class\nDim a As New A\na.x = "1"\nSINK(a.X)', ["1"]),
    ('Module M\nPublic X = "1"\nEnd Module\nSINK(M.X)', ["1"]),
]
VBSCRIPT = [
    ('Class A\nPrivate p\nPublic Property Let X(v)\np = v\nEnd Property\nPublic Property Get X\nX = p & "!"\n'
     'End Property\nEnd Class\nSet a = New A\na.X = "1"\nSINK a.X', ["1!"]),
    ('Class A\nPublic X\nSub Class_Initialize\nX = "1"\nEnd Sub\nEnd Class\nSet a = New A\nSINK a.X', ["1"]),
    ('Class A\nPublic Default Function f(p)\nf = p & "!"\nEnd Function\nEnd Class\nSet a = New A\nSINK a.f("1")',
     ["1!"]),
    ('Set d = CreateObject("Scripting.Dictionary")\nd("a") = VISITOR\nd("b") = "1"\nSINK d("b")', ["1"]),
    ('Dim a(2)\na(0) = VISITOR\na(1) = "1"\nSINK a(1)', ["1"]),
    ('Dim a(2)\nb = a\nb(0) = "1"\nSINK a(0)', [""]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (language, *row)
        for language, rows in (("c#", CSHARP), ("jscript", JSCRIPT), ("vb", VB), ("vbscript", VBSCRIPT))
        for row in rows
    ],
)
def test_objects(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
