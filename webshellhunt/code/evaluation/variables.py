"""The variables of one call, and how values pass between a page's constants and what is worked out of them."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.c_patterns import Regex
from webshellhunt.code.evaluation.c_values import Closure, Null, Wide
from webshellhunt.code.evaluation.nodes import read, spent
from webshellhunt.code.evaluation.values import EMPTY

Read = Callable[[str], Value]
"""Returns the constant that a variable of the page holds, or ``None``."""


class Held(dict[str, Value]):
    """The variables of one call; what isn't there is asked of the page, a list as a copy."""

    def __init__(self, read: Read, budget: Budget) -> None:
        super().__init__()
        self._read = read
        self._budget = budget

    def __missing__(self, name: str) -> Value:
        value = self._read(name)
        if isinstance(value, list):
            read(self._budget, [each for each in value if isinstance(each, list)])
        value = self[name] = spent(self._budget, copied(value))
        return value


def nothing(_: str) -> Value:
    """Return what a variable holds where there is no page."""
    return None


def nothing_of(_: Read) -> Value:
    """Return what an expression is that isn't understood, whatever it is read with."""
    return None


def plain(value: Value) -> Value:
    """Return a value as folding knows it: it has no conditions, and no functions that are values."""
    if isinstance(value, (bool, Closure, Null, Regex, Wide)):
        return None
    return "" if value is EMPTY else value


def copied(value: Value) -> Value:
    """Return a list or a dictionary so that it can be changed, and bytes as a list."""
    if isinstance(value, bytes):
        return list(value)
    if isinstance(value, list):
        return type(value)(copy(each) if isinstance(each, list) else each for each in value)
    return dict(value) if isinstance(value, dict) else value
