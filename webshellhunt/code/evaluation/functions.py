"""What the functions of Visual Basic that touch nothing but their arguments return: constants' own, and more."""

from __future__ import annotations

import math
from collections.abc import Callable

from webshellhunt.code.constants import FUNCTIONS
from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.evaluation.values import EMPTY, MAX_TEXT, Number, integer_of, number_of, text_of, truth_of, whole

Function = Callable[[list[Value]], Value]

MAX_ITEMS = 1 << 16


def _list_of(value: Value) -> list[Value]:
    if not isinstance(value, list):
        raise UnknownError
    return value


def _compares_text(arguments: list[Value], position: int) -> bool:
    """Tell whether an optional argument asks to compare without regard to case."""
    return len(arguments) > position and integer_of(arguments[position]) == 1


def _in_str(arguments: list[Value]) -> int:
    """``InStr([start,] text, sought[, compare])``."""
    start = 1
    if len(arguments) > 2:
        start, arguments = integer_of(arguments[0]), arguments[1:]
    text, sought = text_of(arguments[0]), text_of(arguments[1])
    if start < 1:
        raise UnknownError
    if _compares_text(arguments, 2):
        text, sought = text.lower(), sought.lower()
    if start > len(text):
        return 0
    return text.find(sought, start - 1) + 1


def _in_str_rev(arguments: list[Value]) -> int:
    """``InStrRev(text, sought[, start[, compare]])``."""
    text, sought = text_of(arguments[0]), text_of(arguments[1])
    start = integer_of(arguments[2]) if len(arguments) > 2 else -1
    if _compares_text(arguments, 3):
        text, sought = text.lower(), sought.lower()
    return text.rfind(sought, 0, len(text) if start < 0 else start) + 1


def _split(arguments: list[Value]) -> list[Value]:
    text = text_of(arguments[0])
    separator = text_of(arguments[1]) if len(arguments) > 1 else " "
    count = integer_of(arguments[2]) if len(arguments) > 2 else -1
    if not text:
        return []
    if not separator or count == 1:
        return [text]
    if text.count(separator) >= MAX_ITEMS:
        raise UnknownError
    return list(text.split(separator, count - 1 if count > 0 else -1))


def _replace(arguments: list[Value]) -> Value:
    """``Replace(text, old, new[, start[, count[, compare]]])``."""
    start = integer_of(arguments[3]) if len(arguments) > 3 else 1
    count = integer_of(arguments[4]) if len(arguments) > 4 else -1
    text, old, new = (text_of(item) for item in arguments[:3])
    if start < 1:
        raise UnknownError
    text = text[start - 1 :]
    if not old:
        return text
    if _compares_text(arguments, 5):
        return FUNCTIONS["replace"]([text, old, new, 1, -1, 1]) if count == -1 else None
    times = text.count(old) if count < 0 else min(count, text.count(old))
    if len(text) + times * (len(new) - len(old)) > MAX_TEXT:
        raise UnknownError
    return text.replace(old, new, times)


def _compare(arguments: list[Value]) -> int:
    left, right = text_of(arguments[0]), text_of(arguments[1])
    if _compares_text(arguments, 2):
        left, right = left.lower(), right.lower()
    return (left > right) - (left < right)


def _hexadecimal(form: str) -> Function:
    """Make ``Hex`` or ``Oct``: what is negative is shown as its 16 bits, or 32."""

    def shown(arguments: list[Value]) -> str:
        number = integer_of(arguments[0])
        if number < 0:
            number &= 0xFFFF if number >= -(1 << 15) else 0xFFFFFFFF
        return format(number, form)

    return shown


def _value(arguments: list[Value]) -> Number:
    """``Val``: the number that a text begins with, blanks left out."""
    text = "".join(text_of(arguments[0]).split())
    if text[:2].lower() in ("&h", "&o"):
        return number_of(text)
    size = 0
    while size < min(len(text), 20) and (text[size].isdecimal() or (text[size] in "+-" and not size)):
        size += 1
    return whole(int(text[:size])) if any(map(str.isdecimal, text[:size])) else 0


def _is_numeric(arguments: list[Value]) -> bool:
    try:
        number_of(arguments[0])
    except UnknownError:
        return False
    return True


def _upper_bound(arguments: list[Value]) -> int:
    if len(arguments) > 1 and integer_of(arguments[1]) != 1:
        raise UnknownError
    return len(_list_of(arguments[0])) - 1


def _whole(function: Callable[[Number], int]) -> Function:
    return lambda arguments: whole(function(number_of(arguments[0])))


def _rounded(arguments: list[Value]) -> Value:
    digits = integer_of(arguments[1]) if len(arguments) > 1 else 0
    number = number_of(arguments[0])
    return whole(round(number)) if digits == 0 else round(number, min(digits, 15))


def _byte(arguments: list[Value]) -> int:
    number = integer_of(arguments[0])
    if not 0 <= number <= 255:
        raise UnknownError
    return number


def _square_root(arguments: list[Value]) -> Value:
    number = number_of(arguments[0])
    if number < 0:
        raise UnknownError
    return math.sqrt(number)


# Source: VBScript Language Reference, "Functions"; the names of VB.NET's module `Strings` are among the constants'.
PURE: dict[str, Function] = {
    **FUNCTIONS,
    "instr": _in_str,
    "instrrev": _in_str_rev,
    "split": _split,
    "filter": lambda a: [item for item in _list_of(a[0]) if text_of(a[1]) in text_of(item)] if len(a) == 2 else None,
    "replace": _replace,
    "strcomp": _compare,
    "len": lambda a: len(text_of(a[0])),
    "lenb": lambda a: 2 * len(text_of(a[0])),
    "cstr": lambda a: text_of(a[0]),
    "hex": _hexadecimal("X"),
    "oct": _hexadecimal("o"),
    "val": _value,
    **dict.fromkeys(("cint", "clng"), lambda a: integer_of(a[0])),
    **dict.fromkeys(("cdbl", "csng"), lambda a: float(number_of(a[0]))),
    "cbyte": _byte,
    "cbool": lambda a: truth_of(a[0]),
    "int": _whole(math.floor),
    "fix": _whole(math.trunc),
    "abs": lambda a: abs(number_of(a[0])),
    "sgn": lambda a: (number_of(a[0]) > 0) - (number_of(a[0]) < 0),
    "sqr": _square_root,
    "round": _rounded,
    "ubound": _upper_bound,
    "lbound": lambda a: 0 * len(_list_of(a[0])),
    "isnumeric": _is_numeric,
    "isempty": lambda a: a[0] is EMPTY,
    "isarray": lambda a: isinstance(a[0], list),
    "isnull": lambda a: False,
}
