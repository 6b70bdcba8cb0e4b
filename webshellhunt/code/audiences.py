"""Audiences: the parts of the code that run only for crawlers, or for visitors whom a search engine sent."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from webshellhunt.code.branches import Branch, iter_branches
from webshellhunt.code.calls import Calls
from webshellhunt.code.functions import owners_of
from webshellhunt.code.marks import Marks
from webshellhunt.code.unit import name_of
from webshellhunt.lang.tokens import NAME, NUMBER

_SEARCHES = frozenset(
    {
        "instr", "instrrev", "indexof", "contains", "ismatch", "match", "matches", "test", "search", "startswith",
        "endswith", "like", "includes", "exists", "any", "crawler", "inarray", "containskey", "execute", "equals",
    }
)  # fmt: skip
_TRUE = frozenset({"true", "1", "-1"})
_TESTING = frozenset({">", "<", ">=", "!=", "<>", "==", ">-", "crawler"})
_TEXT_RESULTS = frozenset({"replace", "split", "substring", "mid", "&"})
"""Words of an expression that replaces or joins texts, so that it is no test."""
_ROUNDS = 3
_MOST_BRANCHES = 2_000
_MOST_CONDITION = 200
"""Largest number of tokens in a condition that is read."""


class Audiences:
    """The recognition of crawlers in a unit with the marks of `webshellhunt.code.relay_marks`."""

    def __init__(self, calls: Calls, marks: Marks) -> None:
        self._calls, self._marks, self._unit = calls, marks, calls.unit
        self._names: set[str] = set()
        self._places: dict[frozenset[str], Sequence[int]] = {}
        self._branches: list[Branch] = []

    def recognises(self) -> bool:
        """Return True if any statement searches the user agent or referrer for names of crawlers or engines."""
        return any(self._recognises(start, end) for start, end in self._unit.statements)

    def find(self) -> list[tuple[int, int]]:
        """Return the ranges of tokens that run only for crawlers or visitors of search engines."""
        for number, branch in enumerate(iter_branches(self._unit, self._calls.lower)):
            if number >= _MOST_BRANCHES:
                break
            if branch.condition[1] - branch.condition[0] <= _MOST_CONDITION:
                self._branches.append(branch)
        owners = owners_of(self._unit) if self._branches else []
        found: list[tuple[int, int]] = []
        for _ in range(_ROUNDS):
            found = [each for each in map(self._chosen, self._branches) if each is not None]
            known = len(self._names)
            for start, end in found:
                self._names.update(self._flags(start, end, owners))
            self._names.update(self._tests())
            if len(self._names) == known:
                break
        return [each for each in found if each[0] < each[1]]

    def _recognises(self, start: int, end: int) -> bool:
        """Return True if a range searches the visitor's user agent or referrer for a name of a crawler or engine."""
        marks = self._marks.on(start, end)
        if "who" not in marks or marks.isdisjoint({"crawler", "engine"}):
            return False
        return self._has(_SEARCHES, start, end)

    def _has(self, words: frozenset[str], start: int, end: int) -> bool:
        """Return True if a range contains one of some words."""
        if words not in self._places:
            self._places[words] = self._calls.indexes_of(words)
        at = self._places[words]
        place = bisect_left(at, start)
        return place < len(at) and at[place] < end

    def _chosen(self, branch: Branch) -> tuple[int, int] | None:
        """Return the range of a branch that runs for crawlers only."""
        start, end = branch.condition
        values = self._unit.tokens.values
        named = any(self._unit.is_name(at) and values[at] in self._names for at in range(start, end))
        if not named and not self._recognises(start, end):
            return None
        return branch.other if self._is_negated(start, end) else branch.holds

    def _is_negated(self, start: int, end: int) -> bool:
        """Return True if a condition holds for all other visitors."""
        lower = self._calls.lower
        if lower[start] in ("not", "!"):
            return True
        for at in range(start, end - 1):
            operator, operand = lower[at], lower[at + 1]
            if operator in ("=", "==", "===") and operand in ("0", "false"):
                return True
            if operator in ("<", "<=", "=", "==") and (operand == "0" or lower[at + 1 : at + 3] == ["-", "1"]):
                return True
            if operator == "<" and operand == "1":
                return True
        return False

    def _flags(self, start: int, end: int, owners: list[str | None]) -> Iterator[str]:
        """Yield the variables that a range sets to true, and the functions that return true in it."""
        lower, values = self._calls.lower, self._unit.tokens.values
        for at in range(start, min(end, len(lower) - 1)):
            if lower[at + 1] not in _TRUE or self._unit.tokens.kinds[at + 1] not in (NAME, NUMBER):
                continue
            if lower[at] == "return" and (owner := owners[at]) is not None:
                yield name_of(owner)
            elif lower[at] == "=" and self._unit.is_name(at - 1):
                yield values[at - 1]

    def _tests(self) -> Iterator[str]:
        """Yield the variables that are assigned such a test, and the functions that return one."""
        for name, start, end in self._marks.edges:
            is_test = (start < end and self._calls.lower[end - 1] == ")") or self._has(_TESTING, start, end)
            if is_test and self._recognises(start, end) and not self._has(_TEXT_RESULTS, start, end):
                yield name
