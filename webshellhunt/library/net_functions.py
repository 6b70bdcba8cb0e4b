"""Functions of .NET for known arguments, by the names that rows use; members of values get the value first.

``ValueError`` says that the result is not known, ``FailError`` that the function surely fails.

Source: learn.microsoft.com/dotnet/api: System.String, System.Char, System.Convert, System.BitConverter, System.Math,
System.IO.Path, System.Uri; "Standard numeric format strings", "Composite formatting".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import ntpath
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, unquote

from webshellhunt.core import text
from webshellhunt.core.conversions import FailError, TooLargeError
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    Argument,
    Char,
    Measure,
    Parts,
    Sign,
    Some,
    Truth,
    Value,
    concat,
    is_of_server,
    labels_of,
    text_of_parts,
    to_text,
)  # fmt: skip
from webshellhunt.decoding.codepages import python_codec

_MOST_TEXT = 1 << 22
_MOST_DIGITS = 99
_SUBJECT = -1
_WIDTHS = {"sbyte": -8, "byte": 8, "int16": -16, "uint16": 16, "int32": -32, "uint32": 32, "int64": -64, "uint64": 64}
"""Bits of the types of whole numbers, below 0 those with a sign."""


class FormatError(FailError):
    """A text is not written as the type that it is converted to."""


# Texts ----------------------------------------------------------------------------------------------------------------


def _t(x: Value) -> str:
    """Return a known value as ``ToString`` does."""
    if x.__class__ is float:
        return repr(x).upper() if "e" in repr(x) else repr(x).removesuffix(".0")
    if x.__class__ is bytes:
        raise ValueError
    return str(to_text(x))


def _s(x: Value) -> str:
    """Return an argument that must be a text."""
    if x is None or x is EMPTY:
        raise FailError
    if not isinstance(x, str):
        raise ValueError  # noqa: TRY004 - the notation of known functions
    return str(x)


def _i(x: Value) -> int:
    if x.__class__ is bool or not isinstance(x, int):
        raise ValueError
    return x


def _bounded(size: int) -> None:
    if size > _MOST_TEXT:
        raise ValueError


def _any_case(*how: Value) -> bool:
    """True if one of the last arguments says that letter case does not count."""
    return any(each is True or (isinstance(each, str) and each.lower().endswith("ignorecase")) for each in how)


def _folded(how: Value, *texts: str) -> tuple[str, ...]:
    return tuple(each.lower() for each in texts) if _any_case(how) else texts


def _substring(s: str, start: Value, n: Value = MISSING) -> str:
    at, size = _i(start), len(s) - _i(start) if n is MISSING else _i(n)
    if at < 0 or size < 0 or at + size > len(s):
        raise FailError
    return s[at : at + size]


def _char_at(s: str, at: Value) -> Char:
    if not 0 <= _i(at) < len(s):
        raise FailError
    return Char(s[at])


def _remove(s: str, start: Value, n: Value = MISSING) -> str:
    at, size = _i(start), len(s) - _i(start) if n is MISSING else _i(n)
    if at < 0 or size < 0 or at + size > len(s):
        raise FailError
    return s[:at] + s[at + size :]


def _insert(s: str, at: Value, new: Value) -> str:
    if not 0 <= _i(at) <= len(s):
        raise FailError
    return s[:at] + _s(new) + s[at:]


def _replaced(s: str, old: Value, new: Value, how: Value = MISSING) -> str:
    old, new = _s(old), _t(new)
    if not old:
        raise FailError
    _bounded(len(s) + s.count(old) * max(len(new) - len(old), 0))
    if _any_case(how):
        return re.sub(re.escape(old), lambda _: new, s, flags=re.IGNORECASE)
    return s.replace(old, new)


def _padded(side: str, s: str, width: Value, letter: Value = " ") -> str:
    _bounded(_i(width))
    return s.rjust(width, _s(letter)) if side == "left" else s.ljust(width, _s(letter))


def _trimmed(first: bool, last: bool, s: str, *letters: Value) -> str:
    """Return ``Trim`` and its like: of white space, or of the letters that are named."""
    signs = "".join(map(_s, letters)) or None
    s = s.lstrip(signs) if first else s
    return s.rstrip(signs) if last else s


def _index(s: str, what: Value, *others: Value, last: bool) -> int:
    places = [each for each in others if each.__class__ is int]
    how = [each for each in others if isinstance(each, str)]
    s, what = _folded(how[0] if how else MISSING, s, _s(what))
    if not last:
        start = places[0] if places else 0
        return s.find(what, start, start + places[1] if len(places) > 1 else len(s))
    return s.rfind(what, 0, places[0] + 1) if places else s.rfind(what)


def _starts(s: str, what: Value, how: Value = MISSING, *_: Value) -> bool:
    s, what = _folded(how, s, _s(what))
    return s.startswith(what)


def _ends(s: str, what: Value, how: Value = MISSING, *_: Value) -> bool:
    s, what = _folded(how, s, _s(what))
    return s.endswith(what)


def _contains(s: str, what: Value, how: Value = MISSING) -> bool:
    s, what = _folded(how, s, _s(what))
    return what in s


def _equals(a: Value, b: Value, how: Value = MISSING) -> bool:
    if isinstance(a, str) and isinstance(b, str) and a is not EMPTY and b is not EMPTY:
        if (a.__class__ is Char) is not (b.__class__ is Char):
            return False
        left, right = _folded(how, str(a), str(b))
        return left == right
    return bool(a == b) and (a.__class__ is bool) is (b.__class__ is bool)


def _compare(a: Value, b: Value, how: Value = MISSING, *_: Value) -> int:
    """``String.Compare(a, b, how)``; letters without case count before case does."""
    if a is None or b is None:
        return (a is not None) - (b is not None)
    left, right = _folded(how, _s(a), _s(b))
    keys = [(each.lower(), each.swapcase()) for each in (left, right)]
    return (keys[0] > keys[1]) - (keys[0] < keys[1])


def _new_string(c: Value, n: Value = MISSING, size: Value = MISSING) -> str:
    if n is MISSING:
        return _s(c)
    if size is not MISSING:
        return _substring(_s(c), n, size)
    count = _i(n)
    _bounded(count)
    return _s(c) * count


# Formats --------------------------------------------------------------------------------------------------------------

_HOLE = re.compile(r"\{\{|\}\}|\{(\d{1,3})(?:,(-?\d{1,3}))?(?::([^{}]{0,32}))?\}")


def format_number(value: Value, form: str = "") -> str:
    """Return a number in a standard format, such as ``X2`` or ``D4``, or one of zeros alone."""
    kind, digits = form[:1], form[1:]
    if form and not form.strip("0") and len(form) < _MOST_DIGITS:
        return format(_i(value), f"0{len(form)}d")
    if digits and not (digits.isascii() and digits.isdecimal() and int(digits) <= _MOST_DIGITS):
        raise ValueError
    if kind in ("x", "X"):
        number = _i(value)
        return format(number & 0xFFFFFFFF if -(1 << 31) <= number < 0 else number, f"0{digits or 1}{kind}")
    if kind in ("d", "D"):
        return format(_i(value), f"0{digits or 1}d")
    if kind in ("f", "F", "n", "N"):
        return format(value, f"{',' if kind in 'nN' else ''}.{digits or 2}f")
    if kind in ("g", "G", "") and not digits:
        return _t(value)
    raise ValueError


def _to_string(value: Value, form: Value = MISSING, *_: Value) -> str:
    if isinstance(form, str) and value.__class__ in (int, float):
        return format_number(value, form)
    return _t(value)


def filled(form: Value, values: list[Value]) -> Value:
    """Return a format with its holes filled; values that are not known stay parts of the text.

    Raises:
        FailError: There is no value for a hole.
    """
    if form.__class__ is Parts:
        found: Value = ""
        for part in form.parts:
            found = concat(found, filled(part, values) if part.__class__ is str else part)
        return found
    if not isinstance(form, str):
        return MISSING
    made: Value = ""
    at = 0
    for match in _HOLE.finditer(form):
        made = concat(made, form[at : match.start()])
        at = match.end()
        if match[1] and int(match[1]) >= len(values):
            raise FormatError
        made = concat(made, _in_hole(values[int(match[1])], match[2], match[3]) if match[1] else match[0][0])
    return concat(made, form[at:])


def _in_hole(value: Value, width: str | None, form: str | None) -> Value:
    if value.__class__ not in KNOWN or value.__class__ is bytes:
        return to_text(value)
    is_number = value.__class__ in (int, float)
    written = format_number(value, form) if form and is_number else _t(value)
    if not width:
        return written
    return written.ljust(-int(width)) if int(width) < 0 else written.rjust(int(width))


# Conversions ----------------------------------------------------------------------------------------------------------


def narrowed(number: int, kind: str) -> int:
    """Return a whole number in the bits of a type, as an unchecked cast does."""
    bits = abs(_WIDTHS[kind])
    number &= (1 << bits) - 1
    return number - (1 << bits) if _WIDTHS[kind] < 0 and number >> (bits - 1) else number


def _to_integer(kind: str, x: Value, radix: Value = MISSING) -> int:
    """Return ``Convert.ToInt32`` and its like: of a number, a letter, a text, or a text in a radix."""
    if x is None or x is EMPTY:
        return 0
    if x.__class__ is Char:
        return ord(x)
    if isinstance(x, str):
        return _parsed(kind, x, radix if radix in (2, 8, 10, 16) else 10)
    n: int = round(x)
    if narrowed(n, kind) != n:
        raise TooLargeError
    return n


def _parsed(kind: str, x: Value, radix: int = 10) -> int:
    written = _s(x).strip()
    if not written.isascii() or len(written) > 70:
        raise FormatError
    if radix == 10 and not re.fullmatch(r"[+-]?\d+", written):
        raise FormatError
    try:
        n = int(written, radix)
    except ValueError:
        raise FormatError from None
    if narrowed(n, kind) != n:
        if radix == 10:
            raise TooLargeError
        return narrowed(n, kind)
    return n


_HEXADECIMAL = (515, 512)
"""``NumberStyles.HexNumber`` and ``AllowHexSpecifier``."""


def _parse(kind: str, x: Value, *how: Value) -> int:
    is_hexadecimal = any(each in _HEXADECIMAL for each in how if each.__class__ is int)
    return _parsed(kind, x, 16 if is_hexadecimal else 10)


def _double(x: Value, *_: Value) -> float | int:
    if x is None:
        return 0
    if not isinstance(x, str):
        return x if x.__class__ in (int, float) else int(x)
    try:
        n = float(str(x).replace(",", ""))
    except ValueError:
        raise FormatError from None
    return int(n) if n.is_integer() and abs(n) < 1 << 53 else n


def _truth(x: Value, *_: Value) -> bool:
    if isinstance(x, str) and x is not EMPTY:
        if x.strip().lower() not in ("true", "false"):
            raise FormatError
        return x.strip().lower() == "true"
    return bool(x)


def _char(x: Value, *_: Value) -> Char:
    if isinstance(x, str):
        if len(x) != 1:
            raise FormatError
        return Char(x)
    if not 0 <= _i(x) <= 0xFFFF:
        raise TooLargeError
    return Char(chr(x))


def _tries(parse: Callable[..., Value], x: Value) -> bool:
    """Return ``TryParse`` of a function that fails."""
    try:
        parse(x)
    except FailError:
        return False
    return True


def _or_first(parse: Callable[..., Value], default: Value, x: Value) -> Value:
    """Return the value that ``TryParse`` gives to its parameter."""
    try:
        return parse(x)
    except (FailError, ValueError):
        return default


def _in_radix(x: Value, radix: Value = MISSING, *_: Value) -> str:
    """``Convert.ToString(value)``, ``Convert.ToString(number, radix)``."""
    if radix in (2, 8, 16) and x.__class__ is int:
        return format(x if x >= 0 else x & 0xFFFFFFFF, {2: "b", 8: "o", 16: "x"}[radix])
    return _t(x)


def _from_base64(s: Value, start: Value = MISSING, n: Value = MISSING) -> bytes:
    packed = "".join((_s(s) if start is MISSING else _substring(_s(s), start, n)).split())
    try:
        return base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        raise FormatError from None


def _part(data: Value, start: Value = MISSING, n: Value = MISSING) -> bytes:
    """Return the part of bytes that a start and a count name."""
    if not isinstance(data, bytes):
        raise ValueError  # noqa: TRY004 - the notation of known functions
    if start.__class__ is not int or n.__class__ is not int:
        return data[start:] if start.__class__ is int else data
    return data[start : start + n]


def _to_hexadecimal(separator: str, data: Value, start: Value = MISSING, n: Value = MISSING) -> str:
    found = _part(data, start, n)
    return found.hex(separator).upper() if separator else found.hex().upper()


def _get_bytes(x: Value) -> bytes:
    """``BitConverter.GetBytes(x)``."""
    if x.__class__ is bool:
        return bytes([x])
    if x.__class__ is Char:
        return ord(x).to_bytes(2, "little")
    return _i(x).to_bytes(4 if -(1 << 31) <= x < 1 << 31 else 8, "little", signed=True)


def _from_bytes(kind: str) -> Callable[..., int]:
    size = abs(_WIDTHS[kind]) // 8

    def number(data: Value, start: Value = 0) -> int:
        found = _part(data, start, size)
        if len(found) < size:
            raise FailError
        return int.from_bytes(found, "little", signed=_WIDTHS[kind] < 0)

    return number


def codec(name: Value) -> str:
    """Return Python's codec for the name or the number of a code page.

    Raises:
        ValueError: It is not known.
    """
    found = python_codec(name if name.__class__ is int else _s(name))
    if found is None:
        raise ValueError
    return found


# Letters --------------------------------------------------------------------------------------------------------------


def _is(test: Callable[[str], bool], c: Value, at: Value = MISSING) -> bool:
    """Return ``Char.IsDigit`` and its like, of a letter or of one in a text."""
    letter = _s(c) if at is MISSING else _char_at(_s(c), at)
    if len(letter) != 1:
        raise ValueError
    return test(letter)


# Paths and addresses --------------------------------------------------------------------------------------------------


def _extension(path: Value) -> str | None:
    if path is None:
        return None
    name = re.split(r"[\\/:]", _s(path))[-1]
    at = name.rfind(".")
    return "" if at < 0 or at == len(name) - 1 else name[at:]


def _file_name(path: Value) -> str | None:
    return None if path is None else re.split(r"[\\/:]", _s(path))[-1]


def _stem(path: Value) -> str | None:
    name = _file_name(path)
    return None if name is None else name.rpartition(".")[0] if "." in name else name


def _changed_extension(path: Value, new: Value) -> str:
    whole = _s(path)
    stem = whole[: len(whole) - len(_extension(whole) or "")].removesuffix(".")
    return stem if new is None else f"{stem}.{_t(new).removeprefix('.')}"


def combined(values: list[Value]) -> Value:
    """``Path.Combine``: a rooted part drops those before it."""
    path: Value = ""
    for each in values:
        part = to_text(each)
        first = part.parts[0] if part.__class__ is Parts else part
        if first.__class__ is str and (first[:1] in ("\\", "/") or first[1:2] == ":"):
            path = part
        elif part != "":
            last = path.parts[-1] if path.__class__ is Parts else path
            is_open = last == "" or (last.__class__ is str and last[-1] in "\\/:")
            path = concat(path if is_open else concat(path, "\\"), part)
    return path


_URI = re.compile(r"(\w{1,20}):(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)


def uri_fields(address: str) -> dict[str, Value]:
    """Return the properties of an absolute address.

    Raises:
        FormatError: It is none.
    """
    match = _URI.fullmatch(address.strip())
    if match is None:
        raise FormatError
    authority = (match[2] or "").rpartition("@")[2].lower()
    return {
        "scheme": match[1].lower(), "authority": authority, "host": authority.partition(":")[0],
        "absolutepath": match[3] or "/", "localpath": unquote(match[3] or "/"), "query": match[4] or "",
        "pathandquery": (match[3] or "/") + (match[4] or ""), "fragment": match[5] or "",
    }  # fmt: skip


def _power(x: Value, n: Value) -> Value:
    if abs(n) > 64 or abs(x) > 1 << 32:
        raise ValueError
    return _real(lambda: x**n)


def _real(function: Callable[[], Value]) -> Value:
    try:
        n = function()
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError from None
    if n.__class__ is float and n.is_integer() and abs(n) < 1 << 53:
        return int(n)
    return n


def _round(x: Value, digits: Value = MISSING, *_: Value) -> Value:
    places = digits if digits.__class__ is int else 0
    return _real(lambda: round(x, min(places, 15)) if places else round(x))


def _hash(name: str) -> Callable[[Value], bytes]:
    return lambda data: hashlib.new(name, _part(data), usedforsecurity=False).digest()


def _of(function: Callable[[float], float]) -> Callable[[Value], Value]:
    return lambda x: _real(lambda: function(x))


# Texts of which parts are known ---------------------------------------------------------------------------------------


def _equal_in_part(a: Value, b: Value, how: Value = MISSING, first: int = _SUBJECT) -> Value:
    """Return whether two texts are equal: the one that is not known is then the other."""
    for index, one, other in ((first, a, b), (first + 1, b, a)):
        if one.__class__ in (Some, Parts) and (other.__class__ in KNOWN or (is_of_server(other) > is_of_server(one))):
            if one.__class__ is Parts and isinstance(other, str) and not _any_case(how) and not _may_be(one, other):
                return False
            return Truth(((Argument(index), one, other),), ())
    return MISSING


def _may_be(value: Parts, known: str) -> bool:
    first, last = value.parts[0], value.parts[-1]
    begins = first.__class__ is not str or known.startswith(first)
    return begins and (last.__class__ is not str or known.endswith(last))


def _compared_in_part(a: Value, b: Value, *_: Value) -> Value:
    """Return how a text compares to another one: zero says that it is the other."""
    equal = _equal_in_part(a, b)
    return Sign(equal) if equal.__class__ is Truth else MISSING


def _starts_in_part(s: Value, what: Value, how: Value = MISSING, *_: Value) -> Value:
    first = text.parts_of(to_text(s))[0]
    if first.__class__ is str and isinstance(what, str):
        if _starts(first, what, how):
            return True
        if len(first) >= len(what) or not _starts(what, first, how):
            return False
    return MISSING


def _ends_in_part(s: Value, what: Value, how: Value = MISSING, *_: Value) -> Value:
    parts = text.parts_of(to_text(s))
    last = parts[-1]
    if isinstance(what, str) and last.__class__ is str:
        if _ends(last, what, how):
            return True
        if len(last) >= len(what) or not _ends(what, last, how):
            return False
    if isinstance(what, str) and what and s.__class__ is Some:
        return Truth(((Argument(_SUBJECT), s, concat(Some("text", s.labels, s.codes, s.form), str(what))),), ())
    return MISSING


def _contains_in_part(s: Value, what: Value, how: Value = MISSING) -> Value:
    s = to_text(s)
    if isinstance(what, str) and any(each.__class__ is str and _contains(each, what, how) for each in text.parts_of(s)):
        return True
    if (s.__class__ is str or is_of_server(s)) and what.__class__ in (Some, Parts):
        return Truth(((Argument(0, is_inner=what.__class__ is Parts), what, text.piece_of(s, what)),), ())
    lost = text.without(s, what, _SUBJECT)
    return Truth((), lost) if lost else MISSING


def _index_in_part(s: Value, what: Value, *others: Value) -> Value:
    if any(each.__class__ is not str for each in others if each != 0):
        return MISSING
    return text.first_place(to_text(s), what, 0, 0)


def _replaced_in_part(s: Value, old: Value, new: Value, how: Value = MISSING) -> Value:
    return text.replace(s, str(old) if isinstance(old, str) else old, new, how=1 if _any_case(how) else 0)


def _inserted_in_part(s: Value, at: Value, new: Value) -> Value:
    head = text.left(s, at)
    return MISSING if head is MISSING else concat(concat(head, new), text.substr(s, at))


def _removed_in_part(s: Value, start: Value, n: Value = MISSING) -> Value:
    head = text.left(s, start)
    if head is MISSING or n is MISSING:
        return head
    if start.__class__ is not int or n.__class__ not in (int, Measure):
        return MISSING
    return concat(head, text.substr(s, text.moved(n, start)))


def _padded_in_part(s: Value, width: Value, letter: Value = " ") -> Value:
    return to_text(s)


def _trimmed_in_part(first: bool, last: bool, s: Value, *letters: Value) -> Value:
    if not all(isinstance(each, str) for each in letters):
        return MISSING
    return text.stripped("".join(letters) or None, first=first, last=last)(s)


def _blank_in_part(s: Value) -> Value:
    if s.__class__ is Parts:
        return False if any(each.__class__ is str and each.strip() for each in s.parts) else MISSING
    return Truth(((Argument(0), s, ""),), ())


def _char_in_part(s: Value, at: Value) -> Value:
    found = text.substr(to_text(s), at, 1)
    if found.__class__ is str:
        return Char(found) if len(found) == 1 else MISSING
    return (
        Some("char", labels_of(found) or labels_of(s), form=getattr(found, "form", ""))
        if found is not MISSING
        else found
    )


def _extension_in_part(path: Value) -> Value:
    last = text.parts_of(to_text(path))[-1]
    if last.__class__ is str and "." in last:
        return _extension(last)
    return MISSING


def _changed_extension_in_part(path: Value, new: Value) -> Value:
    """Return a path with another extension: one that is not known is cut off, as far as that can be said."""
    *front, last = text.parts_of(to_text(path))
    if new is None or last.__class__ is not str:
        return MISSING
    end = text_of_parts([".", *text.parts_of(to_text(new))])
    end = end.replace("..", ".", 1) if end.__class__ is str else end
    return text_of_parts([*front, _changed_extension(last, None), *text.parts_of(end)])


def _name_in_part(path: Value) -> Value:
    """Return the name of a file of which the end is known, or of which the last folder is."""
    parts = text.parts_of(to_text(path))
    for at in range(len(parts) - 1, -1, -1):
        each = parts[at]
        if each.__class__ is str and re.search(r"[\\/:]", each):
            return text_of_parts([_file_name(each) or "", *parts[at + 1 :]])
        if each.__class__ is not str and at < len(parts) - 1:
            break
    return MISSING


NET: dict[str, Callable[..., Value]] = {
    "net-substring": _substring, "net-char-at": _char_at, "net-remove": _remove, "net-insert": _insert,
    "net-replace": _replaced, "net-pad-left": partial(_padded, "left"), "net-pad-right": partial(_padded, "right"),
    "net-trim": partial(_trimmed, True, True), "net-trim-start": partial(_trimmed, True, False),
    "net-trim-end": partial(_trimmed, False, True),
    "net-index-of": partial(_index, last=False), "net-last-index-of": partial(_index, last=True),
    "net-starts": _starts, "net-ends": _ends, "net-contains": _contains, "net-equals": _equals,
    "net-same": _equals, "net-compare": _compare, "net-compare-ordinal": lambda a, b: (_s(a) > _s(b)) - (_s(a) < _s(b)),
    "net-lower": lambda s, *_: s.lower(), "net-upper": lambda s, *_: s.upper(),
    "net-length": len, "net-empty": lambda s: s is None or s is EMPTY or s == "",
    "net-blank": lambda s: s is None or s is EMPTY or not _s(s).strip(), "net-new-string": _new_string,
    "net-to-string": _to_string, "net-letters": lambda s, *a: [Char(c) for c in (_substring(s, *a) if a else s)],
    **{f"net-to-{kind}": partial(_to_integer, kind) for kind in _WIDTHS},
    **{f"net-parse-{kind}": partial(_parse, kind) for kind in _WIDTHS},
    **{f"net-try-{kind}": partial(_tries, partial(_parse, kind)) for kind in _WIDTHS},
    **{f"net-parsed-{kind}": partial(_or_first, partial(_parse, kind), 0) for kind in _WIDTHS},
    "net-try-double": partial(_tries, _double),
    "net-parsed-double": partial(_or_first, _double, 0),
    "net-try-truth": partial(_tries, _truth),
    "net-parsed-truth": partial(_or_first, _truth, False),
    "net-zero": lambda *_: 0,
    "net-true": lambda *_: True,
    "net-false": lambda *_: False,
    "net-double": _double, "net-truth": _truth, "net-char": _char, "net-in-radix": _in_radix,
    "net-from-base64": _from_base64, "net-to-base64": lambda data, *a: base64.b64encode(_part(data, *a)).decode(),
    "net-from-hex": lambda s: bytes.fromhex(_s(s)), "net-to-hex": partial(_to_hexadecimal, ""),
    "net-to-hex-dashes": partial(_to_hexadecimal, "-"), "net-get-bytes": _get_bytes,
    **{f"net-bytes-to-{kind}": _from_bytes(kind) for kind in _WIDTHS if "byte" not in kind},
    "net-is-digit": partial(_is, str.isdecimal), "net-is-letter": partial(_is, str.isalpha),
    "net-is-letter-or-digit": partial(_is, str.isalnum),
    "net-is-upper": partial(_is, str.isupper), "net-is-lower": partial(_is, str.islower),
    "net-is-space": partial(_is, str.isspace),
    "net-is-number": partial(_is, str.isnumeric),
    "net-is-punctuation": partial(_is, lambda c: c in "!\"#%&'()*,-./:;?@[\\]_{}"),
    "net-is-control": partial(_is, lambda c: c < " " or "\x7f" <= c < "\xa0"),
    "net-char-lower": lambda c, *_: Char(_s(c).lower()), "net-char-upper": lambda c, *_: Char(_s(c).upper()),
    "net-from-utf32": lambda n: chr(_i(n)), "net-to-utf32": lambda s, at=0: ord(_char_at(_s(s), at)),
    "net-char-value": lambda c: int(_s(c)) if _s(c).isdecimal() else -1,
    "net-extension": _extension, "net-file-name": _file_name, "net-stem": _stem,
    "net-directory": lambda path: ntpath.dirname(_s(path)).replace("/", "\\") if path else None,
    "net-change-extension": _changed_extension, "net-has-extension": lambda p: bool(_extension(p)),
    "net-is-rooted": lambda path: _s(path)[:1] in ("\\", "/") or _s(path)[1:2] == ":",
    "net-unescape": lambda s: unquote(_s(s)), "net-escape": lambda s: quote(_s(s), safe="-_.~"),
    "net-regex-escape": lambda s: re.sub(r"([\\*+?|{\[()^$.#\s])", r"\\\1", _s(s)),
    "net-abs": lambda x: abs(x), "net-floor": _of(math.floor), "net-ceiling": _of(math.ceil),
    "net-truncate": _of(math.trunc), "net-round": _round, "net-sign": lambda x: (x > 0) - (x < 0),
    "net-min": min, "net-max": max, "net-pow": _power, "net-sqrt": _of(math.sqrt), "net-exp": _of(math.exp),
    "net-log": lambda x, *b: _real(lambda: math.log(x, *b)), "net-log10": _of(math.log10), "net-sin": _of(math.sin),
    "net-cos": _of(math.cos), "net-tan": _of(math.tan), "net-atan": _of(math.atan),
    "net-text-compare": _compare, "net-compare-to": lambda a, b: (a > b) - (a < b),
    **{f"net-{name}": _hash(name) for name in ("md5", "sha1", "sha256", "sha384", "sha512")},
}  # fmt: skip
"""The functions by name."""
NET_PARTED: dict[str, Callable[..., Value]] = {
    "net-substring": lambda s, at, n=MISSING: text.substr(s, at, n), "net-char-at": _char_in_part,
    "net-remove": _removed_in_part, "net-insert": _inserted_in_part, "net-replace": _replaced_in_part,
    "net-pad-left": _padded_in_part, "net-pad-right": _padded_in_part,
    "net-trim": partial(_trimmed_in_part, True, True), "net-trim-start": partial(_trimmed_in_part, True, False),
    "net-trim-end": partial(_trimmed_in_part, False, True),
    "net-index-of": _index_in_part, "net-last-index-of": lambda s, what, *_: text.last_place(s, what, 0),
    "net-starts": _starts_in_part, "net-ends": _ends_in_part, "net-contains": _contains_in_part,
    "net-equals": _equal_in_part, "net-same": lambda a, b, how=MISSING: _equal_in_part(a, b, how, 0),
    "net-text-compare": _compared_in_part, "net-compare": text.strcomp, "net-compare-ordinal": text.strcomp,
    "net-lower": lambda s, *_: text.lower(s), "net-upper": lambda s, *_: text.upper(s), "net-length": text.length,
    "net-empty": _blank_in_part, "net-blank": _blank_in_part,
    "net-to-string": lambda s, *_: to_text(s), "net-in-radix": lambda s, *_: to_text(s),
    "net-extension": _extension_in_part, "net-file-name": _name_in_part,
    "net-change-extension": _changed_extension_in_part,
}  # fmt: skip
"""The functions over texts of which only parts are known; `MISSING` for no more than whose text it is."""
