"""Own evaluators: functions of a page of Visual Basic that have the name of an evaluator, and so replace it."""

from __future__ import annotations

from collections.abc import Set

from webshellhunt.lang.tree import Class, Function, Node
from webshellhunt.lang.unit import Unit


def own_evaluators(unit: Unit, words: Set[str]) -> frozenset[str]:
    """Return which of some words are functions that all of the code can call: those of an include, too."""
    if not unit.is_vb or unit.words.isdisjoint(words):
        return frozenset()
    index, known = unit.index, unit.declared & words
    found = (name for name in words for function in index.functions.get(name, ()) if _is_for_all(unit, function))
    return frozenset(known.union(found))


def _is_for_all(unit: Unit, function: Function) -> bool:
    """True if a function is a member of no class, and its name is written as it is used: in brackets it is another."""
    return not any(map(_is_type, unit.index.ancestors(function))) and _is_plain(unit, function)


def _is_type(node: Node) -> bool:
    return isinstance(node, Class) and node.kind != "namespace"


def _is_plain(unit: Unit, function: Function) -> bool:
    start, end = unit.span(function.start, function.end)
    head = unit.tokens.text[start:end].lower().partition("(")[0].partition("\n")[0]
    return f"[{function.name.lower()}" not in head
