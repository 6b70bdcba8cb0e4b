"""Program output: whether the response has the output of a program."""

from __future__ import annotations

from collections.abc import Iterator, Set

from webshellhunt.analysis.structure.statement_parts import is_block_lambda, part_around
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Block, Name, Node
from webshellhunt.lang.unit import Unit

_OUTPUT = frozenset({"stdout", "stderr", "standardoutput", "standarderror"})
_MOST_STEPS = 5
_RESPONSE = frozenset({"response"})


def reads_output(unit: Unit) -> bool:
    """True if the code reads the output of a program."""
    return not _OUTPUT.isdisjoint(unit.words)


def shows_output(unit: Unit) -> bool:
    """True if the code writes the output of a program into the response, directly or through variables."""
    if not reads_output(unit):
        return False
    index, names = unit.index, set(_OUTPUT)
    values = [each for each in index.assignments if not is_block_lambda(each.value)]
    for _ in range(_MOST_STEPS):
        found = {each.name for each in values if _has(index, each.value, names)} - {"", *names}
        if not found:
            break
        names |= found
    return any(_has(index, part, names) for part in _writing(index))


def _has(index: SyntaxIndex, node: Node, names: Set[str]) -> bool:
    return any(not names.isdisjoint(dotted.names) for dotted in index.within(node))


def _writing(index: SyntaxIndex) -> Iterator[Node]:
    """Yield the statements that write into the response: calls of it, and expressions that a page shows."""
    yield from dict.fromkeys(part_around(index, dotted.node) for dotted in index.find(_RESPONSE))
    for node in index.nodes:
        if isinstance(node, (Name, Binary)) and isinstance(index.parents.get(node), Block):
            yield node
