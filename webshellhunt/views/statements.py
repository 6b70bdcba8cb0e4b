"""Statements: the range of text that one act of the code takes, for the judge, which counts acts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from webshellhunt.code.unit import Unit

_FARTHEST = 400
"""The most characters of a statement before and after a range, in text that no parser cut into statements."""
_ENDS = "\r\n;{}"


_MOST_IN_ROW = 12
"""The most statements on one object, before and after a range, that are one act."""
_OF_EACH_PAGE = frozenset({"response", "request", "server", "session", "application", "me", "this", "base"})


def statement_around(units: Sequence[Unit], text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the statements that a range of text is in.

    Statements in a row that call members of one object, and the one that makes it, are one act: it opens a stream,
    fills it and saves it. Without a parsed statement there, the range extends to the nearest ``;``, brace or line end
    on both sides.
    """
    for unit in units:
        found = _in_unit(unit, start, max(end, start + 1))
        if found is not None:
            return found
    before, after = text[max(0, start - _FARTHEST) : start], text[end : end + _FARTHEST]
    left = max(map(before.rfind, _ENDS)) + 1
    right = min((place for place in map(after.find, _ENDS) if place >= 0), default=len(after))
    return start - len(before) + left, end + right


def _in_unit(unit: Unit, start: int, end: int) -> tuple[int, int] | None:
    """Return the range of the statements of the tokens in a range; ``None`` without such a token."""
    tokens = unit.tokens
    first, last = bisect_right(tokens.ends, start), bisect_left(tokens.starts, end) - 1
    if first > last:
        return None
    left, right = unit.statement_at(first), unit.statement_at(last)
    if left is not None and left == right:
        left, right = _in_row(unit, left)
    begins = tokens.starts[first if left is None else unit.statements[left][0]]
    ends = tokens.ends[last if right is None else unit.statements[right][1] - 1]
    return min(begins, start), max(ends, end)


def _in_row(unit: Unit, number: int) -> tuple[int, int]:
    """Return the first and the last of the statements in a row on the object of a statement."""
    name = _object_of(unit, number)
    if name is None:
        return number, number
    first = last = number
    while number - first < _MOST_IN_ROW and first > 0 and _object_of(unit, first - 1) == name:
        first -= 1
    while last - number < _MOST_IN_ROW and last + 1 < len(unit.statements) and _object_of(unit, last + 1) == name:
        last += 1
    return (first - 1 if first > 0 and _makes(unit, first - 1, name) else first), last


def _object_of(unit: Unit, number: int) -> str | None:
    """Return the object in lower case whose member a statement begins with; ``None`` for those of each page."""
    start, end = unit.statements[number]
    at = start + 1 if unit.value(start).lower() == "call" else start
    if at + 2 >= end or not unit.is_name(at) or not unit.is_op(at + 1, "."):
        return None
    name = unit.value(at).lower()
    return None if name in _OF_EACH_PAGE else name


def _makes(unit: Unit, number: int, name: str) -> bool:
    """Return True if a statement assigns a variable: ``Set s = …``, ``Stream s = …``."""
    start, end = unit.statements[number]
    return any(unit.value(at).lower() == name and unit.is_op(at + 1, "=") for at in range(start, min(start + 4, end)))
