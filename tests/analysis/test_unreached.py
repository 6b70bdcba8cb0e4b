"""Code that a run did not reach is evaluated for its constants, and arrives nowhere."""

from __future__ import annotations

import pytest

from tests.builders.constants import folded
from tests.builders.interpreted import run, seen
from tests.builders.steps import at_most


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('f\nFunction g\na = "he" & "llo"\nu a\nEnd Function', "vbscript"),
        ('If 1 = 2 Then\na = "he"\na = a & "llo"\nu a\nEnd If', "vbscript"),
        ('Response.End\nu "he" & "llo"', "vbscript"),
        ('class A { static string a = "he" + "llo"; }', "c#"),
        ('class A { string f() { if (false) { var a = "he"; return a + "llo"; } return ""; } }', "c#"),
        ('if (false) { u("he" + "llo"); } v();', "jscript"),
        ('function f(a) { return a + x } function g() { u("he" + "llo") } v();', "jscript"),
    ],
)
def test_its_constants_are_known(code: str, language: str) -> None:
    assert "hello" in folded(code, language)


def test_it_arrives_nowhere() -> None:
    assert seen("Sub g\nSINK VISITOR\nEnd Sub\nx = 1", "vbscript") == []
    assert seen("If 1 = 2 Then\nSINK VISITOR\nEnd If", "vbscript") == []


def test_a_run_that_stopped_early_has_it_too() -> None:
    code = "i = 1\n" + "Do While x(i)\ni = i + 1\ny = y & i\nLoop\n" * 50 + 'Sub g\nu "he" & "llo"\nEnd Sub'
    assert run(code, "vbscript", steps=50).is_exhausted
    assert "hello" in folded(code, "vbscript")


def test_much_of_it_costs_little() -> None:
    functions = "".join(f"Sub f{n}(a)\nf{n + 1} a\nu a\nEnd Sub\n" for n in range(1_000))
    with at_most(6_000_000):
        run("x = 1\n" + functions, "vbscript")
