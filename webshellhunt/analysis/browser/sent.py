"""Sent values: typed values that left a page, with channel and address, joined over all times."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from webshellhunt.analysis.browser.channels import Channel
from webshellhunt.analysis.traces import Step, Trace, merged
from webshellhunt.core.heap import REST
from webshellhunt.core.procedure import Frame
from webshellhunt.core.values import KNOWN, Label, OneOf, Parts, Ref, Some, Value, options

UNKNOWN_PART, OWN_PART = "\0", "\1"
"""Marks in an address: a part that is not known, and the host or address of the page itself."""
PATH = "."
"""Begins the form of a value from outside of the scripts, which is the dotted names that it is known by."""
_OWN_NAMES = frozenset({"host", "hostname", "origin", "protocol", "href", "pathname"})
_MOST_CHARACTERS = 4096
_MOST_NAMES = 256
_MOST_ADDRESSES = 16
MOST_SENT = 512
"""Places that send something; real pages have less than a tenth."""
_DEEPEST = 4
_MOST_ENTRIES = 200
_IN_TEXT = re.compile(r"(?:^|[?&\"'{,\s])([\w$-]{1,64}+)[\"']?(?:=|:\s*+[\"']?)$")
_IN_MARKUP = re.compile(r"<[a-zA-Z][^<>]*?(?:src|href|action|data)\s*+=\s*+[\"']?([^\"'<>\0]*+\0[^\"'<>]*+)")
TYPED = frozenset({"typed", "keys", "form"})
"""The kinds of labels of typed values: the value of the field, pressed keys, or a whole form."""


@dataclass(slots=True)
class Sent:
    """A value that left the page by a call or an assignment at ``place``, named ``name``.

    ``addresses`` are those that it was sent to, as texts with marks for the parts that are not known.
    """

    channel: Channel
    name: str
    place: int
    addresses: list[str] = field(default_factory=list)
    traces: tuple[Trace, ...] = ()

    def add(self, address: Value, traces: Iterable[Trace]) -> None:
        """Note that it was sent once more."""
        for option in options(address):
            text = text_of(option)[:_MOST_CHARACTERS]
            if text not in self.addresses and len(self.addresses) < _MOST_ADDRESSES:
                self.addresses.append(text)
        self.traces = merged((*self.traces, *traces))


@dataclass(slots=True)
class Outbox:
    """All that left a page, and the names under which typed values are sent."""

    names: set[str] = field(default_factory=set)
    _sent: dict[tuple[int, Channel], Sent] = field(default_factory=dict)

    @property
    def sent(self) -> Sequence[Sent]:
        """All sent values, in the order of the code."""
        return [self._sent[key] for key in sorted(self._sent, key=lambda key: key[0])]

    def add(self, f: Frame, channel: Channel, name: str, place: int, address: Value, contents: Sequence[Value]) -> None:
        """Note that values leave the page, unless they have no address or none of them is typed."""
        found = typed_in(f, contents)
        if address is None or (not found and channel is not Channel.FORM):
            return
        self.note_names(f, contents)
        sent = self._sent.get((place, channel))
        if sent is None and len(self._sent) < MOST_SENT:
            sent = self._sent[place, channel] = Sent(channel, name, place)
        if sent is not None:
            sent.add(address, found)

    def note_names(self, f: Frame, contents: Iterable[Value]) -> None:
        """Note the names under which typed values stand in some values."""
        for value in contents:
            for name in _names_in(f, value, 0):
                if len(self.names) < _MOST_NAMES:
                    self.names.add(name.lower())

    def note_entry(self, arguments: Sequence[Value]) -> None:
        """Note the name of an entry that a typed value is added under: ``form.append("name", value)``."""
        if len(arguments) > 1 and isinstance(arguments[0], str) and _is_typed(arguments[1]):
            self.names.add(str(arguments[0]).lower())


def labels_in(f: Frame, value: Value, depth: int = 0) -> frozenset[Label]:
    """Return the labels of a value and of all in it, those of numbers that are codes of letters included."""
    kind = value.__class__
    if kind is Some:
        return value.labels | value.codes  # type: ignore[no-any-return]
    if kind is Parts or kind is OneOf:
        parts = value.parts if kind is Parts else value.options
        return frozenset[Label]().union(*(labels_in(f, each, depth) for each in parts))
    if kind is not Ref or depth > _DEEPEST:
        return frozenset()
    found: frozenset[Label] = frozenset()
    for n, (key, each) in enumerate([*f[0].t[value.oid].items()]):
        if n > _MOST_ENTRIES:
            break
        if each.__class__ not in KNOWN and (key.__class__ is int or key == REST or key.__class__ is str):
            found |= labels_in(f, each, depth + 1)
    return found


def typed_in(f: Frame, values: Iterable[Value]) -> tuple[Trace, ...]:
    """Return the traces of typed values in some values."""
    labels = frozenset[Label]().union(*(labels_in(f, value) for value in values))
    found = [each for each in labels if each.kind in TYPED]
    found.sort(key=lambda each: (each.at, each.kind))
    return merged(Trace(x.kind, x.origin, x.at, None, tuple(Step(*step) for step in x.steps)) for x in found)


def path_of(value: Value) -> tuple[str, ...]:
    """Return the dotted names of a value from outside of the scripts, none for any other."""
    is_path = value.__class__ is Some and value.form[:1] == PATH
    return tuple(value.form[1:].split(PATH)) if is_path else ()


def text_of(value: Value) -> str:
    """Return an address as a text, with marks for the parts that are not known."""
    if isinstance(value, str):
        return str(value)
    if value.__class__ is Parts:
        return "".join(map(text_of, value.parts))
    if value.__class__ is OneOf:
        return max(map(text_of, value.options), key=lambda text: len(text.strip(UNKNOWN_PART)))
    path = path_of(value)
    return OWN_PART if "location" in path and path[-1] in _OWN_NAMES else UNKNOWN_PART


def address_in_markup(markup: Value) -> Value:
    """Return the first address in markup that has a part which is not known, ``None`` if there is none."""
    found = _IN_MARKUP.search(text_of(markup)[:_MOST_CHARACTERS])
    return None if found is None else found[1]


def _names_in(f: Frame, value: Value, depth: int) -> Iterator[str]:
    """Yield the names before typed values: in a text, or of the fields of an object."""
    if value.__class__ is Parts:
        for before, part in zip(value.parts, value.parts[1:], strict=False):
            named = _IN_TEXT.search(before) if isinstance(before, str) and _is_typed(part) else None
            if named is not None:
                yield named[1]
    elif value.__class__ is OneOf:
        for each in value.options:
            yield from _names_in(f, each, depth)
    elif value.__class__ is Ref and depth < _DEEPEST:
        for key, each in [*f[0].t[value.oid].items()][:_MOST_ENTRIES]:
            if isinstance(key, str) and key[:1] != "\0" and len(key) <= 64 and _is_typed(each):
                yield key
            if each.__class__ not in KNOWN and (key.__class__ is int or key.__class__ is str):
                yield from _names_in(f, each, depth + 1)


def _is_typed(value: Value) -> bool:
    if value.__class__ is OneOf:
        return any(_is_typed(each) for each in value.options)
    labels: Iterable[Any] = value.labels if value.__class__ is Some else ()
    return any(each.kind == "typed" for each in labels)
