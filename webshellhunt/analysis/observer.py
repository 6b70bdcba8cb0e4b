"""Observer: the sinks that a run reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.domain.joining import join
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


class Observer:
    """The arrivals of a run, by token and names."""

    def __init__(self) -> None:
        self._arrivals: dict[tuple[int, tuple[str, ...]], Arrival] = {}

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


def _shown(thing: Thing) -> Value:
    """Return the text that an object stands for, else a value with the taint of its content."""
    text = thing.fields.get(TEXT)
    return derived([thing], thing.type) if text is None else text


def _has_codes(value: Value) -> bool:
    """True if a value is an array of numbers that a visitor determines: bytes of his."""
    return value.__class__ is Thing and bool(codes_of(value))
