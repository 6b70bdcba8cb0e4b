"""Functions that code in another language of a page calls."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.calling.languages import moved
from webshellhunt.analysis.domain.values import Choice, Tainted, Text
from webshellhunt.analysis.flow.page_analysis import analyse
from webshellhunt.analysis.traces import ELSEWHERE, Trace

TAINTED = Tainted((Trace("visitor", "origin", 3, "k").through("a", 4),), "string")


def kinds(*codes: tuple[str, str]) -> list[list[tuple[str, str | None, int]]]:
    """Return the flows of the codes of one page: the kind of the sink, the key, and the place of the origin."""
    units = [unit_of(code, language) for code, language in codes]
    analyses = analyse(units, objects={}, controls=frozenset(), across=True, is_classic=True)
    return [
        [(flow.kind, flow.key, flow.trace.place) for flow in each.flows if flow.trace is not None] for each in analyses
    ]


def test_a_function_gets_a_value_of_another_language() -> None:
    script = ("function run(text) { return ev·al(text + ''); }", "jscript")
    assert kinds(script, ('RUN Req·uest("k")', "vbscript")) == [[("evaluate", "k", ELSEWHERE)], []]
    assert kinds(script, ('RUN "1"', "vbscript")) == [[], []]
    assert kinds(script, ('walk Req·uest("k")', "vbscript")) == [[], []]


def test_a_function_returns_a_value_to_another_language() -> None:
    script = ('function get() { return Req·uest("k"); }', "jscript")
    assert kinds(script, ("Exec·ute get()", "vbscript")) == [[], [("evaluate", "k", ELSEWHERE)]]


def test_functions_of_both_languages_call_each_other() -> None:
    script = ("function run(text) { back(text); }", "jscript")
    page = ('Sub back(a)\nExec·ute a\nEnd Sub\nrun Req·uest("k")', "vbscript")
    assert kinds(script, page) == [[], [("evaluate", "k", ELSEWHERE)]]


@pytest.mark.parametrize("value", ["text", 3, None])
def test_known_values_stay(value: object) -> None:
    assert moved(value) is value


def test_a_trace_has_no_places_in_another_language() -> None:
    (trace,) = moved(TAINTED).traces
    assert (trace.place, [step.place for step in trace.steps], trace.key) == (ELSEWHERE, [ELSEWHERE], "k")
    assert moved(Text(("a", TAINTED))).parts[1].traces == (trace,)
    assert moved(Choice(("a", TAINTED))).options[1].traces == (trace,)
