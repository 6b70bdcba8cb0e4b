"""Dispatching: the class of an object says which member runs, as far as the members override each other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

A = 'class A { public virtual string f() { return "a"; } } '
INTERFACE = "interface I { string f(); } "
IMPLEMENTED = INTERFACE + 'class A : I { public string f() { return "a"; } } '


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (A + 'class B : A { public override string f() { return "b"; } } A o = new B();', "b"),
        (A + 'class B : A { public new string f() { return "b"; } } A o = new B();', "a"),
        (
            A + 'class B : A { public new virtual string f() { return "b"; } } '
            'class C : B { public override string f() { return "c"; } } A o = new C();',
            "a",
        ),
        (
            A + 'class B : A { public string f(int i) { return "b"; } } '
            'class C : B { public override string f() { return "c"; } } A o = new C();',
            "c",
        ),
        (IMPLEMENTED + 'class B : A { public new string f() { return "b"; } } I o = new B();', "a"),
        (IMPLEMENTED + 'class B : A, I { public new string f() { return "b"; } } I o = new B();', "b"),
        (INTERFACE + 'class A { public string f() { return "a"; } } class B : A, I { } I o = new B();', "a"),
        (INTERFACE + 'interface J : I { } class A : J { public string f() { return "a"; } } I o = new A();', "a"),
    ],
)
def test_a_member(code: str, arrives: Any) -> None:
    assert seen(code + " SINK(o.f());", "c#") == [arrives]


def test_hide_begins_another_member() -> None:
    code = 'class A { function f() { return "a"; } } class B extends A { hide function f() { return "b"; } } '
    assert seen(code + "var o : A = new B(); SINK(o.f());", "jscript") == ["a"]
