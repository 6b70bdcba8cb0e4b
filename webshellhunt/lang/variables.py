"""Variables: the names that statements declare, or assign to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.lang.tree import (
    Assign,
    Class,
    Count,
    Declaration,
    Each,
    Function,
    Lambda,
    Name,
    Node,
    Pattern,
    ReDim,
    Try,
)


def inner(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield all nodes below some, without those of functions and classes in them."""
    stack = [*nodes][::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (Function, Lambda, Class)):
            stack += node.children()[::-1]


def declared(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the variables that statements declare."""
    for node in inner(nodes):
        if (isinstance(node, (Declaration, Pattern)) and node.name) or (isinstance(node, Function) and node.name):
            yield node.name
        elif isinstance(node, Try):
            yield from (each.name for each in node.catches if each.name)


def assigned(nodes: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the variables that statements of VBScript declare or assign to."""
    for node in inner(nodes):
        if isinstance(node, Declaration):
            yield node.name
        elif isinstance(node, (Assign, Count, Each, ReDim)) and isinstance(node.target, Name):
            yield node.target.text
