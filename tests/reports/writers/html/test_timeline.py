"""The drawing of the timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings

from tests.pivot.cases import demo_report
from tests.reports.cases import patch_state, report
from tests.reports.strategies import reports
from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.report import Report
from webshellhunt.reports.writers.html.timeline import (
    LEFT,
    MOST_LANES,
    WIDTH,
    Timeline,
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
    assert "26 events within 6 months" in made.words
    assert moment_words(demo_report().timeline[0]).startswith("2021-02-28 19:41:11: exploited")


@settings(max_examples=60)
@given(reports)
def test_any_timeline_is_inside_its_drawing(made: Report) -> None:
    picture = timeline(made)
    if picture is not None:
        marks = [mark for lane in picture.lanes for mark in lane.marks]
        assert all(LEFT <= mark.x <= WIDTH for mark in marks)
        assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.01 for lane in picture.lanes for bar in lane.bars)
