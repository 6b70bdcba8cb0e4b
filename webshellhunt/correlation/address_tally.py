"""Address tally: the requests for one address in one log, by what the server did for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, auto
from typing import Final

from webshellhunt.logs.peers import sender_of
from webshellhunt.model.traffic import MOST_NAMED, Record

MOST_OF_SUSPECT: Final = 1_000
"""The most clients, and the most agents, of the address of a file with a finding."""

MOST_OF_OTHER: Final = 50
"""The same of any other address: a log may have thousands of these."""

RAN_AND_FAILED: Final = 500
"""The status of a page that ran and failed; other modules than that of pages add a substatus."""

OF_PAGES: Final = frozenset({RAN_AND_FAILED})
OF_FILES: Final = frozenset({304})
"""The statuses beside 200 to 299 of a page that the server ran, and of a file that the client has already."""

_WITHOUT_USE: Final = frozenset({"HEAD", "OPTIONS", "TRACE"})
_OF_PAGE_MODULES: Final = frozenset({None, 0, 100})


class Outcome(Enum):
    """The consequence of a request: the server executed or delivered the page, refused it, or it is unknown."""

    ANSWERED = auto()
    REFUSED = auto()
    UNKNOWN = auto()


def outcome_of(record: Record, statuses: frozenset[int] = frozenset()) -> Outcome:
    """Return the outcome of a request; ``statuses`` count as answers beside those of success."""
    if (record.method or "").upper() in _WITHOUT_USE:
        return Outcome.REFUSED
    status = record.status
    if status is None:
        return Outcome.UNKNOWN
    if status == RAN_AND_FAILED and record.number("substatus") not in _OF_PAGE_MODULES:
        return Outcome.REFUSED
    return Outcome.ANSWERED if 200 <= status < 300 or status in statuses else Outcome.REFUSED


Place = tuple[datetime | None, int]
"""The time and the line of a request."""


@dataclass(slots=True)
class AddressTally:
    """The requests for one address in one log.

    ``most`` limits the different values of each kind; ``statuses_of_use`` are those of ``outcome_of``. ``senders`` and
    ``refused`` have the senders of answered requests, and of others, as ``sender_of`` returns them.
    """

    most: int = MOST_OF_SUSPECT
    statuses_of_use: frozenset[int] = frozenset()
    requests: int = 0
    answered: int = 0
    failed: int = 0
    posted: int = 0
    unknown: int = 0
    first: Place | None = None
    last: Place | None = None
    first_answered: Place | None = None
    last_answered: Place | None = None
    missed_before: int = 0
    missed: Place | None = None
    missed_by: set[str] = field(default_factory=set)
    answered_first_to: str | None = None
    first_ms: int | None = None
    slowest_ms: int | None = None
    sent: int | None = None
    received: int | None = None
    methods: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    senders: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    agents: Counter[str] = field(default_factory=Counter)

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day, if they are known."""
        first, last = _time(self.first), _time(self.last)
        return None if first is None or last is None else (first.date(), last.date())

    def take(self, record: Record) -> None:
        """Count a request."""
        place, status = (record.when_utc, record.line), record.status
        self.requests += 1
        self.first, self.last = _earlier(self.first, place), _later(self.last, place)
        if record.method is not None:
            self._count(self.methods, record.method[:16].upper())
        if status is not None:
            self._count(self.statuses, status)
        outcome = outcome_of(record, self.statuses_of_use)
        if outcome is Outcome.ANSWERED:
            self._take_answered(record, place)
            return
        self.unknown += outcome is Outcome.UNKNOWN
        self._count(self.refused, sender_of(record))
        if status == 404 and not self.answered:
            self._take_missed(record, place)

    def _take_missed(self, record: Record, place: Place) -> None:
        """Count a request before the page was there; filters of requests answer 404 with a substatus."""
        self.missed_before += 1
        if not record.number("substatus"):
            self.missed = _later(self.missed, place)
        if len(self.missed_by) < MOST_NAMED:
            self.missed_by.add(sender_of(record))

    def _take_answered(self, record: Record, place: Place) -> None:
        taken = record.number("taken_ms")
        self.first_answered, self.last_answered = (
            _earlier(self.first_answered, place), _later(self.last_answered, place),
        )  # fmt: skip
        if self.first_answered is place:
            self.first_ms, self.answered_first_to = taken, sender_of(record)
        self.answered += 1
        self.failed += record.status == RAN_AND_FAILED
        self.posted += (record.method or "").upper() == "POST"
        if taken is not None:
            self.slowest_ms = max(taken, self.slowest_ms or 0)
        self.sent = _sum(self.sent, record.number("sent_bytes"))
        self.received = _sum(self.received, record.number("received_bytes"))
        self._count(self.senders, sender_of(record))
        self._count(self.agents, (record.agent or "")[:300])

    def _count(self, counter: Counter[str] | Counter[int], value: str | int) -> None:
        """Count a value; a further one only if there are not too many."""
        if value in counter or len(counter) < self.most:
            counter[value] += 1  # type: ignore[index]


def _time(place: Place | None) -> datetime | None:
    return None if place is None else place[0]


def _earlier(known: Place | None, other: Place) -> Place:
    """Return the earlier of two places; one without a time gives way to one with a time."""
    if known is None or known[0] is None:
        return other if known is None or other[0] is not None else known
    return other if other[0] is not None and other[0] < known[0] else known


def _later(known: Place | None, other: Place) -> Place:
    """Return the later of two places; of equal ones, the other."""
    if known is None or known[0] is None:
        return other
    return other if other[0] is not None and other[0] >= known[0] else known


def _sum(total: int | None, more: int | None) -> int | None:
    return total if more is None else more + (total or 0)
