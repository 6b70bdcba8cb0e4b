"""Values as C# and JScript hold them; each function raises `UnknownError` where a conversion would fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webshellhunt.code.constants.arguments import UnknownError, character_of
from webshellhunt.code.constants.operators import Char, Text, Value, read_number, to_text

Number = int | float
_LARGEST = 1 << 64
_LARGEST_FLOAT = 1e300


class Null:
    """What ``null`` is; there is one of them."""

    __slots__ = ()


NULL = Null()


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A function that is a value, ``c => c - 1``; it takes as many of the values that it is given as it names."""

    call: Callable[[list[Value]], Value]


class Wide:
    """An integer of C# that left 32 bits: only its lowest ones are known, as long as nobody knows its type."""

    __slots__ = ("low",)

    def __init__(self, number: int) -> None:
        self.low: int = number & 0xFFFFFFFF

    def __eq__(self, other: object) -> bool:
        raise UnknownError

    def __hash__(self) -> int:
        raise UnknownError


def low_of(value: Value, bits: int) -> int:
    """Return an integer of which only the lowest bits count."""
    return value.low if value.__class__ is Wide and bits <= 32 else integer_of(value)


class Growing(list[Value]):
    """A list that grows (``List<T>``): its ``Reverse`` turns itself round, where that of an array gives another."""

    __slots__ = ()


def text_of(value: Value) -> str:
    """Return a value as text, as a concatenation would."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Text):
        return "".join(value)
    if value is NULL:
        return ""
    text = to_text(value)
    if text is None:
        raise UnknownError
    return text


def number_of(value: Value) -> Number:
    """Return a value as a number: a character is its code, a text what it says."""
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, Char):
        return ord(value)
    number = read_number(value.strip()) if isinstance(value, str) and len(value) < 24 else None
    if number is None:
        raise UnknownError
    return number


def integer_of(value: Value) -> int:
    """Return a value as an integer; a fraction is cut off, and what has no end is none."""
    return int(kept(number_of(value)))


def truth_of(value: Value) -> bool:
    """Return a value as a condition, as JScript does; C# has conditions alone."""
    if isinstance(value, str):
        return bool(value)
    if value is NULL:
        return False
    return True if isinstance(value, (list, dict)) else number_of(value) != 0


def kept(number: Number) -> Number:
    """Return a number that isn't larger than any that is followed."""
    if isinstance(number, int):
        if not -_LARGEST < number < _LARGEST:
            raise UnknownError
    elif not -_LARGEST_FLOAT < number < _LARGEST_FLOAT:
        raise UnknownError
    return number


def signed(number: int, bits: int = 32) -> int:
    """Return the lowest bits of a number as a number with a sign."""
    half = 1 << (bits - 1)
    return (number + half) % (half << 1) - half


def _unsigned(bits: int) -> Callable[[Value], Value]:
    mask = (1 << bits) - 1
    return lambda value: low_of(value, bits) & mask


def _signed(bits: int) -> Callable[[Value], Value]:
    return lambda value: signed(low_of(value, bits), bits)


def character(value: Value) -> Char:
    """Return a value as a character."""
    if isinstance(value, str) and len(value) == 1:
        return Char(value)
    return Char(character_of(low_of(value, 16) & 0xFFFF))


CONVERSIONS: dict[str, Callable[[Value], Value]] = {
    **dict.fromkeys(("byte",), _unsigned(8)),
    **dict.fromkeys(("sbyte",), _signed(8)),
    **dict.fromkeys(("short", "int16"), _signed(16)),
    **dict.fromkeys(("ushort", "uint16"), _unsigned(16)),
    **dict.fromkeys(("int", "int32"), _signed(32)),
    **dict.fromkeys(("uint", "uint32"), _unsigned(32)),
    **dict.fromkeys(("long", "int64"), _signed(64)),
    **dict.fromkeys(("ulong", "uint64"), _unsigned(64)),
    "char": character,
}
"""What a type makes of a number that is cast to it, or kept in a variable of it; by its name in lower case."""
