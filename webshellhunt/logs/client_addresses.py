"""Addresses of clients: the server itself, private networks, and the header ``X-Forwarded-For`` of a proxy.

The country of an address is never a reason. A visitor can send a header ``X-Forwarded-For`` of his own; each proxy adds
the address of its own visitor on the right, so that only what stands there is more than a claim of the visitor.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
_LOCAL_IPV6: Final = IPv6Network("fc00::/7")
_LONGEST_HEADER: Final = 1_000
_MOST_HOPS: Final = 10


def is_loopback(client: str) -> bool:
    """Return True if an address means the server itself."""
    address = _read(client)
    return address is not None and (address.is_loopback or address.is_link_local or address.is_unspecified)


def is_public(client: str) -> bool:
    """Return True if an address is outside of private networks; False if it can't be read."""
    address = _read(client)
    return address is not None and not (is_loopback(client) or _is_private(address))


@lru_cache(maxsize=4_096)
def forwarded_addresses(header: str) -> tuple[str, ...]:
    """Return the addresses of a header ``X-Forwarded-For`` in its order, without ports, brackets and quotes.

    IIS writes a blank as ``+``. A part that is no address, such as ``unknown``, is left out.
    """
    parts = header[-_LONGEST_HEADER:].replace("+", " ").split(",")[-_MOST_HOPS:]
    return tuple(found for part in parts if (found := _plain(part)) is not None)


def claimed_client(addresses: Collection[str], proxies: Collection[str] = ()) -> str | None:
    """Return the rightmost address that is no known proxy, and not the next hop inside of a private network."""
    found = [each for each in addresses if each not in proxies and not is_loopback(each)]
    public = [each for each in found if is_public(each)]
    return next(reversed(public or found), None)


def _plain(part: str) -> str | None:
    text = part.strip(" \t\r\"'").removeprefix("for=").strip("\"'")
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = _read(text)
    return None if address is None else str(address)


def _is_private(address: IPv4Address | IPv6Address) -> bool:
    """Return True for a private network; the networks for documentation are none."""
    if isinstance(address, IPv6Address):
        return address in _LOCAL_IPV6
    return any(address in network for network in _PRIVATE)


def _read(client: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(client.strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
