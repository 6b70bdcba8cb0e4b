"""Taint analysis of passwords: the value of a password field, followed by names through a page's client scripts.

It is insensitive to order, like the server-side analysis: handlers and timers run in any order.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from webshellhunt.client_scripts.cleaning import Cleaning
from webshellhunt.client_scripts.fields import Fields
from webshellhunt.client_scripts.handlers import Handlers
from webshellhunt.client_scripts.scopes import Key, Scopes, iter_targets
from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME

MAX_ROUNDS = 12
MAX_STEPS = 6
_GATHERS = frozenset({"push", "append", "set", "unshift", "concat"})
_GLOBALS = frozenset({"window", "self", "globalthis", "top"})
_NOT_HOLDERS = frozenset({"document", "location", "this", "localstorage", "sessionstorage", "console", "navigator"})
_KEYS = frozenset({"key", "keycode", "which", "charcode", "code"})
_FORM_VALUES = frozenset({"serialize", "serializearray", "formdata"})


class TaintKind(StrEnum):
    """The taint of a name: the field itself, its value, the keys of a keyboard event, or a whole form."""

    FIELD = "field"
    TYPED = "typed"
    KEYS = "keys"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class TaintPath:
    """The path of a tainted value: its kind, the text and token of its source, and the names that it passed through."""

    kind: TaintKind
    origin: str
    token: int
    steps: tuple[str, ...] = ()

    def through(self, name: str) -> TaintPath:
        """Return the path extended by a name."""
        known = name in self.steps or len(self.steps) >= MAX_STEPS
        return self if known else replace(self, steps=(*self.steps, name))


class Passwords:
    """The tainted places of a unit: names with a password or a reference to its field."""

    def __init__(self, unit: Unit, fields: Fields, handlers: Handlers, calls: Calls, scopes: Scopes) -> None:
        self.unit: Unit = unit
        self._calls, self._scopes, self._fields = calls, scopes, fields
        self._cleaning = Cleaning(unit, calls, scopes)
        self._handlers = handlers
        self._positions: list[int] = []
        self._at: dict[int, TaintPath] = {}
        self._paths: dict[Key, TaintPath] = {}
        self._members: dict[Key, frozenset[str] | None] = {}
        self._assigned_members: dict[tuple[Key, int, int], str] = {}
        self._uses: dict[Key, list[int]] = {}

    @cached_property
    def edges(self) -> list[tuple[Key, int, int]]:
        """Each variable with a range that flows into it: assigned, passed, added to a collection or returned."""
        return [*self._assignments(), *self._arguments(), *self._gathered(), *self._returns()]

    def find(self) -> bool:
        """Propagate the taint; return whether any password is read."""
        for origin in self._origins():
            self._put(origin.token, origin)
        if not self._positions:
            return False
        self._uses = self._find_uses()
        for _ in range(MAX_ROUNDS):
            changed = [self._follow(*edge) for edge in self.edges]
            if not any(changed):
                break
        return True

    def _follow(self, key: Key, left: int, right: int) -> bool:
        """Propagate the taint of a range to a variable, or to some members of it; return whether it is new."""
        if key in self._paths and self._members[key] is None:
            return False
        path = self._first(left, right)
        if path is None:
            return False
        members = self._tainted_members(key, left, right)
        if key in self._paths and members is not None:
            members |= self._members[key] or frozenset()
            if members == self._members[key]:
                return False
        self._members[key] = members
        self._taint(key, self._paths.get(key) or path.through(key[1]))
        return True

    def _tainted_members(self, key: Key, left: int, right: int) -> frozenset[str] | None:
        """Return the members of a variable that a range taints, ``None`` for all of it."""
        assigned = self._assigned_members.get((key, left, right))
        if assigned is not None:
            return frozenset({assigned})
        if self.unit.is_op(left, "{") and self.unit.match.get(left, -1) == right - 1:
            parts = list(self._calls.split(left + 1, right - 1))
            named = [self._property(*part) for part in parts if self._first(*part) is not None]
            return None if None in named or not named else frozenset(filter(None, named))
        found: frozenset[str] = frozenset()
        for token in self._tokens_in(left, right):
            whole = len(self._calls.name(token).names) == 1 and self.unit.is_name(token)
            members = self._members.get(self._scopes.key(self.unit.value(token), token)) if whole else None
            if members is None:
                return None
            found |= members
        return found or None

    def _property(self, start: int, _: int) -> str | None:
        """Return the name of a property of an object literal, in lower case; ``None`` for any other part."""
        return self.unit.value(start).lower() if self.unit.is_op(start + 1, ":") else None

    def first(self, left: int, right: int) -> TaintPath | None:
        """Return the path of the first tainted token in a range; the password field itself does not count."""
        found = (path for path in self._in(left, right) if path.kind is not TaintKind.FIELD)
        return next(found, None)

    def typed(self) -> Iterator[int]:
        """Yield the tokens that are the typed value, in the order of the code."""
        return (token for token in self._positions if self._at[token].kind is TaintKind.TYPED)

    def _first(self, left: int, right: int) -> TaintPath | None:
        return next(self._in(left, right), None)

    def _in(self, left: int, right: int) -> Iterator[TaintPath]:
        """Yield the taint of the names in a range."""
        return map(self._at.__getitem__, self._tokens_in(left, right))

    def _tokens_in(self, left: int, right: int) -> Iterator[int]:
        """Yield the tainted names in a range, except tested or hashed values and inner functions."""
        scopes = self._scopes
        owner = scopes.owners[left - 1] if left else -1
        for place in range(bisect_left(self._positions, left), bisect_left(self._positions, right)):
            token = self._positions[place]
            scopes.left -= 1
            if scopes.left > 0 and scopes.owners[token] == owner and not self._cleaning.is_cleaned(token, left):
                yield token

    def _put(self, token: int, path: TaintPath) -> None:
        if token not in self._at:
            self._at[token] = path
            insort(self._positions, token)

    def _taint(self, key: Key, path: TaintPath) -> None:
        """Taint each use of a variable with a path."""
        self._paths[key] = path
        for root in self._uses.get(key, ()):
            dotted = self._calls.name(root)
            if self._is_other_member(key, dotted):
                continue
            if path.kind is not TaintKind.FIELD:
                if not self.unit.is_op(root + 1, "="):
                    self._put(root, path)
            elif len(dotted.names) == 1:
                self._put(root, path)
            elif self._fields.gives_value(dotted, 0):
                self._put(root, replace(path, kind=TaintKind.TYPED))

    def _is_other_member(self, key: Key, dotted: DottedName) -> bool:
        """Return whether a name is a member that is not tainted, of an object of which others are."""
        members = self._members.get(key)
        if members is None or len(dotted.names) == 1 or dotted.names[1] in members:
            return False
        return len(dotted.names) > 2 or not self.unit.is_op(dotted.last + 1, "(")

    # Sources -------------------------------------------------------------------------------------------------------

    def _origins(self) -> Iterator[TaintPath]:
        """Yield each reference to the field, its value or pressed keys."""
        for root in self._calls.roots:
            dotted = self._calls.name(root)
            element = self._fields.element_at(dotted)
            kind = self._of_other(root, dotted) if element is None else self._of_field(dotted, element)
            if kind is not None:
                yield TaintPath(kind, self._say(dotted), root)

    def _of_field(self, dotted: DottedName, element: int) -> TaintKind | None:
        """Return the taint of a name that contains the field."""
        if self._fields.gives_value(dotted, element):
            return TaintKind.TYPED
        return TaintKind.FIELD if element == len(dotted.names) - 1 else None

    def _of_other(self, root: int, dotted: DottedName) -> TaintKind | None:
        """Return the taint of a name in a handler, or of a form's values."""
        last, is_member = dotted.names[-1], len(dotted.names) > 1
        if last in _FORM_VALUES:
            return TaintKind.FORM if self._handlers.takes_form(root, dotted) else None
        if not is_member:
            return TaintKind.FIELD if self._handlers.is_field_itself(root) else None
        if last == "value" and self._handlers.is_own_value(root, dotted):
            return TaintKind.TYPED
        return TaintKind.KEYS if last in _KEYS and self._handlers.is_key(root, dotted) else None

    def _say(self, dotted: DottedName) -> str:
        start, end = self.unit.tokens.starts[dotted.tokens[0]], self.unit.tokens.ends[dotted.last]
        return " ".join(self.unit.tokens.text[start : min(end, start + 120)].split())

    # Propagation --------------------------------------------------------------------------------------------------

    def _find_uses(self) -> dict[Key, list[int]]:
        uses = defaultdict[Key, list[int]](list)
        for root in self._calls.roots:
            is_label = self.unit.is_op(root + 1, ":") and not self.unit.is_op(root - 1, "?")
            if not is_label and not self._calls.is_member(root):
                uses[self._scopes.key(self.unit.value(root), root)].append(root)
        return uses

    def _assignments(self) -> Iterator[tuple[Key, int, int]]:
        """Yield each assigned variable, or the object of an assigned member, and the range of its value."""
        for target, dotted, start, end in iter_targets(self.unit, self._calls, self._scopes):
            first = dotted.names[0]
            if len(dotted.names) == 1:
                yield self._scopes.key(self.unit.value(target), target), start, end
            elif first in _GLOBALS:
                yield (-1, self.unit.value(dotted.tokens[1])), start, end
            elif (first not in _NOT_HOLDERS or first == "this") and dotted.names[-1] not in (
                "value",
                "innerhtml",
                "src",
                "href",
            ):
                key = self._scopes.key(self.unit.value(target), target)
                self._assigned_members[key, start, end] = dotted.names[1]
                yield key, start, end

    def _functions(self) -> tuple[dict[Key, list[int]], dict[str, list[int]]]:
        """Return the functions by variable and by member name."""
        variables, members = defaultdict[Key, list[int]](list), defaultdict[str, list[int]](list)
        for number, body in enumerate(self._scopes.bodies):
            if body.name_at >= 0:
                variables[self._scopes.key(body.name, body.name_at)].append(number)
                if len(body.name) > 2:
                    members[body.name].append(number)
        return variables, members

    def _arguments(self) -> Iterator[tuple[Key, int, int]]:
        """Yield each parameter of the page's own functions, and the range of its argument in a call."""
        variables, members = self._functions()
        for root in self._calls.roots:
            dotted = self._calls.name(root)
            if not self.unit.is_op(dotted.last + 1, "("):
                continue
            name = self.unit.value(dotted.last)
            alone = len(dotted.names) == 1 and not self._calls.is_member(root)
            numbers = variables.get(self._scopes.key(name, root), []) if alone else members.get(name, [])
            for number in numbers[:4]:
                body = self._scopes.bodies[number]
                if not body.head <= root < body.start:
                    arguments = self._calls.arguments(
                        dotted.last, root, root, self.unit.match.get(dotted.last + 1, root)
                    )
                    for (left, right), parameter in zip(arguments, body.parameters, strict=False):
                        yield (number, parameter), left, right

    def _returns(self) -> Iterator[tuple[Key, int, int]]:
        """Yield each function, as the variable of its name, and the ranges of its return values."""
        for index, value in enumerate(self.unit.tokens.values):
            if value == "return" and self.unit.tokens.kinds[index] == NAME:
                owner = self._scopes.owners[index]
                if owner >= 0 and self._scopes.bodies[owner].name_at >= 0:
                    body = self._scopes.bodies[owner]
                    key = self._scopes.key(body.name, body.name_at)
                    yield key, index + 1, self._scopes.expression_end(index + 1)
        for body in self._scopes.bodies:
            if body.bare and body.name_at >= 0:
                yield self._scopes.key(body.name, body.name_at), body.start, body.end

    def _gathered(self) -> Iterator[tuple[Key, int, int]]:
        """Yield each object that a value is added to: ``list.push(x)``, ``form.append(name, x)``."""
        for root, dotted in self._calls.find(_GATHERS):
            holds = len(dotted.names) > 1 and dotted.names[0] not in _NOT_HOLDERS
            if holds and dotted.names[-1] in _GATHERS and self.unit.is_op(dotted.last + 1, "("):
                key = self._scopes.key(self.unit.value(root), root)
                yield key, dotted.last + 2, self.unit.match.get(dotted.last + 1, dotted.last)
