"""Named variables: a visitor's text that ends the name of one of several variables, ``Eval("rate_" & x)``.

The page chooses one of its own values by name. A visitor may send more than the end of a name, so that this is a
vulnerability; a back door has no family of variables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.objects import MAKERS
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NUMBER, OP, STRING
from webshellhunt.lazy_pattern import lazy_pattern

_FEWEST = 2
_PREFIX = lazy_pattern(r"[a-z]\w{2,30}(?<=[a-z_])", re.IGNORECASE)
_JOINS = frozenset("&+")
_CONSTANT = frozenset({STRING, NUMBER})


def ends_variable_name(unit: Unit, lower: Sequence[str], start: int, end: int) -> bool:
    """Return True if an expression is the beginning of a name in a literal, and one text behind it.

    Two variables at least have names that begin like that, and have been assigned constants.
    """
    if not unit.is_vb or end - start < 3 or unit.tokens.kinds[start] != STRING:
        return False
    if lower[start + 1] not in _JOINS or _PREFIX.fullmatch(unit.value(start)) is None or _joins(unit, start + 2, end):
        return False
    prefix = unit.value(start).lower()
    if any(word.startswith(prefix) for word in MAKERS | vocabulary().evaluating):
        return False
    return len(_family(unit, lower, prefix)) >= _FEWEST


def _joins(unit: Unit, start: int, end: int) -> bool:
    """Return True if a range joins texts outside of brackets."""
    index = start
    while index < end:
        if unit.tokens.kinds[index] == OP and unit.value(index) in _JOINS:
            return True
        index = max(index, unit.match.get(index, index)) + 1
    return False


def _family(unit: Unit, lower: Sequence[str], prefix: str) -> set[str]:
    """Return the variables with names that begin with a prefix, and that are assigned constants."""
    return {
        lower[start]
        for start, end in unit.statements
        if end - start == 3
        and lower[start].startswith(prefix)
        and len(lower[start]) > len(prefix)
        and unit.is_name(start)
        and unit.is_op(start + 1, "=")
        and unit.tokens.kinds[start + 2] in _CONSTANT
    }
