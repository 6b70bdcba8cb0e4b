"""Again: what a pass made of each line of Visual Basic, so that a second one folds those alone that may be another now.

A second pass knows a few names more than the first, and most lines ask for none of them. What a line makes depends on
the names that it asks for, which may be those inside of a function, on the loops around it and on the budget.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from webshellhunt.code.constants.terms import Term

_LONGEST_COMPARED = 1_000


class Folded(NamedTuple):
    """What folding made of a line: the names that were asked for, what was given to which, the constants that were met.

    ``steps`` and ``work`` are what that took of the budget. Only a ``settled`` line makes the same of the same names.
    """

    asked: Set[str]
    given: Mapping[str, Term | None]
    found: Sequence[Term] = ()
    steps: int = 0
    work: int = 0
    settled: bool = False


UNTOLD = Folded(frozenset(), {})
"""A quiet line that gives nothing to any name."""


class Differing:
    """The names that hold something else, at one line, than they did there in the pass before."""

    def __init__(self, names: Set[str]) -> None:
        self._names = set(names)

    def changes(self, line: Folded) -> bool:
        """Tell whether a line of the pass before may be another one now."""
        return not (line.settled and self._names.isdisjoint(line.asked))

    def pass_over(self, before: Folded, now: Folded) -> None:
        """Note what a line gives to names, by what it gave them before."""
        if before is now:
            self._names.difference_update(now.given)
            return
        for name in before.given.keys() | now.given.keys():
            same = name in before.given and name in now.given and _are_same(before.given[name], now.given[name])
            (self._names.discard if same else self._names.add)(name)


def _are_same(term: Term | None, other: Term | None) -> bool:
    """Tell whether two constants are surely the same, for all that may be made of them."""
    if term is None or other is None:
        return term is other
    value = term.value
    if not (value is other.value or (isinstance(value, str) and len(value) <= _LONGEST_COMPARED)):
        return False
    return type(value) is type(other.value) and (term.start, term.end, term.steps, value) == (
        other.start, other.end, other.steps, other.value,
    )  # fmt: skip
