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
