"""The question to event logs and logs of cmdlets, and its tally: the acts of one log, bounded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from webshellhunt.correlation.server_acts.records import EVENT_IDS, REFUSED_OBJECTS, iter_acts
from webshellhunt.knowledge.cmdlets import cmdlet_words
from webshellhunt.logs.questions import Interest, Tally
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

MOST_ACTS = 500
"""The most acts of one idea and one weight that a tally keeps of one log; the rest is counted."""


@dataclass
class ActTally:
    """The acts of one log: the first ones of each idea and weight, and the number of all."""

    kept: dict[tuple[Idea, Gravity], list[LoggedAct]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[Idea] = field(default_factory=Counter)

    def take(self, record: Record) -> None:
        """Take the acts of a record."""
        for act in iter_acts(record):
            self.counts[act.idea] += 1
            kept = self.kept[act.idea, act.gravity]
            if len(kept) < MOST_ACTS:
                kept.append(act)

    def take_holes(self, log: LogFile, holes: Sequence[tuple[int, int]]) -> None:
        """Take the records that an event log lacks."""
        self.counts[Idea.RECORDS_MISSING] += len(holes)
        kept = self.kept[Idea.RECORDS_MISSING, Gravity.LEAD]
        kept += [_missing(log.path, first, last) for first, last in holes[:MOST_ACTS]]

    def iter_acts(self) -> Iterator[LoggedAct]:
        """Yield the acts that were kept."""
        for kept in self.kept.values():
            yield from kept


@dataclass(frozen=True)
class EventQuestion:
    """The question to event logs: cmdlets, cleared logs, services, accounts, errors of pages, worker processes."""

    @property
    def kinds(self) -> frozenset[LogKind]:
        """Return event logs."""
        return frozenset({LogKind.EVENTS})

    @property
    def words(self) -> frozenset[bytes]:
        """Return words of errors that events of several numbers have."""
        return REFUSED_OBJECTS

    @property
    def event_ids(self) -> frozenset[int]:
        """Return the numbers of the events."""
        return EVENT_IDS

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return None: an event has no address."""
        return None

    def tally(self, log: LogFile) -> Tally:
        """Return a new tally."""
        return ActTally()


@dataclass(frozen=True)
class CmdletQuestion:
    """The question to the text logs of Exchange about cmdlets, those of the shell and those of the control panel."""

    @property
    def kinds(self) -> frozenset[LogKind]:
        """Return the logs with cmdlets."""
        return frozenset({LogKind.CMDLET, LogKind.ECP_SERVER})

    @cached_property
    def words(self) -> frozenset[bytes]:
        """Return words of each row about a cmdlet of the table."""
        return cmdlet_words()

    @property
    def event_ids(self) -> frozenset[int]:
        """Return none."""
        return frozenset()

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return None: an address says nothing about a cmdlet."""
        return None

    def tally(self, log: LogFile) -> Tally:
        """Return a new tally."""
        return ActTally()


def _missing(log: str, first: int, last: int) -> LoggedAct:
    shown = f"record {first}" if first == last else f"records {first} to {last}"
    reason = "Windows numbers the records of a log without a gap"
    return LoggedAct(Idea.RECORDS_MISSING, Gravity.LEAD, log, first, None, "", "", shown, reason)
