"""Exfiltration: a password that leaves the page, as a run over its scripts saw it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from webshellhunt.analysis.browser.channels import Channel
from webshellhunt.analysis.browser.sent import OWN_PART, UNKNOWN_PART, Sent
from webshellhunt.analysis.traces import Trace
from webshellhunt.lazy_pattern import lazy_pattern


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


_KEPT = Address(Destination.KEPT, "")
_STORING = frozenset({Channel.COOKIE, Channel.STORAGE})
_PEER = Address(Destination.FOREIGN, "a peer of WebRTC")
_ABROAD = frozenset({Destination.FOREIGN, Destination.SENT})
_FOREIGN = lazy_pattern(r"(?i)\s*+(?:(?:https?|wss?|ftp):)?[/\\]{2}([^/\\?#\s\"'<>]*+)")
_UNKNOWN_HOST = lazy_pattern(r"(?i)\s*+(?:https?|wss?|ftp):[/\\]{2}")
_SENT_AS_IT_IS = lazy_pattern(
    r"[^?#]*\.(?:png|gif|jpe?g|ico|bmp|svg|webp|css|js|txt|log|dat|tmp|map|woff2?|ttf|eot)\s*+(?:[?#].*)?", re.I | re.S
)
_LOCAL = lazy_pattern(r"(?i)(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::\d+)?")


class Exfiltration(NamedTuple):
    """A password's path to a sink: ``trace`` is ``None`` if a whole form is sent; ``place`` is that of the sink."""

    channel: Channel
    address: Address
    trace: Trace | None
    place: int
    name: str

    @property
    def words(self) -> str:
        """The path as text, from the source to the sink."""
        if self.trace is None:
            return self.name
        return " → ".join((self.trace.origin, *(step.name for step in self.trace.steps), self.name))

    @property
    def logs_keys(self) -> bool:
        """Whether the value consists of pressed keys."""
        return self.trace is not None and self.trace.kind == "keys"

    @property
    def sends_form(self) -> bool:
        """Whether the value is a whole form, as libraries send one by the source of a frame."""
        return self.trace is not None and self.trace.kind == "form"


def exfiltrations_of(sent: Iterable[Sent], *, has_form: bool) -> Iterator[Exfiltration]:
    """Yield the values that left a page; ``has_form``: the page has a password form."""
    for each in sent:
        address = _address_of(each)
        if each.channel is Channel.FORM:
            if has_form and address.destination in _ABROAD:
                yield Exfiltration(each.channel, address, None, each.place, each.name)
        elif each.channel is not Channel.NAME_LOOKUP or address.destination is Destination.FOREIGN:
            yield Exfiltration(each.channel, address, each.traces[0], each.place, each.name)


def _address_of(sent: Sent) -> Address:
    """Return the address of a sent value; of several, the first one that is not a page of the own site."""
    if sent.channel in _STORING:
        return _KEPT
    if sent.channel is Channel.PEER:
        return _PEER
    found = [judge_address(text) for text in sent.addresses]
    return next((each for each in found if each.destination is not Destination.OWN), found[0])


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
