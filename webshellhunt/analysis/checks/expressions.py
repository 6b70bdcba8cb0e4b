"""Expressions: the words, constants and arguments of a part of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.lang.dotted_names import DottedName, inner_of
from webshellhunt.lang.operator_words import JOINING
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Argument,
    Assign,
    Binary,
    Case,
    Index,
    Literal,
    Member,
    Name,
    New,
    Node,
    Test,
    TypeName,
    Unary,
    walk,
)

_NOTHING = frozenset({"nothing", "null", "empty", "dbnull"})
"""Names of the empty value."""


def names_in(index: SyntaxIndex, node: Node) -> Iterator[DottedName]:
    """Yield the dotted names in a part of the code, without the types of casts and declarations."""
    for dotted in index.within(node):
        if not isinstance(dotted.node, TypeName) or isinstance(index.parents.get(dotted.node), New):
            yield dotted


def words_in(index: SyntaxIndex, node: Node) -> frozenset[str]:
    """Return the names and operators of a part of the code in lower case; ``case`` stands for a comparison by one."""
    found = {name for dotted in index.within(node) for name in dotted.names}
    for each in walk(node):
        if isinstance(each, Binary):
            found.update(each.operators)
        elif isinstance(each, Unary):
            found.add(each.operator)
        elif isinstance(each, Test):
            found.add("is")
        elif isinstance(each, Case):
            found.add("case")
    return frozenset(found)


def whole_of(index: SyntaxIndex, node: Node) -> Node:
    """Return the expression that begins with a name: ``a(1).b`` for ``a``."""
    parent = index.parents.get(node)
    while parent is not None and not isinstance(parent, New) and inner_of(parent) is node:
        node, parent = parent, index.parents.get(parent)
    return node


def assigned_to(index: SyntaxIndex, dotted: DottedName) -> Node | None:
    """Return the value that is assigned to a dotted name or an item of it; ``None`` where none is."""
    whole = whole_of(index, dotted.node)
    parent = index.parents.get(whole)
    return parent.value if isinstance(parent, Assign) and parent.target is whole else None


def arguments_at(index: SyntaxIndex, node: Node) -> Sequence[Node]:
    """Return the arguments with which a node is called, made or indexed."""
    parent = index.parents.get(node)
    if isinstance(parent, Index) and parent.subject is node:
        return parent.arguments
    return index.arguments_of(node)


def constant_of(index: SyntaxIndex, constants: Constants, node: Node) -> Constant | None:
    """Return the constant text that an expression is, brackets around it aside."""
    if isinstance(node, Argument):
        node = node.value
    values, start, end = index.tokens.values, node.start, node.end
    while start < end:
        constant = constants.get(start)
        if constant is not None and constant.end == end:
            return constant
        if values[start] != "(" or values[end - 1] != ")":
            break
        start, end = start + 1, end - 1
    if _is_text(node):
        return Constant(str(node.value), node.start, node.end)
    if isinstance(node, Binary) and JOINING.issuperset(node.operators) and all(map(_is_text, node.operands)):
        text = "".join(str(each.value) for each in node.operands if isinstance(each, Literal))
        return Constant(text, node.start, node.end, ("concatenate",))
    return None


def _is_text(node: Node) -> TypeGuard[Literal]:
    return isinstance(node, Literal) and isinstance(node.value, str) and node.kind != "pattern"


def fixed_text(index: SyntaxIndex, constants: Constants, node: Node) -> str | None:
    """Return a constant, number or truth value as text in lower case, ``""`` for nothing, ``None`` for the rest."""
    constant = constant_of(index, constants, node)
    if constant is not None:
        return constant.value.lower()
    if isinstance(node, Literal):
        return "" if node.value is None else str(node.value).lower()
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Literal):
        return f"-{node.operand.value}"
    name = node.text if isinstance(node, Name) else node.name if isinstance(node, Member) else ""
    return "" if name.lower() in _NOTHING else None


def key_of(index: SyntaxIndex, constants: Constants, nodes: Sequence[Node]) -> str:
    """Return the constant by which a collection is read, ``Session("a")``; ``""`` without one.

    Args:
        index: The index of the code.
        constants: The constants of the code.
        nodes: The nodes of a dotted name, from the collection on.
    """
    for node in nodes:
        arguments = arguments_at(index, node)
        if arguments:
            constant = constant_of(index, constants, arguments[0]) if len(arguments) == 1 else None
            return "" if constant is None else constant.value
    return ""
