"""Coarse calls: where a page has had half of its steps, all calls of a function have one result."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.coarse import run_coarsely, seen_coarsely
from tests.builders.interpreted import run
from webshellhunt.analysis.domain.taints import traces_of

PASSING = [
    ("vbscript", 'Function f(a)\nf = a & "x"\nEnd Function\ny = f("1")\nSINK f(VISITOR)'),
    ("vbscript", "Function f(a)\nf = a\nEnd Function\nSINK f(f(f(VISITOR)))"),
    ("vbscript", 'Sub s(a)\nSINK a\nEnd Sub\ns "1"\ns "2"\ns VISITOR'),
    ("vbscript", "Sub s(ByRef a)\na = VISITOR\nEnd Sub\nDim x\ns y\ns x\nSINK x"),
    ("vbscript", "Sub s()\nx = VISITOR\nEnd Sub\ns\nx = 1\ns\nSINK x"),
    ("vbscript", "Sub s()\nSINK x\nEnd Sub\ns\nx = VISITOR\ns"),
    ("vbscript", "Sub t()\nSINK x\nEnd Sub\nSub s()\nt\nEnd Sub\ns\nx = VISITOR\ns"),
    ("vbscript", "Sub s()\nSINK Session(1)\nEnd Sub\ns\nSession(1) = VISITOR\ns"),
    ("vbscript", "Function f(a)\nIf UNSURE Then f = f(a) Else f = a\nEnd Function\nSINK f(VISITOR)"),
    ("vb", "Class C\nPublic x\nSub Go()\nSINK(x)\nEnd Sub\nEnd Class\nDim a = New C()\na.Go()\na.x = VISITOR\na.Go()"),
    ("c#", "class C { public string x; public void Go() { SINK(x); } } var a = new C(); var b = new C(); "
     "a.Go(); b.x = VISITOR; b.Go();"),
    ("c#", "string f(string a) { return a; } var x = f(\"1\"); "
     "foreach (var k in UNSURE) { x = f(x + VISITOR); } SINK(x);"),
    ("jscript", "function f(a) { return function () { SINK(a); }; } f(1)(); f(VISITOR)();"),
    ("jscript", "try { if (UNSURE) { f(1); } f(VISITOR); } catch (e) { SINK(e); } function f(a) { throw a; }"),
]  # fmt: skip
SEEMING = [
    ("vbscript", 'Sub s(a)\nSINK a\nEnd Sub\ns "1"\nx = VISITOR\ns "2"'),
    ("vbscript", "Sub s()\nResponse.End\nEnd Sub\ns\ns\nSINK VISITOR"),
    ("vbscript", 'Function f(a)\nf = "x"\nEnd Function\ny = f(1)\nSINK f(VISITOR)'),
]


@pytest.mark.parametrize(("language", "code"), PASSING)
def test_a_value_passes(language: str, code: str) -> None:
    found = run_coarsely(code, language)
    assert not found.is_exhausted
    assert any(traces_of(each.arguments[0]) for each in found.arrivals if each.arguments)


@pytest.mark.parametrize(("language", "code"), SEEMING)
def test_a_value_that_does_not_pass(language: str, code: str) -> None:
    found = run_coarsely(code, language)
    assert not found.is_exhausted
    assert not any(traces_of(each.arguments[0]) for each in found.arrivals if each.arguments)


def test_a_function_has_one_result_for_all_calls() -> None:
    calls = "".join(f'SINK f("{number}")\n' for number in range(4))
    first, *_, last = seen_coarsely(f"Function f(a)\ny = UNSURE\nf = a\nEnd Function\n{calls}", "vbscript")
    assert (first, last) == ("0", {"0", "1", "<string>"})


CALLING: list[Any] = [
    ("vbscript", "Function f{0}(a)\nf{0} = f{1}(a & x) & f{2}(a)\nEnd Function\n", "y = f0(VISITOR)\nSINK y\n"),
    ("c#", "string f{0}(string a) {{ return f{1}(a + x) + f{2}(a); }}\n", "SINK(f0(VISITOR));"),
]


@pytest.mark.parametrize(("language", "function", "call"), CALLING)
def test_functions_that_call_each_other_end(language: str, function: str, call: str) -> None:
    functions = "".join(function.format(at, (at + 1) % 30, (at + 7) % 30) for at in range(30))
    found = run(functions + call, language, steps=20_000)
    assert not found.is_exhausted
    assert [bool(traces_of(each.arguments[0])) for each in found.arrivals] == [True]
