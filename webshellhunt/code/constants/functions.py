"""What functions, constructors, methods and properties of the languages make of constants.

Tables of short functions. Each gets a list of constants and returns one, or ``None`` where it can't tell;
`call_function` and `call_method` fence them.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable

from webshellhunt.analysis.library.visual_basic.ansi_characters import ansi_character
from webshellhunt.code.constants.arguments import UnknownError, character_of, flat_text_of, items_of, number_of, text_of
from webshellhunt.code.constants.decoders import (
    ENCODINGS,
    Function,
    coder,
    decode,
    from_base64,
    from_form,
    from_hexadecimal,
    from_percents,
    get_encoding,
    unescape,
)
from webshellhunt.code.constants.operators import MAX_VALUE, Char, Codec, Pattern, Text, Value
from webshellhunt.lazy_pattern import lazy_pattern

_MAX_LIST = 1 << 16
_MAX_REPEATED = 1 << 14
_FORMAT = lazy_pattern(r"\{\{|\}\}|\{(\d{1,3})(?:[,:][^{}]*+)?+\}")


def ansi_chr(arguments: list[Value], page: str = "") -> str:
    """Return the character of a code in a page with this text."""
    return ansi_character(number_of(arguments[0]), page) or character_of(arguments[0])


def _chr(arguments: list[Value]) -> str:
    return character_of(arguments[0])


def _characters(arguments: list[Value]) -> str:
    return "".join(character_of(item) for item in arguments)


def _replaced(text: str, old: str, new: str, count: int = -1) -> str:
    if not old or (len(new) > len(old) and len(text) + text.count(old) * (len(new) - len(old)) > MAX_VALUE):
        raise UnknownError
    return text.replace(old, new, count)


def _replace_vb(arguments: list[Value]) -> str:
    text, old, new = (text_of(item) for item in arguments[:3])
    if len(arguments) >= 6 and arguments[5] == 1:
        return re.sub(re.escape(old), lambda _: new, text, flags=re.IGNORECASE) if len(new) <= len(old) else ""
    return _replaced(text, old, new)


def _replace_jscript(arguments: list[Value]) -> str:
    """Replace the first only, unless a pattern says that it is for everywhere."""
    old = arguments[1]
    if isinstance(old, Pattern):
        return _replaced(text_of(arguments[0]), old.text, text_of(arguments[2]), -1 if old.everywhere else 1)
    return _replaced(text_of(arguments[0]), text_of(old), text_of(arguments[2]), 1)


def _mid(arguments: list[Value]) -> str:
    text, start = text_of(arguments[0]), max(number_of(arguments[1]) - 1, 0)
    return text[start:] if len(arguments) < 3 else text[start : start + max(number_of(arguments[2]), 0)]


def _right(arguments: list[Value]) -> str:
    count = number_of(arguments[1])
    return text_of(arguments[0])[-count:] if count > 0 else ""


def _substring_length(arguments: list[Value]) -> str:
    """Cut as C#'s ``Substring`` and JScript's ``substr`` do: a start and a length."""
    text, start = text_of(arguments[0]), number_of(arguments[1])
    start = max(start + len(text), 0) if start < 0 else start
    return text[start:] if len(arguments) < 3 else text[start : start + max(number_of(arguments[2]), 0)]


def _slice(arguments: list[Value]) -> str:
    return text_of(arguments[0])[number_of(arguments[1]) : number_of(arguments[2]) if len(arguments) > 2 else None]


def _split(arguments: list[Value]) -> list[Value]:
    text = text_of(arguments[0])
    separator = arguments[1] if len(arguments) > 1 else " "
    separator = separator[0] if isinstance(separator, list) and separator else separator
    separator = separator.text if isinstance(separator, Pattern) else text_of(separator)
    return list(text[:_MAX_LIST]) if not separator else list(text.split(separator, _MAX_LIST))


def _join_items(items: Value, separator: str) -> str:
    texts = [text_of(item) for item in items_of(items)]
    if sum(map(len, texts)) + len(separator) * len(texts) > MAX_VALUE:
        raise UnknownError
    return separator.join(texts)


def _join_vb(arguments: list[Value]) -> str:
    return _join_items(arguments[0], text_of(arguments[1]) if len(arguments) > 1 else " ")


def _concat(arguments: list[Value]) -> str:
    items = arguments[0] if len(arguments) == 1 and isinstance(arguments[0], list) else arguments
    return _join_items(items, "")


def _format(arguments: list[Value]) -> str:
    rest = arguments[1] if len(arguments) == 2 and isinstance(arguments[1], list) else arguments[1:]
    texts = [text_of(item) for item in rest]
    form = text_of(arguments[0])
    if len(form) + form.count("{") * max(map(len, texts), default=0) > MAX_VALUE:
        raise UnknownError
    return _FORMAT.sub(lambda m: texts[int(m[1])] if m[1] else m[0][0], form)


def _repeat(text: str, count: int) -> str:
    if not 0 <= count * max(len(text), 1) <= _MAX_REPEATED:
        raise UnknownError
    return text * count


def _string_vb(arguments: list[Value]) -> str:
    what = arguments[1]
    return _repeat(text_of(what)[:1] if isinstance(what, str) else character_of(what), number_of(arguments[0]))


def _new_string(arguments: list[Value]) -> str:
    if len(arguments) == 2:
        return _repeat(text_of(arguments[0]), number_of(arguments[1]))
    if len(arguments) == 3:
        return "".join(text_of(c) for c in items_of(arguments[0]))[number_of(arguments[1]) :][
            : max(number_of(arguments[2]), 0)
        ]
    return flat_text_of(arguments[0])


def _to_int(arguments: list[Value]) -> int:
    if len(arguments) > 1:
        base = number_of(arguments[1])
        return int(text_of(arguments[0])[:32], base if 2 <= base <= 36 else 10)
    return number_of(arguments[0])


def _char_at(arguments: list[Value]) -> str:
    position = number_of(arguments[1]) if len(arguments) > 1 else 0
    return text_of(arguments[0])[position : position + 1] if position >= 0 else ""


def _char_code_at(arguments: list[Value]) -> int:
    return ord(_char_at(arguments))


def _reverse(arguments: list[Value]) -> Value:
    return arguments[0][::-1] if isinstance(arguments[0], (str, list, bytes)) else None


def _array(arguments: list[Value]) -> list[Value]:
    return arguments[:_MAX_LIST]


def _insert(arguments: list[Value]) -> str:
    text, position = text_of(arguments[0]), number_of(arguments[1])
    return text[:position] + text_of(arguments[2]) + text[position:]


def _remove(arguments: list[Value]) -> str:
    text, position = text_of(arguments[0]), number_of(arguments[1])
    return text[:position] + (text[position + number_of(arguments[2]) :] if len(arguments) > 2 else "")


def _one(function: Callable[[str], Value]) -> Function:
    """Make a function of its first argument's text."""
    return lambda arguments: function(text_of(arguments[0]))


# Free functions and static methods. A key with a dot needs that owner, `new.x` is a constructor.
FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(("chrw", "chrb", "char", "convert.tochar", "strings.chrw"), _chr),
    **dict.fromkeys(("chr", "strings.chr"), ansi_chr),
    **dict.fromkeys(("asc", "ascw", "ascb"), _one(lambda s: ord(s[0]))),
    **dict.fromkeys(("strreverse", "strings.strreverse"), _one(lambda s: s[::-1])),
    **dict.fromkeys(("replace", "strings.replace"), _replace_vb),
    **dict.fromkeys(("mid", "strings.mid"), _mid),
    **dict.fromkeys(("left", "strings.left"), lambda a: text_of(a[0])[: max(number_of(a[1]), 0)]),
    **dict.fromkeys(("right", "strings.right"), _right),
    **dict.fromkeys(("lcase", "strings.lcase"), _one(str.lower)),
    **dict.fromkeys(("ucase", "strings.ucase"), _one(str.upper)),
    "trim": _one(lambda s: s.strip(" ")),
    "ltrim": _one(lambda s: s.lstrip(" ")),
    "rtrim": _one(lambda s: s.rstrip(" ")),
    "len": _one(len),
    "space": lambda a: _repeat(" ", number_of(a[0])),
    "string": lambda a: _string_vb(a) if len(a) == 2 else flat_text_of(a[0]),
    "strdup": _string_vb,
    "join": _join_vb,
    "split": _split,
    **dict.fromkeys(("array", "new.array"), _array),
    **dict.fromkeys(("cstr", "convert.tostring"), lambda a: text_of(a[0]) if len(a) == 1 else None),
    **dict.fromkeys(("cint", "clng", "cbyte", "number", "int.parse"), lambda a: number_of(a[0])),
    **dict.fromkeys(("parseint", "convert.toint32", "convert.toint16", "convert.tobyte", "convert.toint64"), _to_int),
    "hex": lambda a: f"{number_of(a[0]):X}",
    "string.fromcharcode": _characters,
    "unescape": unescape,
    **dict.fromkeys(("decodeuricomponent", "decodeuri", "uri.unescapedatastring"), from_percents),
    **dict.fromkeys(("httputility.urldecode", "server.urldecode"), from_form),
    "atob": lambda a: from_base64(a).decode("latin-1"),
    **dict.fromkeys(("convert.frombase64string", "frombase64string"), from_base64),
    **dict.fromkeys(("convert.fromhexstring", "soaphexbinary.parse"), from_hexadecimal),
    "bitconverter.getbytes": lambda a: a[0].to_bytes(4 if abs(a[0]) >> 31 == 0 else 8, "little", signed=True),
    "convert.frombase64chararray": lambda a: from_base64(a[:1]),
    "string.concat": _concat,
    "string.join": lambda a: _join_items(a[1] if len(a) == 2 and isinstance(a[1], list) else a[1:], text_of(a[0])),
    "string.format": _format,
    "string.copy": _one(str),
    "new.string": _new_string,
    "new.stringbuilder": lambda a: Text(text_of(a[0])) if a and isinstance(a[0], str) else Text(),
    "encoding.getencoding": get_encoding,
    **{f"{name}.getstring": coder(codec) for name, codec in ENCODINGS.items()},
    **{f"{name}.getbytes": coder(codec, encode=True) for name, codec in ENCODINGS.items()},
}  # fmt: skip

CHANGING = frozenset({"append", "add", "addrange", "push"})
"""Methods that change what they are called on."""

# Methods; the constant that they are called on is the first argument.
METHODS: dict[str, Function] = {
    "tostring": lambda a: flat_text_of(a[0]) if len(a) == 1 and a[0].__class__ is not list else None,
    "append": lambda a: Text([*a[0], *flat_text_of(a[1])]) if isinstance(a[0], Text) and len(a) == 2 else None,
    "addrange": lambda a: type(a[0])([*a[0], *a[1]]) if isinstance(a[0], list) else None,
    **dict.fromkeys(("add", "push"), lambda a: type(a[0])([*a[0], *a[1:]]) if isinstance(a[0], list) else None),
    **dict.fromkeys(("tolower", "tolowercase", "tolowerinvariant"), _one(str.lower)),
    **dict.fromkeys(("toupper", "touppercase", "toupperinvariant"), _one(str.upper)),
    "trim": lambda a: text_of(a[0]).strip("".join(text_of(c) for c in a[1:]) or None),
    "replace": lambda a: _replaced(text_of(a[0]), text_of(a[1]), text_of(a[2])),
    "substr": _substring_length,
    "slice": _slice,
    "split": _split,
    "join": lambda a: _join_items(a[0], text_of(a[1]) if len(a) > 1 else ","),
    "reverse": _reverse,
    "tochararray": _one(lambda s: [Char(c) for c in s[:_MAX_LIST]]),
    "toarray": lambda a: a[0],
    "concat": lambda a: _concat(a) if isinstance(a[0], str) else None,
    "charat": _char_at,
    "charcodeat": _char_code_at,
    "insert": _insert,
    "remove": _remove,
    "getstring": lambda a: decode(a[0].name, a[1]) if isinstance(a[0], Codec) else None,
}

PROPERTIES: dict[str, Callable[[Value], Value]] = {
    "length": lambda v: len(v) if isinstance(v, (str, list, bytes)) else None,
    "chars": lambda v: v,
}


def _substring(arguments: list[Value], *, by_length: bool) -> str:
    """Cut as ``Substring`` does: C# and VB give a length, JScript an end."""
    if by_length or len(arguments) < 3:
        return _substring_length(arguments)
    start, end = sorted((max(number_of(arguments[1]), 0), max(number_of(arguments[2]), 0)))
    return text_of(arguments[0])[start:end]


def entry_of(value: Value, name: str) -> Value:
    """Return what an object of JScript holds by a name, whose case isn't known any more."""
    held = value.items() if isinstance(value, dict) else ()
    return next((entry for key, entry in held if str(key).lower() == name), None)


def call_function(path: tuple[str, ...], arguments: list[Value], page: str = "") -> Value:
    """Return what a free function or static method makes of constants, ``None`` where that isn't known.

    ``page`` is the text of the page, whose directive may name its code page.
    """
    for key in (".".join(path[-2:]), path[-1] if len(path) == 1 else ""):
        function = FUNCTIONS.get(key)
        if function is ansi_chr:
            return call(lambda a: ansi_chr(a, page), arguments)
        if function is not None:
            return call(function, arguments)
    return None


def call_method(name: str, arguments: list[Value], language: str) -> Value:
    """Return what a method makes of the constant it is called on and its arguments."""
    if name == "substring":
        return call(lambda a: _substring(a, by_length=language != "jscript"), arguments)
    if name == "replace" and language == "jscript":
        return call(_replace_jscript, arguments)
    function = METHODS.get(name)
    return None if function is None else call(function, arguments)


def call(function: Function, arguments: list[Value]) -> Value:
    """Return what one function of these tables makes of its arguments, ``None`` where it can't tell."""
    try:
        value = function(arguments)
    except (UnknownError, ValueError, IndexError, TypeError, LookupError, OverflowError, binascii.Error):
        return None
    return None if isinstance(value, (str, bytes, list)) and len(value) > MAX_VALUE else value
