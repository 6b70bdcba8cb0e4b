"""Control flow: branches are joined, jumps arrive at their targets, exceptions end their statements."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.values import Value, options_of
from webshellhunt.analysis.machine.endings import DEAD, Ending, Signal, Target
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.tree import Block


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

    assert machine.control.fork([_sets(machine, "after"), second]) is None
    assert seen_by_second == ["before"]
    assert set(options_of(machine.page.fields["x"])) == {"before", "after"}


def test_an_alternative_that_leaves_is_not_joined() -> None:
    machine = _machine()
    assert machine.control.fork([_sets(machine, "a", Signal("return")), _sets(machine, "b")]) is None
    assert machine.page.fields["x"] == "b"


def test_where_all_alternatives_leave_nothing_goes_on() -> None:
    machine = _machine()
    assert machine.control.fork([_sets(machine, "a", DEAD), _sets(machine, "b", DEAD)]) is DEAD


def test_the_state_of_a_jump_is_joined_at_its_target() -> None:
    machine = _machine()

    def body() -> Ending:
        def leave() -> Ending:
            machine.state.put(machine.page.fields, "x", "left early")
            return machine.control.jump("return")

        ending = machine.control.fork([leave, lambda: None])
        machine.state.put(machine.page.fields, "x", "went on")
        return ending

    assert machine.control.within(Target(frozenset({"return"})), body) is None
    assert set(options_of(machine.page.fields["x"])) == {"left early", "went on"}
    assert machine.state.depth == 0


def test_a_jump_that_is_sure_ends_what_is_inside_its_target_only() -> None:
    machine = _machine()
    assert machine.control.within(Target(frozenset({"break"})), lambda: machine.control.jump("break")) is None
    assert machine.control.within(Target(frozenset({"break"})), lambda: machine.control.jump("return")) == Signal(
        "return"
    )


def test_an_attempt_is_taken_back() -> None:
    machine = _machine()
    machine.page.fields["x"] = "before"
    ending, changes = machine.control.attempt(Target(frozenset({"throw"})), _sets(machine, "after"))
    assert ending is None
    assert [change.value for change in changes.values()] == ["after"]
    assert machine.page.fields["x"] == "before"


def test_an_exception_in_an_expression_ends_its_statement() -> None:
    machine = _machine()
    machine.control.leave(machine.control.throw("oops"))
    assert machine.control.is_leaving
    assert machine.control.thrown() == Signal("throw")
    assert machine.control.thrown() is None
    assert machine.control.caught() == "oops"
