"""Static functions of .NET, with known arguments, by the last two of their names.

Source: System.Convert, System.Math, System.Char, System.BitConverter, System.IO.Path and System.String of .NET.
"""

from __future__ import annotations

import html
import math
import ntpath
import re
from collections.abc import Callable

from webshellhunt.analysis.arrays import MAX_ITEMS, array_of
from webshellhunt.analysis.conversions import truth_of
from webshellhunt.analysis.library import decoders
from webshellhunt.analysis.library.arguments import (
    Number,
    Pure,
    UnsolvedError,
    bytes_of,
    character_of,
    flat_text_of,
    integer_of,
    items_of,
    number_of,
    option_of,
    text_of,
)
from webshellhunt.analysis.library.containers import byte_array
from webshellhunt.analysis.library.dotnet.dictionaries import pair
from webshellhunt.analysis.library.dotnet.formats import in_radix
from webshellhunt.analysis.library.dotnet.texts import plain_text
from webshellhunt.analysis.values import Char, Opaque, Thing, Value

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


def _is(test: Callable[[str], bool]) -> Pure:
    """Return ``Char.IsDigit`` and its like, of a character or of one in a text."""

    def tested(a: list[Value]) -> bool:
        text = plain_text(a[0])
        character = text[integer_of(a[1])] if len(a) > 1 else text
        if len(character) != 1:
            raise UnsolvedError
        return test(character)

    return tested


def _extension(path: str) -> str:
    name = ntpath.basename(path)
    at = name.rfind(".")
    return "" if at < 0 or at == len(name) - 1 else name[at:]


def _combine(a: list[Value]) -> str:
    """``Path.Combine(parts)``: a rooted part drops those before it."""
    path = ""
    for each in a if a[0].__class__ is not Thing else items_of(a[0]):
        part = text_of(each)
        rooted = part[:1] in ("\\", "/") or part[1:2] == ":"
        path = part if rooted or not path else path + ("" if path[-1] in "\\/:" else "\\") + part if part else path
    return path


def _changed_extension(a: list[Value]) -> str:
    path, extension = plain_text(a[0]), "" if a[1] is None else text_of(a[1])
    stem = path[: len(path) - len(_extension(path))]
    return stem if a[1] is None else f"{stem}.{extension.removeprefix('.')}"


def _power(a: list[Value]) -> Number:
    base, exponent = number_of(a[0]), number_of(a[1])
    if abs(exponent) > 64 or abs(base) > 1 << 32:
        raise UnsolvedError
    power = base**exponent
    if not isinstance(power, (int, float)) or abs(power) > 1 << 64:
        raise UnsolvedError
    return power


def _real(function: Callable[[float], float]) -> Pure:
    def computed(a: list[Value]) -> Number:
        result = function(number_of(a[0]))
        return int(result) if result.is_integer() and abs(result) < 1 << 53 else result

    return computed


def _round(a: list[Value]) -> Number:
    """``Math.Round(x, digits)``."""
    digits = integer_of(a[1]) if len(a) > 1 else 0
    return round(number_of(a[0])) if not digits else round(number_of(a[0]), max(min(digits, 15), 0))


def _range(a: list[Value]) -> Thing:
    start, count = integer_of(a[0]), integer_of(a[1])
    if not 0 <= count <= MAX_ITEMS:
        raise UnsolvedError
    return array_of(range(start, start + count))


def _repeat(a: list[Value]) -> Thing:
    count = integer_of(a[1])
    if not 0 <= count <= MAX_ITEMS:
        raise UnsolvedError
    return array_of([a[0]] * count)


def _compare(a: list[Value]) -> int:
    """``String.Compare(left, right, ignoreCase)``."""
    left, right = plain_text(a[0]), plain_text(a[1])
    if len(a) > 2 and (a[2] is True or option_of(a[2]).endswith("ignorecase")):
        left, right = left.lower(), right.lower()
    return (left > right) - (left < right)


def _equal(a: list[Value]) -> bool:
    if len(a) > 2 and option_of(a[2]).endswith("ignorecase"):
        return plain_text(a[0]).lower() == plain_text(a[1]).lower()
    if not all(isinstance(each, (str, int, float)) or each is None for each in a[:2]):
        raise UnsolvedError
    return bool(a[0] == a[1])


def _blank(a: list[Value], strip: Callable[[str], str]) -> bool:
    return a[0] is None or not strip(plain_text(a[0]))


def _named_encoding(a: list[Value]) -> Opaque:
    return decoders.get_encoding(a)


STATICS: dict[str, Pure] = {
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
    **dict.fromkeys(("uri.unescapedatastring", "uri.unescape"), decoders.from_percents),
    **dict.fromkeys(("uri.escapedatastring",), lambda a: decoders.to_percents("-_.~", a)),
    **dict.fromkeys(("httputility.urldecode", "server.urldecode", "webutility.urldecode"),
                    lambda a: decoders.from_form(a[:1])),
    **dict.fromkeys(("httputility.urlencode", "server.urlencode", "webutility.urlencode"),
                    lambda a: decoders.to_percents("-_.!*()", a).replace("%20", "+")),
    **dict.fromkeys(("httputility.htmldecode", "server.htmldecode", "webutility.htmldecode"), decoders.from_html),
    **dict.fromkeys(("httputility.htmlencode", "server.htmlencode", "webutility.htmlencode"),
                    lambda a: html.escape(text_of(a[0])).replace("&#x27;", "&#39;")),
    **dict.fromkeys(("regex.escape",), lambda a: re.sub(r"([\\*+?|{\[()^$.#\s])", r"\\\1", plain_text(a[0]))),
    **dict.fromkeys(("string.copy", "string.intern"), lambda a: plain_text(a[0])),
    "string.compare": _compare,
    "string.compareordinal": _compare,
    **dict.fromkeys(("string.equals", "object.equals"), _equal),
    "string.isnullorempty": lambda a: _blank(a, str),
    "string.isnullorwhitespace": lambda a: _blank(a, str.strip),
    "char.isletter": _is(str.isalpha), "char.isdigit": _is(str.isdecimal), "char.isletterordigit": _is(str.isalnum),
    "char.isupper": _is(str.isupper), "char.islower": _is(str.islower), "char.iswhitespace": _is(str.isspace),
    "char.isnumber": _is(str.isnumeric),
    **dict.fromkeys(("char.toupper", "char.toupperinvariant"), lambda a: Char(plain_text(a[0]).upper())),
    **dict.fromkeys(("char.tolower", "char.tolowerinvariant"), lambda a: Char(plain_text(a[0]).lower())),
    **dict.fromkeys(("char.tostring", "char.convertfromutf32"), lambda a: character_of(a[0])),
    "char.parse": lambda a: Char(plain_text(a[0])),
    "char.converttoutf32": lambda a: ord(plain_text(a[0])[integer_of(a[1]) if len(a) > 1 else 0]),
    "path.combine": _combine,
    "path.join": _combine,
    "path.getfilename": lambda a: ntpath.basename(plain_text(a[0])),
    "path.getextension": lambda a: _extension(plain_text(a[0])),
    "path.getfilenamewithoutextension": lambda a: ntpath.basename(_changed_extension([a[0], None])),
    "path.getdirectoryname": lambda a: ntpath.dirname(plain_text(a[0])),
    "path.changeextension": _changed_extension,
    "path.hasextension": lambda a: bool(_extension(plain_text(a[0]))),
    "path.ispathrooted": lambda a: plain_text(a[0])[:1] in ("\\", "/") or plain_text(a[0])[1:2] == ":",
    "math.floor": lambda a: math.floor(number_of(a[0])),
    **dict.fromkeys(("math.ceiling", "math.ceil"), lambda a: math.ceil(number_of(a[0]))),
    "math.truncate": lambda a: math.trunc(number_of(a[0])),
    "math.round": _round,
    "math.abs": lambda a: abs(number_of(a[0])),
    "math.sign": lambda a: (number_of(a[0]) > 0) - (number_of(a[0]) < 0),
    "math.min": lambda a: min(map(number_of, a)),
    "math.max": lambda a: max(map(number_of, a)),
    "math.pow": _power,
    "math.sqrt": _real(math.sqrt), "math.exp": _real(math.exp), "math.sin": _real(math.sin), "math.cos": _real(math.cos),
    "math.tan": _real(math.tan), "math.atan": _real(math.atan), "math.log10": _real(math.log10),
    "math.log": lambda a: math.log(number_of(a[0]), *map(number_of, a[1:2])),
    "enumerable.range": _range,
    "enumerable.repeat": _repeat,
    **dict.fromkeys(("enumerable.empty", "array.empty"), lambda a: array_of([])),
    "keyvaluepair.create": lambda a: pair(a[0], a[1]),
    "encoding.getencoding": _named_encoding,
}  # fmt: skip
"""The functions by name."""
