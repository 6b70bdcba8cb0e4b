"""Address tally: the requests for one address in one log, by the reaction of the server, and those of all logs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, auto
from statistics import median
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.addresses import address_key
from webshellhunt.logs.peers import Asker, Askers, sender_key, sender_of
from webshellhunt.model.traffic import MOST_NAMED, Count, LogFile, Record, Use

MOST_OF_SUSPECT: Final = 1_000
"""The most clients, and the most agents, of the address of a file with a finding."""

MOST_OF_OTHER: Final = 50
"""The same of any other address: a log may have thousands of these."""

RAN_AND_FAILED: Final = 500
"""The status of a page that ran and failed; other modules than that of pages add a substatus."""

MOST_MISSED: Final = 1_000
"""The most addresses of one log that were requested in vain, in directories of setup, and as many in others."""

OF_PAGES: Final = frozenset({RAN_AND_FAILED})
OF_FILES: Final = frozenset({304})
"""The statuses beside 200 to 299 of a page that the server ran, and of a file that the client has already."""

_LONGEST_QUERY: Final = 200
_MOST_GAPS: Final = 24
_LEAST_GAPS: Final = 8
_OF_MONITORS: Final = 3
_OF_RHYTHM: Final = 0.9
_OF_EXCHANGE = lazy_pattern(
    r"(?i)(?:^|[&;])(?:CorrelationID=(?:<empty>|[0-9a-f-]{36})|(?:ClientId|cafeReqId|ActID|RequestId)=[0-9a-z-]{16,40}|"
    r"encoding=)(?=[&;]|$);?"
)
"""What Exchange itself appends to the query in a log."""

_MANY_CLIENTS: Final = 5
_OFTEN: Final = 3
"""A page with fewer clients is used by all of them; of more, by those that act, or else by those that come back."""

_NOWHERE: Final = (None, 0)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_LONGEST_ADDRESS: Final = 2_048
_NOT_FOUND: Final = 404
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


def is_missed(record: Record) -> bool:
    """Return True for a request for a page that was not there; filters of requests answer 404 with a substatus."""
    return record.status == _NOT_FOUND and not record.number("substatus")


Place = tuple[datetime | None, int]
"""The time and the line of a request."""


class Misses(NamedTuple):
    """The requests in vain for an address that did not answer in a log: their number, places and senders."""

    number: int
    first: Place
    last: Place
    senders: frozenset[str] = frozenset()

    @classmethod
    def add(cls, record: Record, known: Misses | None) -> Misses:
        """Return the misses with one more."""
        place, sender = (record.when_utc, record.line), sender_of(record)
        if known is None:
            return cls(1, place, place, frozenset({sender}))
        senders = known.senders if len(known.senders) >= MOST_NAMED else known.senders | {sender}
        return cls(known.number + 1, _earlier(known.first, place), _later(known.last, place), senders)


@dataclass(slots=True)
class Rhythm:
    """The seconds between the answers to one client, of the first clients."""

    gaps: list[float] = field(default_factory=list)
    last: dict[str, datetime] = field(default_factory=dict)

    def take(self, record: Record) -> None:
        """Count the time since the last answer to the same client."""
        client, when = record.client or "", record.when_utc
        if when is None or len(self.gaps) >= _MOST_GAPS or (client not in self.last and len(self.last) >= _OF_MONITORS):
            return
        if client in self.last:
            self.gaps.append((when - self.last[client]).total_seconds())
        self.last[client] = when


def is_regular(rhythms: Iterable[Rhythm]) -> bool:
    """Return True if nearly all answers have the usual distance in time."""
    gaps = [gap for each in rhythms for gap in each.gaps]
    if len(gaps) < _LEAST_GAPS:
        return False
    usual = median(gaps)
    return usual > 0 and sum(usual / 2 <= gap <= usual * 2 for gap in gaps) >= len(gaps) * _OF_RHYTHM


@dataclass(slots=True)
class AddressTally:
    """The requests for one address in one log.

    ``most`` limits the different values of each kind; ``statuses_of_use`` are those of ``outcome_of``. ``senders`` and
    ``refused`` have the senders of answered requests, and of others, as ``sender_of`` returns them. ``missed`` is the
    place of the last request in vain before the first answer, ``gone`` that of the first after the last. ``acting`` has
    the answers to data, and to another query than the first of the same sender, which ``queries`` has. ``referred``
    counts answers to a link on another page, ``alternations`` the times that an answer, a miss and an answer follow
    each other. ``spelled`` is the address of the first answer, as logged.
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
    missed_since: int = 0
    gone: Place | None = None
    alternations: int = 0
    referred: int = 0
    spelled: str = ""
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
    acting: Counter[str] = field(default_factory=Counter)
    queries: dict[str, str] = field(default_factory=dict)
    rhythm: Rhythm = field(default_factory=Rhythm)

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
        self._count_sender(self.refused, record)
        if is_missed(record):
            self.gone = self.gone or place
        if is_missed(record) and self.answered:
            self.missed_since += 1
        elif is_missed(record):
            self.missed_before += 1
            self.missed = _later(self.missed, place)
            if len(self.missed_by) < MOST_NAMED:
                self.missed_by.add(sender_of(record))

    def add_misses(self, misses: Misses) -> AddressTally:
        """Add requests in vain that came before all others; return the tally."""
        self.requests += misses.number
        self.first, self.last = _earlier(self.first, misses.first), _later(self.last, misses.last)
        self.statuses[_NOT_FOUND] += misses.number
        self.missed_before += misses.number
        self.missed, self.missed_by, self.gone = misses.last, {*misses.senders}, misses.first
        self.refused.update(misses.senders)
        return self

    def _take_answered(self, record: Record, place: Place) -> None:
        taken = record.number("taken_ms")
        self.alternations += self.missed_since > 0
        self.missed_since, self.gone = 0, None
        self.referred += _is_referred(record)
        self.spelled = self.spelled or record.path[:_LONGEST_ADDRESS]
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
        self._count_acts(record, sender_of(record))
        self.rhythm.take(record)
        self._count_sender(self.senders, record)
        self._count(self.agents, (record.agent or "")[:300])

    def _count_acts(self, record: Record, sender: str) -> None:
        """Count an answer to data or to a changed query; only the first query of a sender is known."""
        query = _OF_EXCHANGE.sub("", record.query[:_LONGEST_ADDRESS])[:_LONGEST_QUERY]
        known = self.queries.get(sender, "" if sender in self.senders else None)
        if known is None and query and len(self.queries) < self.most:
            self.queries[sender] = query
        if (record.method or "").upper() == "POST" or (known is not None and known != query):
            self._count(self.acting, sender)

    def _count_sender(self, counter: Counter[str], record: Record) -> None:
        key = sender_key(counter, sender_of(record), self.most)
        if key is not None:
            counter[key] += 1

    def _count(self, counter: Counter[str] | Counter[int], value: str | int) -> None:
        """Count a value; a further one only if there are not too many."""
        if value in counter or len(counter) < self.most:
            counter[value] += 1  # type: ignore[index]


Tallies = list[tuple[LogFile, AddressTally]]
"""The tallies of one address in several logs."""


def began_before(one: AddressTally, other: AddressTally) -> bool:
    """Return True if the first request of a tally is before the first answer of another."""
    return order_of(one.first) < order_of(other.first_answered)


def order_of(place: Place | None) -> tuple[bool, datetime, int]:
    """Return the order of a place: one without a time comes last."""
    when, line = place if place is not None else (None, 0)
    return when is None, when or _NEVER, line


class Clients:
    """The clients of some tallies, by their peers and the headers of proxies."""

    def __init__(self, askers: Askers, tallies: Iterable[AddressTally]) -> None:
        self.answered: Counter[str] = Counter()
        self.tried: Counter[str] = Counter()
        self.acting: Counter[str] = Counter()
        self.claimed: dict[str, None] = {}
        self.proxies: dict[str, None] = {}
        self.hidden: int = 0
        self.acts: int = 0
        queries: dict[str, str] = {}
        self.by_server: int = 0
        for tally in tallies:
            for sender, count in tally.senders.items():
                query = tally.queries.get(sender, "")
                changed = queries.setdefault(sender, query) != query
                self._add(askers.asker(sender), count, max(tally.acting[sender], changed))
            for sender, count in tally.refused.items():
                asker = askers.asker(sender)
                if asker.address is not None and not asker.is_own:
                    self.tried[asker.address] += count
        for each in self.answered:
            self.tried.pop(each, None)
        self.possible_proxies: tuple[str, ...] = tuple(each for each in self.answered if each in askers.possible)

    @property
    def operators(self) -> list[str]:
        """The clients that act, or else those that come back, the most active first; none if there are few clients."""
        if len(self.answered) < _MANY_CLIENTS:
            return []
        returning = (each for each, count in self.answered.most_common() if count >= _OFTEN)
        return [each for each, _ in self.acting.most_common()] or [*returning]

    @property
    def users(self) -> Counter[str]:
        """The operators, or all clients if no operators are known, with the numbers of their requests."""
        operators = self.operators
        return Counter({each: self.answered[each] for each in operators}) if operators else self.answered

    def _add(self, asker: Asker, count: int, acts: int) -> None:
        if asker.is_own:
            self.by_server += count
            return
        self.acts += acts
        if asker.proxy is not None:
            self.proxies[asker.proxy] = None
        if asker.address is None:
            self.hidden += count
            return
        self.answered[asker.address] += count
        if acts:
            self.acting[asker.address] += acts
        if asker.is_claimed:
            self.claimed[asker.address] = None


def merged_use(found: Tallies, askers: Askers) -> Use:
    """Return the use of one file over its logs, in the order of their times."""
    ordered = sorted(found, key=lambda each: (order_of(each[1].first), each[0].path))
    tallies = [tally for _, tally in ordered]
    answered = sorted((each for each in ordered if each[1].answered), key=lambda each: order_of(each[1].first_answered))
    named = answered or ordered
    places = [(log, tally.first_answered if answered else tally.first) for log, tally in named]
    ends = [(log, tally.last_answered if answered else tally.last) for log, tally in named]
    last_log, last = max(ends, key=lambda each: (each[1] or _NOWHERE)[0] or _LONG_AGO)
    first = places[0][1] or _NOWHERE
    who = Clients(askers, tallies)
    operators = who.operators
    agents = sum((each.agents for each in tallies), Counter[str]())
    methods = sum((each.methods for each in tallies), Counter[str]())
    statuses = sum((each.statuses for each in tallies), Counter[int]())
    use = Use(
        requests=sum(each.requests for each in tallies),
        answered=sum(each.answered for each in tallies),
        posted=sum(each.posted for each in tallies),
        first_utc=first[0],
        last_utc=(last or _NOWHERE)[0],
        missed_before=_missed_before(tallies, answered[0][1] if answered else None),
        methods=tuple(Count(name, number) for name, number in methods.most_common(MOST_NAMED)),
        statuses=tuple(Count(str(status), number) for status, number in sorted(statuses.items())[:MOST_NAMED]),
        clients=tuple(dict.fromkeys((*operators, *_named(who.answered))))[:MOST_NAMED],
        client_count=len(who.answered),
        agents=_named(agents),
        agent_count=len(agents),
        sent_bytes=_total(each.sent for each in tallies),
        received_bytes=_total(each.received for each in tallies),
        first_ms=answered[0][1].first_ms if answered else None,
        slowest_ms=max((each.slowest_ms for each in tallies if each.slowest_ms is not None), default=None),
        logs=tuple(dict.fromkeys(log.path for log, _ in named))[:MOST_NAMED],
        line=first[1],
        last_log=last_log.path,
        last_line=(last or _NOWHERE)[1],
        failed=sum(each.failed for each in tallies),
        unknown=sum(each.unknown for each in tallies),
        hidden=who.hidden,
        by_server=who.by_server,
        possible_proxies=who.possible_proxies[:MOST_NAMED],
        claimed=tuple(who.claimed)[:MOST_NAMED],
        proxies=tuple(who.proxies)[:MOST_NAMED],
        tried=_named(who.tried),
        tried_count=len(who.tried),
        referred=sum(each.referred for each in tallies),
        alternations=sum(each.alternations for each in tallies)
        + sum(each.missed_before > 0 for _, each in answered[1:]),
        operator_count=len(operators),
        acts=who.acts,
        is_regular=is_regular(each.rhythm for each in tallies),
    )
    return _with_missed(use, ordered)


def _with_missed(use: Use, found: Tallies) -> Use:
    """Return a use with the last request in vain before the first answer, and the first one after the last answer."""
    if not use.answered or use.first_utc is None or use.last_utc is None:
        return use
    missed = [(*tally.missed, log.path) for log, tally in found if tally.missed is not None]
    gone = [(*tally.gone, log.path) for log, tally in found if tally.gone is not None]
    before = max(((when, line, log) for when, line, log in missed if when and when <= use.first_utc), default=None)
    after = min(((when, line, log) for when, line, log in gone if when and when > use.last_utc), default=None)
    if before is not None:
        use = use._replace(missed_utc=before[0], missed_line=before[1], missed_log=before[2])
    if after is not None and not use.alternations:
        use = use._replace(gone_utc=after[0], gone_line=after[1], gone_log=after[2])
    return use


def _named(counter: Counter[str]) -> tuple[str, ...]:
    return tuple(name for name, _ in counter.most_common(MOST_NAMED))


def _missed_before(tallies: Sequence[AddressTally], first: AddressTally | None) -> int:
    """Return the number of requests in vain before the first answered one; all of them if none was answered."""
    return sum(
        each.missed_before
        for each in tallies
        if first is None or each.first is None or each is first or (not each.answered and began_before(each, first))
    )


def _total(values: Iterable[int | None]) -> int | None:
    known = [each for each in values if each is not None]
    return sum(known) if known else None


def _is_referred(record: Record) -> bool:
    """Return True if the request came from another page: a page that sends its own form refers to itself."""
    referer = (record.text("referer") or "")[:_LONGEST_ADDRESS]
    return bool(referer) and not address_key(referer.encode("utf-8", "surrogatepass")).partition(b"?")[0].endswith(
        address_key(record.path.encode("utf-8", "surrogatepass"))
    )


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
