"""Habits: robust statistics of the days of a host.

The median and the median absolute deviation (MAD) ignore the few odd days that a lead is about. Totals differ by
factors, so that deviations are those of the binary logarithm: a spread of 1 is a factor of two.

Source:
    B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, 1993 (modified z-score above 3.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from statistics import median
from typing import Final

from webshellhunt.views.outgoing_leads import Habit

MULTIPLE: Final = 10
"""A lead is at least so many times the median."""

DEVIATIONS: Final = 3.5
"""A lead deviates from the median by at least so many spreads."""

LEAST_DAYS: Final = 7
"""With fewer other days there is no habit, and no lead."""

_LEAST_SPREAD: Final = 0.5
_TO_DEVIATION: Final = 1.4826  # of the MAD to the standard deviation of a normal distribution


def habit_of(values: Sequence[float]) -> Habit:
    """Return the habit of some days, one value for each of them; 0 for a day without traffic."""
    if not values:
        return Habit(0, 0, 0)
    middle = median(values)
    of_logs = log2(1 + middle)
    spread = _TO_DEVIATION * median(abs(log2(1 + value) - of_logs) for value in values)
    return Habit(middle, spread, len(values))


def is_far_above(value: float, habit: Habit, *, multiple: float = MULTIPLE) -> bool:
    """Return True if a value is a multiple of the median and deviates from it by many spreads."""
    if habit.days < LEAST_DAYS or value < multiple * habit.median:
        return False
    deviation = log2(1 + value) - log2(1 + habit.median)
    return deviation >= DEVIATIONS * max(habit.spread, _LEAST_SPREAD)
