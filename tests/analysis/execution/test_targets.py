"""Targets: assignments to variables, several at once, and to variables that outlive a call."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "language", "arrives"),
    [
        ('var (a, b) = ("1", "2"); SINK(b);', "c#", ["2"]),
        ('string a = "1", b = "2"; (a, b) = (b, a); SINK(a);', "c#", ["2"]),
    ],
)
def test_several_targets(code: str, language: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


def test_a_static_variable_is_kept_between_calls() -> None:
    code = 'Sub f(p)\nStatic x As String\nSINK(x)\nx = p\nEnd Sub\nf("a")\nf("b")'
    assert seen(code, "vb") != [""]


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('const { a, b: c } = { a: "1", b: "2" }; SINK(a); SINK(c);', ["1", "2"]),
        ("const { a: { b } } = { a: { b: VISITOR } }; SINK(b);", ["<tainted>"]),
        ('const { a = "3" } = { }; SINK(a);', ["3"]),
        ('const { a, ...b } = { a: "1", c: "2" }; SINK(b.c);', ["2"]),
        ('const { ["x" + "y"]: a } = { xy: "1" }; SINK(a);', ["1"]),
        ('const [a, , b] = ["1", VISITOR, "3"]; SINK(a); SINK(b);', ["1", "3"]),
        ('function f({ a }, [b]) { SINK(a); SINK(b); } f({ a: "1", c: VISITOR }, ["2"]);', ["1", "2"]),
        ("(({ a }) => SINK(a))({ a: VISITOR });", ["<tainted>"]),
        ('var a; ({ a } = { a: "1" }); SINK(a);', ["1"]),
        ('for (const { a } of [{ a: "1" }]) SINK(a);', ["1"]),
        ('function* f() { yield "1"; } for (const a of f()) SINK(a);', ["1"]),
        ('class A { b = "1"; #c = "2"; d() { SINK(this.b); SINK(this.#c); } } new A().d();', ["1", "2"]),
    ],
)
def test_destructuring(code: str, arrives: list[Any]) -> None:
    assert seen(code, "jscript") == arrives
