"""Day totals: bounded counts of the bytes and requests of clients by day.

Of each day only the clients with the most bytes and requests are kept by name; the others are one count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from webshellhunt.logs.peers import peer_of
from webshellhunt.logs.services import Service

MOST_CLIENTS: Final = 10_000
"""The most clients of one day that are kept by name."""

MOST_ENTRIES: Final = 200_000
"""The most pairs of a day and a client."""

LARGE_BYTES: Final = 10_000_000
"""The least size of a response that is kept."""

MOST_DAYS: Final = 4_000
"""The most days; rows of further ones are left out."""

_MOST_USES: Final = 20_000


@dataclass(slots=True)
class ClientDay:
    """The total of one client on one day.

    ``requests`` are all, ``answered`` those with a status from 200 to 299. ``synced_bytes`` went through services that
    copy mailboxes and address books to the client (MAPI, RPC, ActiveSync, MRS proxy, OAB), ``ews_bytes`` through EWS,
    ``other_bytes`` elsewhere. ``clients`` is 1, or the number of clients that are counted together.
    """

    requests: int = 0
    answered: int = 0
    other_bytes: int = 0
    ews_bytes: int = 0
    synced_bytes: int = 0
    clients: int = 1

    @property
    def all_bytes(self) -> int:
        """The bytes through all services."""
        return self.other_bytes + self.ews_bytes + self.synced_bytes

    def add(self, other: ClientDay) -> None:
        """Add other counts."""
        self.requests += other.requests
        self.answered += other.answered
        self.other_bytes += other.other_bytes
        self.ews_bytes += other.ews_bytes
        self.synced_bytes += other.synced_bytes


class LargeResponse(NamedTuple):
    """A response with many bytes, and the row that has it."""

    size_bytes: int
    day: str
    client: str
    method: str
    path: str
    answered: bool
    log: str
    line: int


class DayTotals:
    """The totals of clients by day.

    Attributes:
        days: The totals of each day (``2021-03-05``) by client.
        others: The clients of each day that are not kept by name, together; the same client may count repeatedly.
        has_bytes: True if the rows have a column with the bytes.
    """

    def __init__(self) -> None:
        self.days: dict[str, dict[str, ClientDay]] = {}
        self.others: dict[str, ClientDay] = {}
        self.has_bytes: bool = False
        self._entries = 0

    def add_requests(self, day: str, client: str, requests: int, *, answered: int = 0) -> None:
        """Add requests of a client."""
        entry = self._entry(day, client)
        entry.requests += requests
        entry.answered += answered

    def add_bytes(self, day: str, client: str, service: Service, size_bytes: int) -> None:
        """Add bytes that a client received through a service."""
        self.has_bytes = True
        entry = self._entry(day, client)
        if service is Service.EWS:
            entry.ews_bytes += size_bytes
        elif service in (Service.SYNC, Service.ADDRESS_BOOK):
            entry.synced_bytes += size_bytes
        else:
            entry.other_bytes += size_bytes

    def merge(self, other: DayTotals) -> None:
        """Add the totals of other logs."""
        self.has_bytes = self.has_bytes or other.has_bytes
        for day, clients in other.days.items():
            for client, total in clients.items():
                self._entry(day, client).add(total)
        for day, total in other.others.items():
            self._add_others(day, total, total.clients)

    def named(self, name: Callable[[str], str | None]) -> DayTotals:
        """Return the totals by other names of the clients."""
        totals = DayTotals()
        totals.has_bytes = self.has_bytes
        for day, clients in self.days.items():
            for client, total in clients.items():
                totals._entry(day, name(client) or "").add(total)
        for day, total in self.others.items():
            totals._add_others(day, total, total.clients)
        return totals

    def bytes_of_day(self, day: str) -> int:
        """Return the bytes of all clients on one day."""
        named = sum(each.all_bytes for each in self.days.get(day, {}).values())
        return named + self.others.get(day, ClientDay()).all_bytes

    def answered_of_day(self, day: str) -> int:
        """Return the answered requests of all clients on one day."""
        named = sum(each.answered for each in self.days.get(day, {}).values())
        return named + self.others.get(day, ClientDay()).answered

    def _entry(self, day: str, client: str) -> ClientDay:
        clients = self.days.get(day)
        if clients is None:
            if len(self.days) >= MOST_DAYS:
                return ClientDay()
            clients = self.days[day] = {}
        entry = clients.get(client)
        if entry is None:
            if len(clients) >= MOST_CLIENTS:
                self._shrink(day, MOST_CLIENTS // 2)
            elif self._entries >= MOST_ENTRIES:
                most = max(1, MOST_ENTRIES // 2 // len(self.days))
                for each in list(self.days):
                    self._shrink(each, most)
            entry = self.days[day][client] = ClientDay()
            self._entries += 1
        return entry

    def _shrink(self, day: str, most: int) -> None:
        """Keep the clients of a day with the most bytes, or requests; others with a header count for their peer."""
        clients = self.days[day]
        if len(clients) <= most:
            return
        ordered = sorted(clients.items(), key=lambda each: (each[1].all_bytes, each[1].requests), reverse=True)
        kept = self.days[day] = dict(ordered[:most])
        for client, total in ordered[most:]:
            peer = peer_of(client)
            if peer != client and (peer in kept or len(kept) < most + most // 4):
                kept.setdefault(peer, ClientDay()).add(total)
            else:
                self._add_others(day, total, 1)
        self._entries -= len(ordered) - len(kept)

    def _add_others(self, day: str, total: ClientDay, clients: int) -> None:
        others = self.others.setdefault(day, ClientDay(clients=0))
        others.add(total)
        others.clients += clients


class Use(NamedTuple):
    """The requests of one client, user and agent to a service of Exchange on one day."""

    day: str
    service: Service
    client: str
    user: str | None
    agent: str | None
    requests: int
    answered: int


class ServiceUse:
    """The use of services of Exchange; beyond a bound, only uses that are known already are counted."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, Service, str, str | None, str | None], tuple[int, int]] = {}
        self.left_out: int = 0

    def add(
        self,
        day: str,
        service: Service,
        client: str,
        user: str | None,
        agent: str | None,
        *,
        requests: int,
        answered: int,
    ) -> None:
        """Add requests."""
        key = (day, service, client, user, agent)
        before = self._counts.get(key)
        if before is None and len(self._counts) >= _MOST_USES:
            self._forget()
        known, ok = before or (0, 0)
        self._counts[key] = (known + requests, ok + answered)

    def merge(self, other: ServiceUse) -> None:
        """Add the uses in other logs."""
        self.left_out += other.left_out
        for key, (requests, answered) in other._counts.items():
            self.add(*key, requests=requests, answered=answered)

    def named(self, name: Callable[[str], str | None]) -> ServiceUse:
        """Return the uses by other names of the clients."""
        uses = ServiceUse()
        uses.left_out = self.left_out
        for (day, service, client, user, agent), (requests, answered) in self._counts.items():
            uses.add(day, service, name(client) or "", user, agent, requests=requests, answered=answered)
        return uses

    def _forget(self) -> None:
        """Forget the half with the fewest answered requests."""
        ordered = sorted(self._counts.items(), key=lambda each: (each[1][1], each[1][0]), reverse=True)
        self.left_out += sum(requests for _, (requests, _) in ordered[_MOST_USES // 2 :])
        self._counts = dict(ordered[: _MOST_USES // 2])

    def __iter__(self) -> Iterator[Use]:
        """Yield the uses, by day."""
        for key, (requests, answered) in sorted(self._counts.items(), key=lambda each: str(each[0])):
            yield Use(*key, requests, answered)
