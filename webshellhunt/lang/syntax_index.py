"""Syntax index: the parents, dotted names and assignments of a tree, for questions about how code is written.

It knows the structure alone: which name is written where, as a part of which call and statement. Which variable a name
means, and which values it has, are questions to the interpreter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence, Set
from functools import cached_property
from itertools import chain
from typing import TypeVar, overload

from webshellhunt.lang.assignments import ASSIGNING, Assignment, assignments_of
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.dotted_names import PAGE_WORDS, DottedName, find_dotted_names
from webshellhunt.lang.lexis import NEWLINE
from webshellhunt.lang.tree import (
    Block,
    Call,
    Class,
    Declaration,
    Function,
    Literal,
    Member,
    Name,
    New,
    Node,
    Parameter,
    TypeName,
)

_T = TypeVar("_T")
_A = TypeVar("_A", bound=Node)
_B = TypeVar("_B", bound=Node)
_C = TypeVar("_C", bound=Node)
_MOST_OVERLOADS = 16
"""Functions of one name that a call may be of; of more, the last ones count."""


class SyntaxIndex:
    """The index of one tree, built at the first question of each kind.

    ``tokens`` are those of the tree, ``top`` its top, and ``values`` the values of the tokens, if they aren't there.
    """

    def __init__(self, tokens: Tokens, top: Block, values: Sequence[str] | None = None) -> None:
        self.tokens = tokens
        self.top = top
        self._values: Sequence[str] = tokens.values if values is None else values
        self._answers: dict[Hashable, object] = {}

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """All nodes, each before those below it."""
        return self._walked[0]

    @cached_property
    def parents(self) -> dict[Node, Node]:
        """The node above each node, in the same order."""
        return self._walked[1]

    @cached_property
    def _walked(self) -> tuple[Sequence[Node], dict[Node, Node]]:
        nodes: list[Node] = []
        parents: dict[Node, Node] = {}
        waiting: list[Node] = [self.top]
        while waiting:
            node = waiting.pop()
            nodes.append(node)
            children = node.children()
            waiting += children[::-1]
            for child in children:
                parents[child] = node
        return nodes, parents

    def of_parts(self, question: Callable[[SyntaxIndex], _T]) -> Sequence[_T]:
        """Return the answers of all parts of the code to a question about each alone.

        ``question`` is a function of a module; its answer may be kept for other pages, and only what adds to it without
        a difference to anybody may change it.
        """
        if question not in self._answers:
            self._answers[question] = question(self)
        return [self._answers[question]]  # type: ignore[list-item]

    def part_at(self, place: int) -> SyntaxIndex:
        """Return the index of the part that a token is in."""
        return self

    @overload
    def of(self, a: type[_A], /) -> Sequence[_A]: ...
    @overload
    def of(self, a: type[_A], b: type[_B], /) -> Sequence[_A | _B]: ...
    @overload
    def of(self, a: type[_A], b: type[_B], c: type[_C], /) -> Sequence[_A | _B | _C]: ...
    @overload
    def of(self, *kinds: type[Node]) -> Sequence[Node]: ...
    def of(self, *kinds: type[Node]) -> Sequence[Node]:
        """Return the nodes of some kinds, in the order of all nodes."""
        nodes, numbers = self.nodes, self._numbers
        if len(kinds) == 1:
            return [nodes[at] for at in numbers.get(kinds[0], ())]
        return [nodes[at] for at in sorted(chain.from_iterable(numbers.get(kind, ()) for kind in kinds))]

    @cached_property
    def _numbers(self) -> dict[type[Node], list[int]]:
        """The numbers of the nodes of each kind, which has no kinds of its own."""
        found: dict[type[Node], list[int]] = defaultdict(list)
        for number, node in enumerate(self.nodes):
            found[node.__class__].append(number)
        return found

    # Places ---------------------------------------------------------------------------------------------------------

    def span_of(self, node: Node) -> tuple[int, int]:
        """Return the range of characters of a node.

        The end of a line of Visual Basic reaches to the code around it: text of the page between two blocks of code is
        a part of it.
        """
        tokens, first, last = self.tokens, node.start, max(node.start, node.end - 1)
        if first >= len(tokens):
            return len(tokens.text), len(tokens.text)
        start = tokens.ends[first - 1] if first and tokens.kinds[first] == NEWLINE else tokens.starts[first]
        is_line = tokens.kinds[last] == NEWLINE and last + 1 < len(tokens)
        return start, tokens.starts[last + 1] if is_line else tokens.ends[last]

    # Structure ------------------------------------------------------------------------------------------------------

    def ancestors(self, node: Node) -> Iterator[Node]:
        """Yield the nodes around a node, the nearest first."""
        parent = self.parents.get(node)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)

    @cached_property
    def _by_start(self) -> tuple[Sequence[int], Sequence[Node]]:
        """The nodes in the order of their starts, those around others before them, and those starts."""
        nodes = sorted(self.nodes, key=_start)
        return [*map(_start, nodes)], nodes

    def node_at(self, place: int) -> Node:
        """Return the innermost node that a token is a part of; the top where there is none."""
        starts, nodes = self._by_start
        at = bisect_right(starts, place) - 1
        node: Node | None = nodes[at] if at >= 0 else None
        while node is not None and node.end <= place:
            node = self.parents.get(node)
        return self.top if node is None else node

    def function_of(self, node: Node) -> Function | None:
        """Return the innermost function that a node is a part of, lambdas included."""
        return self._owners.get(node)

    @cached_property
    def _owners(self) -> dict[Node, Function]:
        found: dict[Node, Function] = {}
        for node, parent in self.parents.items():
            owner = parent if isinstance(parent, Function) else found.get(parent)
            if owner is not None:
                found[node] = owner
        return found

    @cached_property
    def functions(self) -> dict[str, list[Function]]:
        """The functions of the code by their names in lower case."""
        found: dict[str, list[Function]] = defaultdict(list)
        for node in self.of(Function):
            if node.name:
                found[node.name.lower()].append(node)
        return found

    @cached_property
    def literals(self) -> Sequence[Literal]:
        """The strings, characters and patterns of the code, in their order."""
        found = [each for each in self.of(Literal) if isinstance(each.value, str)]
        return sorted(found, key=_start)

    def literals_in(self, node: Node) -> Sequence[Literal]:
        """Return the literals that begin in the range of a node."""
        starts = self._literal_starts
        return self.literals[bisect_left(starts, node.start) : bisect_left(starts, node.end)]

    @cached_property
    def _literal_starts(self) -> Sequence[int]:
        return [each.start for each in self.literals]

    # Dotted names ---------------------------------------------------------------------------------------------------

    @cached_property
    def dotted(self) -> Sequence[DottedName]:
        """The dotted names of the code, in the order of their last names."""
        return sorted(find_dotted_names(self._values, self.of(Name, Member, TypeName), self.parents), key=_place)

    def at(self, place: int) -> DottedName | None:
        """Return the dotted name that has a name at a place; ``None`` if there is none."""
        return self._by_place.get(place)

    @cached_property
    def _by_place(self) -> dict[int, DottedName]:
        found: dict[int, DottedName] = {}
        for dotted in self.dotted:
            for place in dotted.places:
                found.setdefault(place, dotted)
        return found

    @cached_property
    def _by_word(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, dotted in enumerate(self.dotted):
            for name in dict.fromkeys(dotted.names):
                found[name].append(number)
        return found

    @property
    def words(self) -> Set[str]:
        """The names that are used in the code, in lower case."""
        return self._by_word.keys()

    def find(self, words: Set[str]) -> Iterator[DottedName]:
        """Yield each dotted name of which one name at least is among some words."""
        by_word = self._by_word
        numbers = {number for word in words & by_word.keys() for number in by_word[word]}
        for number in sorted(numbers):
            yield self.dotted[number]

    def places_of(self, words: Set[str]) -> Iterator[int]:
        """Yield the place of each name that is one of some words, in no order."""
        for dotted in self.find(words):
            yield from (place for name, place in zip(dotted.names, dotted.places, strict=True) if name in words)

    def named(self, name: str) -> Iterator[DottedName]:
        """Yield the dotted names whose first name, the page itself aside, is this one in lower case."""
        return (each for each in self.find({name}) if each.own == name and not each.is_member)

    @cached_property
    def _places(self) -> list[int]:
        return [*map(_place, self.dotted)]

    def within(self, node: Node) -> Sequence[DottedName]:
        """Return the dotted names whose last names are in the range of a node."""
        return self.dotted[bisect_left(self._places, node.start) : bisect_left(self._places, node.end)]

    @cached_property
    def _names_by_start(self) -> tuple[list[int], list[DottedName]]:
        dotted = sorted(self.dotted, key=_start_of_name)
        return [*map(_start_of_name, dotted)], dotted

    def starting_in(self, node: Node) -> Sequence[DottedName]:
        """Return the dotted names that start in the range of a node, which may have only the first of their names."""
        starts, dotted = self._names_by_start
        return dotted[bisect_left(starts, node.start) : bisect_left(starts, node.end)]

    # Calls and assignments ------------------------------------------------------------------------------------------

    def call_of(self, node: Node) -> Call | New | None:
        """Return the call whose callee a node is, or the creation of an object whose type it is."""
        parent = self.parents.get(node)
        if isinstance(parent, Call) and parent.callee is node:
            return parent
        is_made = isinstance(parent, New) and (parent.type is node or parent.callee is node)
        return parent if is_made and isinstance(parent, New) else None

    def arguments_of(self, node: Node) -> Sequence[Node]:
        """Return the arguments of the call whose callee a node is; of none where it is not called."""
        call = self.call_of(node)
        return [] if call is None else call.arguments

    @cached_property
    def own_objects(self) -> frozenset[str]:
        """The names in lower case of the page itself, of the classes of the code, and of variables of these types."""
        classes = {node.name.lower() for node in self.of(Class)}
        found = {*PAGE_WORDS, *classes}
        for node in self.of(Declaration, Parameter) if classes else ():
            if _last_name(node.type) in classes:
                found.add(node.name.lower())
        for each in self.assignments if classes else ():
            if isinstance(each.value, New) and _last_name(each.value.type) in classes:
                found.add(each.name)
        return frozenset(found)

    @cached_property
    def own_calls(self) -> Sequence[tuple[Function, Call | New]]:
        """The calls of functions of the code by their names, also as members of own objects, and the functions."""
        found: list[tuple[Function, Call | New]] = []
        for dotted in self.find(self.functions.keys()):
            for name, node in zip(dotted.names, dotted.nodes, strict=True):
                call = self.call_of(node) if name in self.functions else None
                if call is not None:
                    found += [(function, call) for function in self.functions[name][-_MOST_OVERLOADS:]]
                if name not in self.own_objects:
                    break
        return found

    @cached_property
    def assignments(self) -> Sequence[Assignment]:
        """The assignments of the code, declarations with values, loops, initialisers and results included."""
        return [each for node in self.of(*ASSIGNING) for each in assignments_of(node, self.function_of)]

    @cached_property
    def assigned(self) -> dict[str, list[Assignment]]:
        """The assignments of the code by their names."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for each in self.assignments:
            found[each.name].append(each)
        return found

    @cached_property
    def passed(self) -> Sequence[Assignment]:
        """The arguments of calls of functions of the code, as assignments to their parameters."""
        return [
            Assignment(parameter, argument, call)
            for function, call in self.own_calls
            for parameter, argument in zip(function.parameters, call.arguments, strict=False)
        ]


def _last_name(written: TypeName | None) -> str:
    """Return the last name of a type in lower case."""
    return "" if written is None else written.name.rpartition(".")[2].lower()


def _start(node: Node) -> int:
    return node.start


def _place(dotted: DottedName) -> int:
    return dotted.place


def _start_of_name(dotted: DottedName) -> int:
    return dotted.node.start
