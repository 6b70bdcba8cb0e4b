"""The destinations of addresses in client code: another host, a static file, or another page of the site."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from webshellhunt.analysis.browser.sent import OWN_PART, UNKNOWN_PART
from webshellhunt.lazy_pattern import lazy_pattern

_FOREIGN = lazy_pattern(r"\s*+(?:(?:https?|wss?|ftp):)?[/\\]{2}([^/\\?#\s\"'<>]*+)", re.IGNORECASE)
_UNKNOWN_HOST = lazy_pattern(r"\s*+(?:https?|wss?|ftp):[/\\]{2}", re.IGNORECASE)
_SENT_AS_IT_IS = lazy_pattern(
    r"[^?#]*\.(?:png|gif|jpe?g|ico|bmp|svg|webp|css|js|txt|log|dat|tmp|map|woff2?|ttf|eot)\s*+(?:[?#].*)?", re.I | re.S
)
_LOCAL = lazy_pattern(r"(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::\d+)?", re.IGNORECASE)


class Destination(StrEnum):
    """The kind of an address, relative to the page that names it."""

    FOREIGN = "foreign"
    """Another host."""
    SENT = "sent"
    """A static file of the own site, whose server ignores the data of a request."""
    OWN = "own"
    """Another page of the own site, or an unknown address."""
    KEPT = "kept"
    """Stored in the browser, where other scripts can read it."""


class Address(NamedTuple):
    """An address: its kind, and the constant part of its host or path."""

    destination: Destination
    shown: str


def judge_address(text: str) -> Address:
    """Classify an address in which NUL marks unknown parts and U+0001 the page's own host."""
    named = _FOREIGN.match(text)
    host = "" if named is None or OWN_PART in named[1] or _LOCAL.fullmatch(named[1]) else named[1]
    if host.strip(UNKNOWN_PART) or (host and _UNKNOWN_HOST.match(text)):
        return Address(Destination.FOREIGN, host.replace(UNKNOWN_PART, "…")[:120])
    if (named is None or OWN_PART in text) and _SENT_AS_IT_IS.fullmatch(text):
        path = text.replace(UNKNOWN_PART, "…").replace(OWN_PART, "")
        return Address(Destination.SENT, re.split(r"[?#]", path)[0].strip()[:120])
    return Address(Destination.OWN, text.replace(UNKNOWN_PART, "…").replace(OWN_PART, "").strip()[:120])


def page_of(address: str) -> str:
    """Return the name of the page in an address of the own site, in lower case; ``""`` if it names none."""
    path = address.partition("?")[0].partition("#")[0].strip().lower()
    return "" if ":" in path or "<%" in path else path.rstrip("/").rpartition("/")[2]
