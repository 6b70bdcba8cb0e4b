"""Robust statistics of days."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.views.habits import LEAST_DAYS, MULTIPLE, habit_of, is_far_above

VALUES = st.lists(st.integers(0, 10**13), min_size=LEAST_DAYS, max_size=60)


def test_a_few_odd_days_change_nothing() -> None:
    plain, odd = habit_of([100] * 20), habit_of([100] * 20 + [10**9] * 5)
    assert (plain.median, plain.spread) == (odd.median, odd.spread) == (100, 0)


def test_a_multiple_of_a_quiet_habit_is_far_above() -> None:
    assert is_far_above(1000, habit_of([100] * 10))
    assert not is_far_above(999, habit_of([100] * 10))


def test_a_wide_spread_needs_more_than_the_multiple() -> None:
    wide = habit_of([1, 4, 16, 64, 256, 1024, 4096, 16384, 65536])
    assert not is_far_above(wide.median * MULTIPLE, wide)
    assert is_far_above(wide.median * 2**30, wide)


def test_without_days_there_is_no_habit() -> None:
    assert habit_of([]).days == 0
    assert not is_far_above(10**12, habit_of([1] * (LEAST_DAYS - 1)))
    assert habit_of([0] * 10).multiple(5) is None
    assert habit_of([10] * 10).multiple(50) == 5


@given(VALUES)
def test_the_median_is_never_far_above_itself(values: list[int]) -> None:
    habit = habit_of(values)
    assert not is_far_above(habit.median, habit)
    assert min(values) <= habit.median <= max(values)
