"""Comparisons: the texts with which a condition compares something."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webshellhunt.analysis.structure.comparisons import callee_name
from webshellhunt.lang.tree import Argument, Binary, Call, Node, Pattern, walk

OPERATORS = frozenset({"=", "==", "===", "<>", "!=", "!=="})
FUNCTIONS = frozenset({"equals", "strcomp", "compare", "compareordinal", "sequenceequal"})
COMPARING = OPERATORS | FUNCTIONS
"""Operators and functions that compare two texts."""
_MOST_NODES = 2_000


def iter_compared(test: Node) -> Iterator[Node]:
    """Yield the operands of the comparisons in a condition, and the arguments of the functions that compare."""
    for node in islice(walk(test), _MOST_NODES):
        if isinstance(node, Binary) and not OPERATORS.isdisjoint(node.operators):
            yield from node.operands
        elif isinstance(node, Call) and callee_name(node) in FUNCTIONS:
            yield from (each.value if isinstance(each, Argument) else each for each in node.arguments)
        elif isinstance(node, Pattern) and node.value is not None and node.operator == "==":
            yield node.value
