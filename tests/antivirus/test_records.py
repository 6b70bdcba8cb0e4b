"""Records: paths, facts and times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.filetimes import filetime
from tests.builders.quarantine import DETECTED, REMOVED
from webshellhunt.antivirus.records import FAILURES, REMOVALS, Detection, FileFacts, Outcome, recorded_utc

DETECTION = Detection("Backdoor:ASP/Chopper", "file", r"C:\x.aspx", Outcome.DETECTED)


def test_a_filetime_is_a_time_of_this_age() -> None:
    assert recorded_utc(filetime(DETECTED)) == DETECTED
    assert recorded_utc(0) is None
    assert recorded_utc(2**64 - 1) is None


@given(st.integers(0, 2**64 - 1))
def test_any_number_is_a_time_or_none(ticks: int) -> None:
    when = recorded_utc(ticks)
    assert when is None or datetime(1995, 1, 1, tzinfo=UTC) <= when


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (r"C:\x.aspx", r"C:\x.aspx"),
        (r"C:\a.zip->b/x.aspx", r"C:\a.zip"),
        (r"\\?\C:\x.aspx", r"C:\x.aspx"),
        (r"_C:\x.aspx", r"C:\x.aspx"),
        ("", ""),
    ],
)
def test_the_path_is_that_of_the_file(resource: str, path: str) -> None:
    assert DETECTION._replace(resource=resource).path == path


def test_a_record_is_of_its_earliest_time() -> None:
    assert DETECTION.when_utc is None
    assert DETECTION._replace(detected_utc=DETECTED, acted_utc=REMOVED).when_utc == DETECTED
    assert DETECTION._replace(acted_utc=REMOVED).when_utc == REMOVED
    assert DETECTION._replace(detected_utc=DETECTED, acted_utc=REMOVED).done_utc == REMOVED
    assert DETECTION._replace(detected_utc=DETECTED).done_utc == DETECTED


def test_facts_are_completed_by_another_record() -> None:
    known = FileFacts(sha256="ab", size_bytes=0).or_else(FileFacts(sha256="cd", md5="ef", size_bytes=9))
    assert known == FileFacts(sha256="ab", md5="ef", size_bytes=0)


def test_an_outcome_removes_a_file_or_leaves_it() -> None:
    assert not REMOVALS & FAILURES
