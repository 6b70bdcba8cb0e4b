"""The words of power of ``vocabulary.toml``, compiled once for quick look-up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from webshellhunt.analysis.capabilities import OF_CAPABILITY, capabilities, capability_sinks, capability_types
from webshellhunt.signatures.words import WordSearch

FEWEST_POWERS = 3
LONGEST_OF_POWER = 4096
"""Characters of a string; in a longer one no words of power are looked for."""
NAMED = "name:"
"""Stands before a name of the code, or several with ``+`` between them, among the words that sinks need."""
RUN = "run:"
"""Stands before a word that has to be run, among the words that sinks need: a guard that refuses it makes no sink."""
ITS_OBJECT = -1
"""The argument of a sink for which the object of the call counts."""
OF_QUESTION = "ask:"
"""The prefix of the kinds of sinks whose arrivals a detector asks for."""
OF_VISITOR = frozenset({"read-path", "list-path", "database", "statement", "fetch", "send", "resolve"})
"""The kinds of sinks that only a visitor's say makes harmful."""


class Sink(NamedTuple):
    """One dotted name (or its end, after ``*.``) that executes, writes, loads or connects.

    ``argument`` is the one that counts, from 0; ``None`` where all do, `ITS_OBJECT` where the object of the call does.
    ``of_type`` says that the name's root is no word of the code but a type that an object there may have. ``beside``
    are words of which a constant of the same code has to hold one for it to count, or names of it. ``mode`` is the
    argument that decides about the call: where it is one of ``idle``, or missing, that is nothing of this kind.
    ``fixed`` are the endings of files that are the site's own where the path begins in a fixed folder of it. ``spared``
    are the names of classes whose method of that name does something else. ``is_made`` is true for a class of which an
    object has to be made by ``new``.
    """

    kind: str
    pattern: tuple[str, ...]
    anywhere: bool
    is_property: bool = False
    argument: int | None = None
    of_type: bool = False
    beside: tuple[str, ...] = ()
    mode: int | None = None
    idle: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()
    is_made: bool = False
    fixed: tuple[str, ...] = ()

    def matches(self, names: tuple[str, ...]) -> bool:
        """True if a dotted name of the code is this sink."""
        size = len(self.pattern)
        if self.anywhere:
            return len(names) > size and names[-size:] == self.pattern
        if size == 1:  # also by its long name, ``new System.IO.StreamWriter``
            return names == self.pattern or (names[0] == "system" and names[-1:] == self.pattern)
        return names[-size:] == self.pattern

    @property
    def is_bare(self) -> bool:
        """Whether it is one name of the language: a script control has another language of its own."""
        return len(self.pattern) == 1 and not self.anywhere

    @property
    def is_end(self) -> bool:
        """Whether flows end at it; of the others, detectors only ask whether code has them, or what arrives there."""
        return not self.kind.startswith((OF_CAPABILITY, OF_QUESTION))

    @property
    def is_asked(self) -> bool:
        """Whether detectors ask what arrives there."""
        return self.kind in asked_kinds()

    def counts(self, held: frozenset[str]) -> bool:
        """True if the sink counts in code whose constants hold these words."""
        return not self.beside or not held.isdisjoint(self.beside)


@lru_cache(maxsize=1)
def asked_kinds() -> frozenset[str]:
    """Return the kinds of sinks of which detectors ask what arrives there."""
    asked = (OF_CAPABILITY + name for name, capability in capabilities().items() if capability.is_asked)
    return frozenset(
        each.kind
        for group in vocabulary().sinks.values()
        for each in group
        if not each.is_end and not each.kind.startswith(OF_CAPABILITY)
    ).union(asked)


class Power(NamedTuple):
    """Something a page is able to do, shown by the words it uses; ``way`` is how a word has to be used to count."""

    name: str
    words: tuple[str, ...]
    way: str


class Vocabulary(NamedTuple):
    """All groups; ``sinks`` and ``remote`` are keyed by the last part of the dotted name.

    ``beside`` are the words that sinks need, ``cleaning`` the last parts of the names of cleaners, ``evaluating`` those
    of sinks that run text as code, ``owners`` the types that have sinks,
    ``shown_tags`` the controls that only show a text. ``remarkable`` are the names of types that ordinary
    pages don't make; ``gates_of_visitor`` the gates of those kinds of sinks that only a visitor's say makes harmful.
    """

    request_members: frozenset[str]
    requests: frozenset[str]
    visitor_variables: tuple[str, ...]
    control_members: frozenset[str]
    shown_tags: frozenset[str]
    remote: dict[str, tuple[Sink, ...]]
    cleaners: frozenset[tuple[str, ...]]
    cleaning: frozenset[str]
    gatherers: frozenset[str]
    types: dict[str, str]
    remarkable: frozenset[str]
    sinks: dict[str, tuple[Sink, ...]]
    evaluating: frozenset[str]
    owners: frozenset[str]
    beside: frozenset[str]
    gates: frozenset[str]
    gates_of_visitor: frozenset[str]
    powers: tuple[Power, ...]
    power_names: dict[str, str]
    power_ways: dict[str, str]

    def sink(self, names: tuple[str, ...], *, is_property: bool = False) -> list[Sink]:
        """Return the sinks that a dotted name is; several where it is a path and a content at once.

        An object that is made where it is used, ``new StreamWriter(x).Write(y)``, counts by its type.
        """
        if len(names) > 1:
            names = (*names[:-2], *self.types.get(names[-2], names[-2]).split("."), names[-1])
        return [s for s in self.sinks.get(names[-1], ()) if s.is_property == is_property and s.matches(names)]

    def is_cleaner(self, names: tuple[str, ...]) -> bool:
        """True if a call in this dotted name gives something that is no longer the visitor's text."""
        if self.cleaning.isdisjoint(names):
            return False
        ends = range(1, len(names) + 1)
        return any(
            names[end - 1 : end] in self.cleaners or names[max(0, end - 2) : end] in self.cleaners for end in ends
        )

    def power_words(self, text: str) -> tuple[str, ...]:
        """Return the words of power in a text; none where they are of fewer kinds than mean anything together."""
        words = tuple(_power_search().find(text))
        return words if len({self.power_names[word] for word in words}) >= FEWEST_POWERS else ()

    def words_of_power(self, text: str) -> tuple[str, ...]:
        """Return the words of power in the text of a string in lower case, each once; none in a long one."""
        return _words_of_power(text) if len(text) < LONGEST_OF_POWER else ()


def _pattern(
    kind: str,
    text: str,
    *,
    is_property: bool = False,
    is_made: bool = False,
    argument: int | None = None,
    types: frozenset[str] = frozenset(),
    beside: tuple[str, ...] = (),
    mode: int | None = None,
    idle: frozenset[str] = frozenset(),
    spared: frozenset[str] = frozenset(),
    fixed: tuple[str, ...] = (),
) -> Sink:
    anywhere = text.startswith("*.")
    pattern = tuple(text.removeprefix("*.").split("."))
    of_type = ".".join(pattern[:-1]) in types
    return Sink(kind, pattern, anywhere, is_property, argument, of_type, beside, mode, idle, spared, is_made, fixed)


@lru_cache(maxsize=1)
def _power_search() -> WordSearch:
    return WordSearch(vocabulary().power_names)


@lru_cache(maxsize=1)
def _power_pattern() -> re.Pattern[str]:
    words = sorted(vocabulary().power_names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


@lru_cache(maxsize=16_384)
def _words_of_power(text: str) -> tuple[str, ...]:
    """Return the words of power in a text; the same texts stand in all pages of a site."""
    return tuple(dict.fromkeys(_power_pattern().findall(text)))


def _by_last(sinks: Iterable[Sink]) -> dict[str, tuple[Sink, ...]]:
    """Return sinks by the last part of their names."""
    by_last: dict[str, list[Sink]] = {}
    for sink in sinks:
        by_last.setdefault(sink.pattern[-1], []).append(sink)
    return {last: tuple(found) for last, found in by_last.items()}


def _sinks(raw: dict[str, Any]) -> Iterator[Sink]:
    """Yield all sinks."""
    types = frozenset(raw["types"]["names"].values()) | {"textstream", "unknown", "reflected"}
    types |= frozenset(capability_types().values())
    for group in (*raw["sinks"], *capability_sinks()):
        told = {"argument": group.get("argument"), "beside": tuple(group.get("beside", ()))}
        told |= {"mode": group.get("mode"), "idle": frozenset(group.get("idle", ()))}
        told |= {"spared": frozenset(group.get("spared", ())), "fixed": tuple(group.get("fixed", ()))}
        for key in ("names", "properties", "constructors"):
            for text in group.get(key, ()):
                is_property, is_made = key == "properties", key == "constructors"
                yield _pattern(group["kind"], text, is_property=is_property, is_made=is_made, types=types, **told)


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Load the vocabulary; the data file is part of the package."""
    import tomllib  # A file without code never needs it.

    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
    sinks, groups = _by_last(_sinks(raw)), (*raw["sinks"], *capability_sinks())
    origins, cleaners = raw["origins"], raw["cleaners"]
    names = {word: group["name"] for group in raw["powers"] for word in group["words"]}
    return Vocabulary(
        request_members=frozenset(origins["request_members"]),
        requests=frozenset(origins["requests"]),
        visitor_variables=tuple(origins["server_variables_of_visitor"]),
        control_members=frozenset(origins["control_members"]),
        shown_tags=frozenset(raw["shown"]["tags"]),
        remote=_by_last(_pattern("remote", text) for text in raw["remote"]["names"]),
        cleaners=frozenset(tuple(name.split(".")) for name in cleaners["names"]),
        cleaning=frozenset(name.rpartition(".")[2] for name in cleaners["names"]),
        gatherers=frozenset(raw["gatherers"]["members"]),
        types={**capability_types(), **raw["types"]["names"]},
        remarkable=frozenset(n for n, kind in raw["types"]["names"].items() if kind not in raw["types"]["ordinary"]),
        sinks=sinks,
        evaluating=frozenset(last for last, group in sinks.items() if any(sink.kind == "evaluate" for sink in group)),
        owners=frozenset(sink.pattern[-2] for group in sinks.values() for sink in group if len(sink.pattern) > 1),
        beside=frozenset(word for group in groups for word in group.get("beside", ())),
        gates=frozenset(w for g in groups if g["kind"] not in OF_VISITOR for w in g.get("gate", ())),
        gates_of_visitor=frozenset(w for g in raw["sinks"] if g["kind"] in OF_VISITOR for w in g.get("gate", ())),
        powers=tuple(Power(p["name"], tuple(p["words"]), p["way"]) for p in raw["powers"]),
        power_names=names,
        power_ways={word: group["way"] for group in raw["powers"] for word in group["words"]},
    )
