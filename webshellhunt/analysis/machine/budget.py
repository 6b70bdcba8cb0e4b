"""The budget of a run: its steps are counted, and what remains of them decides how exactly the rest is run."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.fence import present_deadline

MAX_STEPS = 100_000
"""Nodes that are evaluated for one page."""
SHARE = 64
"""Steps that each loop with known values has, but where the page has had its share."""
STEPS_BETWEEN_LOOKS = 256
"""Steps between two looks at the clock, where the time for a file is limited."""
_ALWAYS = 1 << 62


class ExhaustedError(Exception):
    """The page has had its share of steps."""


class Budget:
    """The steps of a page: ``left`` are those that remain, ``reserve`` those from which on it is run coarsely.

    Whoever counts steps calls `look` when fewer than ``look_at`` are left.
    """

    __slots__ = ("floor", "left", "look_at", "loops", "reserve", "steps_of_loop")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left: int = steps
        self.reserve: int = steps // 2
        self.steps_of_loop: int = steps >> 4
        """Steps of a loop of which nothing is known before it turns no more than twice."""
        self.floor: int = self.reserve
        """How many steps are left when the loop with known values around has had its share."""
        self.loops: int = 0
        """How many loops run to a fix-point now."""
        self.look_at: int = 0
        self.aim()

    @property
    def is_coarse(self) -> bool:
        """True if the page has had half of its steps: the rest is run with less knowledge, so that all of it is run."""
        return self.left < self.reserve

    @property
    def is_late(self) -> bool:
        """True if the page has had three quarters of its steps: little of the rest is run more than twice."""
        return self.left < self.reserve >> 1

    @property
    def is_last(self) -> bool:
        """True if the page has had nearly all of its steps: only functions that were never entered are run."""
        return self.left < self.reserve >> 2

    def spend(self, steps: int) -> None:
        """Count work.

        Raises:
            ExhaustedError: The page has had its share.
        """
        self.left -= steps
        if self.left < self.look_at:
            self.look()

    def look(self) -> None:
        """Look at the steps that are left, and at the clock.

        Raises:
            ExhaustedError: The page has had its share of steps, or its time is over.
        """
        deadline = present_deadline()
        if self.left < 0 or (deadline is not None and deadline.ends_run()):
            raise ExhaustedError
        self.aim()

    def aim(self) -> None:
        """Set the number of steps at which `look` comes next: without a limit of time, when none is left."""
        deadline = present_deadline()
        if deadline is None:
            self.look_at = 0
        else:
            self.look_at = _ALWAYS if deadline.has_cut else max(self.left - STEPS_BETWEEN_LOOKS, 0)

    def within_share(self, run: Callable[[int], Ending]) -> Ending:
        """Run a loop with known values, which gets the number of steps that are left when it has had its share."""
        before = self.floor
        share = self.left - max(SHARE, (self.left - before) // 2) if self.left >= before else self.left
        self.floor = share
        ending = run(share)
        self.floor = before
        return ending

    def refill(self) -> None:
        """Let a further round have half of the steps."""
        self.left = max(self.left, self.reserve)
        self.aim()

    def restart(self, steps: int) -> None:
        """Let another run have so many steps."""
        self.left, self.reserve, self.floor, self.loops = steps, 0, 0, 0
        self.aim()
