"""The times of events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.reports.cases import WHEN, report, verdict
from webshellhunt.model.report import Run
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Planting
from webshellhunt.reports.events.event_times import EPOCH, hunt_time, microseconds, milliseconds, period_of, with_offset

NOON = datetime(2021, 3, 3, 12, 0, 0, 1999, tzinfo=UTC)


@pytest.mark.parametrize("when", [NOON, NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=-5)))])
def test_a_time_is_one_number_in_any_zone(when: datetime) -> None:
    assert milliseconds(when) == 1_614_772_800_001
    assert microseconds(when) == 1_614_772_800_001_999
    assert with_offset(when) == "2021-03-03T12:00:00.001999+00:00"


def test_times_before_1970_are_negative_and_none_is_none() -> None:
    assert milliseconds(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1000
    assert milliseconds(datetime(1601, 1, 1, tzinfo=UTC)) == -11_644_473_600_000
    assert milliseconds(None) is None


def test_the_time_of_the_hunt_is_its_start() -> None:
    assert hunt_time(report()) == EPOCH
    assert hunt_time(replace(report(), run=Run(started_utc=NOON.replace(tzinfo=None)))) == NOON


def test_a_period_begins_before_it_ends() -> None:
    planted, used = WHEN, WHEN + timedelta(days=3)
    made = replace(verdict(), planting=Planting(planted, "log", "planted"), use=Use(1, 1, 0, used, used))
    assert period_of(made) == (planted, used)
    overwritten = replace(made, planting=Planting(used, "log", "planted"), use=Use(1, 1, 0, planted, planted))
    assert period_of(overwritten) == (planted, used)
    assert period_of(replace(made, use=None)) == (planted, None)
    assert period_of(replace(made, planting=None)) == (None, used)
