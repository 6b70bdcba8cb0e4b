"""Columns: the tokens of a code, each of their properties in a row of its own."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import NamedTuple

from webshellhunt.lang.lexis import NAME, REGEX

_ONLY: Mapping[int, bytes] = {kind: bytes(each == kind for each in range(256)) for kind in range(REGEX + 1)}
"""For each kind, a table that makes ones of it and zeros of all others."""
CLOSE, NEXT, APART = range(3)
"""How far a token stands from the one before it: not at all, by one blank, by more or by anything else."""
Places = Mapping[str, Sequence[int]]
"""For each word, the numbers of its tokens, which increase."""


def places_of(words: Iterable[str]) -> Places:
    """Return the places of each word in a row of them."""
    places = defaultdict[str, list[int]](list)
    for index, word in enumerate(words):
        places[word].append(index)
    places.default_factory = None  # who asks for a word that isn't there must not add it
    return places


class JoinedPlaces(Mapping[str, Sequence[int]]):
    """The places of the words of a code that is made of parts: where each part begins, and the places in it."""

    def __init__(self, parts: Sequence[tuple[int, Places]]) -> None:
        self._parts = parts
        self._words = dict.fromkeys(chain.from_iterable(places for _, places in parts))

    def __getitem__(self, word: str) -> Sequence[int]:
        if word not in self._words:
            raise KeyError(word)
        return [first + at for first, places in self._parts for at in places.get(word, ())]

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def merge(places: Places, words: Iterable[str]) -> Sequence[int]:
    """Return the places of all of some words, in their order."""
    found = [places[word] for word in words if word in places]
    return found[0] if len(found) == 1 else sorted(chain.from_iterable(found))


class Part(NamedTuple):
    """A range of the tokens of a page that other pages have, too; ``key`` has its text and its place."""

    first: int
    end: int
    key: Hashable


class Words(NamedTuple):
    """The words of a piece of code: their places from its start, all in lower case, and those that are names."""

    places: Places
    lowered: frozenset[str]
    names: frozenset[str]


@dataclass(slots=True)
class Tokens:
    """The tokens of one language: columns of equal length.

    ``kinds`` are `NAME`, `STRING`, `NUMBER`, `OP`, `NEWLINE` (VB's end of a statement) or `REGEX`; ``values`` as the
    compiler sees them; ``starts`` and ``ends`` half-open character offsets in ``text``, which increase strictly. How
    they are written is in ``gaps``, `CLOSE`, `NEXT` or `APART`, which says too much where it isn't sure, and by
    ``disguised``, a one for each name and string that may be spelled otherwise than anybody would. ``parts`` are the
    pieces that a page shares with others, in their order, ``pieces`` where each begins, with its words, and ``filled``
    counts the tokens between them, which nobody wrote.
    """

    language: str
    text: str = field(repr=False)
    kinds: bytearray = field(default_factory=bytearray)
    values: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    gaps: bytearray = field(default_factory=bytearray, repr=False, compare=False)
    disguised: bytearray = field(default_factory=bytearray, repr=False, compare=False)
    pieces: Sequence[tuple[int, Words]] = field(default=(), init=False, repr=False, compare=False)
    parts: Sequence[Part] = field(default=(), init=False, repr=False, compare=False)
    filled: int = field(default=0, init=False, compare=False)
    _places: Places | None = field(default=None, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.kinds)

    @property
    def places(self) -> Places:
        """Where each value stands; it is made once all tokens are there, as nearly everything needs it."""
        if self._places is None:
            parts = [(first, words.places) for first, words in self.pieces]
            self._places = JoinedPlaces(parts) if parts else places_of(self.values)
        return self._places

    @property
    def lowered(self) -> frozenset[str]:
        """All values in lower case."""
        if self.pieces:
            return frozenset[str]().union(*(words.lowered for _, words in self.pieces))
        return frozenset(map(str.lower, self.places))

    @property
    def names(self) -> frozenset[str]:
        """The values of all names."""
        if self.pieces:
            return frozenset[str]().union(*(words.names for _, words in self.pieces))
        return frozenset(compress(self.values, self.flags(NAME)))

    def indexes_of(self, values: Iterable[str]) -> Sequence[int]:
        """Return the tokens that have one of some values, of any kind, in their order."""
        return merge(self.places, values)

    def flags(self, kind: int) -> bytearray:
        """Return for each token whether it is of a kind; each step runs over the whole column."""
        return self.kinds.translate(_ONLY[kind])

    def of_kind(self, kind: int) -> Iterator[int]:
        """Yield the tokens of a kind."""
        return compress(range(len(self.kinds)), self.flags(kind))

    def touched_by(self, ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
        """Yield the tokens that increasing ranges of the text touch, each once."""
        following = 0
        for start, end in ranges:
            following = max(following, bisect_right(self.ends, start))
            while following < len(self) and self.starts[following] < end:
                yield following
                following += 1

    def truncate(self, count: int) -> bool:
        """Keep the first tokens only; return True if there were more."""
        more = len(self) > count
        if more:
            for column in (self.kinds, self.values, self.starts, self.ends, self.gaps, self.disguised):
                del column[count:]
            self._places = None
        return more

    def keep(self, kept: bytearray) -> None:
        """Keep the tokens for which there is a one; a token behind a dropped one stands apart."""
        for dropped in find_all(0, kept[:-1]):
            self.gaps[dropped + 1] = APART
        self.kinds, self.values = bytearray(compress(self.kinds, kept)), list(compress(self.values, kept))
        self.starts, self.ends = list(compress(self.starts, kept)), list(compress(self.ends, kept))
        self.gaps, self.disguised = bytearray(compress(self.gaps, kept)), bytearray(compress(self.disguised, kept))
        self._places = None

    def extend(self, other: Tokens) -> None:
        """Add the tokens of another range of the same text."""
        self.kinds.extend(other.kinds)
        self.values.extend(other.values)
        self.starts.extend(other.starts)
        self.ends.extend(other.ends)
        self.gaps.extend(other.gaps)
        self.disguised.extend(other.disguised)
        self._places = None


def find_all(value: int, column: bytearray, start: int = 0) -> Iterator[int]:
    """Yield where a value stands in a column."""
    place = column.find(value, start)
    while place >= 0:
        yield place
        place = column.find(value, place + 1)
