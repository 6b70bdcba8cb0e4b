"""Remembered results: a run with them reaches what a run without them does, in any order and as often as it is run."""

from __future__ import annotations

import tomllib
from random import Random
from typing import Any

import pytest
from hypothesis import given

from tests.analysis.test_semantics import TABLE, UNSIGNED, page
from tests.analysis.test_values import VALUES
from tests.builders.core_runs import Outcome, run
from tests.builders.sampled import Tree, programs, written
from tests.builders.values import DIALECTS
from tests.builders.values import page as judged
from webshellhunt import Verdict
from webshellhunt.core import calls, remember
from webshellhunt.memo import Memo
from webshellhunt.pipeline import examine

LANGUAGES = ("vbscript", "jscript")
CALLED = {
    "a variable of the page": "n = 0|Function f(a)|n = n + 1|f = a & n|End Function|s.Run f(1) & f(1)|s.Run n",
    "a variable that changes": "n = 0|Function f(a)|f = a & n|End Function|s.Run f(1)|n = x|s.Run f(1)|n = 0|u = f(1)",
    "by reference": "Sub f(a)|a = a & x|End Sub|b = 1|c = 1|f b|f c|s.Run b & c",
    "an object": "Sub f(a)|a(1) = a(1) & x|End Sub|f d|f d|s.Run d(1)",
    "an object that is made": "Class A|Public p|End Class|Function f(a)|Set f = New A|f.p = a|End Function|"
    "Set b = f(1)|Set c = f(1)|b.p = x|s.Run c.p|s.Run b.p",
    "a sink": "Sub f(a)|s.Run a|End Sub|f 1|f x|f 1",
    "a store": 'Sub f(a)|Session("k") = Session("k") & a|End Sub|f 1|f 1|f x|s.Run Session("k")',
    "an error": "Function f(a)|f = CInt(a)|End Function|On Error Resume Next|b = f(x)|b = f(x)|s.Run b & Err.Number",
    "a text that is run": 'Function f(a)|Exec·ute "f = a & n"|End Function|n = 1|s.Run f(1)|n = x|s.Run f(1)',
    "a condition": 'Function f(a)|f = (a = "1")|End Function|If f(x) Then s.Run x|If f(x) Then s.Run x Else s.Run x',
    "calls in calls": "Function g(a)|n = n & a|g = n|End Function|Function f(a)|f = g(a) & g(a)|End Function|"
    "s.Run f(1)|s.Run f(1)|s.Run f(x)|s.Run n",
    "a loop": "Function f(a)|For i = 1 To 30|f = f & Mid(a, i, 1)|Next|End Function|s.Run f(x)|s.Run f(x) & f(1)",
}
"""Procedures that are called several times, each with an effect; lines are separated by bars."""
_FIRST = 'Set s = CreateObject("WScr·ipt.Sh·ell")\nSet d = CreateObject("Scripting.Dictionary")\nx = Req·uest("k")\n'


def with_and_without(code: str, language: str, steps: int | None = None) -> tuple[Outcome, Outcome]:
    """Return the outcome of a run that remembers all calls that it may, and of one that remembers none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remember, "LEAST_CODE", 0)
        patch.setattr(remember, "LEAST_COST", 0)
        remembering = run(code, language, steps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "look", lambda *_: None)
        return remembering, run(code, language, steps)


def reached(outcome: Outcome) -> list[Any]:
    """Return what arrives without the ways there, in the order of the text."""
    found = [
        (each.place, each.names, [(value.forms, {trace[:4] for trace in value.traces}) for value in each.arguments])
        for each in outcome.arrivals
    ]
    return sorted(((place, names, [({_plain(form) for form in forms}, traces) for forms, traces in values])
                   for place, names, values in found), key=lambda each: each[:2])  # fmt: skip


def _plain(form: Any) -> tuple[Any, ...]:
    return tuple(part if isinstance(part, str) else (part.type, part.form, part.word) for part in form)


@pytest.mark.parametrize("code", CALLED.values(), ids=CALLED.keys())
def test_calls_that_have_effects(code: str) -> None:
    remembering, plain = with_and_without(_FIRST + code.replace("|", "\n"), "vbscript")
    assert reached(remembering) == reached(plain) != []


def test_loops_in_remembered_calls_cost_the_same() -> None:
    turns = "For i = 1 To 400\nt = f(123456789)\nNext\n"
    code = "Function f(a)\nFor k = 1 To 20\nf = f & Mid(a, k, 1)\nNext\nEnd Function\n" + 4 * turns
    for steps in range(6_000, 17_000, 1_000):
        remembering, plain = with_and_without(code, "vbscript", steps)
        assert remembering.is_cut is plain.is_cut is (steps < 12_000)


@pytest.mark.parametrize("language", LANGUAGES)
@given(program=programs())
def test_programs_by_chance(language: str, program: Tree) -> None:
    remembering, plain = with_and_without(written(program, language, None), language)
    if not (remembering.is_cut or plain.is_cut):
        assert reached(remembering) == reached(plain)


@pytest.mark.parametrize("language", ["vbscript", "jscript_classic"])
def test_programs_of_the_table_of_values(language: str) -> None:
    groups = tomllib.loads((VALUES / f"{language}.toml").read_text("utf-8"))
    dialect = DIALECTS[language]
    for code, *expected in (
        row for group in groups.values() for row in group["values"] if "function" in row[0].lower()
    ):
        plain = [each if isinstance(each, str) else each[0] for each in expected]
        text = judged(dialect, code, plain)
        remembering, without = with_and_without(text, dialect.language)
        assert reached(remembering) == reached(without), text


def test_no_verdict_changes_by_what_was_examined_before() -> None:
    programs_of = [("vbscript", each) for each in TABLE["vbscript"][::20]]
    programs_of += [("jscript_classic", each) for each in TABLE["jscript_classic"][::20]]
    pages = [page(language, program) for language, program in programs_of]

    def verdict(at: int) -> Verdict:
        content, path = pages[at]
        return examine(content, path=path, job=UNSIGNED)

    alone = []
    for at in range(len(pages)):
        Memo.forget_all()
        alone.append(verdict(at))
    order = [*range(len(pages)), *range(len(pages))]
    Random(34).shuffle(order)
    assert [at for at in order if verdict(at) != alone[at]] == []
