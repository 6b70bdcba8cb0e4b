"""The chart of the traffic of each day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.log_results import DayTotal
from webshellhunt.reports.writers.text.log_lines import WIDTH, traffic_chart

FIRST = date(2021, 1, 23)


def days(*values: int, marked: int | None = None) -> list[DayTotal]:
    return [DayTotal(FIRST + timedelta(days=n), value, n == marked) for n, value in enumerate(values)]


def test_an_odd_day_stands_out() -> None:
    values = [100_000_000] * 50
    values[41] = 4_100_000_000
    chart = traffic_chart(days(*values, marked=41))
    assert chart[0] == "Outgoing bytes by day (largest: 4.1 GB on 2021-03-05)"
    assert chart[1] == "   4.1 GB ┤" + " " * 41 + "█"
    assert chart[8] == "          ┤" + "▂" * 41 + "█" + "▂" * 8
    assert chart[9] == "        0 ┼" + "─" * 50
    assert chart[10] == " " * (11 + 41) + "^"
    assert chart[11] == "           2021-01-23" + " " * 30 + "2021-03-13"
    assert chart[12] == "           ^ days with a lead: 2021-03-05"


def test_characters_of_ascii() -> None:
    chart = traffic_chart(days(1, 5, 0, 50), unit="answered requests", only_ascii=True)
    assert all(line.isascii() for line in chart)
    assert chart[0] == "Outgoing answered requests by day (largest: 50 on 2021-01-26)"
    assert chart[8] == "          |_# #"


def test_many_days_share_a_column() -> None:
    chart = traffic_chart(days(*range(400)))
    assert "each column is the largest of 6 days" in chart[-1]
    assert max(map(len, chart)) <= WIDTH


@pytest.mark.parametrize("values", [[], [5], [0, 0, 0]])
def test_nothing_to_draw(values: list[int]) -> None:
    assert traffic_chart(days(*values)) == []


def test_a_day_without_traffic_is_a_space() -> None:
    chart = traffic_chart([DayTotal(FIRST, 8), DayTotal(FIRST + timedelta(days=2), 8)], unit="requests")
    assert chart[8].endswith("┤█ █")


@given(
    st.lists(st.builds(DayTotal, st.dates(), st.integers(-5, 10**18), st.booleans()), max_size=40),
    st.integers(0, 200),
    st.booleans(),
)
def test_any_numbers_fit(values: list[DayTotal], width: int, only_ascii: bool) -> None:
    chart = traffic_chart(values, width=width, only_ascii=only_ascii)
    assert len(chart) <= 14
    assert all(len(line) <= width for line in chart)
