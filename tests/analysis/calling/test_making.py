"""Making: new objects with their initialisers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.inert import live
from tests.builders.interpreted import run, seen

A = "class A { public string X, Y; public A() { } public A(string x) { X = x; } } "


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", A + 'SINK(new A("1").X);', ["1"]),
        ("c#", A + 'var a = new A { X = VISITOR, Y = "1" }; SINK(a.Y); SINK(a.X);', ["1", "<tainted>"]),
        ("c#", 'var a = new { X = VISITOR, Y = "1" }; SINK(a.Y); SINK(a.X);', ["1", "<tainted>"]),
        ("c#", 'var a = new[] { VISITOR, "1" }; SINK(a[1]); SINK(a[0]);', ["1", "<tainted>"]),
        ("c#", 'var a = new string[] { "0", "1" }; SINK(a.Length);', [2]),
        ("c#", 'var d = new Dictionary<string, string> { { "a", VISITOR }, { "b", "1" } }; SINK(d["b"]);', ["1"]),
        ("c#", 'var d = new Dictionary<string, string> { ["a"] = VISITOR, ["b"] = "1" }; SINK(d["b"]);', ["1"]),
        ("c#", 'var l = new List<string> { "0", VISITOR }; SINK(l[0]); SINK(l[1]);', ["0", "<tainted>"]),
        ("c#", 'var f = new Func<string, string>(x => x); SINK(f("1"));', ["1"]),
        ("c#", "SINK(new Uri(VISITOR));", ["<tainted>"]),
        ("jscript", 'function F(x) { this.x = x; } SINK(new F("1").x);', ["1"]),
        ("jscript", 'function F() { return { x: "1" }; } SINK(new F().x);', ["1"]),
        ("jscript", 'var a = new Array("0", "1"); SINK(a[1]);', ["1"]),
        ("vb", 'Class A\nPublic X\nEnd Class\nDim a = New A With {.X = "1"}\nSINK(a.X)', ["1"]),
        ("vb", 'Dim l = New List(Of String) From {"0", "1"}\nSINK(l(1))', ["1"]),
        ("vbscript", 'Class A\nPublic X\nEnd Class\nSet a = New A\na.X = "1"\nSINK a.X', ["1"]),
    ],
)
def test_a_new_object(language: str, code: str, arrives: list[Any]) -> None:
    assert _plain(seen(code, language)) == arrives


def _plain(values: list[Any]) -> list[Any]:
    return ["<tainted>" if isinstance(each, dict) and "<tainted>" in each.values() else each for each in values]


def test_making_some_objects_is_a_sink() -> None:
    found = run("new Stream·Writer(VISITOR, false);", "c#").arrivals
    assert [(each.names, each.is_made) for each in found] == [((live("stream·writer"),), True)]
