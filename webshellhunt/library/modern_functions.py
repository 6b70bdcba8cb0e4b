"""Functions and methods of today's JavaScript for known arguments; one that raises ``ValueError`` is not known.

Source: ECMA-262; WHATWG, HTML (``atob``, ``btoa``) and URL.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from functools import partial
from typing import Any

from webshellhunt.core.script_values import NAN, Number, number_of, text_of, whole
from webshellhunt.core.text import PARTS
from webshellhunt.core.values import EMPTY, Some, Value, labels_of
from webshellhunt.lang.lexis import join_surrogates

_LONGEST = 1 << 20


def atob(value: Value) -> str:
    """``atob(text)``: the bytes of a text in base64, each as a letter."""
    text = "".join(text_of(value).split())
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("latin-1")
    except binascii.Error:
        raise ValueError from None


def btoa(value: Value) -> str:
    """``btoa(text)``."""
    return base64.b64encode(text_of(value).encode("latin-1")).decode()


def _repeat(value: Value, count: Value = 0) -> str:
    text, times = text_of(value), whole(count)
    if times < 0 or len(text) * times > _LONGEST:
        raise ValueError
    return text * times


def _padded(value: Value, size: Value = 0, by: Value = " ", *, is_start: bool) -> str:
    text, missing, filler = text_of(value), 0, text_of(by)
    missing = whole(size) - len(text)
    if missing <= 0 or not filler:
        return text
    if missing > _LONGEST:
        raise ValueError
    more = (filler * (missing // len(filler) + 1))[:missing]
    return more + text if is_start else text + more


def _substr(value: Value, start: Value = EMPTY, count: Value = EMPTY) -> str:
    """``text.substr(start, count)``; a negative start counts from the end."""
    text, first = text_of(value), whole(start)
    first = max(len(text) + first, 0) if first < 0 else first
    size = len(text) if count is EMPTY else max(whole(count), 0)
    return text[first : first + size]


def _from_code_points(*codes: Value) -> str:
    numbers = [number_of(each) for each in codes]
    if any(each != each or not 0 <= each <= 0x10FFFF for each in numbers):
        raise ValueError
    return join_surrogates("".join(chr(int(each)) for each in numbers))


def _code_point_at(value: Value, place: Value = 0) -> Value:
    text, at = text_of(value), whole(place)
    return ord(text[at]) if 0 <= at < len(text) else EMPTY


def _sign(value: Value) -> Number:
    number = number_of(value)
    return NAN if number != number else (number > 0) - (number < 0)


def _truncated(value: Value) -> Number:
    number = number_of(value)
    return number if number != number or math.isinf(number) else int(number)


MODERN: dict[str, Callable[..., Any]] = {
    "js-atob": atob, "js-btoa": btoa,
    "js-repeat": _repeat, "js-pad-start": partial(_padded, is_start=True),
    "js-pad-end": partial(_padded, is_start=False), "js-substr-of-browser": _substr,
    "js-from-points": _from_code_points,
    "js-point-at": _code_point_at, "js-sign": _sign, "js-trunc": _truncated,
    "js-is-whole": lambda value: value.__class__ is int or (value.__class__ is float and value.is_integer()),
    "js-includes": lambda t, x=EMPTY, at=0: text_of(x) in text_of(t)[max(whole(at), 0) :],
    "js-starts": lambda t, x=EMPTY, at=0: text_of(t).startswith(text_of(x), max(whole(at), 0)),
    "js-ends": lambda t, x=EMPTY, size=EMPTY: text_of(t)[: None if size is EMPTY else whole(size)].endswith(text_of(x)),
    "js-trim-start": lambda t: text_of(t).lstrip(), "js-trim-end": lambda t: text_of(t).rstrip(),
    "js-iterator": lambda: "@@iterator",
    "js-text-at": lambda t, at=0: (text_of(t)[whole(at)] if -len(text_of(t)) <= whole(at) < len(text_of(t)) else EMPTY),
}  # fmt: skip
"""Known functions by name."""


def _some_letters(text: Value, *_: Value) -> Value:
    return Some("text", labels_of(text))


MODERN_PARTED: dict[str, Callable[..., Any]] = {
    "js-trim-start": PARTS["strip"], "js-trim-end": PARTS["strip"], "js-btoa": _some_letters, "js-atob": _some_letters,
}  # fmt: skip
"""The same for texts of which only parts are known."""
