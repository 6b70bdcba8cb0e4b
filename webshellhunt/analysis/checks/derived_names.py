"""Derived names: the variables and functions whose values may come from some reads, in any part of the code."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from webshellhunt.analysis.checks.branches import Functions
from webshellhunt.analysis.checks.expressions import names_in
from webshellhunt.lang.around import Around
from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Declaration, Node, Parameter

_STORES = frozenset({"session", "application", "response", "request", "server"})
"""Objects of the server, whose entries are no variables."""

Key = tuple[str | None, str]
"""A variable: its name, and the function that declares it, ``None`` outside of functions."""


class _Taker(NamedTuple):
    """A name in a value, the function it is in, and the variable or parameter that gets the value."""

    around: str | None
    target: str
    around_target: str | None


class _Values(NamedTuple):
    """The values that a part of the page assigns: by their ranges, and by the names in them."""

    around: Around[Assignment]
    takers: Mapping[str, Sequence[_Taker]]


class DerivedNames:
    """The assignments of one code by the variables in their values."""

    def __init__(self, index: SyntaxIndex, functions: Functions) -> None:
        self._index = index
        self._functions = functions
        self._keys: dict[int, Key] = {}
        self._assigned: dict[Key, Sequence[Assignment]] = {}

    @cached_property
    def _declared(self) -> frozenset[Key]:
        """The variables that functions declare for themselves."""
        return frozenset[Key]().union(*self._index.of_parts(_declared))

    def key(self, name: str, place: int) -> Key:
        """Return the variable that a name in lower case means at a place."""
        known = self._keys.get(place)
        if known is None or known[1] != name:
            known = self._keys[place] = self._key_in(name, self._functions.name_at(place))
        return known

    def _key_in(self, name: str, function: str | None) -> Key:
        return (function if (function, name) in self._declared else None, name)

    def assigned(self, key: Key) -> Sequence[Assignment]:
        """Return the assignments and arguments that a variable gets."""
        if key not in self._assigned:
            name = key[1]
            assigned = self._index.assigned.get(name, ()) if name not in _STORES else ()
            found = [each for each in assigned if self.key(name, each.node.start) == key]
            passed = self._passed.get(name, ())
            self._assigned[key] = found + [each for each in passed if self.key(name, each.target.start) == key]
        return self._assigned[key]

    @cached_property
    def _passed(self) -> Mapping[str, Sequence[Assignment]]:
        """The arguments by the names of their parameters."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for each in self._index.passed:
            found[each.name].append(each)
        return found

    @cached_property
    def _takers_of_arguments(self) -> Mapping[str, Sequence[_Taker]]:
        """The parameters by the names in the arguments."""
        found: dict[str, list[_Taker]] = defaultdict(list)
        for name, arguments in self._passed.items():
            for each in arguments:
                target = self._functions.name_at(each.target.start)
                for own, around in _names(self._index.part_at(each.value.start), each.value):
                    found[own].append(_Taker(around, name, target))
        return found

    def _takers(self, key: Key) -> Iterator[Key]:
        """Yield the variables that a value with a variable in it is assigned to."""
        name = key[1]
        parts = (part.takers.get(name, ()) for part in self._index.of_parts(_values))
        for taker in chain(*parts, self._takers_of_arguments.get(name, ())):
            if self._key_in(name, taker.around) == key:
                yield self._key_in(taker.target, taker.around_target)

    def of(self, places: Collection[int]) -> frozenset[Key]:
        """Return the variables that may have a value of the reads at some places, directly or by others."""
        found: set[Key] = set()
        ordered = sorted(places)

        def takes(value: Node) -> bool:
            at = bisect_left(ordered, value.start)
            is_near = at < len(ordered) and ordered[at] < value.end
            return is_near and any(dotted.place in places for dotted in names_in(self._index, value))

        near = dict.fromkeys(each for part in self._index.of_parts(_values) for each in part.around.around(ordered))
        waiting = [self.key(each.name, each.node.start) for each in near if takes(each.value)]
        for name, arguments in self._passed.items():
            waiting += [self.key(name, each.target.start) for each in arguments if takes(each.value)]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += self._takers(key)
        return frozenset(found)


def _declared(index: SyntaxIndex) -> frozenset[Key]:
    """Return the variables that the functions of a part of the page declare for themselves."""
    functions = Functions(index)
    return frozenset((functions.name_at(node.start), node.name.lower()) for node in index.of(Declaration, Parameter))


def _values(index: SyntaxIndex) -> _Values:
    """Return the values that a part of the page assigns."""
    functions = Functions(index)
    assigned = [each for each in index.assignments if each.name not in _STORES]
    takers: dict[str, list[_Taker]] = defaultdict(list)
    for each in assigned:
        target = functions.name_at(each.node.start)
        for dotted in names_in(index, each.value):
            takers[dotted.own].append(_Taker(functions.name_at(dotted.place), each.name, target))
    return _Values(Around((each.value.start, each.value.end, each) for each in assigned), dict(takers))


def _names(index: SyntaxIndex, value: Node) -> Sequence[tuple[str, str | None]]:
    """Return the names in a value and the function around each; ``index`` is that of the part of the page."""
    read, functions = index.of_parts(_read_names)[0]
    if value not in read:
        read[value] = [(dotted.own, functions.name_at(dotted.place)) for dotted in names_in(index, value)]
    return read[value]


def _read_names(index: SyntaxIndex) -> tuple[dict[Node, Sequence[tuple[str, str | None]]], Functions]:
    """Return the names in values that were read before, and the functions of a part of the page."""
    return {}, Functions(index)
