"""Code that creates one object and does nothing else."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.lone_creations import only_class_made
from webshellhunt.lang.unit import build_unit


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "new A.B(1);", "A.B"),
        ("c#", "public static A.B b = new A.B(1, f(2));", "A.B"),
        ("c#", "var b = (new B(x)).Run(y).Go();", "B"),
        ("c#", "b = new B();", "B"),
        ("vb", "Dim b As New A.B(1)", "A.B"),
        ("vb", "Dim b = New B(1)", "B"),
        ("jscript", "var b : A.B = new A.B(1);", "A.B"),
        ("c#", "new B(1); f();", ""),
        ("c#", "var b = B.Make(1);", ""),
        ("c#", "f(new B(1));", ""),
        ("c#", "var b = new B { c = 1 };", ""),
        ("c#", "var b = new byte[1];", ""),
        ("c#", "a.b = new B(1);", ""),
        ("c#", "", ""),
    ],
)
def test_the_class_that_is_made(language: str, code: str, expected: str) -> None:
    assert only_class_made(build_unit(code, language, [(0, len(code))])) == expected
