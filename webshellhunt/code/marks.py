"""Marks: which kinds of things a name or an expression has in it, wherever in the unit they came from.

Coarser than a flow: several marks may be on one thing, nothing takes one off, and no scope or order is known. For
questions such as "does what is fetched from a fixed address, named after this host, end up in the response".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Set

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.calls import Calls

_ROUNDS = 12
_MOST_TOKENS = 100_000
_FEW = 32
"""Names of a range that are looked at one by one."""
_TAKING = frozenset({"write", "writetext", "append", "appendline", "copyto", "add", "load"})
_FILLING = frozenset({"read", "readasync", "readblock", "copyto", "copytoasync"})
_HEADS = frozenset({"return", "using", "if", "else", "lock", "try"})
_NONE = frozenset[str]()
_KEEPING: Mapping[str, frozenset[str]] = {}


def _found(places: Mapping[str, list[int]], start: int, end: int) -> frozenset[str]:
    """Return the marks that are at any token of a range."""
    return frozenset(mark for mark, at in places.items() if bisect_left(at, start) < bisect_left(at, end))


class Marks:
    """What is marked in one unit; ``begins`` are the tokens at which a mark begins. Too large a unit has no marks.

    An expression that contains a name of ``losing`` does not pass the marks on that this name has there: such a
    function returns a part of its argument, or a test of it. Of several names, only what all of them lose is lost.
    With ``reads``, a buffer has the marks of the stream that is read or copied into it.
    """

    def __init__(
        self,
        calls: Calls,
        begins: Mapping[int, frozenset[str]],
        *,
        losing: Mapping[str, frozenset[str]] = _KEEPING,
        reads: bool = False,
    ) -> None:
        self.calls = calls
        self._losing, self._reads = losing, reads
        self._all_lost = _NONE.union(*losing.values())
        self._losses = sorted(calls.indexes_of(losing.keys())) if losing else []
        self._kept = self._places_by_mark((at, self._all_lost - losing[calls.lower[at]]) for at in self._losses)
        self._unit = unit = calls.unit
        self._begins = begins if len(unit.tokens) <= _MOST_TOKENS else {}
        self._begin_starts = sorted(self._begins)
        self._begun = self._places_by_mark((at, self._begins[at]) for at in self._begin_starts)
        self._names: dict[str, frozenset[str]] = {}
        self._named = list(map(unit.tokens.values.__getitem__, calls.roots)) if self._begins else []
        self._tree: list[frozenset[str]] = [_NONE] * (2 * len(self._named))
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(self._named):
            self._places.setdefault(name, []).append(place)
        self.edges: list[tuple[str, int, int]] = list(self._iter_edges()) if self._begins else []
        edges = [
            (name, self._beginning(start, end), self._roots_in(start, end), self._lost(start, end))
            for name, start, end in self.edges
        ]
        for _ in range(_ROUNDS):
            changed = [self._carry(*edge) for edge in edges]
            if not any(changed):
                break

    def on(self, start: int, end: int) -> frozenset[str]:
        """Return the marks on a range of tokens."""
        return self._union(self._beginning(start, end), self._roots_in(start, end)) - self._lost(start, end)

    def _lost(self, start: int, end: int) -> frozenset[str]:
        """Return the marks that a range does not pass on."""
        if bisect_left(self._losses, start) == bisect_left(self._losses, end):
            return _NONE
        return self._all_lost - _found(self._kept, start, end)

    def _beginning(self, start: int, end: int) -> frozenset[str]:
        """Return the marks that begin in a range."""
        if bisect_left(self._begin_starts, start) == bisect_left(self._begin_starts, end):
            return _NONE
        return _found(self._begun, start, end)

    @staticmethod
    def _places_by_mark(marked: Iterable[tuple[int, frozenset[str]]]) -> dict[str, list[int]]:
        """Return the tokens at which each mark is, in their order."""
        places: dict[str, list[int]] = {}
        for at, marks in marked:
            for mark in marks:
                places.setdefault(mark, []).append(at)
        return places

    def iter_calls(self, words: Set[str]) -> Iterator[tuple[tuple[str, ...], int, frozenset[str]]]:
        """Yield each call by some words: its dotted name in lower case, its token, the marks on its arguments."""
        for root, dotted in self.calls.find(words):
            number = self._unit.statement_at(root)
            if number is None:
                continue
            for size, (name, token) in enumerate(zip(*dotted, strict=True), 1):
                arguments = self.calls.arguments(token, root, *self._unit.statements[number]) if name in words else []
                if arguments:
                    yield dotted.names[:size], token, self.on(arguments[0][0], arguments[-1][1])

    def _roots_in(self, start: int, end: int) -> slice:
        """Return where the names in a range stand among all of the unit."""
        return slice(bisect_left(self.calls.roots, start), bisect_left(self.calls.roots, end))

    def _union(self, marks: frozenset[str], roots: slice) -> frozenset[str]:
        """Return some marks and those on some names."""
        if roots.stop - roots.start <= _FEW or not self._named:
            names = self._names
            return marks.union(*[names[name] for name in self._named[roots] if name in names])
        tree, size = self._tree, len(self._named)
        found, left, right = [marks], roots.start + size, roots.stop + size
        while left < right:  # the nodes of the tree that cover the range
            if left & 1:
                found.append(tree[left])
                left += 1
            if right & 1:
                right -= 1
                found.append(tree[right])
            left, right = left >> 1, right >> 1
        return _NONE.union(*found)

    def _put(self, name: str, marks: frozenset[str]) -> None:
        """Put marks on a name, and on each place of it in the tree, in which a node has the marks of all below it."""
        self._names[name] = marks
        for place in self._places.get(name, ()):
            node = place + len(self._named)
            while node and not marks <= self._tree[node]:
                self._tree[node] |= marks
                node >>= 1

    def _carry(self, name: str, begun: frozenset[str], taken: slice, lost: frozenset[str]) -> bool:
        """Put on a name the marks in what it takes up: those that begin there, and those of names; tell of new ones."""
        known = self._names.get(name, _NONE)
        marks = known | (self._union(begun, taken) - lost)
        if marks != known:
            self._put(name, marks)
        return marks != known

    def _iter_edges(self) -> Iterator[tuple[str, int, int]]:
        """Yield each name that takes something up, and the range of that."""
        unit, lower = self._unit, self.calls.lower
        functions = {function.name: function for function in unit.functions}
        owners = {place: f.name for f in unit.functions for place in self._returns(f.start, f.end)}
        for start, end in unit.statements:
            if start in owners:
                yield owners[start], start, end
            for index in range(start + 1, min(end, start + 12)) if lower[start] in ("for", "foreach") else ():
                if lower[index] == "in" and unit.is_name(index - 1):
                    yield unit.value(index - 1), index + 1, end
            for name_at, right, stop in iter_assignments(unit, lower, start, end):
                if lower[name_at] != "response" and lower[name_at + 1 : name_at + 3] != [
                    ".",
                    "response",
                ]:  # it hands on nothing that it is given
                    yield unit.value(name_at), right, stop
            for root in self.calls.roots_in(start, end):
                function = functions.get(unit.value(root))
                if function is not None:
                    given = self.calls.arguments(root, root, start, end)
                    for parameter, (left, right) in zip(function.parameters, given, strict=False):
                        yield parameter, left, right
                yield from self._taken(root, start, end)

    def _taken(self, root: int, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Yield what an object takes up: ``stream.Write(x)``."""
        dotted = self.calls.compound.get(root)
        if dotted is not None and dotted.names[-1] in _TAKING and dotted.names[0] != "response":
            for left, right in self.calls.arguments(dotted.last, root, start, end):
                yield self._unit.value(root), left, right
        if self._reads and dotted is not None and dotted.names[-1] in _FILLING:
            for left, _ in self.calls.arguments(dotted.last, root, start, end)[:1]:
                if self._unit.is_name(left) and "response" not in self.calls.name(left).names:
                    yield self._unit.value(left), root, dotted.last

    def _returns(self, start: int, end: int) -> Iterator[int]:
        """Yield the statements of a body that return something."""
        statements = self._unit.statements
        for at in range(bisect_left(statements, (start, 0)), bisect_left(statements, (end, 0))):
            first, last = statements[at]
            # A ``using`` without braces is one statement with the ``return`` in it.
            returns = "return" in self.calls.lower[first:last] if self.calls.lower[first] in _HEADS else False
            if returns or first in self._unit.results:
                yield first
