"""Dotted names: ``a.b(x).c`` in a tree, with the nodes and tokens of its names."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.lang.tree import (
    Call,
    Cast,
    Declaration,
    Function,
    Index,
    Member,
    Name,
    New,
    Node,
    Parameter,
    Unary,
)

PAGE_WORDS = frozenset({"this", "me", "page", "mybase", "base", "self"})
"""Names of the page itself in its code."""


class DottedName(NamedTuple):
    """``a.b(x).c``: its names in lower case, the node that ends with each name, and the token that is each name.

    Calls, indexes, casts and ``await`` between two names are passed over. A name with a leading dot in a ``With``
    begins with the names of its object; ``is_member`` is true where the object has no name: ``"a".b``.
    """

    names: tuple[str, ...]
    nodes: tuple[Node, ...]
    places: tuple[int, ...]
    is_member: bool = False

    @property
    def node(self) -> Node:
        """The node of the whole name."""
        return self.nodes[-1]

    @property
    def place(self) -> int:
        """The token of the last name."""
        return self.places[-1]

    @property
    def own(self) -> str:
        """The first name that is not the page itself: ``f`` in ``this.f``."""
        return next((name for name in self.names if name not in PAGE_WORDS), self.names[-1])


def root_name(node: Node) -> str:
    """Return the name in lower case of the variable that an expression belongs to, ``""`` where there is none.

    The page itself is passed over: it is ``a`` for ``this.a.b``.
    """
    last = ""
    while True:
        if isinstance(node, (Declaration, Parameter, Function)):
            return node.name.lower()
        if isinstance(node, Name):
            return last if last and node.text.lower() in PAGE_WORDS else node.text.lower()
        inner = inner_of(node)
        if isinstance(node, Member):
            last = node.name.lower()
        if inner is None:
            return last if isinstance(node, Member) else ""
        node = inner


def inner_of(node: Node) -> Node | None:
    """Return the node whose value an expression calls, indexes, casts, waits for, or has a member of."""
    if isinstance(node, (Member, Index)):
        return node.subject
    if isinstance(node, Call):
        return node.callee
    if isinstance(node, Cast) or (isinstance(node, Unary) and node.operator == "await"):
        return node.operand
    if isinstance(node, New):
        return node.type if node.type is not None else node.callee
    return None
