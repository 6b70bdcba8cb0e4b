"""What the operators of the languages do with constants."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

MAX_VALUE = 1 << 20
_MAX_NUMBER = 1 << 64


class Char(str):
    """A character of C#: with a number or another character, ``+`` adds its code."""

    __slots__ = ()


class Text(list["Value"]):
    """A ``StringBuilder``: its characters."""

    __slots__ = ()


class Codec(NamedTuple):
    """An encoding object, by the name that Python knows it by."""

    name: str


class Pattern(NamedTuple):
    """A regular expression literal that means just its text."""

    text: str
    everywhere: bool


# A constant: str, int, float, bytes, Codec, Pattern, or a list of such.
Value = Any

_LITERAL_REGEX = lazy_pattern(r"/((?:[^\\/\[\](){}.*+?^$|]|\\[^\w\s])++)/([a-z]*+)")


def to_text(value: Value) -> str | None:
    """Return a value as text, as a concatenation would."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value) if abs(value) < _MAX_NUMBER else None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _MAX_NUMBER else repr(value)
    return None


def to_number(value: Value) -> int | None:
    """Return a value as an integer, as a conversion function would."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, Char):
        return ord(value) if len(value) == 1 else None
    if isinstance(value, float):
        return round(value) if abs(value) < _MAX_NUMBER else None
    if isinstance(value, str) and len(value) < 24:
        return read_number(value.strip())
    return None


def read_number(text: str) -> int | None:
    """Return the value of a number as C#, JScript or VB write it; a fraction is rounded, as ``Chr`` does."""
    plain = text.lower().rstrip("&")
    try:
        if plain.startswith("&h"):
            return int(plain[2:], 16)
        if plain.startswith("&"):
            return int(plain[1:].removeprefix("o"), 8)
        if plain.startswith("0x"):
            return int(plain[2:].rstrip("ul"), 16)
        if plain.startswith("0b"):
            return int(plain[2:].rstrip("ul"), 2)
        plain = plain.rstrip("ulfdmr%#!@")
        if len(plain) > 20:
            return None
        return int(plain) if plain.lstrip("-").isdecimal() else round(float(plain))
    except (ValueError, OverflowError):
        return None


def read_regex(text: str) -> Pattern | None:
    """Return a regular expression literal that only names characters; others are not followed."""
    match = _LITERAL_REGEX.fullmatch(text)
    return Pattern(match[1].replace("\\", ""), "g" in match[2]) if match else None


def _plus(left: Value, right: Value, *, vb: bool) -> Value:
    texts = [isinstance(value, str) and not isinstance(value, Char) for value in (left, right)]
    joins = all(texts) if vb else any(texts)  # VB adds where one of the two is a number
    return _join(left, right) if joins else _calculate(operator.add, left, right)


def _join(left: Value, right: Value) -> str | None:
    a, b = to_text(left), to_text(right)
    return None if a is None or b is None or len(a) + len(b) > MAX_VALUE else a + b


def _ampersand(left: Value, right: Value, *, vb: bool) -> Value:
    return _join(left, right) if vb else _calculate(operator.and_, left, right)


def _calculate(function: Callable[[int, int], int], left: Value, right: Value) -> int | None:
    a, b = to_number(left), to_number(right)
    if a is None or b is None or abs(a) > _MAX_NUMBER or abs(b) > _MAX_NUMBER:
        return None
    try:
        return function(a, b)
    except (ZeroDivisionError, ValueError, OverflowError):
        return None


def _divide(a: int, b: int) -> int:
    # Only what comes out even is followed: else the languages differ.
    quotient, remainder = divmod(a, b)
    if remainder:
        raise ValueError
    return quotient


def _shift(function: Callable[[int, int], int]) -> Callable[[int, int], int]:
    return lambda a, b: function(a, min(max(b, 0), 64))


def _power(a: int, b: int) -> int:
    return a**b if 0 <= b <= 64 and abs(a) < 1 << 16 else 0


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "\\": lambda a, b: abs(a) // abs(b) * (1 if a * b >= 0 else -1),
    "%": lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1),
    "mod": lambda a, b: abs(a) % abs(b) * (1 if a >= 0 else -1),
    "<<": _shift(operator.lshift),
    ">>": _shift(operator.rshift),
    "^": operator.xor,
    "xor": operator.xor,
    "|": operator.or_,
}

# From what binds most to what binds least.
VB_LEVELS = (("^",), ("*", "/"), ("\\",), ("mod",), ("+", "-"), ("&",), ("<<", ">>"), ("xor",))
C_LEVELS = (("*", "/", "%"), ("+", "-"), ("<<", ">>"), ("&",), ("^",), ("|",))


def combine(name: str, left: Value, right: Value, *, vb: bool) -> Value:
    """Return what a binary operator makes of two constants, ``None`` where that isn't known."""
    if left is None or right is None:
        return None
    if name == "+":
        return _plus(left, right, vb=vb)
    if name == "&":
        return _ampersand(left, right, vb=vb)
    if isinstance(left, str) and not isinstance(left, Char) and name != "mod" and not left.strip().isdecimal():
        return None
    if vb and name == "^":
        return _calculate(_power, left, right)
    return _calculate(_ARITHMETIC[name], left, right)
