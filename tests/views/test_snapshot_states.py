"""The states of a file in the snapshots of its drive."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.model.places import Role
from webshellhunt.views.snapshot_states import FileState, SnapshotState, SnapshotStates

ABSENT, SAME, OTHER = FileState.ABSENT, FileState.SAME, FileState.OTHER


def states(*found: FileState, now: FileState = SAME, is_collection: bool = False) -> SnapshotStates:
    seen = [SnapshotState(f"vss{at}", datetime(2021, 3, at, tzinfo=UTC), each) for at, each in enumerate(found, 1)]
    return SnapshotStates(r"C:\x.aspx", Role.OWA_AUTH, False, tuple(seen), now, is_collection)


def test_bounds() -> None:
    found = states(ABSENT, SAME, SAME)
    assert found.last_without is not None
    assert found.present_since is not None
    assert (found.last_without.name, found.present_since.name) == ("vss1", "vss2")
    assert found.facts()["absent_at"] == "2021-03-01T00:00:00Z"
    assert [each.path for each in found.evidence()] == [r"vss1: C:\x.aspx", r"vss2: C:\x.aspx"]


def test_other_content_is_not_absent_and_a_collection_proves_no_absence() -> None:
    changed = states(OTHER, SAME).facts()
    assert (changed["absent_at"], changed["other_at"]) == (None, "2021-03-01T00:00:00Z")
    selected = states(ABSENT, SAME, is_collection=True).facts()
    assert (selected["absent_at"], selected["other_at"]) == (None, None)


def test_a_page_that_came_back() -> None:
    found = states(SAME, ABSENT, SAME)
    assert found.present_since is not None
    assert found.present_since.name == "vss3"


def test_unknown_times_and_no_snapshot() -> None:
    assert SnapshotState("vss1", None, SAME).words == "the snapshot vss1"
    assert states().present_since is None
    assert states().story == "the page is in no shadow copy"


def test_stories() -> None:
    assert states(SAME, now=ABSENT).story.endswith("the shadow copy of 2021-03-01T00:00:00Z, and was deleted since")
    assert states(SAME, now=OTHER).story.endswith("has other content now")
    assert states(SAME, now=ABSENT, is_collection=True).story.endswith("was not collected from the drive itself")
