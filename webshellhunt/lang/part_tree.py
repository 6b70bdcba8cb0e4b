"""Part tree: the tree and the index of one part of a page, which all pages with that part share, and their joint index.

All places in it are those of the pages, so that a page only puts the answers of its parts one behind the other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence, Set
from functools import cached_property
from itertools import chain
from typing import TypeVar

from webshellhunt.lang.assignments import Assignment
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Block, Function, Literal, Node
from webshellhunt.memo import Memo

_T = TypeVar("_T")
MAX_TREE_TOKENS = 200_000
"""Tokens of the parts whose trees are kept."""


class _Shifted(Sequence[str]):
    """The values of the tokens of a part, by their places in the page."""

    def __init__(self, values: Sequence[str], first: int) -> None:
        self._values = values
        self._first = first

    def __len__(self) -> int:
        return self._first + len(self._values)

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        return self._values[at - self._first]


class PartTree:
    """The statements of a part, which is whole by itself, and what was ever found out about them.

    ``first`` and ``end`` are the range of their tokens in each page that has the part, ``steps`` the work of parsing,
    ``values`` the values of the tokens.
    """

    def __init__(self, first: int, statements: Sequence[Node], values: Sequence[str], steps: int) -> None:
        self.first = first
        self.end: int = first + len(values)
        self.statements = statements
        self.steps = steps
        self.found: dict[Hashable, object] = {}
        """Answers to questions about the part alone, by whoever asked them."""
        self._values = values

    @cached_property
    def index(self) -> SyntaxIndex:
        """The index of the part."""
        top = Block(self.first, self.end, [*self.statements])
        return SyntaxIndex(Tokens("", ""), top, _Shifted(self._values, self.first))


TREES: Memo[PartTree] = Memo(MAX_TREE_TOKENS)
"""The trees of the latest parts."""


class JoinedIndex(SyntaxIndex):
    """The index of a page that is made of parts."""

    def __init__(self, tokens: Tokens, top: Block, trees: Sequence[PartTree]) -> None:
        super().__init__(tokens, top)
        self.trees = trees
        self._firsts = [each.first for each in trees]

    @cached_property
    def _parts(self) -> Sequence[SyntaxIndex]:
        return [each.index for each in self.trees]

    def of_parts(self, question: Callable[[SyntaxIndex], _T]) -> Sequence[_T]:
        """Return the answers of all parts of the code to a question about each alone, kept ones where there are."""
        return [part.of_parts(question)[0] for part in self._parts]

    def part_at(self, place: int) -> SyntaxIndex:
        """Return the index of the part that a token is in."""
        return self._parts[max(0, bisect_right(self._firsts, place) - 1)]

    @cached_property
    def nodes(self) -> Sequence[Node]:
        """All nodes, each before those below it."""
        found: list[Node] = [self.top]
        for each in self._parts:
            found += each.nodes[1:]
        return found

    @cached_property
    def parents(self) -> dict[Node, Node]:
        """The node above each node, in the same order."""
        found: dict[Node, Node] = {}
        for each in self._parts:
            found.update(each.parents)
        found.update(dict.fromkeys(self.top.statements, self.top))
        return found

    def of(self, *kinds: type[Node]) -> Sequence[Node]:  # type: ignore[override]
        """Return the nodes of some kinds, in the order of all nodes."""
        tops = [self.top] if Block in kinds else []
        parts = (each.of(*kinds)[len(tops) :] for each in self._parts)
        return [*tops, *chain.from_iterable(parts)]

    def node_at(self, place: int) -> Node:
        """Return the innermost node that a token is a part of; the top where there is none."""
        part = self.part_at(place)
        found = part.node_at(place)
        return self.top if found is part.top else found

    def function_of(self, node: Node) -> Function | None:
        """Return the innermost function that a node is a part of, lambdas included."""
        return self.part_at(node.start).function_of(node)

    @cached_property
    def functions(self) -> dict[str, list[Function]]:
        """The functions of the code by their names in lower case."""
        found: dict[str, list[Function]] = defaultdict(list)
        for each in self._parts:
            for name, functions in each.functions.items():
                found[name] += functions
        return found

    @cached_property
    def literals(self) -> Sequence[Literal]:
        """The strings, characters and patterns of the code, in their order."""
        return [*chain.from_iterable(each.literals for each in self._parts)]

    def literals_in(self, node: Node) -> Sequence[Literal]:
        """Return the literals that begin in the range of a node."""
        return self.literals if node is self.top else self.part_at(node.start).literals_in(node)

    @cached_property
    def dotted(self) -> Sequence[DottedName]:
        """The dotted names of the code, in the order of their last names."""
        return [*chain.from_iterable(each.dotted for each in self._parts)]

    def at(self, place: int) -> DottedName | None:
        """Return the dotted name that has a name at a place; ``None`` if there is none."""
        return self.part_at(place).at(place)

    @cached_property
    def words(self) -> Set[str]:
        """The names that are used in the code, in lower case."""
        return frozenset().union(*(each.words for each in self._parts))

    def within(self, node: Node) -> Sequence[DottedName]:
        """Return the dotted names whose last names are in the range of a node."""
        return self.dotted if node is self.top else self.part_at(node.start).within(node)

    def starting_in(self, node: Node) -> Sequence[DottedName]:
        """Return the dotted names that start in the range of a node, which may have only the first of their names."""
        if node is not self.top:
            return self.part_at(node.start).starting_in(node)
        return [*chain.from_iterable(each.starting_in(each.top) for each in self._parts)]

    def find(self, words: Set[str]) -> Iterator[DottedName]:
        """Yield each dotted name of which one name at least is among some words."""
        return chain.from_iterable(each.find(words) for each in self._parts)

    @cached_property
    def assignments(self) -> Sequence[Assignment]:
        """The assignments of the code, declarations with values, loops, initialisers and results included."""
        return [*chain.from_iterable(each.assignments for each in self._parts)]

    @cached_property
    def assigned(self) -> dict[str, list[Assignment]]:
        """The assignments of the code by their names."""
        found: dict[str, list[Assignment]] = defaultdict(list)
        for part in self._parts:
            for name, assignments in part.assigned.items():
                found[name] += assignments
        return found
