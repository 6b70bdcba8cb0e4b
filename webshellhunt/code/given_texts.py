"""Given texts: the constants that may be in a call, in its statement or by way of variables and parameters."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from functools import cached_property

from webshellhunt.analysis.constants import Constant
from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.calls import Calls
from webshellhunt.lang.tokens import NAME

MAX_RANGES = 200
"""The most ranges that are read for one call."""
_MOST_PER_NAME = 40
_FAR = 2_000  # tokens of a range


class GivenTexts:
    """The constants of one unit by the calls that they may be given to, without any order of statements."""

    def __init__(self, calls: Calls, constants: Mapping[int, Constant]) -> None:
        self._calls = calls
        self._unit = calls.unit
        self._constants = constants
        self._starts = sorted(constants)

    def of_call(self, token: int) -> Iterator[Constant]:
        """Yield the constants that may be in the call, or the assignment, at a token."""
        for start, end in self.ranges(token):
            yield from self.within(start, end)

    def within(self, start: int, end: int) -> Iterator[Constant]:
        """Yield the constants that begin in a range."""
        for place in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            yield self._constants[self._starts[place]]

    def ranges(self, token: int) -> Iterator[tuple[int, int]]:
        """Yield the statement at a token, and the ranges of what its variables are given."""
        number = self._unit.statement_at(token)
        if number is not None:
            start, end = self._unit.statements[number]
            yield from self.ranges_of(start, min(end, start + _FAR))

    def ranges_of(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield a range, and the ranges of what its variables are given, to a bounded number."""
        waiting, seen, left = deque([(start, end)]), set[str](), MAX_RANGES
        while waiting and left:
            start, end = waiting.popleft()
            left -= 1
            yield start, end
            for index in range(start, end):
                name = self._unit.value(index)
                if self._unit.tokens.kinds[index] == NAME and name not in seen and not self._calls.is_member(index):
                    seen.add(name)
                    waiting += self._given.get(name, ())

    @cached_property
    def _given(self) -> dict[str, list[tuple[int, int]]]:
        """The ranges that are assigned to each variable, or given to each parameter."""
        given: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for start, end in self._unit.statements:
            for name_at, right, stop in iter_assignments(self._unit, self._calls.lower, start, end):
                ranges = given[self._unit.value(name_at)]
                if len(ranges) < _MOST_PER_NAME:
                    ranges.append((right, min(stop, right + _FAR)))
        functions = {function.name: function for function in self._unit.functions if function.parameters}
        for root in self._calls.calls_of(functions) if functions else ():
            number, own = self._unit.statement_at(root), self._calls.own(root)
            if number is None:
                continue
            arguments = self._calls.arguments(own, root, *self._unit.statements[number])
            for parameter, argument in zip(functions[self._unit.value(own)].parameters, arguments, strict=False):
                if len(given[parameter]) < _MOST_PER_NAME:
                    given[parameter].append(argument)
        return given
