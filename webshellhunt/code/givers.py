"""Givers: which statements of a unit may give something to a name. Structure only; one too many does no harm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cached_property

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.assignments import ASSIGNS, COMPARES
from webshellhunt.code.calls import Calls
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME

_GIVES = ASSIGNS | {"as", "in"}


class Givers:
    """For the names of one unit, in lower case, the numbers of the statements that give something to each.

    An assignment gives, the element of a loop is given the collection, and what takes something up or is filled is
    given it; what a function takes or returns isn't told here.
    """

    def __init__(self, unit: Unit, calls: Calls) -> None:
        self._unit = unit
        self._calls = calls

    def of(self, name: str) -> Set[int]:
        """Return the statements that give something to a name."""
        return self._by_name.get(name, frozenset())

    @cached_property
    def statements(self) -> Set[int]:
        """The statements that give something to any name."""
        return frozenset().union(*self._by_name.values())

    @cached_property
    def taking(self) -> Set[int]:
        """The statements in which an object takes something up, or fills something."""
        return {number for _, number in (*self._gathered, *self._filled)}

    @cached_property
    def _by_name(self) -> Mapping[str, Set[int]]:
        """The statements that give something to each name, found once somebody asks: most units have no sink."""
        found, lower, own = defaultdict[str, set[int]](set), self._calls.lower, self._calls.own
        for name_at, number in self._iter_assigned():
            found[lower[name_at]].add(number)
        for root, number in self._gathered:
            found[lower[own(root)]].add(number)
        for _, number in self._filled:
            for each in self._calls.roots_in(*self._unit.statements[number]):
                found[lower[own(each)]].add(number)
        return found

    def _iter_assigned(self) -> Iterator[tuple[int, int]]:
        """Yield the names in front of each sign that gives something, with the numbers of the statements."""
        unit, lower, kinds = self._unit, self._calls.lower, self._unit.tokens.kinds
        done = 0
        for sign, number in unit.placed(unit.tokens.indexes_of(_GIVES)):
            start = unit.statements[number][0]
            if not (unit.is_vb and lower[start] in COMPARES):
                first = max(start, done)
                if first + 1 < sign:
                    yield from ((name_at, number) for name_at in self._outside_brackets(first, sign))
                elif first < sign and kinds[first] == NAME:  # most by far: `name =`
                    yield first, number
            done = sign + 1

    def _outside_brackets(self, start: int, end: int) -> Iterator[int]:
        """Yield the names of a range, without those in brackets that end in it: ``list(i) =`` gives ``i`` nothing."""
        kinds, match = self._unit.tokens.kinds, self._unit.match
        index = start
        while index < end:
            if kinds[index] == NAME:
                yield index
            elif index < match.get(index, -1) < end:
                index = match[index]
            index += 1

    @cached_property
    def _gathered(self) -> list[tuple[int, int]]:
        """The roots of what takes something up, with the numbers of the statements."""
        return list(self._unit.placed(root for root, _ in self._calls.find(vocabulary().gatherers)))

    @cached_property
    def _filled(self) -> list[tuple[int, int]]:
        """The roots of what fills something, with the numbers of the statements."""
        return list(self._unit.placed(root for root, _ in self._calls.find(vocabulary().fillers)))
