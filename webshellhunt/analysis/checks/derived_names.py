"""Derived names: the variables and functions whose values may come from some reads, in any part of the code."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property

from webshellhunt.analysis.checks.branches import Functions
from webshellhunt.analysis.checks.expressions import names_in
from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Declaration, Node, Parameter

_STORES = frozenset({"session", "application", "response", "request", "server"})
"""Objects of the server, whose entries are no variables."""

Key = tuple[str | None, str]
"""A variable: its name, and the function that declares it, ``None`` outside of functions."""


class DerivedNames:
    """The assignments of one code by the variables in their values."""

    def __init__(self, index: SyntaxIndex, functions: Functions) -> None:
        self._index = index
        self._functions = functions
        self._keys: dict[int, Key] = {}

    @cached_property
    def _declared(self) -> frozenset[Key]:
        """The variables that functions declare for themselves."""
        declared = self._index.of(Declaration, Parameter)
        return frozenset((self._functions.name_at(node.start), node.name.lower()) for node in declared)

    def key(self, name: str, place: int) -> Key:
        """Return the variable that a name in lower case means at a place."""
        known = self._keys.get(place)
        if known is None or known[1] != name:
            function = self._functions.name_at(place)
            known = self._keys[place] = (function if (function, name) in self._declared else None, name)
        return known

    @cached_property
    def assigned(self) -> dict[Key, list[Assignment]]:
        """The assignments and arguments by their variables."""
        found: dict[Key, list[Assignment]] = defaultdict(list)
        for name, assignments in self._index.assigned.items():
            for assignment in assignments if name not in _STORES else ():
                found[self.key(name, assignment.node.start)].append(assignment)
        for assignment in self._index.passed:
            found[self.key(assignment.name, assignment.target.start)].append(assignment)
        return found

    @cached_property
    def _takers(self) -> dict[Key, list[Key]]:
        """The variables by those in the values that are assigned to them."""
        found: dict[Key, list[Key]] = defaultdict(list)
        for key, assignments in self.assigned.items():
            for assignment in assignments:
                for name in self._keys_in(assignment.value):
                    found[name].append(key)
        return found

    def _keys_in(self, value: Node) -> Iterator[Key]:
        for dotted in names_in(self._index, value):
            yield self.key(dotted.own, dotted.place)

    def of(self, places: Collection[int]) -> frozenset[Key]:
        """Return the variables that may have a value of the reads at some places, directly or by others."""
        found: set[Key] = set()
        ordered = sorted(places)

        def takes(value: Node) -> bool:
            at = bisect_left(ordered, value.start)
            is_near = at < len(ordered) and ordered[at] < value.end
            return is_near and any(dotted.place in places for dotted in names_in(self._index, value))

        assigned = self.assigned.items()
        waiting = [key for key, assignments in assigned if any(takes(each.value) for each in assignments)]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += self._takers.get(key, ())
        return frozenset(found)
