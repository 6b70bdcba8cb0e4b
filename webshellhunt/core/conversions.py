"""Conversions of known values, as Visual Basic makes them."""

from __future__ import annotations

import re
from math import isfinite

from webshellhunt.core.values import Char, Empty, Value


class FailError(Exception):
    """The function surely fails, by default as its arguments are not allowed."""

    number = 5


class TooLargeError(FailError):
    """A number is too large for its type."""

    number = 6


class MismatchError(FailError):
    """A value is of a type that can't be converted."""

    number = 13


def t(x: Value) -> str:
    """Return a known value as a text."""
    k = x.__class__
    if k is str or k is Char:
        return str(x)
    if k is Empty or x is None:
        return ""
    if k is bool:
        return "True" if x else "False"
    if k is int:
        return str(x)
    if k is float:
        return text_of_double(x)
    if isinstance(x, bytes):
        return x.decode("latin-1")
    raise ValueError


def text_of_double(x: float) -> str:
    """Return a number as Visual Basic writes it: with 15 digits, a large or small one as ``1.5E-05``."""
    return f"{x:.15g}".upper()


_NUMBER = re.compile(
    r"\s*(?:[+-]?(?:\d[\d,]*+\.?\d*+|\.\d++)(?:[ed][+-]?\d++)?|&h(?P<hex>[0-9a-f]{1,16})(?P<long>&?)|&o?(?P<oct>[0-7]+)&?)\s*$",
    re.I,
)


def num(x: Value) -> int | float:
    """Return a known value as a number.

    Raises:
        MismatchError: It is a text that is none.
    """
    k = x.__class__
    if k is int or k is float:
        return x  # type: ignore[no-any-return]
    if k is bool:
        return -1 if x else 0
    if k is Empty:
        return 0
    if (k is str or k is Char) and (m := _NUMBER.match(x)):
        if m["hex"]:
            n = int(m["hex"], 16)
            bits = 16 if n < 1 << 16 and not m["long"] else 32
            return n - (1 << bits) if 1 << (bits - 1) <= n < 1 << bits else n
        if m["oct"]:
            return int(m["oct"], 8)
        f = float(x.replace(",", "").lower().replace("d", "e"))
        return int(f) if f.is_integer() and "." not in x and abs(f) < 1 << 53 else f
    if k is str or k is Char:
        raise MismatchError
    raise ValueError


def whole(x: Value) -> int:
    """Return a known value as a whole number, rounded to the even one."""
    if x.__class__ is int:
        return x
    n = num(x)
    if n.__class__ is not int and not isfinite(n):
        raise MismatchError
    return n if n.__class__ is int else round(n)
