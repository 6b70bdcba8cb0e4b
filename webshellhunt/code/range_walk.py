"""Range walk: ranges of tokens that are looked at one after the other, each once and not too many."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from webshellhunt.code.given import Range

MAX_RANGES = 60
"""Ranges that are looked at on one walk."""


class RangeWalk:
    """Ranges still to be looked at, each with whether it is mapped below the site; each is looked at once."""

    def __init__(self, first: Range) -> None:
        self._waiting = deque([(first, False)])
        self._seen = {(first, False)}
        self.is_cut: bool = False

    def __iter__(self) -> Iterator[tuple[Range, bool]]:
        while self._waiting:
            entry = self._waiting.popleft()
            if entry[0][0] < entry[0][1]:
                yield entry

    def push(self, ranges: Sequence[Range], mapped: bool = False) -> None:
        """Add what is to be looked at instead, as far as the walk goes."""
        for each in ranges:
            if (each, mapped) not in self._seen:
                if len(self._seen) >= MAX_RANGES:
                    self.is_cut = True
                    return
                self._seen.add((each, mapped))
                self._waiting.append((each, mapped))
