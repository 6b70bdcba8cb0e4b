"""Values as VBScript converts them; each function raises `UnknownError` where a conversion would fail."""

from __future__ import annotations

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value, read_number, to_text

MAX_TEXT = 256 * 1024
LARGEST = 1e300
_LARGEST_LONG = (1 << 31) - 1
_SIGNS = "0123456789+-.&"


class _Empty(str):
    """What a variable holds before anything is assigned to it: both ``""`` and 0."""

    __slots__ = ()


EMPTY = _Empty()
Number = int | float


def text_of(value: Value) -> str:
    """Return a value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    text = to_text(value)
    if text is None:
        raise UnknownError
    return text


def number_of(value: Value) -> Number:
    """Return a value as a number: true is -1, nothing is 0, text is read."""
    if isinstance(value, (bool, int)):
        return -value if value is True else int(value)
    if isinstance(value, float):
        return value
    if value is EMPTY:
        return 0
    if isinstance(value, str):
        return read_text(value)
    raise UnknownError


def integer_of(value: Value) -> int:
    """Return a value as an integer; a half is rounded to the even one, as ``CLng`` does."""
    number = number_of(value)
    return number if isinstance(number, int) else round(number)


def truth_of(value: Value) -> bool:
    """Return a value as a condition."""
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return number_of(value) != 0


def read_text(text: str) -> Number:
    """Return the number that a text or a literal says: decimal, with a fraction or an exponent, ``&H``, ``&O``."""
    plain = text.strip()
    if not plain or len(plain) > 40 or plain[0] not in _SIGNS or "_" in plain:
        raise UnknownError
    if plain[0] == "&":
        bits = read_number(plain)
        if bits is None:
            raise UnknownError
        return _as_written(bits, plain)
    try:
        number = whole(int(plain)) if plain.lstrip("+-").isdecimal() else float(plain)
    except ValueError:
        raise UnknownError from None
    if not -LARGEST < number < LARGEST:
        raise UnknownError
    return number


def whole(number: int) -> Number:
    """Return an integer as VBScript holds it: beyond 32 bits it is a ``Double``."""
    return number if -_LARGEST_LONG - 1 <= number <= _LARGEST_LONG else float(number)


def _as_written(number: int, text: str) -> int:
    """Return what ``&HFFFF`` is: 16 bits with a sign, or 32 where there are more digits or an ``&`` ends it."""
    if number > 0xFFFFFFFF:
        raise UnknownError
    if number > _LARGEST_LONG:
        return number - (1 << 32)
    return number - (1 << 16) if 0x7FFF < number <= 0xFFFF and not text.endswith("&") else number
