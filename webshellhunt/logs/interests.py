"""Interests: the questions that need a row, by its address and by the words in it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from operator import is_
from typing import Final

from webshellhunt.logs.questions import Question
from webshellhunt.model.traffic import LogKind

MOST_ADDRESSES: Final = 100_000
MOST_BYTES: Final = 16 * 1024 * 1024
"""The most bytes of the addresses that are kept."""

MANY_WORDS: Final = 24
"""With more words, most blocks are searched with one expression instead of for each word."""

_LONGEST_START: Final = 16

Takers = tuple[tuple[int, tuple[bytes, ...]], ...]
"""The numbers of the questions that need rows of an address, and the words of which such a row has one, if any."""


class Interests(dict[bytes, Takers]):
    """The takers of each address, as logged: known after the first row, and forgotten if there are too many."""

    def __init__(self, questions: Sequence[Question], kind: LogKind) -> None:
        super().__init__()
        self._questions = questions
        self._kind = kind
        self._bytes = 0

    @classmethod
    def of(cls, questions: Sequence[Question], kind: LogKind) -> Interests:
        """Return the interests of questions in logs of a kind: those of an earlier log, as they depend on no log."""
        for found in _LATEST:
            same = len(found._questions) == len(questions) and all(map(is_, found._questions, questions))
            if same and found._kind is kind:
                return found
        latest = cls(tuple(questions), kind)
        _LATEST.append(latest)
        return latest

    def __missing__(self, address: bytes) -> Takers:
        self._bytes += len(address)
        if len(self) >= MOST_ADDRESSES or self._bytes > MOST_BYTES:
            self.clear()
            self._bytes = len(address)
        path = address.partition(b"?")[0] if self._kind is LogKind.HTTP_ERR else address
        lowered = path.lower()
        asked = ((number, each.interest(lowered, self._kind)) for number, each in enumerate(self._questions))
        found = tuple((number, words) for number, words in asked if words is not None)
        self[address] = found
        return found


_LATEST: Final[deque[Interests]] = deque(maxlen=4)
"""The interests in the latest logs of this process."""


class Words:
    """The words that questions take anywhere in a row."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._takers: dict[bytes, list[int]] = {}
        for number, question in enumerate(questions):
            for word in question.words:
                self._takers.setdefault(word, []).append(number)
        self._within = {word: _shortest_in(word, self._takers) for word in self._takers}
        self._ordered = sorted(self._takers, key=lambda word: (len(word), word))
        self._any = re.compile(_any_of(word[:_LONGEST_START] for word in self._takers)) if self._are_many else None

    @property
    def _are_many(self) -> bool:
        """True if one expression for all words is faster than a search for each."""
        return len(self._takers) > MANY_WORDS and all(self._takers)

    def find(self, data: bytes) -> list[bytes]:
        """Return the words that are anywhere in lines."""
        if not self._takers:
            return []
        lowered = data.lower()
        if self._any is not None and self._any.search(lowered) is None:
            return []
        present: list[bytes] = []
        for word in self._ordered:
            within = self._within[word]
            if (within is None or within in present) and word in lowered:
                present.append(word)
        return present

    def lines_with(self, present: Sequence[bytes], lines: Sequence[bytes]) -> Mapping[int, set[int]]:
        """Return the numbers of the questions that take a line for one of these words, by its position."""
        found: dict[int, set[int]] = {}
        rows = [line.lower() for line in lines] if present else []
        for word in present:
            takers = self._takers[word]
            for position in [position for position, row in enumerate(rows) if word in row]:
                found.setdefault(position, set()).update(takers)
        return found


def _any_of(words: Iterable[bytes]) -> bytes:
    """Return an expression for any of some words, in which equal starts are tried once."""
    by_start: dict[bytes, list[bytes]] = {}
    for word in sorted(set(words)):
        by_start.setdefault(word[:1], []).append(word[1:])
    branches = []
    for start, rests in by_start.items():
        ends_here = b"" in rests
        branches.append(re.escape(start) if ends_here else re.escape(start) + _any_of(rests))
    return branches[0] if len(branches) == 1 else b"(?:" + b"|".join(branches) + b")"


def _shortest_in(word: bytes, words: Mapping[bytes, object]) -> bytes | None:
    """Return the shortest other word that is a part of a word: where that is missing, so is the word."""
    return min((each for each in words if each != word and each in word), key=len, default=None)
