"""Budget: how many steps a run may take, and the share of each part of it; counted, never timed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webshellhunt.core.ending import ExhaustedError
from webshellhunt.core.values import Value, bounded

STEPS = 420_000
"""Steps of a page, whatever its size: pages of 100,000 tokens spent five times as many and said nothing more."""
FORK = 20
"""The cost of a condition that is not known, besides its expressions: each of these costs 1."""
JOIN = 30
"""The cost of joining two states; their differences don't count, as it isn't the same after a remembered call."""
SHARE = 8
"""A loop whose end is not known may spend this part of the steps that are left; one that is known, all but that."""
REBATE = 9
"""Tenths of the steps of a known turn of a loop that are given back: nothing is copied or joined there."""
GIVEN_BACK, GIVEN_BACK_OF_CHARACTER = 250_000, 40
"""The most of such steps of a page, and for each of its characters: decoders of real shells need at most 8 of these."""
UNROLL = 1
"""Turns of a loop whose end is not known, before its state is widened."""
MOST_CALLS = 60
"""Calls inside each other."""
SHALLOW_CALLS, LEAST_FRAMES = 12, 150
"""Calls inside each other that fit the stack in any case, and the frames of Python that a further call needs."""
MOST_SHARED_CALLS = 3
"""Calls inside each other that may each spend half of the steps that are left; those inside have that of the last."""
MOST_TEXTS, MOST_SHORT = 40, 32 << 10
"""Texts that are run as code at one place; in all places more of them have so many characters together."""
MOST_TEXT_SIZE = 256 << 10
MOST_TEXT_DEPTH = 8


ENTRIES_OF_STEPS = 2_000
ENTRY_STEPS = 12
"""The cost of an entry more in an object that has so many."""
PARTS_OF_STEP = 8
"""Parts of a text that is not known, from which on each costs a step."""
TEXT_OF_STEP = 1 << 14
"""Characters that are put together for one step more."""
PARTED_OF_STEP = 1 << 10
"""The same for a text that is known in part, which a function looks at part by part."""


def sized(f: list[Any], text: str) -> Value:
    """Return a long text that code of a frame put together, and count its cost, which bounds the memory of all.

    Raises:
        ExhaustedError: No steps are left; one block of code may make thousands of such texts.
    """
    budget = f[1].budget
    budget.left -= len(text) // TEXT_OF_STEP * (1 + (len(text) >> 20))
    if budget.left < 0:
        raise ExhaustedError
    return bounded(text)


class Budget:
    """Steps that are left of a run's total."""

    __slots__ = ("cuts", "ends", "floor", "left", "most_rebated", "rebated", "size", "total")

    def __init__(self, total: int = STEPS, size: int = 0) -> None:
        self.total: int = total
        self.size: int = size
        """Characters of the code."""
        self.left: int = total
        self.floor: int = 0
        """The steps that are left when the share of the open calls is spent."""
        self.rebated: int = 0
        """Steps that were returned, as those of known turns are cheap."""
        self.most_rebated: int = GIVEN_BACK + GIVEN_BACK_OF_CHARACTER * size
        self.ends: Callable[[], bool] | None = None
        """Says whether the time that somebody gave is over; the result of such a run is never kept."""
        self.cuts: int = 0
        """Calls and loops that were cut early."""

    def look(self) -> None:
        """Look at the clock, where somebody limited the time.

        Raises:
            ExhaustedError: The time is over.
        """
        if self.ends is not None and self.ends():
            raise ExhaustedError

    def rebate(self, left: int, rebated: int) -> None:
        """Give back most of the steps of a known turn, once where loops are inside each other.

        Args:
            left: The steps that were left when it began.
            rebated: The steps that were returned until then.
        """
        given = self.rebated - rebated
        more = (left - self.left + given) * REBATE // 10 - given
        if more > 0 and self.rebated < self.most_rebated:
            self.left += more
            self.rebated += more

    def spend(self, steps: int) -> None:
        """Take steps.

        Raises:
            ExhaustedError: None are left.
        """
        self.left -= steps
        if self.left < self.floor:
            raise ExhaustedError

    @property
    def room(self) -> int:
        """The steps that are left of the share of the open calls."""
        return self.left - self.floor

    @property
    def is_low(self) -> bool:
        """True when half of the steps are spent: from here on precision gives way."""
        return 2 * self.left <= self.total
