"""Arrivals: the calls and assignments outside of the page that a run reached, by place and names.

A value is kept as its alternatives over all times, objects as what they stand for: a path, a content.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from webshellhunt.core.values import MISSING, options, same, widen

MOST_OPTIONS = 24
"""Alternatives of one argument that are kept apart."""
UNIT = 1 << 24
"""Added to a place for each unit of the page that comes before it: places are tokens of one unit."""


@dataclass(slots=True)
class Arrival:
    """Something outside of the page that was reached: its dotted names, its place, and the values.

    ``inner`` are the arrivals inside of each text that it ran as code.
    """

    names: tuple[str, ...]
    at: int
    is_assigned: bool = False
    is_made: bool = False
    arguments: list[list[Any]] = field(default_factory=list)
    subject: list[Any] = field(default_factory=list)
    inner: dict[str, Arrivals] = field(default_factory=dict)

    def join(self, values: Sequence[Any], subject: Any) -> None:
        """Add the values of one more time."""
        for index, value in enumerate(values):
            if index == len(self.arguments):
                self.arguments.append([])
            _add(self.arguments[index], value)
        _add(self.subject, subject)


class Arrivals:
    """The arrivals of a run, or of a text that it ran, in the order of their first times."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[tuple[tuple[str, ...], int, bool], Arrival] = {}

    def __iter__(self) -> Iterator[Arrival]:
        """Yield the arrivals."""
        return iter(self._found.values())

    def __len__(self) -> int:
        """Return the number of arrivals."""
        return len(self._found)

    def note(
        self,
        names: tuple[str, ...],
        at: int,
        values: Sequence[Any],
        subject: Any = None,
        *,
        is_assigned: bool = False,
        is_made: bool = False,
    ) -> Arrival:
        """Note that something was reached with some values; those of several times are joined."""
        key = (names, at, is_assigned)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = Arrival(names, at, is_assigned, is_made)
        found.join(values, subject)
        return found


def _add(found: list[Any], value: Any) -> None:
    """Add the options of a value to the alternatives; those beyond the bound become one."""
    for each in options(value):
        if each is not MISSING and not any(same(each, other) for other in found):
            found.append(each)
    if len(found) > MOST_OPTIONS:
        found[MOST_OPTIONS - 1 :] = options(widen(found[MOST_OPTIONS - 1 :]))
