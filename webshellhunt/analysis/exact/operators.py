"""Operators of an exact evaluation: the most frequent kinds of operands first, all others as the machine has them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.operators import binary
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import Value, is_known
from webshellhunt.analysis.exact.scope import Evaluate, Scope, UnknownError
from webshellhunt.lang.language_names import VB

Apply = Callable[[Scope, Value, Value], Value]
_LARGEST = 1 << 64
_CHARACTERS_OF_UNIT = 2_048
_OF_WHOLE: dict[str, Callable[[int, int], int]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "xor": operator.xor,
    "and": operator.and_,
    "or": operator.or_,
}
_OF_BITS: dict[str, Callable[[int, int], int]] = {"^": operator.xor, "|": operator.or_, "&": operator.and_}
_COMPARING: dict[str, Callable[[Value, Value], bool]] = {
    "=": operator.eq, "==": operator.eq, "===": operator.eq, "<>": operator.ne, "!=": operator.ne, "!==": operator.ne,
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


def truth(value: Value, language: str) -> bool:
    """Return a value as a condition.

    Raises:
        UnknownError: It is no condition.
    """
    if value.__class__ is bool:
        return value
    known = truth_of(value, language)
    if known is None:
        raise UnknownError
    return known


def combined(left: Evaluate, name: str, right: Evaluate, language: str) -> Evaluate:
    """Return an expression of two operands."""
    apply = operation(name, language)
    return lambda scope: apply(scope, left(scope), right(scope))


def chained(first: Evaluate, rest: Sequence[tuple[str, Evaluate]], language: str) -> Evaluate:
    """Return an expression of many operands, from left to right."""
    steps = [(operation(name, language), operand) for name, operand in rest]

    def evaluate(scope: Scope) -> Value:
        value = first(scope)
        for apply, operand in steps:
            value = apply(scope, value, operand(scope))
        return value

    return evaluate


def operation(name: str, language: str) -> Apply:
    """Return an operator as a function of two values."""
    is_vb = language in VB
    if (name == "&" and is_vb) or (name == "+" and not is_vb):
        return _joining(name, language)
    if name in _COMPARING:
        return _comparing(name, language)
    whole = _OF_WHOLE.get(name) or (None if is_vb else _OF_BITS.get(name))
    largest = 1 << 31 if language == "jscript" and name in _OF_BITS else _LARGEST
    if whole is None:
        return lambda scope, a, b: exactly(a, name, b, language)

    def calculate(scope: Scope, a: Value, b: Value) -> Value:
        if a.__class__ is int and b.__class__ is int:
            number = whole(a, b)
            if -largest < a < largest and -largest < b < largest and -_LARGEST < number < _LARGEST:
                return number
        return exactly(a, name, b, language)

    return calculate


def _joining(name: str, language: str) -> Apply:
    def join(scope: Scope, a: Value, b: Value) -> Value:
        if a.__class__ is str and b.__class__ is str and len(a) + len(b) <= MAX_TEXT:
            if len(a) > _CHARACTERS_OF_UNIT:
                scope.evaluation.use(len(a) // _CHARACTERS_OF_UNIT)
            return a + b
        if a.__class__ is int and b.__class__ is int and name == "+":
            return a + b if abs(a) < _LARGEST > abs(b) else exactly(a, name, b, language)
        if isinstance(a, str) or isinstance(b, str):
            scope.evaluation.use(len(str(a)) // _CHARACTERS_OF_UNIT + 1)
        return exactly(a, name, b, language)

    return join


def _comparing(name: str, language: str) -> Apply:
    compare = _COMPARING[name]

    def apply(scope: Scope, a: Value, b: Value) -> Value:
        kind = a.__class__
        if kind is b.__class__ and (kind is int or kind is str):
            return compare(a, b)
        return exactly(a, name, b, language)

    return apply


def exactly(left: Value, name: str, right: Value, language: str) -> Value:
    """Return the result of an operator for two known values.

    Raises:
        UnknownError: An operand or the result is not known.
    """
    if not (is_known(left) and is_known(right)):
        raise UnknownError
    value = binary(left, name, right, language)
    if not is_known(value):
        raise UnknownError
    return value
