"""Constants of a unit by where they stand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from webshellhunt.analysis.constants import Constant

_FARTHEST = 4000  # tokens


class PlacedConstants:
    """The constants of a unit, asked for by ranges of tokens; ``by_start`` holds them by their first token."""

    def __init__(self, by_start: Mapping[int, Constant]) -> None:
        self.by_start = by_start
        self._starts = sorted(by_start)

    def within(self, start: int, end: int) -> list[Constant]:
        """Return the constants that start in a range."""
        left = bisect_left(self._starts, start)
        right = bisect_left(self._starts, min(end, start + _FARTHEST), left)
        return [self.by_start[index] for index in self._starts[left:right]]

    def text(self, start: int, end: int) -> str | None:
        """Return the text that an expression is, where all of it is a constant."""
        constant = self.whole(start, end)
        return None if constant is None else constant.value

    def whole(self, start: int, end: int) -> Constant | None:
        """Return the constant that all of an expression is."""
        constant = self.by_start.get(start)
        return constant if constant is not None and constant.end == end else None

    def over(self, start: int, last: int) -> Constant | None:
        """Return the constant that holds a range of tokens."""
        place = bisect_right(self._starts, start) - 1
        constant = self.by_start[self._starts[place]] if place >= 0 else None
        return constant if constant is not None and start < last < constant.end else None
