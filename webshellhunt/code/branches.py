"""Branches: the conditions of a unit, and what is done where each one holds and where it doesn't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webshellhunt.code.tokens import NAME, NEWLINE
from webshellhunt.code.unit import Unit

MOST_TOKENS = 1_000_000
"""Tokens that all branches of a unit may hold together: what is nested is read once a level."""

_LONGEST = 20_000
_OPENING = frozenset({"if", "elseif"})


class Branch(NamedTuple):
    """A condition, what is done where it holds, and what else: half-open ranges of tokens, empty where nothing is."""

    condition: tuple[int, int]
    holds: tuple[int, int]
    other: tuple[int, int]


def iter_branches(unit: Unit, lower: Sequence[str]) -> Iterator[Branch]:
    """Yield the conditions of a unit in their order, as many as may be looked at."""
    left = MOST_TOKENS
    for branch in (_iter_vb if unit.is_vb else _iter_c)(unit, lower):
        yield branch
        left -= 1 + branch.holds[1] - branch.holds[0] + branch.other[1] - branch.other[0]
        if left < 0:
            return


def _iter_vb(unit: Unit, lower: Sequence[str]) -> Iterator[Branch]:
    total = len(unit.tokens)
    for start, end in unit.statements:
        if lower[start] in _OPENING and end < total and lower[end] == "then":
            yield Branch((start + 1, end), *_vb_ranges(unit, lower, end + 1))


def _vb_ranges(unit: Unit, lower: Sequence[str], start: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the ranges behind ``Then``: up to the line's end, or to ``End If`` where the line ends there."""
    kinds, stop = unit.tokens.kinds, min(len(unit.tokens), start + _LONGEST)
    is_block = start < stop and kinds[start] == NEWLINE and lower[start] == "\n"
    depth, parted = 1, None
    index = start
    while index < stop:
        word = lower[index]
        if kinds[index] == NEWLINE and word == "\n" and not is_block:
            break
        if kinds[index] == NAME and is_block:
            if word == "if":
                depth += -1 if lower[index - 1] == "end" else _is_block(unit, lower, index)
            if depth == 0:
                index -= 1
                break
        if depth == 1 and parted is None and word in ("else", "elseif") and kinds[index] == NAME:
            parted = index
        index += 1
    middle = index if parted is None else parted
    return (start, middle), (middle, index)


def _is_block(unit: Unit, lower: Sequence[str], index: int) -> bool:
    """Tell whether an ``If`` has its consequence on the lines below, so that an ``End If`` belongs to it."""
    kinds, stop = unit.tokens.kinds, min(len(unit.tokens), index + _LONGEST)
    while index < stop and not (kinds[index] == NEWLINE and lower[index] == "\n"):
        index += 1
    return lower[index - 1] == "then"


def _iter_c(unit: Unit, lower: Sequence[str]) -> Iterator[Branch]:
    for index in unit.tokens.indexes_of(frozenset({"if"})):
        closer = unit.match.get(index + 1, -1)
        if closer > index and unit.is_op(index + 1, "(") and not unit.is_op(index - 1, "."):
            holds = _c_range(unit, closer + 1)
            other = (holds[1], holds[1])
            after = holds[1] + (unit.value(holds[1]) in ("}", ";"))
            if unit.value(after) == "else":
                at = after + 1
                nested = unit.match.get(at + 1, -1) if unit.value(at) == "if" else -1
                other = (after, _c_range(unit, nested + 1 if nested > at else at)[1])
            yield Branch((index + 2, closer), holds, other)


def _c_range(unit: Unit, start: int) -> tuple[int, int]:
    """Return the range of a block without its last brace, or of one statement without its semicolon."""
    if unit.is_op(start, "{") and start in unit.match:
        return start, unit.match[start]
    index, stop = start, min(len(unit.tokens), start + _LONGEST)
    while index < stop and not unit.is_op(index, ";") and not unit.is_op(index, "}"):
        index = max(index, unit.match.get(index, index)) + 1
    return start, min(index, len(unit.tokens))
