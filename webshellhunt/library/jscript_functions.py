"""Functions and methods of JScript for known arguments; one that raises ``ValueError`` is not known after all.

A method's first argument is the text or the number that it belongs to.

Source: ECMA-262, 3rd edition, sections 15.1, 15.5, 15.7, 15.8 and Annex B.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from webshellhunt.core.script_values import (
    NAN,
    Number,
    int32,
    number_of,
    number_of_text,
    text_of,
    text_of_number,
    tidy,
    whole,
)
from webshellhunt.core.text import PARTS, moved
from webshellhunt.core.values import EMPTY, MISSING, NONE, Empty, Measure, Some, Value
from webshellhunt.lang.lexis import join_surrogates

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SPACE = " \t\n\r\v\f\xa0\ufeff\u2028\u2029"
_FLOAT = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?", re.ASCII)
_UNESCAPED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@*_+-./")
_URI_MARKS = "-_.!~*'()"
_URI_RESERVED = ";/?:@&=+$,#"
_PERCENT = re.compile(r"%u([0-9A-Fa-f]{4})|%([0-9A-Fa-f]{2})")


# Global functions -----------------------------------------------------------------------------------------------------


def parse_int(value: Value, radix: Value = EMPTY) -> Number:
    """``parseInt(text, radix)``: the digits with which a text begins."""
    is_plain = value.__class__ is str and len(value) < 16 and value.isalnum() and value.isascii()
    if is_plain and (radix == 16 or radix == 10):
        try:
            return int(value, radix)
        except ValueError:
            pass
    text = text_of(value).strip(_SPACE)[:400]
    sign = -1 if text[:1] == "-" else 1
    text = text[1:] if text[:1] in ("+", "-") else text
    base = int32(radix)
    if text[:2] in ("0x", "0X") and base in (0, 16):
        text, base = text[2:], 16
    elif not base and len(text) > 1 and text[0] == "0" and text[1:2].isdecimal():
        base = 8
    base = base or 10
    if not 2 <= base <= 36:
        return NAN
    digits, lower = _DIGITS[:base], text.lower()
    size = 0
    while size < len(lower) and lower[size] in digits:
        size += 1
    return tidy(sign * int(lower[:size], base)) if size else NAN


def parse_float(value: Value) -> Number:
    """``parseFloat(text)``: the number with which a text begins."""
    text = text_of(value).strip(_SPACE)
    match = _FLOAT.match(text)
    if match:
        return tidy(float(match[0]))
    return number_of_text(text[: text.find("y") + 1]) if "Infinity" in text[:9] else NAN


def escape(value: Value) -> str:
    """``escape(text)``."""
    return "".join(
        c if c in _UNESCAPED else f"%{ord(c):02X}" if ord(c) < 256 else f"%u{ord(c):04X}" for c in text_of(value)
    )


def encode(value: Value, kept: str = _URI_MARKS) -> str:
    """``encodeURIComponent(text)``."""
    from urllib.parse import quote  # Much to load, for hardly any page.

    return quote(text_of(value), safe=kept, errors="strict")


def decode(value: Value) -> str:
    """``decodeURIComponent(text)``."""
    from urllib.parse import unquote  # Much to load, for hardly any page.

    return unquote(text_of(value), errors="strict")


def decode_uri(value: Value) -> str:
    """``decodeURI(text)``: escapes of reserved signs stay."""
    text = text_of(value)
    for sign in _URI_RESERVED:
        text = re.sub(f"%{ord(sign):02X}", f"%25{ord(sign):02X}", text, flags=re.IGNORECASE)
    return decode(text)


def from_codes(*codes: Value) -> str:
    """``String.fromCharCode(codes)``."""
    if len(codes) == 1 and codes[0].__class__ is int:
        return chr(codes[0] & 0xFFFF)
    return join_surrogates("".join(chr(int32(each) & 0xFFFF) for each in codes))


# Texts ----------------------------------------------------------------------------------------------------------------


def _text(value: Value) -> str:
    return value if value.__class__ is str else text_of(value)


def _bounds(start: Value, end: Value, size: int) -> tuple[int, int]:
    """Return the bounds of ``slice``, whose negative numbers count from the end."""
    first = whole(start)
    last = size if end.__class__ is Empty else whole(end)
    first = max(first + size, 0) if first < 0 else min(first, size)
    last = max(last + size, 0) if last < 0 else min(last, size)
    return first, max(first, last)


def char_at(value: Value, place: Value = EMPTY) -> str:
    """``text.charAt(place)``."""
    at = whole(place)
    return _text(value)[at : at + 1] if at >= 0 else ""


def char_code_at(value: Value, place: Value = EMPTY) -> Number:
    """``text.charCodeAt(place)``."""
    at, text = whole(place), _text(value)
    return ord(text[at]) & 0xFFFF if 0 <= at < len(text) else NAN


def substring(value: Value, start: Value = EMPTY, end: Value = EMPTY) -> str:
    """``text.substring(start, end)``: the smaller one is the start."""
    text = _text(value)
    first, last = whole(start), len(text) if end.__class__ is Empty else whole(end)
    first, last = sorted((min(max(first, 0), len(text)), min(max(last, 0), len(text))))
    return text[first:last]


def substr(value: Value, start: Value = EMPTY, count: Value = EMPTY) -> str:
    """``text.substr(start, count)``; in JScript a negative start is 0."""
    text, first = _text(value), max(whole(start), 0)
    size = len(text) if count.__class__ is Empty else max(whole(count), 0)
    return text[first : first + size]


def slice_text(value: Value, start: Value = EMPTY, end: Value = EMPTY) -> str:
    """``text.slice(start, end)``."""
    text = _text(value)
    first, last = _bounds(start, end, len(text))
    return text[first:last]


def index_of(value: Value, sought: Value = EMPTY, start: Value = 0) -> int:
    """``text.indexOf(sought, start)``."""
    text = _text(value)
    return text.find(text_of(sought), min(max(whole(start), 0), len(text)))


def last_index_of(value: Value, sought: Value = EMPTY, start: Value = EMPTY) -> int:
    """``text.lastIndexOf(sought, start)``."""
    text, found = _text(value), text_of(sought)
    if start.__class__ is Empty:
        return text.rfind(found)
    return text.rfind(found, 0, max(whole(start), 0) + len(found))


def compare(value: Value, other: Value) -> int:
    """``text.localeCompare(other)``."""
    a, b = _text(value), text_of(other)
    return (a > b) - (a < b)


def lower(value: Value) -> str:
    """``text.toLowerCase()``."""
    return _text(value).lower()


# Numbers --------------------------------------------------------------------------------------------------------------


def in_radix(value: Value, radix: Value = 10) -> str:
    """``number.toString(radix)``."""
    base = whole(radix, 10)
    if base == 10 or value.__class__ is not int:
        return text_of(value)
    if not 2 <= base <= 36:
        raise ValueError
    digits, number = "", abs(value)
    while number:
        number, rest = divmod(number, base)
        digits = _DIGITS[rest] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def to_fixed(value: Value, places: Value = 0) -> str:
    """``number.toFixed(places)``."""
    number, count = number_of(value), whole(places)
    if not 0 <= count <= 20:
        raise ValueError
    if number != number or abs(number) >= 1e21:
        return text_of_number(number)
    scaled = math.floor(abs(number) * 10**count + 0.5)
    digits = str(scaled).rjust(count + 1, "0")
    sign = "-" if number < 0 and scaled else ""
    return sign + (f"{digits[:-count]}.{digits[-count:]}" if count else digits)


def to_precision(value: Value, count: Value = EMPTY) -> str:
    """``number.toPrecision(count)`` of numbers that need no exponent."""
    if count.__class__ is Empty:
        return text_of(value)
    number, size = number_of(value), whole(count)
    if not 1 <= size <= 21 or not 1e-6 <= abs(number) < 10**size:
        raise ValueError
    return to_fixed(number, max(size - len(str(math.floor(abs(number)))), 0) if abs(number) >= 1 else size)


def _math(of: Callable[..., Number], *values: Value) -> Number:
    numbers = [*map(number_of, values or (EMPTY,))]
    if any(each != each for each in numbers):
        return NAN
    try:
        return tidy(of(*numbers))
    except (ValueError, OverflowError, ZeroDivisionError):
        return NAN


def _round(number: Number) -> Number:
    return number if number.__class__ is int or math.isinf(number) else math.floor(number + 0.5)


def _floor(number: Number) -> Number:
    return number if math.isinf(number) else math.floor(number)


def _ceil(number: Number) -> Number:
    return number if math.isinf(number) else math.ceil(number)


JSCRIPT: dict[str, Callable[..., Any]] = {
    "js-parse-int": parse_int, "js-parse-float": parse_float, "js-escape": escape,
    "js-unescape": lambda value: _PERCENT.sub(lambda m: chr(int(m[1] or m[2], 16)), text_of(value)),
    "js-encode": encode, "js-encode-uri": lambda value: encode(value, _URI_MARKS + _URI_RESERVED),
    "js-decode": decode, "js-decode-uri": decode_uri, "js-from-codes": from_codes,
    "js-number": lambda value=0: number_of(value), "js-text": lambda value="": text_of(value),
    "js-char-at": char_at, "js-char-code-at": char_code_at, "js-substring": substring, "js-substr": substr,
    "js-slice": slice_text, "js-index-of": index_of, "js-last-index-of": last_index_of,
    "js-compare": compare, "js-upper": lambda value: _text(value).upper(), "js-lower": lower,
    "js-trim": lambda value: _text(value).strip(_SPACE),
    "js-to-fixed": to_fixed, "js-to-precision": to_precision, "js-same": lambda value: value,
    "js-abs": partial(_math, abs), "js-floor": partial(_math, _floor), "js-ceil": partial(_math, _ceil),
    "js-round": partial(_math, _round),
    "js-pow": partial(_math, lambda a, b: a**b if abs(b) < 1024 else math.pow(a, b)),
    "js-sqrt": partial(_math, math.sqrt), "js-sin": partial(_math, math.sin), "js-cos": partial(_math, math.cos),
    "js-tan": partial(_math, math.tan),
    "js-atan": partial(_math, math.atan), "js-exp": partial(_math, math.exp), "js-log": partial(_math, math.log),
    "js-pi": lambda: math.pi,
    "js-e": lambda: math.e, "js-largest": lambda: 1.7976931348623157e308, "js-smallest": lambda: 5e-324,
    "js-infinity": lambda: math.inf, "js-minus-infinity": lambda: -math.inf, "js-nan": lambda: NAN,
    "js-engine": lambda: "JScript", "js-version": lambda: 5, "js-minor-version": lambda: 8,
}  # fmt: skip
"""Known functions by name."""


def _some_substr(text: Value, start: Value = 0, count: Value = MISSING) -> Value:
    """``text.substr(start, count)`` of values that are not known.

    One letter of a known text has the labels of the number that selects it.
    """
    if start.__class__ is Some and start.type != "number":
        start = Some("number", codes=start.labels | start.codes)
    if start.__class__ is int:
        start = max(start, 0) + 1
    elif start.__class__ is Measure:
        start = moved(start, 1)
    made = PARTS["mid"](text, start, count)
    if text.__class__ is str and made.__class__ is Some and made.labels and not text.strip("0123456789., -"):
        return Some("text", NONE, made.labels | made.codes, "digits")
    return made


JSCRIPT_PARTED: dict[str, Callable[..., Any]] = {
    "js-substring": PARTS["substring"], "js-substr": _some_substr, "js-slice": PARTS["slice"],
    "js-char-at": lambda text, at=0: _some_substr(text, at, 1), "js-lower": PARTS["lower"],
    "js-upper": PARTS["upper"], "js-trim": PARTS["strip"], "js-index-of": PARTS["index-of"],
    "js-last-index-of": PARTS["last-index-of"], "js-same": lambda value: value,
}  # fmt: skip
"""The same for texts of which only parts are known."""
