"""Traces: where a value comes from, and the names that it went through, in the order of execution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from webshellhunt.core.ir import UNIT

VISITOR = frozenset({"visitor", "upload"})
"""The kinds of origins that are a visitor's."""
MAX_STEPS = 12
MAX_TRACES = 4
"""Origins that are remembered of one value."""


ELSEWHERE = -1
"""The place of a step in the code of another language; one in another file is below it."""
FILES = 2
"""The unit of a page of ASP.NET; those of the files that are compiled with it follow, the languages of a page of
classic ASP are before it."""

FIRST_OF_APPLICATION = FILES + 128
"""The unit of the first source of an application; a page has fewer files of its own."""


def in_other_file(at: int) -> int:
    """Return a place with its unit, as the place of a step that is in another file than the sink."""
    return ELSEWHERE - 1 - at


def file_and_token(place: int) -> tuple[int, int]:
    """Return which of the files that are compiled together a place of `in_other_file` is in, and its token there."""
    unit, token = divmod(ELSEWHERE - 1 - place, UNIT)
    return unit - FILES, token


class Step(NamedTuple):
    """A name that a value went through, with the place where that happened."""

    name: str
    place: int


class Trace(NamedTuple):
    """One origin of a value.

    ``kind`` is ``visitor``, ``upload``, ``remote`` or ``decoded`` (made by a function of the page from a constant);
    ``origin`` the expression in words; ``place`` where it is; ``key`` the constant by which the request was read.
    """

    kind: str
    origin: str
    place: int
    key: str | None = None
    steps: tuple[Step, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the value went through, in their order."""
        return tuple(step.name for step in self.steps)

    def through(self, name: str, token: int) -> Trace:
        """Return the trace one name further."""
        steps = self.steps
        if len(steps) >= MAX_STEPS:
            return self
        for step in steps:
            if step.name == name:
                return self
        return self._replace(steps=(*steps, Step(name, token)))


def merged(traces: Iterable[Trace]) -> tuple[Trace, ...]:
    """Return one trace for each origin, the one with the fewest steps, and no more than are remembered."""
    best: dict[tuple[str, int, str | None], Trace] = {}
    for trace in traces:
        key = trace.kind, trace.place, trace.key
        if key not in best or len(trace.steps) < len(best[key].steps):
            best[key] = trace
    return tuple(best.values())[:MAX_TRACES]
