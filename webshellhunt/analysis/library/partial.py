"""Text functions whose arguments are known only in part: the parts that are known stay, and so does the taint."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import REST, Opaque, Tainted, Text, Thing, Value
from webshellhunt.analysis.library import parts
from webshellhunt.analysis.library.arguments import UnsolvedError, integer_of, items_of, part_of, text_of
from webshellhunt.analysis.library.parts import cut, cut_end, escaped, mapped, replaced, stripped
from webshellhunt.lang.language_names import TYPED

Partial = Callable[[str, list[Value]], Value]
"""A function of arguments of which some are not known, and of the language."""


def _subject(value: Value) -> Value:
    """Return a value that is a text known in part, or not at all."""
    if value.__class__ is Text or value.__class__ is Tainted or value.__class__ is Opaque:
        return value
    return text_of(value)


def _map(function: Callable[[str], str]) -> Partial:
    return lambda _, a: mapped(_subject(a[0]), function)


def _mid(_: str, a: list[Value]) -> Value:
    return cut(_subject(a[0]), integer_of(a[1]) - 1, integer_of(a[2]) if len(a) > 2 else None)


def _replace(_: str, a: list[Value]) -> Value:
    if a[1].__class__ is Tainted or a[1].__class__ is Text:
        return _without_some(a)
    if len(a) > 3:
        raise UnsolvedError
    old, new = text_of(a[1]), part_of(a[2])
    return escaped(replaced(_subject(a[0]), old, new), old, new)


def _without_some(a: list[Value]) -> Value:
    """Replace a text that is not known: the result has none of it."""
    return derived([a[0], a[2]], "string")


def _replace_first(_: str, a: list[Value]) -> Value:
    """Replace as JScript does with a text: once; a first part that is not known may have had it."""
    if a[1].__class__ is Tainted or a[1].__class__ is Text:
        return _without_some(a)
    if not isinstance(parts.parts_of(a[0])[0], str):
        raise UnsolvedError
    return replaced(_subject(a[0]), text_of(a[1]), part_of(a[2]), 1)


def _split(language: str, a: list[Value]) -> Value:
    if isinstance(a[0], str) and len(a) > 1 and a[1].__class__ in (Tainted, Text):
        return Thing("array", fields={REST: Opaque("string")})  # parts of the known text
    if a[0].__class__ is Tainted and a[0].type == "string" and language in TYPED:
        return Thing("array", fields={REST: a[0]})
    is_script = language == "jscript"
    if not parts.is_partial(a[0]) or len(a) > (3 if is_script else 4):
        raise UnsolvedError
    limit = integer_of(a[2]) if len(a) > 2 else -1
    separators = items_of(a[1]) if len(a) > 1 and a[1].__class__ is Thing else a[1:2] or [" "]
    if len(separators) != 1 or not isinstance(separators[0], str) or not separators[0]:
        raise UnsolvedError
    found = parts.split(a[0], separators[0], 0 if is_script else max(limit, 0))
    return _first(found, limit) if is_script and limit >= 0 else found


def _first(thing: Thing, limit: int) -> Thing:
    """Return the first items of an array, if they are known apart, else the array."""
    places = range(max(min(limit, len(thing.fields)), 0))
    return array_of(thing.fields[at] for at in places) if all(at in thing.fields for at in places) else thing


def _join(default: str) -> Partial:
    def join(language: str, a: list[Value]) -> Value:
        separator = part_of(a[1], language) if len(a) > 1 else default
        return parts.joined([part_of(item, language) for item in items_of(a[0])], separator)

    return join


def _strip(sides: str, characters: str | None) -> Partial:
    return lambda _, a: stripped(_subject(a[0]), characters, sides)


def _insert(_: str, a: list[Value]) -> Value:
    at = integer_of(a[1])
    return parts.joined([cut(_subject(a[0]), 0, at), part_of(a[2]), cut(_subject(a[0]), at)], "")


def _substring(language: str, a: list[Value]) -> Value:
    """``x.Substring(start, length)`` of .NET; in JScript the second number is the end."""
    start = integer_of(a[1])
    size = integer_of(a[2]) if len(a) > 2 else None
    if language == "jscript" and size is not None:
        start, size = min(start, size), abs(size - start)
    return cut(_subject(a[0]), start, size)


def _sub_length(_: str, a: list[Value]) -> Value:
    start, subject = integer_of(a[1]), _subject(a[0])
    if start < 0:
        return cut(cut_end(subject, -start), 0, integer_of(a[2]) if len(a) > 2 else None)
    return cut(subject, start, integer_of(a[2]) if len(a) > 2 else None)


def _slice(_: str, a: list[Value]) -> Value:
    start, subject = integer_of(a[1]) if len(a) > 1 else 0, _subject(a[0])
    if len(a) < 3:
        return cut_end(subject, -start) if start < 0 else cut(subject, start)
    end = integer_of(a[2])
    if start < 0 or end < 0:
        raise UnsolvedError
    return cut(subject, start, max(end - start, 0))


def _concatenated(language: str, a: list[Value]) -> Value:
    if not isinstance(a[0], (str, Text)):
        raise UnsolvedError
    return parts.joined([part_of(each, language) for each in a], "")


def _case(function: Callable[[str], str], *names: str) -> dict[str, Partial]:
    return dict.fromkeys(names, _map(function))


FUNCTIONS: dict[str, Partial] = {
    **_case(str.lower, "lcase", "lcase$"),
    **_case(str.upper, "ucase", "ucase$"),
    **dict.fromkeys(("trim", "trim$"), _strip("both", " ")),
    **dict.fromkeys(("ltrim", "ltrim$"), _strip("start", " ")),
    **dict.fromkeys(("rtrim", "rtrim$"), _strip("end", " ")),
    **dict.fromkeys(("mid", "mid$"), _mid),
    **dict.fromkeys(("left", "left$"), lambda _, a: cut(_subject(a[0]), 0, integer_of(a[1]))),
    **dict.fromkeys(("right", "right$"), lambda _, a: cut_end(_subject(a[0]), integer_of(a[1]))),
    "replace": _replace,
    "split": _split,
    "join": _join(" "),
    "strreverse": lambda _, a: parts.backwards(_subject(a[0])),
    **dict.fromkeys(
        ("cstr", "string.copy", "string.intern", "convert.tostring"), lambda language, a: _same(language, a)
    ),
}
"""Functions of Visual Basic and static ones of .NET by name."""

SCRIPT_FUNCTIONS: dict[str, Partial] = {
    "js.string": lambda _, a: _as_text(a[0]),
}
"""Functions of JScript by name."""

METHODS: dict[str, Partial] = {
    **_case(str.lower, "tolower", "tolowerinvariant", "toLowerCase", "toLocaleLowerCase"),
    **_case(str.upper, "toupper", "toupperinvariant", "toUpperCase", "toLocaleUpperCase"),
    **dict.fromkeys(("trim",), lambda _, a: _trimmed("both", a)),
    **dict.fromkeys(("trimstart", "trimLeft", "trimStart"), lambda _, a: _trimmed("start", a)),
    **dict.fromkeys(("trimend", "trimRight", "trimEnd"), lambda _, a: _trimmed("end", a)),
    "replace": lambda language, a: (_replace_first if language == "jscript" else _replace)(language, a),
    "replaceAll": _replace,
    "split": _split,
    "substring": _substring,
    "substr": _sub_length,
    "slice": _slice,
    "insert": _insert,
    "remove": lambda _, a: cut(_subject(a[0]), 0, integer_of(a[1])) if len(a) == 2 else _removed(a),
    "concat": _concatenated,
    **dict.fromkeys(("indexOf", "indexof"), lambda _, a: _first_place(a)),
    "charAt": lambda _, a: cut(_subject(a[0]), integer_of(a[1]) if len(a) > 1 else 0, 1),
    **dict.fromkeys(("tostring", "toString", "valueOf", "clone", "normalize"), lambda language, a: _same(language, a)),
}
"""Methods of texts by name, as each language writes it."""


def _as_text(value: Value) -> Value:
    if value.__class__ is Tainted:
        return Tainted(value.traces, "string", value.form)
    if value.__class__ is not Text:
        raise UnsolvedError
    return value


def _first_place(a: list[Value]) -> int:
    """Return the place of a text in the known part with which another one begins."""
    start = parts.parts_of(a[0])[0]
    at = start.find(text_of(a[1])) if isinstance(start, str) and len(a) == 2 else -1
    if at < 0:
        raise UnsolvedError
    return at


def _same(language: str, a: list[Value]) -> Value:
    if len(a) > 1:
        raise UnsolvedError
    return part_of(_subject(a[0]), language)


def _trimmed(sides: str, a: list[Value]) -> Value:
    if len(a) > 1:
        raise UnsolvedError
    return stripped(_subject(a[0]), None, sides)


def _removed(a: list[Value]) -> Value:
    start, count = integer_of(a[1]), integer_of(a[2])
    return parts.joined([cut(_subject(a[0]), 0, start), cut(_subject(a[0]), start + count)], "")
