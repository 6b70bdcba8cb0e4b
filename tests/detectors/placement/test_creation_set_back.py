"""A creation before the file system recorded the name: both times are named, and setup accuses nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webshellhunt.detectors.placement.creation_set_back import RULE, find
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.rules import Severity
from webshellhunt.views.file_times import CommonHours, FileTimes

OLD = datetime(2016, 3, 1, 8, tzinfo=UTC)
NAMED = datetime(2021, 3, 3, 4, 5, 6, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TIMES = Timestamps(OLD, OLD, None, original=True, name_created_utc=NAMED)


def test_both_times_are_named() -> None:
    (claim,) = find(FileTimes(TIMES, is_foreign=True))
    assert (claim.rule, claim.severity) == (RULE, Severity.LOW)  # as installers do, too
    assert "the file says 2016-03-01T08:00:00Z (a whole second)" in claim.message
    assert claim.message.endswith("the file system recorded with its name 2021-03-03T04:05:06Z")
    assert claim.facts == {"file_created": "2016-03-01T08:00:00Z", "name_created": "2021-03-03T04:05:06Z"}


def test_the_time_of_a_stock_page() -> None:
    (claim,) = find(FileTimes(TIMES, same_created="logon.aspx", is_foreign=True))
    assert "a whole second and the time of logon.aspx" in claim.message
    assert claim.severity is Severity.MEDIUM
    (claim,) = find(FileTimes(TIMES, same_created="logon.aspx"))
    assert claim.severity is Severity.LOW


def test_the_journal_knows_it_after_a_renaming() -> None:
    times = TIMES._replace(name_created_utc=OLD)
    (claim,) = find(FileTimes(times, recorded=NAMED))
    assert "the change journal of the drive recorded 2021-03-03" in claim.message


@pytest.mark.parametrize(
    "view",
    [
        FileTimes(TIMES._replace(original=False)),
        FileTimes(TIMES._replace(created_utc=None)),
        FileTimes(TIMES._replace(name_created_utc=None)),
        FileTimes(TIMES._replace(name_created_utc=OLD + 3600 * SECOND)),
        FileTimes(TIMES._replace(created_utc=NAMED + 5 * SECOND)),
        FileTimes(TIMES, common_hours=CommonHours(name_created_utc=(NAMED - SECOND, NAMED + SECOND))),
    ],
)
def test_honest_times(view: FileTimes) -> None:
    assert list(find(view)) == []
