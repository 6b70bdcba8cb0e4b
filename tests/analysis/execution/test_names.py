"""Names: which variable a name means, in each language."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "language", "arrives"),
    [
        # letter case
        ('string Z = "Z", z = "z"; SINK(z);', "c#", ["z"]),
        ('var Z = "Z", z = "z"; SINK(z);', "jscript", ["z"]),
        ('Dim Z\nz = "z"\nSINK(Z)', "vb", ["z"]),
        ('Z = "z"\nSINK z', "vbscript", ["z"]),
        # a function's own variable, and the page's
        ('x = "page"\nSub f\nDim x\nx = "own"\nEnd Sub\nf\nSINK x', "vbscript", ["page"]),
        ('x = "page"\nSub f\nx = "changed"\nEnd Sub\nf\nSINK x', "vbscript", ["changed"]),
        ('var x = "page"; function f() { var x = "own"; } f(); SINK(x);', "jscript", ["page"]),
        ('var x = "page"; function f() { x = "changed"; } f(); SINK(x);', "jscript", ["changed"]),
        ('function f() { y = "global"; } f(); SINK(y);', "jscript", ["global"]),
        ('string x = "page"; void f(string x) { SINK(x); } f("own");', "c#", ["own"]),
        # fields
        ('class A { string x = "field"; public void f() { SINK(x); } } new A().f();', "c#", ["field"]),
        ('class A { string x = "field"; public void f(string x) { SINK(this.x); } } new A().f("");', "c#", ["field"]),
        ('class A { string x; public A() { x = "set"; } public void f() { SINK(x); } } new A().f();', "c#", ["set"]),
        # nothing that the page declares
        ("SINK(nobody);", "c#", ["<>"]),
        ("using S = System.Text; SINK(S);", "c#", ["<>"]),
    ],
)
def test_a_name(code: str, language: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
