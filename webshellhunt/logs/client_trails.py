"""Client trails: everything that the clients of accused pages asked for, in order.

The country of an address is never a reason: these attackers rent servers next door.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from webshellhunt.logs.address_tally import OF_FILES, OF_PAGES, Outcome, outcome_of
from webshellhunt.logs.addresses import address_key, is_page
from webshellhunt.logs.peers import NOBODY, Askers, sender_of
from webshellhunt.logs.questions import Interest, Tally
from webshellhunt.model.log_results import MOST_MOMENTS, Client, Moment
from webshellhunt.model.traffic import Count, LogFile, LogKind, Record, most_frequent

MOST_CLIENTS: Final = 20
"""The most clients that are followed; those of the most requests for accused pages come first."""

MOST_STEPS: Final = 500
_MOST_METHODS: Final = 20
_NO_EXPLOITS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True)
class Step:
    """The requests of one client for one address in one log; ``spelled`` is the address as logged."""

    first: datetime | None
    last: datetime | None
    line: int
    spelled: str
    requests: int = 0
    methods: Counter[str] = field(default_factory=Counter)
    statuses: frozenset[int] = frozenset()
    is_answered: bool = False


class TrailTally:
    """The requests of some clients in one log, by client and address."""

    def __init__(self, log: LogFile, clients: frozenset[str], askers: Askers) -> None:
        self.log: LogFile = log
        self.clients: frozenset[str] = clients
        self.askers: Askers = askers
        self.steps: dict[str, dict[str, Step]] = {}
        self.requests: Counter[str] = Counter()
        self.claimed: Counter[str] = Counter()

    def take(self, record: Record) -> None:
        """Take a request, if it is of one of the clients."""
        asker = self.askers.asker(sender_of(record))
        client = asker.address or asker.proxy or ""
        if client not in self.clients:
            return
        self.requests[client] += 1
        self.claimed[client] += asker.is_claimed
        steps = self.steps.setdefault(client, {})
        key = address_key(record.path.encode("utf-8", "surrogatepass"))
        address = key.decode("utf-8", "backslashreplace")
        step = steps.get(address)
        if step is None:
            if len(steps) >= MOST_STEPS:
                return
            spelled = record.path[: len(address)]
            spelled = spelled if spelled.lower() == address else address
            step = steps[address] = Step(record.when_utc, None, record.line, spelled)
        step.requests += 1
        if len(step.methods) < _MOST_METHODS:
            step.methods[(record.method or "?")[:16].upper()] += 1
        step.last = record.when_utc or step.last
        step.is_answered |= outcome_of(record, OF_PAGES if is_page(key) else OF_FILES) is not Outcome.REFUSED
        if record.status is not None and len(step.statuses) < MOST_CLIENTS:
            step.statuses |= {record.status}


class TrailQuestion:
    """All requests of some clients."""

    event_ids: frozenset[int] = frozenset()

    def __init__(self, clients: Iterable[str], kind: LogKind = LogKind.IIS, askers: Askers = NOBODY) -> None:
        self.kinds: frozenset[LogKind] = frozenset({kind})
        self._askers = askers
        self._clients = frozenset(clients)
        self.words: frozenset[bytes] = frozenset(each.lower().encode("utf-8", "replace") for each in self._clients)

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return that no address is needed: the words are."""
        return None

    def tally(self, log: LogFile) -> TrailTally:
        """Return a new tally."""
        return TrailTally(log, self._clients, self._askers)


def trails(
    tallies: Iterable[Tally],
    accused: frozenset[bytes],
    proxies: Collection[str] = (),
    exploits: Mapping[str, tuple[str, ...]] = _NO_EXPLOITS,
) -> list[Client]:
    """Return the clients with their traces, those of the most requests first.

    Args:
        tallies: The tallies of a ``TrailQuestion``.
        accused: The addresses of accused pages.
        proxies: The addresses that stand for many clients.
        exploits: The names of the exploits that a client used, by its address.
    """
    of: dict[str, list[TrailTally]] = {}
    for each in tallies:
        if isinstance(each, TrailTally):
            for client in each.requests:
                of.setdefault(client, []).append(each)
    found = [
        _client(client, logs, accused, is_proxy=client in proxies)._replace(exploits=exploits.get(client, ()))
        for client, logs in of.items()
    ]
    return sorted(found, key=lambda each: (-len(each.pages), -len(each.exploits), -each.requests, each.address))


def _client(address: str, logs: Sequence[TrailTally], accused: frozenset[bytes], *, is_proxy: bool) -> Client:
    requests = sum(each.requests[address] for each in logs)
    steps = [(name, step, each.log.path) for each in logs for name, step in each.steps.get(address, {}).items()]
    times = [when for _, step, _ in steps for when in (step.first, step.last) if when is not None]
    answered = {name for name, step, _ in steps if step.is_answered}
    pages = tuple(sorted(each for each in answered if each.encode("utf-8", "replace") in accused))
    joined = _joined(steps)
    if is_proxy:
        joined = {name: step for name, step in joined.items() if name in pages}
    ordered = sorted(joined.items(), key=lambda each: (each[0] not in pages, each[1][0].first or _NEVER))
    moments = [_moment(step, log) for _, (step, log) in ordered[:MOST_MOMENTS] if step.first is not None]
    return Client(
        address,
        requests,
        min(times, default=None),
        max(times, default=None),
        pages,
        tuple(sorted(moments)),
        is_proxy,
        is_claimed=sum(each.claimed[address] for each in logs) == requests,
    )


def _joined(steps: Iterable[tuple[str, Step, str]]) -> dict[str, tuple[Step, str]]:
    """Return the steps of one client by address, over all logs."""
    joined: dict[str, tuple[Step, str]] = {}
    for name, step, log in sorted(steps, key=lambda each: each[1].first or _NEVER):
        if name not in joined:
            joined[name] = (replace(step, methods=Counter(step.methods)), log)
            continue
        known = joined[name][0]
        known.requests += step.requests
        known.methods += step.methods
        known.statuses |= step.statuses
        known.last = step.last or known.last
    return joined


def _moment(step: Step, log: str) -> Moment:
    statuses = ", ".join(map(str, sorted(step.statuses))) or "no status"
    more = ""
    methods = most_frequent([Count(*each) for each in step.methods.most_common()], 4)
    if step.requests > 1:
        until = f" until {step.last:%Y-%m-%d %H:%M:%S}" if step.last is not None and step.last != step.first else ""
        each = f": {', '.join(f'{count:,} {method}' for method, count in methods)}," if len(methods) > 1 else ""
        more = f" ({step.requests:,} requests{each}{until})".replace(",)", ")")
    first = step.first if step.first is not None else _NEVER
    asked = ", ".join(method for method, _ in step.methods.most_common(3))
    return Moment(first, f"{asked} {step.spelled} {statuses}{more}", f"{log}, line {step.line}")
