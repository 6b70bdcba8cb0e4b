"""Texts, characters and numbers of .NET: their methods, with known arguments.

The value that a method belongs to is the first argument.

Source: System.String, System.Char and System.Int32 of .NET.
"""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.arrays import MAX_ITEMS, array_of
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import Char, Opaque, Thing, Value
from webshellhunt.analysis.library.arguments import Pure, UnsolvedError, integer_of, items_of, option_of, text_of
from webshellhunt.analysis.library.dotnet.formats import format_number

_MOST_SEPARATORS = 32


def plain_text(value: Value) -> str:
    """Return a value that is a text already."""
    if not isinstance(value, str):
        raise UnsolvedError
    return str(value)


def characters(text: str) -> list[Value]:
    """Return the characters of a text, of which those that are the same are made once."""
    if len(text) > MAX_ITEMS:
        raise UnsolvedError
    made = {each: Char(each) for each in set(text)}
    return [made[each] for each in text]


def _ignores_case(a: list[Value], position: int) -> bool:
    """True if an argument from a position on says that case is ignored."""
    return any(option_of(each).endswith("ignorecase") or each is True for each in a[position:])


def _two(a: list[Value]) -> tuple[str, str]:
    """Return the text and the one that is sought in it, both without case where that is ignored."""
    text, sought = plain_text(a[0]), text_of(a[1])
    return (text.lower(), sought.lower()) if _ignores_case(a, 2) else (text, sought)


def _numbers(a: list[Value]) -> list[int]:
    return [each for each in a if isinstance(each, int) and each is not True and each is not False]


def _index_of(a: list[Value]) -> int:
    """``x.IndexOf(y, start, count, comparison)``."""
    text, sought = _two(a)
    places = _numbers(a[2:])
    start = places[0] if places else 0
    return text.find(sought, start, start + places[1] if len(places) > 1 else None)


def _last_index_of(a: list[Value]) -> int:
    """``x.LastIndexOf(y, start, comparison)``; the match ends at the start or before it."""
    text, sought = _two(a)
    places = _numbers(a[2:])
    return text.rfind(sought, 0, places[0] + 1 if places else None)


def _index_of_any(a: list[Value]) -> int:
    places = [at for each in items_of(a[1]) if (at := plain_text(a[0]).find(text_of(each))) >= 0]
    return min(places, default=-1)


def _replace(a: list[Value]) -> str:
    text, old, new = plain_text(a[0]), text_of(a[1]), text_of(a[2])
    if not old or len(a) > 3 or len(text) + text.count(old) * max(len(new) - len(old), 0) > MAX_TEXT:
        raise UnsolvedError
    return text.replace(old, new)


def _substring(a: list[Value]) -> str:
    """Cut as C# does, which fails outside the text."""
    text, start = plain_text(a[0]), integer_of(a[1])
    count = integer_of(a[2]) if len(a) > 2 else len(text) - start
    if start < 0 or count < 0 or start + count > len(text):
        raise UnsolvedError
    return text[start : start + count]


def separators_of(a: list[Value]) -> tuple[list[str], int, str]:
    """Return the separators, the largest number of parts (0 for any) and the option of ``Split``."""
    option, count = "", 0
    found: list[Value] = []
    for each in a:
        if each.__class__ is Opaque:
            option = option or option_of(each)
        elif each.__class__ is Thing:
            found += items_of(each)
        elif isinstance(each, int) and not isinstance(each, bool):
            count = each
        elif each is not None:
            found.append(each)
    if len(found) > _MOST_SEPARATORS or not all(isinstance(each, str) for each in found):
        raise UnsolvedError
    return [str(each) for each in found if each], count, option


def _split(a: list[Value]) -> Thing:
    separators, count, option = separators_of(a[1:])
    text = plain_text(a[0])
    if count:
        if len(separators) != 1:
            raise UnsolvedError
        parts = text.split(separators[0], count - 1)
    elif separators:
        parts = [text]
        for separator in separators:
            parts = [piece for part in parts for piece in part.split(separator)]
    else:
        parts = text.split(" ")
    if len(parts) > MAX_ITEMS:
        raise UnsolvedError
    return array_of([part for part in parts if part] if option == "removeemptyentries" else parts)


def _trim(function: Callable[[str, str | None], str]) -> Pure:
    """Return ``Trim`` or one side of it, for some characters or an array of them."""

    def trimmed(a: list[Value]) -> str:
        of = [text_of(c) for each in a[1:] for c in (items_of(each) if each.__class__ is Thing else [each])]
        return function(plain_text(a[0]), "".join(of) or None)

    return trimmed


def _pad(*, is_left: bool) -> Pure:
    def padded(a: list[Value]) -> str:
        text, width, fill = plain_text(a[0]), integer_of(a[1]), text_of(a[2]) if len(a) > 2 else " "
        if width > MAX_TEXT:
            raise UnsolvedError
        return text.rjust(width, fill) if is_left else text.ljust(width, fill)

    return padded


def _insert(a: list[Value]) -> str:
    text, at = plain_text(a[0]), integer_of(a[1])
    if not 0 <= at <= len(text):
        raise UnsolvedError
    return text[:at] + text_of(a[2]) + text[at:]


def _remove(a: list[Value]) -> str:
    text, at = plain_text(a[0]), integer_of(a[1])
    if not 0 <= at <= len(text):
        raise UnsolvedError
    return text[:at] + (text[at + integer_of(a[2]) :] if len(a) > 2 else "")


def _to_string(a: list[Value]) -> str:
    """``x.ToString()``, ``x.ToString(format)``."""
    if isinstance(a[0], bytes) or a[0] is None:
        raise UnsolvedError
    if len(a) == 1 or not isinstance(a[1], str) or isinstance(a[0], str):
        return text_of(a[0])
    return format_number(a[0], str(a[1]))


def _compare(a: list[Value]) -> int:
    left, right = a[:2]
    if isinstance(left, str):
        one, other = left.lower(), text_of(right).lower()
        return int(one > other) - int(one < other)
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        raise UnsolvedError
    return int(left > right) - int(left < right)


def _equal(a: list[Value]) -> bool:
    if isinstance(a[0], str):
        left, right = _two(a)
        return left == right
    if not isinstance(a[0], (int, float)) or not isinstance(a[1], (int, float)):
        raise UnsolvedError
    return bool(a[0] == a[1])


def _char_at(a: list[Value]) -> Char:
    at = integer_of(a[1])
    if at < 0:
        raise UnsolvedError
    return Char(plain_text(a[0])[at])


def _characters(a: list[Value]) -> Thing:
    """``x.ToCharArray()``, ``x.ToCharArray(start, count)``."""
    return array_of(characters(_substring(a) if len(a) > 1 else plain_text(a[0])))


def _one(function: Callable[[str], Value]) -> Pure:
    return lambda a: function(plain_text(a[0]))


METHODS: dict[str, Pure] = {
    "tostring": _to_string,
    **dict.fromkeys(("tolower", "tolowerinvariant"), _one(str.lower)),
    **dict.fromkeys(("toupper", "toupperinvariant"), _one(str.upper)),
    "trim": _trim(str.strip),
    "trimstart": _trim(str.lstrip),
    "trimend": _trim(str.rstrip),
    "replace": _replace,
    "substring": _substring,
    "split": _split,
    "tochararray": _characters,
    "indexof": _index_of,
    "lastindexof": _last_index_of,
    "indexofany": _index_of_any,
    "startswith": lambda a: _two(a)[0].startswith(_two(a)[1]),
    "endswith": lambda a: _two(a)[0].endswith(_two(a)[1]),
    "contains": lambda a: _two(a)[1] in _two(a)[0],
    "equals": _equal,
    "compareto": _compare,
    "insert": _insert,
    "remove": _remove,
    "padleft": _pad(is_left=True),
    "padright": _pad(is_left=False),
    "concat": lambda a: "".join(plain_text(each) for each in a),
    **dict.fromkeys(("chars", "get_chars"), _char_at),
    "clone": lambda a: plain_text(a[0]),
    "normalize": lambda a: plain_text(a[0]),
    "getvalueordefault": lambda a: a[0] if a[0] is not None else a[1],
}
"""Methods by name in lower case."""
