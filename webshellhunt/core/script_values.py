"""Known values of ECMA-262 languages: as numbers, as texts, as truth values; texts of values that are not known.

``EMPTY`` is *undefined*, ``None`` is *null*. Numbers without a fraction are ``int``.

Source: ECMA-262, "Type Conversion".
"""

from __future__ import annotations

import math
import re

from webshellhunt.core.values import KNOWN, NONE, Char, Empty, OneOf, Parts, Some, Truth, Value, choice, labels_of

Number = Value
"""A whole number, or one with a fraction."""

NAN = float("nan")
"""The only value of its kind that is made, so that it is the same as itself."""

_NUMERAL = re.compile(r"0[xX][0-9a-fA-F]{1,64}|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_SPACE = " \t\n\r\v\f\xa0\ufeff\u2028\u2029"
_LONGEST = 400
_EXACT = 1 << 53
_DIGITS = 21
"""A number with more digits is written with an exponent."""


def tidy(number: Number) -> Number:
    """Return a number as its only form."""
    if number.__class__ is int:
        return number if -_EXACT <= number <= _EXACT else float(number)
    if number != number:
        return NAN
    return int(number) if number.is_integer() and -_EXACT <= number <= _EXACT else number


def number_of(value: Value) -> Number:
    """Return a known value as a number."""
    kind = value.__class__
    if kind is int or kind is float:
        return value
    if kind is bool:
        return int(value)
    if value is None:
        return 0
    if kind is Empty:
        return NAN
    return number_of_text(value)


def number_of_text(text: str) -> Number:
    """Return a text as a number, ``NAN`` where it is none."""
    text = text.strip(_SPACE)
    if not text:
        return 0
    if text in ("Infinity", "+Infinity"):
        return math.inf
    if text == "-Infinity":
        return -math.inf
    if len(text) > _LONGEST or not _NUMERAL.fullmatch(text):
        return NAN
    return tidy(int(text, 16) if text[:2] in ("0x", "0X") else float(text))


def text_of_number(number: Number) -> str:
    """Return a number as ECMA-262 writes it."""
    if number.__class__ is int:
        return str(number)
    if number != number:
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    sign, digits = ("-", repr(-number)) if number < 0 else ("", repr(number))
    mantissa, _, exponent = digits.partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction.rstrip("0") if fraction.strip("0") else ""
    point = len(whole) + int(exponent or 0)
    figures = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(figures)
    figures = figures.rstrip("0")
    count = len(figures)
    if count <= point <= _DIGITS:
        return sign + figures + "0" * (point - count)
    if 0 < point <= _DIGITS:
        return f"{sign}{figures[:point]}.{figures[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{figures}"
    rest = f".{figures[1:]}" if count > 1 else ""
    return f"{sign}{figures[0]}{rest}e{point - 1:+d}"


def text_of(value: Value) -> str:
    """Return a known value as a text."""
    kind = value.__class__
    if kind is str or kind is Char or kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None:
        return "null"
    if kind is Empty:
        return "undefined"
    if kind is bytes:
        return str(value.decode("latin-1"))
    return text_of_number(value)


def as_text(value: Value) -> Value:
    """Return any value that is no object as a text."""
    kind = value.__class__
    if kind is str or kind is Parts:
        return value
    if kind in KNOWN:
        return text_of(value)
    if kind is Some:
        return value if value.type == "text" else Some("text", value.labels, NONE, value.form)
    if kind is OneOf:
        return choice([as_text(each) for each in value.options])
    if kind is Truth:
        return OneOf(("true", "false"))
    return Some("text", labels_of(value))


def truth_of(value: Value) -> bool:
    """Return a known value as a truth value."""
    kind = value.__class__
    if kind is bool or kind is int:
        return bool(value)
    if kind is float:
        return bool(value == value and value != 0)
    return bool(value)


def int32(value: Value) -> int:
    """Return a known value as an integer of 32 bits with a sign."""
    number = value if value.__class__ is int else number_of(value)
    if number.__class__ is float:
        if number != number or math.isinf(number):
            return 0
        number = int(number)
    number &= 0xFFFFFFFF
    return int(number - 0x100000000 if number & 0x80000000 else number)


def whole(value: Value, default: int = 0) -> int:
    """Return a known value as an integer, a place in a text say; one that is too large ends at the largest."""
    if value.__class__ is int:
        return int(value)
    number = number_of(value)
    if number != number:
        return default if value.__class__ is Empty else 0
    return int(max(-1e15, min(1e15, number))) if number.__class__ is float else int(number)


def kind_of(value: Value) -> str:
    """Return the result of ``typeof`` for a known value."""
    kind = value.__class__
    if kind is bool:
        return "boolean"
    if kind is int or kind is float:
        return "number"
    if kind is Empty:
        return "undefined"
    return "object" if value is None or kind is bytes else "string"
