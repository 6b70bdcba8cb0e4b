"""Compiler of exact evaluations: the functions that can be evaluated, and their variables."""

from __future__ import annotations

import pytest

from tests.builders.exact import Counted, seen_by
from webshellhunt.analysis.exact.compiler import Compiler, compile_function
from webshellhunt.analysis.exact.expressions import EXPRESSIONS
from webshellhunt.analysis.exact.scope import Compiled
from webshellhunt.analysis.exact.statements import STATEMENTS
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.parser import parse
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.tokens import tokenize


def compiled(code: str, language: str) -> Compiled | None:
    """Return the function ``f`` of a code."""
    Compiler.expressions, Compiler.statements = EXPRESSIONS, STATEMENTS
    symbols = collect(parse(tokenize(code, language)).top, language)
    return compile_function(Machine(symbols, Surroundings(), Observer()), symbols.page.methods["f"][0])


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("Function f(a)\nf = a\nEnd Function", "vbscript"),
        ("Sub f(a)\nOn Error Resume Next\nDim b\nb = a\nEnd Sub", "vbscript"),
        ("string f(string s) { var a = s; try { a += 1; } catch { } return a; }", "c#"),
        ("function f(a, b) { for (var i = 0; i < a; i++) { b += i; } return b; }", "jscript"),
    ],
)
def test_functions_that_can_be_evaluated(code: str, language: str) -> None:
    assert compiled(code, language) is not None


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("Function f(a)\na.b = 1\nEnd Function", "vbscript"),
        ("Function f(a)\nSet x = New C\nEnd Function\nClass C\nEnd Class", "vbscript"),
        ("Function f(a)\nx.y.z\nMe.q = 1\nEnd Function", "vbscript"),
        ("Const c = 1\nFunction f(a)\nc = 2\nEnd Function", "vbscript"),
        ("Function f(a)\nStatic s\ns = s & a\nf = s\nEnd Function", "vb"),
        ("IEnumerable<int> f(int a) { yield return a; }", "c#"),
        ("string f(params string[] a) { return a[0]; }", "c#"),
        ("T f<T>(T a) { return a; }", "c#"),
        ("string f(string a) { throw new Exception(a); }", "c#"),
        ("string f(string a) { goto b; b: return a; }", "c#"),
        ("function f(a) { return arguments[0]; }", "jscript"),
        ("function f(a) { return function () { return a; }; }", "jscript"),
        ("function f(a) { with (a) { return b; } }", "jscript"),
    ],
)
def test_functions_with_an_effect_of_their_own_are_left_to_the_machine(code: str, language: str) -> None:
    assert compiled(code, language) is None


def test_the_parameters_that_a_function_assigns_to_come_back() -> None:
    found = compiled("Sub f(a, ByVal b, c)\na = 1\nb = 2\nEnd Sub", "vbscript")
    assert found is not None
    assert (found.assigned, found.references) == ({0: "a"}, frozenset({"a", "c"}))


def test_a_number_of_csharp_fits_into_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "int f(int n) { byte b = 250; for (int i = 0; i < n; i++) { b++; } return b; } SINK(f(10));"
    assert seen_by(Counted, code, "c#", monkeypatch) == ([4], 1)
