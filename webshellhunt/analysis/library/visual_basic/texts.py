"""Functions of Visual Basic over texts, with known arguments.

Source: VBScript Language Reference, "Functions"; `Microsoft.VisualBasic.Strings`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from webshellhunt.analysis.domain.arrays import MAX_ITEMS, array_of
from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.library.arguments import Pure, UnsolvedError, character_of, integer_of, items_of, text_of
from webshellhunt.decoding.codepages import python_codec
from webshellhunt.lazy_pattern import lazy_pattern

_MAX_REPEATED = 1 << 16
_DECLARED = lazy_pattern(r"<%\s*+@[^%>]{0,512}?\bcodepage\s*+=\s*+[\"']?(\d{1,6}+)", re.IGNORECASE)
_REACH = 8192
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
    pair = ansi_character(number)
    if pair is not None:
        return pair
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


def _string(arguments: list[Value]) -> str:
    """``String(count, character)``."""
    what = arguments[1]
    return repeat(text_of(what)[:1] if isinstance(what, str) else chr_of([what]), integer_of(arguments[0]))


def _one(function: Callable[[str], Value]) -> Pure:
    """Return a function of its first argument's text."""
    return lambda arguments: function(text_of(arguments[0]))


TEXTS: dict[str, Pure] = {
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
}
"""The functions by name."""


def ansi_character(number: int, page: str = "") -> str | None:
    """Return the character of a negative code in the page's double-byte code page; ``None`` where it is none.

    ``Chr(-12590)`` is the bytes CE D2, in GBK the character U+6211. A page of classic ASP names its code page in
    ``@CODEPAGE``. Where none is named, or the bytes are no character in it, simplified Chinese (936, GBK) is the likely
    one: nearly every pair of bytes is a character there.

    Source: VBScript language reference, Chr and Asc functions; Microsoft code pages 932, 936, 949 and 950.
    """
    if not -0x8000 <= number < 0:
        return None
    pair = (number & 0xFFFF).to_bytes(2, "big")
    found = _DECLARED.search(page, 0, _REACH)
    declared = python_codec(int(found[1])) if found else None
    for codec in _LIKELY if declared not in _LIKELY else (declared, *_LIKELY):
        try:
            character = pair.decode(codec)
        except UnicodeDecodeError:
            continue
        if len(character) == 1:
            return character
    return None
