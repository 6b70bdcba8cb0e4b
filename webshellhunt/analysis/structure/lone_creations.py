"""Lone creations: code that is one statement, which creates an object and at most calls its methods."""

from __future__ import annotations

from webshellhunt.lang.tree import Assign, Call, Declaration, Member, Name, New, Node
from webshellhunt.lang.unit import Unit


def only_class_made(unit: Unit) -> str:
    """Return the class of the object that a code creates, and does nothing else; ``""`` for other code."""
    statements = unit.parsed.top.statements
    node: Node | None = statements[0] if len(statements) == 1 else None
    if isinstance(node, Declaration) or (isinstance(node, Assign) and node.operator == "=" and _is_name(node.target)):
        node = node.value
    while isinstance(node, Call) and isinstance(node.callee, Member):
        node = node.callee.subject
    is_made = isinstance(node, New) and node.type is not None and node.initialiser is None and not node.type.rank
    if not isinstance(node, New) or not is_made or node.type is None or not _has_brackets(unit, node):
        return ""
    start, end = unit.span(node.type.start, node.type.end)
    spelled = "".join(unit.tokens.text[start:end].split())
    return spelled if spelled.lower() == node.type.name.lower() else node.type.name


def _is_name(target: Node) -> bool:
    return isinstance(target, Name)


def _has_brackets(unit: Unit, made: New) -> bool:
    """True if the arguments of a creation are in brackets."""
    return unit.tokens.text[: unit.span(made.start, made.end)[1]].endswith(")")
