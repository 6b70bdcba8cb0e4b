"""Peers: the addresses at the other end of the connections, which are those of clients or of reverse proxies.

::

    all rows ──▶ Peers ──▶ which peers are proxies ──▶ Askers: the client of a request, by peer and ``X-Forwarded-For``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import compress, islice
from operator import and_
from typing import Final, NamedTuple

from webshellhunt.logs.client_addresses import claimed_client, forwarded_addresses, is_loopback, is_public
from webshellhunt.model.traffic import Record

MOST_PEERS: Final = 20_000
"""The most peers that are counted; the requests of further ones count for the total alone."""

LEAST_OF_PROXY: Final = 12
"""With fewer answered requests, and without the header, no peer is taken for a proxy."""

AGENTS_OF_PROXY: Final = (4, 6)
"""The least user agents of a proxy without the header: in a private network, and elsewhere."""

USERS_OF_PROXY: Final = 3
"""With so many signed-in users, a peer stands for several persons."""

_FEW: Final = 3
"""Among so few peers, a proxy brings three quarters of the answered requests; among more, nine of ten."""

_MOST_SEEN: Final = 12
_MOST_HOPS: Final = 100
_SAMPLE: Final = 500
_LONGEST_ADDRESS: Final = 100
_NO_PERSON: Final = ("-", "healthmailbox", "extest_")
"""The starts of the names of the accounts of monitoring, in lower case."""


class PeerRows(NamedTuple):
    """The columns of the rows of one day that tell who asked; ``claims`` are the addresses of the headers."""

    day: str
    peers: Sequence[bytes]
    agents: Sequence[bytes]
    users: Sequence[bytes]
    paths: Sequence[bytes]
    answered: Sequence[bool]
    claims: Sequence[tuple[str, ...]] | None = None


@dataclass(slots=True)
class Peer:
    """The requests of one peer, the answered ones, and those with the header.

    ``agents`` are some of those of answered requests. ``visits`` has, for a peer with most rows, the first address that
    each agent got, empty after a second one. ``hops`` counts the headers that have an address right of another one, by
    that address. ``claimed`` has some headers.
    """

    requests: int = 0
    answered: int = 0
    forwarded: int = 0
    agents: set[bytes] = field(default_factory=set)
    visits: dict[bytes, bytes] = field(default_factory=dict)
    users: set[bytes] = field(default_factory=set)
    days: set[str] = field(default_factory=set)
    claimed: set[tuple[str, ...]] = field(default_factory=set)
    hops: Counter[str] = field(default_factory=Counter)

    def add_claim(self, claim: tuple[str, ...], count: int) -> None:
        """Add requests with a header."""
        self.forwarded += count
        if len(self.claimed) < _MOST_SEEN:
            self.claimed.add(claim)
        for each in {*claim[1:]}:
            if each in self.hops or len(self.hops) < _MOST_HOPS:
                self.hops[each] += count

    def add_visit(self, agent: bytes, path: bytes, user: bytes = b"") -> None:
        """Add an answered request."""
        if agent in self.visits or len(self.visits) < _MOST_SEEN:
            self.visits[agent] = path if self.visits.get(agent, path) == path else b""
        if len(self.users) < _MOST_SEEN and user:
            name = user.lower().rpartition(b"\\")[2].decode("latin-1")
            self.users.update([user] if not name.startswith(_NO_PERSON) else [])

    def merge(self, other: Peer) -> None:
        """Add the requests in another log."""
        self.requests += other.requests
        self.answered += other.answered
        self.forwarded += other.forwarded
        self.days |= other.days
        for agent, path in other.visits.items():
            self.add_visit(agent, path)
        self.agents |= other.agents if len(self.agents) < _MOST_SEEN else set()
        self.users |= other.users if len(self.users) < _MOST_SEEN else set()
        self.claimed |= other.claimed if len(self.claimed) < _MOST_SEEN else set()
        for hop, count in other.hops.items():
            if hop in self.hops or len(self.hops) < _MOST_HOPS:
                self.hops[hop] += count

    @property
    def is_forwarding(self) -> bool:
        """True if most of its requests have the header."""
        return self.forwarded * 2 > self.requests

    def has_visits(self, least: int) -> bool:
        """Return True if several agents got several pages each, as those of users do, or there are many agents."""
        return sum(not path for path in self.visits.values()) >= least or len(self.agents) >= 2 * least

    @property
    def next_hops(self) -> set[str]:
        """The inner addresses between clients and this proxy: in most headers, right of several others, or in all."""
        return {hop for hop, count in self.hops.items() if not is_public(hop) and self._is_hop(hop, count)}

    def _is_hop(self, hop: str, count: int) -> bool:
        left = {claim[: claim.index(hop)] for claim in self.claimed if hop in claim[1:]}
        return count * 2 > self.forwarded and (len(left) > 1 or count == self.forwarded)


class Proxies(NamedTuple):
    """The peers that are proxies, with those between the client and them, and the peers that may be proxies."""

    known: frozenset[str]
    possible: frozenset[str] = frozenset()


class Peers:
    """The peers of some logs, and the number of all requests."""

    def __init__(self) -> None:
        self.of: dict[str, Peer] = {}

    def take(self, rows: PeerRows) -> None:
        """Count rows, each by its peer, its header and its answer."""
        for (name, agent, answered), count in Counter(zip(rows.peers, rows.agents, rows.answered, strict=True)).items():
            peer = self._peer(_text(name))
            peer.requests += count
            if answered:
                peer.answered += count
                peer.days.add(rows.day)
                peer.agents.update([agent] if len(peer.agents) < _MOST_SEEN else [])
        for name, count in Counter(rows.peers).most_common(1):
            if count * 2 > len(rows.peers):
                peer = self._peer(_text(name))
                for agent, path, user in islice(_visits(rows, name), _SAMPLE):
                    peer.add_visit(agent, path, user)
        if rows.claims is not None:
            for (name, claim), count in Counter(zip(rows.peers, rows.claims, strict=True)).items():
                text = _text(name)
                if any(each != text for each in claim):
                    self._peer(text).add_claim(claim, count)

    def merge(self, other: Peers) -> None:
        """Add the peers of other logs."""
        for name, peer in other.of.items():
            self._peer(name).merge(peer)

    def _peer(self, name: str) -> Peer:
        known = self.of.get(name)
        if known is None:
            known = self.of.setdefault(name if len(self.of) < MOST_PEERS else "", Peer())
        return known

    def proxies(self, own: Iterable[str] = ()) -> Proxies:
        """Return the peers that are proxies: those that send the header, or bring most answers to many users.

        A visitor can send the header, too. If others come without it, a public peer that sends it is a proxy only
        together with the others that do: they must bring most answered requests, of several clients. Without the
        header, the other clients together must be few, and a public peer must bring several signed-in users.
        """
        own = frozenset(own)
        others = {name: each for name, each in self.of.items() if name not in own and not is_loopback(name)}
        total = sum(each.answered for each in others.values())
        days = len(set[str]().union(*(each.days for each in others.values())))
        others.pop("", None)
        senders = {name: each for name, each in others.items() if each.is_forwarding}
        are_proxies = len(senders) == len(others) or (
            sum(each.answered for each in senders.values()) * 2 > total
            and len(set().union(*(each.claimed for each in senders.values()))) > 1
            and len(set().union(*(each.agents for each in senders.values()))) >= min(AGENTS_OF_PROXY)
        )
        found = {name for name in senders if are_proxies or not is_public(name)}
        hops = {hop for name in found for hop in others[name].next_hops}
        possible: set[str] = set()
        share = 3 / 4 if sum(each.answered > 0 for each in others.values()) <= _FEW else 9 / 10
        for name, each in others.items():
            least = AGENTS_OF_PROXY[is_public(name)]
            if (
                name not in found
                and each.answered >= LEAST_OF_PROXY
                and each.answered * 2 > total
                and len(each.agents) >= least
            ):
                is_alone = each.answered >= total * share and len(each.days) * 2 >= days
                reasons = (is_alone and each.has_visits(least), len(each.users) >= USERS_OF_PROXY)
                (found if (all if is_public(name) else any)(reasons) else possible).add(name)
        return Proxies(frozenset(found | hops), frozenset(possible))


class Asker(NamedTuple):
    """The client of a request; ``is_claimed`` if only a header names it; ``proxy`` is the proxy that sent the request.

    ``address`` is ``None`` if the log has none, or the proxy does not name it. ``is_own`` is true for the server.
    """

    address: str | None
    is_claimed: bool = False
    proxy: str | None = None
    is_own: bool = False


class Askers(NamedTuple):
    """The proxies of a server and its own addresses, by which the client of a request is known.

    ``possible`` are clients that may be proxies.
    """

    proxies: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()

    def asker(self, sender: str) -> Asker:
        """Return the client of a request by its ``sender_of``."""
        peer, _, claims = sender.partition(" ")
        if not peer:
            return Asker(None)
        is_own = peer in self.own or is_loopback(peer)
        if not is_own and peer not in self.proxies:
            return Asker(peer)
        named = claimed_client(claims.split(), self.proxies | self.own) if claims else None
        if is_own:
            return Asker(peer, is_own=True) if named is None else Asker(named, is_claimed=True, proxy=peer)
        return Asker(named, is_claimed=named is not None, proxy=peer)

    def name(self, sender: str) -> str | None:
        """Return the address of the client of a request, or of the proxy that hides it."""
        asker = self.asker(sender)
        return asker.address or asker.proxy


NOBODY: Final = Askers()
"""The askers of a server without proxies, whose own addresses are unknown."""


def sender_of(record: Record) -> str:
    """Return the peer of a request, and the addresses of its header after it, as one text."""
    return _sender(record.client or "", record.text("forwarded_for") or "")


@lru_cache(maxsize=4_096)
def _sender(peer: str, header: str) -> str:
    peer = peer[:_LONGEST_ADDRESS].replace(" ", "")
    return " ".join((peer, *forwarded_addresses(header))) if header else peer


def peer_of(sender: str) -> str:
    """Return the peer of a ``sender_of``."""
    return sender.partition(" ")[0]


def sender_key(known: Collection[str], sender: str, most: int) -> str | None:
    """Return the key by which a request is counted: if half of the room is full, the peer, which can't be forged.

    ``None`` if there is no room left.
    """
    if sender in known or len(known) < most // 2:
        return sender
    peer = peer_of(sender)
    return peer if peer in known or len(known) < most else None


def _visits(rows: PeerRows, peer: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield agent, address and user of the answered rows of a peer."""
    chosen = map(and_, rows.answered, map(peer.__eq__, rows.peers))
    return compress(zip(rows.agents, rows.paths, rows.users, strict=True), chosen)


def _text(peer: bytes) -> str:
    text = peer[:_LONGEST_ADDRESS].decode("utf-8", "backslashreplace")
    return "" if text == "-" else text
