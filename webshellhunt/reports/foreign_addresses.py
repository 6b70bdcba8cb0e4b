"""Addresses of the internet, as opposed to the victim's own networks: only they can be an attacker's infrastructure."""

from __future__ import annotations

import ipaddress
from typing import Final

_OWN_NETWORKS: Final = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip


def is_foreign(address: str) -> bool:
    """Return True for an address of the internet; those of private networks are the victim's own."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id is not None:
            return False
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
    return not any(parsed in network for network in _OWN_NETWORKS if network.version == parsed.version)
