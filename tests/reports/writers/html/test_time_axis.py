"""The scale of a timeline: in order, bounded, with labels that do not collide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.reports.writers.html.time_axis import TimeAxis, apart_words, in_utc

START = datetime(2021, 3, 3, tzinfo=UTC)
TIMES = st.lists(st.datetimes(timezones=st.just(UTC)), max_size=40)


@given(TIMES, st.datetimes(timezones=st.just(UTC)))
def test_times_are_in_order_and_inside(times: list[datetime], other: datetime) -> None:
    axis = TimeAxis(times, 100, 900)
    places = [axis.x(each) for each in sorted(times)]
    assert all(100 <= place <= 900.001 for place in [*places, axis.x(other)])
    assert all(before <= after for before, after in pairwise(places))
    assert all(100 <= x <= 900.001 for x in [*(each.x for each in axis.ticks), *(each.x for each in axis.spans)])


def test_one_time_is_in_the_middle() -> None:
    assert TimeAxis([START, START], 100, 900).x(START) == 500
    assert TimeAxis([], 100, 900).x(START) == 100


def test_minutes_and_years_are_both_visible() -> None:
    minute, years = START + timedelta(minutes=1), START + timedelta(days=2_000)
    axis = TimeAxis([START, minute, years], 0, 1_000)
    assert axis.x(minute) > 50
    assert [tick.label for tick in axis.ticks] == ["2021-03-03", "2026-08-24"]
    assert [span.label for span in axis.spans] == ["5 years"]


def test_labels_do_not_collide() -> None:
    axis = TimeAxis([START + timedelta(days=n) for n in range(100)], 0, 1_000)
    labelled = [tick.x for tick in axis.ticks if tick.label]
    assert len(axis.ticks) == 100
    assert all(after - before >= 84 for before, after in pairwise(labelled))
    assert axis.spans == ()


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (timedelta(minutes=5), "1 hour"),
        (timedelta(hours=20), "20 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=60), "60 days"),
        (timedelta(days=165), "5 months"),
        (timedelta(days=800), "2 years"),
    ],
)
def test_a_long_time_in_words(apart: timedelta, words: str) -> None:
    assert apart_words(apart) == words


def test_a_time_without_zone_is_utc() -> None:
    assert in_utc(datetime(2021, 3, 3)) == START
