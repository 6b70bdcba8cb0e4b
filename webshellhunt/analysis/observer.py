"""Observer: the sinks that a run reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.analysis.domain.joining import choice, join
from webshellhunt.analysis.domain.taints import codes_of, derived
from webshellhunt.analysis.domain.values import TEXT, Thing, Value


@dataclass(slots=True)
class Arrival:
    """A sink that was reached: its dotted names and place, and the values of its arguments, joined over all times.

    ``subject`` is the value that its method belongs to; ``inner`` are the arrivals inside texts that it ran as code.
    """

    names: tuple[str, ...]
    place: int
    arguments: list[Value]
    subject: Value = None
    is_assigned: bool = False
    is_made: bool = False
    inner: dict[str, list[Arrival]] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)
    """The values of an assignment, one for each time."""


class _Assignment(NamedTuple):
    """The last assignment to a property of an object."""

    arrival: Arrival
    value: Value
    subject: Thing
    branches: tuple[int, ...]


class Observer:
    """The arrivals of a run, by token and names."""

    def __init__(self) -> None:
        self._arrivals: dict[tuple[int, tuple[str, ...]], Arrival] = {}
        self._assigned: dict[tuple[int, tuple[str, ...]], _Assignment] = {}

    @property
    def arrivals(self) -> Sequence[Arrival]:
        """All arrivals, in the order of their first times."""
        return [*self._arrivals.values()]

    def arrive(
        self,
        names: tuple[str, ...],
        token: int,
        arguments: Sequence[Value],
        subject: Value = None,
        *,
        is_assigned: bool = False,
        is_made: bool = False,
    ) -> Arrival:
        """Note that a sink was reached with some values."""
        arguments = [_shown(each) if _has_codes(each) else each for each in arguments]
        if not arguments and _has_codes(subject):
            subject = derived([subject])  # its fields may change later
        known = self._arrivals.get((token, names))
        if known is None:
            known = Arrival(names, token, arguments, subject, is_assigned, is_made)
            self._arrivals[token, names] = known
            return known
        for at, value in enumerate(arguments):
            if at < len(known.arguments):
                known.arguments[at] = join(known.arguments[at], value)
            else:
                known.arguments.append(value)
        known.subject = join(known.subject, subject)
        return known

    def assign(
        self, names: tuple[str, ...], token: int, value: Value, subject: Thing, branches: tuple[int, ...]
    ) -> None:
        """Note that a property of an object was assigned to; another value that it surely overwrites never counted.

        Args:
            names: The dotted names of the property.
            token: The place of the assignment.
            value: The value.
            subject: The object.
            branches: The numbers of the branches that are open: inside of others, they may not happen.
        """
        last = self._assigned.get((id(subject), names))
        if last is not None and last.subject is subject and last.branches[: len(branches)] == branches:
            self._withdraw(last)
        arrival = self.arrive(names, token, [value], subject, is_assigned=True)
        arrival.values.append(value)
        self._assigned[id(subject), names] = _Assignment(arrival, value, subject, branches)

    def _withdraw(self, last: _Assignment) -> None:
        values = last.arrival.values
        at = next((at for at, each in enumerate(values) if each is last.value), None)
        if at is not None:
            del values[at]
        if values:
            last.arrival.arguments[:] = [choice(values)]
        else:
            self._arrivals.pop((last.arrival.place, last.arrival.names), None)


def _shown(thing: Thing) -> Value:
    """Return the text that an object stands for, else a value with the taint of its content."""
    text = thing.fields.get(TEXT)
    return derived([thing], thing.type) if text is None else text


def _has_codes(value: Value) -> bool:
    """True if a value is an array of numbers that a visitor determines: bytes of his."""
    return value.__class__ is Thing and bool(codes_of(value))
