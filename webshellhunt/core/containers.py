"""Containers: arrays, dictionaries and iterators of the heap."""

from __future__ import annotations

from webshellhunt.core.budget import ENTRIES_OF_STEPS, ENTRY_STEPS
from webshellhunt.core.conversions import FailError, whole
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import BYTES, DEFAULT, KIND, OPEN, REST, SIZE
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    UNKNOWN,
    Char,
    OneOf,
    Parts,
    Ref,
    Some,
    Value,
    choice,
    join,
    labels_of,
    options,
    to_text,
)  # fmt: skip


def make_array(m: Value, f: list[Value], items: list[Value], at: int) -> Value:
    """Make an array."""
    fields: dict[Value, Value] = dict(enumerate(items))
    return f[0].new("array", {**fields, SIZE: len(items)}, at if m.coarse else None)


def make_bytes(m: Value, f: list[Value], data: bytes, at: int) -> Value:
    """Make a vector of bytes."""
    return f[0].new("vector", {SIZE: len(data), BYTES: data, DEFAULT: 0}, ("bytes", at) if m.coarse else None)


def make_vector(m: Value, f: list[Value], items: list[Value], at: int, rest: Value = MISSING) -> Value:
    """Make a vector of items; with ``rest``, of unknown size, whose further items are that."""
    fields: dict[Value, Value] = dict(enumerate(items)) if len(items) <= MOST_ENTRIES else {}
    if len(items) > MOST_ENTRIES or rest is not MISSING:
        fields[REST] = choice([*items, *(() if rest is MISSING else (rest,))])
    size = NUMBER if REST in fields else len(items)
    return f[0].new("vector", {**fields, SIZE: size}, ("vector", at) if m.coarse else None)


def known_bytes(table: dict[Value, Value]) -> bytes | None:
    """Return the bytes of a vector, ``None`` where not all of them are known."""
    size, data = table.get(SIZE), table.get(BYTES)
    if REST in table or size.__class__ is not int:
        return None
    if data is not None and len(table) <= _PLAIN_ENTRIES:
        return data if data.__class__ is bytes else None
    found = bytearray(data or bytes(size))
    for key, value in table.items():
        if key.__class__ is int:
            if value.__class__ is not int or not 0 <= value <= 255 or key >= size:
                return None
            found[key] = value
    if data is None and len(table) < size + 2 and table.get(DEFAULT) != 0:
        return None
    return bytes(found)


_PLAIN_ENTRIES = 4
"""Entries of a table of bytes that has no others."""


def array_of(m: Value, f: list[Value], _: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Make an array of the arguments."""
    return make_array(m, f, a, at)


def key_of(keys: list[Value]) -> Value:
    """Return the key of an element: a number, several for several dimensions; ``None`` if it is not known."""
    try:
        found = tuple(whole(each) for each in keys if each.__class__ in KNOWN)
    except (FailError, ValueError):
        return None
    return None if len(found) < len(keys) else found[0] if len(found) == 1 else found


OUTSIDE = 9
"""The number of the error that an array has no such element."""


def is_outside(table: dict[Value, Value], key: Value) -> bool:
    """True if an array surely has no element with a key."""
    size = table.get(SIZE)
    if key.__class__ is int and size.__class__ is int:
        return not 0 <= key < size
    if key.__class__ is tuple and size.__class__ is tuple:
        return len(key) != len(size) or not all(0 <= k < n for k, n in zip(key, size, strict=True))
    return False


def element(m: Value, f: list[Value], array: Ref, keys: list[Value], at: int, row: Value = None) -> Value:
    """Return an element of an array, of an unknown index any.

    Raises:
        Thrown: It surely has none.
    """
    table, key = f[0].t[array.oid], key_of(keys)
    if key is not None:
        if key in table:
            return join(table[key], table[REST]) if REST in table else table[key]
        if REST in table:
            return table[REST]
        if is_outside(table, key):
            raise Thrown(OUTSIDE)
        return _unwritten(table, key)
    values = [v for k, v in table.items() if k not in (KIND, SIZE, BYTES)]
    if BYTES in table:
        values.append(NUMBER)
    return choice(values) if values else UNKNOWN


def _unwritten(table: dict[Value, Value], key: Value) -> Value:
    """Return an element that nothing was assigned to."""
    data = table.get(BYTES)
    if data.__class__ is bytes and key.__class__ is int and key < len(data):
        return data[key]
    return table.get(DEFAULT, EMPTY)


def set_element(m: Value, f: list[Value], array: Ref, a: list[Value], at: int, row: Value = None) -> None:
    """Assign to an element of an array, of an unknown index to any.

    Raises:
        Thrown: It surely has none.
    """
    *keys, value = a
    key = key_of(keys)
    if key is None:
        key, value = REST, join(f[0].t[array.oid].get(REST, value), value)
    elif f[0].t[array.oid][KIND] != "list" and is_outside(f[0].t[array.oid], key):
        raise Thrown(OUTSIDE)
    f[0].write(array.oid, key, value)
    table = f[0].t[array.oid]
    if len(table) > ENTRIES_OF_STEPS:
        m.budget.left -= ENTRY_STEPS
    if table[KIND] == "list" and table.get(SIZE).__class__ is int:  # grows
        if key == REST:
            f[0].write(array.oid, SIZE, NUMBER)
        elif key.__class__ is int and key >= table[SIZE]:
            f[0].write(array.oid, SIZE, key + 1)


def copy_array(m: Value, f: list[Value], array: Ref, a: list[Value], at: int, row: Value = None) -> Value:
    """Return a copy of an array, and of the arrays in it: one that stands for several may be in itself."""
    return _copied(m, f, array, at, ())


def _copied(m: Value, f: list[Value], array: Ref, at: int, around: tuple[Value, ...]) -> Ref:
    table, inside = f[0].t[array.oid], (*around, array.oid)
    if around:
        if m.budget.is_low:
            return array
        m.budget.left -= 1 + len(table)
    made = {
        k: _copied(m, f, v, at, inside)
        if v.__class__ is Ref and f[0].t[v.oid][KIND] == "array" and v.oid not in inside and len(inside) < _DEEPEST
        else v
        for k, v in table.items()
        if k != KIND
    }
    return f[0].new("array", made, ("copy", at) if m.coarse else None)  # type: ignore[no-any-return]


_DEEPEST = 40
"""Arrays inside each other that are copied."""


def resized(m: Value, f: list[Value], old: Value, bounds: list[Value], at: int, row: Value = None) -> Value:
    """Make an array of a size, with the elements that fit of an old one; the bounds are the last indexes."""
    fields: dict[Value, Value] = {}
    size = key_of(bounds)
    last = size if size.__class__ is int else None
    for one in options(old):
        if one.__class__ is Ref and f[0].t[one.oid][KIND] == "array":
            for k, v in f[0].t[one.oid].items():
                if k != KIND and (k.__class__ is not int or last is None or k <= last):
                    fields[k] = join(fields[k], v) if k in fields else v
    if size.__class__ is tuple:
        fields[SIZE] = tuple(each + 1 for each in size) or NUMBER
    else:
        fields[SIZE] = NUMBER if last is None else last + 1
    return f[0].new("array", fields, ("resized", at) if m.coarse else None)


_LONGEST = 64
"""Elements of an array that become arguments of their own."""


def spread(f: list[Value], value: Value) -> list[Value]:
    """Return the elements of an array as arguments; of one that is not known, one argument with all its labels."""
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        size = table.get(SIZE)
        if REST not in table and size.__class__ is int and size <= _LONGEST:
            return [table.get(index, _unwritten(table, index)) for index in range(size)]
        return [choice([v for k, v in table.items() if k.__class__ is int or k in (REST, DEFAULT)])]
    return [] if value.__class__ in KNOWN else [Some("", labels_of(value))]


# Iteration: an iterator is a register with (values, place) of known ones, or one value for any number ---------------


def iterate(m: Value, f: list[Value], _: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Return an iterator over the items of a container, or the result of its row ``for-each``."""
    value = a[0]
    if value.__class__ is not Ref:
        if value.__class__ is str and m.world.library.has_types:
            return ("items", tuple(map(Char, value)), 0)
        if value.__class__ in KNOWN:
            raise Thrown(451)
        is_text = value.__class__ is Parts or (value.__class__ is Some and value.type == "text")
        return ("any", Some("char" if is_text and m.world.library.has_types else "", labels_of(value)), 0)
    table = f[0].t[value.oid]
    if SIZE in table:
        if REST not in table and table[SIZE].__class__ is int:
            items = (table[i] if i in table else _unwritten(table, i) for i in range(table[SIZE]))
            return ("items", tuple(items), 0)
        values = [v for k, v in table.items() if k.__class__ in (int, tuple) or k in (REST, DEFAULT)]
        return ("any", choice(values) if values else NUMBER if BYTES in table else UNKNOWN, 0)
    each = m.world.rows.get((table[KIND], "for-each"))
    if each is not None:
        made = m.row(f, each, value, [], at)
        is_container = made.__class__ is Ref and SIZE in f[0].t[made.oid]
        return iterate(m, f, None, [made], at) if is_container else ("any", made, 0)
    values = [v for k, v in table.items() if k not in (KIND, SIZE, "path") and k.__class__ is not tuple]
    return ("any", choice(values) if values else UNKNOWN, 0)


def next_item(m: Value, f: list[Value], slot: int, a: list[Value], at: int) -> tuple[str, Value]:
    """Return the next item of an iterator in a register, after ``item``, ``any`` if it may be there, or ``done``."""
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


MOST_ENTRIES = 50_000
"""Entries of one object that are kept apart; those under other keys are put together."""

# Entries of objects by key --------------------------------------------------------------------------------------------


def slot_in(table: Value, key: Value) -> Value:
    """Return the slot of an entry, ``None`` where the key is not known.

    Texts have no letter case, but in an object whose field ``comparemode`` is 0.
    """
    kind = key.__class__
    if kind is str:
        return ("", key if table.get("comparemode", 1) == 0 else key.lower())
    if kind in KNOWN:
        return ("", to_text(key) if key is EMPTY or kind is bytes else key)
    return ("", key) if kind is Ref else None


def there(value: Value, default: Value) -> Value:
    """Return the value of an entry that may be missing."""
    if value.__class__ is OneOf and MISSING in value.options:
        return choice([default if each is MISSING else each for each in value.options])
    return value


def entry(f: list[Value], subject: Ref, key: Value, fresh: Value) -> Value:
    """Return the value under a key, ``fresh`` where nothing was stored there; it stays that until something is."""
    table = f[0].t[subject.oid]
    slot = slot_in(table, key) if key is not MISSING else ("", MISSING)
    if slot is None:
        others = [there(v, fresh) for k, v in table.items() if k == REST or is_entry(k)]
        return choice([*others, fresh])
    value = table.get(slot, MISSING)
    if value is not MISSING:
        value = there(value, fresh)
        return join(value, table[REST]) if REST in table else value
    if REST in table or OPEN in table:
        others = [v for k, v in table.items() if k == REST or (is_entry(k) and k[1].__class__ not in _PLAIN_KEYS)]
        return choice([*others, fresh])
    f[0].own(subject.oid)[slot] = fresh
    return fresh


_PLAIN_KEYS = KNOWN | {Ref, object}


def is_entry(key: Value) -> bool:
    """True for the slot of an entry."""
    return key.__class__ is tuple and len(key) == 2 and key[0] == ""


def put_entry(m: Value, f: list[Value], subject: Value, a: list[Value], at: int, row: Value = None) -> Value:
    """Store a value under a key; a key that is not known may be any."""
    key, value = a[0], a[1]
    if value.__class__ is Ref and f[0].t[value.oid][KIND] == "array":
        value = copy_array(m, f, value, [], at)
    table = f[0].t[subject.oid]
    if len(table) > ENTRIES_OF_STEPS:
        m.budget.left -= ENTRY_STEPS
    slot = slot_in(table, key)
    if slot is None or (len(table) >= MOST_ENTRIES and slot not in table):
        f[0].write(subject.oid, REST, join(table.get(REST, value), value))
        f[0].write(subject.oid, ("key", None), join(table.get(("key", None), key), key))
        return EMPTY
    f[0].write(subject.oid, slot, value)
    if slot[1] != key:
        f[0].own(subject.oid).setdefault(("key", slot[1]), key)
    return EMPTY
