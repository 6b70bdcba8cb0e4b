"""Known values of JScript: as numbers, by their types, and whether two are equal.

Source: ECMA-262, "Type Conversion" and "Equality Operators".
"""

from __future__ import annotations

from webshellhunt.analysis.domain.conversions import number_of
from webshellhunt.analysis.domain.values import EMPTY, NAN, Char, Value
from webshellhunt.lazy_pattern import lazy_pattern

_LARGEST = 1 << 64
_LONGEST = 32
_NUMERAL = lazy_pattern(r"0[xX][0-9a-fA-F]+|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")


def script_number(value: Value) -> int | float | None:
    """Return a known value as a number, ``None`` where that is not known."""
    if value is None:
        return 0
    if value is EMPTY:
        return NAN
    if not isinstance(value, str) or value.__class__ is Char:
        return number_of(value)
    text = value.strip()
    if len(text) > _LONGEST or text.endswith("Infinity"):
        return None
    if not text:
        return 0
    if not _NUMERAL.fullmatch(text):
        return NAN
    number = int(text[2:], 16) if text[:2] in ("0x", "0X") else float(text)
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < _LARGEST else number


def kind_of(value: Value) -> str:
    """Return the type of a known value."""
    if value is None:
        return "null"
    if value.__class__ is bool:
        return "boolean"
    return "undefined" if value is EMPTY else "string" if isinstance(value, str) else "number"


def script_equal(left: Value, right: Value) -> bool | None:
    """Return the result of ``left == right`` for known values, ``None`` where that is not known."""
    if left is None or left is EMPTY or right is None or right is EMPTY:
        return (left is None or left is EMPTY) and (right is None or right is EMPTY)
    if isinstance(left, str) and isinstance(right, str):
        return str(left) == str(right)
    a, b = script_number(left), script_number(right)
    return None if a is None or b is None else a == b
