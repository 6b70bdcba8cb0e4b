"""Functions of Visual Basic that build, choose and take apart values, of which not all need to be known."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of, known_items, size_of
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.conversions import integer_of, truth_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import EMPTY, NUMBER, REST, Opaque, Tainted, Text, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Full, Runner, UnsolvedError, part_of, text_of
from webshellhunt.analysis.library.parts import joined
from webshellhunt.analysis.library.visual_basic.texts import ansi_character, chr_of


def _array(_: Runner, a: list[Value], __: int) -> Value:
    return array_of(a)


def _upper_bound(_: Runner, a: list[Value], __: int) -> Value:
    dimension = integer_of(a[1]) if len(a) > 1 else 1
    if dimension is None:
        return NUMBER
    length = len(a[0]) if isinstance(a[0], bytes) else size_of(a[0], dimension - 1)
    return NUMBER if length is None else length - 1


def _lower_bound(_: Runner, a: list[Value], __: int) -> Value:
    return 0 if a[0].__class__ is Thing else NUMBER


def _is_array(_: Runner, a: list[Value], __: int) -> Value:
    value = a[0]
    if value.__class__ is Thing:
        return value.type == "array"
    if _is_plain(value):
        return False
    return isinstance(value, bytes) if is_known(value) else BOOLEAN


def _is_plain(value: Value) -> bool:
    """True if a value is a text or a number, of which only that is known."""
    if value.__class__ is Tainted or value.__class__ is Opaque:
        return value.type in ("string", "number")
    return value.__class__ is Text


def _is_object(_: Runner, a: list[Value], __: int) -> Value:
    value = a[0]
    if value.__class__ is Thing:
        return value.type != "array"
    return False if is_known(value) or _is_plain(value) else BOOLEAN


def _is_nothing(_: Runner, a: list[Value], __: int) -> Value:
    value = a[0]
    return value is None if is_known(value) else False if isinstance(value, (Thing, Text)) else BOOLEAN


def _is_empty(_: Runner, a: list[Value], __: int) -> Value:
    value = a[0]
    return value is EMPTY if is_known(value) else BOOLEAN if isinstance(value, (Tainted, Opaque)) else False


def _select(machine: Runner, a: list[Value], _: int) -> Value:
    """``IIf(condition, a, b)``."""
    truth = truth_of(a[0], machine.language)
    return choice(a[1:3]) if truth is None else a[1] if truth else a[2]


def _choose(_: Runner, a: list[Value], __: int) -> Value:
    """``Choose(number, a, b, …)``."""
    at = integer_of(a[0]) if is_known(a[0]) else None
    if at is None:
        return choice(a[1:])
    return a[at] if 0 < at < len(a) else None


def _switch(machine: Runner, a: list[Value], _: int) -> Value:
    """``Switch(condition, a, condition, b, …)``."""
    found: list[Value] = []
    for condition, value in zip(a[::2], a[1::2], strict=False):
        truth = truth_of(condition, machine.language)
        if truth is not False:
            found.append(value)
        if truth:
            return choice(found)
    return choice([*found, None])


def _filter(machine: Runner, a: list[Value], _: int) -> Value:
    """``Filter(items, sought)`` of items of which some are not known."""
    items = known_items(a[0])
    if items is None or len(a) > 2:
        raise UnsolvedError
    if not is_known(a[1]):
        return Thing("array", fields={REST: choice(items)})
    sought = text_of(a[1])
    kept = [each for each in items if not isinstance(each, str) or sought in each]
    machine.spend(len(items))
    return array_of(kept) if all(map(is_known, kept)) else Thing("array", fields={REST: choice(kept)})


def _join(machine: Runner, a: list[Value], _: int) -> Value:
    """``Join(items[, separator])``."""
    items = known_items(a[0])
    if items is None:
        raise UnsolvedError
    machine.spend(len(items) // 8 + 1)
    separator = part_of(a[1]) if len(a) > 1 else " "
    return joined([part_of(each, machine.language) for each in items], separator)


def _chr(machine: Runner, a: list[Value], _: int) -> Value:
    """``Chr(code)``; the character of a negative code is that of the code page that the page names."""
    if a[0].__class__ is int and a[0] < 0:
        return ansi_character(a[0], machine.text) or chr_of(a)
    if is_known(a[0]):
        return chr_of(a)
    raise UnsolvedError


FUNCTIONS: dict[str, Full] = {
    "chr": _chr,
    "array": _array,
    "ubound": _upper_bound,
    "lbound": _lower_bound,
    "isarray": _is_array,
    "isobject": _is_object,
    "isreference": _is_object,
    "isnothing": _is_nothing,
    "isempty": _is_empty,
    "iif": _select,
    "choose": _choose,
    "switch": _switch,
    "join": _join,
    "filter": _filter,
}
"""The functions by name."""
