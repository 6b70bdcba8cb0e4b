"""Functions of JScript as values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('function f(p) { return this.x + p; } SINK(f.call({ x: "1" }, "2"));', ["12"]),
        ('function f(p, q) { return q; } SINK(f.apply(null, [VISITOR, "1"]));', ["1"]),
        ("function f(p) { return p; } SINK(f.apply(null, VISITOR));", ["<tainted>"]),
        ('function f(n) { return n ? arguments.callee(n - 1) + "x" : ""; } SINK(f(2));', ["xx"]),
        ('SINK(new Func·tion("a", "b", "return a + b")("1", "2"));', ["12"]),
        ("SINK(Func·tion(\"return '1'\")());", ["1"]),
        ('var f = "a".toUpperCase; SINK(f.call("b"));', ["B"]),
        ('function f(a) { arguments[0] = "1"; return a; } SINK(f(VISITOR));', ["1"]),
    ],
)
def test_functions(code: str, arrives: list[Any]) -> None:
    assert seen(code, "jscript")[-1:] == arrives
