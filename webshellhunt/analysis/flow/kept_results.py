"""Kept results: those of runs over one code, for all layers and files that have the same code in the same surroundings.

A run depends on the tokens of a code and on its surroundings, and now and then on the text around the code. Results are
kept for all texts where the run did not look at the text, else for that text alone. All places in them are numbers of
tokens, so that they are true of each layer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Generic, TypeVar

from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.engine import INCLUDING
from webshellhunt.analysis.surroundings import MARKED, Surroundings
from webshellhunt.fence import is_cut_by_time
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.unit import Unit
from webshellhunt.memo import Memo

F = TypeVar("F")
MAX_KEPT_TOKENS = 400_000
"""Tokens of the codes whose results are kept; the results have a small part of that in flows and constants."""


@dataclass(slots=True)
class _Results(Generic[F]):
    """The results of runs over one code: its constants, and its flows by the words that it has."""

    constants: Constants | None = None
    flows: dict[frozenset[str], F] = field(default_factory=dict)


_RESULTS: Memo[_Results[object]] = Memo(MAX_KEPT_TOKENS)


class KeptResults(Generic[F]):
    """The results for one code in its surroundings, and whatever else they depend on."""

    def __init__(self, unit: Unit, surroundings: Surroundings, *others: Hashable) -> None:
        self._unit = unit
        self._surroundings = surroundings
        self._others = others
        self._kept: tuple[_Results[F], _Results[F]] | None = None

    def constants(self, make: Callable[[], tuple[Constants, bool]]) -> Constants:
        """Return the constants: kept ones, else those that ``make`` returns, and whether its run looked at the text."""
        for each in self._both:
            if each.constants is not None:
                return each.constants
        made, reads_text = make()
        if not is_cut_by_time():
            self._both[reads_text].constants = made
        return made

    def flows(self, held: frozenset[str], make: Callable[[], tuple[F, bool]]) -> F:
        """Return the flows of a code that has some words, as `constants` does."""
        for each in self._both:
            if held in each.flows:
                return each.flows[held]
        made, reads_text = make()
        if not is_cut_by_time():
            self._both[reads_text].flows[held] = made
        return made

    @property
    def _both(self) -> tuple[_Results[F], _Results[F]]:
        """The results for all texts, and those for this text alone; they are looked up at the first question."""
        if self._kept is None:
            self._kept = self._find()
        return self._kept

    def _find(self) -> tuple[_Results[F], _Results[F]]:
        tokens = self._unit.tokens
        if not tokens.text.isascii():
            _ = self._unit.parsed  # the parser reads the strings again, in place: equal for two readings of a file
        text = digest_of(tokens)[0]
        key = (_key_of(tokens, self._surroundings), self._others)
        return self._of(key), self._of((key, text))

    def _of(self, key: Hashable) -> _Results[F]:
        return _RESULTS.get(key, _Results, lambda _: len(self._unit.tokens) + 64)  # type: ignore[return-value]


def _key_of(tokens: Tokens, surroundings: Surroundings) -> Hashable:
    """Return everything that a run depends on, but for the text around the code."""
    joined = "\0".join(tokens.values)
    values = sha256(joined.encode("utf-8", "surrogatepass"))
    if joined.count("\0") >= len(tokens.values):  # a string has one, and could end elsewhere in another code
        values.update(repr([*map(len, tokens.values)]).encode("ascii"))
    values.update(tokens.kinds)
    values.update(tokens.gaps)
    marks = tuple(mark in tokens.text for mark in (INCLUDING, MARKED))
    return tokens.language, values.digest(), len(tokens), known_of(surroundings), marks


def known_of(surroundings: Surroundings) -> Hashable:
    """Return everything that a run depends on of the surroundings of a code."""
    objects, shown = (frozenset(each.items()) for each in (surroundings.objects, surroundings.shown))
    flags = (surroundings.is_classic, surroundings.is_whole, surroundings.is_module, surroundings.part)
    return surroundings.controls, objects, surroundings.declared, shown, flags


def digest_of(tokens: Tokens) -> tuple[bytes, int, int]:
    """Return what tells the code of a file from any other one: the digest of its text, and which part is code."""
    text = sha256(tokens.text.encode("utf-8", "surrogatepass")).digest()
    return text, len(tokens), tokens.starts[0] if len(tokens) else 0
