"""Comparisons: which expression a value is compared with, by an operator or by a comparing function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.operator_words import EQUAL, JOINING, UNEQUAL
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Argument,
    Binary,
    Call,
    Cast,
    Index,
    Member,
    Name,
    New,
    Node,
    Pattern,
    TypeName,
    Unary,
    walk,
)

OPERATORS = EQUAL | UNEQUAL
"""Operators that compare, in all languages."""
COMPARING = frozenset({"equals", "strcomp", "compare", "compareordinal", "sequenceequal"})
"""Functions that compare, in lower case."""
COMPARISONS = OPERATORS | COMPARING
_FARTHEST = 12
"""Nodes between a value and its comparison."""
_MOST_NODES = 2_000
"""Nodes of a condition that are looked at."""


def value_of(index: SyntaxIndex, dotted: DottedName) -> Node:
    """Return the value that begins with a dotted name, with its calls and indexes: ``a("b").c`` for ``a``."""
    names = [name not in COMPARING for name in dotted.names]
    node = dotted.nodes[(names.index(False) if False in names else len(names)) - 1]
    parent = index.parents.get(node)
    while parent is not None and _is_beginning(node, parent):
        node, parent = parent, index.parents.get(parent)
    return node


def _is_beginning(node: Node, parent: Node) -> bool:
    if isinstance(parent, Member):
        return parent.subject is node and parent.name.lower() not in COMPARING
    if isinstance(parent, Index):
        return parent.subject is node
    return isinstance(parent, Call) and parent.callee is node and not is_comparing(parent)


def is_comparing(call: Node | None) -> bool:
    """True if a call compares its subject or its arguments."""
    return isinstance(call, Call) and callee_name(call) in COMPARING


def callee_name(call: Call | New) -> str:
    """Return the last name of the function that is called, in lower case; ``""`` where it has none."""
    callee = call.type if isinstance(call, New) else call.callee
    if isinstance(callee, (Member, TypeName)):
        return callee.name.lower().rpartition(".")[2]
    return callee.text.lower() if isinstance(callee, Name) else ""


def around(index: SyntaxIndex, node: Node) -> Sequence[Node]:
    """Return a value and the expressions that are made of it: calls that get it, its members, casts and joined texts.

    They end at the comparison that the value is a part of.
    """
    found = [node]
    parent = index.parents.get(node)
    while parent is not None and len(found) < _FARTHEST and _is_made_of(parent):
        found.append(parent)
        node, parent = parent, index.parents.get(parent)
    return found


def _is_made_of(parent: Node) -> bool:
    if isinstance(parent, Binary):
        return JOINING.issuperset(parent.operators)
    if isinstance(parent, Member):
        return parent.name.lower() not in COMPARING
    return isinstance(parent, (Argument, Call, Cast, Index, New, Unary)) and not is_comparing(parent)


def compared_with(index: SyntaxIndex, node: Node) -> Node | None:
    """Return the expression that a value is compared with; ``None`` without any."""
    last = around(index, node)[-1]
    parent = index.parents.get(last)
    if isinstance(parent, Binary):
        return _other_operand(parent, last)
    if isinstance(parent, Member):  # value.Equals(other)
        call = index.call_of(parent)
        return call.arguments[0] if call is not None and call.arguments else None
    if not isinstance(parent, Call) or not is_comparing(parent):
        return None
    if len(parent.arguments) == 1:
        return parent.callee.subject if isinstance(parent.callee, Member) else None
    first, second = parent.arguments[:2] if parent.arguments else (None, None)
    return second if first is last else first if second is last else None


def _other_operand(comparison: Binary, operand: Node) -> Node | None:
    at = comparison.operands.index(operand)
    if at < len(comparison.operators) and comparison.operators[at] in OPERATORS:
        return comparison.operands[at + 1]
    return comparison.operands[at - 1] if at and comparison.operators[at - 1] in OPERATORS else None


def iter_compared(test: Node) -> Iterator[Node]:
    """Yield the operands of the comparisons in a condition, and the arguments of the functions that compare."""
    for node in islice(walk(test), _MOST_NODES):
        if isinstance(node, Binary) and not OPERATORS.isdisjoint(node.operators):
            yield from node.operands
        elif isinstance(node, Call) and is_comparing(node):
            yield from (each.value if isinstance(each, Argument) else each for each in node.arguments)
        elif isinstance(node, Pattern) and node.value is not None and node.operator == "==":
            yield node.value
