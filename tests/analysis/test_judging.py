"""What is harmful of what arrives at sinks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.inert import live
from webshellhunt.analysis.arrivals import Arrival
from webshellhunt.analysis.core_values import shown, shown_arrivals
from webshellhunt.analysis.judging import Scene, counting, flows_of, is_doubtful, is_idle, sinks_of
from webshellhunt.core import arrivals
from webshellhunt.core.values import UNKNOWN, Label, Parts, Some

VISITOR = Some("text", frozenset({Label("visitor", "origin", "k", 3)}))
REMOTE = Some("text", frozenset({Label("remote", "answer", None, 4)}))
EVAL = (live("ev·al"),)
START = (live("pro·cess"), "start")


def arrived(*told: Any, **named: Any) -> Arrival:
    """Return an arrival as judging reads it."""
    (found,) = shown_arrivals([arrivals.Arrival(*told, **named)], 0)
    return found


def kinds(arrival: Arrival, scene: Scene | None = None) -> list[tuple[str, str]]:
    found = flows_of(arrival, Scene() if scene is None else scene)
    told = ((flow.kind, flow.trace.kind if flow.trace is not None else "") for flow in found)
    return [*dict.fromkeys(told)]


def test_a_value_with_a_trace_flows() -> None:
    assert kinds(arrived(EVAL, 0, [VISITOR])) == [("evaluate", "visitor")]
    assert kinds(arrived(EVAL, 0, [REMOTE])) == [("evaluate", "remote")]
    assert kinds(arrived(EVAL, 0, ["text"])) == []
    assert kinds(arrived(EVAL, 0, [Parts((REMOTE, VISITOR))])) == [("evaluate", "visitor")]


def test_the_argument_of_a_sink_counts() -> None:
    names = ("file", live("write·alltext"))
    assert kinds(arrived(names, 0, [VISITOR, "x"])) == [("write-path", "visitor")]
    assert kinds(arrived(names, 0, ["x", VISITOR])) == [("write-content", "visitor")]


def test_a_method_of_a_value_without_a_name_is_named_alone() -> None:
    (flow, *_) = flows_of(arrived(("visitor", live("save·as")), 0, [VISITOR], VISITOR), Scene())
    assert flow.name == live("save·as")


def test_the_origin_is_that_which_selects_the_file() -> None:
    names = ("file", live("write·alltext"))
    first = Some("text", frozenset({Label("visitor", "folder", "f", 5, (("a", 6),))}))
    flow = next(flows_of(arrived(names, 0, [Parts((first, "\\", VISITOR)), "x"]), Scene()))
    assert flow.trace is not None
    assert flow.trace.place == 5
    flow = next(flows_of(arrived(names, 0, [Parts((REMOTE, first)), "x"]), Scene()))
    assert flow.trace is not None
    assert flow.trace.place == 5


def test_a_call_that_starts_its_object_counts_that() -> None:
    assert kinds(arrived(START, 0, [], VISITOR)) == [("process", "visitor")]
    (sink,) = sinks_of(arrived(START, 0, []), frozenset())
    assert counting(sink, arrived(START, 0, [], "x")) == [shown("x")]


def test_a_text_that_is_run_is_a_flow_with_those_inside_it() -> None:
    arrival = arrived(EVAL, 0, ["code"], inner={"code": [arrivals.Arrival(EVAL, 0, [VISITOR])]})
    (flow,) = flows_of(arrival, Scene())
    assert (flow.constant, flow.hidden, flow.trace, [each.kind for each in flow.inner]) == (
        "code",
        True,
        None,
        ["evaluate"],
    )
    (flow,) = flows_of(arrival, Scene(literals=frozenset({"code"})))
    assert not flow.hidden


@pytest.mark.parametrize(
    ("mode", "expected"), [(["a"], True), (["a", 1], True), (["a", 2], False), (["a", UNKNOWN], False)]
)
def test_a_file_that_is_opened_to_be_read_is_idle(mode: list[object], *, expected: bool) -> None:
    arrival = arrived(("fso", "opentextfile"), 0, mode)
    (sink,) = (each for each in sinks_of(arrival, frozenset()) if each.kind == "write-path")
    assert is_idle(sink, arrival) is expected


def test_a_server_control_starts_no_program() -> None:
    subject = Some("box")
    assert kinds(arrived(("box", "shellexecute"), 0, [VISITOR], subject)) == [("process", "visitor")]
    assert kinds(arrived(("box", "shellexecute"), 0, [VISITOR], subject), Scene(controls=frozenset({"box"}))) == []


def test_a_value_of_an_earlier_request_is_doubtful() -> None:
    assert is_doubtful(arrived(EVAL, 0, [Some("", frozenset({Label("stored", "session", "a")}))]), frozenset())
    assert not is_doubtful(arrived(EVAL, 0, [Some("", frozenset({Label("config", "settings", "a")}))]), frozenset())
    assert not is_doubtful(arrived(EVAL, 0, ["a"]), frozenset())
