"""What methods, properties, constructors and static functions of C# and JScript that touch nothing else return.

Each gets a list of values, of which the first is what it is asked of; those of constants' own that fit are used too.
"""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.functions import METHODS, call, call_method
from webshellhunt.code.constants.operators import Codec, Text, Value
from webshellhunt.code.evaluation.c_lists import (
    concat,
    copy_part,
    filtered,
    folded,
    grown,
    items_of,
    mapped,
    ordered,
    part,
    position,
    push,
    reduced,
    reverse_here,
    sequence,
    zipped,
)
from webshellhunt.code.evaluation.c_patterns import Regex, replace
from webshellhunt.code.evaluation.c_values import (
    NULL,
    Growing,
    integer_of,
    number_of,
    text_of,
)
from webshellhunt.code.evaluation.functions import MAX_ITEMS, Function

CHEAP = frozenset(
    {"append", "add", "push", "length", "count", "charat", "charcodeat", "elementat", "tostring", "pop", "shift"}
)
"""Members that read little of what they are asked of, however long it is, or give all of it, which costs that."""


def _append(a: list[Value]) -> Value:
    text = text_of(a[1])
    if len(a) == 3:
        text *= min(integer_of(a[2]), MAX_ITEMS // max(len(text), 1))
    elif len(a) > 3:
        text = text[integer_of(a[2]) :][: integer_of(a[3])]
    return grown(_text(a[0]), list(text[:MAX_ITEMS]))


def _text(value: Value) -> Text:
    if not isinstance(value, Text):
        raise UnknownError
    return value


def _insert(a: list[Value]) -> Value:
    if isinstance(a[0], Text):
        return grown(a[0], list(text_of(a[2])), integer_of(a[1]))
    return grown(a[0], [a[2]], integer_of(a[1])) if isinstance(a[0], list) else METHODS["insert"](a)


def _remove(a: list[Value]) -> Value:
    if isinstance(a[0], Text):
        start = integer_of(a[1])
        del a[0][start : start + integer_of(a[2])]
        return a[0]
    return METHODS["remove"](a)


def _replace(a: list[Value]) -> Value:
    if isinstance(a[0], Text):
        a[0][:] = list(text_of(call_method("replace", [text_of(a[0]), *a[1:]], "c#")))
        return a[0]
    return replace(text_of(a[1]), a[0], a[2]) if isinstance(a[0], Regex) else call_method("replace", a, "c#")


def _reverse(a: list[Value]) -> Value:
    """``List<T>.Reverse()`` turns itself round, what LINQ makes is another list."""
    if isinstance(a[0], Growing):
        a[0].reverse()
        return a[0]
    return sequence(a[0])[::-1]


def _split(a: list[Value]) -> list[Value]:
    options = [each for each in a[1:] if isinstance(each, Option)]
    given = [s for each in a[1:] if not isinstance(each, Option) for s in (each if isinstance(each, list) else [each])]
    separators = [each for each in given if each]
    if len(separators) > _MOST_SEPARATORS or not all(isinstance(each, str) for each in given):  # a number counts parts
        raise UnknownError
    parts = [text_of(a[0])]
    for separator in separators or (" ",):
        parts = [piece for part in parts for piece in part.split(separator)]
    return [part for part in parts if part] if "removeemptyentries" in options else list(parts)


def _split_by(a: list[Value]) -> Value:
    if len(a) > 1 and isinstance(a[1], Regex):
        return [part for part in a[1].pattern.split(text_of(a[0])) if part is not None]
    return METHODS["split"](a if len(a) > 1 else [a[0], "\0"])


def _slice(a: list[Value]) -> Value:
    if not isinstance(a[0], list):
        return METHODS["slice"](a)
    return a[0][integer_of(a[1]) if len(a) > 1 else 0 : integer_of(a[2]) if len(a) > 2 else None]


def _substring(a: list[Value]) -> Value:
    """Cut as C# does, which stops at what isn't there."""
    start, size = integer_of(a[1]), len(text_of(a[0]))
    count = integer_of(a[2]) if len(a) > 2 else size - start
    if start < 0 or count < 0 or start + count > size:
        raise UnknownError
    return text_of(a[0])[start : start + count]


def _shown(a: list[Value]) -> Value:
    """``ToString()``: the text; with a base, or a form of C#, the number so."""
    if len(a) == 1:
        return text_of(a[0])
    form = a[1]
    if form in ("x", "X", "x2", "X2", "x4", "X4"):
        return format(integer_of(a[0]) & 0xFFFFFFFF, f"0{form[1:] or 1}{form[0]}")
    return {2: "{:b}", 8: "{:o}", 16: "{:x}"}[form].format(integer_of(a[0])) if form != 10 else text_of(a[0])


def _trimmed(function: Callable[[str, str | None], str]) -> Function:
    """Make ``Trim`` or one side of it, which is given characters, or a list of such."""
    return lambda a: function(text_of(a[0]), "".join(text_of(c) for each in a[1:] for c in sequence(each)) or None)


_MOST_SEPARATORS = 32
OPTIONS = frozenset({"removeemptyentries", "none"})
"""How texts are split, by the names of C#."""


class Option(str):
    """One of `OPTIONS`, which no separator is."""

    __slots__ = ()


_BOTH: dict[str, Function] = {
    "tostring": _shown,
    "indexof": position,
    "lastindexof": lambda a: text_of(a[0]).rfind(text_of(a[1])),
    "startswith": lambda a: text_of(a[0]).startswith(text_of(a[1])),
    "endswith": lambda a: text_of(a[0]).endswith(text_of(a[1])),
    "slice": _slice,
    "concat": concat,
}
MEMBERS: dict[str, dict[str, Function]] = {
    "c#": {
        **_BOTH,
        **dict.fromkeys(("select", "convertall"), mapped),
        **dict.fromkeys(("where", "findall"), filtered),
        "aggregate": folded,
        "zip": zipped,
        "orderby": ordered,
        "orderbydescending": lambda a: ordered(a, falls=True),
        "reverse": _reverse,
        "toarray": lambda a: list(sequence(a[0])),
        "tolist": lambda a: Growing(sequence(a[0])),
        **dict.fromkeys(("cast", "oftype", "asenumerable", "clone"), lambda a: list(sequence(a[0]))),
        "skip": lambda a: part(a[0], max(integer_of(a[1]), 0)),
        "take": lambda a: part(a[0], 0, max(integer_of(a[1]), 0)),
        "first": lambda a: part(a[0], 0, 1)[0] if len(a) == 1 else filtered(a)[0],
        "last": lambda a: part(a[0], -1)[0],
        "elementat": lambda a: a[0][integer_of(a[1])] if integer_of(a[1]) >= 0 else None,
        "count": lambda a: len(a[0]),
        "sum": lambda a: sum(number_of(item) for item in (sequence(a[0]) if len(a) == 1 else mapped(a))),
        "contains": lambda a: a[1] in (a[0] if isinstance(a[0], list) else text_of(a[0])),
        "equals": lambda a: text_of(a[0]) == text_of(a[1]),
        "append": _append,
        "appendline": lambda a: grown(_text(a[0]), [*text_of(a[1] if len(a) > 1 else ""), "\r", "\n"]),
        "appendformat": lambda a: _append([a[0], call_method("format", a[1:], "c#")]),
        "add": lambda a: grown(a[0], a[1:]),
        "addrange": lambda a: grown(a[0], list(sequence(a[1]))),
        "insert": _insert,
        "remove": _remove,
        "replace": _replace,
        "split": _split,
        "substring": _substring,
        "trim": _trimmed(str.strip),
        "trimstart": _trimmed(str.lstrip),
        "trimend": _trimmed(str.rstrip),
        "copyto": lambda a: copy_part(a[0], 0, a[1], a[2], len(a[0])),
    },
    "jscript": {
        **_BOTH,
        "map": mapped,
        "filter": filtered,
        "reduce": reduced,
        "foreach": lambda a: len(mapped([a[0], a[1]])),
        "reverse": reverse_here,
        "push": push,
        "pop": lambda a: items_of(a[0]).pop(),
        "shift": lambda a: items_of(a[0]).pop(0),
        "unshift": lambda a: len(grown(a[0], a[1:], 0)),
        "replace": lambda a: replace(text_of(a[0]), a[1], a[2]),
        "split": _split_by,
    },
}
"""Methods by language."""


def method(name: str, arguments: list[Value], language: str) -> Value:
    """Return what a method makes of what it is asked of and its arguments."""
    known = MEMBERS[language].get(name)
    if known is not None:
        return call(known, arguments)
    if arguments[0].__class__ is Text or arguments[0] is NULL:
        raise UnknownError
    if name == "getbytes" and isinstance(arguments[0], Codec):
        return list(text_of(arguments[1]).encode(arguments[0].name, "replace"))
    return call_method(name, arguments, language)


def property_of(name: str, subject: Value) -> Value:
    """Return what a property of a value is."""
    if name in ("length", "count") and isinstance(subject, (str, list, dict, bytes)):
        return len(subject)
    raise UnknownError
