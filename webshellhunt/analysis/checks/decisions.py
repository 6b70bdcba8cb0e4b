"""Decisions: whether a condition decides over a place in the code, directly or by a variable that it sets."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from webshellhunt.analysis.checks.branches import Branch, Functions, Range
from webshellhunt.analysis.checks.endings import OF_LOOPS, Endings
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Conditional, Declaration, If, Switch


class Decisions:
    """The decisions of one code.

    Of a condition on names of files, ``asks`` is True if it holds for harmless extensions, False if it holds for all
    others, ``None`` if that is unknown; it must not let the others pass.
    """

    def __init__(self, index: SyntaxIndex) -> None:
        self._index = index
        self._endings = Endings(index)
        self._functions = Functions(index)

    def decides(self, branch: Branch, place: int, asks: bool | None) -> bool:
        """Return True if a condition decides whether a place in the code is reached."""
        if branch.covers(place):
            if isinstance(branch.node, Switch):
                return asks is None or not _is_rest(branch.node, place)
            return asks in (None, place in branch.holds)
        if not self._is_before(branch, place):
            return False
        holds, other = self._ends(branch.holds), self._ends(branch.other)
        return bool(holds | other) and (asks is None or bool(other if asks else holds))

    def sets_flag(self, branch: Branch, place: int, asks: bool | None) -> bool:
        """Return True if a condition decides over something that another one may ask for."""
        if branch.covers(place):
            return False
        if not isinstance(branch.node, (If, Conditional, Switch)):
            return True
        holds, other = self._ends(branch.holds), self._ends(branch.other)
        if self._is_before(branch, place) and asks is not None and not (holds if asks else other) <= OF_LOOPS:
            return False  # it refuses the harmless ones
        ends = bool(holds | other) and not isinstance(branch.node, Switch) and not self._is_before(branch, place)
        return ends or self._assigns(branch.holds) or self._assigns(branch.other)

    def _is_before(self, branch: Branch, place: int) -> bool:
        """Return True if a place is after a branch in the same function: an ending in the branch prevents it."""
        if not isinstance(branch.node, (If, Conditional)) or branch.test.start >= place:
            return False
        return self._functions.at(branch.test.start) is self._functions.at(place)

    def _ends(self, part: Range) -> frozenset[str]:
        return frozenset(self._endings.within(*part))

    def _assigns(self, part: Range) -> bool:
        return bisect_left(self._assigned, part.start) < bisect_left(self._assigned, part.end)

    @cached_property
    def _assigned(self) -> list[int]:
        return sorted(node.start for node in self._index.nodes if isinstance(node, (Assign, Declaration)))


def _is_rest(choice: Switch, place: int) -> bool:
    """Return True if a place is in the case of a choice for all that no other case names."""
    return any(case.start <= place < case.end and not case.patterns for case in choice.cases)
