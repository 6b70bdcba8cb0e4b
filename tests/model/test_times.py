"""How the times of a place were taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from webshellhunt.model.times import TimeBasis, TimesChoice, second_in_utc


def test_the_time_of_creation_counts_unless_it_is_said_otherwise() -> None:
    assert TimeBasis("C", original=True, reason="mounted").created
    assert TimeBasis("C", original=True, reason="a", created=False) != TimeBasis("C", original=True, reason="a")


def test_each_choice_is_a_word_of_the_command_line() -> None:
    assert all(choice.value == choice.value.lower() for choice in TimesChoice)
    assert len(TimesChoice) > 1


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2021, 3, 3, 4, 5, 6, 789, UTC), "2021-03-03T04:05:06Z"),
        (datetime(2021, 3, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=2))), "2021-03-03T02:05:06Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (None, None),
    ],
)
def test_a_time_has_one_form(when: datetime | None, text: str | None) -> None:
    assert second_in_utc(when) == text
