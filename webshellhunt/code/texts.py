"""Texts: what an expression is as a text, also inside a function, by what that is called with.

A text that is worked out may be worked out wrongly, so nothing is proven by it: `UNKNOWN` stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.constants import Constant
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants.placed import PlacedConstants
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.scopes import Scopes
from webshellhunt.code.unit import name_of

UNKNOWN = "?"
"""Stands among texts where an expression may be another one, too."""

_WRITTEN = frozenset({"concatenate", "variable"})
_BEFORE_BODY = frozenset({"{", "=>"})
_DECLARING = frozenset({"function", "sub"})
_MOST_CALLS = 40
_FARTHEST = 60  # tokens of an expression that isn't a constant by itself


def is_written(constant: Constant) -> bool:
    """Tell whether a constant is a literal as it stands on the page, or such ones joined; nothing is worked out."""
    return _WRITTEN.issuperset(constant.steps)


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
        constant = self._constants.whole(start, end)
        if constant is not None:
            return (constant.value,) if is_written(constant) else (constant.value, UNKNOWN)
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
        alone = self._unit.value(start) if end == start + 1 else ""
        text_with = None if alone else own.expression(start, end)
        for number, given in enumerate(self._given(function.name)):
            held = dict(zip(function.parameters, given, strict=False))
            constant = held.get(alone)
            is_known = constant is not None and is_written(constant)
            if number >= _MOST_CALLS:
                found[UNKNOWN] = None
                break
            if text_with is not None:
                text = text_with({name: each.value for name, each in held.items() if each is not None}.get)
            else:
                text = constant.value if constant is not None else None
            found.update(dict.fromkeys(([text] if isinstance(text, str) else []) + ([] if is_known else [UNKNOWN])))
        return tuple(found)

    def _given(self, name: str) -> Iterator[list[Constant | None]]:
        """Yield for each call of a function the constants that it is given, ``None`` for what is none."""
        for root in self._calls.users(name.lower()):
            at = self._calls.own(root)
            number = self._unit.statement_at(root)
            is_called = self._unit.is_op(at + 1, "(") and not self._is_declared(at)
            if self._unit.value(at) == name and number is not None and is_called:
                ranges = self._calls.arguments(at, root, *self._unit.statements[number])
                yield [self._constants.whole(left, right) for left, right in ranges]

    def _is_declared(self, at: int) -> bool:
        """Tell whether a function is declared where its name stands, and not called."""
        unit = self._unit
        behind = unit.value(unit.match.get(at + 1, at) + 1)
        return behind in _BEFORE_BODY or unit.value(at - 1) in _DECLARING
