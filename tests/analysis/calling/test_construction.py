"""Construction: fields first, then the constructor, base classes before derived ones."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.inert import analyse
from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'class A { string x = "1"; public A() { SINK(x); } } new A();', ["1"]),
        (
            "c#",
            'class B { public B(string p) { SINK(p); } } class A : B { public A() : base("1") {} } new A();',
            ["1"],
        ),
        (
            "vb",
            'Class B\nSub New()\nSINK("1")\nEnd Sub\nEnd Class\nClass A\nInherits B\nSub New()\nSINK("2")\n'
            "End Sub\nEnd Class\nDim x = New A",
            ["1", "2"],
        ),
        ("c#", 'class A : List<string> { public A() { Add("1"); } } var a = new A(); a.Add("2"); SINK(a[1]);', ["2"]),
        ("c#", 'class A : List<string> { public A(string[] p) : base(p) {} } SINK(new A(new[] {"1"})[0]);', ["1"]),
        ("c#", 'class A { public static string x = "1"; } SINK(A.x);', ["1"]),
        ("c#", 'enum E { A = 5, B } SINK("" + (int)E.B);', ["6"]),
        ("jscript", 'enum E : int { A, B = 4, C } SINK("" + int(E.C));', ["5"]),
        (
            "vbscript",
            'Class A\nPublic x\nSub Class_Initialize\nx = "1"\nEnd Sub\nEnd Class\nSet a = New A\nSINK a.x',
            ["1"],
        ),
    ],
)
def test_an_object_is_made(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


def test_structures_in_structures_cost_steps() -> None:
    structures = "".join(f"struct S{at} {{ public S{at + 1} a; public S{at + 1} b; }} " for at in range(40))
    analysis = analyse(f"{structures} struct S40 {{ }} S0 x; Req·uest.ToString(); Process.Sta·rt(x.ToString());", "c#")
    assert analysis.exhausted
