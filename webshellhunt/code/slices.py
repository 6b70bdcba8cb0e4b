"""Slices: which statements of a unit have any say in what arrives at others, found by names and nothing else.

Most pages that reach a sink do a hundred other things. What gives nothing to a name of those statements, nor to a name
that gives something to one, needn't be followed. A statement too many costs time; one too few would lose a road.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from webshellhunt.code.givers import Givers
from webshellhunt.code.scopes import RELAYS, Scopes
from webshellhunt.code.unit import Function, Unit

_RETURN = frozenset({"return"})


class Slices:
    """Tells which statements of one unit have a say in others."""

    def __init__(self, unit: Unit, scopes: Scopes, givers: Givers) -> None:
        self._unit = unit
        self._calls = scopes.calls
        self.givers = givers
        self._functions: dict[str, list[Function]] = defaultdict(list)
        for function in unit.functions:
            self._functions[function.name.lower()].append(function)
        self._called = {*self._functions, *map(str.lower, scopes.named)}  # a variable may refer to a function
        self._taking: dict[str, set[str]] = defaultdict(set)
        for name, functions in (*self._functions.items(), *scopes.named.items()):
            for parameter in (parameter for function in functions for parameter in function.parameters):
                self._taking[parameter.lower()].add(name.lower())

    def behind(self, wanted: Iterable[int]) -> set[int]:
        """Return the numbers of some statements, and of all that may give something to a name in any of them.

        Each name is followed once.
        """
        taken = {*wanted, *self._relaying}
        waiting = list(taken)
        seen: set[str] = set()
        while waiting:
            for name in self._names(waiting.pop()) - seen:
                seen.add(name)
                new = self.giving(name) - taken
                taken |= new
                waiting += new
        return taken

    def giving(self, name: str) -> set[int]:
        """Return the statements that may give something to a name, in lower case, or to the function of that name."""
        found = {*self.givers.of(name), *self._giving_by_function(name)}
        return found | self._relaying if name in RELAYS else found

    @cached_property
    def acting(self) -> frozenset[int]:
        """The statements that give anything to any name, parameter or result."""
        returning = (*self._calls.indexes_of(_RETURN), *self._unit.results)
        return frozenset().union(self.givers.statements, self.calling, self._statements_of(returning))

    @cached_property
    def calling(self) -> frozenset[int]:
        """The statements in which a function of the unit may be called."""
        return self._statements_of(root for name in self._called for root in self._calls.users(name))

    def _statements_of(self, tokens: Iterable[int]) -> frozenset[int]:
        return frozenset(number for _, number in self._unit.placed(tokens))

    def _names(self, number: int) -> set[str]:
        """Return the names that a statement uses, also as the objects of a ``With``."""
        lower, subjects = self._calls.lower, self._calls.subjects
        names = self._calls.names_in(*self._unit.statements[number])
        if subjects:
            for root in subjects.keys() & self._calls.roots_in(*self._unit.statements[number]):
                names.update(lower[each] for each in self._calls.roots_in(*subjects[root]))
        return names

    def _giving_by_function(self, name: str) -> Iterator[int]:
        """Yield the statements that give a name what a function is called with, or what it returns."""
        for called in self._taking.get(name, ()):
            yield from (number for _, number in self._unit.placed(self._calls.users(called)))
            yield from self.givers.of(called)  # a property, whatever the language calls so
        for function in self._functions.get(name, ()):
            yield from self._returning(function)

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

    @cached_property
    def _relaying(self) -> frozenset[int]:
        """The statements that may keep something for another request, whose entries have keys and no names."""
        found = self._unit.placed(root for root, _ in self._calls.find(RELAYS))
        return frozenset(number for root, number in found if number in self.givers.of(self._calls.lower[root]))
