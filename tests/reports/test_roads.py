"""The road of the data, from the message of a detector."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.cases import EVAL, finding
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.reports.roads import MOST_ROADS, MOST_STEPS, Road, roads


def of(message: str) -> tuple[Road, ...]:
    return roads(finding(message=message), message)


def names(road: Road) -> list[str]:
    return [stop.name for stop in road.stops]


@pytest.mark.parametrize(
    ("message", "stops", "note"),
    [
        ("request data is executed as code: Request('k') → eval", ["Request('k')", "eval"], ""),
        ("code: request('k') → eval (hidden in a constant)", ["request('k')", "eval"], "hidden in a constant"),
        ("code: Request('a: b; c → d') → text → eval", ["Request('a: b; c → d')", "text", "eval"], ""),
        ("it names: a.text → b → sqlconnection, and the table", ["a.text", "b", "sqlconnection"], "and the table"),
        ("Request('k') → eval", ["Request('k')", "eval"], ""),
    ],
)
def test_the_steps_of_a_message(message: str, stops: list[str], note: str) -> None:
    [road] = of(message)
    assert (names(road), road.note) == (stops, note)
    assert [stop.kind for stop in road.stops] == ["source", *["step"] * (len(stops) - 2), "sink"]


def test_two_roads_of_one_message() -> None:
    message = "it sets both: context.Request('data') → FromBase64String → file.writeallbytes; Request('n') → file.write"
    first, second = of(message)
    assert [stop.meaning for stop in first.stops] == ["starts here", "decoded by", "ends here"]
    assert names(second) == ["Request('n')", "file.write"]
    assert first.words["writeallbytes"] == "sink"
    assert first.words["request"] == "source"


def test_a_store_keeps_the_data() -> None:
    [road] = of("code: request('k') → session(load) → held → execute")
    assert [stop.meaning for stop in road.stops[1:3]] == ["kept in", "passed on through"]


def test_a_signature_states_no_road() -> None:
    signature = replace(finding(), rule=replace(EVAL, origin=RuleOrigin.PUBLIC_SIGNATURE))
    assert roads(signature, "a → b") == ()
    assert of("no arrow") == ()


@given(st.text(st.sampled_from("ab('\")[]:;→ ,.\n"), max_size=200))
def test_any_message_has_bounded_roads(text: str) -> None:
    found = of(text)
    assert len(found) <= MOST_ROADS
    assert all(2 <= len(road.stops) <= MOST_STEPS + 1 for road in found)
