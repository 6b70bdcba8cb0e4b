"""Slices: which statements of a unit have any say in what arrives at others, found by names and nothing else.

Most pages that reach a sink do a hundred other things. What gives nothing to a name of those statements, nor to a name
that gives something to one, needn't be followed. A statement too many costs time; one too few would lose a road.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator

from webshellhunt.code.assignments import ASSIGNS
from webshellhunt.code.calls import Calls
from webshellhunt.code.scopes import RELAYS
from webshellhunt.code.unit import Function, Unit
from webshellhunt.code.vocabulary import vocabulary

_GIVES = ASSIGNS | {"as", "in"}


def find_slice(unit: Unit, calls: Calls, wanted: Iterable[int]) -> set[int]:
    """Return the numbers of some statements, and of all that may give something to a name in any of them."""
    return _Slice(unit, calls).behind(wanted)


class _Slice:
    """The search through one unit; each name is followed once."""

    def __init__(self, unit: Unit, calls: Calls) -> None:
        self._unit = unit
        self._calls = calls
        self._gives_at = list(unit.tokens.indexes_of(_GIVES))
        vocab = vocabulary()
        self._takers = vocab.gatherers | vocab.fillers
        self._fills = not vocab.fillers.isdisjoint(calls.lower)
        self._functions: dict[str, list[Function]] = defaultdict(list)
        self._taking: dict[str, list[Function]] = defaultdict(list)
        for function in unit.functions:
            self._functions[function.name.lower()].append(function)
            for parameter in function.parameters:
                self._taking[parameter.lower()].append(function)

    def behind(self, wanted: Iterable[int]) -> set[int]:
        """Return the statements wanted and those behind them."""
        taken = set(wanted)
        waiting = [*taken, *self._relaying()]
        taken.update(waiting)
        seen: set[str] = set()
        while waiting:
            for name in self._names(waiting.pop()) - seen:
                seen.add(name)
                new = {number for number in self._giving(name) if number is not None} - taken
                taken |= new
                waiting += new
        return taken

    def _names(self, number: int) -> set[str]:
        """Return the names that a statement uses, also as the objects of a ``With``."""
        lower, subjects = self._calls.lower, self._calls.subjects
        names = set()
        for root in self._calls.roots_in(*self._unit.statements[number]):
            names.add(lower[root])
            if root in subjects:
                names.update(lower[each] for each in self._calls.roots_in(*subjects[root]))
        return names

    def _giving(self, name: str) -> Iterator[int | None]:
        """Yield the statements that may give something to a name: to what a function takes, or is, included."""
        for root in self._calls.users.get(name, ()):
            number = self._unit.statement_at(root)
            if number is not None and self._gives(root, self._unit.statements[number]):
                yield number
        for function in self._taking.get(name, ()):
            yield from map(self._unit.statement_at, self._calls.users.get(function.name.lower(), ()))
        for function in self._functions.get(name, ()):
            yield from self._returning(function)

    def _gives(self, root: int, statement: tuple[int, int]) -> bool:
        """Tell whether a name is given something: an assignment follows, or it stands where something is taken up."""
        place = bisect_right(self._gives_at, root)
        if place < len(self._gives_at) and self._gives_at[place] < statement[1]:
            return True
        dotted = self._calls.compound.get(root)
        if dotted is not None and not self._takers.isdisjoint(dotted.names):
            return True
        return self._fills and any(
            not self._takers.isdisjoint(self._calls.name(each).names) for each in self._calls.roots_in(*statement)
        )

    def _returning(self, function: Function) -> Iterator[int]:
        """Yield the statements by which a function returns something."""
        lower, statements = self._calls.lower, self._unit.statements
        number = self._unit.statement_at(function.start)
        at = bisect_right(statements, (function.start,)) if number is None else number
        while at < len(statements) and statements[at][0] < function.end:
            start = statements[at][0]
            if lower[start] == "return" or start in self._unit.results:
                yield at
            at += 1

    def _relaying(self) -> Iterator[int]:
        """Yield the statements that may keep something for another request, whose entries have keys and no names."""
        for root, _ in self._calls.find(RELAYS):
            number = self._unit.statement_at(root)
            if number is not None and self._gives(root, self._unit.statements[number]):
                yield number
