"""Arguments of library functions: a value as the type that is needed; where it is none, `UnsolvedError` is raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from webshellhunt.analysis.domain import conversions
from webshellhunt.analysis.domain.arrays import MAX_ITEMS, known_items
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import Char, Choice, Opaque, Tainted, Text, Thing, Value, is_known
from webshellhunt.analysis.machine.state import State

Number = int | float
_LARGEST = 1 << 64


class UnsolvedError(Exception):
    """The result is not known: an argument has another type, is not known, or is too large."""


class Runner(Protocol):
    """The part of the machine that library functions use."""

    state: State

    @property
    def language(self) -> str:
        """The language of the page."""
        ...

    @property
    def text(self) -> str:
        """The text of the page."""
        ...

    def spend(self, steps: int) -> None:
        """Count work."""

    def call(self, callee: Value, arguments: list[Value], token: int) -> Value:
        """Call a function that is a value."""

    def chosen(self, predicate: Value, item: Value, *, holds: bool) -> Value:
        """Return an item of which a predicate is true, or false, with the knowledge that this adds."""


Pure = Callable[[list[Value]], Value]
"""A function of known arguments."""
Full = Callable[[Runner, list[Value], int], Value]
"""A function of any arguments, with the machine and the token of its call."""


def known(value: Value) -> Value:
    """Return a value that is known."""
    if not is_known(value):
        raise UnsolvedError
    return value


def text_of(value: Value, language: str = "") -> str:
    """Return a known value as text."""
    text = conversions.text_of(value, language)
    if text is None:
        raise UnsolvedError
    return text


def number_of(value: Value) -> Number:
    """Return a known value as a number."""
    number = conversions.number_of(value)
    if number is None:
        raise UnsolvedError
    return number


def integer_of(value: Value) -> int:
    """Return a known value as an integer, a half rounded to the even one, as Visual Basic does."""
    number = conversions.integer_of(value)
    if number is None:
        raise UnsolvedError
    return number


def whole_of(value: Value) -> int:
    """Return a known value as an integer without its fraction, as JScript and C# do."""
    number = number_of(value)
    if not -_LARGEST < number < _LARGEST:
        raise UnsolvedError
    return int(number)


def items_of(value: Value) -> list[Value]:
    """Return the items of an array, list or byte array."""
    items = known_items(value)
    if items is None or len(items) > MAX_ITEMS:
        raise UnsolvedError
    return items


def bytes_of(value: Value) -> bytes:
    """Return bytes, or an array of numbers as bytes."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return bytes(integer_of(item) & 0xFF for item in items_of(value))


def character_of(value: Value) -> str:
    """Return the character of a code; half of a surrogate pair has none."""
    if value.__class__ is Char:
        return str(value)
    number = integer_of(value)
    number = number & 0xFFFF if number < 0 else number
    if number > 0x10FFFF:
        raise UnsolvedError
    return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)


def flat_text_of(value: Value) -> str:
    """Return text, or the text of an array of characters."""
    return "".join(map(text_of, items_of(value))) if value.__class__ is Thing else text_of(value)


def option_of(value: Value) -> str:
    """Return the last name of an enumeration's member, such as ``ordinalignorecase``; ``""`` for another value."""
    return value.path[-1] if value.__class__ is Opaque and value.path else ""


def bounded(value: Value) -> Value:
    """Return a result, if it is not too large."""
    if isinstance(value, (str, bytes)) and len(value) > MAX_TEXT:
        raise UnsolvedError
    return value


def part_of(value: Value, language: str = "") -> Value:
    """Return a value as a part of a text: known text, or a value that is not known."""
    if is_known(value) and not isinstance(value, bytes):
        return text_of(value, language)
    return derived([value]) if value.__class__ is Thing or isinstance(value, bytes) else value


def is_function(value: Value) -> bool:
    """True if a value may be called: a function of the page, several of them, or a method."""
    return value is not None and not isinstance(value, (str, int, float, bytes, Thing, Tainted, Opaque, Text, Choice))


def size_of(value: Value) -> int:
    """Return how much work it is to read a value once."""
    if isinstance(value, (str, bytes)):
        return len(value) >> 6
    return len(value.fields) if value.__class__ is Thing else 0
