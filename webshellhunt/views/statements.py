"""Statements: the range of text that one act of the code takes, for the judge, which counts acts.

One statement may do several things: two calls in it that stand beside each other are two acts, and one in an argument
of the other is a part of it.
"""

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
_SOURCES = frozenset({"request", "session", "application"})
_MAX_LEVELS = 1000
"""The most pairs of brackets around a range in which its call is looked for."""
_DOTS = frozenset({".", "?."})
_BRACKETS = frozenset({"(", "["})
_ASSIGNS = frozenset({"=", "+=", "&="})
_NO_CALLS = frozenset(
    {
        "if", "elseif", "while", "until", "for", "foreach", "switch", "using", "catch", "return", "then", "else", "and",
        "or", "not", "in", "is", "case", "select", "to", "mod", "andalso", "orelse", "xor", "await", "throw",
    }
)  # fmt: skip


def statement_around(units: Sequence[Unit], text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the act that a range of text is in: of a call in a larger statement, or of whole statements.

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
        call = _call_around(unit, *unit.statements[left], first, last)
        if call is not None:
            return min(tokens.starts[call[0]], start), max(tokens.ends[call[1]], end)
        left, right = _in_row(unit, left)
    begins = tokens.starts[first if left is None else unit.statements[left][0]]
    ends = tokens.ends[last if right is None else unit.statements[right][1] - 1]
    return min(begins, start), max(ends, end)


def _call_around(unit: Unit, start: int, end: int, first: int, last: int) -> tuple[int, int] | None:
    """Return the first and the last token of the call in a statement that some tokens belong to, with its object.

    ``None`` stands for the whole statement: no call in it has them all, or it is that call.
    """
    at = inner = first
    for _ in range(_MAX_LEVELS):
        if unit.is_name(at) and unit.value(at).lower() not in _NO_CALLS:
            left, right, is_call = _chain(unit, start, end, at)
            is_source = at == left and unit.value(at).lower() in _SOURCES
            if is_call and right >= last and not is_source:
                opens = left <= start + (unit.value(start).lower() == "call")
                is_all = opens and (unit.is_vb or right + 1 >= end or unit.value(right + 1) in _ASSIGNS)
                return None if is_all else (left, right)
        opener = _opener_before(unit, start, inner)
        if opener is None:
            return None
        at, inner = opener - 1, opener
    return None


def _opener_before(unit: Unit, start: int, at: int) -> int | None:
    """Return the bracket of a statement that is open at a token."""
    at -= 1
    while at >= start:
        other = unit.match.get(at, at)
        if other > at:
            return at
        at = other - 1
    return None


def _chain(unit: Unit, start: int, end: int, at: int) -> tuple[int, int, bool]:
    """Return the first and the last token of ``new a(x).b[y].c(z)`` around one of its names, and if it calls any."""
    left = right = at
    is_call = False
    while left > start and unit.value(left - 1) in _DOTS:
        before = left - 2
        while unit.match.get(before, before) < before:
            before = unit.match[before] - 1
        is_named = before >= start and unit.is_name(before) and unit.value(before).lower() not in _NO_CALLS
        is_call = is_call or before < left - 2
        left = before if is_named else max(before + 1, start)
        if not is_named:
            break
    while right + 1 < end:
        closer = unit.match.get(right + 1, -1)
        if right + 1 < closer < end and unit.value(right + 1) in _BRACKETS:
            is_call = is_call or unit.value(right + 1) == "("
            right = closer
        elif unit.value(right + 1) in _DOTS and unit.is_name(right + 2):
            right += 2
        else:
            break
    return left - (left > start and unit.value(left - 1).lower() == "new"), right, is_call


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
