"""The functions of Visual Basic: text, numbers and conversions, with known arguments.

Source: VBScript Language Reference, "Functions"; `Microsoft.VisualBasic`, the modules `Strings`, `Conversion`,
`Information` and `VBMath`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from webshellhunt.analysis.arrays import MAX_ITEMS, array_of
from webshellhunt.analysis.conversions import truth_of
from webshellhunt.analysis.library.arguments import (
    Number,
    Pure,
    UnsolvedError,
    character_of,
    flat_text_of,
    integer_of,
    items_of,
    known,
    number_of,
    text_of,
)
from webshellhunt.analysis.library.decoders import escape, unescape
from webshellhunt.analysis.values import EMPTY, MAX_TEXT, Thing, Value

_MAX_REPEATED = 1 << 16
_LIKELY = ("gbk", "cp932", "cp949", "cp950")


def repeat(text: str, count: int) -> str:
    """Return a text several times."""
    if not 0 <= count * max(len(text), 1) <= _MAX_REPEATED:
        raise UnsolvedError
    return text * count


def _compares_text(arguments: list[Value], position: int) -> bool:
    """True if an optional argument says that case is ignored."""
    return len(arguments) > position and integer_of(arguments[position]) == 1


def chr_of(arguments: list[Value]) -> str:
    """``Chr(code)``, in the code page 1252; a negative code is a pair of bytes of a double-byte code page."""
    number = integer_of(arguments[0])
    if -0x8000 <= number < 0:
        pair = (number & 0xFFFF).to_bytes(2, "big")
        for codec in _LIKELY:
            character = pair.decode(codec, "ignore")
            if len(character) == 1:
                return character
    if 0x80 <= number < 0xA0:
        return bytes((number,)).decode("cp1252", "ignore") or chr(number)
    return character_of(number)


def asc_of(arguments: list[Value]) -> int:
    """``Asc(text)``: the code of the first character; the opposite of `chr_of`."""
    character = text_of(arguments[0])[:1]
    if not character:
        raise UnsolvedError
    code = ord(character)
    if code < 0x100:
        return code
    single = character.encode("cp1252", "ignore")
    if single:
        return single[0]
    pair = character.encode("gbk", "ignore")
    return int.from_bytes(pair, "big", signed=True) if len(pair) == 2 else ord("?")


def _wide_code(arguments: list[Value]) -> int:
    """``AscW(text)``."""
    code = ord(text_of(arguments[0])[0])
    return code if code < 0x8000 else code - 0x10000 if code < 0x10000 else 0xFFFD - 0x10000


def _first_byte(arguments: list[Value]) -> int:
    """``AscB(text)``."""
    data = arguments[0]
    return data[0] if isinstance(data, bytes) else ord(text_of(data)[0]) & 0xFF


def mid(arguments: list[Value]) -> str:
    """``Mid(text, start[, length])``."""
    text, start = text_of(arguments[0]), integer_of(arguments[1]) - 1
    if start < 0:
        raise UnsolvedError
    return text[start:] if len(arguments) < 3 else text[start : start + max(integer_of(arguments[2]), 0)]


def _mid_bytes(arguments: list[Value]) -> bytes:
    """``MidB(bytes, start[, length])``."""
    data, start = arguments[0], integer_of(arguments[1]) - 1
    if not isinstance(data, bytes) or start < 0:
        raise UnsolvedError
    return data[start:] if len(arguments) < 3 else data[start : start + max(integer_of(arguments[2]), 0)]


def _right(arguments: list[Value]) -> str:
    count = integer_of(arguments[1])
    return text_of(arguments[0])[-count:] if count > 0 else ""


def _in_str(arguments: list[Value]) -> int:
    """``InStr([start,] text, sought[, compare])``."""
    start = 1
    if len(arguments) > 2:
        start, arguments = integer_of(arguments[0]), arguments[1:]
    text, sought = text_of(arguments[0]), text_of(arguments[1])
    if start < 1:
        raise UnsolvedError
    if _compares_text(arguments, 2):
        text, sought = text.lower(), sought.lower()
    return 0 if start > len(text) else text.find(sought, start - 1) + 1


def _in_str_rev(arguments: list[Value]) -> int:
    """``InStrRev(text, sought[, start[, compare]])``."""
    text, sought = text_of(arguments[0]), text_of(arguments[1])
    start = integer_of(arguments[2]) if len(arguments) > 2 else -1
    if _compares_text(arguments, 3):
        text, sought = text.lower(), sought.lower()
    return text.rfind(sought, 0, len(text) if start < 0 else start) + 1


def _split(arguments: list[Value]) -> Thing:
    """``Split(text[, separator[, count[, compare]]])``."""
    text = text_of(arguments[0])
    separator = text_of(arguments[1]) if len(arguments) > 1 else " "
    count = integer_of(arguments[2]) if len(arguments) > 2 else -1
    if not text:
        return array_of([])
    if not separator or count == 1:
        return array_of([text])
    if text.count(separator) >= MAX_ITEMS:
        raise UnsolvedError
    if _compares_text(arguments, 3) and len(text) == len(text.lower()):
        return array_of(re.split(re.escape(separator), text, maxsplit=max(count - 1, 0), flags=re.IGNORECASE))
    return array_of(text.split(separator, count - 1 if count > 0 else -1))


def _filter(arguments: list[Value]) -> Thing:
    """``Filter(items, sought[, include[, compare]])``."""
    sought = text_of(arguments[1])
    included = truth_of(arguments[2], "vbscript") is not False if len(arguments) > 2 else True
    if _compares_text(arguments, 3):
        return array_of(
            each for each in items_of(arguments[0]) if (sought.lower() in text_of(each).lower()) is included
        )
    return array_of(each for each in items_of(arguments[0]) if (sought in text_of(each)) is included)


def replace(arguments: list[Value]) -> str:
    """``Replace(text, old, new[, start[, count[, compare]]])``."""
    start = integer_of(arguments[3]) if len(arguments) > 3 else 1
    count = integer_of(arguments[4]) if len(arguments) > 4 else -1
    text, old, new = (text_of(item) for item in arguments[:3])
    if start < 1:
        raise UnsolvedError
    text = text[start - 1 :]
    if not old or count == 0:
        return text
    ignores_case = _compares_text(arguments, 5)
    times = text.lower().count(old.lower()) if ignores_case else text.count(old)
    if len(text) + times * max(len(new) - len(old), 0) > MAX_TEXT:
        raise UnsolvedError
    if ignores_case:
        return re.sub(re.escape(old), lambda _: new, text, count=max(count, 0), flags=re.IGNORECASE)
    return text.replace(old, new, count)


def _compare(arguments: list[Value]) -> int:
    """``StrComp(left, right[, compare])``."""
    left, right = text_of(arguments[0]), text_of(arguments[1])
    if _compares_text(arguments, 2):
        left, right = left.lower(), right.lower()
    return (left > right) - (left < right)


def _radix(form: str) -> Pure:
    """Return ``Hex`` or ``Oct``: a negative number is written as its 16 bits, or 32."""

    def written(arguments: list[Value]) -> str:
        number = integer_of(arguments[0])
        if number < 0:
            number &= 0xFFFF if number >= -(1 << 15) else 0xFFFFFFFF
        return format(number, form)

    return written


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


def _string(arguments: list[Value]) -> str:
    """``String(count, character)``."""
    what = arguments[1]
    return repeat(text_of(what)[:1] if isinstance(what, str) else chr_of([what]), integer_of(arguments[0]))


_TYPE_NAMES: dict[type, tuple[str, int]] = {
    bool: ("Boolean", 11), int: ("Integer", 2), float: ("Double", 5), bytes: ("Byte()", 8209), str: ("String", 8),
    type(EMPTY): ("Empty", 0), type(None): ("Null", 1),
}  # fmt: skip


def _type_of(arguments: list[Value]) -> tuple[str, int]:
    value = arguments[0]
    if isinstance(value, int) and not isinstance(value, bool) and not -0x8000 <= value < 0x8000:
        return "Long", 3
    if value.__class__ is Thing and value.type == "array":
        return "Variant()", 8204
    if value.__class__ is Thing and value.type == "scripting.dictionary":
        return "Dictionary", 9
    found = _TYPE_NAMES.get(value.__class__)
    if found is None:
        raise UnsolvedError
    return found


def _one(function: Callable[[str], Value]) -> Pure:
    """Return a function of its first argument's text."""
    return lambda arguments: function(text_of(arguments[0]))


INTRINSICS: dict[str, Pure] = {
    **dict.fromkeys(("chr", "chr$"), chr_of),
    **dict.fromkeys(("chrw", "chrb", "chrw$"), lambda a: character_of(a[0])),
    "asc": asc_of,
    "ascw": _wide_code,
    "ascb": _first_byte,
    **dict.fromkeys(("mid", "mid$"), mid),
    "midb": _mid_bytes,
    **dict.fromkeys(("left", "left$"), lambda a: text_of(a[0])[: max(integer_of(a[1]), 0)]),
    **dict.fromkeys(("right", "right$"), _right),
    **dict.fromkeys(("lcase", "lcase$"), _one(str.lower)),
    **dict.fromkeys(("ucase", "ucase$"), _one(str.upper)),
    **dict.fromkeys(("trim", "trim$"), _one(lambda s: s.strip(" "))),
    **dict.fromkeys(("ltrim", "ltrim$"), _one(lambda s: s.lstrip(" "))),
    **dict.fromkeys(("rtrim", "rtrim$"), _one(lambda s: s.rstrip(" "))),
    "len": lambda a: len(a[0]) if isinstance(a[0], bytes) else len(text_of(a[0])),
    "lenb": lambda a: len(a[0]) if isinstance(a[0], bytes) else 2 * len(text_of(a[0])),
    "instr": _in_str,
    "instrrev": _in_str_rev,
    "strreverse": _one(lambda s: s[::-1]),
    "strcomp": _compare,
    "replace": replace,
    "split": _split,
    "filter": _filter,
    **dict.fromkeys(("space", "space$"), lambda a: repeat(" ", integer_of(a[0]))),
    **dict.fromkeys(("string", "string$"), _string),
    "strdup": _string,
    "getchar": lambda a: text_of(a[0])[integer_of(a[1]) - 1],
    **dict.fromkeys(("hex", "hex$"), _radix("X")),
    **dict.fromkeys(("oct", "oct$"), _radix("o")),
    "val": _value,
    **dict.fromkeys(("cstr", "str$"), lambda a: flat_text_of(a[0])),
    "str": lambda a: text_of(a[0]) if number_of(a[0]) < 0 else f" {text_of(a[0])}",
    **dict.fromkeys(("cint", "clng", "cshort", "cuint", "culng", "cushort", "csbyte"), lambda a: integer_of(a[0])),
    **dict.fromkeys(("cdbl", "csng", "cdec", "ccur"), lambda a: number_of(a[0])),
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
"""The functions by name, those that are exact with known arguments."""


def _unsolved() -> bool:
    raise UnsolvedError
