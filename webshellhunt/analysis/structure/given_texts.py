"""The constants that may be in a call, in its statement or through variables and parameters.

The order of statements plays no role, and one name is one variable.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain

from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.structure.arguments import arguments_at
from webshellhunt.analysis.structure.statement_parts import is_block_lambda, part_around
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Declaration, Member, Node

MAX_NODES = 200
"""The most expressions that are read for one call."""
_MOST_PER_NAME = 40
_FAR = 2_000  # tokens of an expression


class GivenTexts:
    """The constants of a code by the calls that may get them."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self.index = index
        self.constants = constants

    def of_call(self, place: int) -> Iterator[Constant]:
        """Yield the constants that may be in the call, or the assignment, at a place."""
        for node in self.nodes(place):
            yield from self.constants_in(node)

    def wholes_of_call(self, place: int) -> Iterator[Constant]:
        """Yield the constants at a call that are its first argument, or the beginning of an assigned value."""
        arguments = arguments_at(self.index, place)
        starts = {arguments[0].start} if arguments else set[int]()
        nodes = [*self.nodes(place)]
        for node in nodes:
            starts.add(node.value.start if isinstance(node, (Assign, Declaration)) and node.value else node.start)
        for constant in chain.from_iterable(map(self.constants_in, nodes)):
            parent = self.index.parents.get(self.index.node_at(constant.start))
            if constant.start in starts and not isinstance(parent, Member):
                yield constant

    def nodes(self, place: int) -> Iterator[Node]:
        """Yield the statement at a place, and the values of its variables."""
        return self.nodes_of(part_around(self.index, self.index.node_at(place)))

    def nodes_of(self, node: Node) -> Iterator[Node]:
        """Yield an expression, and the values of its variables, to a bounded number."""
        waiting, seen, left = deque([node]), set[str](), MAX_NODES
        while waiting and left:
            node = waiting.popleft()
            left -= 1
            yield node
            for dotted in self.names_in(node):
                if not dotted.is_member and dotted.own not in seen:
                    seen.add(dotted.own)
                    waiting += self._values.get(dotted.own, ())

    def names_in(self, node: Node) -> Sequence[DottedName]:
        """Return the dotted names of an expression, to a bounded distance."""
        return self.index.within(_clipped(node))

    def constants_in(self, node: Node) -> Iterator[Constant]:
        """Yield the constants of an expression, to a bounded distance."""
        return self.constants.within(_clipped(node))

    @cached_property
    def _values(self) -> dict[str, list[Node]]:
        """The values of each variable and parameter, and the results of each function."""
        found: dict[str, list[Node]] = defaultdict(list)
        for each in chain(self.index.assignments, self.index.passed):
            values = found[each.name]
            if len(values) < _MOST_PER_NAME and not is_block_lambda(each.value):
                values.append(each.value)
        found.pop("", None)
        return found


def _clipped(node: Node) -> Node:
    return Node(node.start, min(node.end, node.start + _FAR))
