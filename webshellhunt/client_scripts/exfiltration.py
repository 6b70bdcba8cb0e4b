"""Exfiltration: the places where client code sends or stores the value of a password field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from webshellhunt.client_scripts.channels import Channel, Destination
from webshellhunt.client_scripts.destinations import Address, Addresses
from webshellhunt.client_scripts.passwords import Passwords, TaintKind, TaintPath
from webshellhunt.client_scripts.scopes import Key, Scopes, iter_targets
from webshellhunt.code.calls import Calls, DottedName

MAX_EXFILTRATIONS = 512
"""Largest number of assignments and of calls that are reported; real pages have less than a tenth."""
_KEPT = Address(Destination.KEPT, "")


class Exfiltration(NamedTuple):
    """A password's path to a sink: ``path`` is ``None`` if a whole form is sent; ``token`` is the sink's name."""

    channel: Channel
    address: Address
    path: TaintPath | None
    token: int
    name: str

    @property
    def words(self) -> str:
        """The path as text, from the source to the sink."""
        if self.path is None:
            return self.name
        return " → ".join((self.path.origin, *self.path.steps, self.name))

    @property
    def logs_keys(self) -> bool:
        """Whether the value consists of pressed keys."""
        return self.path is not None and self.path.kind is TaintKind.KEYS

    @property
    def sends_form(self) -> bool:
        """Whether the value is a whole form, as libraries send one by the source of a frame."""
        return self.path is not None and self.path.kind is TaintKind.FORM

    @property
    def passes_library(self) -> bool:
        """Whether the value was passed to the request function of jQuery, into whose code the analysis followed it."""
        return self.path is not None and self.path.steps[:2] == _REQUEST_OF_LIBRARY


_REQUEST_OF_LIBRARY = ("url", "options")
"""The parameters of ``jQuery.ajax``."""
_CALLS = {
    "fetch": Channel.REQUEST,
    "sendbeacon": Channel.REQUEST,
    "post": Channel.REQUEST,
    "get": Channel.REQUEST,
    "getjson": Channel.REQUEST,
    "getscript": Channel.REQUEST,
    "ajax": Channel.REQUEST,
    "put": Channel.REQUEST,
    "request": Channel.REQUEST,
    "axios": Channel.REQUEST,
    "open": Channel.REQUEST,
    "send": Channel.REQUEST,
    "setitem": Channel.STORAGE,
    "cookie": Channel.COOKIE,
    "setrequestheader": Channel.REQUEST,
    "setattribute": Channel.BEACON,
    "attr": Channel.BEACON,
    "prop": Channel.BEACON,
    "assign": Channel.NAVIGATION,
    "replace": Channel.NAVIGATION,
    "rtcpeerconnection": Channel.PEER,
    "webkitrtcpeerconnection": Channel.PEER,
    "setconfiguration": Channel.PEER,
}
_HELPERS_OF_LIBRARIES = frozenset({"$", "jquery", "axios", "$http", "superagent", "cookies"})
_OF_LIBRARIES = frozenset({"post", "get", "getjson", "getscript", "ajax", "put", "request", "cookie"})
_STORES = frozenset({"localstorage", "sessionstorage"})
_MAKES_SOCKET = frozenset({"websocket", "eventsource"})
_PEERS = frozenset({"rtcpeerconnection", "webkitrtcpeerconnection", "setconfiguration"})
_ACTIONS = frozenset({"action", "formaction"})
_PEER = Address(Destination.FOREIGN, "a peer of WebRTC")


class ExfiltrationSearch:
    """The search of a unit for sinks that send or store a value; ``has_form``: the page has a password form."""

    def __init__(
        self, calls: Calls, scopes: Scopes, passwords: Passwords, addresses: Addresses, *, has_form: bool
    ) -> None:
        self._unit, self._calls, self._scopes = scopes.unit, calls, scopes
        self._passwords, self._addresses, self._has_form = passwords, addresses, has_form
        self._opened = defaultdict[Key, list[tuple[int, int]]](list)
        self._sockets: set[Key] = set()
        self._peers: set[Key] = set()

    def find(self) -> list[Exfiltration]:
        """Return the exfiltrations in the order of the code."""
        targets = list(iter_targets(self._unit, self._calls, self._scopes))
        self._note_connections(targets)
        found = [*islice(self._at_targets(targets), MAX_EXFILTRATIONS), *islice(self._at_calls(), MAX_EXFILTRATIONS)]
        return sorted(found, key=lambda exfiltration: exfiltration.token)

    def _note_connections(self, targets: list[tuple[int, DottedName, int, int]]) -> None:
        """Record the address that each connection variable was opened to."""
        lower = self._calls.lower
        for target, _, start, end in targets:
            if lower[start] == "new" and start + 3 < end and lower[start + 1] in _MAKES_SOCKET:
                key = self._scopes.key(self._unit.value(target), target)
                self._sockets.add(key)
                self._opened[key] += self._argument_ranges(start + 1)[:1]
            elif any(lower[at] == "createdatachannel" for at in range(start, min(end, start + 8))):
                self._peers.add(self._scopes.key(self._unit.value(target), target))
        for root, dotted in self._calls.find({"open"}):
            given = self._argument_ranges(dotted.last)
            if dotted.names[-1] == "open" and len(given) > 1:
                self._opened[self._scopes.key(self._unit.value(root), root)].append(given[1])

    def _argument_ranges(self, last: int) -> list[tuple[int, int]]:
        if not self._unit.is_op(last + 1, "("):
            return []
        return self._calls.arguments(last, last, last, self._unit.match.get(last + 1, last))

    # Assignments ----------------------------------------------------------------------------------------------------

    def _at_targets(self, targets: list[tuple[int, DottedName, int, int]]) -> Iterator[Exfiltration]:
        for _, dotted, start, end in targets:
            channel = _channel_of_target(dotted)
            if channel is Channel.FORM:
                yield from self._new_action(dotted.last, start, end)
            elif channel is not None and (path := self._passwords.first(start, end)) is not None:
                kept = channel in (Channel.COOKIE, Channel.STORAGE)
                address = _KEPT if kept else self._addresses.read(start, end)
                if channel is not Channel.NAME_LOOKUP or address.destination is Destination.FOREIGN:
                    yield self._found(channel, address, path, dotted)

    def _new_action(self, token: int, start: int, end: int) -> Iterator[Exfiltration]:
        """Yield a change of the form's action, which sends all its fields elsewhere."""
        if not self._has_form:
            return
        address = self._addresses.read(start, end)
        if address.destination in (Destination.FOREIGN, Destination.SENT):
            yield Exfiltration(Channel.FORM, address, None, token, self._unit.value(token))

    # Calls ----------------------------------------------------------------------------------------------------------

    def _at_calls(self) -> Iterator[Exfiltration]:
        for root, dotted in self._calls.find(_CALLS.keys()):
            for number, name in enumerate(dotted.names):
                token = dotted.tokens[number]
                if name in _CALLS and self._unit.is_op(token + 1, "("):
                    part = DottedName(dotted.names[: number + 1], dotted.tokens[: number + 1])
                    yield from self._at_call(root, part)

    def _at_call(self, root: int, dotted: DottedName) -> Iterator[Exfiltration]:
        given, name = self._argument_ranges(dotted.last), dotted.names[-1]
        channel = _channel_of_call(dotted)
        if channel is None or not given:
            return
        if channel is Channel.BEACON:
            yield from self._attribute(dotted, given)
            return
        path = self._passwords.first(given[0][0], given[-1][1])
        if path is None:
            return
        if channel in (Channel.COOKIE, Channel.STORAGE):
            yield self._found(channel, _KEPT, path, dotted)
        elif channel is Channel.PEER or (name == "send" and self._is_peer(root)):
            yield self._found(Channel.PEER, _PEER, path, dotted)
        elif name in ("send", "setrequestheader"):
            key = self._scopes.key(self._unit.value(root), root)
            opened = self._opened.get(key) or [each for ranges in self._opened.values() for each in ranges]
            read = [self._addresses.read(*each) for each in opened[:4]]
            address = next((each for each in read if each.destination is not Destination.OWN), None)
            channel = Channel.SOCKET if key in self._sockets else channel
            yield self._found(channel, address or Address(Destination.OWN, read[0].shown if read else ""), path, dotted)
        else:
            yield self._found(channel, self._addresses.read(*self._address_in(name, given)), path, dotted)

    def _is_peer(self, root: int) -> bool:
        return self._scopes.key(self._unit.value(root), root) in self._peers

    def _attribute(self, dotted: DottedName, given: list[tuple[int, int]]) -> Iterator[Exfiltration]:
        """Yield for ``setAttribute(name, value)``, which assigns the attribute."""
        name = self._unit.value(given[0][0]).lower()
        if len(given) > 1 and name in _ACTIONS:
            yield from self._new_action(dotted.last, *given[1])
        elif len(given) > 1 and name == "src" and (path := self._passwords.first(*given[1])) is not None:
            yield self._found(Channel.BEACON, self._addresses.read(*given[1]), path, dotted)

    def _address_in(self, name: str, given: list[tuple[int, int]]) -> tuple[int, int]:
        """Return the range of a call's address: an argument, or ``url`` in an object argument."""
        first = given[1] if name == "open" and len(given) > 1 else given[0]
        for left, right in given[:2]:
            if self._unit.is_op(left, "{"):
                for start, end in self._calls.split(left + 1, right - 1):
                    if self._unit.value(start).lower() == "url" and self._unit.is_op(start + 1, ":"):
                        return start + 2, end
        return first

    def _found(self, channel: Channel, address: Address, path: TaintPath, dotted: DottedName) -> Exfiltration:
        name = ".".join(self._unit.value(token) for token in dotted.tokens[-2:])
        return Exfiltration(channel, address, path, dotted.last, name)


def _channel_of_target(dotted: DottedName) -> Channel | None:
    """Return the channel of an assignment to a name."""
    names = dotted.names
    if names[0] in _STORES or (len(names) > 2 and names[1] in _STORES):
        return Channel.STORAGE
    last, before = names[-1], names[-2] if len(names) > 1 else ""
    if last == "cookie" and before == "document":
        return Channel.COOKIE
    if last == "src" and before:
        return Channel.BEACON
    if last == "location" or (last == "href" and before == "location"):
        return Channel.NAVIGATION
    if last == "href" and before:
        return Channel.NAME_LOOKUP
    return Channel.FORM if last in _ACTIONS and before else None


def _channel_of_call(dotted: DottedName) -> Channel | None:
    """Return the channel of a call."""
    names, last = dotted.names, dotted.names[-1]
    before = names[-2] if len(names) > 1 else ""
    if last in _PEERS:
        return Channel.PEER
    if before == "cookies" and last == "set":
        return Channel.COOKIE
    if last == "setitem":
        return Channel.STORAGE if before in _STORES else None
    if last in _OF_LIBRARIES:
        return (
            _CALLS[last] if names[0] in _HELPERS_OF_LIBRARIES or (names[0] == "window" and before != "window") else None
        )
    if last in ("assign", "replace"):
        return Channel.NAVIGATION if before == "location" else None
    if last == "open" and before in ("", "window"):
        return Channel.NAVIGATION
    if last in ("send", "setrequestheader", "setattribute", "attr", "prop"):
        return _CALLS[last] if before or last == "attr" else None
    return _CALLS.get(last) if last in ("fetch", "axios") or before else None
