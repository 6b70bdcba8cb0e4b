"""Sent names: the names under which code sends values, such as ``"key=" + value``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import STRING
from webshellhunt.lazy_pattern import lazy_pattern

MAX_VALUES = 256
MAX_WRAPPERS = 3
MAX_NAME = 64
_IN_TEXT = lazy_pattern(r"(?:^|[?&\"'{,\s])([\w$-]{1,64}+)[\"']?(?:=|:\s*+[\"']?)$")


def iter_sent_names(unit: Unit, values: Iterable[int]) -> Iterator[str]:
    """Yield the names, in lower case, that stand before values: in a text, an object literal or a call."""
    for token in islice(values, MAX_VALUES):
        name = _name_before(unit, token)
        if name:
            yield name.lower()


def _name_before(unit: Unit, token: int) -> str:
    at = token - 1
    for _ in range(MAX_WRAPPERS):  # encodeURIComponent(
        if not (unit.is_op(at, "(") and unit.is_name(at - 1)):
            break
        at -= 2
    before = unit.value(at - 1)
    if unit.is_op(at, "+") and unit.tokens.kinds[at - 1] == STRING:
        named = _IN_TEXT.search(before)
        return "" if named is None else named[1]
    if (unit.is_op(at, ":") or (unit.is_op(at, ",") and unit.is_op(at - 2, "("))) and len(before) <= MAX_NAME:
        return before
    return ""
