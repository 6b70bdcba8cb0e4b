"""Marks: the kinds of things that an expression or a variable may contain, from anywhere in the code.

Coarser than a data flow: a variable may have several marks, no assignment removes one, and variables of the same name
are the same. For the question whether a condition asks who visits: conditions and searches are nothing that arrives.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from webshellhunt.lang.dotted_names import DottedName, inner_of, spelled_root
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Entry, Function, Lambda, Member, Name, Node, TypeName

_ROUNDS = 12
_MOST_TOKENS = 100_000
_MOST_PARTS = 64
"""Parts of an expression around the functions in it."""
_FEW = 32
"""Names of a range that are looked up one by one."""
_NONE = frozenset[str]()
_TAKING = frozenset({"write", "writetext", "append", "appendline", "copyto", "add", "load"})
_RESPONSE = "response"


class _Taken(NamedTuple):
    """An expression that a variable gets: the marks that begin in it, and its names."""

    begun: frozenset[str]
    names: list[slice]


class Marks:
    """The marks of one code; ``begins`` are the places where marks begin. Too large a code has no marks.

    The body of a function in an expression is no part of the expression, unless it is one expression itself.
    """

    def __init__(self, index: SyntaxIndex, begins: Mapping[int, frozenset[str]]) -> None:
        begins = begins if len(index.tokens) <= _MOST_TOKENS else {}
        self._begun = _Placed((place, begins[place]) for place in sorted(begins))
        self._bodies = _bodies(index) if begins else []
        self._names = _Names(index if begins else None)
        self.edges: Sequence[Edge] = [*iter_edges(index)] if begins else []
        taken = [(edge.name, self._taken(edge.value.start, edge.value.end)) for edge in self.edges]
        for _ in range(_ROUNDS):
            changed = [self._names.add(name, self._on(each)) for name, each in taken]
            if not any(changed):
                break

    def on(self, node: Node) -> frozenset[str]:
        """Return the marks on an expression."""
        return self._on(self._taken(node.start, node.end))

    def _taken(self, start: int, end: int) -> _Taken:
        """Return the names and marks of a range, the bodies of functions in it left out."""
        parts = list(self._parts(start, end))
        begun = _NONE.union(*(self._begun.within(*part) for part in parts))
        names = [each for each in (self._names.within(*part) for part in parts) if each.start < each.stop]
        return _Taken(begun, names)

    def _parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a range that are in no body of a function."""
        for _ in range(_MOST_PARTS):
            place = bisect_left(self._bodies, (start, 0))
            if place == len(self._bodies) or self._bodies[place][0] >= end:
                break
            yield start, self._bodies[place][0]
            start = self._bodies[place][1]
        yield start, max(start, end)

    def _on(self, taken: _Taken) -> frozenset[str]:
        return taken.begun.union(*map(self._names.on, taken.names)) if taken.names else taken.begun


class _Placed:
    """Marks at increasing places."""

    def __init__(self, marked: Iterable[tuple[int, frozenset[str]]]) -> None:
        self._places: dict[str, list[int]] = {}
        for place, marks in marked:
            for mark in marks:
                self._places.setdefault(mark, []).append(place)

    def within(self, start: int, end: int) -> frozenset[str]:
        """Return the marks in a range."""
        places = self._places.items()
        return frozenset(mark for mark, at in places if bisect_left(at, start) < bisect_left(at, end))


class _Names:
    """The variables of a code in the order of their places, with the marks that they have so far.

    A tree over the places has in each node the marks of all below it, so that a long range costs little.
    """

    def __init__(self, index: SyntaxIndex | None) -> None:
        found = [(dotted.node.start, dotted.root) for dotted in _variables(index)] if index is not None else []
        self._starts = [start for start, _ in found]
        self._named = [name for _, name in found]
        self._places: dict[str, list[int]] = {}
        for place, name in enumerate(self._named):
            self._places.setdefault(name, []).append(place)
        self._marks: dict[str, frozenset[str]] = {}
        self._tree: list[frozenset[str]] = [_NONE] * (2 * len(self._named))

    def within(self, start: int, end: int) -> slice:
        """Return the numbers of the variables in a range."""
        return slice(bisect_left(self._starts, start), bisect_left(self._starts, end))

    def on(self, numbers: slice) -> frozenset[str]:
        """Return the marks on some variables."""
        if numbers.stop - numbers.start <= _FEW:
            marks = self._marks
            return _NONE.union(*[marks[name] for name in self._named[numbers] if name in marks])
        found, left, right = list[frozenset[str]](), numbers.start + len(self._named), numbers.stop + len(self._named)
        while left < right:  # the nodes of the tree that cover the range
            if left & 1:
                found.append(self._tree[left])
                left += 1
            if right & 1:
                right -= 1
                found.append(self._tree[right])
            left, right = left >> 1, right >> 1
        return _NONE.union(*found)

    def add(self, name: str, marks: frozenset[str]) -> bool:
        """Add marks to a variable; return True if it did not have them all."""
        known = self._marks.get(name, _NONE)
        if marks <= known:
            return False
        marks = self._marks[name] = known | marks
        for place in self._places.get(name, ()):
            node = place + len(self._named)
            while node and not marks <= self._tree[node]:
                self._tree[node] |= marks
                node >>= 1
        return True


def _variables(index: SyntaxIndex) -> Iterator[DottedName]:
    """Yield the dotted names that begin with a variable or a function; the types of JScript are functions."""
    are_functions = index.tokens.language == "jscript"
    for dotted in index.starting_in(index.top):
        if not dotted.is_member and (are_functions or not isinstance(dotted.nodes[0], TypeName)):
            yield dotted


def _bodies(index: SyntaxIndex) -> list[tuple[int, int]]:
    """Return the ranges of the bodies of functions that are more than one expression, in the order of their starts."""
    bodies = [node.body for node in index.of(Function) if node.body is not None]
    return sorted((body.start, body.end) for body in bodies if not _is_expression(body.start, body.statements))


def _is_expression(start: int, statements: Sequence[Node]) -> bool:
    return len(statements) == 1 and statements[0].start == start


class Edge(NamedTuple):
    """A variable, parameter or function, spelled as in the code, and an expression that it gets or returns."""

    name: str
    value: Node


def iter_edges(index: SyntaxIndex) -> Iterator[Edge]:
    """Yield the edges of a code: assignments, results, arguments, and data that an object takes in.

    The response is left out: it returns nothing that was written to it. The parts of a new object go into the variable
    of the object.
    """
    return (edge for edge in chain(_assigned(index), _passed(index), _taken_in(index)) if edge.name)


def _assigned(index: SyntaxIndex) -> Iterator[Edge]:
    lambdas = dict[Node, str]()
    for each in index.assignments:
        names, last = _names(each.target)
        owner = index.at(last.end - 1) if isinstance(last, Member) else None  # a member of the object of a ``With``
        if isinstance(each.node, Entry) or _RESPONSE in names.union(() if owner is None else owner.names):
            continue
        name = owner.root if owner is not None else spelled_root(each.target) or lambdas.get(each.target, "")
        if isinstance(each.value, Lambda):
            lambdas[each.value.function] = name
        yield Edge(name, each.value)


def _passed(index: SyntaxIndex) -> Iterator[Edge]:
    return (Edge(spelled_root(each.target), each.value) for each in index.passed)


def _taken_in(index: SyntaxIndex) -> Iterator[Edge]:
    return chain.from_iterable(_taken(index, dotted) for dotted in index.find(_TAKING))


def _names(target: Node) -> tuple[set[str], Node]:
    """Return the names of an assigned expression in lower case, and its innermost node."""
    found, at, inner = set[str](), target, inner_of(target)
    while inner is not None:
        found.add(at.name.lower() if isinstance(at, Member) else "")
        at, inner = inner, inner_of(inner)
    found.add(at.text.lower() if isinstance(at, Name) else at.name.lower() if isinstance(at, Member) else "")
    return found, at


def _taken(index: SyntaxIndex, dotted: DottedName) -> Iterator[Edge]:
    """Yield the data that an object takes in: ``stream.Write(x)``."""
    if len(dotted.names) > 1 and _RESPONSE not in dotted.names:
        yield from (Edge(dotted.root, argument) for argument in index.arguments_of(dotted.node))
