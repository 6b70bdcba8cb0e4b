"""Use of addresses: the requests for each address that matters, counted log by log and then merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from webshellhunt.correlation.address_tally import (
    MOST_MISSED,
    MOST_OF_OTHER,
    MOST_OF_SUSPECT,
    AddressTally,
    Misses,
    is_answered,
    is_missed,
)
from webshellhunt.correlation.log_calendar import FRONT_END_SITE
from webshellhunt.knowledge.exchange_names import is_expected_page, is_of_setup
from webshellhunt.logs.addresses import address_key, is_page
from webshellhunt.logs.questions import Interest, Tally
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import MOST_NAMED, Count, LogFile, LogKind, Record, Use

MOST_ADDRESSES: Final = 20_000
"""The most addresses of one log; requests for further ones that no file with a finding has are not counted."""

Key = tuple[int | None, bytes]
"""The number of a site, if it is known, and an address in the form of ``address_key``."""


class UseTally:
    """The requests for each address of one log."""

    def __init__(self, question: UseQuestion, log: LogFile) -> None:
        self.log: LogFile = log
        self.of: dict[bytes, AddressTally] = {}
        self.missed: dict[bytes, Misses] = {}
        self.left_out: int = 0
        self._suspects = question.suspects

    def __getstate__(self) -> tuple[LogFile, dict[bytes, AddressTally], dict[bytes, Misses], int]:
        """Return the results alone, without the addresses of the question."""
        return self.log, self.of, self.missed, self.left_out

    def __setstate__(self, state: tuple[LogFile, dict[bytes, AddressTally], dict[bytes, Misses], int]) -> None:
        """Restore the results."""
        self.log, self.of, self.missed, self.left_out = state
        self._suspects = frozenset()

    def take(self, record: Record) -> None:
        """Count a request; for an address that no file with a finding has, only if it was answered or not found."""
        key = address_key(record.path.encode("utf-8", "surrogatepass"))
        tally = self.of.get(key)
        if tally is None:
            if key not in self._suspects and not is_answered(record):
                self._miss(key, record)
                return
            if len(self.of) >= MOST_ADDRESSES and key not in self._suspects:
                self.left_out += 1
                return
            most = MOST_OF_SUSPECT if key in self._suspects else MOST_OF_OTHER
            tally = self.of[key] = AddressTally(most)
            if (before := self.missed.pop(key, None)) is not None:
                tally.add_misses(before)
        tally.take(record)

    def _miss(self, key: bytes, record: Record) -> None:
        """Note a request in vain; a scanner has many names, and those in directories of setup have their own limit."""
        if not is_missed(record):
            return
        known, limit = self.missed.get(key), MOST_MISSED * (1 + is_of_setup(key.decode("utf-8", "replace")))
        if known is not None or len(self.missed) < limit:
            self.missed[key] = Misses.add(record, known)


class UseQuestion:
    """The requests for suspect addresses, and for all pages but those of ``quiet`` files.

    Logs of HttpProxy have the requests to the front end a second time: if others are the witness (``kind``), only
    suspects are sought in them, in case that the others are gone.
    """

    words: frozenset[bytes] = frozenset()
    event_ids: frozenset[int] = frozenset()

    def __init__(self, suspects: Iterable[bytes], quiet: Iterable[bytes], kind: LogKind = LogKind.IIS) -> None:
        self.kinds: frozenset[LogKind] = frozenset({kind, LogKind.HTTP_PROXY})
        self.suspects: frozenset[bytes] = frozenset(suspects)
        self.quiet: frozenset[bytes] = frozenset(quiet)
        self._kind = kind

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return that each request is needed, or none."""
        key = address_key(path)
        if key in self.suspects:
            return ()
        if kind is not self._kind:
            return None
        return (
            ()
            if is_page(key) and key not in self.quiet and not is_expected_page(key.decode("utf-8", "replace"))
            else None
        )

    def tally(self, log: LogFile) -> UseTally:
        """Return a new tally."""
        return UseTally(self, log)


class Uses:
    """The uses of all addresses, merged over the logs; logs of HttpProxy count on days without a request in others."""

    def __init__(self, tallies: Iterable[Tally]) -> None:
        self._of: dict[bytes, list[tuple[LogFile, AddressTally]]] = {}
        self._passed_on: dict[bytes, list[tuple[LogFile, AddressTally]]] = {}
        self.left_out: int = 0
        found = [each for each in tallies if isinstance(each, UseTally)]
        answered = {key for each in found for key in each.of}
        has_iis = any(each.log.kind is LogKind.IIS for each in found)
        for each in found:
            self.left_out += each.left_out
            is_second = has_iis and each.log.kind is LogKind.HTTP_PROXY
            into, log = (self._passed_on, each.log._replace(site=FRONT_END_SITE)) if is_second else (self._of, each.log)
            for key, tally in each.of.items():
                into.setdefault(key, []).append((log, tally))
            for key, misses in each.missed.items():
                if key in answered:
                    into.setdefault(key, []).append((log, AddressTally(MOST_OF_OTHER).add_misses(misses)))

    def gaps(self, location: str) -> list[Gap]:
        """Return a gap if addresses were left out."""
        reason = f"{self.left_out:,} requests for pages were not counted: a log answers for too many addresses"
        return [Gap("addresses-left-out", "logs", location, reason)] if self.left_out else []

    @property
    def addresses(self) -> list[bytes]:
        """All addresses with a request, sorted."""
        return sorted(self._of)

    def spelling(self, key: bytes) -> str:
        """Return an address as a log has it, without path info; in lower case if it was logged in another form."""
        plain = key.decode("utf-8", "replace")
        logged = (tally.spelled[: len(plain)] for _, tally in self._of.get(key, ()))
        return next((each for each in logged if each.lower() == plain), plain)

    def answering_sites(self, key: bytes) -> list[int | None]:
        """Return the sites that answered requests for an address; ``None`` alone if no log names its site."""
        sites = {log.site for log, tally in self._of.get(key, ()) if tally.answered}
        known: list[int | None] = [*sorted(site for site in sites if site is not None)]
        return known if known or not sites else [None]

    def of(self, keys: Sequence[Key]) -> Use | None:
        """Return the requests for some addresses; a log of another site does not count. ``None`` if there is none."""
        found = self._tallies(keys)
        return _merged(found) if found else None

    def _tallies(self, keys: Sequence[Key]) -> list[tuple[LogFile, AddressTally]]:
        """Return the tallies of some addresses."""
        found, passed_on = (
            [
                (log, tally)
                for key in dict.fromkeys(key for _, key in keys)
                for log, tally in of.get(key, ())
                if _serves(log.site, key, keys)
            ]
            for of in (self._of, self._passed_on)
        )
        known = [each.days for _, each in found]
        return [
            *found,
            *((log, each) for log, each in passed_on if not any(_overlap(each.days, days) for days in known)),
        ]

    def clients_of(self, keys: Sequence[Key]) -> Counter[str]:
        """Return the clients to which some addresses answered, with the numbers of their requests."""
        clients = Counter[str]()
        for _, tally in self._tallies(keys):
            clients.update(tally.clients)
        return clients

    def was_checked_by_its_user(self, keys: Sequence[Key]) -> bool:
        """Return True if the first client that got an answer had asked in vain before."""
        tallies = [t for key in dict.fromkeys(k for _, k in keys) for _, t in self._of.get(key, ())]
        answered = [each for each in tallies if each.first_answered is not None]
        first = min(answered, key=lambda each: each.first_answered or datetime.max, default=None)
        return first is not None and any(
            first.answered_first_to in each.missed_by for each in tallies if _began_before(each, first)
        )


def _overlap(one: tuple[date, date] | None, other: tuple[date, date] | None) -> bool:
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])


def _began_before(one: AddressTally, other: AddressTally) -> bool:
    return one.first is not None and other.first_answered is not None and one.first < other.first_answered


def _serves(site: int | None, key: bytes, keys: Sequence[Key]) -> bool:
    """Return True if a log of a site may have requests for one of some addresses."""
    return any((key == each and None in (site, number)) or (number, each) == (site, key) for number, each in keys)


def _merged(found: Sequence[tuple[LogFile, AddressTally]]) -> Use:
    """Return the use of one file over its logs, in the order of their times."""
    ordered = sorted(found, key=lambda each: (each[1].first is None, each[1].first or 0, each[0].path))
    tallies = [tally for _, tally in ordered]
    answered = [(log, tally) for log, tally in ordered if tally.answered]
    methods, statuses = Counter[str](), Counter[int]()
    clients, agents = Counter[str](), Counter[str]()
    for each in tallies:
        methods.update(each.methods)
        statuses.update(each.statuses)
        clients.update(each.clients)
        agents.update(each.agents)
    dated = [each for each in answered if each[1].last_answered is not None]
    last = max(dated, key=lambda each: each[1].last_answered, default=None)  # type: ignore[arg-type, return-value]
    taken = [each.slowest_ms for each in tallies if each.slowest_ms is not None]
    named = answered or ordered
    first = answered[0][1] if answered else None
    missed = next((each for each in reversed(ordered) if each[1].missed_before and _is_before(each[1], first)), None)
    return Use(
        requests=sum(each.requests for each in tallies),
        answered=sum(each.answered for each in tallies),
        posted=sum(each.posted for each in tallies),
        first_utc=_least([t.first_answered for t in tallies] if answered else [t.first for t in tallies]),
        last_utc=_most([t.last_answered for t in tallies] if answered else [t.last for t in tallies]),
        missed_before=sum(each.missed_before for each in tallies if _is_before(each, first)),
        methods=tuple(Count(name, number) for name, number in methods.most_common(MOST_NAMED)),
        statuses=tuple(Count(str(status), number) for status, number in sorted(statuses.items())[:MOST_NAMED]),
        clients=tuple(name for name, _ in clients.most_common(MOST_NAMED)),
        client_count=len(clients),
        agents=tuple(name for name, _ in agents.most_common(MOST_NAMED)),
        agent_count=len(agents),
        sent_bytes=_total(each.sent for each in tallies),
        received_bytes=_total(each.received for each in tallies),
        first_ms=answered[0][1].first_ms if answered else None,
        slowest_ms=max(taken, default=None),
        logs=tuple(dict.fromkeys(log.path for log, _ in named))[:MOST_NAMED],
        line=answered[0][1].line if answered else 0,
        last_log=last[0].path if last is not None else "",
        last_line=last[1].last_line if last is not None else 0,
        missed_utc=missed[1].missed_utc if missed is not None else None,
        missed_log=missed[0].path if missed is not None else "",
        missed_line=missed[1].missed_line if missed is not None else 0,
        referred=sum(each.referred for each in tallies),
        alternations=sum(each.alternations for each in tallies)
        + sum(each.missed_before > 0 for _, each in answered[1:]),
    )


def _is_before(tally: AddressTally, first: AddressTally | None) -> bool:
    """Return True if the requests in vain of a tally came before the first answer; always true without any answer."""
    if first is None or tally.first is None or tally is first:
        return True
    return not tally.answered and _began_before(tally, first)


def _least(times: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in times if each is not None), default=None)


def _most(times: Iterable[datetime | None]) -> datetime | None:
    return max((each for each in times if each is not None), default=None)


def _total(values: Iterable[int | None]) -> int | None:
    known = [each for each in values if each is not None]
    return sum(known) if known else None
