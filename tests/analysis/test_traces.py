"""Traces: the way of a value, one for each of its origins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.traces import MAX_STEPS, MAX_TRACES, Step, Trace, merged

REQUEST = Trace("visitor", "Request", 1)


def test_a_trace_knows_the_names_that_it_went_through_in_order() -> None:
    trace = REQUEST.through("a", 3).through("b", 5)
    assert trace.steps == (Step("a", 3), Step("b", 5))
    assert trace._replace(steps=()) == REQUEST


def test_a_name_is_gone_through_once() -> None:
    trace = REQUEST.through("a", 3)
    assert trace.through("a", 9) == trace


def test_the_steps_are_bounded() -> None:
    trace = REQUEST
    for number in range(MAX_STEPS * 2):
        trace = trace.through(f"n{number}", number)
    assert len(trace.steps) == MAX_STEPS


def test_of_one_origin_the_shortest_way_is_kept() -> None:
    long, short = REQUEST.through("a", 3).through("b", 5), REQUEST.through("c", 7)
    assert merged([long, short]) == merged([short, long]) == (short,)


def test_another_key_is_another_origin() -> None:
    a, b = REQUEST._replace(key="a"), REQUEST._replace(key="b")
    assert merged([a, b, a]) == (a, b)


TRACES = st.builds(Trace, st.sampled_from(("visitor", "upload")), st.just("Request"), st.integers(0, 6))


@given(st.lists(TRACES, max_size=12))
def test_merging_is_bounded_and_idempotent(traces: list[Trace]) -> None:
    once = merged(traces)
    assert len(once) <= MAX_TRACES
    assert set(once) <= set(traces)
    assert bool(once) is bool(traces)
    assert merged(once) == once
