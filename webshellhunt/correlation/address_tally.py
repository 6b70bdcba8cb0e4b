"""Address tally: the requests for one address in one log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from webshellhunt.model.traffic import MOST_NAMED, Record

MOST_OF_SUSPECT: Final = 1_000
"""The most clients, and the most agents, of the address of a file with a finding."""

MOST_OF_OTHER: Final = 50
"""The same of any other address: a log may have thousands of these."""

_LONGEST_CLIENT: Final = 100
_WITHOUT_PAGE: Final = frozenset({"OPTIONS", "TRACE"})


def is_answered(record: Record) -> bool:
    """Return True for a request with a status of success; IIS answers OPTIONS for pages that are not there, too."""
    status = record.status
    return status is not None and 200 <= status < 300 and (record.method or "").upper() not in _WITHOUT_PAGE


@dataclass(slots=True)
class AddressTally:
    """The requests for one address in one log; ``most`` limits the different values of each kind."""

    most: int = MOST_OF_SUSPECT
    requests: int = 0
    answered: int = 0
    posted: int = 0
    first: datetime | None = None
    last: datetime | None = None
    first_answered: datetime | None = None
    last_answered: datetime | None = None
    missed_before: int = 0
    missed_by: set[str] = field(default_factory=set)
    answered_first_to: str | None = None
    line: int = 0
    last_line: int = 0
    first_ms: int | None = None
    slowest_ms: int | None = None
    sent: int | None = None
    received: int | None = None
    methods: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)
    agents: Counter[str] = field(default_factory=Counter)

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day, if they are known."""
        return None if self.first is None or self.last is None else (self.first.date(), self.last.date())

    def take(self, record: Record) -> None:
        """Count a request."""
        when, status, client = record.when_utc, record.status, (record.client or "")[:_LONGEST_CLIENT]
        self.requests += 1
        self.first, self.last = _earlier(self.first, when), _later(self.last, when)
        self._count(self.methods, (record.method or "?")[:16].upper())
        if status is not None:
            self._count(self.statuses, status)
        if status == 404 and not self.answered:
            self.missed_before += 1
            if len(self.missed_by) < MOST_NAMED:
                self.missed_by.add(client)
        if is_answered(record):
            self._take_answered(record, when, client)

    def _take_answered(self, record: Record, when: datetime | None, client: str) -> None:
        taken = record.number("taken_ms")
        if not self.answered:
            self.line, self.first_ms, self.answered_first_to = record.line, taken, client
        if when is not None and (self.last_answered is None or when >= self.last_answered):
            self.last_line = record.line
        self.answered += 1
        self.posted += (record.method or "").upper() == "POST"
        self.first_answered = _earlier(self.first_answered, when)
        self.last_answered = _later(self.last_answered, when)
        if taken is not None:
            self.slowest_ms = max(taken, self.slowest_ms or 0)
        self.sent = _sum(self.sent, record.number("sent_bytes"))
        self.received = _sum(self.received, record.number("received_bytes"))
        self._count(self.clients, client)
        self._count(self.agents, (record.agent or "")[:300])

    def _count(self, counter: Counter[str] | Counter[int], value: str | int) -> None:
        """Count a value; a further one only if there are not too many."""
        if value in counter or len(counter) < self.most:
            counter[value] += 1  # type: ignore[index]


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _sum(total: int | None, more: int | None) -> int | None:
    return total if more is None else more + (total or 0)
