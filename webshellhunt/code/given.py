"""Given: what each name of a unit is given anywhere in it, as ranges of tokens. Structure only, no meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import NamedTuple

from webshellhunt.code.assignments import Assignments
from webshellhunt.code.functions import PROPERTY
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.taking import iter_filled, iter_gathered, takes_any
from webshellhunt.code.unit import Unit, name_of

Range = tuple[int, int, str | None]
"""Tokens, half-open, and the function that they stand in."""
MAX_VALUES = 61
"""Values of one name that are looked at: one more than a walk takes, so that it knows of the rest."""
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
    """Assignments, arguments, results and the collections of loops, by the key of the name that is given them.

    Roads ask for few names, so statements are read once they may give something to one: ``giving`` tells which may, by
    a name in lower case.
    """

    def __init__(
        self,
        unit: Unit,
        scopes: Scopes,
        owned: Sequence[tuple[tuple[int, int], str | None]],
        giving: Callable[[str], Iterable[int]],
        assignments: Assignments,
    ) -> None:
        self._unit = unit
        self._calls = scopes.calls
        self._lower = scopes.calls.lower
        self._scopes = scopes
        self._owned = owned
        self._giving = giving
        self._assignments = assignments
        self._fills = takes_any(scopes.calls)
        self._asked: set[str] = set()
        self._by_key: dict[str, list[Gift]] = defaultdict(list)
        self._by_statement: dict[int, list[tuple[str, Gift]]] = {}

    def __contains__(self, key: str) -> bool:
        return bool(self.gifts(key))

    def _read(self, number: int) -> list[tuple[str, Gift]]:
        """Return what one statement gives to names, looked up once it is asked for."""
        found = self._by_statement.get(number)
        if found is None:
            found = self._by_statement[number] = list(self._iter_gifts(number))
        return found

    def _iter_gifts(self, number: int) -> Iterator[tuple[str, Gift]]:
        """Yield what a statement gives to names, each with the key of the name."""
        (start, end), owner = self._owned[number]
        scopes, lower = self._scopes, self._lower
        if lower[start] in ("for", "foreach"):
            yield from self._of_loop(start, end, owner)
        if not (self._unit.is_vb and lower[start] == "for"):
            for name_at, right, stop in self._assignments.of(number):
                yield from self._of_assignment(name_at, (right, stop, owner))
        if owner is not None and (lower[start] == "return" or start in self._unit.results):
            left = start + (lower[start] == "return")
            yield f"return\0{name_of(owner)}", Gift(end, (left, end, owner))
        for call, function, arguments in scopes.iter_calls(start, end):
            for (left, right), parameter in zip(arguments, function.parameters, strict=False):
                yield f"{function.scope}\0{parameter}", Gift(call, (left, right, owner), call=call)
        for root, ranges in iter_gathered(self._calls, start, end):
            key = scopes.variable(root, owner)
            yield from ((key, Gift(right, (left, right, owner), How.TAKEN)) for left, right in ranges)
        for name_at, (left, right) in iter_filled(self._calls, start, end) if self._fills else ():
            yield scopes.variable(name_at, owner), Gift(right, (left, right, owner), How.TAKEN)

    def _of_assignment(self, name_at: int, value: Range) -> Iterator[tuple[str, Gift]]:
        """Yield what a variable is given, a part of it, or a property of the page."""
        right, stop, owner = value
        at, name = self._calls.own(name_at), self._calls.compound.get(name_at)
        members = () if name is None else name.names[name.tokens.index(at) + 1 :]
        if "parameters" in members:
            return  # a value beside the statement of a command, which the database never reads as one
        how = How.PART if self._lower[at + 1] in _INSIDE else How.WHOLE
        how = How.ADDED if self._lower[right - 1] in ("+=", "&=") else how
        gift = Gift(stop, value, how, member=members[0] if len(members) > 1 else "")
        plain, key = self._scopes.named_at(name_at, owner)
        yield key, gift
        setter = self._scopes.functions.get(plain)
        if setter is not None and setter.parameters == PROPERTY:
            yield f"{setter.scope}\0{PROPERTY[0]}", gift

    def _of_loop(self, start: int, end: int, owner: str | None) -> Iterator[tuple[str, Gift]]:
        """Yield what a loop gives to its variable: the elements of a collection, or, in VB, a number."""
        for index in range(start + 2, min(end, start + 12)):
            if self._lower[index] == "in" and self._unit.is_name(index - 1):
                yield self._scopes.key(self._unit.value(index - 1), owner), Gift(end, (index + 1, end, owner))
                return
        if self._unit.is_vb and self._unit.is_name(start + 1):
            yield self._scopes.key(self._unit.value(start + 1), owner), Gift(end, (end, end, owner))

    def gifts(self, key: str) -> Sequence[Gift]:
        """Return what is given to a name, in the order of the text; a function's result has a key of its own."""
        name = _bare(key)
        if name not in self._asked:
            self._asked.add(name)
            for number in sorted(self._giving(name)):
                for given_to, gift in self._read(number):
                    if _bare(given_to) == name:
                        self._by_key[given_to].append(gift)
        return self._by_key.get(key, ())

    def to(self, root: int, owner: str | None, *, added: bool) -> list[Range]:
        """Return what the name at a root is given first; what is added to it too, if asked for."""
        value = self._unit.value(self._calls.own(root))
        given = self.gifts(self._scopes.variable(root, owner))
        if value in self._scopes.functions:
            given = [*self.gifts(value), *self.gifts(f"return\0{value}")]
        wanted = (How.WHOLE, How.PART, How.ADDED) if added else (How.WHOLE, How.PART)
        return list(islice((gift.value for gift in given if gift.how in wanted), MAX_VALUES))


def _bare(key: str) -> str:
    """Return the name in the key of a variable, of a result, or of an entry of the session, in lower case."""
    return key.rpartition("\0")[2].partition("(")[0].lower()
