"""Walks: code that goes through folders or keys and those inside them."""

from __future__ import annotations

from collections.abc import Set

from webshellhunt.lang.dotted_names import PAGE_WORDS, DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Block, Function
from webshellhunt.lang.unit import Unit

_STACK = frozenset({"push", "pop"})
_QUEUE = frozenset({"enqueue", "dequeue"})


def find_walk(unit: Unit, asking: Set[str]) -> int | None:
    """Return the place that lists the inner ones: in a function that calls itself, or with a stack or queue.

    ``asking``: the names, in lower case, that list them.
    """
    if asking.isdisjoint(unit.words):
        return None
    index = unit.index
    asked = [*index.find(asking)]
    around: dict[Function, DottedName] = {}
    for dotted in asked:
        function = index.function_of(dotted.node)
        while function is not None and function not in around:
            around[function] = dotted
            function = index.function_of(function)
    walking = [dotted for function, dotted in around.items() if function.name and _calls_itself(index, function)]
    if walking:
        return _place(walking[0], asking)
    if asked and (unit.words >= _STACK or unit.words >= _QUEUE):
        return _place(asked[0], asking)
    return None


def _place(dotted: DottedName, asking: Set[str]) -> int:
    return next(place for name, place in zip(dotted.names, dotted.places, strict=True) if name in asking)


def _calls_itself(index: SyntaxIndex, function: Function) -> bool:
    """True if a function has a call of its own name."""
    name = function.name.lower()
    return any(_is_called(index, each, name) for each in index.within(function) if name in each.names)


def _is_called(index: SyntaxIndex, dotted: DottedName, name: str) -> bool:
    """True if a name is called: neither a member of something else, nor the result of a function of VB."""
    at = dotted.names.index(name)
    if dotted.is_member or not PAGE_WORDS.issuperset(dotted.names[:at]):
        return False
    node = dotted.nodes[at]
    call = index.call_of(node)
    if call is None:
        return index.tokens.language in ("vb", "vbscript") and isinstance(index.parents.get(node), Block)
    parent = index.parents.get(call)
    return not (isinstance(parent, Assign) and parent.target is call)
