"""Statements: the range of text that one act of the code takes, for the judge, which counts acts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from webshellhunt.code.unit import Unit

_FARTHEST = 400
"""The most characters of a statement before and after a range, in text that no parser cut into statements."""
_ENDS = "\r\n;{}"


def statement_around(units: Sequence[Unit], text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the statements that a range of text is in.

    Without a parsed statement there, the range extends to the nearest ``;``, brace or line end on both sides.
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
    begins = tokens.starts[first if left is None else unit.statements[left][0]]
    ends = tokens.ends[last if right is None else unit.statements[right][1] - 1]
    return min(begins, start), max(ends, end)
