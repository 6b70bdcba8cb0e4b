"""The times of a subject: of its file, of its content, and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.verdict.test_judge import C, S, finding
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import FactValue
from webshellhunt.views.file_times import (
    Bounds,
    CommonHours,
    FileTimes,
    TimeWitness,
    bounds_of,
    days_in_words,
    iter_content_times,
    utc_time,
)

FEB = datetime(2021, 2, 28, 19, 42, 5, tzinfo=UTC)


def test_only_original_times_date_a_file() -> None:
    times = Timestamps(FEB, FEB, original=True)
    assert [kind for kind, _ in FileTimes(times).iter_own()] == ["created_utc", "modified_utc"]
    assert list(FileTimes(times._replace(original=False)).iter_own()) == []


def test_only_times_among_the_facts_are_content_times() -> None:
    facts: dict[str, FactValue] = {
        "planted_at": "2021-02-28T19:42:05Z",
        "created": "yesterday",
        "delivered": 17,
        "server": "x",
    }
    found = list(iter_content_times([replace(finding(S.LOW, C.LOW), facts=facts)]))
    assert found == [TimeWitness(FEB, "its content states this time", exact=True)]


def test_a_crowd_contains_both_of_its_ends() -> None:
    common_hours = CommonHours(modified_utc=(FEB, FEB))
    assert common_hours.holds("modified_utc", FEB)
    assert not common_hours.holds("created_utc", FEB)


@pytest.mark.parametrize("when", [None, datetime(1601, 1, 1, tzinfo=UTC), datetime.max, datetime.min])
def test_a_time_that_no_server_has_seen_is_none(when: datetime | None) -> None:
    assert utc_time(when) is None


@pytest.mark.parametrize(("days", "words"), [(0, "0 days"), (1, "one day"), (12, "twelve days"), (1000, "1,000 days")])
def test_spans_are_in_days(days: int, words: str) -> None:
    assert days_in_words(timedelta(days=days)) == words


def test_bounds_come_from_the_snapshots_around_a_planting() -> None:
    def bounds(**facts: FactValue) -> Bounds:
        return bounds_of([finding(S.LOW, C.LOW), replace(finding(S.INFO, C.HIGH), facts=facts)])

    absent = bounds(absent_at="2021-02-28T19:42:05Z", present_at="2021-03-01T00:00:00Z")
    assert (absent.earliest, absent.without, absent.is_changed) == (FEB, "absent in a shadow copy", False)
    other = bounds(other_at="2021-02-28T19:42:05Z")
    assert (other.earliest, other.without, other.is_changed) == (FEB, "other content in a shadow copy", True)
    assert bounds(registered="x", absent_at="2021-02-28T19:42:05Z").without == "absent in a copy of the configuration"
    assert bounds(present_at="2021-02-28T19:42:05Z") == Bounds()


def test_times_within_a_day_of_the_bounds_agree_with_them() -> None:
    bounds, day = Bounds(FEB, FEB + timedelta(days=5)), timedelta(days=1)
    assert all(bounds.hold(FEB + days * day) for days in range(-1, 7))
    assert not bounds.hold(FEB - 2 * day)
    assert not bounds.hold(FEB + 7 * day)
    assert (bounds.nearest(FEB - day), bounds.nearest(FEB + 9 * day)) == (FEB, FEB + 5 * day)
    assert Bounds().hold(FEB)
