"""Literals of C-like code: strings, characters, numbers, regular expressions and the words for values."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import Cursor
from webshellhunt.lang.tree import Literal

_CONSTANTS: dict[str, tuple[bool | None, str]] = {
    "true": (True, "truth"),
    "false": (False, "truth"),
    "null": (None, "null"),
}


def parse_text(cursor: Cursor) -> Literal:
    """Parse a string or a character."""
    at = cursor.at
    cursor.at = at + 1
    tokens = cursor.tokens
    is_character = not cursor.is_script and tokens.text.startswith("'", tokens.starts[at])
    return Literal(at, at + 1, cursor.values[at], "character" if is_character else "string")


def parse_number(cursor: Cursor) -> Literal:
    """Parse a number."""
    at = cursor.at
    cursor.at = at + 1
    raw = cursor.values[at]
    if raw[0] == "." and at and cursor.words[at - 1] == ".":  # ``1..2``: the second dot is the number's
        raw = raw[1:]
    return Literal(at, at + 1, number_value(raw, is_script=cursor.is_script), "number")


def parse_regular(cursor: Cursor) -> Literal:
    """Parse a regular expression."""
    cursor.at += 1
    return Literal(cursor.at - 1, cursor.at, cursor.values[cursor.at - 1], "pattern")


def number_value(raw: str, *, is_script: bool) -> int | float | None:
    """Return the value of a number as it is written, ``None`` where it is none."""
    text = raw.lower()
    try:
        if text.isdecimal():
            is_octal = is_script and len(text) > 1 and text[0] == "0" and not set(text) & {"8", "9"}
            return int(text[:400], 8 if is_octal else 10)
        if text.startswith("0x"):
            return int(text[2:400].rstrip("ul"), 16)
        if text.startswith(("0b", "0o")):
            return int(text[2:400].rstrip("ul"), 2 if text[1] == "b" else 8)
        digits = text[:400].rstrip("ulfdmn")
        return int(digits) if digits.isdecimal() and text[-1] not in "fdm" else float(digits)
    except ValueError:
        return None


def parse_constant(cursor: Cursor) -> Literal:
    """Parse ``true``, ``false`` or ``null``."""
    cursor.at += 1
    value, kind = _CONSTANTS[cursor.words[cursor.at - 1]]
    return Literal(cursor.at - 1, cursor.at, value, kind)
