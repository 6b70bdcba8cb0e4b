"""Givers: which statements of a unit may give something to a name. Structure only; one too many does no harm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Set
from functools import cached_property

from webshellhunt.code.assignments import ASSIGNS, COMPARES
from webshellhunt.code.calls import Calls
from webshellhunt.code.tokens import NAME
from webshellhunt.code.unit import Unit
from webshellhunt.code.vocabulary import vocabulary

_GIVES = ASSIGNS | {"as", "in"}


class Givers:
    """For the names of one unit, in lower case, the numbers of the statements that give something to each.

    An assignment gives, the element of a loop is given the collection, and what takes something up or is filled is
    given it; what a function takes or returns isn't told here.
    """

    def __init__(self, unit: Unit, calls: Calls) -> None:
        self._unit = unit
        self._calls = calls
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self.taking: set[int] = set()
        """The statements in which an object takes something up, or fills something."""
        self._note_assignments()
        self._note_taking()

    def of(self, name: str) -> Set[int]:
        """Return the statements that give something to a name."""
        return self._by_name.get(name, frozenset())

    @cached_property
    def statements(self) -> Set[int]:
        """The statements that give something to any name."""
        return frozenset().union(*self._by_name.values())

    def _note_assignments(self) -> None:
        unit, lower = self._unit, self._calls.lower
        done = 0
        for sign in unit.tokens.indexes_of(_GIVES):
            number = unit.statement_at(sign)
            if number is None:
                continue
            start = unit.statements[number][0]
            if not (unit.is_vb and lower[start] in COMPARES):
                for name_at in self._outside_brackets(max(start, done), sign):
                    self._by_name[lower[name_at]].add(number)
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

    def _note_taking(self) -> None:
        unit, lower, vocab = self._unit, self._calls.lower, vocabulary()
        for root, _ in self._calls.find(vocab.gatherers):
            number = unit.statement_at(root)
            if number is not None:
                self.taking.add(number)
                self._by_name[lower[self._calls.own(root)]].add(number)
        for root, _ in self._calls.find(vocab.fillers):
            number = unit.statement_at(root)
            if number is not None:
                self.taking.add(number)
                for each in self._calls.roots_in(*unit.statements[number]):
                    self._by_name[lower[self._calls.own(each)]].add(number)
