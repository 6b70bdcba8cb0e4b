"""Functions of the libraries for known arguments, by the names that rows use.

``ValueError`` says that the result is not known after all, ``FailError`` that the function surely fails. Arguments that
were left out are `MISSING`.

Source: VBScript Language Reference, "Functions"; JScript Language Reference, ``escape``; Server object of ASP.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from webshellhunt.core import text
from webshellhunt.core.conversions import FailError, TooLargeError, num, t, whole
from webshellhunt.core.values import MISSING, Empty, Value, to_text
from webshellhunt.decoding.codepages import python_codec

_MOST_REPEATED = 1 << 20
_MOST_TEXT = 1 << 22
CODE_PAGES = ("932", "949", "950")
"""Code pages of two bytes a letter that a page may name; without one, 936 is the likely one."""
_PAGES = ("gbk", "cp932", "cp949", "cp950")
"""Code pages in which two bytes are a character, the likeliest first: nearly every pair is one in GBK."""
_NUMBER = re.compile(r"\s*(?:[+-]?(?:[\d,]*\d\.?\d*|\.\d+)(?:[ed][+-]?\d{1,3})?|&h[0-9a-f]+&?|&o?[0-7]+&?)\s*", re.I)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?(?: \d\d?:\d\d(?::\d\d)?)?|\d\d?[/.-]\d\d?[/.-]\d{4}")


def _option(value: Value, default: Value) -> Value:
    return default if value is MISSING else value


def _count(value: Value) -> int:
    """Return a number of characters; a negative one fails."""
    n = whole(value)
    if n < 0:
        raise FailError
    return n


def _place(value: Value) -> int:
    """Return a place from 1 on as one from 0 on."""
    n = whole(value)
    if n < 1:
        raise FailError
    return n - 1


def _ignores_case(how: Value) -> bool:
    return how is not MISSING and whole(how) == 1


# Parts of texts -------------------------------------------------------------------------------------------------------


def _mid(s: Value, start: Value, n: Value = MISSING) -> str:
    if s.__class__ is str and start.__class__ is int and n.__class__ is int and start > 0 and n >= 0:
        return s[start - 1 : start - 1 + n]
    text, at = t(s), _place(start)
    return text[at:] if n is MISSING else text[at : at + _count(n)]


def _right(s: Value, n: Value) -> str:
    size = _count(n)
    return t(s)[-size:] if size else ""


def _in_str(*a: Value) -> int:
    """``InStr([start,] text, sought[, compare])``."""
    a = tuple(each for each in a if each is not MISSING)
    start = 0
    if len(a) > 2:
        start, a = _place(a[0]), a[1:]
    text, sought = t(a[0]), t(a[1])
    if len(a) > 2 and _ignores_case(a[2]):
        text, sought = text.lower(), sought.lower()
    if start >= len(text):
        return 0
    return text.find(sought, start) + 1 if sought else start + 1


def _in_str_rev(s: Value, x: Value, at: Value = MISSING, how: Value = MISSING) -> int:
    text, sought = t(s), t(x)
    if _ignores_case(how):
        text, sought = text.lower(), sought.lower()
    end = whole(_option(at, -1))
    end = len(text) if end == -1 else end
    if not text or end > len(text):
        return 0
    return text.rfind(sought, 0, end) + 1 if sought else end


def _replace(
    s: Value, old: Value, new: Value, start: Value = MISSING, count: Value = MISSING, how: Value = MISSING
) -> str:
    text, old, new = t(s)[_place(_option(start, 1)) :], t(old), t(new)
    times = whole(_option(count, -1))
    if not old or times == 0:
        return text
    ignores = _ignores_case(how)
    found = text.lower().count(old.lower()) if ignores else text.count(old)
    if len(text) + found * max(len(new) - len(old), 0) > _MOST_TEXT:
        raise ValueError
    if ignores:
        return re.sub(re.escape(old), lambda _: new, text, count=max(0, times), flags=re.IGNORECASE)
    return text.replace(old, new, times)


def _compare(a: Value, b: Value, how: Value = MISSING) -> int | None:
    if a is None or b is None:
        return None
    left, right = t(a), t(b)
    if _ignores_case(how):
        left, right = left.lower(), right.lower()
    return (left > right) - (left < right)


def _string(n: Value, c: Value) -> str:
    size = _count(n)
    if size > _MOST_REPEATED:
        raise ValueError
    letter = t(c)[:1] if isinstance(c, str) else _chr(whole(c) % 256)
    if not letter:
        raise FailError
    return letter * size


# Letters and bytes ----------------------------------------------------------------------------------------------------


def _chr(c: Value, first: str = "") -> str:
    """``Chr(code)`` in code page 1252; a code beyond 255, or a negative one, is two bytes of another code page.

    ``first`` is the code page of the page, where it names one of those.
    """
    n = whole(c)
    if 0 <= n < 256:
        return bytes((n,)).decode("cp1252", "ignore") or chr(n)
    if not -0x8000 <= n <= 0xFFFF:
        raise FailError
    pair = (n & 0xFFFF).to_bytes(2, "big")
    for page in (first, *_PAGES) if first else _PAGES:
        found = pair.decode(page, "ignore")
        if len(found) == 1:
            return found
    raise ValueError


def _chr_in(page: str, c: Value) -> str:
    """Return ``Chr`` for a page that names its code page."""
    return _chr(c, page)


def _chr_w(c: Value) -> str:
    n = whole(c)
    if not -0x8000 <= n <= 0xFFFF:
        raise FailError
    return chr(n & 0xFFFF)


def _chr_b(c: Value) -> str:
    n = whole(c)
    if not 0 <= n <= 255:
        raise FailError
    return chr(n)


def _asc(s: Value) -> int:
    """``Asc(text)``: the opposite of ``Chr``."""
    if isinstance(s, bytes):
        return _asc_b(s)
    letter = t(s)[:1]
    if not letter:
        raise FailError
    if ord(letter) < 256:
        return ord(letter)
    single = letter.encode("cp1252", "ignore")
    if single:
        return single[0]
    pair = letter.encode("gbk", "ignore")
    return int.from_bytes(pair, "big", signed=True) if len(pair) == 2 else ord("?")


def _asc_w(s: Value) -> int:
    letter = t(s)[:1]
    if not letter:
        raise FailError
    code = ord(letter) if ord(letter) < 0x10000 else 0xD7C0 + (ord(letter) >> 10)
    return code if code < 0x8000 else code - 0x10000


def _bytes(s: Value) -> bytes:
    """Return the bytes of a text in memory."""
    return s if isinstance(s, bytes) else t(s).encode("utf-16-le", "surrogatepass")


def _asc_b(s: Value) -> int:
    data = _bytes(s)
    if not data:
        raise FailError
    return data[0]


def _mid_b(s: Value, start: Value, n: Value = MISSING) -> bytes:
    data, at = _bytes(s), _place(start)
    return data[at:] if n is MISSING else data[at : at + _count(n)]


def _right_b(s: Value, n: Value) -> bytes:
    size = _count(n)
    return _bytes(s)[-size:] if size else b""


def _in_str_b(*a: Value) -> int:
    """``InStrB([start,] bytes, sought[, compare])``."""
    a = tuple(each for each in a if each is not MISSING)
    start = 0
    if len(a) > 2:
        start, a = _place(a[0]), a[1:]
    return _bytes(a[0]).find(_bytes(a[1]), start) + 1


def _escape(s: Value) -> str:
    return "".join(
        c if re.fullmatch(r"[\w@*+./-]", c, re.A) else f"%{ord(c):02X}" if ord(c) < 256 else f"%u{ord(c):04X}"
        for c in t(s)
    )


def _unescape(s: Value) -> str:
    return re.sub(r"%u([0-9a-f]{4})|%([0-9a-f]{2})", lambda m: chr(int(m[1] or m[2], 16)), t(s), flags=re.I)


# Numbers and types ----------------------------------------------------------------------------------------------------


def _is_numeric(x: Value) -> bool:
    if x.__class__ is str:
        return _NUMBER.fullmatch(x) is not None
    return x is not None and x.__class__ is not bytes


def _is_date(x: Value) -> bool:
    if x.__class__ is not str:
        return False
    if _DATE.fullmatch(x.strip()):
        return True
    if not re.search(r"\d.*\W.*\d|\d\D+\d", x):
        return False
    raise ValueError


def _type_name(x: Value) -> str:
    if x.__class__ is int:
        return "Integer" if -0x8000 <= x <= 0x7FFF else "Long" if -(1 << 31) <= x < 1 << 31 else "Double"
    return _TYPES[x.__class__][0]


def _var_type(x: Value) -> int:
    if x.__class__ is int:
        return 2 if -0x8000 <= x <= 0x7FFF else 3 if -(1 << 31) <= x < 1 << 31 else 5
    return _TYPES[x.__class__][1]


_TYPES: dict[type, tuple[str, int]] = {
    str: ("String", 8), float: ("Double", 5), bool: ("Boolean", 11), Empty: ("Empty", 0), type(None): ("Null", 1),
    bytes: ("Byte()", 8209),
}  # fmt: skip


def _in_base(form: str, n: Value) -> str | None:
    """Return ``Hex`` or ``Oct``: a negative number is written as its 16 bits, or 32."""
    if n is None:
        return None
    number = whole(n)
    if number < 0:
        number &= 0xFFFF if number >= -0x8000 else 0xFFFFFFFF
    return format(number, form)


def _bool(x: Value) -> bool:
    if x.__class__ is str and x.strip().lower() in ("true", "false"):
        return bool(x.strip().lower() == "true")
    return num(x) != 0


def _integer(low: int, high: int, x: Value) -> int:
    """Return a conversion to a whole number, half a one to the even one; one that is too large fails."""
    n = whole(x)
    if not low <= n <= high:
        raise TooLargeError
    return n


def _double(x: Value) -> int | float:
    return num(x)


def _single(x: Value) -> int | float:
    n = _double(x)
    if struct.unpack("f", struct.pack("f", n))[0] != n:
        raise ValueError
    return n


def _real(function: Callable[[float], float], x: Value) -> int | float:
    try:
        return _plain(function(num(x)))
    except ValueError:
        raise FailError from None


def _plain(n: float) -> int | float:
    return int(n) if n.is_integer() and abs(n) < 1 << 53 else n


def _round(n: Value, digits: Value = MISSING) -> int | float | None:
    if n is None:
        return None
    places = _count(_option(digits, 0))
    number = num(n)
    return (
        round(number) if places == 0 else number if number.__class__ is int else _plain(round(number, min(places, 15)))
    )


def _rgb(r: Value, g: Value, b: Value) -> int:
    red, green, blue = (min(_count(each), 255) for each in (r, g, b))
    return red + 256 * green + 65536 * blue


def _format_number(n: Value, digits: Value = MISSING, *others: Value) -> str:
    """``FormatNumber(number[, digits])``, as American English writes it."""
    if any(each is not MISSING for each in others):
        raise ValueError
    places = whole(_option(digits, -1))
    number = num(n)
    return f"{number:,.{2 if places < 0 else places}f}"


def _month_name(n: Value, short: Value = MISSING) -> str:
    name = _MONTHS[_place(n)]
    return name[:3] if short is not MISSING and _bool(short) else name


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


# Servers, files, encodings --------------------------------------------------------------------------------------------


def _html(s: Value) -> str:
    text = t(s).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return "".join(c if ord(c) < 160 or ord(c) > 255 else f"&#{ord(c)};" for c in text)


def _file_name(p: Value) -> str:
    return re.split(r"[\\/]", t(p).rstrip("\\/"))[-1]


def _extension(p: Value) -> str:
    name = _file_name(p)
    return name.rpartition(".")[2] if "." in name else ""


def _base_name(p: Value) -> str:
    name = _file_name(p)
    return name.rpartition(".")[0] if "." in name else name


def _folder_name(p: Value) -> str:
    text = t(p).rstrip("\\/")
    at = max(text.rfind("\\"), text.rfind("/"))
    return text[: at + 1] if at >= 0 and text[:at].endswith(":") else text[: max(at, 0)]


def codec(name: Value) -> str:
    """Return the codec of Python of a character set of ADO.

    Raises:
        ValueError: It is not known.
    """
    if not isinstance(name, str):
        raise ValueError  # noqa: TRY004 - the notation of known functions
    found = python_codec(name)
    if found is None:
        raise ValueError
    return found


def _from_base64(s: Value) -> bytes:
    text = re.sub(r"[^A-Za-z0-9+/=]", "", t(s))
    try:
        return base64.b64decode(text)
    except binascii.Error:
        raise ValueError from None


def _from_hexadecimal(s: Value) -> bytes:
    return bytes.fromhex(t(s))


def _one(function: Callable[[str], Value]) -> Callable[[Value], Value]:
    """Return a function of a text, which is Null for Null."""
    return lambda s: None if s is None else function(t(s))


def merged(*tables: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Return one table of several.

    Raises:
        ValueError: Two of them have the same name.
    """
    found: dict[str, Callable[..., Any]] = {}
    for each in tables:
        if twice := found.keys() & each.keys():
            raise ValueError(f"a name stands in two tables: {', '.join(sorted(twice))}")
        found.update(each)
    return found


KNOWN: dict[str, Callable[..., Value]] = {
    **{f"chr-{page}": partial(_chr_in, f"cp{page}") for page in CODE_PAGES},
    "chr": _chr, "chrw": _chr_w, "chrb": _chr_b, "asc": _asc, "ascw": _asc_w, "ascb": _asc_b,
    "mid": _mid, "left": lambda s, n: t(s)[: _count(n)], "right": _right,
    "midb": _mid_b, "leftb": lambda s, n: _bytes(s)[: _count(n)], "rightb": _right_b,
    "len": lambda s: None if s is None else len(s) // 2 if isinstance(s, bytes) else len(t(s)),
    "lenb": lambda s: len(_bytes(s)),
    "instr": _in_str, "instrb": _in_str_b, "instrrev": _in_str_rev, "replace": _replace, "strcomp": _compare,
    "string": _string, "space": lambda n: _string(n, " "), "strreverse": _one(lambda s: s[::-1]),
    "ucase": _one(str.upper), "lcase": _one(str.lower), "trim": _one(lambda s: s.strip(" ")),
    "ltrim": _one(lambda s: s.lstrip(" ")), "rtrim": _one(lambda s: s.rstrip(" ")),
    "escape": _escape, "unescape": _unescape,
    "isnumeric": _is_numeric, "isdate": _is_date,
    "typename": _type_name, "vartype": _var_type,
    "hex": partial(_in_base, "X"), "oct": partial(_in_base, "o"),
    "cstr": t, "cint": partial(_integer, -0x8000, 0x7FFF), "clng": partial(_integer, -(1 << 31), (1 << 31) - 1),
    "cbyte": partial(_integer, 0, 255),
    "cdbl": _double, "csng": _single, "cbool": _bool,
    "int": lambda n: None if n is None else math.floor(num(n)),
    "fix": lambda n: None if n is None else math.trunc(num(n)),
    "abs": lambda n: None if n is None else abs(num(n)), "sgn": lambda n: (num(n) > 0) - (num(n) < 0),
    "sqr": partial(_real, math.sqrt), "exp": partial(_real, math.exp), "log": partial(_real, math.log),
    "sin": partial(_real, math.sin),
    "cos": partial(_real, math.cos), "tan": partial(_real, math.tan), "atn": partial(_real, math.atan), "round": _round,
    "rgb": _rgb,
    "formatnumber": _format_number, "monthname": _month_name,
    "htmlencode": _html,
    "urlencode": lambda s: re.sub(r"[-._~]", lambda m: f"%{ord(m[0]):02X}", quote(t(s), safe="")).replace("%20", "+"),
    "filename": _file_name, "extension": _extension, "basename": _base_name,
    "foldername": _folder_name,
    "from-base64": _from_base64, "from-hexadecimal": _from_hexadecimal,
    "to-base64": lambda data: base64.b64encode(_bytes(data)).decode(),
    "capicom-decode": lambda s: _from_base64(s).decode("latin-1"),
    "capicom-hex": lambda s: _from_hexadecimal(s).decode("latin-1"),
    "vbscript": lambda: "VBScript", "five": lambda: 5, "eight": lambda: 8,
}  # fmt: skip
"""The functions by name."""
PARTED: dict[str, Callable[..., Value]] = {
    **{name: text.PARTS[name] for name in ("mid", "left", "right", "replace", "trim", "ltrim", "rtrim", "instr")},
    "instrrev": text.instrrev,
    "lcase": text.lower, "ucase": text.upper, "strreverse": text.reverse, "len": text.length, "strcomp": text.strcomp,
    "cstr": to_text,
}  # fmt: skip
"""The functions over texts of which only parts are known, by the same names; `MISSING` for no more than
whose text it is."""
