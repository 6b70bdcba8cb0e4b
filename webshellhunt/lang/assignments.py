"""Assignments: the values that variables, members, items, parameters and functions get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from webshellhunt.lang.dotted_names import root_name
from webshellhunt.lang.tree import Assign, Count, Declaration, Each, Entry, Function, Items, Jump, Node, Parameter

ASSIGNING: tuple[type[Node], ...] = (Assign, Declaration, Parameter, Each, Count, Entry, Jump)
"""The kinds of nodes that may be assignments."""


class Assignment(NamedTuple):
    """A value that a variable, member, item, parameter or function gets by the statement or declaration ``node``."""

    target: Node
    value: Node
    node: Node

    @property
    def name(self) -> str:
        """The name that is assigned, in lower case; of a member or item that of its object: ``a`` in ``a.b(1) = x``."""
        return root_name(self.target)


def assignments_of(node: Node, owner_of: Callable[[Node], Function | None]) -> Iterator[Assignment]:
    """Yield the assignments that a node itself is.

    ``owner_of``: returns the innermost function around a node.
    """
    if isinstance(node, Assign):
        yield from _paired(node.target, node.value, node)
    elif isinstance(node, Declaration) and node.value is not None:
        yield Assignment(node, node.value, node)
    elif isinstance(node, Parameter) and node.default is not None:
        yield Assignment(node, node.default, node)
    elif isinstance(node, Each):
        yield Assignment(node.target, node.items, node)
    elif isinstance(node, Count):
        yield Assignment(node.target, node.first, node)
    elif isinstance(node, Entry):
        yield Assignment(node.key, node.value, node)
    elif isinstance(node, Jump) and node.kind in ("return", "yield") and node.value is not None:
        function = owner_of(node)
        if function is not None:
            yield Assignment(function, node.value, node)


def _paired(target: Node, value: Node, node: Node) -> Iterator[Assignment]:
    """Yield the assignments of one item to one target each, where both sides of an assignment are lists."""
    if not isinstance(target, Items):
        yield Assignment(target, value, node)
        return
    values = value.items if isinstance(value, Items) else []
    for each, item in zip_longest(target.items, values[: len(target.items)]):
        yield Assignment(each, value if item is None else item, node)
