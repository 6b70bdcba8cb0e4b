"""Spread: names carry traces and types on, statement by statement, until nothing new is known."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Set
from itertools import islice
from operator import itemgetter

from webshellhunt.analysis.flows import Trace
from webshellhunt.code.assignments import Assignments
from webshellhunt.code.declarations import CONTEXT_TYPES, PAGE_TYPES, WEB_METHOD, declared_by
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.functions import PROPERTY, owners_of
from webshellhunt.code.names import Names
from webshellhunt.code.slices import Slices
from webshellhunt.code.taking import iter_filled, iter_gathered
from webshellhunt.code.unit import Unit, name_of

_HOLDING = {**CONTEXT_TYPES, **PAGE_TYPES}
_FARTHEST_METHOD = 80  # tokens between the attribute and the name


class Spread:
    """The spread of what is known through one unit; ``owned`` are its statements, each with the function around it."""

    def __init__(
        self, unit: Unit, names: Names, expressions: Expressions, slices: Slices, assignments: Assignments
    ) -> None:
        self._unit = unit
        self._calls = expressions.calls
        self._lower = expressions.calls.lower
        self._names = names
        self._expressions = expressions
        self._scopes = expressions.scopes
        self._objects = expressions.objects
        self._slices = slices
        self._assignments = assignments
        self._used: dict[str, list[int]] = {}
        self._used_in: dict[str, defaultdict[str, list[int]]] = {}
        starts = map(itemgetter(0), unit.statements)
        self.owned: list[tuple[tuple[int, int], str | None]] = list(
            zip(unit.statements, map(owners_of(unit).__getitem__, starts), strict=True)
        )

    def run(self, within: Set[int]) -> None:
        """Follow names through some statements until nothing new is known; those that give nothing are passed over.

        Raises:
            ExhaustedError: The unit has had its share of looks.
        """
        self._bind_web_methods()
        self._bind_contexts()
        within &= self._slices.acting
        waiting = deque(sorted(within))
        queued = set(waiting)
        # A statement in which nothing begins says nothing until a name in it carries something; one that is settled
        # says nothing more before a type is known. In reflection, a type may be known by what a name carries.
        telling, settled = self._beginnings(), set[int]()
        may_settle = self._expressions.reflection is None
        while waiting:
            number = waiting.popleft()
            queued.discard(number)
            if number not in telling:
                continue
            if self._statement(number) and may_settle:
                settled.add(number)
            for scope, name, is_typed in self._names.take_news() if self._names.has_news else ():
                using = self._using_in(scope, name) if scope else self._using(name)
                telling.update(using)
                for user in using:
                    if user not in queued and user in within and (is_typed or user not in settled):
                        queued.add(user)
                        waiting.append(user)

    def _using(self, name: str) -> list[int]:
        """Return the statements that use a name: those to look at again once it carries something."""
        found = self._used.get(name)
        if found is None:
            users = self._unit.placed(self._calls.users(name.lower()))
            found = self._used[name] = list(dict.fromkeys(number for _, number in users))
        return found

    def _using_in(self, scope: str, name: str) -> list[int]:
        """Return the statements that use a variable of a function: in it, and in those inside of it."""
        found = self._used_in.get(name)
        if found is None:
            found = self._used_in[name] = defaultdict(list)
            for user in self._using(name):
                for each in self._scopes.seen_from(self.owned[user][1]):
                    found[each].append(user)
        return found.get(scope, [])

    def using_functions(self) -> Iterator[int]:
        """Yield the statements that use a variable in which a function is kept."""
        for key, kind in self._names.types.items():
            if kind.startswith("method."):
                yield from self._using(key.rpartition("\0")[2].partition("(")[0])

    def _beginnings(self) -> set[int]:
        """Return the statements in which a trace or a type may begin, or that use what is known from the start."""
        found = {number for _, number in self._unit.placed(self._expressions.beginnings())}
        known = (*self._names.types, *self._names.returns, *self._names.traces)
        for name in (*(name for _, name, _ in self._names.take_news()), *(key.rpartition("\0")[2] for key in known)):
            found.update(self._using(name))
        return found

    def _statement(self, number: int) -> bool:
        """Let one statement carry traces and types on; tell whether it only gives to names that carry all they can."""
        (start, end), owner = self.owned[number]
        settles = False
        if number in self._slices.calling:
            self._bind_arguments(start, end, owner)
        if number in self._slices.givers.taking:
            self._gather(start, end, owner)
            self._fill(start, end, owner)
        first = self._lower[start]
        if first == "return" or start in self._unit.results:
            trace = self._expressions.trace(start + (first == "return"), end, owner)
            if owner is not None and trace is not None:
                self._names.returned(name_of(owner), trace)
            kind = self._objects.reflected(start + (first == "return"), end, owner)
            if owner is not None and kind is not None:
                self._names.type_as(f"{name_of(owner)}(", kind)
        elif number in self._slices.givers.statements:
            settles = self._assign_all(number)
        return settles and number not in self._slices.calling and number not in self._slices.givers.taking

    def _assign_all(self, number: int) -> bool:
        """Carry on what the assignments of a statement, or its loop, give; tell whether that is all they ever can."""
        (start, end), owner = self.owned[number]
        settles = True
        if self._lower[start] in ("foreach", "for"):
            settles = False
            self._loop(start, end, owner)
            if self._unit.is_vb:
                return False  # a counter is a number
        for name_at, right, stop in self._assignments.of(number):
            settles = self._assign(name_at, right, stop, owner) and settles
        return settles

    def _assign(self, name_at: int, right: int, end: int, owner: str | None) -> bool:
        """Carry on what one assignment gives; tell whether its name carries all that it can by now."""
        name, key = self._scopes.named_at(name_at, owner)
        if key not in self._names.types:
            kind = self._objects.type_of(right, end, owner)
            if kind is not None:
                self._names.type_as(key, kind)
        function = self._scopes.functions.get(name)
        if function is None and self._names.is_carrying(key):
            return True  # most lines of a page add to a text that carries something since the first of them
        trace = self._expressions.trace(right, end, owner)
        if trace is not None:
            self._names.carry(key, trace.through(name))
            if self._unit.is_vb and owner is not None and name_of(owner) == name:
                self._names.returned(name, trace)
            if function is not None and function.parameters == PROPERTY:
                self._names.carry(f"{function.scope}\0{PROPERTY[0]}", trace.through(name))
        return function is None and self._names.is_carrying(key)

    def _loop(self, start: int, end: int, owner: str | None) -> None:
        """``For Each x In expression``: the element carries what the collection carries."""
        for index in range(start + 1, min(end, start + 12)):
            if self._lower[index] == "in" and self._unit.is_name(index - 1):
                trace = self._expressions.trace(index + 1, end, owner)
                name = self._unit.value(index - 1)
                key = self._scopes.key(name, owner)
                if trace is not None:
                    self._names.carry(key, trace.through(name))
                kind = self._objects.type_of(index + 1, end, owner)
                if kind is not None and kind.startswith("method."):
                    self._names.type_as(key, kind)
                return

    def _bind_arguments(self, start: int, end: int, owner: str | None) -> None:
        """Carry arguments of calls to the page's own functions into their parameters."""
        for _, function, arguments in self._scopes.iter_calls(start, end):
            for (left, right), parameter in zip(arguments, function.parameters, strict=False):
                key = f"{function.scope}\0{parameter}"
                if not self._names.is_carrying(key):
                    trace = self._expressions.trace(left, right, owner)
                    if trace is not None:
                        self._names.carry(key, trace.through(parameter))
                kind = None if key in self._names.types else self._objects.type_of(left, right, owner)
                if kind is not None:
                    self._names.type_as(key, kind)

    def _bind_web_methods(self) -> None:
        """Give the parameters of web methods to the visitor, who calls them; an interface may say which those are."""
        values, functions = self._unit.tokens.values, self._scopes.functions
        for index in self._calls.indexes_of(WEB_METHOD):
            ahead = range(index + 1, min(index + _FARTHEST_METHOD, len(values) - 1))
            named = (values[at] for at in ahead if values[at + 1] == "(" and values[at] in functions)
            for name in islice(named, 1):
                for parameter in functions[name].parameters:
                    trace = Trace("visitor", f"web method {name}", index, parameter)
                    self._names.enter(f"{functions[name].scope}\0{parameter}", trace.through(parameter))

    def _bind_contexts(self) -> None:
        """Let names that are declared as the request, or as what holds it, be that, whatever they are called."""
        for index in self._calls.indexes_of(_HOLDING.keys()):
            kind, name_at = _HOLDING[self._lower[index]], declared_by(self._unit, self._lower, index)
            if name_at is None:
                continue
            name = self._unit.value(name_at)
            for function in self._unit.functions:
                if name in function.parameters or function.start <= name_at < function.end:
                    self._names.type_as(f"{function.scope}\0{name}", kind)
            self._names.type_as(name, kind)

    def _gather(self, start: int, end: int, owner: str | None) -> None:
        """Let an object carry what it takes up."""
        for root, ranges in iter_gathered(self._calls, start, end):
            name, key = self._scopes.named_at(root, owner)
            trace = None if self._names.is_carrying(key) else self._expressions.first_trace(ranges, owner)
            if trace is not None:
                self._names.carry(key, trace.through(name))

    def _fill(self, start: int, end: int, owner: str | None) -> None:
        """Let what an object fills carry what the object does."""
        for name_at, (left, right) in iter_filled(self._calls, start, end):
            name, key = self._scopes.named_at(name_at, owner)
            trace = None if self._names.is_carrying(key) else self._expressions.trace(left, right, owner)
            if trace is not None:
                self._names.carry(key, trace.through(name))
