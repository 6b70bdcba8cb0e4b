"""Constants: the texts of a code that are known before it runs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from webshellhunt.lang.tree import Node


class Constant(NamedTuple):
    """A constant string in code: its value, the half-open range of its tokens, and the steps that made its value.

    ``steps`` names them in order without repetition: ``concatenate``, ``variable``, the name of a function; a literal
    that stands alone has none.
    """

    value: str
    start: int
    end: int
    steps: tuple[str, ...] = ()


class Constants(Mapping[int, Constant]):
    """The constants of a code by their first tokens."""

    def __init__(self, constants: Iterable[Constant]) -> None:
        self._constants = {constant.start: constant for constant in constants}
        self._starts: Sequence[int] = sorted(self._constants)

    def __getitem__(self, start: int) -> Constant:
        """Return the constant that begins at a token."""
        return self._constants[start]

    def __iter__(self) -> Iterator[int]:
        """Yield the first tokens of the constants, in the order in which they were found."""
        return iter(self._constants)

    def __len__(self) -> int:
        """Return the number of constants."""
        return len(self._constants)

    def within(self, node: Node) -> Iterator[Constant]:
        """Yield the constants that begin in the range of a node, in their order."""
        starts = self._starts
        for place in range(bisect_left(starts, node.start), bisect_left(starts, node.end)):
            yield self._constants[starts[place]]
