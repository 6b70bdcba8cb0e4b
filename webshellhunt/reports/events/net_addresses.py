"""Addresses as platforms check them: IP addresses of clients, and the parts of a page's address."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from webshellhunt.lazy_pattern import lazy_pattern

_HOST = lazy_pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]")


class PageAddress(NamedTuple):
    """The parts of a page's address; ``host`` is empty if any host name serves it, or if it is unknown."""

    text: str
    scheme: str = ""
    host: str = ""
    port: int | None = None
    path: str = ""


def page_address(text: str) -> PageAddress:
    """Return the parts of an address; only the text if it can't be split."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return PageAddress(text)
    host = parts.netloc.rpartition("@")[2]
    host = f"{host.partition(']')[0]}]" if host.startswith("[") else host.partition(":")[0]
    known = _HOST.fullmatch(host) is not None
    scheme = parts.scheme if parts.scheme in ("http", "https") else ""
    path = parts.path if scheme or text.startswith("/") else ""
    return PageAddress(text, scheme, host.strip("[]") if scheme and known else "", port if scheme else None, path)


def ip_addresses(texts: Iterable[str]) -> list[str]:
    """Return the texts that are IP addresses, in their short form, each once.

    A zone (``%eth0``) is cut off, and an address of IPv4 inside one of IPv6 (``::ffff:192.0.2.1``) is taken out of it.
    """
    found: dict[str, None] = {}
    for text in texts:
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            continue
        inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        found[str(inner or address)] = None
    return list(found)
