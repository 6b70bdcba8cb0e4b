"""Comparison: two reports of the same hosts, such as before and after a clean-up, and the changes between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webshellhunt.model.findings import Gap
from webshellhunt.model.verdict import Disposition, SubjectKind


class ChangeKind(StrEnum):
    """The fate of an accused subject, the most urgent first.

    ``REMAINS``: it is at its path with the same content, or the reason says that the contents can't be compared;
    ``CHANGED``: it is there with another content that is accused, too.
    ``MOVED``: the same content is at another path. ``NEW``: it is accused now and was not before. ``NOT_EXAMINED``: the
    new hunt did not examine the place, so that it may be there. ``NOT_ACCUSED``: it is no longer accused, for a reason.
    ``GONE``: its place was examined, and nothing accused is there.
    """

    REMAINS = "remains"
    CHANGED = "changed"
    MOVED = "moved"
    NEW = "new"
    NOT_EXAMINED = "not_examined"
    NOT_ACCUSED = "not_accused"
    GONE = "gone"

    @property
    def words(self) -> str:
        """Return its name for people."""
        return _WORDS[self]


_WORDS = {
    ChangeKind.REMAINS: "still there",
    ChangeKind.CHANGED: "still there, with other content",
    ChangeKind.MOVED: "moved",
    ChangeKind.NEW: "new",
    ChangeKind.NOT_EXAMINED: "not examined now",
    ChangeKind.NOT_ACCUSED: "no longer accused",
    ChangeKind.GONE: "gone",
}


class ComparisonState(StrEnum):
    """The result in one word: all is gone, something remains or is new, or it is uncertain; none means clean."""

    ALL_GONE = "all_gone"
    REMAINS = "remains"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Change:
    """One accused subject in both reports.

    ``before`` and ``after`` are its dispositions, ``None`` where a report does not list it. ``other_path`` is the new
    path of a moved one, or the path of the same content in the old report. ``used_again_utc`` is the time of the last
    answered request after the old hunt began. ``reason`` says why the kind is this one; empty if the kind says it all.
    ``is_settled`` is false if the subject may still do harm.
    """

    kind: ChangeKind
    path: str
    subject_kind: SubjectKind = SubjectKind.FILE
    before: Disposition | None = None
    after: Disposition | None = None
    sha256_before: str | None = None
    sha256_after: str | None = None
    other_path: str = ""
    used_again_utc: datetime | None = None
    reason: str = ""
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class HostComparison:
    """The changes of one host, the most urgent first.

    ``name`` is the name of the computer, else the location. ``new_location`` is ``None`` if the new reports don't have
    the host. ``build_before`` and ``build_after`` are the builds of Exchange; ``closed_waves`` and ``open_waves`` are
    the waves that were open and are closed now, and those that are open now. ``new_gaps`` are the gaps that matter and
    were not in the old report, ``gaps`` is the number of all that matter now. ``kept_keys`` are
    the fingerprints of machine keys that both reports have, each with its file, ``changed_keys`` those whose file has
    another key now. ``notes`` are the limits of the comparison. ``doubt`` says why all of it is
    uncertain, such as new hunts that read the logs alone; empty if nothing makes it so.
    """

    name: str
    old_location: str
    new_location: str | None
    changes: tuple[Change, ...] = ()
    build_before: str | None = None
    build_after: str | None = None
    closed_waves: tuple[str, ...] = ()
    open_waves: tuple[str, ...] = ()
    new_gaps: tuple[Gap, ...] = ()
    gaps: int = 0
    kept_keys: tuple[str, ...] = ()
    changed_keys: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """The comparison of old and new reports: one sentence, and the changes of each host.

    ``only_new`` are the hosts that only the new reports have; their reports have the findings.
    """

    state: ComparisonState
    sentence: str
    hosts: tuple[HostComparison, ...] = ()
    only_new: tuple[str, ...] = ()

    def changes(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """Return the changes of all hosts, or those of some kinds."""
        return tuple(each for host in self.hosts for each in host.changes if not kinds or each.kind in kinds)

    def __repr__(self) -> str:
        return f"<Comparison {self.state.value}: {self.sentence}>"
