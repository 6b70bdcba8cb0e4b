"""Containers: arrays, dictionaries and iterators of the heap."""

from __future__ import annotations

from typing import Any

from webshellhunt.core.conversions import FailError, whole
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import KIND, REST, SIZE
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    UNKNOWN,
    OneOf,
    Ref,
    Some,
    choice,
    join,
    labels_of,
    options,
    to_text,
)  # fmt: skip


def make_array(m: Any, f: list[Any], items: list[Any], at: int) -> Any:
    return f[0].new("array", {**dict(enumerate(items)), SIZE: len(items)}, at if m.coarse else None)


def array_of(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    return make_array(m, f, a, at)


def key_of(keys: list[Any]) -> Any:
    try:
        found = tuple(whole(each) for each in keys if each.__class__ in KNOWN)
    except (FailError, ValueError):
        return None
    return None if len(found) < len(keys) else found[0] if len(found) == 1 else found


def element(m: Any, f: list[Any], array: Ref, keys: list[Any], at: int, row: Any = None) -> Any:
    table, key = f[0].t[array.oid], key_of(keys)
    if key is not None:
        if key in table:
            return join(table[key], table[REST]) if REST in table else table[key]
        if REST in table:
            return table[REST]
        size = table.get(SIZE)
        if key.__class__ is int and size.__class__ is int and not 0 <= key < size:
            raise Thrown(9)
        return EMPTY
    values = [v for k, v in table.items() if k not in (KIND, SIZE)]
    return choice(values) if values else UNKNOWN


def set_element(m: Any, f: list[Any], array: Ref, a: list[Any], at: int, row: Any = None) -> None:
    *keys, value = a
    key = key_of(keys)
    if key is None:
        key, value = REST, join(f[0].t[array.oid].get(REST, value), value)
    f[0].write(array.oid, key, value)
    table = f[0].t[array.oid]
    if table[KIND] == "list" and table.get(SIZE).__class__ is int:  # grows
        if key == REST:
            f[0].write(array.oid, SIZE, NUMBER)
        elif key.__class__ is int and key >= table[SIZE]:
            f[0].write(array.oid, SIZE, key + 1)


def copy_array(m: Any, f: list[Any], array: Ref, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].t[array.oid]
    made = {
        k: copy_array(m, f, v, [], at) if v.__class__ is Ref and f[0].t[v.oid][KIND] == "array" else v
        for k, v in table.items()
        if k != KIND
    }
    return f[0].new("array", made, ("copy", at) if m.coarse else None)


def resized(m: Any, f: list[Any], old: Any, bounds: list[Any], at: int, row: Any = None) -> Any:
    fields: dict[Any, Any] = {}
    size = key_of(bounds[-1:])
    for one in options(old):
        if one.__class__ is Ref and f[0].t[one.oid][KIND] == "array":
            for k, v in f[0].t[one.oid].items():
                if k != KIND and (k.__class__ is not int or size is None or k <= size):
                    fields[k] = join(fields[k], v) if k in fields else v
    fields[SIZE] = size + 1 if size.__class__ is int else NUMBER
    return f[0].new("array", fields, ("resized", at) if m.coarse else None)


# Iteration: an iterator is a register with (values, place) of known ones, or one value for any number --------------------


def iterate(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    value = a[0]
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        if table[KIND] in ("array", "list") and REST not in table and table.get(SIZE).__class__ is int:
            return ("items", tuple(table.get(i, EMPTY) for i in range(table[SIZE])), 0)
        if table[KIND] == "dictionary" and REST not in table:
            return (
                "items",
                tuple(table[("key", k)] for k in [k[1] for k in table if k.__class__ is tuple and k[0] == "key"]),
                0,
            )
        if table[KIND] == "matches":
            return ("any", Some("", labels_of(table.get("content", EMPTY))), 0)
        values = [v for k, v in table.items() if k not in (KIND, SIZE, "path")]
        return ("any", choice(values) if values else UNKNOWN, 0)
    if value.__class__ in KNOWN:
        raise Thrown(451)
    return ("any", Some("", labels_of(value)), 0)


def iterate_keys(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    """Return an iterator over the names of the members of an object, or the numbers of the elements of an array."""
    value = a[0]
    if value.__class__ is not Ref:
        return ("items", (), 0) if value.__class__ in KNOWN else ("any", Some("text", labels_of(value)), 0)
    table = f[0].t[value.oid]
    if REST in table:
        return ("any", Some("text"), 0)
    if table[KIND] in ("array", "list") and table.get(SIZE).__class__ is int:
        return ("items", tuple(str(i) for i in range(table[SIZE])), 0)
    names = [str(k) for k in table if k.__class__ is int or (k.__class__ is str and k[:1] != "\0")]
    return ("items", tuple(names), 0)


def next_item(m: Any, f: list[Any], slot: int, a: list[Any], at: int) -> tuple[str, Any]:
    it = f[slot]
    if it.__class__ is not tuple:
        return ("any", Some("", labels_of(it) if it.__class__ is OneOf else NONE))
    kind, values, place = it
    if kind == "any":
        return "any", values
    if place >= len(values):
        return "done", None
    f[slot] = (kind, values, place + 1)
    return "item", values[place]


def slot_of(key: Any) -> Any:
    key = to_text(key) if key.__class__ not in (int, float, Ref) else key
    return (
        ("", key.lower() if isinstance(key, str) else key) if key.__class__ in KNOWN or key.__class__ is Ref else None
    )


def slot_in(table: Any, key: Any) -> Any:
    if table[KIND] == "dictionary" and key.__class__ in KNOWN:
        return ("", key)
    return slot_of(key)


def there(value: Any, default: Any) -> Any:
    """Return the value of an entry that may be missing."""
    if value.__class__ is OneOf and MISSING in value.options:
        return choice([default if each is MISSING else each for each in value.options])
    return value


def get_entry(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].t[subject.oid]
    if len(a) < 2 or a[1] is MISSING:
        return subject
    key = m.default(f, a[1]) if a[1].__class__ is OneOf else a[1]
    if key.__class__ is OneOf:
        return choice([get_entry(m, f, subject, [subject, each], at) for each in key.options])
    slot = slot_in(table, key)
    if slot is not None and slot in table:
        value = there(table[slot], EMPTY)
        return join(value, table[REST]) if REST in table else value
    if slot is not None:
        return table.get(REST, EMPTY if table[KIND] == "dictionary" else UNKNOWN if m.coarse or True else EMPTY)
    values = [there(v, EMPTY) for k, v in table.items() if k == REST or (k.__class__ is tuple and k[0] == "")]
    return choice(values) if values else UNKNOWN


def put_entry(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    key, value = a[0], a[1]
    if value.__class__ is Ref and f[0].t[value.oid][KIND] == "array":
        value = copy_array(m, f, value, [], at)
    table = f[0].t[subject.oid]
    slot = slot_in(table, key)
    if slot is None:
        f[0].write(subject.oid, REST, join(table.get(REST, value), value))
        f[0].write(subject.oid, ("key", None), key)
        return EMPTY
    if row is not None and row.name == "dictionary.add" and slot in table and REST not in table:
        raise Thrown(457)
    f[0].write(subject.oid, slot, value)
    f[0].write(subject.oid, ("key", slot[1]), key)
    return EMPTY
