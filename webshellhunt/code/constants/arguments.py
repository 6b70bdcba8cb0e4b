"""Constants as arguments: each function returns one as what is needed, or raises `UnknownError`."""

from __future__ import annotations

from webshellhunt.code.constants.operators import Value, to_number, to_text


class UnknownError(Exception):
    """An argument is not of the kind that the function needs."""


def text_of(value: Value) -> str:
    """Return a constant as text."""
    text = to_text(value)
    if text is None:
        raise UnknownError
    return text


def number_of(value: Value) -> int:
    """Return a constant as an integer."""
    number = to_number(value)
    if number is None:
        raise UnknownError
    return number


def items_of(value: Value) -> list[Value]:
    """Return the items of a list of constants."""
    if isinstance(value, bytes):
        return list(value)
    if not isinstance(value, list):
        raise UnknownError
    return value


def bytes_of(value: Value) -> bytes:
    """Return bytes, or a list of numbers as bytes."""
    if isinstance(value, bytes):
        return value
    return bytes(number_of(item) & 0xFF for item in items_of(value))


def character_of(value: Value) -> str:
    """Return the character of a code; half of a surrogate pair has none."""
    number = number_of(value) & 0xFFFF if number_of(value) < 0 else number_of(value)
    return chr(number) if number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\ufffd"


def flat_text_of(value: Value) -> str:
    """Return text, or the text of a list of characters."""
    return "".join(text_of(item) for item in value) if isinstance(value, list) else text_of(value)
