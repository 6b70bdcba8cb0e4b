"""Operators: their results for two values, known or not."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from webshellhunt.analysis.domain.comparing import BOOLEAN, COMPARING, compared
from webshellhunt.analysis.domain.conversions import integer_of, number_of, text_of, truth_of
from webshellhunt.analysis.domain.joining import choice, collapsed
from webshellhunt.analysis.domain.script_values import script_number
from webshellhunt.analysis.domain.taints import counted, derived
from webshellhunt.analysis.domain.texts import MAX_TEXT, concatenated
from webshellhunt.analysis.domain.values import (
    EMPTY,
    NAN,
    NUMBER,
    UNKNOWN,
    Char,
    Choice,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    is_known,
    is_number,
)
from webshellhunt.lang.language_names import VB

_LARGEST = 1 << 64
_MOST_OPTIONS = 24
_BITWISE = frozenset({"<<", ">>", "&", "|", "^"})
LAZY = frozenset({"&&", "||", "andalso", "orelse", "??"})
_LOGICAL = frozenset({"and", "or", "&&", "||", "andalso", "orelse", "eqv", "imp"})


def binary(left: Value, name: str, right: Value, language: str) -> Value:
    """Return the result of an operator for two values."""
    if left.__class__ is Choice or right.__class__ is Choice:
        return _of_choices(left, name, right, language)
    if name in COMPARING:
        return compared(left, name, right, language)
    if name == "+" and language in VB and (left is EMPTY) != (right is EMPTY):
        return right if left is EMPTY else left  # the other operand, unchanged
    if (name == "&" and language in VB) or (name == "+" and _joins(left, right, language)):
        return joined(left, right, language)
    return _calculated(left, name, right, language)


def _of_choices(left: Value, name: str, right: Value, language: str) -> Value:
    lefts = left.options if left.__class__ is Choice else (left,)
    rights = right.options if right.__class__ is Choice else (right,)
    if len(lefts) * len(rights) > _MOST_OPTIONS:
        return BOOLEAN if name in COMPARING else binary(collapsed(lefts), name, collapsed(rights), language)
    return choice([binary(a, name, b, language) for a in lefts for b in rights])


def joined(left: Value, right: Value, language: str) -> Value:
    """Return the text of two values, one after the other."""
    if left.__class__ is str and right.__class__ is str and len(left) + len(right) <= MAX_TEXT:
        return str(left + right)
    return concatenated([_part(left, language), _part(right, language)])


def _part(value: Value, language: str) -> Value:
    """Return a value as a part of a text."""
    if is_known(value):
        text = text_of(value, language)
        return UNKNOWN if text is None else text
    if value.__class__ is Thing:
        text = value.fields.get("\0text")
        return derived([value]) if text is None else text
    return value


def _joins(left: Value, right: Value, language: str) -> bool:
    """True if ``+`` joins texts."""
    if language in VB:
        if left is EMPTY or right is EMPTY:
            return isinstance(left, str) and isinstance(right, str) and left is not right
        return all(_is_text(each) for each in (left, right)) or any(
            each.__class__ in (Text, Tainted) and not is_number(each) for each in (left, right)
        )
    if language == "c#" and (left is None or right is None) and (isinstance(left, str) or isinstance(right, str)):
        return True  # null is a text, as no character is added to it
    return any(_is_text(each) and each.__class__ is not Char for each in (left, right)) or any(
        (each.__class__ is Tainted and not is_number(each))
        or (each.__class__ is Opaque and each.type in ("", "string"))
        for each in (left, right)
    )


def _is_text(value: Value) -> bool:
    return (isinstance(value, str) and value is not EMPTY) or value.__class__ is Text


def _calculated(left: Value, name: str, right: Value, language: str) -> Value:
    if language == "c#" and (left is None or right is None):
        return _lifted(left, name, right)
    if name in _LOGICAL and language in VB:
        truth = _logical(left, name, right)
        if truth is not None:
            return truth
    function = _ARITHMETIC.get("**" if name == "^" and language in VB else name)
    if function is None:
        return UNKNOWN
    if not (is_known(left) and is_known(right)):
        return counted([left, right])
    to_number = script_number if language == "jscript" else number_of
    a, b = to_number(left), to_number(right)
    if a is None or b is None or abs(a) > _LARGEST or abs(b) > _LARGEST:
        return NUMBER
    if language in VB:
        a, b = (-a if left.__class__ is bool else a), (-b if right.__class__ is bool else b)
    if language == "jscript" and name in _BITWISE:
        a, b = _int32(a), _int32(b)
    try:
        value = function(a, b)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError):
        return NUMBER
    return _converted(a, name, b, value, language)


def _lifted(left: Value, name: str, right: Value) -> Value:
    """Return the result of an operator of C# for a nullable number or truth value that is null."""
    decides = {"&": False, "|": True}.get(name)
    return decides if decides is not None and (left is decides or right is decides) else None


def _int32(number: float) -> int:
    """Return the 32 bits of a number on which JScript's operators of bits work."""
    return ((int(number) if math.isfinite(number) else 0) + (1 << 31)) % (1 << 32) - (1 << 31)


def _converted(a: float, name: str, b: float, value: Value, language: str) -> Value:
    """Return a result as the language has it: whole numbers of C# divide to one, others are whole where they can be."""
    if language == "c#" and name == "/" and isinstance(a, int) and isinstance(b, int):
        value = int(abs(a) // abs(b)) * (1 if (a < 0) == (b < 0) else -1)
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST and language != "c#":
        value = int(value)
    if isinstance(value, float) and math.isnan(value):
        return NAN
    if isinstance(value, (int, float)) and abs(value) > _LARGEST:
        return NUMBER
    return value


def _logical(left: Value, name: str, right: Value) -> Value:
    """Return the result of VB's operators for conditions; one known side may decide."""
    if name in ("eqv", "imp"):
        are_known = left.__class__ is bool and right.__class__ is bool
        return (left == right if name == "eqv" else right or not left) if are_known else None
    is_and = name in ("and", "andalso")
    for each in (left, right):
        if each.__class__ is bool and each is not is_and:
            return each
    if left.__class__ is bool and right.__class__ is bool:
        return is_and
    if left.__class__ is bool or right.__class__ is bool:
        return right if left.__class__ is bool else left
    is_bitwise = name in ("and", "or") and (is_number(left) or is_number(right))
    return None if is_bitwise or (is_known(left) and is_known(right)) else BOOLEAN


def _whole(function: Callable[[int, int], int]) -> Callable[[int | float, int | float], int | float]:
    def combined(a: int | float, b: int | float) -> int | float:
        return function(round(a), round(b))

    return combined


def _truncated(a: int, b: int) -> int:
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _remainder(a: int | float, b: int | float) -> int | float:
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) % abs(b) * (1 if a >= 0 else -1)
    return float(abs(a) % abs(b)) * (1 if a >= 0 else -1)


def _power(a: int | float, b: int | float) -> int | float:
    if abs(a) > 1 << 20 or abs(b) > 64:
        raise ValueError
    power = a**b
    return power if isinstance(power, (int, float)) else 0


def _shifted(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
    def shifted(a: int, b: int) -> int:
        number = function(a, b & 31)
        return (number + (1 << 31)) % (1 << 32) - (1 << 31) if abs(a) < 1 << 32 else number

    return shifted


_ARITHMETIC: dict[str, Callable[[int | float, int | float], int | float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "\\": _whole(_truncated),
    "%": _remainder,
    "mod": _whole(lambda a, b: int(_remainder(a, b))),
    "**": _power,
    "<<": _whole(_shifted(operator.lshift)),
    ">>": _whole(_shifted(operator.rshift)),
    ">>>": _whole(lambda a, b: (a & 0xFFFFFFFF) >> (b & 31)),
    "&": _whole(operator.and_),
    "|": _whole(operator.or_),
    "^": lambda a, b: _whole(operator.xor)(a, b),
    "xor": _whole(operator.xor),
    "and": _whole(operator.and_),
    "or": _whole(operator.or_),
    "eqv": _whole(lambda a, b: ~(a ^ b)),
    "imp": _whole(lambda a, b: ~a | b),
}


def unary(name: str, value: Value, language: str) -> Value:
    """Return the result of an operator for one value."""
    if value.__class__ is Choice:
        return choice([unary(name, each, language) for each in value.options])
    if name in ("!", "not"):
        if value.__class__ is bool:
            return not value
        whole = integer_of(value) if is_known(value) else None
        if name == "!" or whole is None:
            truth = truth_of(value, language) if name == "!" else None
            return BOOLEAN if truth is None else not truth
        return ~whole
    to_number = script_number if language == "jscript" else number_of
    number = to_number(value) if is_known(value) else None
    if number is None:
        return counted([value])
    if name == "~":
        return ~round(number) if math.isfinite(number) else -1 if number is NAN else NUMBER
    return -number if name == "-" and number is not NAN else number
