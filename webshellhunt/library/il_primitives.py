"""Primitives of compiled code: acts, origins, and calls of members that have no row."""

from __future__ import annotations

import struct
from collections.abc import Callable
from itertools import islice
from typing import Any

from webshellhunt.core.containers import known_bytes
from webshellhunt.core.errors import may_fail
from webshellhunt.core.heap import CLASS, CODE, KIND, PAGE, REST, SIZE
from webshellhunt.core.library_calls import labels_in
from webshellhunt.core.procedure import Frame
from webshellhunt.core.values import (
    NONE,
    UNKNOWN,
    Char,
    Label,
    OneOf,
    Parts,
    Ref,
    Some,
    Value,
    fewer,
    join,
    labels_of,
    options,
)  # fmt: skip

FROM = "\0from"
"""The origins of an object itself, whatever it has."""
STATIC = Label("static", "static")
"""The label of an object that a static field has: it is there at the next request, too."""
_DEEPEST, _MOST_ENTRIES, _MOST_TEXTS = 3, 400, 16
_FORMATS = {"byte": "B", "sbyte": "b", "int16": "h", "uint16": "H", "char": "H", "int32": "i", "uint32": "I",
            "int64": "q", "uint64": "Q", "single": "f", "double": "d", "boolean": "?"}  # fmt: skip


def act(m: Value, f: Frame, _: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Note that an act is done with some values."""
    m.arrivals.arrive(("act",), at, [whole(f, each) for each in a])
    return None


def whole(f: Frame, value: Value) -> Value:
    """Return a value with all that an object has: its texts, and the labels of its entries, a few levels deep."""
    found = [_content(f, each) if each.__class__ is Ref else each for each in options(value)]
    result = found[0]
    for each in found[1:]:
        result = join(result, each)
    return result


def _content(f: Frame, value: Ref) -> Value:
    texts: dict[Value, None] = dict.fromkeys(filter(None, [text_of(f, value)]))
    labels = {STATIC} if _is_static(f, value) else set[Label]()
    seen, waiting, left = {value}, [(value, 0)], _MOST_ENTRIES
    while waiting:
        each, depth = waiting.pop(0)
        for key, entry in islice(f[0].t[each.oid].items(), left):
            left -= 1
            if key in (KIND, CLASS, CODE):
                continue
            for one in options(entry):
                labels |= labels_of(one)
                if one.__class__ is Ref and depth < _DEEPEST and one not in seen:
                    seen.add(one)
                    waiting.append((one, depth + 1))
                for part in one.parts if one.__class__ is Parts else (one,):
                    text = text_of(f, part)
                    if text is not None and len(texts) < _MOST_TEXTS:
                        texts[text] = None
    some = Some("", fewer(frozenset(labels)))
    return Parts((some, *texts)) if texts else some


def _is_static(f: Frame, value: Ref) -> bool:
    """True if a static field has an object."""
    for oid, table in f[0].t.items():
        if oid.__class__ is tuple and oid[0] == "static" and any(each == value for each in table.values()):
            return True
    return False


def label(m: Value, f: Frame, _: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Give a result its origins, with the text that names it; an object gets them itself, a known one is noted."""
    value, given, *names = a
    key = next((str(each) for name in names for each in options(name) if each.__class__ is str and each), None)
    labels = frozenset(Label(each.kind, each.origin, key, at) for each in labels_of(given))
    some = Some("", labels)
    for each in options(value):
        if each.__class__ is Ref:
            f[0].write(each.oid, FROM, join(f[0].t[each.oid].get(FROM, some), some))
        if (text := text_of(f, each)) is not None:
            m.arrivals.arrive(("origin",), at, [text, some])
    return _labelled(value, labels)


def text_of(f: Frame, value: Value) -> str | None:
    """Return a known text, or the one that known bytes are."""
    if value.__class__ is Ref and SIZE in f[0].t[value.oid]:
        value = known_bytes(f[0].t[value.oid])
    if value.__class__ is bytes and value:
        return str(value.decode("utf-16-le" if b"\0" in value[:16] else "utf-8", "replace"))
    return str(value) if value.__class__ is str and value else None


def _labelled(value: Value, labels: frozenset[Label]) -> Value:
    if value.__class__ is Some:
        return Some(value.type, fewer(value.labels | labels), value.codes, value.form)
    if value.__class__ is Parts:
        return Parts(tuple(_labelled(each, labels) for each in value.parts))
    if value.__class__ is OneOf:
        return OneOf(tuple(_labelled(each, labels) for each in value.options))
    return value


def made(m: Value, f: Frame, _: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Make an object of a type that has no row, of its arguments."""
    kind, *values = a
    site = (kind, at) if m.coarse else None
    return f[0].new(kind, {f"\0of {number}": value for number, value in enumerate(values)}, site)


def unknown(m: Value, f: Frame, _: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Call a member that has no row: its object gets the labels of its arguments, functions are called with these."""
    has_this, *values = a
    labels = NONE.union(*(labels_in(f, each) for each in values))
    rest = values[1:] if has_this is True else values
    given = NONE.union(*(labels_in(f, each) for each in rest))
    made_of = Some("", fewer(labels))
    for each in options(values[0]) if has_this is True else ():
        if each.__class__ is Ref and given and each.oid != PAGE:
            f[0].write(each.oid, REST, join(f[0].t[each.oid].get(REST, UNKNOWN), Some("", fewer(given))))
    for each in rest:
        if each.__class__ is Ref and CODE in f[0].t[each.oid]:
            proc = f[0].t[each.oid][CODE].proc
            count = len(proc.params) if proc is not None else 0
            m.call_value(f, each, [made_of] * count, at)
    may_fail(f)
    return made_of


def fill(m: Value, f: Frame, _: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Fill an array with constant data."""
    array, data, kind = a
    form = "<" + _FORMATS.get(kind, "")
    if array.__class__ is Ref and data.__class__ is bytes and len(form) == 2 and f[0].t[array.oid][KIND] != "object":
        size = struct.calcsize(form)
        table = f[0].own(array.oid)
        for index, (value,) in enumerate(struct.iter_unpack(form, data[: len(data) // size * size])):
            table[index] = Char(chr(value)) if kind == "char" else value
    return None


IL_PRIMITIVES: dict[str, Callable[..., Any]] = {
    "il-act": act, "il-label": label, "il-made": made, "il-unknown": unknown, "il-fill": fill,
}  # fmt: skip
