"""Code of several languages on one page: functions of one that the other calls."""

from __future__ import annotations

from tests.builders.inert import unit_of
from webshellhunt.analysis.flow.page_analysis import analyse
from webshellhunt.analysis.traces import ELSEWHERE

Found = list[list[tuple[str, str | None, int]]]


def kinds(*codes: tuple[str, str]) -> Found:
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
    (_, ((kind, key, place),)) = kinds(script, page)
    assert (kind, key, place != ELSEWHERE) == ("evaluate", "k", True)


def test_known_values_stay_known() -> None:
    script = ("function same(text) { return text; }", "jscript")
    code = 'If same("a") = "a" Then Exec·ute Req·uest("k") Else Exec·ute Req·uest("j")'
    _, found = kinds(script, (code, "vbscript"))
    assert [key for _, key, _ in found] == ["k"]
