"""What the operators of C# and JScript do; each raises `UnknownError` where that can't be told."""

from __future__ import annotations

import operator
from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Char, Value
from webshellhunt.code.evaluation.c_values import (
    NULL,
    Number,
    Wide,
    integer_of,
    kept,
    number_of,
    signed,
    text_of,
    truth_of,
)
from webshellhunt.code.evaluation.operators import Binary, Unary
from webshellhunt.code.evaluation.values import EMPTY, MAX_TEXT

_BEYOND = 1 << 31
_INEXACT = 1 << 53


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and not isinstance(value, Char)


def _calculated(function: Callable[[Number, Number], Number], held: Callable[[Number], Value]) -> Binary:
    def calculated(left: Value, right: Value) -> Value:
        if left.__class__ is Wide or right.__class__ is Wide:
            return Wide(int(function(_low(left), _low(right))))
        return held(function(number_of(left), number_of(right)))

    return calculated


def _low(value: Value) -> int:
    number = value.low if value.__class__ is Wide else number_of(value)
    if not isinstance(number, int):
        raise UnknownError
    return number


def _added(shown: Callable[[Value], str], held: Callable[[Number], Value]) -> Binary:
    def add(left: Value, right: Value) -> Value:
        """Join texts, or add numbers; a character of C# is a number beside one."""
        if _is_text(left) or _is_text(right) or left is NULL or right is NULL:
            a, b = shown(left), shown(right)
            if len(a) + len(b) > MAX_TEXT:
                raise UnknownError
            return a + b
        return numbers(left, right)

    numbers = _calculated(operator.add, held)
    return add


def _shown_by_csharp(value: Value) -> str:
    return str(value) if isinstance(value, bool) else text_of(value)


def _shown_by_jscript(value: Value) -> str:
    if value is NULL:  # "null", or "undefined": there is but one of the two here
        raise UnknownError
    return str(value).lower() if isinstance(value, bool) else text_of(value)


def _within(number: Number) -> Value:
    """Return a number of C# whose type nobody knows: an integer beyond 32 bits goes round, or doesn't."""
    if isinstance(number, int) and not -_BEYOND <= number < _BEYOND:
        return Wide(number)
    return kept(number)


def _exact(number: Number) -> Number:
    """Return a number of JScript, which has no integers beyond 53 bits."""
    if isinstance(number, int) and not -_INEXACT < number < _INEXACT:
        raise UnknownError
    return kept(number)


add: Binary = _added(_shown_by_csharp, _within)


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
        if function is operator.and_ and (left.__class__ is Wide or right.__class__ is Wide):
            number = _low(left) & _low(right)
            return number if 0 <= number < _BEYOND and _has_mask(left, right) else Wide(number)
        number = function(integer_of(left), integer_of(right))
        return signed(number) if wraps else kept(number)

    return combined


def _has_mask(left: Value, right: Value) -> bool:
    """Tell whether one of two operands leaves only bits that are known."""
    return any(isinstance(each, int) and 0 <= each < _BEYOND for each in (left, right))


def _shift_left(left: Value, right: Value) -> Value:
    """Shift as C# does; what leaves 32 bits, or by how many more, depends on types that nobody knows."""
    return _within(integer_of(left) << _count(right))


def _shift_right(left: Value, right: Value) -> Value:
    return integer_of(left) >> _count(right)


def _count(value: Value) -> int:
    count = integer_of(value)
    if not 0 <= count < 32:
        raise UnknownError
    return count


def _shift_left_signed(left: Value, right: Value) -> Value:
    return signed(signed(integer_of(left)) << (integer_of(right) & 31))


def _shift_right_signed(left: Value, right: Value) -> Value:
    return signed(integer_of(left)) >> (integer_of(right) & 31)


def _shift_unsigned(left: Value, right: Value) -> Value:
    return (integer_of(left) & 0xFFFFFFFF) >> (integer_of(right) & 31)


def _equal(left: Value, right: Value) -> bool:
    """Compare two values: texts as texts, all else as numbers, objects by being one."""
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        return left is right
    if left.__class__ is Wide or right.__class__ is Wide:
        raise UnknownError
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


def _equal_in_jscript(left: Value, right: Value) -> bool:
    if left is EMPTY or right is EMPTY:  # declared, and given nothing
        raise UnknownError
    return _equal(left, right)


def _same(left: Value, right: Value) -> bool:
    """Compare as ``===`` does: values of two kinds are never the same."""
    if left is EMPTY or right is EMPTY or (left is NULL and right is NULL):  # null isn't undefined
        raise UnknownError
    return _kind(left) is _kind(right) and _equal(left, right)


def _kind(value: Value) -> type:
    kinds = (str, bool, (int, float), list, dict)
    return next((kind if isinstance(kind, type) else float for kind in kinds if isinstance(value, kind)), type(value))


def _not(function: Callable[[Value, Value], bool]) -> Binary:
    return lambda left, right: not function(left, right)


# The strength of each operator, what binds most is greatest, and what it does.
_BOTH: dict[str, tuple[int, Binary]] = {
    "%": (12, _remainder),
    ">>>": (10, _shift_unsigned),
    "<": (9, _ordered(operator.lt)),
    ">": (9, _ordered(operator.gt)),
    "<=": (9, _ordered(operator.le)),
    ">=": (9, _ordered(operator.ge)),
}
_OF_CSHARP: dict[str, tuple[int, Binary]] = {
    "*": (12, _calculated(operator.mul, _within)),
    "/": (12, _divide_whole),
    "+": (11, add),
    "-": (11, _calculated(operator.sub, _within)),
    "<<": (10, _shift_left),
    ">>": (10, _shift_right),
    "==": (8, _equal),
    "!=": (8, _not(_equal)),
}
_OF_JSCRIPT: dict[str, tuple[int, Binary]] = {
    "*": (12, _calculated(operator.mul, _exact)),
    "/": (12, _divide),
    "+": (11, _added(_shown_by_jscript, _exact)),
    "-": (11, _calculated(operator.sub, _exact)),
    "<<": (10, _shift_left_signed),
    ">>": (10, _shift_right_signed),
    "==": (8, _equal_in_jscript),
    "!=": (8, _not(_equal_in_jscript)),
    "===": (8, _same),
    "!==": (8, _not(_same)),
}
_STRENGTHS = {"&": (7, operator.and_), "^": (6, operator.xor), "|": (5, operator.or_)}


def _of(*, is_jscript: bool) -> dict[str, tuple[int, Binary]]:
    bits = {name: (strength, _bits(f, wraps=is_jscript)) for name, (strength, f) in _STRENGTHS.items()}
    return {**_BOTH, **bits, **(_OF_JSCRIPT if is_jscript else _OF_CSHARP)}


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
