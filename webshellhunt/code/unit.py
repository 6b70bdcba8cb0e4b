"""Unit: the code of one language in one page, cut into statements and functions.

Blocks stay where they are; only their tokens are joined, so that each offset still points into the layer's text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from webshellhunt.lang import unit as lang_unit
from webshellhunt.lang.tokens import NAME, OP


class Function(NamedTuple):
    """A function of the page: its name, its parameters, and the token range of its body.

    ``number`` counts the functions of one name; ``scope`` tells one from all others.
    """

    name: str
    parameters: tuple[str, ...]
    start: int
    end: int
    number: int = 0

    @property
    def scope(self) -> str:
        """The name of its scope: its own where it is the first of that name."""
        return f"{self.name}\1{self.number}" if self.number else self.name


def name_of(scope: str) -> str:
    """Return the name of the function that a scope is of."""
    return scope.partition("\1")[0]


@dataclass(slots=True)
class Unit(lang_unit.Unit):
    """A unit with its brackets matched, statements cut and functions found.

    ``match`` maps an opening token to its closing one and back; ``statements`` are half-open token ranges, and those
    that begin at one of ``results`` are the one expression of a function, which returns it.
    """

    match: dict[int, int] = field(default_factory=dict)
    statements: list[tuple[int, int]] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)
    results: set[int] = field(default_factory=set)
    _starts: list[int] = field(default_factory=list, init=False, repr=False)

    @property
    def cut(self) -> bool:
        """Whether there is more code than is read."""
        return self.is_cut

    @property
    def starts(self) -> Sequence[int]:
        """The first token of each statement; asked for once the statements are cut."""
        if not self._starts:
            self._starts = [start for start, _ in self.statements]
        return self._starts

    def statement_at(self, token: int) -> int | None:
        """Return the number of the statement that a token stands in, ``None`` between two."""
        number = bisect_right(self.starts, token) - 1
        return number if number >= 0 and token < self.statements[number][1] else None

    def placed(self, tokens: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Yield those of some tokens that stand in a statement, each with the number of that."""
        starts, statements = self.starts, self.statements
        for token in tokens:
            number = bisect_right(starts, token) - 1
            if number >= 0 and token < statements[number][1]:
                yield token, number

    def part(self, places: Iterable[int]) -> None:
        """Part the statements that have one of some tokens in their middle, in front of it."""
        cuts = sorted(set(places))
        pieces: list[tuple[int, int]] = []
        for start, end in self.statements if cuts else ():
            inside = cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]
            pieces += pairwise((start, *inside, end))
        self.statements, self._starts = pieces or self.statements, []

    def value(self, index: int) -> str:
        """Return a token's value in the form that names are compared in; ``""`` outside the unit."""
        values = self.tokens.values
        return values[index] if 0 <= index < len(values) else ""

    def is_op(self, index: int, text: str) -> bool:
        """Tell whether a token is this operator."""
        values = self.tokens.values
        return 0 <= index < len(values) and values[index] == text and self.tokens.kinds[index] == OP

    def is_name(self, index: int) -> bool:
        """Tell whether a token is a name (or a keyword: the tokenizer doesn't tell them apart)."""
        kinds = self.tokens.kinds
        return 0 <= index < len(kinds) and kinds[index] == NAME
