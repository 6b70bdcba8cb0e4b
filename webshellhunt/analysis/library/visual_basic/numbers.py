"""Functions of Visual Basic over numbers and types, with known arguments.

Source: VBScript Language Reference, "Functions"; `Microsoft.VisualBasic`, the modules `Conversion`,
`Information` and `VBMath`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.values import EMPTY, Thing, Value
from webshellhunt.analysis.library.arguments import (
    Number,
    Pure,
    UnsolvedError,
    flat_text_of,
    integer_of,
    items_of,
    known,
    number_of,
    text_of,
)
from webshellhunt.analysis.library.decoders import escape, unescape


def _radix(form: str) -> Pure:
    """Return ``Hex`` or ``Oct``: a negative number is written as its 16 bits, or 32."""

    def written(arguments: list[Value]) -> str:
        number = integer_of(arguments[0])
        if number < 0:
            number &= 0xFFFF if number >= -(1 << 15) else 0xFFFFFFFF
        return format(number, form)

    return written


def _signed(value: Value) -> Value:
    """Return ``True`` as -1, and other values as they are."""
    return -1 if value is True else value


def _integer(arguments: list[Value]) -> int:
    """``CInt(value)``, ``CLng(value)``: four hexadecimal digits are 16 bits with a sign, unless ``&`` follows them."""
    value = _signed(arguments[0])
    number = integer_of(value)
    if isinstance(value, str) and value.strip()[:2].lower() == "&h" and not value.strip().endswith("&"):
        bits = 16 if number < 1 << 16 else 32
        return number - (1 << bits) if 1 << (bits - 1) <= number < 1 << bits else number
    return number


def _value(arguments: list[Value]) -> Number:
    """``Val(text)``: the number with which a text begins, spaces ignored."""
    text = "".join(text_of(arguments[0]).split())[:64]
    match = re.match(r"&[Hh][0-9A-Fa-f]{1,15}|&[Oo][0-7]{1,15}|[+-]?\d{1,20}(?:\.\d{1,20})?", text)
    return number_of(match[0]) if match else 0


def _is_numeric(arguments: list[Value]) -> bool:
    value = known(arguments[0])
    try:
        number_of(value)
    except UnsolvedError:
        return False
    return value is not None


def _upper_bound(arguments: list[Value]) -> int:
    """``UBound(array[, 1])``."""
    if len(arguments) > 1 and integer_of(arguments[1]) != 1:
        raise UnsolvedError
    return len(items_of(arguments[0])) - 1


def _whole(function: Callable[[Number], int]) -> Pure:
    return lambda arguments: function(number_of(arguments[0]))


def _real(function: Callable[[float], float]) -> Pure:
    def computed(arguments: list[Value]) -> Number:
        result = function(number_of(arguments[0]))
        return int(result) if result.is_integer() and abs(result) < 1 << 53 else result

    return computed


def _rounded(arguments: list[Value]) -> Number:
    digits = integer_of(arguments[1]) if len(arguments) > 1 else 0
    number = number_of(arguments[0])
    return round(number) if digits == 0 else round(number, max(min(digits, 15), 0))


def _byte(arguments: list[Value]) -> int:
    number = integer_of(arguments[0])
    if not 0 <= number <= 255:
        raise UnsolvedError
    return number


def _boolean(arguments: list[Value]) -> bool:
    truth = truth_of(arguments[0], "vbscript")
    if truth is None:
        raise UnsolvedError
    return truth


_TYPE_NAMES: dict[type, tuple[str, int]] = {
    bool: ("Boolean", 11), int: ("Integer", 2), float: ("Double", 5), bytes: ("Byte()", 8209), str: ("String", 8),
    type(EMPTY): ("Empty", 0), type(None): ("Null", 1),
}  # fmt: skip


def _type_of_thing(thing: Thing) -> tuple[str, int]:
    if thing.type == "array":
        return "Variant()", 8204
    if thing.type == "scripting.dictionary":
        return "Dictionary", 9
    raise UnsolvedError


def _type_of(arguments: list[Value]) -> tuple[str, int]:
    value: Value = arguments[0]
    if value.__class__ is Thing:
        return _type_of_thing(value)
    if isinstance(value, int) and not isinstance(value, bool) and not -0x8000 <= value < 0x8000:
        return "Long", 3
    found = _TYPE_NAMES.get(value.__class__)
    if found is None:
        raise UnsolvedError
    return found


def _one(function: Callable[[str], Value]) -> Pure:
    """Return a function of its first argument's text."""
    return lambda arguments: function(text_of(arguments[0]))


NUMBERS: dict[str, Pure] = {
    **dict.fromkeys(("hex", "hex$"), _radix("X")),
    **dict.fromkeys(("oct", "oct$"), _radix("o")),
    "val": _value,
    **dict.fromkeys(("cstr", "str$"), lambda a: flat_text_of(a[0])),
    "str": lambda a: text_of(a[0]) if number_of(a[0]) < 0 else f" {text_of(a[0])}",
    **dict.fromkeys(("cint", "clng", "cshort", "cuint", "culng", "cushort", "csbyte"), _integer),
    **dict.fromkeys(("cdbl", "csng", "cdec", "ccur"), lambda a: number_of(_signed(a[0]))),
    "cbyte": _byte,
    "cbool": _boolean,
    "cchar": _one(lambda s: s[0]),
    "int": _whole(math.floor),
    "fix": _whole(math.trunc),
    "abs": lambda a: abs(number_of(a[0])),
    "sgn": lambda a: (number_of(a[0]) > 0) - (number_of(a[0]) < 0),
    "sqr": _real(math.sqrt),
    "exp": _real(math.exp),
    "log": _real(math.log),
    "sin": _real(math.sin),
    "cos": _real(math.cos),
    "tan": _real(math.tan),
    "atn": _real(math.atan),
    "round": _rounded,
    "rgb": lambda a: integer_of(a[0]) + 256 * integer_of(a[1]) + 65536 * integer_of(a[2]),
    "ubound": _upper_bound,
    "lbound": lambda a: 0 * len(items_of(a[0])),
    "isnumeric": _is_numeric,
    "isempty": lambda a: known(a[0]) is EMPTY,
    "isnull": lambda a: known(a[0]) is None,
    "isdate": lambda a: False if _is_numeric(a) or a[0] is EMPTY else _unsolved(),
    "typename": lambda a: _type_of(a)[0],
    "vartype": lambda a: _type_of(a)[1],
    "escape": escape,
    "unescape": unescape,
    "scriptengine": lambda a: "VBScript",
}
"""The functions by name."""


def _unsolved() -> bool:
    raise UnsolvedError
