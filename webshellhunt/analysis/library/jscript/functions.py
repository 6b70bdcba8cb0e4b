"""Functions of JScript: the global ones, and those of ``String``, ``Math``, ``Object`` and ``Array``.

Source: ECMA-262, "The Global Object" and its Annex B.
"""

from __future__ import annotations

import base64
import math
import re

from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.script_values import script_number
from webshellhunt.analysis.domain.values import NAN, NUMBER, Opaque, Thing, Value
from webshellhunt.analysis.library import decoders
from webshellhunt.analysis.library.arguments import (
    Full,
    Number,
    Pure,
    Runner,
    UnsolvedError,
    known,
    number_of,
    whole_of,
)
from webshellhunt.analysis.library.jscript import json
from webshellhunt.analysis.library.jscript.arrays import keys_of, values_of
from webshellhunt.analysis.library.jscript.texts import text
from webshellhunt.analysis.library.sequences import Row, mapped, row_of, thing_of
from webshellhunt.lang.lexis import join_surrogates

_URI_SAFE = "-_.!~*'()"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _parse_int(a: list[Value]) -> Value:
    """``parseInt(text, radix)``: the digits with which a text begins."""
    found = text(a[0]).strip().lower()[:64]
    sign = -1 if found[:1] == "-" else 1
    found = found.lstrip("+-") if found[:1] in "+-" else found
    radix = whole_of(a[1]) if len(a) > 1 and a[1] is not None else 0
    if found[:2] == "0x" and radix in (0, 16):
        found, radix = found[2:], 16
    radix = radix or 10
    if not 2 <= radix <= 36:
        return NUMBER
    size = 0
    while size < len(found) and found[size] in _DIGITS[:radix]:
        size += 1
    return sign * int(found[:size], radix) if size else NAN


def _parse_float(a: list[Value]) -> Value:
    found = text(a[0]).strip()[:64]
    match = re.match(r"[+-]?(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})(?:e[+-]?\d{1,2})?", found, re.IGNORECASE)
    return _short(float(match[0])) if match else NUMBER if "Infinity" in found else NAN


def _short(number: float) -> Number:
    return int(number) if number.is_integer() and abs(number) < 1 << 53 else number


def _number(a: list[Value]) -> Value:
    number = script_number(known(a[0]))
    if number is None:
        raise UnsolvedError
    return number


def _boolean(a: list[Value]) -> bool:
    truth = truth_of(known(a[0]), "jscript")
    if truth is None:
        raise UnsolvedError
    return truth


def _from_codes(a: list[Value]) -> str:
    """``String.fromCharCode(codes)``; two halves of a character become it."""
    return join_surrogates("".join(chr(whole_of(code) & 0xFFFF) for code in a))


def _char(a: list[Value]) -> str:
    """``char(code)`` of JScript.NET, a conversion; a text is its first character."""
    return a[0][:1] if isinstance(a[0], str) else _from_codes(a[:1])


def _from_points(a: list[Value]) -> str:
    return "".join(chr(whole_of(code)) for code in a)


def _is_nan(a: list[Value]) -> bool:
    return _number(a) is NAN


def _round(a: list[Value]) -> int:
    return math.floor(number_of(a[0]) + 0.5)


def _from_base64(a: list[Value]) -> str:
    return decoders.from_base64(a).decode("latin-1")


def _to_base64(a: list[Value]) -> str:
    return base64.b64encode(text(a[0]).encode("latin-1")).decode()


FUNCTIONS: dict[str, Pure] = {
    "js.parseint": _parse_int,
    "js.parsefloat": _parse_float,
    "js.number": _number,
    "js.string": lambda a: text(a[0]),
    **dict.fromkeys(
        ("js.int", "js.byte", "js.sbyte", "js.short", "js.ushort", "js.uint", "js.long", "js.ulong"),
        lambda a: whole_of(a[0]),
    ),
    **dict.fromkeys(("js.double", "js.float", "js.decimal"), lambda a: _short(float(number_of(a[0])))),
    "js.boolean": _boolean,
    "js.isnan": _is_nan,
    "js.isfinite": lambda a: not _is_nan(a),
    "js.escape": decoders.escape,
    "js.unescape": decoders.unescape,
    **dict.fromkeys(("js.decodeuricomponent", "js.decodeuri"), decoders.from_percents),
    "js.encodeuricomponent": lambda a: decoders.to_percents(_URI_SAFE, a),
    "js.encodeuri": lambda a: decoders.to_percents(_URI_SAFE + ";/?:@&=+$,#", a),
    "js.atob": _from_base64,
    "js.btoa": _to_base64,
    "js.char": _char,
    "js.scriptengine": lambda a: "JScript",
    "string.fromcharcode": _from_codes,
    "string.fromcodepoint": _from_points,
    "math.round": _round,
}
"""Functions of known arguments; a global one has the owner ``js``."""


def _keys(_: Runner, a: list[Value], __: int) -> Value:
    return keys_of(_thing(a[0]))


def _values(_: Runner, a: list[Value], __: int) -> Value:
    return values_of(_thing(a[0]))


def _thing(value: Value) -> Thing:
    if value.__class__ is not Thing:
        raise UnsolvedError
    return value


def _assign(machine: Runner, a: list[Value], _: int) -> Value:
    target = _thing(a[0])
    for source in map(_thing, a[1:]):
        for key, value in [*source.fields.items()]:
            machine.state.put(target.fields, key, value)
    return target


def _array_from(machine: Runner, a: list[Value], token: int) -> Value:
    row = Row([a[0]], is_exact=False) if a[0].__class__ is Opaque else row_of(a[0])
    return thing_of(mapped(machine, row, a[1], token) if len(a) > 1 else row)


def _array(_: Runner, a: list[Value], __: int) -> Value:
    return new_array(a)


def new_array(a: list[Value]) -> Value:
    """``new Array(length)``, ``new Array(items)``."""
    if len(a) == 1 and isinstance(a[0], (int, float)):
        array = array_of([])
        array.fields["\0length"] = max(whole_of(a[0]), 0)
        return array
    return array_of(a)


STRUCTURED: dict[str, Full] = {
    "object.keys": _keys,
    "object.values": _values,
    "object.assign": _assign,
    "json.stringify": json.stringify,
    "json.parse": json.parse,
    "array.from": _array_from,
    "array.of": lambda machine, a, token: array_of(a),
    "js.array": _array,
    "array.isarray": lambda machine, a, token: _is_array(a[0]),
}
"""Functions of any arguments."""


def _is_array(value: Value) -> bool:
    if value.__class__ is not Thing:
        raise UnsolvedError
    return bool(value.type == "array")
