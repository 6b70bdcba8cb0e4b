"""Texts and numbers of JScript: their methods, with known arguments; the value is the first argument.

Source: ECMA-262, "String Objects" and "Number Objects".
"""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import NAN, Value
from webshellhunt.analysis.library.arguments import Pure, UnsolvedError, number_of, text_of, whole_of
from webshellhunt.analysis.library.dotnet.formats import in_radix
from webshellhunt.analysis.library.dotnet.texts import characters

_LONGEST = 1 << 16


def text(value: Value) -> str:
    """Return a known value as text."""
    return text_of(value, "jscript")


def _of(a: list[Value]) -> str:
    """Return the text that a method belongs to."""
    if not isinstance(a[0], str):
        raise UnsolvedError
    return str(a[0])


def place(a: list[Value], at: int, default: int = 0) -> int:
    """Return an argument as an integer, or its default where it is missing."""
    return whole_of(a[at]) if len(a) > at and a[at] is not None else default


def bounds(a: list[Value], size: int) -> tuple[int, int]:
    """Return the start and the end of ``slice``, whose negative numbers count from the end."""
    start, end = place(a, 1), place(a, 2, size)
    start = max(start + size, 0) if start < 0 else min(start, size)
    end = max(end + size, 0) if end < 0 else min(end, size)
    return start, max(start, end)


def _char_at(a: list[Value]) -> str:
    at = place(a, 1)
    return _of(a)[at : at + 1] if at >= 0 else ""


def _char_code_at(a: list[Value]) -> Value:
    character = _char_at(a)
    return ord(character) if character else NAN


def _substring(a: list[Value]) -> str:
    found = _of(a)
    start, end = sorted((max(place(a, 1), 0), max(place(a, 2, len(found)), 0)))
    return found[start:end]


def _substr(a: list[Value]) -> str:
    found, start = _of(a), place(a, 1)
    start = max(start + len(found), 0) if start < 0 else start
    return found[start : start + max(place(a, 2, len(found)), 0)]


def _slice(a: list[Value]) -> str:
    found = _of(a)
    start, end = bounds(a, len(found))
    return found[start:end]


def _split(a: list[Value]) -> Value:
    found = _of(a)
    limit = place(a, 2, 1 << 32)
    if len(a) < 2:
        return array_of([found])
    separator = text(a[1])
    parts = [str(each) for each in characters(found)] if not separator else found.split(separator)
    return array_of(parts[:limit])


def replace_first(a: list[Value]) -> str:
    """``x.replace(old, new)`` with texts: the first one only."""
    found, old, new = _of(a), text(a[1]), text(a[2])
    if "$" in new:
        raise UnsolvedError
    return found.replace(old, new, 1)


def _replace_all(a: list[Value]) -> str:
    found, old, new = _of(a), text(a[1]), text(a[2])
    if "$" in new or not old or len(found) + found.count(old) * max(len(new) - len(old), 0) > MAX_TEXT:
        raise UnsolvedError
    return found.replace(old, new)


def _last_index_of(a: list[Value]) -> int:
    sought = text(a[1])
    return _of(a).rfind(sought, 0, place(a, 2) + len(sought) if len(a) > 2 else None)


def _repeat(a: list[Value]) -> str:
    count = place(a, 1)
    if not 0 <= count * max(len(_of(a)), 1) <= _LONGEST:
        raise UnsolvedError
    return _of(a) * count


def _pad(*, at_start: bool) -> Pure:
    def padded(a: list[Value]) -> str:
        found, fill = _of(a), text(a[2]) if len(a) > 2 else " "
        missing = place(a, 1) - len(found)
        if missing > _LONGEST or not fill:
            raise UnsolvedError
        more = (fill * (missing // len(fill) + 1))[: max(missing, 0)]
        return more + found if at_start else found + more

    return padded


def _to_string(a: list[Value]) -> str:
    """``x.toString()``, ``number.toString(radix)``."""
    if len(a) > 1 and isinstance(a[0], int) and not isinstance(a[0], bool):
        return in_radix(a[0], place(a, 1, 10))
    if isinstance(a[0], bytes) or a[0] is None:
        raise UnsolvedError
    return text(a[0])


def _to_fixed(a: list[Value]) -> str:
    return f"{number_of(a[0]):.{min(max(place(a, 1), 0), 20)}f}"


def _one(function: Callable[[str], Value]) -> Pure:
    return lambda a: function(_of(a))


METHODS: dict[str, Pure] = {
    **dict.fromkeys(("charAt", "at"), _char_at),
    **dict.fromkeys(("charCodeAt", "codePointAt"), _char_code_at),
    "indexOf": lambda a: _of(a).find(text(a[1]), max(place(a, 2), 0)),
    "lastIndexOf": _last_index_of,
    "includes": lambda a: text(a[1]) in _of(a),
    "startsWith": lambda a: _of(a).startswith(text(a[1])),
    "endsWith": lambda a: _of(a).endswith(text(a[1])),
    "substring": _substring,
    "substr": _substr,
    "slice": _slice,
    "split": _split,
    "replace": replace_first,
    "replaceAll": _replace_all,
    **dict.fromkeys(("toLowerCase", "toLocaleLowerCase"), _one(str.lower)),
    **dict.fromkeys(("toUpperCase", "toLocaleUpperCase"), _one(str.upper)),
    "trim": _one(str.strip),
    **dict.fromkeys(("trimStart", "trimLeft"), _one(str.lstrip)),
    **dict.fromkeys(("trimEnd", "trimRight"), _one(str.rstrip)),
    "concat": lambda a: _of(a) + "".join(map(text, a[1:])),
    "repeat": _repeat,
    "padStart": _pad(at_start=True),
    "padEnd": _pad(at_start=False),
    "toString": _to_string,
    "toFixed": _to_fixed,
    "valueOf": lambda a: a[0],
}
"""Methods by name as JScript writes it."""
