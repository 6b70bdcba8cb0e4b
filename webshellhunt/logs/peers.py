"""Peers: the addresses at the other end of the connections, which are those of clients or of reverse proxies.

::

    all rows ──▶ Peers ──▶ which peers are proxies ──▶ Askers: the client of a request, by peer and ``X-Forwarded-For``
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from webshellhunt.logs.client_addresses import claimed_client, forwarded_addresses, is_loopback, is_public
from webshellhunt.model.traffic import Record

MOST_PEERS: Final = 20_000
"""The most peers that are counted; the requests of further ones count for the total alone."""

LEAST_OF_PROXY: Final = 12
"""With fewer requests, and without the header, no peer is taken for a proxy."""

AGENTS_OF_PROXY: Final = (4, 6)
"""The least user agents of a proxy without the header: in a private network, and elsewhere."""

_MOST_SEEN: Final = 12
_LONGEST_ADDRESS: Final = 100


@dataclass(slots=True)
class Peer:
    """The requests of one peer, those with the header, and at most ``_MOST_SEEN`` of its agents and of their claims."""

    requests: int = 0
    forwarded: int = 0
    agents: set[bytes] = field(default_factory=set)
    claimed: set[bytes] = field(default_factory=set)

    def add(self, requests: int, forwarded: int, agents: Iterable[bytes], claimed: Iterable[bytes]) -> None:
        """Add requests."""
        self.requests += requests
        self.forwarded += forwarded
        for known, found in ((self.agents, agents), (self.claimed, claimed)):
            if len(known) < _MOST_SEEN:
                known.update(found)

    @property
    def is_forwarding(self) -> bool:
        """True if most of its requests have the header."""
        return self.forwarded * 2 > self.requests


class Peers:
    """The peers of some logs, and the number of all requests."""

    def __init__(self) -> None:
        self.of: dict[str, Peer] = {}

    def take(self, peers: Sequence[bytes], headers: Sequence[bytes] | None, agents: Sequence[bytes]) -> None:
        """Count rows, each by its peer, its header and its agent."""
        if headers is None:
            for (peer, agent), count in Counter(zip(peers, agents, strict=True)).items():
                self._add(_text(peer), count, 0, (agent,), ())
            return
        for (peer, agent, header), count in Counter(zip(peers, agents, headers, strict=True)).items():
            name = _text(peer)
            found = forwarded_addresses(header.decode("latin-1"))
            claims = (header,) if any(each != name for each in found) else ()
            self._add(name, count, count if claims else 0, (agent,), claims)

    def merge(self, other: Peers) -> None:
        """Add the peers of other logs."""
        for name, peer in other.of.items():
            self._add(name, peer.requests, peer.forwarded, peer.agents, peer.claimed)

    def _add(self, name: str, requests: int, forwarded: int, agents: Iterable[bytes], claimed: Iterable[bytes]) -> None:
        known = self.of.get(name)
        if known is None:
            if len(self.of) >= MOST_PEERS:
                name = ""
            known = self.of.setdefault(name, Peer())
        known.add(requests, forwarded, agents, claimed)

    def proxies(self, own: Iterable[str] = ()) -> frozenset[str]:
        """Return the peers that are proxies: those that send the header, or bring most requests of many agents.

        A visitor can send the header, too. If others come without it, a public peer that sends it is a proxy only
        together with the others that do: they must bring most requests, of several clients.
        """
        own = frozenset(own)
        others = {name: each for name, each in self.of.items() if name not in own and not is_loopback(name)}
        total = sum(each.requests for each in others.values())
        others.pop("", None)
        senders = {name: each for name, each in others.items() if each.is_forwarding}
        are_proxies = len(senders) == len(others) or (
            sum(each.requests for each in senders.values()) * 2 > total
            and len(set().union(*(each.claimed for each in senders.values()))) > 1
            and len(set().union(*(each.agents for each in senders.values()))) >= min(AGENTS_OF_PROXY)
        )
        found = {name for name in senders if are_proxies or not is_public(name)}
        for name, each in others.items():
            least = AGENTS_OF_PROXY[is_public(name)]
            if each.requests >= LEAST_OF_PROXY and each.requests * 2 > total and len(each.agents) >= least:
                found.add(name)
        return frozenset(found)


class Asker(NamedTuple):
    """The client of a request; ``is_claimed`` if only a header names it; ``proxy`` is the proxy that sent the request.

    ``address`` is ``None`` if the log has none, or the proxy does not name it. ``is_own`` is true for the server.
    """

    address: str | None
    is_claimed: bool = False
    proxy: str | None = None
    is_own: bool = False


class Askers(NamedTuple):
    """The proxies of a server and its own addresses, by which the client of a request is known."""

    proxies: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

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


def _text(peer: bytes) -> str:
    text = peer[:_LONGEST_ADDRESS].decode("utf-8", "backslashreplace")
    return "" if text == "-" else text
