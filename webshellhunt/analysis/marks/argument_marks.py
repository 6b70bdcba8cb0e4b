"""Argument marks: the texts in the arguments of a call, also through variables, by words of constants."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import chain
from typing import NamedTuple

from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.lang.dotted_names import DottedName, spelled_root
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Call, Declaration, Function, Index, Jump, Member, Name, New, Node, Parameter

_GIVING = (Assign, Declaration, Jump)
"""Nodes that assign a value itself: an item of ``For Each`` is a part of one."""
_MOST_BEGINS = 2_000
_MOST_HOPS = 3
_MOST_VALUES = 20
_MOST_NAMES = 200_000
"""Names of expressions that are read, as often as each is read."""


def mark_texts(constants: Constants, words: Mapping[str, str]) -> dict[int, frozenset[str]]:
    """Return a mark at the place of each constant that contains one of some words in lower case.

    Args:
        constants: The constants of the code.
        words: The mark of each word.
    """
    found: dict[int, frozenset[str]] = {}
    for constant in constants.values():
        text = constant.value.lower()
        marks = frozenset(mark for word, mark in words.items() if word in text)
        if marks and len(found) < _MOST_BEGINS:
            found[constant.start] = found.get(constant.start, frozenset()) | marks
    return found


def arguments_at(index: SyntaxIndex, place: int) -> Sequence[Node]:
    """Return the arguments of the call or index whose name is at a place, or the value that a property gets there."""
    dotted = index.at(place)
    return [] if dotted is None else _arguments(index, _node_at(dotted, place))


def is_called(index: SyntaxIndex, place: int) -> bool:
    """True if the name at a place is called."""
    dotted = index.at(place)
    return dotted is not None and index.call_of(_node_at(dotted, place)) is not None


def first_arguments(index: SyntaxIndex) -> frozenset[int]:
    """Return the places at which the first argument of a call with brackets, or of an index, begins."""
    return frozenset(
        node.arguments[0].start
        for node in index.of(Call, New, Index)
        if node.arguments and (not isinstance(node, Call) or node.has_brackets)
    )


def _arguments(index: SyntaxIndex, node: Node) -> Sequence[Node]:
    call, parent = index.call_of(node), index.parents.get(node)
    if call is not None:
        return call.arguments
    if isinstance(parent, Index) and parent.subject is node:
        return parent.arguments
    return [parent.value] if isinstance(parent, Assign) and parent.target is node else []


def owner_at(index: SyntaxIndex, place: int) -> Node | None:
    """Return the object that the member at a place belongs to; ``None`` if it belongs to none."""
    dotted = index.at(place)
    if dotted is None:
        return None
    node = _node_at(dotted, place)
    if isinstance(node, Member) and node.subject is not None:
        return node.subject
    number = dotted.places.index(place)
    return dotted.nodes[number - 1] if number else None


def _node_at(dotted: DottedName, place: int) -> Node:
    return dotted.nodes[dotted.places.index(place)]


def marks_given(marks: Marks, place: int) -> frozenset[str]:
    """Return the marks on the arguments of the call whose name is at a place."""
    return marks.on_all(arguments_at(marks.index, place))


def marks_of_owner(marks: Marks, place: int) -> frozenset[str]:
    """Return the marks on the object that the member at a place belongs to."""
    return marks.on(owner_at(marks.index, place))


class OnlyGiven:
    """The variables that get nothing but values with one of some begins in them, wherever they are assigned.

    Stricter than marks: a variable with any other value, and a parameter, does not count.
    """

    def __init__(self, index: SyntaxIndex, begins: Iterable[int]) -> None:
        self._index, self._begins = index, sorted(begins)
        self._values: Sequence[_Values] | None = None
        self._known: dict[tuple[str, int], bool] = {}
        self._left = _MOST_NAMES

    def has(self, node: Node | None) -> bool:
        """True if a begin is in an expression, or a variable that gets nothing else."""
        return node is not None and self._has(node, _MOST_HOPS)

    def _has(self, node: Node, hops: int) -> bool:
        at = bisect_left(self._begins, node.start)
        if at < len(self._begins) and self._begins[at] < node.end:
            return True
        names = self._index.starting_in(node) if hops and self._left > 0 else ()
        self._left -= len(names)
        return any(self._is_only(name, hops) for name in dict.fromkeys(each.root for each in names))

    def _is_only(self, name: str, hops: int) -> bool:
        if (name, hops) not in self._known:
            values = self._values_of(name)
            is_only = 0 < len(values) <= _MOST_VALUES and all(self._has(value, hops - 1) for value in values)
            self._known[name, hops] = is_only
        return self._known[name, hops]

    def _values_of(self, name: str) -> Sequence[Node]:
        """Return the values of a variable; none of a parameter."""
        if self._values is None:
            self._values = self._index.of_parts(_values)
        if any(name in part.parameters for part in self._values):
            return ()
        return [*chain.from_iterable(part.assigned.get(name, ()) for part in self._values)]


class _Values(NamedTuple):
    """The values of the variables of a part of the code, and its parameters."""

    assigned: Mapping[str, Sequence[Node]]
    parameters: Set[str]


def _values(index: SyntaxIndex) -> _Values:
    """Return the values of the variables of a part; a value of a member or an item is none of its object."""
    found = defaultdict[str, list[Node]](list)
    for each in index.assignments:
        if isinstance(each.target, (Name, Declaration, Function)) and isinstance(each.node, _GIVING):
            found[spelled_root(each.target)].append(each.value)
    return _Values(dict(found), {node.name for node in index.of(Parameter)})
