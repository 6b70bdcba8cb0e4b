"""Passwords that a page keeps itself: what a visitor sends under such a name is compared with a constant there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.code.calls import Calls
from webshellhunt.code.tokens import NAME, STRING
from webshellhunt.code.unit import Unit

_NAMED = re.compile(r"pass|pwd|psw|auth|secret|token", re.IGNORECASE)
_COMPARES = frozenset({"==", "!=", "===", "!==", "<>", "="})
_ASKING = frozenset({"request", "context"})
_SHOWN = frozenset({"text", "value"})
_FARTHEST = 12  # tokens between what is sent and what it is compared with


def find_own_password(unit: Unit, calls: Calls) -> int | None:
    """Return the token of the constant that lets a visitor in, ``None`` where there is none."""
    sent = list(_sent(unit, calls))
    names = {unit.value(at - 2) for at in sent if unit.is_op(at - 1, "=") and unit.is_name(at - 2)}
    sent += [root for root in calls.roots if unit.value(root) in names]
    kept = _kept(unit)
    for root in sent:
        for at in range(root, min(root + _FARTHEST, len(unit.tokens) - 1)):
            word = calls.lower[at]
            if word in (";", "\n", "&&", "||", "and", "or"):
                break
            compares = word in _COMPARES and not (word == "=" and not unit.is_vb)
            constant = at + 1 if compares else at + 2 if word == "equals" and unit.is_op(at + 1, "(") else None
            if constant is not None and _is_kept(unit, constant, kept) and not _assigns(unit, root, at):
                return constant
    return None


def _sent(unit: Unit, calls: Calls) -> Iterator[int]:
    """Yield the roots of what a visitor sends under a name that says it is a password."""
    for root, dotted in calls.find(_ASKING | _SHOWN):
        if dotted.names[-1] in _SHOWN and dotted.names[0] not in _ASKING:
            if _NAMED.search(dotted.names[-2] if len(dotted.names) > 1 else "") is not None:
                yield root
        elif dotted.names[0] in _ASKING:
            key = dotted.last + 2
            if key < len(unit.tokens) and unit.tokens.kinds[key] == STRING and _NAMED.search(unit.value(key)):
                yield root


def _kept(unit: Unit) -> set[str]:
    """Return the names that the unit gives a text once and for all."""
    kinds, values = unit.tokens.kinds, unit.tokens.values
    return {
        values[at - 2]
        for at, kind in enumerate(kinds)
        if kind == STRING and values[at] and at > 1 and values[at - 1] == "=" and kinds[at - 2] == NAME
    }


def _is_kept(unit: Unit, at: int, kept: set[str]) -> bool:
    if at >= len(unit.tokens):
        return False
    return bool(unit.value(at)) and (unit.tokens.kinds[at] == STRING or unit.value(at) in kept)


def _assigns(unit: Unit, root: int, at: int) -> bool:
    """Tell whether ``=`` of VB gives a value to the name, where a statement begins with it."""
    return unit.is_op(at, "=") and any(start == root for start, _ in unit.statements)
