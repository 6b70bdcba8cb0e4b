"""Branches: the conditions of a unit, and what is done where each one holds and where it doesn't."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, NEWLINE

MOST_TOKENS = 1_000_000
"""Tokens that all branches of a unit may hold together: what is nested is read once a level."""

_LONGEST = 20_000
_OPENING = frozenset({"if", "elseif"})
_PARTING = frozenset({"if", "elseif", "else"})


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
    total, lines = len(unit.tokens), _Lines(unit)
    for start, end in unit.statements:
        if lower[start] in _OPENING and end < total and lower[end] == "then":
            yield Branch((start + 1, end), *lines.ranges(end + 1))


class _Lines:
    """The lines of a VB unit, and the words in them that part branches."""

    def __init__(self, unit: Unit) -> None:
        self._values = unit.tokens.values
        kinds, total = unit.tokens.kinds, len(unit.tokens)
        self._total = total
        self._ends = [at for at in unit.tokens.indexes_of({"\n"}) if kinds[at] == NEWLINE]
        self._words = [at for at in unit.tokens.indexes_of(_PARTING) if kinds[at] == NAME]

    def ranges(self, start: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the ranges behind ``Then``: up to the line's end, or to ``End If`` where the line ends there."""
        end = self._end_of_line(start)
        is_block = end == start and start < self._total
        end = min(self._total, start + _LONGEST) if is_block else end
        depth, parted = 1, None
        for at in self._words[bisect_left(self._words, start) : bisect_left(self._words, end)]:
            if self._values[at] != "if":
                parted = at if depth == 1 and parted is None else parted
            elif is_block:
                depth += -1 if self._values[at - 1] == "end" else self._is_block(at)
                if depth == 0:
                    end = at - 1
                    break
        middle = end if parted is None else parted
        return (start, middle), (middle, end)

    def _end_of_line(self, start: int) -> int:
        """Return the token that ends the line which goes on at another one, or where looking for it ends."""
        place = bisect_left(self._ends, start)
        return min(self._ends[place] if place < len(self._ends) else self._total, start + _LONGEST)

    def _is_block(self, index: int) -> bool:
        """Tell whether an ``If`` has its consequence on the lines below, so that an ``End If`` belongs to it."""
        return self._values[self._end_of_line(index) - 1] == "then"


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
