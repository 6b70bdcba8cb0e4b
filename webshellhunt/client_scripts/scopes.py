"""Scopes of client scripts: the function around a token, and the variable that a name refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.code.calls import Calls, DottedName
from webshellhunt.code.functions import MAX_NESTING
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, OP

Key = tuple[int, str]
"""A variable: the number of the function that declares it (-1: the page's own), and its name."""

GLOBAL = -1
_DECLARES = frozenset({"var", "let", "const"})
_ENDS = _DECLARES | {"function", "if", "for", "while", "return", "switch", "try", "throw", "class", "do"}
_ASSIGNS = frozenset({"=", "+=", "||=", "??="})
_CONTROL = frozenset({"if", "for", "while", "switch", "catch", "with"})
_CONTINUES = frozenset({"in", "of", "instanceof", "typeof", "new", "void", "delete", "await", "return", "var", "let"})
_VALUE_ENDS = frozenset({")", "]", "}"})
WALKED = 16
"""Limit on the tokens visited to find the ends of expressions, per token of the code."""


class Body(NamedTuple):
    """A function: its name (``""`` if none), its parameters, its first token, and the range of its body."""

    name: str
    name_at: int
    parameters: tuple[str, ...]
    head: int
    start: int
    end: int
    bare: bool = False


class Scopes:
    """The functions of a unit, and the names that each declares."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.left: int = WALKED * len(unit.tokens) + 4096
        found = sorted((*self._functions(), *self._arrows()), key=lambda body: (body.start, -body.end))
        self.bodies: list[Body]
        self.parents: list[int]
        self.bodies, self.parents = _nested(found)
        self.owners: list[int] = self._owners()
        self.outer: list[int] = self._outer()
        self.declared: list[set[str]] = [set(body.parameters) for body in self.bodies]
        self._declare()

    def key(self, name: str, token: int) -> Key:
        """Return the variable that a name means at a token."""
        owner = self.owners[token]
        while owner != GLOBAL and name not in self.declared[owner]:
            owner = self.parents[owner]
        return owner, name

    def expression_end(self, start: int, *, commas: bool = True) -> int:
        """Return where the expression that begins at a token ends: at a comma, a semicolon, a bracket or a line."""
        unit, values, kinds = self.unit, self.unit.tokens.values, self.unit.tokens.kinds
        index, total = start, len(values)
        while index < total and self.left > 0:
            self.left -= 1
            value = values[index]
            closer = unit.match.get(index, -1)
            if kinds[index] == OP:
                if value == ";" or (value == "," and commas) or value in _VALUE_ENDS:
                    return index
                if closer > index:
                    index = closer
            elif index > start and kinds[index] == NAME and self._begins_line(index):
                return index
            index += 1
        return index

    def _begins_line(self, index: int) -> bool:
        """Return whether a name begins a statement without a semicolon before it."""
        tokens = self.unit.tokens
        before, value = tokens.values[index - 1], tokens.values[index]
        if tokens.kinds[index - 1] == OP and before not in _VALUE_ENDS:
            return False
        if before in _CONTINUES or value in ("in", "of", "instanceof"):
            return False
        return value in _ENDS or "\n" in tokens.text[tokens.ends[index - 1] : tokens.starts[index]]

    def _functions(self) -> Iterator[Body]:
        unit = self.unit
        for opener, closer in unit.match.items():
            if opener > closer or not unit.is_op(opener, "(") or not unit.is_op(closer + 1, "{"):
                continue
            end = unit.match.get(closer + 1, -1)
            name_at = opener - 1
            if end <= closer or not unit.is_name(name_at) or unit.value(name_at) in _CONTROL:
                continue
            head = name_at - 1 if unit.value(name_at - 1) == "function" else name_at
            if unit.value(name_at) == "function":
                name_at = self._assigned_name(head)
            yield self._body(name_at, self._parameters(opener + 1, closer), head, closer + 2, end)

    def _arrows(self) -> Iterator[Body]:
        unit = self.unit
        for index, value in enumerate(unit.tokens.values):
            if value != "=>" or unit.tokens.kinds[index] != OP or index == 0:
                continue
            head = unit.match.get(index - 1, index - 1)
            parameters = self._parameters(head + 1, index - 1) if head < index - 1 else (unit.value(head),)
            start, bare = index + 2, not unit.is_op(index + 1, "{") or index + 1 not in unit.match
            end = self.expression_end(index + 1) if bare else unit.match[index + 1]
            name_at = self._assigned_name(head - (unit.value(head - 1) == "async"))
            yield self._body(name_at, parameters, head, start - bare, end, bare=bare)

    def _body(
        self, name_at: int, parameters: tuple[str, ...], head: int, start: int, end: int, *, bare: bool = False
    ) -> Body:
        return Body(self.unit.value(name_at), name_at, parameters, head, start, end, bare)

    def _assigned_name(self, head: int) -> int:
        """Return the token of the name that an anonymous function is assigned to, or -1."""
        assigned = self.unit.value(head - 1) in ("=", ":") and self.unit.is_name(head - 2)
        return head - 2 if assigned else -1

    def _parameters(self, start: int, end: int) -> tuple[str, ...]:
        unit = self.unit
        return tuple(
            unit.value(index)
            for index in range(start, min(end, start + 64))
            if unit.is_name(index) and unit.value(index - 1) in ("(", ",", "{", ".", "[")
        )

    def _owners(self) -> list[int]:
        """Return, for each token, the innermost function around it."""
        owners = [GLOBAL] * len(self.unit.tokens)
        for number, body in enumerate(self.bodies):
            owners[body.head : body.end] = [number] * (min(body.end, len(owners)) - body.head)
        return owners

    def _outer(self) -> list[int]:
        """Return, for each token, the innermost open bracket, -1 for none."""
        match, outer, stack = self.unit.match, [], [-1]
        for index in range(len(self.unit.tokens)):
            other = match.get(index, index)
            if other < index and len(stack) > 1:
                stack.pop()
            outer.append(stack[-1])
            if other > index:
                stack.append(index)
        return outer

    def _declare(self) -> None:
        """Record the names that ``var`` and the like and named functions declare in each function."""
        unit = self.unit
        for index, value in enumerate(unit.tokens.values):
            if value in _DECLARES and unit.tokens.kinds[index] == NAME and self.owners[index] != GLOBAL:
                self._declare_list(index + 1, self.declared[self.owners[index]])
        for number, body in enumerate(self.bodies):
            if body.name_at > body.head and self.parents[number] != GLOBAL:
                self.declared[self.parents[number]].add(body.name)

    def _declare_list(self, start: int, names: set[str]) -> None:
        """Record the names of a declaration without its values."""
        unit, at = self.unit, start
        while unit.is_name(at):
            names.add(unit.value(at))
            at = self.expression_end(at)
            if not unit.is_op(at, ","):
                return
            at += 1


def _nested(found: list[Body]) -> tuple[list[Body], list[int]]:
    """Return the functions and the index of each one's enclosing function; beyond the depth limit, the outer one."""
    bodies: list[Body] = []
    parents: list[int] = []
    stack: list[int] = []
    for body in found:
        while stack and bodies[stack[-1]].end <= body.start:
            stack.pop()
        if len(stack) < MAX_NESTING:
            bodies.append(body)
            parents.append(stack[-1] if stack else GLOBAL)
            stack.append(len(bodies) - 1)
    return bodies, parents


def iter_targets(unit: Unit, calls: Calls, scopes: Scopes) -> Iterator[tuple[int, DottedName, int, int]]:
    """Yield the first token of each assignment's target, its dotted name, and the range of the value."""
    roots = {calls.name(root).last: root for root in calls.roots}
    for index, value in enumerate(unit.tokens.values):
        if value in _ASSIGNS and unit.tokens.kinds[index] == OP:
            last = index - 1
            while unit.is_op(last, "]") and unit.match.get(last, last) < last:
                last = unit.match[last] - 1
            root = roots.get(last)
            if root is not None and index + 1 < len(unit.tokens):
                yield root, calls.name(root), index + 1, scopes.expression_end(index + 1)
