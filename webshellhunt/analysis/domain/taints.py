"""Taints: the traces in values, and the results of values that are combined in a way that is not known."""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.analysis.domain.values import (
    FOUND,
    NUMBER,
    UNKNOWN,
    Choice,
    Method,
    Opaque,
    Pending,
    Tainted,
    Text,
    Thing,
    Value,
)
from webshellhunt.analysis.traces import Trace, merged

_DEEPEST = 4
"""Objects in objects that are searched for a trace."""
_MOST_OBJECTS = 2048
"""Objects that are searched for a trace."""
_HOLDING = frozenset({Tainted, Text, Choice, Thing, Method, Pending})
"""Classes of values that have traces, or other values in them; most fields of an object have none of them."""
_HOLDING_NUMBERS = _HOLDING | {Opaque}


def traces_of(value: Value) -> tuple[Trace, ...]:
    """Return the traces in a value, those in the fields of an object included."""
    kind = value.__class__
    if kind is Tainted:
        return value.traces  # type: ignore[no-any-return]
    return () if kind is Opaque or kind is str or kind is int else _traces_in(value, of_numbers=False)


def _traces_in(value: Value, *, of_numbers: bool) -> tuple[Trace, ...]:
    """Return the traces in a value; with ``of_numbers``, also those of the texts that its numbers were made of."""
    found: list[Trace] = []
    seen: set[int] = set()
    level = [value]
    for _ in range(_DEEPEST + 1):
        level = _fields_of(level, found, seen, of_numbers=of_numbers)
        if not level or len(seen) > _MOST_OBJECTS:
            break
    return merged(found) if found else ()


def _fields_of(values: list[Value], found: list[Trace], seen: set[int], *, of_numbers: bool) -> list[Value]:
    """Add the traces in some values; return the fields of the objects among them, each value seen once."""
    fields: list[Value] = []
    holding = _HOLDING_NUMBERS if of_numbers else _HOLDING
    values.reverse()
    while values:
        value = values.pop()
        kind = value.__class__
        if kind is Tainted:
            found += value.traces
        elif kind is Text or kind is Choice or kind is Thing:
            if id(value) not in seen:
                seen.add(id(value))
                if kind is Thing:
                    fields += [each for each in value.fields.values() if each.__class__ in holding]
                elif kind is Choice:
                    values += value.options[::-1]
                else:  # a text, in which a number is its digits
                    values += [part for part in value.parts[::-1] if part.__class__ is not Opaque]
        elif kind is Method:
            values.append(value.subject)
        elif kind is Pending:
            values += value.sources
        elif kind is Opaque and of_numbers:
            found += value.codes
    return fields


def derived(values: Iterable[Value], type: str = "") -> Value:  # noqa: A002 - the word of the field
    """Return the result of some values that are combined in a way that is not known: tainted if one of them is.

    A number that somebody determines is no text of his; an array of such numbers may be. A value that is made of looked
    up ones alone is looked up, too.
    """
    found: list[Trace] = []
    form = FOUND
    for value in values:
        traces = codes_of(value) if value.__class__ is Thing else traces_of(value)
        if traces:
            found += traces
            form = form if form and is_found(value) else ""
    return Tainted(merged(found), type, form) if found else Opaque(type) if type else UNKNOWN


def is_found(value: Value) -> bool:
    """True if all of the visitor's text in a value was looked up by him, and is not written by him."""
    kind = value.__class__
    if kind is Tainted:
        return bool(value.form == FOUND)
    if kind is Thing:  # an open file
        traced = [each for each in value.fields.values() if traces_of(each)]
        return bool(traced) and all(each.__class__ is Tainted and each.form == FOUND for each in traced)
    inner = value.parts if kind is Text else value.options if kind is Choice else ()
    traced = [each for each in inner if traces_of(each)]
    return bool(traced) and all(map(is_found, traced))


def codes_of(value: Value) -> tuple[Trace, ...]:
    """Return the traces that letters have which are made of a value: those of its text, and of its numbers."""
    return value.codes if value.__class__ is Opaque else _traces_in(value, of_numbers=True)


def counted(values: Iterable[Value]) -> Value:
    """Return a number that is made of some values in a way that is not known."""
    codes = merged(trace for value in values for trace in codes_of(value))
    return Opaque("number", codes=codes) if codes else NUMBER


def lettered(values: Iterable[Value]) -> Value:
    """Return a text whose letters are made of numbers: tainted if one of these was made of somebody's text."""
    codes = merged(trace for value in values for trace in codes_of(value))
    return Tainted(codes, "string") if codes else Opaque("string")
