"""Node: the base of all nodes of the syntax tree, and the walk over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

_FIELDS: dict[type[Node], tuple[tuple[str, bool], ...]] = {}
"""The fields of each class of nodes in which nodes may be, each with whether it has several."""

_LEAVES = frozenset(
    {"str", "bool", "int", "Form", "list[str]", "frozenset[str]", "tuple[str, ...]", "str | int | float | bool | None"}
    | {"tuple[tuple[str, str], ...]", "list[tuple[str, Pattern]]"}
)
"""The types of fields that are no nodes."""


@dataclass(slots=True, eq=False)
class Node:
    """Any node; ``start`` and ``end`` are the half-open range of its tokens."""

    start: int
    end: int

    def children(self) -> Sequence[Node]:
        """Return the nodes directly below this one, in the order of their fields."""
        names = _FIELDS.get(self.__class__)
        if names is None:
            own = fields(self)[len(fields(Node)) :]
            names = _FIELDS[self.__class__] = tuple(
                (each.name, str(each.type).startswith(("list[", "tuple[")))
                for each in own
                if each.name != "types" and each.type not in _LEAVES
            )
        if not names:
            return ()
        found: list[Node] = []
        for name, has_several in names:
            value = getattr(self, name)
            if has_several:
                if value:
                    found += value
            elif value is not None:
                found.append(value)
        return found


def walk(top: Node) -> Iterator[Node]:
    """Yield a node and all below it, each before those below it; without recursion."""
    stack: list[Node] = [top]
    while stack:
        node = stack.pop()
        yield node
        stack += node.children()[::-1]
