"""Conversions of .NET with known arguments: numbers, texts, characters and bytes into one another.

Source: System.Convert and System.BitConverter of .NET; ECMA-334, "Explicit numeric conversions".
"""

from __future__ import annotations

import re

from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.values import Char, Value
from webshellhunt.analysis.library import decoders
from webshellhunt.analysis.library.arguments import (
    Pure,
    UnsolvedError,
    bytes_of,
    character_of,
    flat_text_of,
    integer_of,
    number_of,
    option_of,
    text_of,
)
from webshellhunt.analysis.library.containers import byte_array
from webshellhunt.analysis.library.dotnet.formats import in_radix
from webshellhunt.analysis.library.dotnet.texts import plain_text

_HEXADECIMAL = frozenset({"hexnumber", "allowhexspecifier"})
_WIDTHS = {"byte": 8, "sbyte": 8, "int16": 16, "uint16": 16, "int32": 32, "uint32": 32, "int64": 64, "uint64": 64}
_ALIASES = {
    "int": "int32", "integer": "int32", "uint": "uint32", "uinteger": "uint32", "long": "int64", "ulong": "uint64",
    "short": "int16", "ushort": "uint16", "byte": "byte", "sbyte": "sbyte",
    **{name: name for name in ("int16", "uint16", "int32", "uint32", "int64", "uint64")},
}  # fmt: skip
_UNSIGNED = frozenset({"byte", "uint16", "uint32", "uint64"})


def narrowed(number: int, kind: str) -> int:
    """Return an integer in the bits of a type, as an unchecked cast does."""
    bits = _WIDTHS[kind]
    number &= (1 << bits) - 1
    return number if kind in _UNSIGNED or number < 1 << (bits - 1) else number - (1 << bits)


def _to_integer(kind: str) -> Pure:
    """Return ``Convert.ToInt32`` and its like: of a number, a character, a text, or a text in a radix."""

    def converted(a: list[Value]) -> int:
        value = a[0]
        if len(a) > 1 and isinstance(a[1], int) and not isinstance(value, Char):
            text = plain_text(value)[:66].strip()
            return narrowed(int(text, a[1] if a[1] in (2, 8, 10, 16) else 10), kind)
        number = integer_of(0 if value is None else value)
        if narrowed(number, kind) != number:
            raise UnsolvedError
        return number

    return converted


def _parse(kind: str) -> Pure:
    """Return ``int.Parse`` and its like; a style may say that the digits are hexadecimal."""

    def parsed(a: list[Value]) -> int:
        text = plain_text(a[0]).strip()[:66]
        if any(option_of(each) in _HEXADECIMAL for each in a[1:]):
            return narrowed(int(text, 16), kind)
        if not re.fullmatch(r"[+-]?\d{1,20}", text, re.ASCII):
            raise UnsolvedError
        return int(text)

    return parsed


def cast(kind: str, language: str, value: Value) -> Value:
    """Return a value that is converted to a type."""
    known = _ALIASES.get(kind)
    if known is not None:
        number = number_of(value)
        whole = round(number) if language == "vb" else int(number)
        return narrowed(whole, known)
    if kind == "char":
        return value if isinstance(value, Char) else Char(character_of(value))
    if kind in ("string", "object") and isinstance(value, (str, int, float)):
        return text_of(value) if kind == "string" and language == "vb" else value
    if kind in ("double", "single", "float", "decimal") and not isinstance(value, bool):
        return number_of(value)
    if kind in ("bool", "boolean"):
        return _truth([value])
    raise UnsolvedError


def _truth(a: list[Value]) -> bool:
    text = a[0]
    if isinstance(text, str) and text.strip().lower() in ("true", "false"):
        return text.strip().lower() == "true"
    truth = truth_of(text, "c#") if not isinstance(text, str) else None
    if truth is None:
        raise UnsolvedError
    return truth


def _to_text(a: list[Value]) -> str:
    """``Convert.ToString(value)``, ``Convert.ToString(number, radix)``."""
    if len(a) > 1 and isinstance(a[0], int) and isinstance(a[1], int) and a[1] in (2, 8, 10, 16):
        return in_radix(a[0] if a[0] >= 0 else a[0] & 0xFFFFFFFF, a[1])
    return text_of(a[0])


def _in_range(data: bytes, a: list[Value]) -> bytes:
    """Return the part of bytes or characters that a start and a count name."""
    if len(a) > 1 and isinstance(a[0], int) and isinstance(a[1], int):
        return data[a[0] : a[0] + a[1]]
    return data


def _to_base64(a: list[Value]) -> str:
    return decoders.to_base64([_in_range(bytes_of(a[0]), a[1:])])


def _from_base64_characters(a: list[Value]) -> Value:
    text = flat_text_of(a[0])
    return byte_array(decoders.from_base64([text[integer_of(a[1]) :][: integer_of(a[2])] if len(a) > 2 else text]))


def _get_bytes(a: list[Value]) -> Value:
    """``BitConverter.GetBytes(number)``."""
    value = a[0]
    if isinstance(value, bool):
        return byte_array(bytes([value]))
    if isinstance(value, Char):
        return byte_array(ord(value).to_bytes(2, "little"))
    if not isinstance(value, int):
        raise UnsolvedError
    return byte_array(value.to_bytes(4 if -(1 << 31) <= value < 1 << 31 else 8, "little", signed=True))


def _from_bytes(size: int, *, is_signed: bool) -> Pure:
    def number(a: list[Value]) -> int:
        start = integer_of(a[1]) if len(a) > 1 else 0
        data = bytes_of(a[0])[start : start + size]
        if len(data) < size:
            raise UnsolvedError
        return int.from_bytes(data, "little", signed=is_signed)

    return number


CONVERSIONS: dict[str, Pure] = {
    **{f"convert.to{kind}": _to_integer(kind) for kind in _WIDTHS},
    **{f"{name}.parse": _parse(kind) for name, kind in _ALIASES.items()},
    "convert.tochar": lambda a: Char(plain_text(a[0])) if isinstance(a[0], str) else Char(character_of(a[0])),
    "convert.tostring": _to_text,
    "convert.toboolean": _truth,
    **dict.fromkeys(("bool.parse", "boolean.parse"), _truth),
    **dict.fromkeys(("convert.todouble", "convert.tosingle", "double.parse", "float.parse", "convert.todecimal",
                     "decimal.parse", "single.parse"), lambda a: number_of(a[0])),
    "convert.frombase64string": lambda a: byte_array(decoders.from_base64(a)),
    "frombase64string": lambda a: byte_array(decoders.from_base64(a)),
    "convert.frombase64chararray": _from_base64_characters,
    "convert.tobase64string": _to_base64,
    **dict.fromkeys(("convert.fromhexstring", "soaphexbinary.parse"),
                    lambda a: byte_array(decoders.from_hexadecimal(a))),
    "convert.tohexstring": lambda a: decoders.to_hexadecimal("", a),
    "convert.changetype": lambda a: a[0],
    "bitconverter.getbytes": _get_bytes,
    "bitconverter.tostring": lambda a: decoders.to_hexadecimal("-", a),
    **{f"bitconverter.to{'' if s else 'u'}int{8 * n}": _from_bytes(n, is_signed=s)
       for n in (2, 4, 8) for s in (False, True)},
}  # fmt: skip
"""The functions by the last two of their names."""
