"""Address tally: the requests for one address in one log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, NamedTuple

from webshellhunt.logs.addresses import address_key
from webshellhunt.model.traffic import MOST_NAMED, Record

MOST_OF_SUSPECT: Final = 1_000
"""The most clients, and the most agents, of the address of a file with a finding."""

MOST_OF_OTHER: Final = 50
"""The same of any other address: a log may have thousands of these."""

MOST_MISSED: Final = 1_000
"""The most addresses of one log that were requested in vain, in directories of setup, and as many in others."""

_LONGEST_CLIENT: Final = 100
_LONGEST_ADDRESS: Final = 2_048
_WITHOUT_PAGE: Final = frozenset({"OPTIONS", "TRACE"})
_NOT_FOUND: Final = 404


def is_answered(record: Record) -> bool:
    """Return True for a request with a status of success; IIS answers OPTIONS for pages that are not there, too."""
    status = record.status
    return status is not None and 200 <= status < 300 and (record.method or "").upper() not in _WITHOUT_PAGE


def is_missed(record: Record) -> bool:
    """Return True for a request for a page that was not there."""
    return record.status == _NOT_FOUND


class Misses(NamedTuple):
    """The requests in vain for an address that did not answer in a log: their number, times, last line and clients."""

    number: int
    first: datetime | None
    last: datetime | None
    line: int
    clients: frozenset[str] = frozenset()

    @classmethod
    def add(cls, record: Record, known: Misses | None) -> Misses:
        """Return the misses with one more."""
        when, client = record.when_utc, _client(record)
        if known is None:
            return cls(1, when, when, record.line, frozenset({client}))
        clients = known.clients if len(known.clients) >= MOST_NAMED else known.clients | {client}
        return cls(known.number + 1, _earlier(known.first, when), when or known.last, record.line, clients)


@dataclass(slots=True)
class AddressTally:
    """The requests for one address in one log; ``most`` limits the different values of each kind.

    ``missed_utc`` and ``missed_line`` are those of the last request in vain before the first answer. ``referred``
    counts answers to a link on another page. ``alternations`` counts the times that an answer, a miss and an answer
    follow each other. ``spelled`` is the address of the first answer, as logged.
    """

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
    missed_utc: datetime | None = None
    missed_line: int = 0
    missed_since: int = 0
    alternations: int = 0
    referred: int = 0
    spelled: str = ""
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
        when, status, client = record.when_utc, record.status, _client(record)
        self.requests += 1
        self.first, self.last = _earlier(self.first, when), _later(self.last, when)
        self._count(self.methods, (record.method or "?")[:16].upper())
        if status is not None:
            self._count(self.statuses, status)
        if is_missed(record):
            self._take_missed(record.line, when, client)
        if is_answered(record):
            self._take_answered(record, when, client)

    def add_misses(self, misses: Misses) -> AddressTally:
        """Add requests in vain that came before all others; return the tally."""
        self.requests += misses.number
        self.first, self.last = _earlier(misses.first, self.first), _later(misses.last, self.last)
        self.statuses[_NOT_FOUND] += misses.number
        self.missed_before += misses.number
        self.missed_utc, self.missed_line, self.missed_by = misses.last, misses.line, {*misses.clients}
        return self

    def _take_missed(self, line: int, when: datetime | None, client: str) -> None:
        if self.answered:
            self.missed_since += 1
            return
        self.missed_before += 1
        self.missed_utc, self.missed_line = when, line
        if len(self.missed_by) < MOST_NAMED:
            self.missed_by.add(client)

    def _take_answered(self, record: Record, when: datetime | None, client: str) -> None:
        taken = record.number("taken_ms")
        self.alternations += self.missed_since > 0
        self.missed_since = 0
        self.referred += _is_referred(record)
        if not self.answered:
            self.line, self.first_ms, self.answered_first_to = record.line, taken, client
            self.spelled = record.path[:_LONGEST_ADDRESS]
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


def _client(record: Record) -> str:
    return (record.client or "")[:_LONGEST_CLIENT]


def _is_referred(record: Record) -> bool:
    """Return True if the request came from another page: a page that sends its own form refers to itself."""
    referer = (record.text("referer") or "")[:_LONGEST_ADDRESS]
    return bool(referer) and not address_key(referer.encode("utf-8", "surrogatepass")).partition(b"?")[0].endswith(
        address_key(record.path.encode("utf-8", "surrogatepass"))
    )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _sum(total: int | None, more: int | None) -> int | None:
    return total if more is None else more + (total or 0)
