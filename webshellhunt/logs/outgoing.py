"""Outgoing: the bytes that each client received on each day, and its use of the services of Exchange.

All rows are counted, without a record of each: rows of a W3C log with the same columns are split at once, and a column
is a slice of the result. Rows of Exchange are split until the last column that is needed.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, groupby, islice, repeat
from typing import Final, NamedTuple

from webshellhunt.logs.client_addresses import claimed_client, forwarded_addresses
from webshellhunt.logs.day_totals import LARGE_BYTES, DayTotals, LargeResponse, ServiceUse
from webshellhunt.logs.peers import Peers
from webshellhunt.logs.questions import Rows
from webshellhunt.logs.services import Service, service_of
from webshellhunt.model.traffic import LogFile

_NAMES: Final = {
    "client": ("c-ip", "clientipaddress"),
    "path": ("cs-uri-stem", "urlstem"),
    "status": ("sc-status", "httpstatus"),
    "sent": ("sc-bytes", "responsebytes"),
    "forwarded": ("x-forwarded-for", "cs(x-forwarded-for)"),
    "user": ("cs-username", "authenticateduser"),
    "agent": ("cs(user-agent)", "useragent"),
    "server": ("s-ip",),
    "method": ("cs-method", "method"),
}
_DAY: Final = re.compile(rb"\d{4}-\d\d-\d\d")
_MOST_ADDRESSES: Final = 50_000
_LONGEST_NUMBER: Final = 15
_MOST_LARGE: Final = 200
_MOST_OF_A_FILE: Final = 3
_NAMED: Final = frozenset({Service.EWS, Service.ADDRESS_BOOK, Service.POWERSHELL})


class _Plan(NamedTuple):
    """The positions of the columns that are counted; ``None`` for a column that the rows don't have."""

    width: int
    client: int
    path: int
    status: int | None
    sent: int | None
    forwarded: int | None
    user: int | None
    agent: int | None
    server: int | None
    method: int | None

    @classmethod
    def of(cls, names: Sequence[str]) -> _Plan | None:
        """Return the plan for some columns, or ``None`` if they have no day first, no client or no address."""
        at = {key: next((names.index(n) for n in found if n in names), None) for key, found in _NAMES.items()}
        client, path = at.pop("client"), at.pop("path")
        if client is None or path is None or names[0] not in ("date", "datetime"):
            return None
        return cls(len(names), client, path, **at)


class OutgoingTally:
    """The totals of the clients in one log, or in several that were merged.

    Attributes:
        log: The log.
        totals: The totals by day and client.
        uses: The requests to services of Exchange by day, client, user and agent.
        large: The largest responses.
        peers: The requests by the address at the other end of the connection.
        own_addresses: The addresses of the server itself.
    """

    def __init__(self, log: LogFile) -> None:
        self.log = log
        self.totals: DayTotals = DayTotals()
        self.uses: ServiceUse = ServiceUse()
        self.large: list[LargeResponse] = []
        self.peers: Peers = Peers()
        self.own_addresses: set[str] = set()
        self._services: dict[bytes, Service] = {}

    def take_rows(self, rows: Rows) -> None:
        """Count some rows, day by day."""
        plan = _Plan.of(rows.names)
        if plan is None:
            return
        for day, plain, numbers in _by_day(rows):
            if _DAY.fullmatch(day):
                self._take_day(day.decode("ascii"), _Table.of(plain, numbers, plan, rows.separator))

    def merge(self, other: OutgoingTally) -> None:
        """Add the counts of another log."""
        self.totals.merge(other.totals)
        self.uses.merge(other.uses)
        self.peers.merge(other.peers)
        self.large = _largest([*self.large, *other.large])
        self.own_addresses |= other.own_addresses

    def _take_day(self, day: str, table: _Table) -> None:
        """Count the rows of one day."""
        sizes = table.sizes
        self.peers.take(table.peers, table.headers, table.agents)
        self.own_addresses.update(_text(each) for each in list(set(table.servers))[:16] if len(self.own_addresses) < 64)
        requests: Counter[tuple[bytes, bool]] = Counter(zip(table.clients, table.answered, strict=True))
        for (client, answered), count in requests.items():
            self.totals.add_requests(day, _text(client), count, answered=count if answered else 0)
        by_path = {path: self._service(path) for path in set(table.paths)}
        has_named = not _NAMED.isdisjoint(by_path.values())
        services = [by_path[path] for path in table.paths] if has_named or sizes is not None else []
        if sizes is not None:
            self._add_bytes(day, table, services, sizes)
        if has_named:
            self._add_uses(day, table, services)

    def _add_bytes(self, day: str, table: _Table, services: list[Service], sizes: list[int]) -> None:
        """Add the bytes of each client, those of programs that copy mailboxes apart."""
        sent: dict[tuple[bytes, Service], int] = {}
        for client, service, size in zip(table.clients, services, sizes, strict=True):
            key = (client, service)
            sent[key] = sent.get(key, 0) + size
        for (client, service), size in sent.items():
            self.totals.add_bytes(day, _text(client), service, size)
        if max(sizes, default=0) >= LARGE_BYTES:
            found = (table.response(at, day, self.log.path) for at, size in enumerate(sizes) if size >= LARGE_BYTES)
            self.large = _largest([*self.large, *found])

    def _add_uses(self, day: str, table: _Table, services: list[Service]) -> None:
        """Count the requests to services whose clients are named."""
        columns = zip(services, table.clients, table.users, table.agents, table.answered, strict=True)
        counts = Counter(each for each in columns if each[0] in _NAMED)
        for (service, client, user, agent, answered), count in counts.items():
            named = (_text(client), _value(user), _value(agent))
            self.uses.add(day, service, *named, requests=count, answered=count if answered else 0)

    def _service(self, path: bytes) -> Service:
        """Return the service of an address; each address is looked at once."""
        service = self._services.get(path)
        if service is None:
            if len(self._services) >= _MOST_ADDRESSES:
                self._services.clear()
            service = self._services[path] = service_of(path)
        return service

    def __getstate__(self) -> dict[str, object]:
        """Return the tally without the parts that only the reading of a log needs."""
        return {**self.__dict__, "_services": {}}


class _Table:
    """The columns of the rows of one day; rows without the columns of the header are left out."""

    def __init__(self, lines: Sequence[int], columns: dict[int, list[bytes]], plan: _Plan) -> None:
        def column(position: int | None) -> list[bytes]:
            return [b""] * len(lines) if position is None else columns[position]

        self._lines = lines
        self._methods = column(plan.method)
        self.paths = column(plan.path)
        self.users = column(plan.user)
        self.agents = column(plan.agent)
        self.servers = () if plan.server is None else columns[plan.server]
        self.peers = columns[plan.client]
        self.headers = None if plan.forwarded is None else columns[plan.forwarded]
        self.clients = _clients(self.peers, self.headers)
        self.answered = [status[:1] == b"2" for status in column(plan.status)]
        self.sizes = None if plan.sent is None else list(map(_size, columns[plan.sent]))

    @classmethod
    def of(cls, rows: Sequence[bytes], numbers: Sequence[int], plan: _Plan, separator: bytes) -> _Table:
        """Return the table of some rows."""
        wanted = sorted({position for position in plan[1:] if position is not None})
        if separator == b" ":
            whole = plan.width - 1
            if set(map(bytes.count, rows, repeat(b" "))) != {whole}:  # some have a blank at the end, or are broken
                fits = [row.rstrip(b"\r ").count(b" ") == whole for row in rows]
                numbers = list(compress(numbers, fits))
                rows = [row.rstrip(b"\r ") for row in compress(rows, fits)]
            values = b" ".join(rows).split(b" ") if rows else []
            return cls(numbers, {position: values[position :: plan.width] for position in wanted}, plan)
        heads = [_head(row, wanted[-1]) for row in rows]
        fits = [len(head) > wanted[-1] for head in heads]
        kept = list(compress(heads, fits))
        return cls(list(compress(numbers, fits)), {at: [head[at] for head in kept] for at in wanted}, plan)

    def response(self, at: int, day: str, log: str) -> LargeResponse:
        """Return the response of one row."""
        size = 0 if self.sizes is None else self.sizes[at]
        path, client = _text(self.paths[at]), _text(self.clients[at])
        method = _text(self._methods[at])[:16]
        return LargeResponse(size, day, client, method, path, self.answered[at], log, self._lines[at])


def _by_day(rows: Rows) -> Iterator[tuple[bytes, Sequence[bytes], Sequence[int]]]:
    """Yield the rows of each day; most blocks have one."""
    days = {row[:10] for row in rows.rows}
    if len(days) == 1:
        yield days.pop(), rows.rows, rows.numbers
        return
    for day, found in groupby(zip(rows.rows, rows.numbers, strict=True), key=lambda each: each[0][:10]):
        plain, numbers = zip(*found, strict=True)
        yield day, plain, numbers


def _head(row: bytes, last: int) -> list[bytes]:
    """Return the values of a row of Exchange until a position; quotes after it are not looked at."""
    values = row.rstrip(b"\r").split(b",", last + 1)
    if b'"' not in row or not any(b'"' in each for each in values[: last + 1]):
        return values
    try:
        read = next(csv.reader([row.rstrip(b"\r").decode("latin-1")]), [])
    except csv.Error:
        return values
    return [each.encode("latin-1") for each in read[: last + 2]]


def _clients(addresses: list[bytes], forwarded: list[bytes] | None) -> list[bytes]:
    """Return the clients: the address that the nearest proxy wrote into a header, or else that of the connection."""
    if forwarded is None:
        return addresses
    known = {each: _claimed(each) for each in set(forwarded)}
    return [known[header] or address for address, header in zip(addresses, forwarded, strict=True)]


def _claimed(header: bytes) -> bytes:
    """Return the client that a header names; empty if it names none."""
    return (claimed_client(forwarded_addresses(header.decode("latin-1"))) or "").encode("ascii")


def _size(value: bytes) -> int:
    value = value.rstrip()
    return int(value) if value.isdigit() and len(value) <= _LONGEST_NUMBER else 0


def _text(value: bytes) -> str:
    return value[:200].decode("utf-8", "backslashreplace")


def _value(value: bytes) -> str | None:
    value = value.rstrip()
    return None if value in (b"", b"-") else _text(value)


def _largest(found: Iterable[LargeResponse]) -> list[LargeResponse]:
    """Return the largest responses, of each address and client at most a few."""
    ordered = sorted(found, key=lambda each: (-each.size_bytes, each.day, each.log, each.line))
    return list(islice(_iter_few(ordered), _MOST_LARGE))


def _iter_few(ordered: Iterable[LargeResponse]) -> Iterator[LargeResponse]:
    seen: Counter[tuple[str, str]] = Counter()
    for each in ordered:
        seen[each.path, each.client] += 1
        if seen[each.path, each.client] <= _MOST_OF_A_FILE:
            yield each
