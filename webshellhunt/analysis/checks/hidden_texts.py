"""Hidden texts: the parts of a code that make a text from pieces, so that the text itself is nowhere in the file."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise

from webshellhunt.analysis.checks.expressions import names_in
from webshellhunt.lang.operator_words import JOINING
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Literal, Node, walk

_MAKING = frozenset(
    {
        "chr", "chrw", "chrb", "strreverse", "replace", "mid", "fromcharcode", "unescape", "frombase64string",
        "getstring", "char", "tochar", "atob", "fromhexstring", "reverse", "join", "concat",
    }
)  # fmt: skip


class HiddenTexts:
    """The places of one code that make texts, and the variables that have a text so made."""

    def __init__(self, index: SyntaxIndex) -> None:
        self._index = index

    def may_be_in(self, node: Node) -> bool:
        """Return True if an expression joins or makes a text, or names a variable with a text so made."""
        return self._makes(node) or any(dotted.own in self._made for dotted in names_in(self._index, node))

    def _makes(self, node: Node) -> bool:
        """Return True if an expression calls a function that makes texts, or joins two literals."""
        if any(not _MAKING.isdisjoint(dotted.names) for dotted in self._index.within(node)):
            return True
        return any(isinstance(each, Binary) and _joins_literals(each) for each in walk(node))

    @cached_property
    def _made(self) -> frozenset[str]:
        """The variables with a text that is made of nothing but such calls and literals."""
        return frozenset(
            assignment.name
            for assignment in self._index.assignments
            if self._makes(assignment.value)
            and all(not _MAKING.isdisjoint(dotted.names) for dotted in names_in(self._index, assignment.value))
        )


def _joins_literals(node: Binary) -> bool:
    if JOINING.isdisjoint(node.operators):
        return False
    return any(isinstance(left, Literal) and isinstance(right, Literal) for left, right in pairwise(node.operands))
