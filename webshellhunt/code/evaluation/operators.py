"""What the operators of Visual Basic do; each raises `UnknownError` where the runtime would stop."""

from __future__ import annotations

import operator
from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.evaluation.values import (
    EMPTY,
    LARGEST,
    MAX_TEXT,
    Number,
    integer_of,
    number_of,
    text_of,
    truth_of,
    whole,
)

Binary = Callable[[Value, Value], Value]
Unary = Callable[[Value], Value]


def join(left: Value, right: Value) -> str:
    """Return two values as one text."""
    joined = text_of(left) + text_of(right)
    if len(joined) > MAX_TEXT:
        raise UnknownError
    return joined


def _add(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str) and not (left is EMPTY and right is EMPTY):
        return join(left, right)
    return _kept(number_of(left) + number_of(right))


def _kept(number: Number) -> Number:
    if isinstance(number, int):
        return whole(number)
    if not -LARGEST < number < LARGEST:
        raise UnknownError
    return number


def _calculated(function: Callable[[Number, Number], Number]) -> Binary:
    return lambda left, right: _kept(function(number_of(left), number_of(right)))


def _divide(left: Value, right: Value) -> Value:
    divisor = number_of(right)
    if not divisor:
        raise UnknownError
    quotient = number_of(left) / divisor
    return int(quotient) if quotient.is_integer() and abs(quotient) < 1 << 31 else quotient


def _divide_whole(left: Value, right: Value) -> Value:
    a, b = integer_of(left), integer_of(right)
    if not b:
        raise UnknownError
    return whole(abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1))


def _modulo(left: Value, right: Value) -> Value:
    a, b = integer_of(left), integer_of(right)
    if not b:
        raise UnknownError
    return abs(a) % abs(b) * (1 if a >= 0 else -1)


def _power(left: Value, right: Value) -> Value:
    base, exponent = number_of(left), number_of(right)
    if abs(base) > 1 << 20 or abs(exponent) > 64 or (base <= 0 and (exponent < 0 or exponent != int(exponent))):
        raise UnknownError
    try:
        power = float(base) ** exponent
    except OverflowError:
        raise UnknownError from None
    return int(power) if power.is_integer() and power < 1 << 31 else _kept(power)


def _bits(function: Callable[[int, int], int]) -> Binary:
    """Make an operator of bits; of two conditions it makes a condition."""

    def combined(left: Value, right: Value) -> Value:
        if isinstance(left, bool) and isinstance(right, bool):
            return bool(function(left, right))
        return whole(function(_long(left), _long(right)))

    return combined


def _long(value: Value) -> int:
    number = integer_of(value)
    if not -(1 << 31) <= number < 1 << 31:
        raise UnknownError
    return number


def _shifted(function: Callable[[int, int], int]) -> Binary:
    return lambda left, right: _wrapped(function(_long(left), _long(right) & 31))


def _wrapped(number: int) -> int:
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)


def _compared(function: Callable[[Value, Value], bool]) -> Binary:
    """Make a comparison: as texts where both are, as numbers where one is a number."""

    def compared(left: Value, right: Value) -> Value:
        if isinstance(left, str) and isinstance(right, str):
            return function(left, right)
        if isinstance(left, str) and left is not EMPTY and not isinstance(right, bool):
            return function(1, 0)  # a variable that holds text is greater than any number
        if isinstance(right, str) and right is not EMPTY and not isinstance(left, bool):
            return function(0, 1)
        return function(number_of(left), number_of(right))

    return compared


def negate(value: Value) -> Value:
    """Return what a minus sign makes of a value."""
    return _kept(-number_of(value))


def positive(value: Value) -> Value:
    """Return what a plus sign makes of a value."""
    return value


def invert(value: Value) -> Value:
    """Return what ``Not`` makes of a value."""
    return not value if isinstance(value, bool) else ~_long(value)


def _and_also(left: Value, right: Value) -> Value:
    return truth_of(left) and truth_of(right)


def _or_else(left: Value, right: Value) -> Value:
    return truth_of(left) or truth_of(right)


# The strength of each operator, what binds most is greatest, and what it does.
BINARY: dict[str, tuple[int, Binary]] = {
    "^": (13, _power),
    "*": (11, _calculated(operator.mul)),
    "/": (11, _divide),
    "\\": (10, _divide_whole),
    "mod": (9, _modulo),
    "+": (8, _add),
    "-": (8, _calculated(operator.sub)),
    "&": (7, join),
    "<<": (6, _shifted(operator.lshift)),
    ">>": (6, _shifted(operator.rshift)),
    "=": (5, _compared(operator.eq)),
    "<>": (5, _compared(operator.ne)),
    "<": (5, _compared(operator.lt)),
    ">": (5, _compared(operator.gt)),
    **dict.fromkeys(("<=", "=<"), (5, _compared(operator.le))),
    **dict.fromkeys((">=", "=>"), (5, _compared(operator.ge))),
    "and": (3, _bits(operator.and_)),
    "andalso": (3, _and_also),
    "or": (2, _bits(operator.or_)),
    "orelse": (2, _or_else),
    "xor": (1, _bits(operator.xor)),
}
UNARY: dict[str, tuple[int, Unary]] = {"-": (12, negate), "+": (12, positive), "not": (4, invert)}
