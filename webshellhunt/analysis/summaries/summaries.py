"""Summaries: the results of a function for arguments of one kind, for further calls that would have the same result.

A page of a hundred procedures that each call five others would be run for ever. A function that was run often runs no
more with arguments of which as much is known as in earlier runs, and from the same places: it returns what those did.
What is known exactly is run each time, since decoders are called often.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.domain.joining import join
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import ABSENT, ClassValue, Closure, Empty, Opaque, Thing, Value, is_known
from webshellhunt.lang.tree import Function

FREE_RUNS = 12
"""Runs of a function before its calls are looked at."""
FREE_STEPS = 4_000
"""Steps that these runs may take together."""
RUNS = 4
"""Runs with arguments of one kind."""
KNOWN_RUNS = 96
"""Runs with the same known arguments, where it is not sure that they happen."""
_LONGEST = 256


@dataclass(slots=True)
class Summary:
    """The results of runs of a function, and the last values of its parameters."""

    runs: int = 0
    limit: int = RUNS
    value: Value = ABSENT
    outs: list[Value] = field(default_factory=list)

    def add(self, value: Value, outs: Sequence[Value] | None) -> None:
        """Add a run."""
        self.runs += 1
        self.value = value if value.__class__ is Thing else join(self.value, value)
        if outs is not None:
            self.outs = [*outs]

    @property
    def is_complete(self) -> bool:
        """True if another run would tell no more."""
        return self.runs >= self.limit


class Summaries:
    """The summaries of the functions of a page."""

    def __init__(self) -> None:
        self._runs: dict[Function, int] = {}
        self._steps: dict[Function, int] = {}
        self._known: dict[Hashable, Summary] = {}

    def of_call(self, function: Function, arguments: Sequence[Value], this: Value, *, is_sure: bool) -> Summary | None:
        """Return the summary that a call belongs to; ``None`` for one that is run anyway."""
        runs = self._runs[function] = self._runs.get(function, 0) + 1
        if function.generics or (runs <= FREE_RUNS and self._steps.get(function, 0) < FREE_STEPS):
            return None
        are_known = all(map(_is_exact, arguments))
        if are_known and (is_sure or any(map(_is_long, arguments))):
            return None
        key = (function, this if this.__class__ is Thing else None, *map(_kind_of, arguments))
        summary = self._known.get(key)
        if summary is None:
            summary = self._known[key] = Summary(limit=KNOWN_RUNS if are_known else RUNS)
        return summary

    def count(self, function: Function, steps: int) -> None:
        """Count the steps of a run of a function."""
        self._steps[function] = self._steps.get(function, 0) + steps


def _is_exact(value: Value) -> bool:
    return is_known(value) or value.__class__ is Closure or value.__class__ is ClassValue


def _is_long(value: Value) -> bool:
    return isinstance(value, (str, bytes)) and len(value) > _LONGEST


def _kind_of(value: Value) -> Hashable:
    """Return the key of a value: a function has the same result for all values with this key."""
    kind = value.__class__
    if is_known(value):
        return kind, "" if kind is Empty else value
    if kind is Opaque:
        return kind, value.type, value.path, value.codes
    if kind is Closure:
        return kind, value.function
    traces = tuple((trace.kind, trace.place, trace.key) for trace in traces_of(value))
    return kind, getattr(value, "type", ""), getattr(value, "form", ""), traces
