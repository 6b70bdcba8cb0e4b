"""Dotted names: ``a.b(x).c`` in a tree, with the nodes and tokens of its names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
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
    TypeName,
    Unary,
    With,
)

PAGE_WORDS = frozenset({"this", "me", "page", "mybase", "base", "self"})
"""Names of the page itself in its code."""
MAX_NAMES = 64
"""Names of one dotted name; a longer one is several."""
_FARTHEST_NAME = 40
"""Tokens between the end of a name and that of its type arguments."""
_NO_TYPES = frozenset({"var", "void"})


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
    def root(self) -> str:
        """The first name, the page itself aside, in the letter case of the code: ``F`` in ``this.F``."""
        number = 0
        if self.names[0] in PAGE_WORDS:
            number = next((at for at, name in enumerate(self.names) if name not in PAGE_WORDS), len(self.names) - 1)
        node = self.nodes[number]
        if isinstance(node, TypeName):
            return [*filter(None, node.name.split("."))][-self.nodes[number:].count(node)]
        return node.text if isinstance(node, Name) else node.name if isinstance(node, Member) else self.names[number]

    @property
    def own(self) -> str:
        """The first name that is not the page itself: ``f`` in ``this.f``."""
        first = self.names[0]
        if first not in PAGE_WORDS:
            return first
        return next((name for name in self.names if name not in PAGE_WORDS), self.names[-1])


def root_name(node: Node) -> str:
    """Return the name in lower case of the variable that an expression belongs to, ``""`` where there is none.

    The page itself is passed over: it is ``a`` for ``this.a.b``.
    """
    return spelled_root(node).lower()


def spelled_root(node: Node) -> str:
    """Return `root_name` in the letter case of the code."""
    last = ""
    while True:
        if isinstance(node, (Declaration, Parameter, Function)):
            return node.name
        if isinstance(node, Name):
            return last if last and node.text.lower() in PAGE_WORDS else node.text
        inner = inner_of(node)
        if isinstance(node, Member):
            last = node.name
        if inner is None:
            return last if isinstance(node, Member) else ""
        node = inner


def last_name(node: Node) -> str:
    """Return the last name of a variable or member in lower case, ``""`` of any other expression."""
    if isinstance(node, Name):
        return node.text.lower()
    return node.name.lower() if isinstance(node, (Member, Declaration, Parameter, Function)) else ""


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


def find_dotted_names(
    values: Sequence[str], nodes: Iterable[Node], parents: Mapping[Node, Node]
) -> Iterator[DottedName]:
    """Yield the dotted names of a tree.

    ``nodes``: the nodes of the tree that are names, members and types, each before those below it. ``parents``: the
    node above each node, in the same order.
    """
    finder, seen = _Finder(values, parents), set[Node]()
    for node in nodes:
        is_written = node.end > node.start  # the parser copies a type to all variables of a declaration
        if not is_written or node in seen:
            continue
        if isinstance(node, Name):
            seen.add(node)
            yield DottedName((node.text.lower(),), (node,), (node.start,))
        elif isinstance(node, (Member, TypeName)):
            yield from finder.ending_with(node, seen)


class _Finder:
    """Finds the dotted names that end with given nodes."""

    def __init__(self, values: Sequence[str], parents: Mapping[Node, Node]) -> None:
        self._values = values
        self._parents = parents

    def ending_with(self, node: Node, seen: set[Node]) -> Iterator[DottedName]:
        """Yield the dotted name that ends with a node; several where it is very long."""
        parts, is_member = self._parts(node, seen)
        parts.reverse()
        for start in range(0, len(parts), MAX_NAMES):
            names, nodes, places = zip(*parts[start : start + MAX_NAMES], strict=True)
            yield DottedName(names, nodes, places, is_member or start > 0)

    def _parts(self, node: Node, seen: set[Node]) -> tuple[list[tuple[str, Node, int]], bool]:
        """Return the names of a dotted name from its end, and whether its object has no name."""
        parts: list[tuple[str, Node, int]] = []
        at: Node | None = node
        while at is not None:
            seen.add(at)
            if isinstance(at, Name):
                return [*parts, (at.text.lower(), at, at.start)], False
            if isinstance(at, TypeName):
                return [*parts, *self._parts_of_type(at)], False
            if isinstance(at, Member):
                parts.append((at.name.lower(), at, self._place_in(at, at.name)))
                if at.subject is None:
                    is_long = len(parts) > MAX_NAMES
                    at, seen = None if is_long else self._subjects.get(at), set()  # the object is a name, too
                    continue
            at = inner_of(at)
        return parts, bool(parts)

    def _parts_of_type(self, written: TypeName) -> list[tuple[str, Node, int]]:
        names = [name for name in written.name.split(".") if name and name not in _NO_TYPES]
        last = self._place_in(written, names[-1]) if names else written.start
        return [(name.lower(), written, max(written.start, last - 2 * at)) for at, name in enumerate(reversed(names))]

    def _place_in(self, node: Node, name: str) -> int:
        """Return the last token of a node that is a name; it may have type arguments after it."""
        for at in range(node.end - 1, max(node.start, node.end - _FARTHEST_NAME) - 1, -1):
            if self._values[at] == name:
                return at
        return max(node.start, node.end - 1)

    @cached_property
    def _subjects(self) -> dict[Node, Node]:
        """The object that the nearest ``With`` around a node names."""
        found: dict[Node, Node] = {}
        for node, parent in self._parents.items():
            is_in = isinstance(parent, With) and parent.subject is not node
            subject = parent.subject if is_in and isinstance(parent, With) else found.get(parent)
            if subject is not None:
                found[node] = subject
        return found
