"""Own evaluators: functions of a page that have the name of an evaluator, and evaluators that have another name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from webshellhunt.lang.tree import Call, Class, Function, Name, Node, TypeName
from webshellhunt.lang.unit import Unit

_EVALUATORS = frozenset({"eval", "Function"})


def renamed_calls(unit: Unit, places: Iterable[int]) -> Iterator[tuple[int, bool]]:
    """Yield the places where JScript calls an evaluator by another name, and whether that is the name of a variable.

    ``places`` are those where a run called one.
    """
    values, index = unit.tokens.values, unit.index
    for place in dict.fromkeys(places) if unit.language == "jscript" else ():
        name = place + (values[place] == "new")
        owner = values[max(0, name - 2) : name]
        if values[name] in _EVALUATORS and owner != ["this", "."]:
            continue
        node = index.node_at(name)
        call = index.parents.get(node)
        outer = None if call is None else index.parents.get(call)
        is_result = isinstance(call, Call) and isinstance(outer, Call) and outer.callee is call
        yield name, owner[-1:] != ["."] and isinstance(node, (Name, TypeName)) and not is_result


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
