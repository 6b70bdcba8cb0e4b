"""Fix-points: loops of which it is not known how often they turn, until another turn changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from webshellhunt.analysis.domain.values import Choice, Closure, Method, Several, Thing, Value
from webshellhunt.analysis.domain.widening import blurred, counting, widened
from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Changes, Container
from webshellhunt.lang.tree import Node

ROUNDS = 4
"""Turns of a loop of which nothing is known; from the third one, a value that still changes is taken for unknown."""
COARSE_ROUNDS = 2
"""Turns of a loop that takes many steps, or where the page has had its share of them."""
_MOST = 4_000
"""Containers that are searched."""
_OF_STEP = 8
"""Containers that are searched in the time of one step."""


def until_fixed(machine: Machine, node: Node, turn: Callable[[], Ending]) -> Ending:
    """Run turns of a loop, none of which is sure to happen, until another one changes nothing that matters."""
    machine.budget.loops += 1
    limit = machine.budget.left - machine.budget.steps_of_loop
    for number in range(1, ROUNDS + 1):
        since = machine.state.serial
        machine.state.open()
        ending = turn()
        changes = machine.state.undo()
        machine.control.open_targets()
        alternatives: list[Changes] = [{}]
        if ending is None:
            alternatives.append(changes)
        is_last = _is_last(machine, number, limit)
        combine = blurred if is_last or machine.budget.is_coarse else counting if number == 1 else widened
        changed = machine.state.merge(alternatives, combine, since)
        if is_last or not changed:
            break
        if number > 1 and not is_reached(machine, [container for container, _ in changed]):
            break
    machine.budget.loops -= 1
    return None


def _is_last(machine: Machine, number: int, limit: int) -> bool:
    """True if a loop has turned as often as it may; one in another one turns again in each turn of that."""
    if machine.budget.is_coarse:
        return number >= COARSE_ROUNDS or machine.budget.loops > 1 or machine.budget.is_late
    return number >= ROUNDS or (number >= COARSE_ROUNDS and machine.budget.left < limit)


def is_reached(machine: Machine, containers: Sequence[Container]) -> bool:
    """True if variables lead to one of some containers, or to too many to say."""
    wanted = {id(each) for each in containers}
    near = {id(frame.variables) for frame in machine.frames}
    if not wanted.isdisjoint(near):
        return True
    search = _Search()
    for frame in machine.frames:
        search.add_frame(frame)
    for value in _roots(machine):
        search.add(value)
    return search.finds(machine, wanted)


def _roots(machine: Machine) -> Iterator[Value]:
    yield machine.page
    for group in (
        machine.kept.statics,
        machine.kept.objects,
        machine.kept.stores,
        machine.kept.functions,
        machine.kept.prototypes,
    ):
        yield from group.values()
    yield from machine.kept.made
    yield machine.control.caught()


class _Search:
    """A search through containers; each is searched once."""

    def __init__(self) -> None:
        self._seen: dict[int, Container] = {}
        self._waiting: list[Container] = []

    def add(self, value: Value) -> None:
        """Add the containers that a value leads to directly."""
        kind = value.__class__
        if kind is Thing:
            self._add_container(value.fields)
        elif kind is Choice:
            for option in value.options:
                self.add(option)
        elif kind is Closure:
            self.add(value.this)
            if value.frame is not None:
                self.add_frame(value.frame)
        elif kind is Several:
            for part in value.parts:
                self.add(part)
        elif kind is Method:
            self.add(value.subject)

    def add_frame(self, frame: Frame | None) -> None:
        """Add what a call knows, and the calls around a closure."""
        while frame is not None and id(frame.variables) not in self._seen:
            self._add_container(frame.variables)
            self.add(frame.this)
            for value in (*frame.subjects, *frame.arguments):
                self.add(value)
            frame = frame.outer

    def finds(self, machine: Machine, wanted: set[int]) -> bool:
        """Search until a container that is wanted is found."""
        while self._waiting:
            container = self._waiting.pop()
            if id(container) in wanted or len(self._seen) > _MOST:
                return True
            for value in container.values():
                self.add(value)
            if not len(self._seen) % _OF_STEP:
                machine.spend(1)
        return False

    def _add_container(self, container: Container) -> None:
        if id(container) not in self._seen:
            self._seen[id(container)] = container
            self._waiting.append(container)
