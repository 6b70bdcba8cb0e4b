"""Comparisons: the texts with which a condition compares something."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webshellhunt.analysis.structure.comparisons import OPERATORS, is_comparing
from webshellhunt.lang.tree import Argument, Binary, Call, Node, Pattern, walk

_MOST_NODES = 2_000


def iter_compared(test: Node) -> Iterator[Node]:
    """Yield the operands of the comparisons in a condition, and the arguments of the functions that compare."""
    for node in islice(walk(test), _MOST_NODES):
        if isinstance(node, Binary) and not OPERATORS.isdisjoint(node.operators):
            yield from node.operands
        elif isinstance(node, Call) and is_comparing(node):
            yield from (each.value if isinstance(each, Argument) else each for each in node.arguments)
        elif isinstance(node, Pattern) and node.value is not None and node.operator == "==":
            yield node.value
