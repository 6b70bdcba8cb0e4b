"""Branches: the conditions of a code, with the code that runs only if each one holds, or only if it fails."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Conditional, Function, If, Node, Switch

MOST_TOKENS = 1_000_000
"""Tokens of all branches together, of which the nested ones count once a level."""


class Range(NamedTuple):
    """The half-open range of the tokens of a branch."""

    start: int
    end: int

    def __contains__(self, place: object) -> bool:
        """Return True if a token is in the range."""
        return isinstance(place, int) and self.start <= place < self.end


class Branch(NamedTuple):
    """A condition, the code that runs only if it holds, and the code that runs only if it fails.

    Of a ``Switch``, ``test`` is its subject and ``holds`` all of its cases.
    """

    node: Node
    test: Node
    holds: Range
    other: Range

    def covers(self, place: int) -> bool:
        """Return True if a token is in one of the two parts."""
        return place in self.holds or place in self.other


def iter_branches(index: SyntaxIndex) -> Iterator[Branch]:
    """Yield the conditions of a code in their order, up to a bound on their size together."""
    left = MOST_TOKENS
    for branch in chain.from_iterable(index.of_parts(_branches)):
        yield branch
        left -= 1 + branch.holds.end - branch.holds.start + branch.other.end - branch.other.start
        if left < 0:
            return


def _branches(index: SyntaxIndex) -> Sequence[Branch]:
    found: list[Branch] = []
    for node in index.of(If, Conditional):
        holds = Range(node.yes.start, node.yes.end)
        other = Range(holds.end, holds.end) if node.no is None else Range(node.no.start, node.no.end)
        found.append(Branch(node, node.test, holds, other))
    return found


def iter_choices(index: SyntaxIndex) -> Iterator[Branch]:
    """Yield each ``switch`` and ``Select Case`` as one condition."""
    return chain.from_iterable(index.of_parts(_choices))


def _choices(index: SyntaxIndex) -> Sequence[Branch]:
    found: list[Branch] = []
    for node in index.of(Switch):
        if node.cases:
            end = node.cases[-1].end
            found.append(Branch(node, node.subject, Range(node.cases[0].start, end), Range(end, end)))
    return found


class Functions:
    """The functions of a code by the tokens in them."""

    def __init__(self, index: SyntaxIndex) -> None:
        functions = (node for node in index.of(Function) if node.name)
        self._all = sorted(functions, key=lambda function: (function.start, -function.end))

    @cached_property
    def _starts(self) -> list[int]:
        return [function.start for function in self._all]

    @cached_property
    def _around(self) -> list[int]:
        """For each function, the number of the one around it, -1 without one."""
        around: list[int] = []
        opened: list[int] = []
        for number, function in enumerate(self._all):
            while opened and self._all[opened[-1]].end <= function.start:
                opened.pop()
            around.append(opened[-1] if opened else -1)
            opened.append(number)
        return around

    def at(self, place: int) -> Function | None:
        """Return the innermost function with a name that a token is in."""
        number = bisect_right(self._starts, place) - 1
        while number >= 0 and self._all[number].end <= place:
            number = self._around[number]
        return self._all[number] if number >= 0 else None

    def name_at(self, place: int) -> str | None:
        """Return the name of that function in lower case, ``None`` outside of all functions."""
        function = self.at(place)
        return None if function is None else function.name.lower()
