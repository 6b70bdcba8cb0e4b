"""Arguments: the call at a place, its arguments, and the use of its result."""

from __future__ import annotations

from collections.abc import Sequence, Set

from webshellhunt.analysis.constants import Constant
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Argument, Block, Call, Index, Literal, Member, New, Node


def name_at(index: SyntaxIndex, place: int) -> str:
    """Return the name at a place, in lower case; ``""`` where there is none."""
    dotted = index.at(place)
    return "" if dotted is None else dotted.names[dotted.places.index(place)]


def arguments_at(index: SyntaxIndex, place: int) -> Sequence[Node]:
    """Return the arguments of the call whose last name is at a place."""
    return index.arguments_of(index.node_at(place))


def first_arguments(index: SyntaxIndex) -> frozenset[int]:
    """Return the places at which the first argument of a call with brackets, or of an index, begins."""
    return frozenset(
        node.arguments[0].start
        for node in index.of(Call, New, Index)
        if node.arguments and (not isinstance(node, Call) or node.has_brackets)
    )


def words_of(index: SyntaxIndex, nodes: Sequence[Node]) -> frozenset[str]:
    """Return the names, and the numbers as texts, in some expressions, in lower case."""
    names = (name for node in nodes for dotted in index.within(node) for name in dotted.names)
    literals = (each.value if isinstance(each, Argument) else each for each in nodes)
    return frozenset(names).union(str(each.value).lower() for each in literals if isinstance(each, Literal))


def is_argument(index: SyntaxIndex, constant: Constant) -> bool:
    """True if an argument of a call begins with a constant."""
    node = expression_from(index, constant)
    parent = index.parents.get(node)
    return isinstance(parent, (Call, New)) and node in parent.arguments


def expression_from(index: SyntaxIndex, constant: Constant) -> Node:
    """Return the largest expression that begins with a constant, the statement aside."""
    node = index.node_at(constant.start)
    parent = index.parents.get(node)
    while parent is not None and parent.start == constant.start and not isinstance(parent, Block):
        node, parent = parent, index.parents.get(parent)
    return node


def is_dropped(index: SyntaxIndex, place: int, ending: Set[str]) -> bool:
    """True if the result of the call at a place is not used, or only a member of it that ends it."""
    node = index.node_at(place)
    call = index.call_of(node) or node
    parent = index.parents.get(call)
    return parent.name.lower() in ending if isinstance(parent, Member) else isinstance(parent, Block)
