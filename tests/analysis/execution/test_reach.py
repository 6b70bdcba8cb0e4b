"""Reach: the containers that variables lead to."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.domain.values import Choice, Closure, Method, Several, Thing, Value
from webshellhunt.analysis.execution.reach import is_reached
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols
from webshellhunt.lang.tree import Function

FUNCTION = Function(0, 1, "f", [], None)
THING = Thing("object")


def machine(value: Value) -> Machine:
    made = Machine(PageSymbols("c#", ClassSymbol("", "page")), Surroundings(), Observer())
    made.page.fields["x"] = value
    return made


@pytest.mark.parametrize(
    "value",
    [
        THING,
        Choice(("a", THING)),
        Method(THING, "m"),
        Several((Closure(FUNCTION, None, THING),)),
        Closure(FUNCTION, Frame(variables={"y": THING})),
        Thing("array", fields={0: Thing("array", fields={0: THING})}),
    ],
)
def test_an_object_is_reached_through_values(value: Value) -> None:
    assert is_reached(machine(value), [THING.fields])
    assert not is_reached(machine(value), [{}])


def test_variables_of_open_calls_are_reached() -> None:
    made = machine(1)
    frame = Frame(this=THING)
    made.frames.append(frame)
    assert is_reached(made, [frame.variables])
    assert is_reached(made, [THING.fields])
    assert is_reached(made, [made.page.fields])


def test_a_circle_is_searched_once() -> None:
    circle = Thing("object")
    circle.fields["self"] = circle
    assert not is_reached(machine(circle), [{}])
    circle.fields.clear()


def test_too_many_objects_may_lead_to_any() -> None:
    many = Thing("array", fields={at: Thing("object") for at in range(5_000)})
    assert is_reached(machine(many), [{}])
