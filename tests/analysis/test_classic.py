"""The life of a classic page: requests, procedures that nobody calls, code that is not reached."""

from __future__ import annotations

from tests.builders.inert import analyse, live
from webshellhunt.analysis.classic import run_classic
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import build_unit

RUN = live("Exec·ute")
ASK = live("Req·uest")


def keys(code: str) -> list[str | None]:
    """Return the keys of the request that reach an evaluator."""
    return [flow.key for flow in analyse(code, "vbscript").flows]


def test_what_a_request_stores_is_there_for_the_next() -> None:
    assert keys(f'{RUN} Session("a")\nSession("a") = {ASK}("k")') == ["k"]
    assert keys(f'{RUN} Session("a")\nSession("a") = {ASK}("k")\nResponse.Redirect "?"') == ["k"]
    assert keys(f'{RUN} a\na = {ASK}("k")') == []


def test_a_procedure_that_nobody_calls_runs_in_a_file_for_others_alone() -> None:
    procedure = f'Sub act()\n{RUN} {ASK}("k")\nEnd Sub\n'
    assert keys(procedure) == ["k"]
    assert keys(procedure + "Response.Write 1") == []


def test_texts_of_code_that_is_not_reached_are_known() -> None:
    code = 'If 1 = 2 Then\nx = "a" & Chr(98)\nEnd If\nSub s()\ny = "c" & Chr(100)\nEnd Sub'
    unit = build_unit(code, "vbscript", [(0, len(code))])
    (run,) = run_classic([(unit.tokens, Surroundings(is_classic=True), unit.parsed)])
    assert {text for _, text in run.texts.all()} >= {"ab", "cd"}
    assert [*run.shown] == []
    run.close()
    assert [*run.texts.all()] == []


def test_a_run_without_steps_is_cut() -> None:
    code = "Do While x < 9\nx = y & x\nLoop\n" * 9
    unit = build_unit(code, "vbscript", [(0, len(code))])
    (run,) = run_classic([(unit.tokens, Surroundings(is_classic=True), unit.parsed)], 1)
    assert run.is_exhausted
    assert run.shown.is_cut
