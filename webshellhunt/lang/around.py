"""Around: what stands around places of a code, for many ranges that were put in order once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Around(Generic[_T]):
    """Ranges of places, half-open, each with what it means."""

    def __init__(self, ranges: Iterable[tuple[int, int, _T]]) -> None:
        found = sorted(ranges, key=_start)
        self._starts = [start for start, _, _ in found]
        self._ends = [end for _, end, _ in found]
        self._reached = [*accumulate(self._ends, max)]  # the furthest end of a range and those before it
        self._meanings = [meaning for _, _, meaning in found]

    def around(self, places: Sequence[int]) -> Iterator[_T]:
        """Yield the meanings of the ranges around some increasing places, as often as there are places in each."""
        first, last = (self._starts[0], self._reached[-1]) if self._starts else (0, 0)
        for place in islice(places, bisect_left(places, first), bisect_left(places, last)):
            at = bisect_right(self._starts, place) - 1
            while at >= 0 and self._reached[at] > place:
                if self._ends[at] > place:
                    yield self._meanings[at]
                at -= 1


def _start(each: tuple[int, int, object]) -> int:
    return each[0]
