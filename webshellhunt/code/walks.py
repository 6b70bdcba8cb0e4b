"""Walks: whether code goes through folders or keys one inside the other. Structure only, no meaning."""

from __future__ import annotations

from collections.abc import Set

from webshellhunt.code.unit import Unit

_STACK = frozenset({"push", "pop"})
_QUEUE = frozenset({"enqueue", "dequeue"})


def find_walk(unit: Unit, asking: Set[str], words: Set[str]) -> int | None:
    """Return the token where what lies inside is asked for: in a function that calls itself, or beside a stack.

    Args:
        unit: The code.
        asking: The names, in lower case, by which it is asked for.
        words: Every name of the code, in lower case.
    """
    if asking.isdisjoint(words):
        return None
    values = unit.tokens.values
    for function in unit.functions:
        body = range(function.start, function.end)
        asks = next((token for token in body if values[token].lower() in asking), None)
        if asks is not None and any(values[token] == function.name and _is_called(unit, token) for token in body):
            return asks
    if not (words >= _STACK or words >= _QUEUE):
        return None
    return next((token for token, value in enumerate(values) if value.lower() in asking), None)


def _is_called(unit: Unit, token: int) -> bool:
    """Tell whether a name is that of a call: no member of something else, nor what VB gives the result to."""
    if unit.is_op(token - 1, "."):
        return unit.value(token - 2).lower() in ("this", "me") and unit.is_op(token + 1, "(")
    number = unit.statement_at(token)
    if unit.is_op(token + 1, "("):
        closer = unit.match.get(token + 1, -1)
        return not (unit.is_vb and unit.is_op(closer + 1, "=") and _begins(unit, token, number))
    return (
        unit.is_vb
        and not unit.is_op(token + 1, "=")
        and (_begins(unit, token, number) or unit.value(token - 1) == "call")
    )


def _begins(unit: Unit, token: int, number: int | None) -> bool:
    return number is not None and unit.statements[number][0] == token
