"""Resolution: a call means the function that takes its arguments as they are declared."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen

OWN = 'class A { } class B : A { } enum E { X } string f(object p) { return "1"; } '


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('string f(string p) { return "2"; } object o = VISITOR; SINK(f(o));', "1"),
        ('string f(string p) { return "2"; } dynamic o = VISITOR; SINK(f(o));', "2"),
        ('string f(string p) { return "2"; } SINK(f((object)VISITOR));', "1"),
        ('string f(A p) { return "2"; } string f(B p) { return "3"; } A o = new B(); SINK(f(o));', "2"),
        ('string f(A p) { return "2"; } string f(B p) { return "3"; } SINK(f(new B()));', "3"),
        ('string f(int p) { return "2"; } string f(long p) { return "3"; } long o = 1; SINK(f(o));', "3"),
        ('string f(int p) { return "2"; } string f(E p) { return "3"; } SINK(f(E.X));', "3"),
        ('string f(int p) { return "2"; } string f(E p) { return "3"; } E o = E.X; SINK(f(o));', "3"),
    ],
)
def test_a_function_by_declared_types(code: str, arrives: str) -> None:
    assert seen(OWN + code, "c#") == [arrives]
