"""Scopes: which variable a name is, by the function that it is used in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants.placed import PlacedConstants
from webshellhunt.code.functions import enclosing
from webshellhunt.code.unit import Function, Unit

_DECLARING = frozenset({"dim", "redim", "preserve", "const", "static"})
_ENDS_DECLARATION = frozenset({"\n", "=", ":"})
_BEHIND_NAME = frozenset({"=", ":", ";", "in"})
_BEHIND_TYPE = frozenset({"]", ">"})
_NOT_TYPES = frozenset(
    {"return", "else", "case", "in", "new", "throw", "goto", "await", "delete", "typeof", "is", "as"}
)
RELAYS = frozenset({"session", "application", "viewstate", "cache", "items"})
"""Where a page keeps something for a later request, by key."""
REFERRING = frozenset({"getref"})
"""What gives a reference to a procedure of VBScript by its name."""
MAX_NAMESAKES = 20
"""Functions of one name that a call may be of."""


class Scopes:
    """The variables of one unit; ``functions`` are its functions by their names, ``named`` all that share a name."""

    def __init__(self, unit: Unit, calls: Calls, constants: PlacedConstants) -> None:
        self.functions: dict[str, Function] = {function.name: function for function in unit.functions}
        self.named: dict[str, list[Function]] = {}
        for function in unit.functions:
            namesakes = self.named.setdefault(function.name, [])
            if len(namesakes) < MAX_NAMESAKES:
                namesakes.append(function)
        self._bodies = frozenset(function.start for function in unit.functions)
        self._scoped = {function.scope: function for function in unit.functions}
        self._unit = unit
        self.calls = calls
        self._lower = calls.lower
        self._constants = constants
        self._locals: dict[str, frozenset[str]] = {}
        self._seen: dict[str, list[tuple[str, frozenset[str]]]] = {}
        self._take_references()
        self._around = enclosing(unit.functions)
        self._owners = vocabulary().request_owners
        self.leading: frozenset[str] = RELAYS | self._owners
        """Words that a name may begin with which is an entry of a session, told by its key."""

    def _take_references(self) -> None:
        """Let a variable that is given a reference to a procedure, ``Set f = GetRef("name")``, be called as that."""
        for root, dotted in self.calls.find(REFERRING):
            name_at = root - 2
            if self._lower[root - 1] != "=" or not self._unit.is_name(name_at):
                continue
            closer = self._unit.match.get(dotted.last + 1, root)
            name = "".join(constant.value for constant in self._constants.within(root, closer)).lower()
            if name in self.functions and self._unit.value(name_at) not in self.functions:
                self.functions[self._unit.value(name_at)] = self.functions[name]
                self.named[self._unit.value(name_at)] = self.named[name]

    def named_at(self, index: int, owner: str | None) -> tuple[str, str]:
        """Return the name at a token as `relay` tells it, and the key as `variable` does."""
        own = self.calls.own(index)
        name = self.relay(index) if self._lower[index] in self.leading else self._unit.value(own)
        return name, name if own != index else self.key(name, owner)

    def variable(self, index: int, owner: str | None) -> str:
        """Return the key of the variable, or of the entry of a session, that is named at a token.

        What is asked of the page itself, ``this.x``, is no local.
        """
        return self.named_at(index, owner)[1]

    def key(self, name: str, owner: str | None) -> str:
        """Return the key of a name as it is used in a function (or outside of any)."""
        if owner is not None:
            seen = self._seen.get(owner)
            if seen is None:
                seen = self._seen[owner] = [(scope, self._locals_of(scope)) for scope in self.seen_from(owner)]
            for scope, declared in seen:
                if name in declared:
                    return f"{scope}\0{name}"
        return name

    def _locals_of(self, scope: str) -> frozenset[str]:
        """Return the names that a function declares, looked up once it is asked for."""
        found = self._locals.get(scope)
        if found is None:
            function = self._scoped[scope]
            found = self._locals[scope] = self._declared(function.parameters, function.start, function.end)
        return found

    def iter_calls(self, start: int, end: int) -> Iterator[tuple[int, Function, list[tuple[int, int]]]]:
        """Yield the calls of the page's own functions in a statement: the root, a function of that name, arguments.

        Of several functions of one name those with as many parameters are called, or any where none has.
        """
        values = self._unit.tokens.values
        for root in () if self.named.keys().isdisjoint(values[start:end]) else self.calls.roots_in(start, end):
            called = self.calls.own(root)
            named = self.named.get(values[called])
            if named is None or (called == root and root in self.calls.compound) or self.calls.is_member(root):
                continue
            if self._declares(called) or self._returns(called, named):
                continue
            arguments = self.calls.arguments(called, root, start, end)
            fitting = [function for function in named if len(function.parameters) == len(arguments)]
            for function in fitting or named:
                yield root, function, arguments

    def _returns(self, root: int, named: Sequence[Function]) -> bool:
        """Tell whether a name is given what its function returns: in VB that is its own name, inside of it."""
        given = self._unit.is_vb and self._lower[root + 1 : root + 2] == ["="]
        return given and any(function.start <= root < function.end for function in named)

    def _declares(self, root: int) -> bool:
        """Tell whether a name followed by brackets is the declaration of a function, not a call."""
        closer = self._unit.match.get(root + 1, -1)
        is_declared = closer >= 0 and (closer in self._bodies or closer + 1 in self._bodies)
        return is_declared or self._lower[root - 1] in ("function", "sub", "property")

    def seen_from(self, owner: str | None) -> tuple[str, ...]:
        """Return the functions whose own variables are seen in one: itself, and those around it."""
        return () if owner is None else (owner, *self._around.get(owner, ()))

    def relay(self, index: int) -> str:
        """Name a session or application entry by its key, any other variable by its name."""
        lower, own = self._lower, self._unit.value(self.calls.own(index))
        if lower[index] not in self.leading:
            return own
        at = index
        while lower[at] not in RELAYS and lower[at] in self._owners and self._unit.is_op(at + 1, "."):
            at += 2
        opener = at + 1 + 2 * (self._unit.is_op(at + 1, ".") and lower[at + 2 : at + 3] == ["contents"])
        closer = self._unit.match.get(opener, -1)
        if lower[at] not in RELAYS or closer <= opener:
            return own
        key = self._constants.text(opener + 1, closer)
        if key is None:  # parts that nobody folded still tell one entry from another
            key = "".join(constant.value for constant in self._constants.within(opener + 1, closer))
        return f"{lower[at]}({key.lower()})" if key else self._unit.value(at)

    def _declared(self, parameters: tuple[str, ...], start: int, end: int) -> frozenset[str]:
        """Return the names that a function declares: its parameters and its own variables."""
        telling = self._telling[bisect_left(self._telling, start) : bisect_left(self._telling, end)]
        declared = (self._declared_behind if self._unit.is_vb else self._declared_before)(telling, start, end)
        return frozenset((*parameters, *declared))

    @cached_property
    def _telling(self) -> Sequence[int]:
        """The tokens of the unit that tell of declarations: in VB words in front of names, elsewhere what is behind."""
        return self.calls.indexes_of(_DECLARING if self._unit.is_vb else _BEHIND_NAME)

    def _declared_behind(self, telling: Sequence[int], start: int, end: int) -> Iterator[str]:
        """Yield the names behind words of VB that declare them, up to the end of the line or of the statement."""
        unit, lower, done = self._unit, self._lower, start
        for first in telling:
            for index in range(max(first, done), end):
                if lower[index] in _ENDS_DECLARATION:
                    break
                done = index + 1
                if unit.is_name(index) and (lower[index - 1] in _DECLARING or lower[index - 1] == ","):
                    yield unit.value(index)

    def _declared_before(self, telling: Sequence[int], start: int, end: int) -> Iterator[str]:
        """Yield the names that have a type in front of them, ``T name = …``."""
        unit, lower = self._unit, self._lower
        for index in telling:
            if unit.is_name(index - 1) and index - 2 >= start:
                before = lower[index - 2]
                typed = unit.is_name(index - 2) or (before in _BEHIND_TYPE and lower[index] in ("=", ":"))
                if typed and before not in _NOT_TYPES:
                    yield unit.value(index - 1)
