"""Summaries: calls that would tell no more return what earlier ones did."""

from __future__ import annotations

from tests.builders.steps import at_most
from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, Tainted, Value
from webshellhunt.analysis.engine import run_page
from webshellhunt.analysis.summaries.summaries import FREE_RUNS, KNOWN_RUNS, RUNS, Summaries
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.analysis.traces import Trace
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Function

FUNCTION = Function(0, 1, "f", [], None)
TAINTED = Tainted((Trace("visitor", "Request", 3),))


def called(summaries: Summaries, times: int, argument: Value, *, is_sure: bool = False) -> int:
    """Call a function again and again; return how often it was run."""
    runs = 0
    for _ in range(times):
        summary = summaries.of_call(FUNCTION, [argument], None, is_sure=is_sure)
        if summary is None or not summary.is_complete:
            runs += 1
        if summary is not None and not summary.is_complete:
            summary.add(argument, [ABSENT])
    return runs


def test_calls_with_unknown_arguments_are_run_some_times() -> None:
    assert called(Summaries(), 200, UNKNOWN) == FREE_RUNS + RUNS


def test_a_summary_returns_what_the_runs_did() -> None:
    summaries = Summaries()
    called(summaries, 200, TAINTED)
    summary = summaries.of_call(FUNCTION, [TAINTED], None, is_sure=False)
    assert summary is not None
    assert (summary.is_complete, summary.value, summary.outs) == (True, TAINTED, [ABSENT])


def test_values_of_another_origin_are_run_again() -> None:
    summaries = Summaries()
    called(summaries, 200, UNKNOWN)
    assert called(summaries, 200, TAINTED) == RUNS


def test_known_arguments_are_run_each_time_where_it_is_sure_that_they_happen() -> None:
    assert called(Summaries(), 500, "abc", is_sure=True) == 500


def test_known_arguments_are_run_many_times_where_it_is_not_sure() -> None:
    assert called(Summaries(), 500, "abc") == FREE_RUNS + KNOWN_RUNS


def test_other_known_arguments_are_run() -> None:
    summaries = Summaries()
    assert sum(called(summaries, 1, str(number)) for number in range(500)) == 500


def test_a_tree_of_calls_is_bounded() -> None:
    calls = [[f"f{(number + each) % 100} a & x" for each in range(1, 6)] for number in range(100)]
    subs = [f"Sub f{number}(a)\n" + "\n".join(each) + "\nEnd Sub\n" for number, each in enumerate(calls)]
    code = "".join(subs) + "f0 Request(1)\n"
    with at_most(6_000_000):
        run_page(tokenize(code, "vbscript"), Surroundings())
