"""Marks: the kinds of things that an expression or a variable may contain, from anywhere in the code.

Coarser than a data flow: a variable may have several marks, no assignment removes one, and variables of the same name
are the same. For questions such as "does the answer of a fixed address, which got the name of this host, become a part
of the response".
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import NamedTuple

from webshellhunt.lang.dotted_names import DottedName, inner_of, spelled_root
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Entry, Function, Lambda, Member, Name, Node, TypeName

_ROUNDS = 12
_MOST_TOKENS = 100_000
_MOST_PARTS = 64
"""Parts of an expression around the functions in it."""
_MOST_NAMES = 100_000
"""Names that are looked at on the way back from an expression."""
_FEW = 32
"""Names of a range that are looked up one by one."""
_NONE = frozenset[str]()
_KEEPING: Mapping[str, frozenset[str]] = {}
_TAKING = frozenset({"write", "writetext", "append", "appendline", "copyto", "add", "load"})
_FILLING = frozenset({"read", "readasync", "readblock", "copyto", "copytoasync"})
_RESPONSE = "response"


class MarkedCall(NamedTuple):
    """A call: its dotted name in lower case, the place of its last name, the marks on its arguments."""

    names: tuple[str, ...]
    place: int
    on: frozenset[str]


class _Taken(NamedTuple):
    """An expression that a variable gets, as the names in it and marks that begin in it."""

    begun: frozenset[str]
    names: list[slice]
    lost: frozenset[str]


class Marks:
    """The marks of one code; ``begins`` are the places where marks begin. Too large a code has no marks.

    An expression that contains a name of ``losing`` does not pass on the marks that this name has there: such a
    function returns a part of its argument, or a test of it. Of several such names, only marks that all of them have
    are lost. With ``reads``, a buffer has the marks of the stream that is read or copied into it. The body of a
    function in an expression is no part of the expression, unless it is one expression itself.
    """

    def __init__(
        self,
        index: SyntaxIndex,
        begins: Mapping[int, frozenset[str]],
        *,
        losing: Mapping[str, frozenset[str]] = _KEEPING,
        reads: bool = False,
    ) -> None:
        self.index = index
        begins = begins if len(index.tokens) <= _MOST_TOKENS else {}
        self._begun = _Placed((place, begins[place]) for place in sorted(begins))
        self._losses = _Losses(index, losing)
        self._bodies = _bodies(index) if begins else []
        self._names = _Names(index if begins else None)
        self.edges: Sequence[Edge] = [*iter_edges(index, reads=reads)] if begins else []
        taken = [(edge.name, self._taken(edge.value.start, edge.value.end)) for edge in self.edges]
        for _ in range(_ROUNDS):
            changed = [self._names.add(name, self._on(each)) for name, each in taken]
            if not any(changed):
                break

    def on(self, node: Node | None) -> frozenset[str]:
        """Return the marks on an expression."""
        return _NONE if node is None else self.on_range(node.start, node.end)

    def on_range(self, start: int, end: int) -> frozenset[str]:
        """Return the marks on a range of places."""
        return self._on(self._taken(start, end))

    def on_all(self, nodes: Sequence[Node]) -> frozenset[str]:
        """Return the marks on expressions in a row, such as arguments."""
        return self.on_range(nodes[0].start, nodes[-1].end) if nodes else _NONE

    def iter_calls(self, words: Set[str]) -> Iterator[MarkedCall]:
        """Yield each call with arguments by one of some words in lower case."""
        for dotted in self.index.find(words):
            parts = zip(dotted.names, dotted.nodes, dotted.places, strict=True)
            for size, (name, node, place) in enumerate(parts, 1):
                is_whole = dotted.nodes[size : size + 1] != (node,)  # a type with several names is one node
                arguments = self.index.arguments_of(node) if name in words and is_whole else ()
                if arguments:
                    yield MarkedCall(dotted.names[:size], place, self.on_all(arguments))

    def _taken(self, start: int, end: int) -> _Taken:
        """Return the names and marks of a range, the bodies of functions in it left out."""
        parts = list(self._parts(start, end))
        begun = _NONE.union(*(self._begun.within(*part) for part in parts))
        names = [each for each in (self._names.within(*part) for part in parts) if each.start < each.stop]
        return _Taken(begun, names, self._losses.within(parts))

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
        on = taken.begun.union(*map(self._names.on, taken.names)) if taken.names else taken.begun
        return on - taken.lost


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


class _Losses:
    """The marks that names of functions do not pass on."""

    def __init__(self, index: SyntaxIndex, losing: Mapping[str, frozenset[str]]) -> None:
        found = [
            (place, losing[name])
            for dotted in (index.find(losing.keys()) if losing else ())
            for name, place in zip(dotted.names, dotted.places, strict=True)
            if name in losing
        ]
        found.sort(key=lambda each: each[0])
        self._all = _NONE.union(*losing.values())
        self._places = [place for place, _ in found]
        self._kept = _Placed((place, self._all - lost) for place, lost in found)

    def within(self, parts: Iterable[tuple[int, int]]) -> frozenset[str]:
        """Return the marks that ranges do not pass on."""
        losing = [each for each in parts if bisect_left(self._places, each[0]) < bisect_left(self._places, each[1])]
        return self._all - _NONE.union(*(self._kept.within(*each) for each in losing)) if losing else _NONE


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


def may_be_marked(index: SyntaxIndex, begins: Iterable[int], nodes: Iterable[Node]) -> list[bool]:
    """Return for each of some expressions whether it may have a mark that begins at a place, found without `Marks`.

    The way goes back from the expression through the values of its variables. An expression with too many names on
    this way may have one. Marks with ``reads`` have more ways.
    """
    places, left = sorted(begins), _MOST_NAMES
    parts = [*index.of_parts(_values_by_name), _by_name(_passed(index))]
    found: list[bool] = []
    for node in nodes:
        waiting, seen, is_begun = [node], set[str](), False
        while waiting and not is_begun and left > 0:
            each = waiting.pop()
            at = bisect_left(places, each.start)
            is_begun = at < len(places) and places[at] < each.end
            names = () if is_begun else index.starting_in(each)
            left -= len(names)
            for name in {dotted.root for dotted in names} - seen:
                seen.add(name)
                waiting += chain.from_iterable(part.get(name, ()) for part in parts)
        found.append(is_begun or bool(waiting))
    return found


def _values_by_name(index: SyntaxIndex) -> Mapping[str, Sequence[Node]]:
    """Return the values of the edges of a part of the code, without those that it passes to functions."""
    return _by_name(chain(_assigned(index), _taken_in(index, reads=False)))


def _by_name(edges: Iterable[Edge]) -> Mapping[str, Sequence[Node]]:
    values = defaultdict[str, list[Node]](list)
    for edge in edges:
        if edge.name:
            values[edge.name].append(edge.value)
    return dict(values)


class Edge(NamedTuple):
    """A variable, parameter or function, spelled as in the code, and an expression that it gets or returns."""

    name: str
    value: Node


def iter_edges(index: SyntaxIndex, *, reads: bool) -> Iterator[Edge]:
    """Yield the edges of a code: assignments, results, arguments, and data that an object takes in.

    The response is left out: it returns nothing that was written to it. The parts of a new object go into the variable
    of the object. With ``reads``, a buffer gets the stream that is read or copied into it.
    """
    for edge in _iter_all(index, reads=reads):
        if edge.name:
            yield edge


def _iter_all(index: SyntaxIndex, *, reads: bool) -> Iterator[Edge]:
    return chain(_assigned(index), _passed(index), _taken_in(index, reads=reads))


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


def _taken_in(index: SyntaxIndex, *, reads: bool) -> Iterator[Edge]:
    for dotted in index.find(_TAKING | _FILLING if reads else _TAKING):
        yield from _taken(index, dotted, reads=reads)


def _names(target: Node) -> tuple[set[str], Node]:
    """Return the names of an assigned expression in lower case, and its innermost node."""
    found, at, inner = set[str](), target, inner_of(target)
    while inner is not None:
        found.add(at.name.lower() if isinstance(at, Member) else "")
        at, inner = inner, inner_of(inner)
    found.add(at.text.lower() if isinstance(at, Name) else at.name.lower() if isinstance(at, Member) else "")
    return found, at


def _taken(index: SyntaxIndex, dotted: DottedName, *, reads: bool) -> Iterator[Edge]:
    """Yield the data that an object takes in: ``stream.Write(x)``, and a buffer: ``stream.Read(x, 0, n)``."""
    word, arguments = dotted.names[-1], index.arguments_of(dotted.node)
    if len(dotted.names) < 2 or not arguments:
        return
    if word in _TAKING and _RESPONSE not in dotted.names:
        yield from (Edge(dotted.root, argument) for argument in arguments)
    owner = dotted.node.subject if isinstance(dotted.node, Member) else None
    if reads and word in _FILLING:
        buffer, stream = index.at(arguments[0].start), owner or dotted.nodes[-2]
        if buffer is not None and _RESPONSE not in buffer.names:
            yield Edge(buffer.root, stream)
