"""The engine: one run over the code of a page."""

from __future__ import annotations

import pytest

from tests.builders.constants import folded
from tests.builders.interpreted import LANGUAGES, run, seen
from tests.builders.steps import at_most
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.traces import Step


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["", " ", ";", "\n\n", "(", "}", '"', "End", "a", "\ufeff"])
def test_a_page_without_anything(code: str, language: str) -> None:
    found = run(code, language)
    assert (list(found.arrivals), found.is_exhausted) == ([], False)


def test_what_arrives_says_where_it_came_from_and_by_what_way() -> None:
    (arrival,) = run("var a = VISITOR; var b = a; SINK(b);", "c#").arrivals
    (trace,) = traces_of(arrival.arguments[0])
    assert (trace.kind, trace.key) == ("visitor", "k")
    assert [step.name for step in trace.steps] == ["a", "b"]
    tokens = [trace.place, *(step.place for step in trace.steps), arrival.place]
    assert trace.steps[0] == Step("a", trace.steps[0].place)
    assert tokens[2] > tokens[0]
    assert tokens[-1] == max(tokens)


@pytest.mark.parametrize(
    ("code", "language"),
    [("while (a) { b = b + c; }", "c#"), ("Do While UNSURE\nb = b & c\nLoop", "vbscript"), ("x = 1;" * 200, "jscript")],
)
def test_a_run_that_has_no_steps_left_says_so(code: str, language: str) -> None:
    assert run(code, language, steps=4).is_exhausted
    assert not run(code, language).is_exhausted


def test_what_arrived_before_the_end_of_the_steps_is_there() -> None:
    found = run("SINK(VISITOR);" + "x = y;" * 500, "c#", steps=100)
    assert found.is_exhausted
    assert len(found.arrivals) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_page_has_the_same_result(language: str) -> None:
    code = "x = VISITOR\nSINK(x)\n"
    first, second = run(code, language), run(code, language)
    assert [str(each.arguments) for each in first.arrivals] == [str(each.arguments) for each in second.arrivals]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("this[];", "jscript"),
        ("a[] = b[];", "jscript"),
        ("{ get (", "jscript"),
        ("int : do do", "c#"),
        ("Do\nDo\n", "vbscript"),
        ("For i = 1 To 99999\nFor j = 1 To 99999\nNext\nNext", "vbscript"),
    ],
)
def test_what_no_language_allows_or_nothing_ends_runs_within_the_steps(code: str, language: str) -> None:
    run(code, language, steps=2_000)


def _functions(form: str, count: int) -> str:
    return "".join(form.format(at, (at + 1) % count, (at * 7 + 3) % count) for at in range(count))


HOSTILE = {
    "cases": ("c#", "switch (a) { " + "".join(f"case {at}: x{at} = 1; break; " for at in range(1_000)) + "}"),
    "functions": ("c#", _functions('void f{0}(string a) {{ f{1}(a + "x"); f{2}(a); }} ', 400) + 'f0(Req·uest["k"]);'),
    "procedures": ("vbscript", _functions("Sub f{0}(a)\nf{1} a & x\nf{2} a\nEnd Sub\n", 400) + "f0 VISITOR"),
    "loops": ("vbscript", "For Each i In Session\ny = y & VISITOR\nNext\n" * 500),
    "loops in loops": ("vbscript", "For Each i In Session\ny = y & VISITOR\n" * 60 + "Next\n" * 60),
    "branches": ("c#", "if (a) { x = 1; } " + "else if (a) { x = 2; } " * 1_000),
    "texts": ("vbscript", 'x = x & "a"\n' * 2_000),
    "a long text": ("jscript", "x = " + '"a"+b+' * 2_000 + "1;"),
    "attempts": ("c#", "try { a(); b = 1; } catch (Exception e) { c(); }\n" * 500),
    "variables": ("vbscript", "".join(f"If Session(1) Then x{at} = 1\n" for at in range(1_000))),
    "numbers": ("vbscript", "For i = 1 To 99999\nx = i\nNext\n" * 200),
}


@pytest.mark.parametrize(("language", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_page_costs_little(language: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.analysis.exact.run.UNITS", 50_000)
    with at_most(6_000_000):
        run(code, language, steps=8_000)


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
