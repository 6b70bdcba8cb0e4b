"""Times that contradict each other: content younger than its file, and a record that changed after the file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webshellhunt.detectors.placement.times_contradict import RULE, find
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.rules import Severity
from webshellhunt.views.file_times import CommonHours, FileTimes, TimeWitness

FEB = datetime(2021, 2, 28, 19, 42, 5, tzinfo=UTC)
DAY = timedelta(days=1)
STATED = (TimeWitness(FEB, "its content states this time"),)


def test_content_that_is_younger_than_its_file_is_reported() -> None:
    (claim,) = find(FileTimes(Timestamps(FEB - 3 * DAY, FEB, original=True), STATED))
    assert (claim.rule, claim.severity, claim.facts) == (RULE, Severity.MEDIUM, {"disagree_by": "three days"})
    assert "last changed 2021-02-25" in claim.message


def test_a_record_that_changed_after_the_file_is_information() -> None:
    (claim,) = find(FileTimes(Timestamps(FEB, changed_utc=FEB + 5 * DAY, original=True)))
    assert (claim.severity, claim.facts) == (Severity.INFO, {"disagree_by": "five days"})
    assert claim.message.startswith("its record in the file system changed on 2021-03-05")


@pytest.mark.parametrize(
    "view",
    [
        FileTimes(Timestamps(FEB, original=True), STATED),
        FileTimes(Timestamps(FEB - 9 * DAY), STATED),
        FileTimes(Timestamps(original=True), STATED),
        FileTimes(Timestamps(FEB, changed_utc=FEB + DAY, original=True)),
        FileTimes(
            Timestamps(FEB, changed_utc=FEB + 5 * DAY, original=True),
            common_hours=CommonHours(None, None, (FEB, FEB + 9 * DAY)),
        ),
    ],
)
def test_agreeing_copied_missing_and_common_times_are_not_reported(view: FileTimes) -> None:
    assert list(find(view)) == []
