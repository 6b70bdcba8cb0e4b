"""Formats of .NET: numbers as text, and texts with holes for values."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import Text, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, integer_of, number_of, part_of, text_of
from webshellhunt.analysis.library.parts import whole
from webshellhunt.lazy_pattern import lazy_pattern

_HOLE = lazy_pattern(r"\{\{|\}\}|\{(\d{1,3})(?:,(-?\d{1,3}))?(?::([^{}]{0,32}))?\}")
_MAX_DIGITS = 99


def format_number(value: Value, form: str) -> str:
    """Return a number in a standard format, such as ``X2`` or ``D4``, or one of zeros alone."""
    kind, digits = form[:1], form[1:]
    if form and not form.strip("0") and len(form) < _MAX_DIGITS:
        return format(integer_of(value), f"0{len(form)}d")
    if digits and not (digits.isascii() and digits.isdecimal() and int(digits) <= _MAX_DIGITS):
        raise UnsolvedError
    if kind in ("x", "X"):
        number = integer_of(value)
        return format(number & 0xFFFFFFFF if -(1 << 31) <= number < 0 else number, f"0{digits or 1}{kind}")
    if kind in ("d", "D"):
        return format(integer_of(value), f"0{digits or 1}d")
    if kind in ("f", "F", "n", "N"):
        return format(number_of(value), f"{',' if kind in 'nN' else ''}.{digits or 2}f")
    if kind in ("g", "G", "") and not digits:
        return text_of(value)
    raise UnsolvedError


def in_radix(number: int, radix: int) -> str:
    """Return an integer in a radix from 2 to 36."""
    if not 2 <= radix <= 36:
        raise UnsolvedError
    digits = ""
    rest = abs(number)
    while rest or not digits:
        rest, digit = divmod(rest, radix)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"-{digits}" if number < 0 else digits


def filled(form: Value, values: list[Value], language: str) -> Value:
    """Return a format with its holes filled; values that are not known stay parts of the text."""
    if form.__class__ is Text:
        return whole([part if not isinstance(part, str) else filled(part, values, language) for part in form.parts])
    found: list[Value] = []
    text, at, size = text_of(form), 0, 0
    for match in _HOLE.finditer(text):
        found.append(text[at : match.start()])
        at = match.end()
        found.append(_in_hole(match[2], match[3], values[int(match[1])], language) if match[1] else match[0][0])
        size += len(found[-1]) if isinstance(found[-1], str) else 1
        if size > MAX_TEXT:
            raise UnsolvedError
    return whole([*found, text[at:]])


def _in_hole(width: str | None, form: str | None, value: Value, language: str) -> Value:
    if not is_known(value) or isinstance(value, bytes):
        return part_of(value, language)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    text = format_number(value, form) if form and is_number else text_of(value, language)
    if not width:
        return text
    return text.ljust(-int(width)) if int(width) < 0 else text.rjust(int(width))


def string_format(machine: Runner, a: list[Value], _: int) -> Value:
    """``String.Format(format, values)``; a provider may come first."""
    if len(a) > 1 and not isinstance(a[0], str) and isinstance(a[1], (str, Text)) and a[0].__class__ is not Text:
        a = a[1:]
    values = a[1:]
    if len(values) == 1 and values[0].__class__ is Thing and values[0].type == "array":
        items = known_items(values[0])
        if items is None:
            raise UnsolvedError
        values = items
    return filled(a[0], values, machine.language)
