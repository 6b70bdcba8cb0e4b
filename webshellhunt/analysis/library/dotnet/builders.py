"""String builders: a text that changes, of which parts may be unknown."""

from __future__ import annotations

from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import UNKNOWN, Char, Opaque, Text, Thing, Value, is_known
from webshellhunt.analysis.library import parts
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, flat_text_of, integer_of, part_of, text_of
from webshellhunt.analysis.library.dotnet.dictionaries import Method
from webshellhunt.analysis.library.dotnet.formats import string_format

TEXT = "\0text"
"""The field that has the text."""
_MAX_REPEATED = 1 << 16


def builder_of(text: Value = "") -> Thing:
    """Return a new builder."""
    return Thing("stringbuilder", fields={TEXT: text})


def text_in(thing: Thing) -> Value:
    """Return the text of a builder."""
    return thing.fields.get(TEXT, "")


def _set(machine: Runner, thing: Thing, text: Value) -> Thing:
    machine.spend(len(text) >> 12 if isinstance(text, str) else 1)
    machine.state.put(thing.fields, TEXT, text)
    return thing


def add(machine: Runner, thing: Thing, *added: Value) -> Thing:
    """Add parts at the end."""
    return _set(machine, thing, parts.whole([text_in(thing), *added]))


def _piece(machine: Runner, a: list[Value]) -> Value:
    """Return the text that ``Append`` adds: a value, a character several times, or a part of an array or text."""
    value = a[0]
    if value.__class__ is Thing:
        return text_in(value) if value.type == "stringbuilder" else flat_text_of(value)
    if len(a) == 2 and value.__class__ is Char:
        count = integer_of(a[1])
        if not 0 <= count <= _MAX_REPEATED:
            raise UnsolvedError
        return value * count
    if len(a) == 3:
        return parts.cut(part_of(value, machine.language), integer_of(a[1]), integer_of(a[2]))
    return part_of(value, machine.language)


def _append(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    try:
        return add(machine, thing, _piece(machine, a))
    except UnsolvedError:
        return add(machine, thing, derived(a))


def _append_line(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    return add(machine, thing, *([part_of(a[0], machine.language)] if a else []), "\r\n")


def _append_format(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    try:
        return add(machine, thing, string_format(machine, a, token))
    except (UnsolvedError, IndexError):
        return add(machine, thing, derived(a))


def _append_join(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    return add(machine, thing, derived(a))


def _insert(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    text, added = text_in(thing), part_of(a[1], machine.language)
    if not is_known(a[0]):
        return _set(machine, thing, derived([text, added]))
    at = integer_of(a[0])
    return _set(machine, thing, parts.whole([parts.cut(text, 0, at), added, parts.cut(text, at)]))


def _remove(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    text = text_in(thing)
    if a[0] == 0 and len(a) > 1 and a[1].__class__ is Opaque and a[1] == _length_of(text):
        return _set(machine, thing, "")
    if not all(map(is_known, a)):
        return _set(machine, thing, derived([text]))
    start, count = integer_of(a[0]), integer_of(a[1])
    return _set(machine, thing, parts.whole([parts.cut(text, 0, start), parts.cut(text, start + count)]))


def _replace(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    text = text_in(thing)
    if len(a) != 2 or not is_known(a[0]):
        return _set(machine, thing, derived([text, *a[1:2]]))
    machine.spend(parts.size_of(text) >> 8)
    return _set(machine, thing, parts.replaced(text, text_of(a[0]), part_of(a[1], machine.language)))


def _clear(machine: Runner, thing: Thing, _: list[Value], __: int) -> Value:
    return _set(machine, thing, "")


def _to_string(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    text = text_in(thing)
    return parts.cut(text, integer_of(a[0]), integer_of(a[1])) if len(a) == 2 else text


def _length_of(text: Value) -> Value:
    """Return the length of a text; of one that is not known, the number says which."""
    return len(text) if isinstance(text, str) else Opaque("number", ("length", str(hash(text))))


def _length(machine: Runner, thing: Thing, _: list[Value], __: int) -> Value:
    return _length_of(text_in(thing))


def _character(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    text = text_in(thing)
    found = parts.cut(text, integer_of(a[0]), 1)
    return Char(found) if isinstance(found, str) and found else UNKNOWN if isinstance(found, str) else found


def set_length(machine: Runner, thing: Thing, value: Value) -> None:
    """Cut the text, or fill it with characters of code 0."""
    text = text_in(thing)
    if not isinstance(value, int):
        _set(machine, thing, derived([text]))
        return
    missing = value - len(text) if isinstance(text, str) else 0
    _set(machine, thing, parts.whole([parts.cut(text, 0, value), "\0" * max(min(missing, _MAX_REPEATED), 0)]))


def _write(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    """``Write(value)``, ``Write(format, values)``, ``Write(characters, start, count)`` of a writer."""
    return _append_format(machine, thing, a, token) if is_format(a) else _append(machine, thing, a, token)


def _write_line(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    if a:
        _write(machine, thing, a, token)
    return add(machine, thing, "\r\n")


def is_format(a: list[Value]) -> bool:
    """True if the arguments of a writer are a format with its values."""
    return len(a) > 1 and a[0].__class__ in (str, Text)


METHODS: dict[str, Method] = {
    "append": _append,
    "appendline": _append_line,
    **dict.fromkeys(("write", "writeasync"), _write),
    **dict.fromkeys(("writeline", "writelineasync"), _write_line),
    "appendformat": _append_format,
    "appendjoin": _append_join,
    "insert": _insert,
    "remove": _remove,
    "replace": _replace,
    "clear": _clear,
    **dict.fromkeys(("tostring", "getstringbuilder"), _to_string),
    "length": _length,
    "chars": _character,
}
"""Methods by name in lower case; the length is a property."""
