"""The machine: branches are joined, jumps arrive at their targets, and work is counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders.interpreted import seen
from webshellhunt.analysis.domain.values import UNKNOWN, Value, options_of
from webshellhunt.analysis.execution.machine import DEAD, Ending, ExhaustedError, Machine, Signal, Target
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.tree import Block, Label, Literal, Name


def _machine(steps: int = 100) -> Machine:
    return Machine(collect(Block(0, 0, []), "c#"), Surroundings(), Observer(), steps)


def _sets(machine: Machine, value: Value, ending: Ending = None) -> Callable[[], Ending]:
    def run() -> Ending:
        machine.state.put(machine.page.fields, "x", value)
        return ending

    return run


def test_alternatives_start_from_the_same_state_and_are_joined() -> None:
    machine = _machine()
    machine.page.fields["x"] = "before"
    seen_by_second: list[Value] = []

    def second() -> Ending:
        seen_by_second.append(machine.page.fields["x"])
        return None

    assert machine.fork([_sets(machine, "after"), second]) is None
    assert seen_by_second == ["before"]
    assert set(options_of(machine.page.fields["x"])) == {"before", "after"}


def test_an_alternative_that_leaves_is_not_joined() -> None:
    machine = _machine()
    assert machine.fork([_sets(machine, "a", Signal("return")), _sets(machine, "b")]) is None
    assert machine.page.fields["x"] == "b"


def test_where_all_alternatives_leave_nothing_goes_on() -> None:
    machine = _machine()
    assert machine.fork([_sets(machine, "a", DEAD), _sets(machine, "b", DEAD)]) is DEAD


def test_the_state_of_a_jump_is_joined_at_its_target() -> None:
    machine = _machine()

    def body() -> Ending:
        def leave() -> Ending:
            machine.state.put(machine.page.fields, "x", "left early")
            return machine.jump("return")

        ending = machine.fork([leave, lambda: None])
        machine.state.put(machine.page.fields, "x", "went on")
        return ending

    assert machine.within(Target(frozenset({"return"})), body) is None
    assert set(options_of(machine.page.fields["x"])) == {"left early", "went on"}
    assert machine.state.depth == 0


def test_a_jump_that_is_sure_ends_what_is_inside_its_target_only() -> None:
    machine = _machine()
    assert machine.within(Target(frozenset({"break"})), lambda: machine.jump("break")) is None
    assert machine.within(Target(frozenset({"break"})), lambda: machine.jump("return")) == Signal("return")


def test_a_label_is_that_of_its_target() -> None:
    target = Target(frozenset({"break"}), "outer")
    assert target.takes("break", "")
    assert target.takes("break", "outer")
    assert not target.takes("break", "inner")
    assert not target.takes("continue", "outer")


def test_an_attempt_is_taken_back() -> None:
    machine = _machine()
    machine.page.fields["x"] = "before"
    ending, changes = machine.attempt(Target(frozenset({"throw"})), _sets(machine, "after"))
    assert ending is None
    assert [change.value for change in changes.values()] == ["after"]
    assert machine.page.fields["x"] == "before"


def test_work_is_counted() -> None:
    machine = _machine(steps=3)
    machine.spend(3)
    with pytest.raises(ExhaustedError):
        machine.spend(1)
    machine = _machine(steps=3)
    for _ in range(3):
        machine.value(Literal(0, 1, "a", "string"))
    with pytest.raises(ExhaustedError):
        machine.value(Literal(0, 1, "a", "string"))


def test_nodes_without_a_meaning_are_unknown() -> None:
    machine = _machine()
    assert machine.value(None) == UNKNOWN
    assert machine.value(Label(0, 1, "a")) == UNKNOWN
    assert machine.run(None) is None


def test_an_exception_in_an_expression_ends_its_statement() -> None:
    machine = _machine()
    machine.leave(machine.throw("oops"))
    assert machine.is_leaving
    assert machine.thrown() == Signal("throw")
    assert machine.thrown() is None
    assert machine.caught() == "oops"


def test_a_block_ends_where_a_statement_leaves() -> None:
    assert seen('void f() { return; SINK("a"); } f(); SINK("b");', "c#") == ["b"]
    assert _machine().execute(Name(0, 1, "x")) is None
