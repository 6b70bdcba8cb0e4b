"""Name checks: the conditions by which a page decides whether it keeps a file of the visitor, by the name of that file.

A check counts only on the road of the name: a condition that compares a part of this very name, or searches it in a
list, and that decides something. What else a page cuts, compares or sends says nothing about its uploads.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from webshellhunt.analysis.checks.file_kinds import HARMLESS
from webshellhunt.analysis.flows import Flow, Trace
from webshellhunt.code.branches import Branch, iter_branches
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.given import Given
from webshellhunt.code.polarity import ENDS_OF_LOOPS, has_turn, is_turned, iter_clauses, iter_endings
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import STRING
from webshellhunt.lazy_pattern import lazy_pattern

MAX_CONDITIONS = 400
"""Conditions of one unit that are looked at."""
_MOST_GIFTS = 12
MAX_PLACES = 40
"""Expressions that are looked at for one condition."""

_CUTS = frozenset(
    {
        "getextension", "extension", "substring", "substr", "lastindexof", "instrrev", "right", "mid", "endswith",
        "split", "getextensionname", "ismatch", "match", "test",
    }
)  # fmt: skip
"""What takes the extension of a name, or looks for it."""
_SEARCHES = frozenset({"contains", "exists", "any", "ismatch", "match", "test", "endswith", "equals", "=="})
_COMPARES = frozenset({"=", "==", "===", "<>", "!=", "!==", ">", ">=", "<", "case", "is", "like"})
_TYPE = "contenttype"
_CHOICES = frozenset({"switch", "select"})
_CASES = frozenset({"case", "default"})
_CLASSES = frozenset(
    {
        "file", "directory", "path", "string", "math", "regex", "array", "convert", "server", "fso", "system",
        "response", "request", "session", "instr", "instrrev", "right", "left", "mid", "lcase", "ucase", "trim", "len",
        "cstr", "nothing", "null", "true", "false", "isnull", "isempty", "exception", "stringcomparison",
        "vbtextcompare",
    }
)  # fmt: skip
"""First names of an expression that stand for no list of extensions."""
_SEPARATOR = r"[\s*.,;|/\\()$^?:\[\]+]"
_KINDS = lazy_pattern(rf"{_SEPARATOR}*+[a-z0-9]{{2,7}}(?:{_SEPARATOR}++[a-z0-9]{{2,7}})*+{_SEPARATOR}*+", re.IGNORECASE)
_WORD = lazy_pattern(r"[a-z0-9]{2,7}", re.IGNORECASE)
_RUN = frozenset(
    {
        "asp", "aspx", "ashx", "asmx", "asa", "asax", "cer", "cdx", "ascx", "svc", "soap", "cshtml", "config", "php",
        "jsp", "exe",
    }
)  # fmt: skip
_LONGEST = 600
_MOST_TOKENS = 2000
_CHECKING = lazy_pattern(
    r"(?:ch?e?c?k|is|valid\w*|allow\w*|verify|can)\w*?"
    r"(?:ext|suffix|type|file|image|img|pic|photo|allow|valid|upload)\w*",
    re.IGNORECASE,
)


class Check(IntEnum):
    """How much a check of a name says: the least first."""

    NONE = 0
    WEAK = 1
    """A list of refused extensions, or the type that the visitor declares."""
    SETS_FLAG = 2
    """A list of allowed extensions decides the value of a variable or the result of a function."""
    DECIDES = 3
    """A list of allowed extensions decides whether the file is written."""


class _Look(NamedTuple):
    """How a condition looks at a name: the extensions that it is compared with, and in which way.

    ``cuts``: a part of the name is taken; ``lists``: it may be compared with a list from elsewhere; ``declared``: it is
    the type that the visitor declares; ``turned``: what the names in it were given may turn it into its opposite.
    """

    kinds: frozenset[str]
    cuts: bool
    lists: bool
    declared: bool
    turned: bool


def _is_of(found: Trace, trace: Trace) -> bool:
    """Return True if two traces come from one upload, or from what is sent by the same key."""
    return found.kind == "upload" if trace.kind == "upload" else found.origin == trace.origin


class NameChecks:
    """The conditions of one unit that check names of files."""

    def __init__(
        self,
        unit: Unit,
        expressions: Expressions,
        given: Given,
        owned: Sequence[tuple[tuple[int, int], str | None]],
    ) -> None:
        self._unit = unit
        self._calls = expressions.calls
        self._lower = expressions.calls.lower
        self._expressions = expressions
        self._given = given
        self._owned = owned
        self._starts = [start for (start, _), _ in owned]
        self._found: dict[tuple[str, str, int], Check] = {}

    def of(self, flow: Flow) -> Check:
        """Return the best check of a name that reaches a sink."""
        if flow.trace is None:
            return Check.NONE
        mark = (flow.trace.kind, flow.trace.origin, flow.token)
        if mark not in self._found:
            checks = (self._weigh(branch, flow.trace, flow.token) for branch in self._branches)
            self._found[mark] = max(checks, default=Check.NONE)
        return self._found[mark]

    def is_cut(self, flow: Flow) -> bool:
        """Return True if the argument of a sink takes a part of a name only, such as its extension."""
        trace, sink = flow.trace, flow.token
        if trace is None:
            return False
        closer = self._unit.match.get(sink + 1, sink + 1)
        look = self._look((sink + 2, closer), trace) if closer > sink + 1 else None
        return look is not None and look.cuts

    @cached_property
    def _branches(self) -> list[Branch]:
        found = list[Branch]()
        for branch in (*iter_branches(self._unit, self._lower), *self._iter_cases(), *self._iter_flags()):
            if len(found) >= MAX_CONDITIONS:
                break
            if not _TELLING.isdisjoint(self._lower[slice(*branch.condition)]) or self._checks_by_name(
                *branch.condition
            ):
                found.append(branch)
        return found

    def _checks_by_name(self, start: int, end: int) -> bool:
        """Return True if a function is called whose name says that it checks files."""
        return any(_CHECKING.fullmatch(self._calls.name(root).names[-1]) for root in self._calls.roots_in(start, end))

    def _iter_cases(self) -> Iterator[Branch]:
        """Yield ``switch (x)`` and ``Select Case x`` as conditions, with all of the cases as what holds."""
        for at in self._calls.indexes_of(_CHOICES):
            if self._lower[at] == "switch":
                closer = self._unit.match.get(at + 1, at)
                end = self._unit.match.get(closer + 1, closer)
            else:
                number = self._unit.statement_at(at)
                closer = at if number is None else self._unit.statements[number][1]
                end = self._end_of_select(closer)
            if closer > at:
                yield Branch((at + 1, closer), (closer, end), (end, end))

    def _end_of_select(self, start: int) -> int:
        ends = self._calls.indexes_of(frozenset({"select"}))
        place = bisect_left(ends, start)
        return ends[place] if place < len(ends) else start

    def _iter_flags(self) -> Iterator[Branch]:
        """Yield what a statement assigns or returns as the result of a comparison, as a condition of the rest."""
        for (start, end), _ in self._owned:
            if end - start < 80 and self._lower[start] != "if" and not _SEARCHES.isdisjoint(self._lower[start:end]):
                yield Branch((start, end), (end, end), (end, end))

    def _weigh(self, branch: Branch, trace: Trace, sink: int) -> Check:
        look = self._look(branch.condition, trace)
        if look is None:
            return Check.NONE
        kinds = look.kinds | self._of_cases(branch)
        if not kinds and not (look.cuts and look.lists):
            return Check.NONE
        is_weak = look.declared or not kinds.isdisjoint(_RUN)
        decides = self._decides(branch, sink, None if is_weak or not kinds else self._asks_for(branch, look))
        return Check.WEAK if decides is not Check.NONE and is_weak else decides

    def _of_cases(self, branch: Branch) -> frozenset[str]:
        """Return the extensions among the constants of the cases of a choice."""
        if self._lower[branch.condition[0] - 1] not in _CHOICES:
            return frozenset()
        start, end = branch.holds
        cases = (at + 1 for at in self._calls.indexes_of(frozenset({"case"})) if start <= at < end)
        return frozenset().union(*(self._kinds_in(at, min(at + 24, end)) for at in cases))

    def _asks_for(self, branch: Branch, look: _Look) -> bool | None:
        """Return whether a condition holds for the extensions that it names, or for all others; ``None``: unknown."""
        unit, lower, condition = self._unit, self._lower, branch.condition
        if condition[1] - condition[0] > _MOST_TOKENS:
            return None
        clauses = list(iter_clauses(lower, *condition))
        told = [clause for clause in clauses if self._kinds_in(*clause)]
        if not told and look.turned:
            return None
        turned = {is_turned(unit, lower, clause, condition) for clause in (told or clauses)[:MAX_PLACES]}
        return not turned.pop() if len(turned) == 1 else None

    def _decides(self, branch: Branch, sink: int, asks: bool | None) -> Check:
        """Return what depends on a condition: the sink itself, or something that another condition may ask for.

        Where it ``asks`` for harmless extensions, or for all others, it must not let the others pass.
        """
        is_flag = branch.holds[0] == branch.other[1]
        is_choice = self._lower[branch.condition[0] - 1] in _CHOICES  # each of its cases ends with such a word
        ranges = {True: branch.holds, False: branch.other}
        where = next((which for which, (left, right) in ranges.items() if left <= sink < right), None)
        if where is not None:
            is_right = not (asks is not None and self._is_rest(branch, sink)) if is_choice else asks in (None, where)
            return Check.DECIDES if is_right else Check.NONE
        ending = {which: set(iter_endings(self._lower, *each)) for which, each in ranges.items()}
        ends = not (is_flag or is_choice) and any(ending.values())
        if ends and branch.condition[0] < sink and self._owner(branch.condition[0]) == self._owner(sink):
            if asks is None or ending[not asks]:
                return Check.DECIDES
            if not ending[asks] <= ENDS_OF_LOOPS:
                return Check.NONE  # it refuses the harmless ones
            ends = False
        if ends or is_flag or any("=" in self._lower[left:right] for left, right in ranges.values()):
            return Check.SETS_FLAG
        return Check.NONE

    @cached_property
    def _cases(self) -> Sequence[int]:
        return self._calls.indexes_of(_CASES)

    def _is_rest(self, branch: Branch, sink: int) -> bool:
        """Return True if a sink stands in the case of a choice that no other case names."""
        cases = self._cases
        place = bisect_left(cases, sink) - 1
        last = cases[place] if place >= 0 and cases[place] >= branch.holds[0] else -1
        return last >= 0 and (self._lower[last] == "default" or self._lower[last + 1] == "else")

    def _owner(self, token: int) -> str | None:
        place = bisect_left(self._starts, token + 1) - 1
        return self._owned[place][1] if place >= 0 else None

    # The road of the name ---------------------------------------------------------------------------------------------

    def _look(self, condition: tuple[int, int], trace: Trace) -> _Look | None:
        """Return how a condition looks at a name, ``None`` if it does not."""
        owner = self._owner(condition[0])
        waiting = [((*condition, owner), 0)]
        seen = set[tuple[int, int]]()
        is_on = lists = declared = turned = False
        cuts, kinds = self._checks_by_name(*condition), set[str]()
        while waiting and len(seen) < MAX_PLACES:
            (start, end, owner), depth = waiting.pop()
            if (start, end) in seen:
                continue
            seen.add((start, end))
            kinds |= self._kinds_in(start, end)
            turned = turned or (depth > 0 and has_turn(self._unit, self._lower, start, end))
            for root in self._calls.roots_in(start, end):
                found, is_direct = self._trace_at(root, end, owner)
                if found is not None and _is_of(found, trace):
                    is_on = True
                    cuts = cuts or not _CUTS.isdisjoint(self._lower[start:end])
                    declared = declared or (depth == 0 and _TYPE in self._calls.name(root).names)
                gifts = [] if is_direct else self._given.to(root, owner, added=True)[:_MOST_GIFTS]
                lists = lists or (found is None and not gifts and self._lower[root] not in _CLASSES)
                waiting.extend((value, depth + 1) for value in gifts)
        return _Look(frozenset(kinds), cuts, lists, declared, turned) if is_on else None

    def _trace_at(self, root: int, end: int, owner: str | None) -> tuple[Trace | None, bool]:
        """Return the trace of a name, and whether the name is what the visitor sends, rather than given it."""
        dotted, names = self._expressions.objects.resolve(root, owner)
        found = self._expressions.origins.of(root, dotted, names, end)
        if found is not None:
            return found, True
        return self._expressions.names.traces.get(self._expressions.scopes.variable(root, owner)), False

    def _kinds_in(self, start: int, end: int) -> frozenset[str]:
        """Return the extensions among the constants of a range."""
        kinds, found = self._unit.tokens.kinds, set[str]()
        for at in range(start, end):
            text = self._unit.value(at) if kinds[at] == STRING else ""
            if 1 < len(text) < _LONGEST:
                words = {word.lower() for word in _WORD.findall(text)}
                found |= words & _KNOWN if _KINDS.fullmatch(text) else set()
        return frozenset(found)


_KNOWN = HARMLESS | _RUN
_TELLING = _CUTS | _SEARCHES | _COMPARES | {_TYPE, "indexof", "instr"}
