"""The chart of outgoing traffic."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.log_results import DayTotal
from webshellhunt.reports.writers.html.day_chart import LEFT, WIDTH, day_chart, in_words

START = date(2021, 3, 1)


def test_less_than_two_days_are_no_chart() -> None:
    assert day_chart([], "bytes") is None
    assert day_chart([DayTotal(START, 5)], "bytes") is None
    assert day_chart([DayTotal(START, 0), DayTotal(date(2021, 3, 2), 0)], "bytes") is None


def test_a_day_with_a_lead_is_marked() -> None:
    chart = day_chart([DayTotal(START, 10), DayTotal(date(2021, 3, 5), 4_100_000, is_marked=True)], "bytes")
    assert chart is not None
    assert (chart.largest, chart.largest_day, chart.marked) == ("4.1 MB", date(2021, 3, 5), (date(2021, 3, 5),))
    assert [bar.is_marked for bar in chart.bars] == [False, True]
    assert "a lead is about this day" in chart.bars[1].words


def test_many_days_share_a_bar() -> None:
    chart = day_chart([DayTotal(START + timedelta(days=n), n) for n in range(1_000)], "requests")
    assert chart is not None
    assert chart.days_a_bar == 6
    assert len(chart.bars) <= 180
    assert chart.largest == "999"


@given(st.lists(st.builds(DayTotal, st.dates(), st.integers(0, 2**50), st.booleans()), max_size=30))
def test_any_chart_is_inside_its_drawing(days: list[DayTotal]) -> None:
    chart = day_chart(days, "bytes")
    for bar in chart.bars if chart is not None else ():
        assert LEFT <= bar.x <= bar.x + bar.width <= WIDTH + 1.01
        assert 0 <= bar.height <= 104.01


def test_totals_in_words() -> None:
    assert (in_words(1_500, "bytes"), in_words(1_500, "requests")) == ("1.5 kB", "1,500")
