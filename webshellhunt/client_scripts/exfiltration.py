"""Exfiltration: a password that leaves the page, as a run over its scripts saw it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from webshellhunt.analysis.browser.channels import Channel
from webshellhunt.analysis.browser.sent import Sent
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.client_scripts.destinations import Address, Destination, judge_address

_KEPT = Address(Destination.KEPT, "")
_STORING = frozenset({Channel.COOKIE, Channel.STORAGE})
_PEER = Address(Destination.FOREIGN, "a peer of WebRTC")
_ABROAD = frozenset({Destination.FOREIGN, Destination.SENT})


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
