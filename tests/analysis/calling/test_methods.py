"""Methods: members of objects, types and functions that are called."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'class A { public string f(string p) { return p; } } SINK(new A().f("1"));', ["1"]),
        ("c#", 'class A { public static string f(string p) { return p; } } SINK(A.f("1"));', ["1"]),
        (
            "c#",
            'static class E { public static string F(this string s, string p) { return s + p; } } SINK("a".F("b"));',
            ["ab"],
        ),
        ("c#", 'Func<string, string> f = x => x + "!"; SINK(f.Invoke("a"));', ["a!"]),
        ("c#", 'class A { public string f() { return "1"; } } A a = null; SINK(a?.f());', [None]),
        ("jscript", 'function f(p) { return this.x + p; } SINK(f.call({ x: "1" }, "2"));', ["12"]),
        ("jscript", 'function f(p, q) { return q; } SINK(f.apply(null, [VISITOR, "1"]));', ["1"]),
        ("jscript", 'var o = { f: function (p) { return p; } }; SINK(o.f("1"));', ["1"]),
    ],
)
def test_a_member_is_called(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
