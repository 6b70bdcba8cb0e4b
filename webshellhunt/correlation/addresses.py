"""Addresses of clients: the server itself, private networks, and the rest. The country of an address is no reason."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
_LOCAL_IPV6: Final = IPv6Network("fc00::/7")


def is_loopback(client: str) -> bool:
    """Return True if an address means the server itself."""
    address = _read(client)
    return address is not None and (address.is_loopback or address.is_link_local or address.is_unspecified)


def is_public(client: str) -> bool:
    """Return True if an address is outside of private networks; False if it can't be read."""
    address = _read(client)
    return address is not None and not (is_loopback(client) or _is_private(address))


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
