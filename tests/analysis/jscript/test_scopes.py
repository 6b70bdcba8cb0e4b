"""Scopes of JScript: objects that are scopes, and functions that come first."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('with ({ x: "1" }) { SINK(x); }', ["1"]),
        ('var x = "2"; with ({ y: VISITOR }) { SINK(x); }', ["2"]),
        ('var o = { x: "1" }; with (o) { x = VISITOR; } SINK(o.x);', ["<tainted>"]),
        ('with ({ x: VISITOR }) { with ({ x: "1" }) { SINK(x); } }', ["1"]),
        ('SINK(f()); function f() { return "1"; }', ["1"]),
        ('function g() { return f(); function f() { return "1"; } } SINK(g());', ["1"]),
        ('var x = "1"; function f() { return this.x; } SINK(f());', ["1"]),
        ("var a = []; for (var i = 0; i < 2; i++) { a.push(function () { return i; }); } SINK(a[0]());", [2]),
        (
            'function make(x) { return { get: function () { return x } } } make(VISITOR); SINK(make("1").get());',
            ["1"],
        ),
    ],
)
def test_scopes(code: str, arrives: list[Any]) -> None:
    assert seen(code, "jscript") == arrives
