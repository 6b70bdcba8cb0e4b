"""Evaluators: a text that is run as code is read, in the scope of the evaluator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import run, seen
from webshellhunt.analysis.calling.evaluators import MAX_DEPTH
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.observer import Arrival


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("vbscript", 'Exec·ute "x = VISITOR_"\nSINK x', "<tainted>"),
        ("vbscript", 'Exec·ute "x" & " = ""1"""\nSINK x', "1"),
        (
            "vbscript",
            'Exec·uteGlobal "Function f(p)" & vbLf & "f = p & ""!""" & vbLf & "End Function"\nSINK f("a")',
            "a!",
        ),
        ("vbscript", 'SINK Ev·al("""1"" & ""2""")', "12"),
        ("vbscript", 'Sub f\nDim x\nExec·ute "x = ""own"""\nSINK x\nEnd Sub\nf', "own"),
        ("jscript", "SINK(ev·al(\"'1' + '2'\"));", "12"),
        ("jscript", "ev·al(\"var x = '1'\"); SINK(x);", "1"),
    ],
)
def test_a_text_runs_where_the_evaluator_is(language: str, code: str, arrives: Any) -> None:
    code = code.replace("VISITOR_", 'Req·uest(""k"")')
    assert seen(code, language)[-1] == arrives


def _inner(arrival: Arrival) -> list[Arrival]:
    return [each for arrivals in arrival.inner.values() for each in arrivals]


def test_what_arrives_inside_a_text_belongs_to_its_evaluator() -> None:
    code = 'Exec·ute "Exec·ute Req·uest(""k"")"'
    (arrival,) = run(code, "vbscript").arrivals
    (inner,) = _inner(arrival)
    assert traces_of(inner.arguments[0])
    assert inner.place == arrival.place


def test_a_visitors_text_has_no_inner_arrivals() -> None:
    (arrival,) = run("Exec·ute VISITOR", "vbscript").arrivals
    assert traces_of(arrival.arguments[0])
    assert _inner(arrival) == []


def test_each_text_that_is_possible_is_run() -> None:
    code = 'c = "SINK_ ""1"""\nIf UNSURE Then c = "SINK_ ""2"""\nExec·ute c'
    code = code.replace("SINK_", 'CreateObject(""WScr·ipt.Sh·ell"").Run "')
    (arrival,) = run(code.replace('Run " ""', 'Run ""'), "vbscript").arrivals
    assert len(arrival.inner) == 2


def test_texts_in_texts_have_an_end() -> None:
    found = run('c = "Exec·ute c"\nExec·ute c', "vbscript")
    assert found.is_exhausted  # a text was left out, and nothing is denied after that
    depth, arrivals = 0, found.arrivals
    while arrivals:
        arrivals, depth = _inner(arrivals[0]), depth + 1
    assert depth <= MAX_DEPTH + 1


@pytest.mark.parametrize("text", ["", "((((", 'x = """', "End Sub", "\0\1"])
def test_a_text_that_is_no_code_does_nothing(text: str) -> None:
    quoted = text.replace('"', '""')
    assert not run(f'Exec·ute "{quoted}"', "vbscript").is_exhausted
