"""Literal texts: the strings that the code has, and the strings in pieces that it joins in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.lang.operator_words import JOINING
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Literal, Node

_KINDS = frozenset({"string", "character"})


class LiteralText(NamedTuple):
    """A text and its place."""

    place: int
    text: str


def literal_text(node: Node) -> str | None:
    """Return the text of a literal, or of literals that are joined; ``None`` for anything else."""
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, str) and node.kind in _KINDS else None
    if not isinstance(node, Binary) or not JOINING.issuperset(node.operators):
        return None
    parts = [each.value for each in node.operands if isinstance(each, Literal) and isinstance(each.value, str)]
    return "".join(parts) if len(parts) == len(node.operands) else None


def iter_literals(index: SyntaxIndex) -> Iterator[LiteralText]:
    """Yield the strings of the code, in their order."""
    for each in index.literals:
        if isinstance(each.value, str) and each.kind in _KINDS:
            yield LiteralText(each.start, each.value)


def iter_joined(index: SyntaxIndex) -> Iterator[LiteralText]:
    """Yield the strings in pieces that the code joins in place, in their order."""
    for node in index.of(Binary):
        text = literal_text(node)
        if text is not None:
            yield LiteralText(node.start, text)
