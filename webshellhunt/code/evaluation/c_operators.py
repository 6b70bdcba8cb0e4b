"""What the operators of C# and JScript do; each raises `UnknownError` where that can't be told."""

from __future__ import annotations

import operator
from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Char, Value
from webshellhunt.code.evaluation.c_values import NULL, Number, integer_of, kept, number_of, signed, text_of, truth_of
from webshellhunt.code.evaluation.operators import Binary, Unary
from webshellhunt.code.evaluation.values import MAX_TEXT


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and not isinstance(value, Char)


def add(left: Value, right: Value) -> Value:
    """Join texts, or add numbers; a character of C# is a number beside one."""
    if _is_text(left) or _is_text(right) or left is NULL or right is NULL:
        a, b = text_of(left), text_of(right)
        if len(a) + len(b) > MAX_TEXT:
            raise UnknownError
        return a + b
    return kept(number_of(left) + number_of(right))


def _calculated(function: Callable[[Number, Number], Number]) -> Binary:
    return lambda left, right: kept(function(number_of(left), number_of(right)))


def _divide_whole(left: Value, right: Value) -> Value:
    """Divide as C# does: two integers give one, cut off."""
    a, b = number_of(left), number_of(right)
    if not b:
        raise UnknownError
    if isinstance(a, float) or isinstance(b, float):
        return kept(a / b)
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _divide(left: Value, right: Value) -> Value:
    a, b = number_of(left), number_of(right)
    if not b:
        raise UnknownError
    quotient = a / b
    return int(quotient) if quotient.is_integer() else quotient


def _remainder(left: Value, right: Value) -> Value:
    a, b = number_of(left), number_of(right)
    if not b:
        raise UnknownError
    return abs(a) % abs(b) * (1 if a >= 0 else -1)


def _bits(function: Callable[[int, int], int], *, wraps: bool) -> Binary:
    """Make an operator of bits; JScript's has 32 of them. Of two conditions it makes a condition."""

    def combined(left: Value, right: Value) -> Value:
        if isinstance(left, bool) and isinstance(right, bool):
            return bool(function(left, right))
        number = function(integer_of(left), integer_of(right))
        return signed(number) if wraps else kept(number)

    return combined


def _shift_left(left: Value, right: Value) -> Value:
    number, count = integer_of(left), integer_of(right)
    if -(1 << 31) <= number < 1 << 31:
        return signed(number << (count & 31))
    return (number << (count & 63)) & 0xFFFFFFFFFFFFFFFF


def _shift_right(left: Value, right: Value) -> Value:
    number, count = integer_of(left), integer_of(right)
    return number >> (count & (31 if -(1 << 31) <= number < 1 << 32 else 63))


def _shift_unsigned(left: Value, right: Value) -> Value:
    return (integer_of(left) & 0xFFFFFFFF) >> (integer_of(right) & 31)


def _equal(left: Value, right: Value) -> bool:
    """Compare two values: texts as texts, all else as numbers, objects by being one."""
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left is right
    if isinstance(left, (str, int, float)) and isinstance(right, (str, int, float)):
        if isinstance(left, str) and isinstance(right, str):
            return left == right
        return number_of(left) == number_of(right)
    return left is right  # nothing is nothing


def _ordered(function: Callable[[Value, Value], bool]) -> Binary:
    def compared(left: Value, right: Value) -> Value:
        if isinstance(left, str) and isinstance(right, str):
            return function(left, right)
        return function(number_of(left), number_of(right))

    return compared


def _unequal(left: Value, right: Value) -> bool:
    return not _equal(left, right)


# The strength of each operator, what binds most is greatest, and what it does.
_BOTH: dict[str, tuple[int, Binary]] = {
    "*": (12, _calculated(operator.mul)),
    "%": (12, _remainder),
    "+": (11, add),
    "-": (11, _calculated(operator.sub)),
    "<<": (10, _shift_left),
    ">>": (10, _shift_right),
    ">>>": (10, _shift_unsigned),
    "<": (9, _ordered(operator.lt)),
    ">": (9, _ordered(operator.gt)),
    "<=": (9, _ordered(operator.le)),
    ">=": (9, _ordered(operator.ge)),
    **dict.fromkeys(("==", "==="), (8, _equal)),
    **dict.fromkeys(("!=", "!=="), (8, _unequal)),
}
_STRENGTHS = {"&": (7, operator.and_), "^": (6, operator.xor), "|": (5, operator.or_)}


def _of(*, is_jscript: bool) -> dict[str, tuple[int, Binary]]:
    bits = {name: (strength, _bits(f, wraps=is_jscript)) for name, (strength, f) in _STRENGTHS.items()}
    return {**_BOTH, **bits, "/": (12, _divide if is_jscript else _divide_whole)}


OPERATORS = {"c#": _of(is_jscript=False), "jscript": _of(is_jscript=True)}
AND, OR, OTHERWISE, CHOICE = 4, 3, 2, 1
"""The strengths of ``&&``, ``||``, ``??`` and ``?:``, which look at an operand only where it counts."""


def _negated(value: Value) -> Value:
    return kept(-number_of(value))


def _inverted(value: Value) -> Value:
    number = integer_of(value)
    return ~number if number < 1 << 31 else number ^ 0xFFFFFFFF


UNARY: dict[str, Unary] = {
    "-": _negated, "+": number_of, "!": lambda value: not truth_of(value), "~": _inverted,
}  # fmt: skip
