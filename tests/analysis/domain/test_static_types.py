"""Static types: declarations choose members that run, whatever the object is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

HIDING = 'class A { public string f() { return "a"; } } class B : A { public new string f() { return "b"; } } '


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (HIDING + "B o = new B(); SINK(o.f());", ["b"]),
        (HIDING + "A o = new B(); SINK(o.f());", ["a"]),
        (HIDING + "SINK(((A)new B()).f());", ["a"]),
        (HIDING + "var o = new B(); SINK(o.f());", ["b"]),
        (HIDING + "class C { public A o = new B(); } SINK(new C().o.f());", ["a"]),
        (HIDING + "A make() { return new B(); } SINK(make().f());", ["a"]),
    ],
)
def test_a_hidden_member(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives


CELL = "struct Cell { public string t; public void put(string s) { t = s; } } "


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (CELL + 'var c = new Cell(); c.put("1"); SINK(c.t);', ["1"]),
        (CELL + 'var a = new Cell[1]; a[0].put("1"); SINK(a[0].t);', ["1"]),
        (CELL + 'var a = new List<Cell>(); a.Add(new Cell { t = "0" }); a[0].put("1"); SINK(a[0].t);', ["0"]),
        (CELL + 'class K { public Cell c; } var k = new K(); k.c.put("1"); SINK(k.c.t);', ["1"]),
        (CELL + 'class K { public Cell c { get; set; } } var k = new K(); k.c.put("1"); SINK(k.c.t);', [None]),
        (CELL + 'class K { public readonly Cell c; } var k = new K(); k.c.put("1"); SINK(k.c.t);', [None]),
    ],
)
def test_a_method_of_a_structure(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('var d = new Dictionary<string, (string a, string b)>(); d["x"] = ("1", "2"); SINK(d["x"].b);', ["2"]),
        ('(string a, string b)[] d = { ("1", "2") }; SINK(d[0].a);', ["1"]),
    ],
)
def test_the_name_of_an_item_of_a_tuple(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives


@pytest.mark.parametrize(("type_name", "arrives"), [("object", ["o"]), ("string", ["s"]), ("var", ["s"])])
def test_an_overload_by_the_declared_type(type_name: str, arrives: list[Any]) -> None:
    code = 'string f(object o) { return "o"; } string f(string s) { return "s"; } '
    assert seen(f'{code} {type_name} x = "1"; SINK(f(x));', "c#") == arrives
