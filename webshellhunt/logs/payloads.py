"""Payloads: the view states in the queries of requests and in the events of a failed verification.

A view state belongs into the body of a request, which no log of IIS keeps. An attacker may send it in the query
(CVE-2020-0688); event 1316 has the view state that ASP.NET refused. Of each log the largest distinct ones are kept, and
those with an object of ``BinaryFormatter`` first, which an attacker needs.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from webshellhunt.decoding.view_state.encoded_text import EncodedState, decode_base64, find_bare_state, find_states
from webshellhunt.decoding.view_state.records import HEADER
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.questions import Interest
from webshellhunt.model.traffic import MOST_NAMED, LogFile, LogKind, Record

MOST_PAYLOADS: Final = 500
"""The most distinct view states of one log, and of all logs together."""

MOST_CHARS: Final = 1_000_000
"""The most characters of view states that are kept, of one log and of all together."""

LONGEST_PAYLOAD: Final = 64 * 1024
"""The longest base64 text of a view state that is kept; the rest of a longer one is left out."""

VIEW_STATE_EVENT: Final = 1316

_PARAMETER: Final = b"__viewstate"
_ESCAPES: Final = tuple(f"%{code:02x}".encode() for code in sorted(set(b"_viewstateVIEWSTATE")))
_ESCAPED = lazy_pattern(r"%(5[Ff]|[46][1-9A-Fa-f]|[57][0-9Aa])")
"""Escapes of letters and of the underscore."""

_REASONS: Final = {"failed integrity check": False, "viewstate was invalid": True}
_DETAILS: Final = {"50203": False, "50204": True}
"""The detail codes of a wrong signature, and of a wrong value after a right signature; words may be translated."""

_MOST_USER_KEYS: Final = 8
_SESSION = lazy_pattern(r"ASP\.NET_SessionId=([a-z0-9-]{8,64})")
_PATH_LINE = lazy_pattern(r"(?:^|[\s;])Path:\s*(/[^\s;]{0,400})")
_ADDRESS_LINE = lazy_pattern(
    r"(?:Path:\s*|(?:GET|POST|HEAD)\s+(?:https?://[^/\s]+)?|^\s*(?:https?://[^/\s]+)?)(/[^\s?;]{1,400}?\.as[hp]x)(?![\w.])",
    re.MULTILINE | re.IGNORECASE,
)
_BASE64 = lazy_pattern(r"[A-Za-z0-9+/%]{32,}={0,2}(?:\.\.\.)?")
_DETAIL_LINE = lazy_pattern(r":\s*(5020[34])\s*(?:\n|$)")
_RUN = lazy_pattern(r"[A-Za-z0-9+/]+={0,2}(?![A-Za-z0-9+/=%.]| [A-Za-z0-9+/])")
_HEX = lazy_pattern(r"[0-9a-fA-F]+")
_CLIENT_LINE = lazy_pattern(r"Client IP:\s*([0-9A-Fa-f:.]{3,45})")
_ADDRESS = lazy_pattern(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{2,40}")


@dataclass
class Payload:
    """A view state that was sent to an address, and who sent it.

    ``text`` is base64. ``statuses`` counts the answers. ``mac_passed`` is, according to an event, whether ASP.NET
    accepted the signature; ``None`` without an event. ``requests`` counts requests or events.
    """

    text: str
    address: str
    generators: dict[str, None] = field(default_factory=dict)
    requests: int = 0
    first_utc: datetime | None = None
    last_utc: datetime | None = None
    statuses: dict[int, int] = field(default_factory=dict)
    clients: dict[str, None] = field(default_factory=dict)
    user_keys: dict[str, None] = field(default_factory=dict)
    mac_passed: bool | None = None
    size_chars: int = 0
    log: str = ""
    line: int = 0
    kind: LogKind = LogKind.IIS

    @property
    def has_object(self) -> bool:
        """Return True if an object of ``BinaryFormatter`` is readable in it."""
        return HEADER + b"\xff\xff\xff\xff" in decode_base64(self.text)

    def add(self, other: Payload) -> None:
        """Add the requests of the same view state for the same address."""
        self.requests += other.requests
        times = [each for each in (self.first_utc, self.last_utc, other.first_utc, other.last_utc) if each is not None]
        self.first_utc, self.last_utc = (min(times), max(times)) if times else (None, None)
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        _join(self.generators, other.generators, MOST_NAMED)
        _join(self.clients, other.clients, MOST_NAMED)
        _join(self.user_keys, other.user_keys, _MOST_USER_KEYS)
        if other.mac_passed is not None:
            self.mac_passed = bool(self.mac_passed) or other.mac_passed


def _join(into: dict[str, None], other: dict[str, None], most: int) -> None:
    for each in other:
        if len(into) < most:
            into[each] = None


class PayloadTally:
    """The view states of one log, or of several.

    Attributes:
        payloads: Each distinct one by the digest of its text and its address.
        left_out: The number of requests with a view state that was not kept.
    """

    def __init__(self) -> None:
        self.payloads: dict[bytes, Payload] = {}
        self.left_out: int = 0
        self._chars = 0

    def take(self, record: Record) -> None:
        """Take a request with a view state in its query, or an event about a view state."""
        for payload in _of_event(record) if record.kind is LogKind.EVENTS else _of_request(record):
            self.keep(payload)

    def keep(self, payload: Payload) -> None:
        """Keep a view state, and forget the least one if there are too many."""
        key = hashlib.sha256(f"{payload.address.lower()}\n{payload.text}".encode()).digest()[:16]
        known = self.payloads.get(key)
        if known is not None:
            known.add(payload)
            return
        self.payloads[key] = payload
        self._chars += len(payload.text)
        if len(self.payloads) > 2 * MOST_PAYLOADS or self._chars > 2 * MOST_CHARS:
            self._forget()

    def merge(self, other: PayloadTally) -> None:
        """Add the view states of another tally."""
        self.left_out += other.left_out
        for payload in other.payloads.values():
            self.keep(payload)

    def largest(self) -> list[Payload]:
        """Return the view states that are kept: those with an object first, then the largest."""
        self._forget()
        return list(self.payloads.values())

    def _forget(self) -> None:
        """Keep the first ones up to a number and a size."""
        ranked = sorted(self.payloads.items(), key=lambda each: (not each[1].has_object, -each[1].size_chars, each[0]))
        self.payloads, self._chars = {}, 0
        for key, payload in ranked:
            size = self._chars + len(payload.text)
            if len(self.payloads) < MOST_PAYLOADS and size <= MOST_CHARS:
                self.payloads[key], self._chars = payload, size
            else:
                self.left_out += payload.requests

    def __getstate__(self) -> dict[str, object]:
        """Forget the view states above the limit before the tally is sent."""
        self._forget()
        return dict(self.__dict__)


@dataclass(frozen=True)
class PayloadQuestion:
    """The question for all view states in the logs of IIS and Exchange, and in events."""

    kinds: frozenset[LogKind] = frozenset({LogKind.IIS, LogKind.HTTP_PROXY, LogKind.EVENTS})
    words: frozenset[bytes] = frozenset({_PARAMETER})
    event_ids: frozenset[int] = frozenset({VIEW_STATE_EVENT})

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        """Return escapes of letters of the name, with which ``words`` does not find a row of a page."""
        return _ESCAPES if path.endswith(b".aspx") and kind is not LogKind.EVENTS else None

    def tally(self, log: LogFile) -> PayloadTally:
        """Return a new tally."""
        del log
        return PayloadTally()


def merged_payloads(tallies: Iterable[PayloadTally]) -> PayloadTally:
    """Return one tally of several."""
    whole = PayloadTally()
    for each in tallies:
        whole.merge(each)
    return whole


def read_text_payloads(data: bytes, path: str) -> list[Payload]:
    """Return the view states in a file: one that is a view state, or one that keeps requests, events or pages."""
    bare = find_bare_state(data)
    text = data.decode("utf-8", "replace")
    address = _ADDRESS_LINE.search(text)
    found = [EncodedState(b64encode(bare).decode("ascii").rstrip("="))] if bare else find_states(text)
    return [_payload(each, Record(path, 0, LogKind.IIS, {}), address[1] if address else "") for each in found]


def _of_request(record: Record) -> list[Payload]:
    found = []
    query = _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), record.query)
    for state in find_states(query)[:MOST_NAMED]:
        payload = _payload(state, record, record.path)
        if record.status is not None:
            payload.statuses[record.status] = 1
        cookies = record.text("cs(cookie)") or ""
        payload.user_keys |= dict.fromkeys(each[1] for each in _SESSION.finditer(cookies))
        found.append(payload)
    return found


def _of_event(record: Record) -> list[Payload]:
    """Return the view states of an event, whose values have no names, or are one message."""
    values = [value for name, value in record.fields.items() if name.startswith("data.")]
    whole = "\n".join(values)
    passed = _mac_passed(values, whole)
    line = _PATH_LINE.search(whole)
    addresses = [value.strip() for value in values if value.startswith("/") and "." in value]
    address = line[1] if line is not None else addresses[-1] if addresses else ""
    states = find_states(whole)
    if not states:
        runs = [value.strip() for value in values if _BASE64.fullmatch(value.strip()) and not _is_number(value.strip())]
        states = [state for run in runs for state in find_states(f"PersistedState: {run}")]
    found = []
    for state in states[:MOST_NAMED]:
        payload = _payload(state, record, address)
        # Text that is no base64 is refused before its signature is checked, with the words for a wrong value.
        payload.mac_passed = passed if not passed or _is_whole(state.text, whole) else None
        client = _CLIENT_LINE.search(whole)
        clients = [client[1]] if client is not None else [each for each in values if _ADDRESS.fullmatch(each.strip())]
        payload.clients = dict.fromkeys(each.strip() for each in clients[:1])
        found.append(payload)
    return found


def _mac_passed(values: Sequence[str], whole: str) -> bool | None:
    """Return whether the signature was right according to an event: by its words, or by its detail code.

    As a value without a name, the code stands before the number of the port, which may be the same.
    """
    lowered = whole.lower()
    said = next((passed for words, passed in _REASONS.items() if words in lowered), None)
    if said is None:
        named = _DETAIL_LINE.search(whole)
        codes = [named[1]] if named is not None else [value.strip() for value in values]
        said = next((_DETAILS[code] for code in codes if code in _DETAILS), None)
    return said


def _is_whole(text: str, source: str) -> bool:
    """Return True if a view state stands in an event as valid base64 that was not cut off."""
    at = source.find(text)
    run = _RUN.match(source, max(at, 0))
    return at >= 0 and run is not None and len(run[0]) % 4 == 0 and run[0].rstrip("=") == text


def _is_number(value: str) -> bool:
    """Return True for the number of an event, which is 32 hexadecimal digits."""
    return len(value) == 32 and _HEX.fullmatch(value) is not None


def _payload(state: EncodedState, record: Record, address: str) -> Payload:
    when, client = record.when_utc, record.client
    return Payload(
        state.text[:LONGEST_PAYLOAD],
        address,
        {} if state.generator is None else {state.generator: None},
        1,
        when,
        when,
        clients={} if client is None else {client: None},
        size_chars=len(state.text),
        log=record.log,
        line=record.line,
        kind=record.kind,
    )
