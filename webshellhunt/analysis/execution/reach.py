"""Reach: which containers the variables of a run lead to. Objects of one turn of a loop alone are not among them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.analysis.domain.values import Choice, Closure, Method, Several, Thing, Value
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Container

_MOST = 4_000
"""Containers that are searched."""
_OF_STEP = 8
"""Containers that are searched in the time of one step."""


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
