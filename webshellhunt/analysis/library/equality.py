"""Equality: whether two values are the same."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import Char, Thing, Value, is_known


def equals(left: Value, right: Value) -> bool | None:
    """Return if two values are equal, ``None`` where that is not known."""
    if is_known(left) and is_known(right):
        if isinstance(left, str) and isinstance(right, str):
            return str(left) == str(right)
        if isinstance(left, str) != isinstance(right, str):
            return False if not isinstance(left, Char) and not isinstance(right, Char) else None
        return bool(left == right)
    if left.__class__ is Thing and left is right:
        return True
    return None
