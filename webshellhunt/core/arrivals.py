"""Arrivals: all that a run reached outside of the page, and with which values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from webshellhunt.core.values import MISSING, Value, join


@dataclass(slots=True)
class Arrival:
    """A member or function outside of the page that was reached: its dotted names, and the token of its place.

    ``arguments`` and ``subject`` are joined over all times; ``subject`` is the value that its object stands for,
    ``inner`` the arrivals inside of texts that it ran as code, by text.
    """

    names: tuple[str, ...]
    at: int
    arguments: list[Any]
    subject: Any = None
    is_assigned: bool = False
    is_made: bool = False
    inner: dict[str, Arrivals] = field(default_factory=dict)
    values: list[Any] = field(default_factory=list)
    """The values of an assignment, one for each time."""
    is_read: bool | None = None
    """True if all texts that it ran were known but for values in them, each time; ``None`` where it ran none."""


class Noted(NamedTuple):
    """One time that something was reached."""

    names: tuple[str, ...]
    at: int
    arguments: tuple[Any, ...]
    subject: Any
    is_assigned: bool
    is_made: bool


class Arrivals:
    """The arrivals of a run or of a text that it ran, in the order of their first times."""

    __slots__ = ("_found", "_heard", "_listeners")

    def __init__(self) -> None:
        self._heard: list[Noted] = []
        self._listeners = 0
        self._found: dict[tuple[int, tuple[str, ...], bool], Arrival] = {}

    def __iter__(self) -> Iterator[Arrival]:
        """Yield the arrivals."""
        return iter(self._found.values())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._found)

    def arrive(
        self,
        names: tuple[str, ...],
        at: int,
        arguments: Sequence[Any],
        subject: Value = None,
        *,
        is_assigned: bool = False,
        is_made: bool = False,
    ) -> Arrival:
        """Note that something was reached with some values."""
        if self._listeners:
            self._heard.append(Noted(names, at, tuple(arguments), subject, is_assigned, is_made))
        known = self._found.get((at, names, is_assigned))
        if known is None:
            known = Arrival(names, at, [*arguments], subject, is_assigned, is_made)
            self._found[at, names, is_assigned] = known
        else:
            for i, value in enumerate(arguments):
                if i >= len(known.arguments):
                    known.arguments.append(value)
                elif value is not MISSING:
                    old = known.arguments[i]
                    known.arguments[i] = value if old is MISSING else join(old, value)
            known.subject = join(known.subject, subject)
        if is_assigned:
            known.values.append(arguments[0])
        return known

    def listen(self) -> int:
        """Begin to keep each single time, for `heard`."""
        self._listeners += 1
        return len(self._heard)

    def heard(self, start: int) -> list[Noted]:
        """Return all that was reached since a call of `listen`, which ends."""
        found = self._heard[start:]
        self._listeners -= 1
        if not self._listeners:
            self._heard.clear()
        return found
