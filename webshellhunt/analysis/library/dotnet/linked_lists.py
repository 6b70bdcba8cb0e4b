"""Linked lists of .NET: their nodes, each at a place of the list.

Source: System.Collections.Generic.LinkedList of .NET.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.library.arguments import UnsolvedError
from webshellhunt.analysis.library.sequences import row_of

_LIST, _NODE = "linkedlist", "linkedlistnode"
KINDS = frozenset({_LIST, _NODE})
_PLACE = "\0place"


def node_property(thing: Thing, name: str) -> Value:
    """Return the first or last node of a list, or the node after or before another one.

    Raises:
        UnsolvedError: It is another property.
    """
    if thing.type == _LIST and name in ("first", "last"):
        return _node_of(thing, 0 if name == "first" else -1)
    if thing.type == _NODE and name in ("next", "previous"):
        at = thing.fields[_PLACE] + (1 if name == "next" else -1)
        return _node_of(thing.fields["list"], at) if at >= 0 else None
    raise UnsolvedError


def _node_of(thing: Thing, place: int) -> Value:
    """Return the node of a list at a place; ``-1`` is the last one."""
    row = row_of(thing)
    at = place + len(row.items) if place < 0 else place
    if not row.is_exact and not 0 <= place < row.front:
        return row.any
    if not 0 <= at < len(row.items):
        return None
    return Thing(_NODE, fields={"value": row.items[at], "list": thing, _PLACE: at})
