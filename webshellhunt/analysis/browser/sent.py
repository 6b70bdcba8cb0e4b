"""Sent values: typed values that left a page, with channel and address, joined over all times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.browser.channels import Channel
from webshellhunt.analysis.domain.taints import codes_of
from webshellhunt.analysis.domain.values import Choice, Opaque, Tainted, Text, Thing, Value, options_of
from webshellhunt.analysis.traces import Trace, merged

UNKNOWN_PART, OWN_PART = "\0", "\1"
"""Marks in an address: a part that is not known, and the host or address of the page itself."""
_OWN_NAMES = frozenset({"host", "hostname", "origin", "protocol", "href", "pathname"})
_MOST_CHARACTERS = 4096
_MOST_NAMES = 256
_MOST_ADDRESSES = 16
MOST_SENT = 512
"""Places that send something; real pages have less than a tenth."""
_DEEPEST = 4
_IN_TEXT = re.compile(r"(?:^|[?&\"'{,\s])([\w$-]{1,64}+)[\"']?(?:=|:\s*+[\"']?)$")
_IN_MARKUP = re.compile(r"<[a-zA-Z][^<>]*?(?:src|href|action|data)\s*+=\s*+[\"']?([^\"'<>\0]*+\0[^\"'<>]*+)")
TAINTS = frozenset({"typed", "keys", "form"})
"""The kinds of traces of typed values: the value of the field, pressed keys, or a whole form."""


@dataclass(slots=True)
class Sent:
    """A value that left the page by a call or an assignment at ``token``, named ``name``.

    ``addresses`` are those that it was sent to, as texts with marks for the parts that are not known.
    """

    channel: Channel
    name: str
    place: int
    addresses: list[str] = field(default_factory=list)
    traces: tuple[Trace, ...] = ()

    def add(self, address: Value, traces: Iterable[Trace]) -> None:
        """Note that it was sent once more."""
        for option in options_of(address):
            text = text_of(option)[:_MOST_CHARACTERS]
            if text not in self.addresses and len(self.addresses) < _MOST_ADDRESSES:
                self.addresses.append(text)
        self.traces = merged((*self.traces, *traces))


@dataclass(slots=True)
class Outbox:
    """All that left a page, and the names under which typed values are sent.

    ``opened`` are the addresses of connections by the names that these are known by, and of all under ``()``;
    ``defaults`` the settings that a script makes for all requests of jQuery.
    """

    names: set[str] = field(default_factory=set)
    opened: dict[tuple[str, ...], Value] = field(default_factory=dict)
    defaults: list[Thing] = field(default_factory=list)
    _sent: dict[tuple[int, Channel], Sent] = field(default_factory=dict)

    @property
    def sent(self) -> Sequence[Sent]:
        """All sent values, in the order of the code."""
        return [self._sent[key] for key in sorted(self._sent, key=lambda key: key[0])]

    def add(self, channel: Channel, name: str, token: int, address: Value, contents: Sequence[Value]) -> None:
        """Note that values leave the page, unless they have no address or none of them is typed."""
        found = tainted_of(contents)
        if address is None or (not found and channel is not Channel.FORM):
            return
        self.note_names(contents)
        sent = self._sent.get((token, channel))
        if sent is None and len(self._sent) < MOST_SENT:
            sent = self._sent[token, channel] = Sent(channel, name, token)
        if sent is not None:
            sent.add(address, found)

    def note_names(self, contents: Iterable[Value]) -> None:
        """Note the names under which typed values stand in some values."""
        for value in contents:
            for name in _names_in(value, 0):
                if len(self.names) < _MOST_NAMES:
                    self.names.add(name.lower())

    def note_entry(self, arguments: Sequence[Value]) -> None:
        """Note the name of an entry that a typed value is added under: ``form.append("name", value)``."""
        if len(arguments) > 1 and isinstance(arguments[0], str) and _is_typed(arguments[1]):
            self.names.add(str(arguments[0]).lower())


def tainted_of(values: Iterable[Value]) -> tuple[Trace, ...]:
    """Return the traces of typed values in some values."""
    found = [trace for value in values for part in _parts(value) for trace in codes_of(part)]
    return merged(trace for trace in found if trace.kind in TAINTS)


def _parts(value: Value) -> Sequence[Value]:
    """Return the parts of a text, in which a number is its digits; any other value as it is."""
    return value.parts if value.__class__ is Text else (value,)


def text_of(value: Value) -> str:
    """Return an address as a text, with marks for the parts that are not known."""
    if isinstance(value, str):
        return str(value)
    if value.__class__ is Text:
        return "".join(map(text_of, value.parts))
    if value.__class__ is Choice:
        texts = [text_of(each) for each in value.options]
        return max(texts, key=lambda text: len(text.strip(UNKNOWN_PART)))
    if value.__class__ is Opaque and "location" in value.path and value.path[-1] in _OWN_NAMES:
        return OWN_PART
    return UNKNOWN_PART


def address_in_markup(markup: Text) -> Value:
    """Return the first address in markup that has a part which is not known, ``None`` if there is none."""
    found = _IN_MARKUP.search(text_of(markup)[:_MOST_CHARACTERS])
    return None if found is None else found[1]


def _names_in(value: Value, depth: int) -> Iterator[str]:
    """Yield the names before typed values: in a text, or of the fields of an object."""
    if value.__class__ is Text:
        for before, part in zip(value.parts, value.parts[1:], strict=False):
            named = _IN_TEXT.search(before) if isinstance(before, str) and _is_typed(part) else None
            if named is not None:
                yield named[1]
    elif value.__class__ is Choice:
        for each in value.options:
            yield from _names_in(each, depth)
    elif value.__class__ is Thing and depth < _DEEPEST:
        for key, each in value.fields.items():
            if isinstance(key, str) and key[:1] != "\0" and len(key) <= 64 and _is_typed(each):
                yield key
            yield from _names_in(each, depth + 1)


def _is_typed(value: Value) -> bool:
    if value.__class__ is Choice:
        return any(_is_typed(each) for each in value.options)
    return value.__class__ is Tainted and any(trace.kind == "typed" for trace in value.traces)
