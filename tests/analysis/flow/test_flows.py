"""Flows as values."""

from __future__ import annotations

import pickle

import pytest

from webshellhunt.analysis.flow.flows import LATEST_STEPS, Flow
from webshellhunt.analysis.traces import ELSEWHERE, Trace
from webshellhunt.analysis.vocabulary import Sink

TRACE = Trace("visitor", "origin", 3, "k")
FLOW = Flow(Sink("evaluate", ("sink",), False), "sink", 7, TRACE)


@pytest.mark.parametrize(
    ("kind", "expected"), [("visitor", True), ("upload", True), ("remote", False), ("decoded", False)]
)
def test_whose_bytes_arrive(kind: str, expected: bool) -> None:
    assert FLOW._replace(trace=TRACE._replace(kind=kind)).from_visitor is expected


def test_a_flow_tells_its_road() -> None:
    assert (FLOW.kind, FLOW.key) == ("evaluate", "k")
    assert FLOW._replace(trace=TRACE.through("a", 5)).words == "origin → a → sink"


def test_a_flow_without_an_origin_has_no_key_and_no_visitor() -> None:
    flow = FLOW._replace(trace=None, constant="x")
    assert (flow.key, flow.from_visitor, flow.words) == (None, False, "sink")


def test_flows_pickle() -> None:
    flow = FLOW._replace(inner=(FLOW,))
    assert pickle.loads(pickle.dumps(flow)) == flow


def test_the_latest_steps_are_named() -> None:
    trace = TRACE
    for number in range(LATEST_STEPS + 2):
        trace = trace.through(str(number), number)
    assert FLOW._replace(trace=trace).words == "origin → 2 → 3 → 4 → 5 → 6 → 7 → sink"


def test_the_places_of_a_path_are_in_the_order_of_execution() -> None:
    trace = TRACE.through("a", 9).through("b", ELSEWHERE).through("c", 1).through("d", 9)
    assert FLOW._replace(trace=trace).places == (3, 9, 1, 7)
    assert FLOW._replace(trace=None).places == (7,)
