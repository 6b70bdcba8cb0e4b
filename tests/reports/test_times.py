from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from webshellhunt.model.artifact import Timestamps
from webshellhunt.reports.times import aware, day, server_times, utc


@pytest.mark.parametrize(
    ("time", "shown"),
    [
        (None, None),
        (datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC), "2021-03-03T04:05:06Z"),
        (datetime(2021, 3, 3, 4, 5, 6, 70, tzinfo=UTC), "2021-03-03T04:05:06.000070Z"),
        (datetime(2021, 3, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=2))), "2021-03-03T02:05:06Z"),
        (datetime(1601, 1, 1, tzinfo=UTC), "1601-01-01T00:00:00Z"),
    ],
)
def test_times_are_utc_with_a_z(time: datetime | None, shown: str | None) -> None:
    assert utc(time) == shown


def test_a_day() -> None:
    assert day(None) is None
    assert day(date(2021, 3, 2)) == "2021-03-02"


def test_times_of_a_copy_are_none_of_the_server() -> None:
    own = Timestamps(datetime(2021, 3, 3, tzinfo=UTC), original=True)
    assert server_times(own) is own
    assert server_times(own._replace(original=False)) == Timestamps()


def test_a_time_without_a_zone_is_utc() -> None:
    when = datetime(2021, 3, 3, tzinfo=UTC)
    assert aware(when.replace(tzinfo=None)) == aware(when) == when
