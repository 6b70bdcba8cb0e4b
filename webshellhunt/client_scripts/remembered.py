"""Remembered passwords: values that the scripts of a page store in the browser, and enter again.

A sign-in page that remembers its visitor reads the value back; an intruder has no use for that. The store is unsafe all
the same.
"""

from __future__ import annotations

from webshellhunt.client_scripts.fields import VALUES, Fields
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

_STORE = lazy_pattern(r"\w*cookies?\w*|getitem|localstorage|sessionstorage")
_MOST_TOKENS = 40
_MOST_ASSIGNMENTS = 50
_ENDS = frozenset({";", "\n", "}", "{"})


def is_filled_from_store(unit: Unit, calls: Calls, fields: Fields) -> bool:
    """Return True if a script sets the value of a password field to one from a cookie or the browser's storage."""
    return any(
        start is not None and _is_stored(unit, calls, start, depth=1)
        for dotted in calls.compound.values()
        if (element := fields.element_at(dotted)) is not None
        for start in [_new_value(unit, dotted, element)]
    )


def _new_value(unit: Unit, dotted: DottedName, element: int) -> int | None:
    """Return the first token of the value that a dotted name with a password field sets; ``None`` if it reads one."""
    for number in range(element + 1, len(dotted.names)):
        behind = dotted.tokens[number] + 1
        is_set = unit.is_op(behind, "=") or (unit.is_op(behind, "(") and unit.match.get(behind, -1) > behind + 1)
        if dotted.names[number] in VALUES and is_set:
            return behind + 1
    return None


def _is_stored(unit: Unit, calls: Calls, start: int, depth: int) -> bool:
    """Return True if an expression reads a store, or is a variable that is assigned from one."""
    values = calls.lower
    for at in range(start, min(start + _MOST_TOKENS, len(values))):
        if values[at] in _ENDS:
            return False
        if unit.is_name(at) and _STORE.fullmatch(values[at]) is not None:
            return True
        is_variable = unit.is_name(at) and not unit.is_op(at - 1, ".")
        given = calls.indexes_of({values[at]})[:_MOST_ASSIGNMENTS] if depth and is_variable else ()
        if any(unit.is_op(other + 1, "=") and _is_stored(unit, calls, other + 2, depth - 1) for other in given):
            return True
    return False
