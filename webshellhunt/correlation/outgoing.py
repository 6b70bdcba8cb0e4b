"""Outgoing traffic: days and clients with a total far above the habit of the host.

A client that is active on half of the days is compared with its own other days; an occasional one with the largest
occasional client of each other day. Thresholds: ``habits`` has the multiple, the deviation and the least number of
days; below the floors here nothing is reported. The server itself never counts as a client. A total that a client had
on three other days, two weeks or more apart, is a habit: a backup on Sundays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from heapq import nlargest
from typing import Final, NamedTuple

from webshellhunt.logs.client_addresses import is_loopback
from webshellhunt.logs.day_totals import ClientDay
from webshellhunt.logs.outgoing import OutgoingTally
from webshellhunt.logs.peers import NOBODY, Askers
from webshellhunt.logs.services import Service, is_mail_program
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.views.habits import habit_of, is_far_above
from webshellhunt.views.outgoing_leads import Comparison, Habit, Measure, TrafficLead

FLOORS: Final[Mapping[Measure, int]] = {Measure.BYTES: 1_000_000_000, Measure.REQUESTS: 20_000}
"""The least total of a lead about one client and day."""

_MOST_LEADS: Final = 50
_MOST_COMPARED: Final = 1_000
"""The most clients of a folder that are compared, those with the largest days."""

_COMPARABLE: Final = 3  # a day with a third of the total is comparable
_HABIT_DAYS: Final = 3
_HABIT_SPAN_DAYS: Final = 14


class Folder(NamedTuple):
    """The logs of one kind in one folder of the server: those of one site, or all those of the front end."""

    kind: LogKind
    path: str

    @classmethod
    def of(cls, log: LogFile) -> Folder:
        """Return the folder of a log; the protocols of HttpProxy have a folder each and count together."""
        path = log.path.replace("/", "\\").rpartition("\\")[0]
        return cls(log.kind, path.rpartition("\\")[0] if log.kind is LogKind.HTTP_PROXY else path)


class OutgoingTraffic:
    """The totals of a host by folder of logs, from the tallies of all of them.

    Attributes:
        folders: The merged tally of each folder.
        own_addresses: The addresses of the server itself.
        askers: The proxies in front of the server, by the logs of each folder, and its own addresses.
    """

    def __init__(self) -> None:
        self.folders: dict[Folder, OutgoingTally] = {}
        self.own_addresses: set[str] = set()
        self.askers: Askers = NOBODY

    def add(self, tally: OutgoingTally) -> None:
        """Add the tally of one log."""
        folder = Folder.of(tally.log)
        known = self.folders.get(folder)
        if known is None:
            known = self.folders[folder] = OutgoingTally(tally.log._replace(path=folder.path))
        known.merge(tally)
        self.own_addresses |= tally.own_addresses

    def name_clients(self) -> None:
        """Name the clients of all logs, after the last one was added."""
        own = frozenset(self.own_addresses)
        found = [tally.peers.proxies(own) for tally in self.folders.values()]
        known = frozenset[str]().union(*(each.known for each in found))
        self.askers = Askers(known, own, frozenset[str]().union(*(each.possible for each in found)) - known)
        for tally in self.folders.values():
            tally.name_clients(self.askers)

    def is_own(self, client: str) -> bool:
        """Return True if an address is one of the server itself."""
        return client in self.own_addresses or is_loopback(client)

    def leads(self) -> list[tuple[Folder, TrafficLead]]:
        """Return the leads, the largest first; one for each client, and for a day only if no client explains it."""
        found = [(folder, lead) for folder, tally in self.folders.items() for lead in self._leads(tally)]
        best: dict[tuple[str | None, str], tuple[Folder, TrafficLead]] = {}
        for folder, lead in sorted(found, key=lambda each: (each[1].measure != Measure.BYTES, -each[1].value)):
            best.setdefault((lead.client, lead.day), (folder, lead))
        explained = {lead.day for _, lead in best.values() if lead.client is not None}
        kept = [each for each in best.values() if each[1].client is not None or each[1].day not in explained]
        return kept[:_MOST_LEADS]

    def daily(self) -> tuple[Measure, list[tuple[date, int]]]:
        """Return the outgoing total of each day, of the folder with the most bytes, or else the most requests."""
        with_bytes = [tally for tally in self.folders.values() if tally.totals.has_bytes]
        measure = Measure.BYTES if with_bytes else Measure.REQUESTS
        series = [_totals(tally, measure) for tally in with_bytes or self.folders.values()]
        largest = max(series, key=lambda days: sum(days.values()), default={})
        return measure, [(date.fromisoformat(day), value) for day, value in sorted(largest.items())]

    def _leads(self, tally: OutgoingTally) -> Iterator[TrafficLead]:
        measure = Measure.BYTES if tally.totals.has_bytes else Measure.REQUESTS
        days = sorted(day for day in tally.totals.days if _is_day(day))
        clients = self._clients(tally, days, measure)
        occasional = {c: values for c, values in clients.items() if len(values) < max(_HABIT_DAYS, len(days) / 2)}
        tops = _tops(occasional.values(), days)
        largest = nlargest(_MOST_COMPARED, clients.items(), key=lambda each: max(each[1].values()))
        found = [
            lead
            for client, values in largest
            if (lead := _lead_of(client, values, days, tops if client in occasional else None, measure))
        ]
        crowds = Counter(day for lead in found for day in (lead.day, *lead.further_days))
        named = _Named(tally)
        for lead in sorted(found, key=lambda each: -each.value)[:_MOST_LEADS]:
            yield named.complete(lead)._replace(crowd=crowds[lead.day])
        yield from _day_leads(tally, days, measure)

    def _clients(self, tally: OutgoingTally, days: Iterable[str], measure: Measure) -> dict[str, dict[str, int]]:
        """Return the total of each client by day, without the server itself."""
        clients: dict[str, dict[str, int]] = {}
        for day in days:
            for client, total in tally.totals.days[day].items():
                value = _value(total, measure)
                if value and not self.is_own(client):
                    clients.setdefault(client, {})[day] = value
        return clients


def _lead_of(
    client: str, values: Mapping[str, int], days: list[str], tops: Mapping[str, list[int]] | None, measure: Measure
) -> TrafficLead | None:
    """Return the lead about a client: its largest day far above the habit, and the others; ``tops`` if occasional."""
    far: list[tuple[int, str]] = []
    for day, value in values.items():
        if value < FLOORS[measure] or _is_repeated(values, day):
            continue
        if is_far_above(value, _habit(values, day, days, tops)):
            far.append((value, day))
    if not far:
        return None
    value, day = max(far)
    further = tuple(sorted(each for _, each in far if each != day))
    compared = Comparison.OWN_DAYS if tops is None else Comparison.OTHER_CLIENTS
    return TrafficLead(client, day, value, measure, compared, _habit(values, day, days, tops), further_days=further)


def _habit(values: Mapping[str, int], day: str, days: list[str], tops: Mapping[str, list[int]] | None) -> Habit:
    """Return the habit that a day of a client is compared with."""
    if tops is None:
        return habit_of([value for each, value in values.items() if each != day])
    return habit_of([_top_without(values.get(each, 0), tops[each]) for each in days if each != day])


def _tops(clients: Iterable[Mapping[str, int]], days: Iterable[str]) -> dict[str, list[int]]:
    """Return the two largest values of each day."""
    of_day: dict[str, list[int]] = {day: [] for day in days}
    for values in clients:
        for day, value in values.items():
            of_day[day].append(value)
    return {day: nlargest(2, values) for day, values in of_day.items()}


def _top_without(own: int, tops: list[int]) -> int:
    """Return the largest value of the others."""
    others = tops[1:] if tops and tops[0] == own else tops
    return others[0] if others else 0


def _is_repeated(values: Mapping[str, int], day: str) -> bool:
    """Return True if a client had a comparable total on other days, over two weeks or more."""
    others = sorted(each for each, value in values.items() if each != day and value * _COMPARABLE >= values[day])
    if len(others) < _HABIT_DAYS:
        return False
    return (date.fromisoformat(others[-1]) - date.fromisoformat(others[0])).days >= _HABIT_SPAN_DAYS


def _day_leads(tally: OutgoingTally, days: list[str], measure: Measure) -> Iterator[TrafficLead]:
    totals = _totals(tally, measure)
    for day in days:
        habit = habit_of([totals[each] for each in days if each != day])
        if totals[day] >= FLOORS[measure] and is_far_above(totals[day], habit):
            yield TrafficLead(None, day, totals[day], measure, Comparison.WHOLE_DAYS, habit)


def _totals(tally: OutgoingTally, measure: Measure) -> dict[str, int]:
    of_day = tally.totals.bytes_of_day if measure is Measure.BYTES else tally.totals.answered_of_day
    return {day: of_day(day) for day in tally.totals.days if _is_day(day)}


def _value(total: ClientDay, measure: Measure) -> int:
    return total.all_bytes if measure is Measure.BYTES else total.answered


class _Named:
    """The details of the clients of one folder, which only a lead needs."""

    def __init__(self, tally: OutgoingTally) -> None:
        self._tally = tally
        self._requests: Counter[str] = Counter()
        for clients in tally.totals.days.values():
            for client, total in clients.items():
                self._requests[client] += total.requests
        self._total = max(1, self._requests.total())
        self._agents: dict[tuple[str, str], list[str | None]] = {}
        for use in tally.uses:
            if use.service is Service.EWS:
                self._agents.setdefault((use.day, use.client), []).append(use.agent)

    def complete(self, lead: TrafficLead) -> TrafficLead:
        """Return a lead about a client with its share, its largest response, and the kind of the traffic."""
        client = lead.client or ""
        found = [each for each in self._tally.large if (each.client, each.day) == (client, lead.day)]
        largest = max(found, key=lambda each: each.size_bytes, default=None)
        return lead._replace(
            share=self._requests[client] / self._total,
            is_synced=lead.measure is Measure.BYTES and self._is_synced(client, lead.day),
            example=None if largest is None else (largest.path, largest.size_bytes, largest.log, largest.line),
        )

    def _is_synced(self, client: str, day: str) -> bool:
        """Return True if most bytes went through services that copy mailboxes, or through EWS to a mail program."""
        total = self._tally.totals.days[day][client]
        agents = self._agents.get((day, client), [])
        by_program = bool(agents) and all(map(is_mail_program, agents))
        return (total.synced_bytes + by_program * total.ews_bytes) * 2 > total.all_bytes


def _is_day(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
