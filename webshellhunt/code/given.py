"""Given: what each name of a unit is given anywhere in it, as ranges of tokens. Structure only, no meaning."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.calls import Calls
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.unit import Function, Unit

Range = tuple[int, int, str | None]
"""Tokens, half-open, and the function that they stand in."""


class Given:
    """Assignments, arguments, results and the collections of loops, by the key of the name that is given them."""

    def __init__(
        self, unit: Unit, calls: Calls, expressions: Expressions, owned: Sequence[tuple[tuple[int, int], str | None]]
    ) -> None:
        self._unit = unit
        self._calls = calls
        self._lower = calls.lower
        self._scopes = expressions.scopes
        self._functions = expressions.scopes.functions
        self._given: dict[str, list[tuple[Range, bool]]] = defaultdict(list)
        for (start, end), owner in owned:
            self._take(start, end, owner)

    def __contains__(self, key: str) -> bool:
        return key in self._given

    def _take(self, start: int, end: int, owner: str | None) -> None:
        """Note what one statement gives to names, with whether it is only added to them."""
        scopes, lower = self._scopes, self._lower
        for name_at, right, stop in iter_assignments(self._unit, lower, start, end):
            if "parameters" in self._calls.name(name_at).names[1:]:
                continue  # a value beside the statement of a command, which the database never reads as one
            key = scopes.variable(name_at, owner)
            self._given[key].append(((right, stop, owner), lower[right - 1] in ("+=", "&=")))
        if lower[start] == "return" and owner is not None:
            self._given[f"return\0{owner}"].append(((start + 1, end, owner), False))
        self._take_arguments(start, end, owner)
        if lower[start] in ("for", "foreach"):
            for index in range(start + 2, min(end, start + 12)):
                if lower[index] == "in" and self._unit.is_name(index - 1):
                    key = scopes.key(self._unit.value(index - 1), owner)
                    self._given[key].append(((index + 1, end, owner), False))

    def _take_arguments(self, start: int, end: int, owner: str | None) -> None:
        """Note what the parameters of the page's own functions are given."""
        for root in self._calls.roots_in(start, end) if self._functions else ():
            called = self._calls.own(root)
            function = self._functions.get(self._unit.value(called))
            alone = called != root or root not in self._calls.compound
            if function is not None and alone and not self._declares(called, function):
                arguments = self._calls.arguments(called, root, start, end)
                for (left, right), parameter in zip(arguments, function.parameters, strict=False):
                    self._given[f"{function.name}\0{parameter}"].append(((left, right, owner), False))

    def _declares(self, root: int, function: Function) -> bool:
        """Tell whether a name followed by brackets is the declaration of a function, not a call."""
        closer = self._unit.match.get(root + 1, -1)
        return 0 <= function.start - closer <= 1 or self._lower[root - 1] in ("function", "sub", "property")

    def to(self, root: int, owner: str | None, *, added: bool) -> list[Range]:
        """Return what the name at a root is given; what is added to it too, if asked for."""
        value = self._unit.value(self._calls.own(root))
        given = self._given.get(self._scopes.variable(root, owner), [])
        if value in self._functions:
            given = [*self._given.get(value, []), *self._given.get(f"return\0{value}", [])]
        return [each for each, adds in given if added or not adds]
