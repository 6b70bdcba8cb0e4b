"""Passwords that a page keeps itself: what a visitor sends is compared with a constant, and one of both is named so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.calls import Calls
from webshellhunt.code.tokens import NAME, STRING
from webshellhunt.code.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

_NAMED = lazy_pattern(r"pass|pwd|psw|auth|secret|token", re.IGNORECASE)
_COMPARES = frozenset({"==", "!=", "===", "!==", "<>", "="})
_ASKING = frozenset({"request", "context"})
_SHOWN = frozenset({"text", "value"})
_FARTHEST = 12  # tokens between what is sent and what it is compared with


def find_own_password(unit: Unit, calls: Calls) -> int | None:
    """Return the token of the constant that lets a visitor in, ``None`` where there is none."""
    sent = dict(_sent(unit, calls))
    names = {
        unit.value(at - 2): named for at, named in sent.items() if unit.is_op(at - 1, "=") and unit.is_name(at - 2)
    }
    sent |= {root: names[unit.value(root)] for root in calls.roots if unit.value(root) in names}
    kept = _kept(unit)
    for root, named in sorted(sent.items()):
        constant = _compared(unit, calls, root)
        if constant is None or not _is_kept(unit, constant, kept):
            continue
        if named or (unit.is_name(constant) and _NAMED.search(unit.value(constant)) is not None):
            return constant
    return None


def _compared(unit: Unit, calls: Calls, root: int) -> int | None:
    """Return the token that what a name stands for is compared with."""
    for at in range(root, min(root + _FARTHEST, len(unit.tokens) - 1)):
        word = calls.lower[at]
        if word in (";", "\n", "&&", "||", "and", "or"):
            return None
        if word == "equals" and unit.is_op(at + 1, "("):
            return at + 2
        if word in _COMPARES and not (word == "=" and not unit.is_vb):
            return None if _assigns(unit, root, at) else at + 1
    return None


def _sent(unit: Unit, calls: Calls) -> Iterator[tuple[int, bool]]:
    """Yield the roots of what a visitor sends, with whether its name says that it is a password."""
    for root, dotted in calls.find(_ASKING | _SHOWN):
        if dotted.names[0] in _ASKING:
            key = dotted.last + 2
            named = key < len(unit.tokens) and unit.tokens.kinds[key] == STRING
            yield root, named and _NAMED.search(unit.value(key)) is not None
        elif dotted.names[-1] in _SHOWN and len(dotted.names) > 1:
            yield root, _NAMED.search(dotted.names[-2]) is not None


def _kept(unit: Unit) -> set[str]:
    """Return the names that the unit gives a text once and for all."""
    kinds, values = unit.tokens.kinds, unit.tokens.values
    return {
        values[at - 2]
        for at in unit.tokens.of_kind(STRING)
        if values[at] and at > 1 and values[at - 1] == "=" and kinds[at - 2] == NAME
    }


def _is_kept(unit: Unit, at: int, kept: set[str]) -> bool:
    if at >= len(unit.tokens):
        return False
    return bool(unit.value(at)) and (unit.tokens.kinds[at] == STRING or unit.value(at) in kept)


def _assigns(unit: Unit, root: int, at: int) -> bool:
    """Tell whether ``=`` of VB gives a value to the name, where a statement begins with it."""
    number = unit.statement_at(root) if unit.is_op(at, "=") else None
    return number is not None and unit.statements[number][0] == root
