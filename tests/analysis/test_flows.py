"""Traces and flows as values."""

from __future__ import annotations

import pickle

import pytest

from webshellhunt.analysis.flows import MAX_ALL_STEPS, MAX_STEPS, Flow, Trace
from webshellhunt.analysis.vocabulary import Sink

TRACE = Trace("visitor", "origin", 3, "k")
FLOW = Flow(Sink("evaluate", ("sink",), False), "sink", 7, TRACE)


def test_a_step_is_added_once() -> None:
    assert TRACE.through("a").through("b").through("a").steps == ("a", "b")
    assert TRACE.steps == ()


def test_steps_are_bounded() -> None:
    trace = TRACE
    for number in range(MAX_STEPS + 3):
        trace = trace.through(str(number))
    assert trace.steps == tuple(map(str, range(MAX_STEPS)))


@pytest.mark.parametrize(
    ("kind", "expected"), [("visitor", True), ("upload", True), ("remote", False), ("decoded", False)]
)
def test_whose_bytes_arrive(kind: str, expected: bool) -> None:
    assert FLOW._replace(trace=TRACE._replace(kind=kind)).from_visitor is expected


def test_a_flow_tells_its_road() -> None:
    assert (FLOW.kind, FLOW.key) == ("evaluate", "k")
    assert FLOW._replace(trace=TRACE.through("a")).words == "origin → a → sink"


def test_a_flow_without_an_origin_has_no_key_and_no_visitor() -> None:
    flow = FLOW._replace(trace=None, constant="x")
    assert (flow.key, flow.from_visitor, flow.words) == (None, False, "sink")


def test_flows_pickle() -> None:
    flow = FLOW._replace(inner=(FLOW,))
    assert pickle.loads(pickle.dumps(flow)) == flow


def test_decoding_calls_are_steps_beyond_the_bound_of_names() -> None:
    trace = TRACE
    for number in range(MAX_STEPS):
        trace = trace.through(str(number))
    decoded = trace.decoded_by(["first", "second", "first"])
    assert decoded.steps == (*map(str, range(MAX_STEPS)), "first", "second")
    assert decoded.decoded_by(["second"]) is decoded
    assert len(decoded.decoded_by(map(str, range(100, 200))).steps) == MAX_ALL_STEPS
