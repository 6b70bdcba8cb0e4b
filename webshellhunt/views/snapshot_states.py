"""Snapshot states: one file in the snapshots of its drive, the oldest first, and now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.places import Role
from webshellhunt.model.times import second_in_utc


class FileState(StrEnum):
    """The state of a file in a snapshot, compared with the file that is examined."""

    ABSENT = "absent"
    SAME = "the same content"
    OTHER = "other content"


class SnapshotState(NamedTuple):
    """The state of a file in one snapshot; ``when_utc`` is the time of the snapshot, ``None`` if it is unknown."""

    name: str
    when_utc: datetime | None
    state: FileState

    @property
    def words(self) -> str:
        """The snapshot in words."""
        return (
            f"the snapshot {self.name}"
            if self.when_utc is None
            else f"the shadow copy of {second_in_utc(self.when_utc)}"
        )


class SnapshotStates(NamedTuple):
    """The states of one file.

    ``role`` is that of its directory, and ``is_shipped`` is true if Exchange ships a page of its name there. ``now`` is
    its state in the source itself. ``is_collection`` is true if a tool selected the files of its directory.
    ``among_many`` is true if many pages of the drive are absent or different since the last snapshot that has it.
    """

    path: str
    role: Role
    is_shipped: bool
    states: tuple[SnapshotState, ...]
    now: FileState
    is_collection: bool = False
    among_many: bool = False

    @property
    def present_since(self) -> SnapshotState | None:
        """The first snapshot from which on all have the content."""
        found = None
        for each in reversed(self.states):
            if each.state is not FileState.SAME:
                break
            found = each
        return found

    @property
    def last_without(self) -> SnapshotState | None:
        """The last snapshot without the content."""
        return next((each for each in reversed(self.states) if each.state is not FileState.SAME), None)

    @property
    def last_with(self) -> SnapshotState | None:
        """The last snapshot with the content."""
        return next((each for each in reversed(self.states) if each.state is FileState.SAME), None)

    @property
    def first_with(self) -> SnapshotState | None:
        """The first snapshot with the content."""
        return next((each for each in self.states if each.state is FileState.SAME), None)

    @property
    def story(self) -> str:
        """The shadow copies that have a content that is gone, and what became of it, in words."""
        first, last = self.first_with, self.last_with
        if first is None or last is None:
            return "the page is in no shadow copy"
        gone = "was deleted since" if self.now is FileState.ABSENT else "has other content now"
        if self.is_collection and self.now is FileState.ABSENT:
            gone = "was not collected from the drive itself"
        span = "" if first == last else f"{first.words} to "
        return f"the page is in {span}{last.words}, and {gone}"

    def evidence(self) -> Iterator[Evidence]:
        """Yield the snapshots that say so."""
        for each in (self.last_without, self.first_with):
            if each is not None:
                yield Evidence(f"{each.name}: {self.path}", "raw", Span(0, 0), 1, 1, "")

    def facts(self) -> dict[str, FactValue]:
        """Return the states as facts; a file that a collection lacks may have existed, so that it bounds nothing."""
        without, since = self.last_without, self.present_since
        before = {without.state: second_in_utc(without.when_utc)} if without is not None else {}
        return {
            "snapshots": tuple(f"{each.words}: {each.state.value}" for each in self.states[-20:]),
            "absent_at": None if self.is_collection else before.get(FileState.ABSENT),
            "other_at": before.get(FileState.OTHER),
            "present_at": second_in_utc(since.when_utc) if since is not None else None,
        }
