"""Texts: what an expression is as a text, also inside a function, by what that is called with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webshellhunt.code.calls import Calls
from webshellhunt.code.constants.placed import PlacedConstants
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.unit import name_of

_MOST_CALLS = 40
_FARTHEST = 60  # tokens of an expression that isn't a constant by itself


class Texts:
    """The texts of one unit; ``own`` works out what its functions make of constants."""

    def __init__(self, calls: Calls, scopes: Scopes, constants: PlacedConstants, own: PageEvaluator | None) -> None:
        self._calls = calls
        self._unit = calls.unit
        self._scopes = scopes
        self._constants = constants
        self._own = own
        self._known: dict[tuple[int, int], tuple[str, ...]] = {}

    def of(self, start: int, end: int, owner: str | None) -> tuple[str, ...]:
        """Return the texts that an expression may be: the constant, or what it is for each call of the function."""
        text = self._constants.text(start, end)
        if text is not None:
            return (text,)
        if owner is None or self._own is None or end - start > _FARTHEST:
            return ()
        if (start, end) not in self._known:
            self._known[start, end] = self._by_calls(start, end, owner, self._own)
        return self._known[start, end]

    def _by_calls(self, start: int, end: int, owner: str, own: PageEvaluator) -> tuple[str, ...]:
        function = self._scopes.functions.get(name_of(owner))
        if function is None or function.scope != owner or not function.start <= start < function.end:
            return ()
        if not set(function.parameters).intersection(self._unit.tokens.values[start:end]):
            return ()
        found: dict[str, None] = {}
        for given in islice(self._given(function.name), _MOST_CALLS):
            held = dict(zip(function.parameters, given, strict=False))
            alone = self._unit.value(start) if end == start + 1 else ""
            text = held.get(alone) if alone else own.expression(start, end, held.get)
            if isinstance(text, str):
                found[text] = None
        return tuple(found)

    def _given(self, name: str) -> Iterator[list[str | None]]:
        """Yield for each call of a function the constants that it is given, ``None`` for what is none."""
        for root in self._calls.users(name.lower()):
            at = self._calls.own(root)
            number = self._unit.statement_at(root)
            if self._unit.value(at) == name and number is not None and self._unit.is_op(at + 1, "("):
                ranges = self._calls.arguments(at, root, *self._unit.statements[number])
                yield [self._constants.text(left, right) for left, right in ranges]
