"""The drawing of the timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pivot.cases import demo_report
from tests.reports.cases import patch_state, report
from tests.reports.strategies import reports
from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.report import Report
from webshellhunt.reports.times import aware
from webshellhunt.reports.writers.html.timeline import (
    LEFT,
    MOST_LANES,
    WIDTH,
    TimeAxis,
    Timeline,
    apart_words,
    moment_words,
    timeline,
    window_end,
)

START = datetime(2021, 3, 3, 4, tzinfo=UTC)


def drawn(*moments: Moment) -> Timeline:
    made = timeline(replace(report(), timeline=moments))
    assert made is not None
    return made


def moment(
    minutes: float = 0, kind: MomentKind = MomentKind.PLANTED, path: str = "C:\\x.aspx", until: float = 0
) -> Moment:
    later = START + timedelta(minutes=until) if until else None
    return Moment(START + timedelta(minutes=minutes), f"{kind}: {path}", "a witness", kind, path, later)


def test_no_event_is_no_drawing() -> None:
    assert timeline(report()) is None


def test_one_event_is_in_the_middle() -> None:
    made = drawn(moment())
    assert made.lanes[0].marks[0].x == (LEFT + WIDTH) / 2
    assert made.words.startswith("One event: 2021-03-03 04:00:00")


def test_equal_times_are_one_place() -> None:
    made = drawn(*(moment(path=f"C:\\{n}.aspx") for n in range(5)))
    assert len({mark.x for lane in made.lanes for mark in lane.marks}) == 1


def test_what_disagrees_is_a_range() -> None:
    [lane] = drawn(moment(until=30), moment(60, MomentKind.FIRST_USED)).lanes
    first, second = lane.marks
    assert first.until_x is not None
    assert first.x < first.until_x < second.x
    assert second.until_x is None
    assert "or until 2021-03-03 04:30:00" in first.words


def test_the_use_of_a_file_is_a_bar() -> None:
    [lane] = drawn(moment(), moment(10, MomentKind.FIRST_USED), moment(500, MomentKind.LAST_USED)).lanes
    [bar] = lane.bars
    assert (bar.kind, bar.x, bar.x + bar.width) == ("use", lane.marks[1].x, lane.marks[2].x)


def test_a_hundred_files_years_apart_are_bounded() -> None:
    made = drawn(*(moment(n * 600_000, path=f"C:\\folder{n}\\{'long' * 20}{n}.aspx") for n in range(100)))
    assert (len(made.lanes), made.more_files) == (MOST_LANES, 100 - MOST_LANES)
    assert all(LEFT <= mark.x <= WIDTH for lane in made.lanes for mark in lane.marks)
    assert all(len(lane.label) <= 28 for lane in made.lanes)


def test_fixes_are_lines_through_all_lanes() -> None:
    fixed = Moment(START, "fix for ProxyLogon installed", "setup log", MomentKind.FIXED)
    made = drawn(fixed, fixed._replace(event="another fix"), moment(5))
    [fix] = made.fixes
    assert fix.label == "fix for ProxyLogon installed and 1 more"
    assert "another fix" in fix.mark.words
    assert [lane.kind for lane in made.lanes] == ["file"]


def test_labels_of_fixes_do_not_collide() -> None:
    def labels(count: int) -> list[str]:
        fixes = (Moment(START + timedelta(days=n), f"fix {n}", "log", MomentKind.FIXED) for n in range(count))
        return [fix.label for fix in drawn(*fixes).fixes if fix.label]

    assert labels(3) == ["fix 0", "fix 1", "fix 2"]
    assert len(labels(40)) < 40


def test_an_event_without_a_file_is_of_the_server() -> None:
    made = drawn(moment(kind=MomentKind.LOG_CLEARED, path=""), moment(1))
    assert [lane.kind for lane in made.lanes] == ["server", "file"]


def test_a_wave_is_drawn_if_a_file_was_planted_in_its_window() -> None:
    made = timeline(replace(report(), timeline=(moment(),), patch_state=patch_state()))
    assert made is not None
    assert [lane.label for lane in made.lanes if lane.kind == "wave"] == ["ProxyLogon", "ProxyShell"]
    late = timeline(replace(report(), timeline=(moment(60 * 24 * 900),), patch_state=patch_state()))
    assert late is not None
    assert not [lane for lane in late.lanes if lane.kind == "wave"]


def test_the_window_follows_from_the_dates_of_a_saved_report() -> None:
    wave = patch_state().waves[0].wave
    assert window_end(wave) == date(2021, 5, 31) == wave.until
    assert window_end(wave._replace(fixed=date.max)) == date.max


def test_the_demo_tells_its_story() -> None:
    made = timeline(demo_report())
    assert made is not None
    assert [lane.label for lane in made.lanes][:4] == [
        "ProxyLogon",
        "ProxyShell",
        "ProxyLogon (requests in the…",
        "offline.aspx",
    ]
    assert "27 events within 6 months" in made.words
    assert moment_words(demo_report().timeline[0]).startswith("2021-02-28 19:41:11: exploited")


@given(reports)
def test_any_timeline_is_inside_its_drawing(made: Report) -> None:
    picture = timeline(made)
    if picture is not None:
        marks = [mark for lane in picture.lanes for mark in lane.marks]
        assert all(LEFT <= mark.x <= WIDTH for mark in marks)
        assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.01 for lane in picture.lanes for bar in lane.bars)


AXIS_START = datetime(2021, 3, 3, tzinfo=UTC)
AXIS_TIMES = st.lists(st.datetimes(timezones=st.just(UTC)), max_size=40)


@given(AXIS_TIMES, st.datetimes(timezones=st.just(UTC)))
def test_times_are_in_order_and_inside(times: list[datetime], other: datetime) -> None:
    axis = TimeAxis(times, 100, 900)
    places = [axis.x(each) for each in sorted(times)]
    assert all(100 <= place <= 900.001 for place in [*places, axis.x(other)])
    assert all(before <= after for before, after in pairwise(places))
    assert all(100 <= x <= 900.001 for x in [*(each.x for each in axis.ticks), *(each.x for each in axis.spans)])


def test_one_time_is_in_the_middle() -> None:
    assert TimeAxis([AXIS_START, AXIS_START], 100, 900).x(AXIS_START) == 500
    assert TimeAxis([], 100, 900).x(AXIS_START) == 100


def test_minutes_and_years_are_both_visible() -> None:
    minute, years = AXIS_START + timedelta(minutes=1), AXIS_START + timedelta(days=2_000)
    axis = TimeAxis([AXIS_START, minute, years], 0, 1_000)
    assert axis.x(minute) > 50
    assert [tick.label for tick in axis.ticks] == ["2021-03-03", "2026-08-24"]
    assert [span.label for span in axis.spans] == ["5 years"]


def test_labels_do_not_collide() -> None:
    axis = TimeAxis([AXIS_START + timedelta(days=n) for n in range(100)], 0, 1_000)
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
    assert aware(datetime(2021, 3, 3)) == AXIS_START
