"""Conversions: values as conditions, numbers and texts, as each language converts them."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import EMPTY, NAN, Char, Choice, Closure, Thing, Value, is_known
from webshellhunt.lang.language_names import VB

_LARGEST = 1 << 64
_NUMBERS = frozenset(
    {"int", "int32", "integer", "long", "short", "byte", "double", "single", "decimal", "float", "uint"}
)
NUMERIC = frozenset(
    [
        "int",
        "int32",
        "long",
        "int64",
        "short",
        "int16",
        "byte",
        "sbyte",
        "double",
        "float",
        "decimal",
        "uint",
        "uint32",
        "ulong",
        "uint64",
        "ushort",
        "uint16",
        "integer",
        "single",
        "bool",
        "boolean",
        "datetime",
        "timespan",
        "guid",
    ]
)
"""Types in whose values there is no text of anybody."""


def first_value(type_name: str) -> Value:
    """Return the value of a variable of a type of the language before anything is assigned to it."""
    name = type_name.rpartition(".")[2].lower()
    return False if name in ("bool", "boolean") else 0 if name in _NUMBERS else None


def truth_of(value: Value, language: str) -> bool | None:
    """Return a value as a condition, ``None`` where it is not known."""
    if value.__class__ is bool:
        return value
    if isinstance(value, (Thing, Closure)):
        return True if language == "jscript" else None
    if value.__class__ is Choice:
        answers = {truth_of(option, language) for option in value.options}
        return answers.pop() if len(answers) == 1 else None
    if not is_known(value):
        return None
    if value is None or value is EMPTY:
        return False
    if isinstance(value, str):
        if language in VB:
            number = number_of(value)
            word = value.lower()
            return word == "true" if word in ("true", "false") else None if number is None else number != 0
        return bool(value)
    return value is not NAN and bool(value)


def text_of(value: Value, language: str = "") -> str | None:
    """Return a known value as a concatenation would write it, ``None`` where that is not known."""
    if isinstance(value, str):
        return "undefined" if value is EMPTY and language == "jscript" else str(value)
    if value.__class__ is bool:
        word = str(value)
        return word.lower() if language == "jscript" else word
    if isinstance(value, int):
        return str(value) if abs(value) < _LARGEST else None
    if isinstance(value, float):
        if value is NAN:
            return "NaN"
        return str(int(value)) if value.is_integer() and abs(value) < _LARGEST else repr(value)
    if value is None:
        return "null" if language == "jscript" else ""
    return None


def number_of(value: Value) -> int | float | None:
    """Return a known value as a number, ``None`` where it is none."""
    if value.__class__ is bool:
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if value is EMPTY:
        return 0
    if value.__class__ is Char:
        return ord(value) if len(value) == 1 else None
    if isinstance(value, str) and len(value) < 32:
        return _read(value.strip())
    return None


def _read(text: str) -> int | float | None:
    """Return the number that a text says: decimal, with a fraction or an exponent, ``&H``, ``&O``, ``0x``."""
    plain = text.lower().rstrip("&")
    try:
        if plain[:2] in ("&h", "0x"):
            return int(plain[2:], 16)
        if plain[:2] == "&o":
            return int(plain[2:], 8)
        if "_" in plain or (not plain[:1].strip("+-.").isdecimal() and not plain[:2].strip("+-.").isdecimal()):
            return None
        return int(plain) if plain.lstrip("+-").isdecimal() else float(plain)
    except (ValueError, OverflowError):
        return None


def integer_of(value: Value) -> int | None:
    """Return a known value as an integer, a half rounded to the even one; ``None`` where it is none."""
    number = number_of(value)
    if number is None or not -_LARGEST < number < _LARGEST:
        return None
    return round(number)


def key_of(value: Value, language: str) -> Value:
    """Return the key of an entry for a known value, ``None`` where it is not known; numbers and their texts differ."""
    if value.__class__ is bool:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        if language == "jscript" and value.isdecimal() and len(value) < 9:
            return int(value)
        return str(value)
    return None
