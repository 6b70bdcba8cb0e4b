"""Static functions of .NET, with known arguments, by the last two of their names.

Source: System.Convert, System.Math, System.Char, System.BitConverter, System.IO.Path and System.String of .NET.
"""

from __future__ import annotations

import html
import math
import ntpath
import re
from collections.abc import Callable

from webshellhunt.analysis.domain.arrays import MAX_ITEMS, array_of
from webshellhunt.analysis.domain.comparing import compared
from webshellhunt.analysis.domain.values import Char, Opaque, Thing, Value
from webshellhunt.analysis.library import decoders
from webshellhunt.analysis.library.arguments import (
    Number,
    Pure,
    UnsolvedError,
    character_of,
    integer_of,
    items_of,
    number_of,
    option_of,
    text_of,
)
from webshellhunt.analysis.library.dotnet.conversions import CONVERSIONS
from webshellhunt.analysis.library.dotnet.dictionaries import pair
from webshellhunt.analysis.library.dotnet.texts import plain_text


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
    **CONVERSIONS,
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
    "object.referenceequals": lambda a: compared(a[0], "is", a[1], "c#"),
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
    "math.sqrt": _real(math.sqrt), "math.exp": _real(math.exp), "math.sin": _real(math.sin),
    "math.cos": _real(math.cos),
    "math.tan": _real(math.tan), "math.atan": _real(math.atan), "math.log10": _real(math.log10),
    "math.log": lambda a: math.log(number_of(a[0]), *map(number_of, a[1:2])),
    "enumerable.range": _range,
    "enumerable.repeat": _repeat,
    **dict.fromkeys(("enumerable.empty", "array.empty"), lambda a: array_of([])),
    "keyvaluepair.create": lambda a: pair(a[0], a[1]),
    "encoding.getencoding": _named_encoding,
}  # fmt: skip
"""The functions by name."""
