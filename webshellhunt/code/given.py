"""Given: what each name of a unit is given anywhere in it, as ranges of tokens. Structure only, no meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.calls import Calls
from webshellhunt.code.functions import PROPERTY
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.taking import iter_filled, iter_gathered, takes_any
from webshellhunt.code.unit import Unit, name_of

Range = tuple[int, int, str | None]
"""Tokens, half-open, and the function that they stand in."""
_INSIDE = frozenset({".", "(", "["})


class How(Enum):
    """In which way a name is given something: as all that it is, as one part of it, or beside what it has."""

    WHOLE = 0
    PART = 1
    ADDED = 2
    TAKEN = 3


class Gift(NamedTuple):
    """What a name is given: the token from which on it has it, and the range of that.

    ``call`` is the call whose argument it is; ``member`` the first of several that lead to a part, ``a.b.c = x``.
    """

    at: int
    value: Range
    how: How = How.WHOLE
    call: int = -1
    member: str = ""


class Given:
    """Assignments, arguments, results and the collections of loops, by the key of the name that is given them."""

    def __init__(
        self, unit: Unit, calls: Calls, scopes: Scopes, owned: Sequence[tuple[tuple[int, int], str | None]]
    ) -> None:
        self._unit = unit
        self._calls = calls
        self._lower = calls.lower
        self._scopes = scopes
        self._fills = takes_any(calls)
        self._given: dict[str, list[Gift]] = defaultdict(list)
        for (start, end), owner in owned:
            self._take(start, end, owner)

    def __contains__(self, key: str) -> bool:
        return key in self._given

    def _take(self, start: int, end: int, owner: str | None) -> None:
        """Note what one statement gives to names."""
        scopes, lower = self._scopes, self._lower
        if lower[start] in ("for", "foreach"):
            self._take_loop(start, end, owner)
        if not (self._unit.is_vb and lower[start] == "for"):
            for name_at, right, stop in iter_assignments(self._unit, lower, start, end):
                self._take_assignment(name_at, (right, stop, owner))
        if owner is not None and (lower[start] == "return" or start in self._unit.results):
            left = start + (lower[start] == "return")
            self._given[f"return\0{name_of(owner)}"].append(Gift(end, (left, end, owner)))
        for call, function, arguments in scopes.iter_calls(start, end):
            for (left, right), parameter in zip(arguments, function.parameters, strict=False):
                self._given[f"{function.scope}\0{parameter}"].append(Gift(call, (left, right, owner), call=call))
        for root, ranges in iter_gathered(self._calls, start, end):
            key = scopes.variable(root, owner)
            self._given[key] += [Gift(right, (left, right, owner), How.TAKEN) for left, right in ranges]
        for name_at, (left, right) in iter_filled(self._calls, start, end) if self._fills else ():
            self._given[scopes.variable(name_at, owner)].append(Gift(right, (left, right, owner), How.TAKEN))

    def _take_assignment(self, name_at: int, value: Range) -> None:
        """Note what a variable is given, a part of it, or a property of the page."""
        right, stop, owner = value
        at, name = self._calls.own(name_at), self._calls.name(name_at)
        members = name.names[name.tokens.index(at) + 1 :]
        if "parameters" in members:
            return  # a value beside the statement of a command, which the database never reads as one
        how = How.PART if self._lower[at + 1] in _INSIDE else How.WHOLE
        how = How.ADDED if self._lower[right - 1] in ("+=", "&=") else how
        gift = Gift(stop, value, how, member=members[0] if len(members) > 1 else "")
        self._given[self._scopes.variable(name_at, owner)].append(gift)
        setter = self._scopes.functions.get(self._scopes.relay(name_at))
        if setter is not None and setter.parameters == PROPERTY:
            self._given[f"{setter.scope}\0{PROPERTY[0]}"].append(gift)

    def _take_loop(self, start: int, end: int, owner: str | None) -> None:
        """Note what a loop gives to its variable: the elements of a collection, or, in VB, a number."""
        for index in range(start + 2, min(end, start + 12)):
            if self._lower[index] == "in" and self._unit.is_name(index - 1):
                key = self._scopes.key(self._unit.value(index - 1), owner)
                self._given[key].append(Gift(end, (index + 1, end, owner)))
                return
        if self._unit.is_vb and self._unit.is_name(start + 1):
            self._given[self._scopes.key(self._unit.value(start + 1), owner)].append(Gift(end, (end, end, owner)))

    def gifts(self, key: str) -> Sequence[Gift]:
        """Return what is given to a name, in the order of the text; a function's result has a key of its own."""
        return self._given.get(key, ())

    def to(self, root: int, owner: str | None, *, added: bool) -> list[Range]:
        """Return what the name at a root is given; what is added to it too, if asked for."""
        value = self._unit.value(self._calls.own(root))
        given = self.gifts(self._scopes.variable(root, owner))
        if value in self._scopes.functions:
            given = [*self.gifts(value), *self.gifts(f"return\0{value}")]
        wanted = (How.WHOLE, How.PART, How.ADDED) if added else (How.WHOLE, How.PART)
        return [gift.value for gift in given if gift.how in wanted]
