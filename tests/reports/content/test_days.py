"""The outgoing traffic in columns of days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.log_results import DayTotal
from webshellhunt.reports.content.days import day_columns

FIRST = date(2021, 3, 1)


def test_less_than_two_days_or_no_traffic_has_no_columns() -> None:
    assert day_columns([], 10) is None
    assert day_columns([DayTotal(FIRST, 5)], 10) is None
    assert day_columns([DayTotal(FIRST, 0), DayTotal(FIRST + timedelta(days=3), 0)], 10) is None


def test_a_column_is_its_largest_day_and_keeps_each_mark() -> None:
    days = [DayTotal(FIRST + timedelta(days=n), n % 7, is_marked=n == 4) for n in range(20)]
    chart = day_columns(days, 10)
    assert chart is not None
    assert (len(chart.columns), chart.days_a_column) == (10, 2)
    assert (chart.first, chart.last) == (FIRST, FIRST + timedelta(days=19))
    assert chart.largest.total == 6
    assert chart.marked == (FIRST + timedelta(days=4),)
    assert chart.columns[3].day == FIRST + timedelta(days=6)


def test_the_same_day_twice_counts_together_and_a_missing_one_is_none() -> None:
    later = FIRST + timedelta(days=2)
    chart = day_columns([DayTotal(FIRST, 3), DayTotal(FIRST, 4), DayTotal(later, 1)], 10)
    assert chart is not None
    assert [each.total for each in chart.columns] == [7, 0, 1]


@given(
    st.lists(st.builds(DayTotal, st.dates(), st.integers(-5, 2**50), st.booleans()), max_size=30), st.integers(1, 99)
)
def test_any_days_have_at_most_so_many_columns(days: list[DayTotal], most: int) -> None:
    chart = day_columns(days, most)
    if chart is not None:
        assert len(chart.columns) <= most
        assert max(each.total for each in chart.columns) == chart.largest.total
