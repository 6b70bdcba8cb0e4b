"""Aliases: where JScript calls what evaluates text by another name than its own. Structure only, no meaning.

``var e = eval``, ``{run: eval}``, ``[eval][0]``, ``return eval``, ``(0, eval)``, ``f(eval)``, ``eval.call``,
``text.replace(/.+/, eval)``, ``this.eval``, the constructor of a function. Names count wherever they stand, without
scope or order.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.constants import Constant
from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.unit import Function, Unit
from webshellhunt.lang.tokens import STRING

_ROUNDS = 3
_MOST_PLACES = 60
_FAR = 200  # tokens between what takes up an evaluator and where that stands
EVALUATORS = frozenset({"eval", "Function"})
_BEFORE_VALUE = frozenset({"=", "(", ",", "[", ":", "?", "return", "||", "&&", "{", ";", "}"})
_AFTER_VALUE = frozenset({")", ",", "]", "}", ";", ":", "?", "||", "&&", "else", ""})
_APPLYING = frozenset({"call", "apply"})
_MEMBERS = _APPLYING | {"constructor"}
_FEEDING = frozenset({"replace", "map", "foreach", "filter", "some", "every", "sort", "reduce"})
_OWNERS = frozenset({"window", "this", "globalthis", "global"})
_THIS = frozenset({"this"})
# Of these everybody knows that they are functions.
_FUNCTIONS = frozenset(
    {
        "constructor", "Object", "Array", "String", "Date", "RegExp", "Number", "Boolean", "Error", "sub", "sort",
        "concat", "slice", "split", "join", "replace", "match", "push", "pop", "shift", "reverse", "toString",
        "valueOf", "indexOf", "charAt", "charCodeAt", "substr", "substring", "big", "bold", "link", "anchor", "eval",
        "isNaN", "parseInt", "parseFloat", "escape", "unescape", "max", "min", "floor", "random", "abs",
    }
)  # fmt: skip


class AliasedCall(NamedTuple):
    """A call of an evaluator by another name: its opening bracket, and the ranges of what it evaluates."""

    opener: int
    given: tuple[tuple[int, int], ...]


def find_aliased_calls(unit: Unit, lower: Sequence[str]) -> list[AliasedCall]:
    """Return the calls of evaluators by other names, in the order of the text; none outside of JScript."""
    if unit.language != "jscript":
        return []
    aliases = _Aliases(unit, lower)
    if not (aliases.bare or aliases.has_members) and _MEMBERS.isdisjoint(lower):
        return []
    aliases.follow()
    return sorted(aliases.calls())


def find_computed_calls(unit: Unit, constants: Iterable[Constant]) -> Iterator[AliasedCall]:
    """Yield the calls of an evaluator by a key that was put together: ``this["ev" + "al"](x)``."""
    for constant in constants if unit.language == "jscript" else ():
        opener = constant.end + 1
        is_key = constant.value in EVALUATORS and unit.match.get(constant.start - 1) == constant.end
        if is_key and unit.is_op(opener, "("):
            yield AliasedCall(opener, ((opener + 1, unit.match.get(opener, opener)),))


class _Aliases:
    """The names that stand for an evaluator in one unit, and those of functions that return one."""

    def __init__(self, unit: Unit, lower: Sequence[str]) -> None:
        self._unit = unit
        self._lower = lower
        self._names: set[str] = set()
        self._returning: set[str] = set()
        self._starts = [start for start, _ in unit.statements]
        self.bare = self._values_among(EVALUATORS)

    @cached_property
    def has_members(self) -> bool:
        """Tell whether an evaluator stands somewhere as a member of the global object."""
        return any(map(self._is_member, self._unit.tokens.indexes_of(EVALUATORS)))

    @cached_property
    def _owners(self) -> frozenset[str]:
        """The names of the global object: its own, and those that take it up."""
        return _OWNERS.union(name for index in self._values_among(_THIS) for name in self._takers(index))

    @cached_property
    def _is_returned(self) -> bool:
        """Whether a function returns the global object."""
        return any(self._unit.value(index - 1) == "return" for index in self._values_among(_THIS))

    @cached_property
    def _by_name(self) -> dict[str, Function]:
        return {function.name: function for function in self._unit.functions}

    def follow(self) -> None:
        """Let each name that is given an evaluator stand for it."""
        places = self.bare
        for _ in range(_ROUNDS):
            before = len(self._names) + len(self._returning)
            for index in places:
                self._give(index)
            if len(self._names) + len(self._returning) == before:
                return
            calls = (i for i in self._unit.tokens.indexes_of(self._returning) if self._unit.is_op(i + 1, "("))
            places = [*self._values_among(self._names), *islice(calls, _MOST_PLACES)]

    def calls(self) -> Iterator[AliasedCall]:
        """Yield each call by a name that stands for an evaluator."""
        unit, lower = self._unit, self._lower
        for opener, closer in unit.match.items():
            if opener > closer or not unit.is_op(opener, "("):
                continue
            at = opener - 1
            if lower[at] in _APPLYING and unit.is_op(at - 1, ".") and self._stands_for(at - 2):
                yield AliasedCall(opener, ((opener + 1, closer),))
            elif lower[at] in _FEEDING and unit.is_op(at - 1, ".") and self._has_evaluator(opener + 1, closer):
                yield AliasedCall(opener, ((self._statement_of(at)[0], at - 1),))
            elif self._is_called(at, opener):
                yield AliasedCall(opener, ((opener + 1, closer),))

    # What stands for one ----------------------------------------------------------------------------------------------

    def _values_among(self, words: Set[str]) -> list[int]:
        return list(islice(filter(self._is_value, self._unit.tokens.indexes_of(words)), _MOST_PLACES))

    def _is_value(self, index: int) -> bool:
        """Tell whether a name stands there as a value: it is neither called nor asked for a member."""
        lower, first, after = self._lower, index, self._unit.value(index + 1)
        if after not in _AFTER_VALUE:
            return False
        while first > 1 and self._unit.is_op(first - 1, ".") and lower[first - 2] in _OWNERS:
            first -= 2
        before = lower[first - 1] if first else ""
        is_type = before == ":" and self._unit.value(index) == "Function"
        return before in _BEFORE_VALUE and not is_type

    def _stands_for(self, index: int) -> bool:
        return self._unit.value(index) in (EVALUATORS | self._names) and self._unit.is_name(index)

    def _has_evaluator(self, start: int, end: int) -> bool:
        return any(self._stands_for(index) and self._is_value(index) for index in range(start, min(end, start + _FAR)))

    def _is_called(self, at: int, opener: int) -> bool:
        """Tell whether what ends in front of a bracket is an evaluator by another name."""
        unit, lower = self._unit, self._lower
        value = unit.value(at)
        if unit.is_name(at):
            is_declared = unit.value(at - 1) == "function" or value in self._by_name
            if value in EVALUATORS:
                return self._is_member(at) or (value in self._names and unit.is_op(at - 1, "."))
            return (value in self._names and not is_declared) or (value == "constructor" and self._of_function(at))
        start = unit.match.get(at, at)
        if start >= at:
            return False
        before = unit.value(start - 1)
        if lower[at] == "]":
            key = unit.value(start + 1) if at == start + 2 and unit.tokens.kinds[start + 1] == STRING else ""
            in_list = unit.is_op(start - 1, "]") and self._has_evaluator(unit.match.get(start - 1, start), start)
            return before in self._names or key in self._names or in_list
        if unit.is_name(start - 1):
            return before in self._returning
        return self._stands_for(at - 1) and not unit.is_op(start - 1, ")") and at + 1 == opener

    def _is_member(self, at: int) -> bool:
        """Tell whether an evaluator stands there as a member of the global object, or of what may be that."""
        unit = self._unit
        if unit.value(at) not in EVALUATORS or not unit.is_op(at - 1, "."):
            return False
        last = at - 2
        while unit.is_op(last, ")") or unit.is_op(last, "]"):  # called, chosen by a key, or in brackets of its own
            start = unit.match.get(last, last)
            if start >= last or "this" in self._lower[max(start, last - _FAR) : last]:
                return start < last
            last = start - 1
        # What a function returns is not followed: where one returns the global object, anything may be that.
        of_another = unit.value(last) in _OWNERS and unit.is_op(last - 1, ".")
        return (unit.value(last) in self._owners and not of_another) or self._is_returned

    def _of_function(self, at: int) -> bool:
        """Tell whether ``.constructor`` is asked of a function, or what it makes is called at once."""
        unit = self._unit
        if not unit.is_op(at - 1, "."):
            return False
        if unit.value(at - 2) in _FUNCTIONS or unit.value(at - 2) in self._by_name:
            return True
        start, end = unit.match.get(at - 2, at), unit.match.get(at + 1, at)
        return unit.is_op(end + 1, "(") or (start < at and "function" in self._lower[start : start + 2])

    # What is given one ------------------------------------------------------------------------------------------------

    def _give(self, index: int) -> None:
        """Note what takes up an evaluator that stands at a token: a variable, a property, a parameter, a result."""
        self._names.update(self._takers(index))
        if "return" in self._lower[max(self._statement_of(index)[0], index - _FAR) : index]:
            self._returning.update(f.name for f in self._unit.functions if f.start <= index < f.end)

    def _takers(self, index: int) -> Iterator[str]:
        """Yield the variables, properties and parameters that take up what stands at a token."""
        unit = self._unit
        if unit.is_op(index - 1, ":") and index > 1:
            yield unit.value(index - 2)
        start, end = self._statement_of(index)
        for name_at, right, stop in iter_assignments(unit, self._lower, start, end):
            if right <= index < stop:
                yield from (unit.value(k) for k in range(name_at, right - 1) if unit.is_name(k))
        for function in unit.functions:
            yield from self._taken(function, index, start)

    def _taken(self, function: Function, index: int, start: int) -> Iterator[str]:
        """Yield the parameter that takes up what stands at a token as an argument of a call."""
        unit = self._unit
        for opener in range(max(start, index - _FAR), index):
            if (
                unit.is_op(opener, "(")
                and unit.value(opener - 1) == function.name
                and unit.match.get(opener, 0) > index
            ):
                place = sum(unit.is_op(k, ",") for k in range(opener, index))
                yield from function.parameters[place : place + 1]

    def _statement_of(self, index: int) -> tuple[int, int]:
        number = bisect_right(self._starts, index) - 1
        return self._unit.statements[number] if number >= 0 else (index, index)
