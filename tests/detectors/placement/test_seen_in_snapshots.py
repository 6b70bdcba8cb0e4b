"""The snapshots with and without a file, as information."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.detectors.placement.seen_in_snapshots import find
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.views.snapshot_states import FileState, SnapshotState, SnapshotStates

ABSENT, SAME, OTHER = FileState.ABSENT, FileState.SAME, FileState.OTHER
FIRST, SECOND = "the shadow copy of 2021-03-01T00:00:00Z", "the shadow copy of 2021-03-02T00:00:00Z"


def states(*found: FileState, now: FileState = SAME) -> SnapshotStates:
    seen = [SnapshotState(f"vss{at}", datetime(2021, 3, at, tzinfo=UTC), each) for at, each in enumerate(found, 1)]
    return SnapshotStates(r"C:\x.aspx", Role.OWA_AUTH, False, tuple(seen), now)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ((ABSENT, SAME), f"absent in {FIRST}, present since {SECOND}"),
        ((OTHER, SAME), f"with other content in {FIRST}, present since {SECOND}"),
        ((ABSENT,), f"absent in {FIRST}"),
        ((SAME, SAME), f"present in {FIRST} already"),
    ],
)
def test_a_file_that_is_there(found: tuple[FileState, ...], words: str) -> None:
    (claim,) = find(states(*found))
    assert (claim.message, claim.severity) == (words, Severity.INFO)


def test_a_content_that_is_gone() -> None:
    (claim,) = find(states(SAME, ABSENT, now=OTHER))
    assert claim.message == f"the page is in {FIRST}, and has other content now"
    assert "absent_at" not in claim.facts


def test_no_snapshot() -> None:
    assert list(find(states())) == []
