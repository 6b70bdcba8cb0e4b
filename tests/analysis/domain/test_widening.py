"""Widening: values that differ from turn to turn become one that stands for all."""

from __future__ import annotations

import pytest

from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    NUMBER,
    UNKNOWN,
    Choice,
    Closure,
    Opaque,
    Text,
    Thing,
    Value,
)
from webshellhunt.analysis.domain.widening import blurred, covers, widened
from webshellhunt.lang.tree import Function

STRING = Opaque("string")
REQUEST = Opaque(path=("request",))
CLOSURE = Closure(Function(0, 1, "f", [], None), None)
THING = Thing("object")


@pytest.mark.parametrize(
    ("left", "right", "value"),
    [(ABSENT, "a", "a"), ("a", "a", "a"), (1, 2, NUMBER), (NUMBER, 2, NUMBER), ("a", "b", Choice(("a", "b")))],
)
def test_what_the_next_turn_would_change_again(left: Value, right: Value, value: Value) -> None:
    assert widened(left, right) == value


@pytest.mark.parametrize("combine", [widened, blurred])
def test_a_text_that_grows_keeps_its_taint(combine: object) -> None:
    assert callable(combine)
    grown = combine(Text(("a", TAINTED)), Text(("a", TAINTED, "b")))
    assert traces_of(grown) == TAINTED.traces
    assert combine(grown, Text(("a", TAINTED, "b", "c"))) == grown


@pytest.mark.parametrize(
    ("left", "right", "value"),
    [
        (ABSENT, "a", "a"),
        ("a", "a", "a"),
        ("a", "b", STRING),
        (STRING, "b", STRING),
        (1, 2, NUMBER),
        (True, False, Choice((True, False))),
        ("a", TAINTED, Choice(("a", TAINTED))),
        (THING, None, Choice((THING, None))),
        (REQUEST, "a", Choice((REQUEST, "a"))),
    ],
)
def test_of_values_that_differ_little_more_than_the_type_is_known(left: Value, right: Value, value: Value) -> None:
    assert blurred(left, right) == value


def test_of_many_values_the_taint_is_kept() -> None:
    assert blurred(Choice(("a", TAINTED)), 1) == Choice((TAINTED, UNKNOWN))


@pytest.mark.parametrize(
    ("general", "value"),
    [
        ("a", "a"),
        (Choice(("a", "b")), "b"),
        (Choice(("a", STRING)), Choice(("b", "a"))),
        (UNKNOWN, "a"),
        (UNKNOWN, 1),
        (UNKNOWN, NUMBER),
        (NUMBER, 2),
        (STRING, "a"),
        (TAINTED, "a"),
        (TAINTED, Text(("a", TAINTED))),
        (THING, THING),
    ],
)
def test_a_value_that_another_one_stands_for(general: Value, value: Value) -> None:
    assert covers(general, value)


@pytest.mark.parametrize(
    ("general", "value"),
    [
        ("a", "b"),
        ("", EMPTY),
        (UNKNOWN, TAINTED),
        (UNKNOWN, REQUEST),
        (UNKNOWN, CLOSURE),
        (UNKNOWN, THING),
        (NUMBER, "a"),
        (NUMBER, Opaque("number", codes=TAINTED.traces)),
        (STRING, 1),
        (STRING, TAINTED),
        (TAINTED, THING),
        (REQUEST, "a"),
        (THING, Thing("object")),
        (Choice(("a", "b")), Choice(("a", "c"))),
    ],
)
def test_a_value_that_may_do_more(general: Value, value: Value) -> None:
    assert not covers(general, value)
