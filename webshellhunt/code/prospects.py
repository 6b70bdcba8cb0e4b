"""Prospects: whether folding a unit may tell more of what it runs and makes than the literals that stand there.

Folding costs more than all else, and most pages that run a text take it from a file or a database. So what is run, or
names an object, is followed back over assignments, arguments and results; only where something there is joined, decoded
or kept in a variable, is there anything to fold. True may be too much, false is sure.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.assignments import ASSIGNS, COMPARES
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.constants import FUNCTIONS, INTRINSIC, OwnCode
from webshellhunt.code.objects import MAKERS
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, NUMBER, OP, REGEX, STRING

_REFLECTIVE = frozenset(
    {"getref", "invokemember", "getmethod", "gettype", "invoke", "createdelegate", "directoryentry", "regread"}
)
"""What makes, finds or reads something by the name that it is given."""
_LITERALS = frozenset({STRING, NUMBER, REGEX})
_JOINING = frozenset({"+", "&"})
_GIVES = ASSIGNS | {"in"}
_SIGNS = frozenset({"+", "-"})
_MEMBERS = frozenset({".", "?.", "["})
_BRACKETS = frozenset("([{")
_REQUEST = frozenset({"request"})
_FAR = 400  # tokens; what is longer is folded unseen


@lru_cache(maxsize=1)
def _running() -> frozenset[str]:
    """Return the last names of whatever evaluates text, calls by a computed name or makes an object."""
    return MAKERS | _REFLECTIVE | vocabulary().evaluating


def may_fold(unit: Unit, calls: Calls, own: OwnCode | None = None) -> bool:
    """Tell whether folding may tell anything new of a text that the unit evaluates, or of a name that it calls by.

    ``own`` knows the functions that can be looked into.
    """
    if "getmethods" in calls.words:
        return True  # which one is chosen is told by whatever compares its name
    ranges = list(_iter_run(unit, calls))
    if ranges:
        ranges += _iter_keys(unit, calls)
    return bool(ranges) and _Prospects(unit, calls, own).any_in(ranges)


def _iter_run(unit: Unit, calls: Calls) -> Iterator[tuple[int, int]]:
    """Yield the range of each expression that is run, called by, or names an object."""
    running, starts = _running(), unit.starts
    for root, name in calls.find(running):
        number = bisect_right(starts, root) - 1
        for part in _iter_parts(name, running) if number >= 0 else ():
            for left, right in calls.arguments(part.last, root, *unit.statements[number]):
                if not _is_harmless(unit, part, left):
                    yield left, right
    for call in calls.aliased:
        yield from call.given
    for opener, closer in unit.match.items() if unit.language == "jscript" else ():
        if unit.is_op(opener, "[") and unit.is_name(opener - 1) and unit.is_op(closer + 1, "("):
            yield opener + 1, closer


def _iter_keys(unit: Unit, calls: Calls) -> Iterator[tuple[int, int]]:
    """Yield the range of each key that the request is asked for by a name: a finding tells what it is."""
    for _, name in calls.find(_REQUEST):
        opener = name.last + 1
        if unit.is_name(opener + 1) and opener in unit.match:
            yield opener + 1, unit.match[opener]


def _iter_parts(name: DottedName, running: frozenset[str]) -> Iterator[DottedName]:
    """Yield a dotted name up to each member that runs or makes something: the last one, or any of reflection."""
    for size, word in enumerate(name.names, 1):
        if word in _REFLECTIVE and size < len(name.names):
            yield DottedName(name.names[:size], name.tokens[:size])
    if name.names[-1] in running and _runs_or_makes(name):
        yield name


def _runs_or_makes(name: DottedName) -> bool:
    if name.names[-1] in MAKERS or name.names[-1] in _REFLECTIVE:
        return True
    return any(sink.kind == "evaluate" for sink in vocabulary().sink(name.names))


def _is_harmless(unit: Unit, name: DottedName, left: int) -> bool:
    """Tell whether an object's name begins as that of no power does, whatever is joined to it."""
    if name.names[-1] != "createobject" or unit.tokens.kinds[left] != STRING or unit.value(left + 1) not in _JOINING:
        return False
    begins = unit.tokens.values[left].lower()
    return not any(kind.startswith(begins) for kind in vocabulary().remarkable)


class _Prospects:
    """The search through one unit; each name is followed once."""

    def __init__(self, unit: Unit, calls: Calls, own: OwnCode | None) -> None:
        self._unit = unit
        self._own = own
        self._calls = calls
        self._kinds, self._values, self._lower = unit.tokens.kinds, unit.tokens.values, calls.lower
        self._functions = {function.name: function for function in unit.functions}
        self._starts = unit.starts
        self._requests = {"request", *vocabulary().request_members}
        self._seen: set[str] = set()
        self._followed: set[str] = set()

    def any_in(self, ranges: list[tuple[int, int]]) -> bool:
        """Tell whether anything may be folded in these ranges, or in what comes into them."""
        waiting = [(start, end, False, False) for start, end in ranges]
        while waiting:
            start, end, is_kept, numbers = waiting.pop()
            if end - start > _FAR or (is_kept and self._is_literal(start, end, numbers)) or self._is_joined(start, end):
                return True
            numbers = numbers or self._makes_text(start, end)
            waiting += [(*behind, numbers) for behind in self._behind(start, end)]
        return False

    def _is_literal(self, start: int, end: int, numbers: bool) -> bool:
        """Tell whether a range is one literal; a number only where text is made of it on the way."""
        if start >= end or not self._is_constant(start) or (self._kinds[start] == NUMBER and not numbers):
            return False
        return start + 1 >= end or self._lower[start + 1] not in _JOINING

    def _makes_text(self, start: int, end: int) -> bool:
        return any(
            self._kinds[index] == STRING or (self._kinds[index] == NAME and self._is_folded(index))
            for index in range(start, end)
        )

    def _is_constant(self, index: int) -> bool:
        return self._kinds[index] in _LITERALS or (self._kinds[index] == NAME and self._lower[index] in INTRINSIC)

    def _is_joined(self, start: int, end: int) -> bool:
        """Tell whether a literal is joined to a constant, decoded, part of a list, or asked for a member."""
        lower = self._lower
        for index in filter(self._is_constant, range(start, end)):
            after = lower[index + 1] if index + 1 < end else ""
            if after in _MEMBERS or (after in _JOINING and index + 2 < end and self._may_be_constant(index + 2)):
                return True
            if index > start and (lower[index - 1] == ")" or self._is_first_in_fold(index, start)):
                return True
        return False

    def _may_be_constant(self, index: int) -> bool:
        return self._is_constant(index) or self._kinds[index] == OP

    def _is_first_in_fold(self, index: int, start: int) -> bool:
        """Tell whether a token comes first in brackets of their own, or in those of a function that folding knows."""
        index -= self._lower[index - 1] in _SIGNS
        if self._lower[index - 1] not in _BRACKETS or self._kinds[index - 1] != OP:
            return False
        if index - 2 < start or self._kinds[index - 2] != NAME or self._is_folded(index - 2):
            return True
        return self._own is not None and self._own.has(self._values[index - 2])

    def _is_folded(self, index: int) -> bool:
        word = self._lower[index]
        return word in FUNCTIONS or (index > 1 and f"{self._lower[index - 2]}.{word}" in FUNCTIONS)

    # What comes into a range ----------------------------------------------------------------------------------------

    def _behind(self, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
        """Yield what is assigned to the names of a range, given to its parameters, or returned by its functions."""
        for index in range(start, end):
            name = self._values[index]
            if self._kinds[index] != NAME or name in self._seen or self._is_index(index, start):
                continue
            self._seen.add(name)
            for left, is_kept in self._assigned.get(name, ()):
                yield left, self._end(left), is_kept
            for function in self._taking.get(name, ()):
                if function not in self._followed:  # many may share a name, or a parameter
                    self._followed.add(function)
                    yield from ((left, right, False) for left, right in self._given.get(function, ()))
            function_here = self._functions.get(name)
            if function_here is not None and function_here.start in self._unit.results:
                yield function_here.start, function_here.end, False
            elif function_here is not None:
                for at in range(function_here.start, function_here.end):
                    if self._lower[at] == "return":
                        yield at + 1, self._end(at), False

    def _is_index(self, index: int, start: int) -> bool:
        """Tell whether a name is only the index, or the first argument, of something that says nothing of it."""
        if index - 2 < start or self._lower[index - 1] not in ("(", "[") or self._kinds[index - 2] != NAME:
            return False
        told = self._is_folded(index - 2) or self._values[index - 2] in self._functions
        return not told and self._lower[index - 2] not in self._requests

    def _end(self, index: int) -> int:
        """Return the end of the statement that a token stands in."""
        number = bisect_right(self._starts, index) - 1
        return max(self._unit.statements[number][1], index) if number >= 0 else index

    @cached_property
    def _assigned(self) -> dict[str, list[tuple[int, bool]]]:
        """Where what is assigned to each variable starts, and whether the variable itself is the constant then."""
        assigned: dict[str, list[tuple[int, bool]]] = {}
        for index in self._calls.indexes_of(_GIVES):
            word = self._lower[index]
            if word in ASSIGNS and self._kinds[index] == OP and index > 0 and not self._is_compared(index):
                name_at = self._name_before(index)
                assigned.setdefault(self._values[name_at], []).append((index + 1, self._kinds[index - 1] == NAME))
            elif word == "in" and self._unit.is_vb and index > 2 and self._lower[index - 2] == "each":
                assigned.setdefault(self._values[index - 1], []).append((index + 1, False))
        return assigned

    def _is_compared(self, index: int) -> bool:
        """Tell whether a statement of VB is a condition, where ``=`` compares."""
        number = bisect_right(self._starts, index) - 1
        return self._unit.is_vb and number >= 0 and self._lower[self._starts[number]] in COMPARES

    def _name_before(self, index: int) -> int:
        """Walk back from ``=`` over ``As A.B``, ``: Type`` and ``(index)`` to the name of the variable."""
        at = index - 1
        opener = self._unit.match.get(at, at)
        if 0 < opener < at:
            return opener - 1
        for typed in range(at - 1, max(at - 7, 0), -1):
            if self._lower[typed] in ("as", ":"):
                return typed - 1
            if self._kinds[typed] != NAME and self._lower[typed] != ".":
                break
        return at

    @cached_property
    def _taking(self) -> dict[str, list[str]]:
        """The functions that have a parameter of each name."""
        taking: dict[str, list[str]] = {}
        for function in self._unit.functions:
            for parameter in function.parameters:
                taking.setdefault(parameter, []).append(function.name)
        return taking

    @cached_property
    def _given(self) -> dict[str, list[tuple[int, int]]]:
        """The ranges of what each function of the unit is called with."""
        given: dict[str, list[tuple[int, int]]] = {}
        for root in self._calls.calls_of(self._functions):
            called = self._calls.own(root)
            number = bisect_right(self._starts, root) - 1
            if number >= 0:
                arguments = self._calls.arguments(called, root, *self._unit.statements[number])
                given.setdefault(self._values[called], []).extend(arguments)
        return given
