"""Primitives of today's JavaScript: lists of values, parts of objects, maps and sets, promises, classes, accessors.

Each gets what those of `script_primitives` get. Source: ECMA-262.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from webshellhunt.core import properties as p
from webshellhunt.core.containers import spread
from webshellhunt.core.heap import CODE, KIND, PROTOTYPE, REST, SIZE
from webshellhunt.core.script_compile import equal
from webshellhunt.core.script_operators import truth
from webshellhunt.core.script_values import whole
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Method,
    OneOf,
    Ref,
    Some,
    Value,
    choice,
    join,
    labels_of,
    options,
)
from webshellhunt.library.script_primitives import argument
from webshellhunt.library.sequences import table_of

Frame = list[Any]
Primitive = Callable[[Any, Frame, Any, list[Any], int, Any], Any]
_MOST_ITEMS = 4_096
_MOST_NESTED = 8
_ITERATOR = "@@iterator"
_ENTRY, _CONTENT = "\0entry", "\0content"
_SETTLED, _WAITING = "\0settled", "\0waiting"


# Lists ----------------------------------------------------------------------------------------------------------------


def list_of(f: Frame, value: Value, at: int, depth: int = 0) -> Value:
    """Return the values that a loop over a value visits, as a list; a list is one already."""
    kind = value.__class__
    if kind is str:
        return p.make_list(f, [*value[:_MOST_ITEMS]], at)
    if kind is OneOf:
        found = [each for each in value.options if each is not None and each is not EMPTY]
        if len(found) == 1:
            return list_of(f, found[0], at)
        return p.make_some_list(f, [x for each in found for x in p.some_items(f, list_of(f, each, at))], at)
    if kind is not Ref:
        labels = labels_of(value)
        some = Some("", labels) if labels else value
        return p.make_list(f, [], at) if kind in KNOWN else p.make_some_list(f, [some], at)
    which = f[0].t[value.oid][KIND]
    if which == "list":
        return value
    if which in ("map", "set"):
        return _entries_of(f, value, at, is_pairs=which == "map")
    if SIZE in f[0].t[value.oid] and which != "plain":
        is_known = REST not in f[0].t[value.oid] and f[0].t[value.oid][SIZE].__class__ is int
        items = spread(f, value)
        return p.make_list(f, items, at) if is_known else p.make_some_list(f, items, at)
    return p.make_list(f, [value], at) if p.HOST in f[0].t[value.oid] else _iterated(f, value, at, depth)


def _iterated(f: Frame, value: Ref, at: int, depth: int) -> Value:
    """Return the values of an object that has its own iterator, or is like a list."""
    function = p.find(f, value, _ITERATOR)
    if function is not MISSING and depth < _MOST_NESTED:
        made = p.call_value(f, function, [], value, at)
        if made != value:
            return list_of(f, made, at, depth + 1)
    if p.find(f, value, "next") is not MISSING:
        return _stepped(f, value, at)
    size = p.find(f, value, "length")
    if size.__class__ is int and 0 <= size <= _MOST_ITEMS:
        return p.make_list(f, [p.there(p.find(f, value, n)) for n in range(size)], at)
    return p.make_some_list(f, p.some_items(f, value) or [UNKNOWN], at)


def _stepped(f: Frame, iterator: Ref, at: int) -> Value:
    """Return the values of an iterator that has a method for the next one."""
    found: list[Any] = []
    for _ in range(_MOST_ITEMS):
        f[1].budget.spend(1)
        step = p.call_property(f, iterator, "next", [], at)
        done = truth(p.get(f, step, "done", at)) if step.__class__ is Ref else None
        if done is True:
            return p.make_list(f, found, at)
        found.append(p.get(f, step, "value", at) if step.__class__ is Ref else UNKNOWN)
        if done is None:
            break
    return p.make_some_list(f, found, at)


def _values_of(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """Return an iterator over the values of a list, or of an object that has some."""
    listed = list_of(f, a[0], at)
    items = p.items_of(f, listed)
    if items is not None:
        return ("items", tuple(items), 0)
    found = p.some_items(f, listed)
    return ("any", choice(found) if found else UNKNOWN, 0)


def _list_of(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``[...x]``; ``Array.from(x, function)`` calls it with each of them."""
    made = list_of(f, a[0], at)
    return p.call_property(f, made, "map", a[1:2], at) if len(a) > 1 and a[1] is not EMPTY else made


def _copied_list(m: Value, f: Frame, _: Value, a: list[Any], at: int, row: Value) -> Value:
    made = _list_of(m, f, None, a, at, row)
    return p.call_property(f, made, "slice", [], at) if made == a[0] else made


def _next_item(_: Value, f: Frame, subject: Value, __: list[Any], at: int, ___: Value) -> Value:
    """``iterator.next()`` of the iterator that a generator made."""
    size = table_of(f, subject).get(SIZE)
    value = p.call_property(f, subject, "shift", [], at)
    return p.make(f, "plain", {"value": value, "done": size == 0 if size.__class__ is int else TRUTH}, at)


def _sought(
    _: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value, *, is_index: bool, is_last: bool = False
) -> Value:
    """``list.find(function)`` and ``list.findIndex(function)``."""
    items = p.items_of(f, subject)
    if items is None or len(items) > _MOST_ITEMS:
        found = p.some_items(f, subject)
        for each in found[:_MOST_NESTED]:
            p.call_value(f, argument(a), [each, NUMBER, subject], None, at)
        return NUMBER if is_index else choice([*found, EMPTY])
    possible: list[Any] = []
    for n, each in [*enumerate(items)][:: -1 if is_last else 1]:
        answer = truth(p.call_value(f, argument(a), [each, n, subject], argument(a, 1), at))
        if answer is not False:
            possible.append(n if is_index else each)
        if answer is True:
            return choice(possible)
    return choice([*possible, -1 if is_index else EMPTY])


def _has_item(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``list.includes(x)``."""
    return f[1].world.rows["js", "contains"].do(f[1], f, None, [subject, argument(a)], at, None)


def _filled(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    """``list.fill(x)``."""
    size = table_of(f, subject).get(SIZE)
    if subject.__class__ is Ref:
        if size.__class__ is int and size <= _MOST_ITEMS:
            for n in range(size):
                p.put(f, subject, n, argument(a), 0)
        else:
            p.put(f, subject, NUMBER, argument(a), 0)
    return subject


def _flat(f: Frame, items: list[Any], depth: int) -> list[Any]:
    found: list[Any] = []
    for each in items:
        inner = p.items_of(f, each) if depth > 0 else None
        found += [each] if inner is None else _flat(f, inner, depth - 1)
    return found


def _flattened(_: Value, f: Frame, subject: Value, a: list[Any], at: int, row: Value) -> Value:
    """``list.flat(depth)`` and ``list.flatMap(function)``."""
    is_map = row.names[-1] == "flatmap"
    if is_map:
        subject = p.call_property(f, subject, "map", a, at)
    items = p.items_of(f, subject)
    depth = 1 if is_map or argument(a).__class__ not in (int, float) else min(whole(a[0]), _MOST_NESTED)
    if items is None:
        return p.make_some_list(f, p.some_items(f, subject), at)
    return p.make_list(f, _flat(f, items, depth), at)


def _item_at(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``list.at(number)``: from the end where it is negative."""
    size = table_of(f, subject).get(SIZE)
    n = argument(a)
    if n.__class__ is int and n < 0:
        n = size + n if size.__class__ is int else NUMBER
    return p.get(f, subject, n, at)


def _list_keys(_: Value, f: Frame, subject: Value, __: list[Any], at: int, row: Value) -> Value:
    """``list.keys()`` and ``list.entries()``."""
    items = p.items_of(f, subject)
    is_pairs = row.names[-1] == "entries"
    if items is None:
        found = [p.make_list(f, [NUMBER, each], at) if is_pairs else NUMBER for each in p.some_items(f, subject)]
        return p.make_some_list(f, found, at)
    return p.make_list(f, [p.make_list(f, [n, x], at) if is_pairs else n for n, x in enumerate(items)], at)


def _pairs(f: Frame, value: Value) -> tuple[list[str], bool]:
    """Return the own names of an object, and whether these are all."""
    if value.__class__ is not Ref:
        return ([str(n) for n in range(len(value))], True) if value.__class__ is str else ([], value in (None, EMPTY))
    table = f[0].t[value.oid]
    return [*p.own_names(table)], REST not in table


def _named(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value, *, is_pairs: bool) -> Value:
    """``Object.values(x)`` and ``Object.entries(x)``."""
    names, is_all = _pairs(f, argument(a))
    values = [p.get(f, a[0], each, at) for each in names]
    if not is_all:
        rest = table_of(f, argument(a)).get(REST, Some("", labels_of(argument(a))))
        names, values = [*names, Some("text", labels_of(argument(a)))], [*values, rest]  # type: ignore[list-item]
    found = [p.make_list(f, [k, v], at) for k, v in zip(names, values, strict=True)] if is_pairs else values
    return p.make_list(f, found, at) if is_all else p.make_some_list(f, found, at)


def _from_entries(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``Object.fromEntries(pairs)``."""
    made = p.make(f, "plain", {}, at)
    pairs = list_of(f, argument(a), at)
    for each in p.items_of(f, pairs) or p.some_items(f, pairs):
        if each.__class__ is Ref:
            p.put(f, made, p.get(f, each, 0, at), p.get(f, each, 1, at), at)
        elif labels_of(each):
            p.put(f, made, Some("text"), each, at)
    return made


def _assign(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``Object.assign(target, sources)``."""
    target = argument(a)
    for source in a[1:]:
        for each in options(source):
            names, is_all = _pairs(f, each)
            for name in names:
                p.put(f, target, name, p.get(f, each, name, at), at)
            if not is_all and (rest := table_of(f, each).get(REST, Some("", labels_of(each)))) is not EMPTY:
                p.put(f, target, Some("text"), rest, at)
    return target


def _rest_of(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``{ a, ...b }``: an object without some names."""
    made = _assign(None, f, None, [p.make(f, "plain", {}, at), a[0]], at, None)
    for name in a[1:]:
        p.remove(f, made, name)
    return made


# Classes and accessors ------------------------------------------------------------------------------------------------


def _extend_class(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """Let the objects of a class have the members of another one, and the class its static ones."""
    made, base = a
    if base.__class__ is Ref and made.__class__ is Ref:
        prototype = p.prototype(f, made)
        table = f[0].t[base.oid]
        above = p.prototype(f, base) if CODE in table else table.get("prototype")
        if above is not None:
            f[0].write(prototype.oid, PROTOTYPE, above)
        f[0].write(made.oid, PROTOTYPE, base)
    return EMPTY


def _construct_base(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``super(values)``: the object becomes the one that a class of the language makes."""
    base, this, listed = a
    items = p.items_of(f, listed)
    values = [choice(p.some_items(f, listed) or [UNKNOWN])] if items is None else items
    table = table_of(f, base)
    if CODE in table or p.NATIVE not in table or this.__class__ is not Ref:
        return p.call_value(f, base, values, this, at)
    made = table_of(f, p.construct(f, base, values, at))
    f[0].own(this.oid).update({key: value for key, value in made.items() if key != PROTOTYPE})
    return this


def _add_accessor(_: Value, f: Frame, __: Value, a: list[Any], ___: int, ____: Value) -> Value:
    """Give an object a property that a function reads or writes."""
    owner, name, kind, function = a
    key = p.key_of(name)
    if owner.__class__ is Ref and key is not None:
        f[0].write(owner.oid, (p.GET if kind == "get" else p.SET, key), function)
    return EMPTY


def _define(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``Object.defineProperty(object, name, description)``."""
    owner, name, told = argument(a), argument(a, 1), argument(a, 2)
    for kind in ("get", "set"):
        function = p.find(f, told, kind) if told.__class__ is Ref else MISSING
        if function is not MISSING:
            _add_accessor(None, f, None, [owner, name, kind, function], at, None)
    if told.__class__ is Ref and (value := p.find(f, told, "value")) is not MISSING:
        p.put(f, owner, name, p.there(value), at)
    return owner


def _created(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``Object.create(prototype)``."""
    made = p.make(f, "plain", {}, at)
    if argument(a).__class__ is Ref:
        f[0].write(made.oid, PROTOTYPE, a[0])
    if len(a) > 1 and a[1].__class__ is Ref:
        for name in _pairs(f, a[1])[0]:
            _define(None, f, None, [made, name, p.get(f, a[1], name, at)], at, None)
    return made


def _set_prototype(_: Value, f: Frame, __: Value, a: list[Any], ___: int, ____: Value) -> Value:
    """``Object.setPrototypeOf(x, prototype)``."""
    if argument(a).__class__ is Ref and argument(a, 1).__class__ is Ref:
        f[0].write(a[0].oid, PROTOTYPE, a[1])
    return argument(a)


def _of_reflect(_: Value, f: Frame, __: Value, a: list[Any], at: int, row: Value) -> Value:
    """``Reflect.apply``, ``construct``, ``get``, ``set``, ``has``."""
    name = row.names[-1]
    if name == "get":
        return p.get(f, argument(a), argument(a, 1), at)
    if name == "set":
        p.put(f, argument(a), argument(a, 1), argument(a, 2), at)
        return True
    if name == "has":
        found = p.has(f, argument(a), argument(a, 1), is_own=False)
        return TRUTH if found is None else found
    items = p.items_of(f, a[-1]) or []
    return p.construct(f, a[0], items, at) if name == "construct" else p.call_value(f, a[0], items, argument(a, 1), at)


# Maps and sets: entries by number, so that keys may be any values -----------------------------------------------------


def _new_entries(kind: str, _: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``new Map(pairs)`` and ``new Set(values)``."""
    made = p.make(f, kind, {SIZE: 0}, at)
    if a and a[0] is not EMPTY and a[0] is not None:
        listed = list_of(f, a[0], at)
        items = p.items_of(f, listed)
        for each in p.some_items(f, listed) if items is None else items:
            pair = (p.get(f, each, 0, at), p.get(f, each, 1, at)) if kind == "map" else (each, each)
            _store(f, made, *pair)
        if items is None:
            f[0].write(made.oid, SIZE, NUMBER)
    return made


def _place(f: Frame, table: dict[Any, Any], key: Value) -> int | None:
    """Return the number of an entry, -1 where it is surely not there, ``None`` where that is not known."""
    size = table.get(SIZE)
    if size.__class__ is not int or REST in table:
        return None
    found: int | None = -1
    for n in range(size):
        if (_ENTRY, n) in table:
            answer = equal(f, table[_ENTRY, n], key, is_strict=True)
            if answer is True:
                return n if found == -1 else None
            found = found if answer is False else None
    return found


def _store(f: Frame, subject: Ref, key: Value, value: Value) -> None:
    table = f[0].own(subject.oid)
    size = table.get(SIZE)
    place = _place(f, table, key)
    if place is None or subject.oid in f[0].weak or (size.__class__ is int and size > _MOST_ITEMS):
        table[REST] = join(table[REST], value) if REST in table else value
        table[_ENTRY, None] = join(table.get((_ENTRY, None), key), key)
        table[SIZE] = NUMBER
        return
    if place < 0:
        place = size
        table[SIZE] = size + 1
    table[_ENTRY, place], table[_CONTENT, place] = key, value


def _contents(table: dict[Any, Any], kind: str) -> list[Any]:
    found = [v for k, v in table.items() if k.__class__ is tuple and k[0] == kind]
    return [*found, table[REST]] if kind == _CONTENT and REST in table else found


def _entries_of(f: Frame, subject: Ref, at: int, *, is_pairs: bool, kind: str = _ENTRY) -> Value:
    table = f[0].t[subject.oid]
    keys = _contents(table, _ENTRY)
    values = _contents(table, _CONTENT)
    if is_pairs:
        found = [p.make_list(f, [k, v], at) for k, v in zip(keys, values, strict=False)]
    else:
        found = keys if kind == _ENTRY else values
    return p.make_list(f, found, at) if table.get(SIZE).__class__ is int else p.make_some_list(f, found, at)


def _map_get(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    table = table_of(f, subject)
    place = _place(f, table, argument(a))
    if place is None:
        return choice([*_contents(table, _CONTENT), EMPTY])
    return table[_CONTENT, place] if place >= 0 else EMPTY


def _map_has(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    place = _place(f, table_of(f, subject), argument(a))
    return TRUTH if place is None else place >= 0


def _map_set(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    if subject.__class__ is Ref:
        _store(f, subject, argument(a), argument(a, 1))
    return subject


def _set_add(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    if subject.__class__ is Ref:
        _store(f, subject, argument(a), argument(a))
    return subject


def _map_remove(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    place = _place(f, table_of(f, subject), argument(a))
    if place is None or place < 0:
        return TRUTH if place is None else False
    table = f[0].own(subject.oid)
    pairs = [(table[_ENTRY, n], table[_CONTENT, n]) for n in range(table[SIZE]) if n != place]
    _clear(table)
    for key, value in pairs:
        _store(f, subject, key, value)
    return True


def _clear(table: dict[Any, Any]) -> None:
    for key in [k for k in table if k == REST or (k.__class__ is tuple and k[0] in (_ENTRY, _CONTENT))]:
        del table[key]
    table[SIZE] = 0


def _map_clear(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    if subject.__class__ is Ref:
        _clear(f[0].own(subject.oid))
    return EMPTY


def _map_listed(_: Value, f: Frame, subject: Value, __: list[Any], at: int, row: Value) -> Value:
    """``map.keys()``, ``values()``, ``entries()``."""
    name = row.names[-1]
    if subject.__class__ is not Ref:
        return UNKNOWN
    return _entries_of(f, subject, at, is_pairs=name == "entries", kind=_ENTRY if name == "keys" else _CONTENT)


def _map_each(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    table = table_of(f, subject)
    for key, value in [*zip(_contents(table, _ENTRY), _contents(table, _CONTENT), strict=False)]:
        p.call_value(f, argument(a), [value, key, subject], None, at)
    return EMPTY


# Promises: their values, and the functions that wait for these -----------------------------------------


def _new_promise(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``new Promise(function)``, which is called at once."""
    made = p.make(f, "promise", {}, at)
    p.call_value(f, argument(a), [Method(made, "resolve"), Method(made, "reject")], None, at)
    return made


def _settle(_: Value, f: Frame, subject: Value, a: list[Any], at: int, row: Value) -> Value:
    """Settle a promise: the functions that wait for its value get it."""
    value = argument(a)
    if subject.__class__ is Ref:
        table = f[0].own(subject.oid)
        table[_SETTLED] = join(table[_SETTLED], value) if _SETTLED in table else value
        for each in options(table.get(_WAITING, EMPTY)):
            if each.__class__ is not str:
                p.call_value(f, each, [value], None, at)
    return EMPTY


def awaited(f: Frame, value: Value) -> Value:
    """Return the value that a promise is settled with; any other value is that itself."""
    found = []
    for each in options(value):
        table = table_of(f, each)
        found.append(each if table.get(KIND) != "promise" else table.get(_SETTLED, UNKNOWN))
    return choice(found)


def _then(_: Value, f: Frame, subject: Value, a: list[Any], at: int, row: Value) -> Value:
    """``x.then(function, other)``: call them with the value that there will be."""
    table = table_of(f, subject)
    if table.get(KIND) == "promise" and _SETTLED not in table and a and subject.__class__ is Ref:
        waiting = table.get(_WAITING)
        f[0].write(subject.oid, _WAITING, a[0] if waiting is None else join(waiting, a[0]))
        return subject
    value = awaited(f, subject)
    name = row.names[-1]
    if name == "then" and a and _is_function(f, a[0]):
        return awaited(f, p.call_value(f, a[0], [value], None, at))
    if name == "finally" and a:
        p.call_value(f, a[0], [], None, at)
    elif name == "catch" and a and _is_function(f, a[0]):
        return join(value, p.call_value(f, a[0], [UNKNOWN], None, at))
    return value


def _is_function(f: Frame, value: Value) -> bool:
    return any(each.__class__ not in KNOWN for each in options(value))


def _all_of(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``Promise.all(list)``."""
    listed = list_of(f, argument(a), at)
    items = p.items_of(f, listed)
    if items is None:
        return p.make_some_list(f, [awaited(f, each) for each in p.some_items(f, listed)], at)
    return p.make_list(f, [awaited(f, each) for each in items], at)


def _any_settled(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``Promise.race(list)``."""
    found = [awaited(f, each) for each in p.some_items(f, list_of(f, argument(a), at))]
    return choice(found) if found else UNKNOWN


def _run_later(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``setTimeout(function, time, arguments)``: it is called now; a text is run."""
    function = argument(a)
    if function.__class__ is str or (function.__class__ is not Ref and labels_of(function)):
        p.evaluate(f, Ref("js.eval"), [function], at)
    elif function.__class__ not in KNOWN:
        p.call_value(f, function, a[2:], None, at)
    return NUMBER


MODERN_PRIMITIVES: dict[str, Primitive] = {
    "values-of": _values_of, "list-of": _list_of, "copied-list": _copied_list, "next-item": _next_item,
    "find": partial(_sought, is_index=False),
    "find-index": partial(_sought, is_index=True), "find-last": partial(_sought, is_index=False, is_last=True),
    "find-last-index": partial(_sought, is_index=True, is_last=True), "has-item": _has_item, "fill-list": _filled,
    "flat": _flattened, "item-at": _item_at,
    "values": partial(_named, is_pairs=False), "name-pairs": partial(_named, is_pairs=True),
    "from-pairs": _from_entries,
    "assign": _assign,
    "rest-of": _rest_of, "extend-class": _extend_class, "construct-base": _construct_base,
    "add-accessor": _add_accessor, "define": _define,
    "prototype-of": lambda m, f, s, a, at, row: table_of(f, argument(a)).get(PROTOTYPE, UNKNOWN),
    "create-object": _created,
    "set-prototype": _set_prototype, "reflect": _of_reflect,
    "new-map": partial(_new_entries, "map"), "new-set": partial(_new_entries, "set"), "map-get": _map_get,
    "map-has": _map_has,
    "map-set": _map_set, "add-member": _set_add, "map-remove": _map_remove, "map-clear": _map_clear,
    "map-listed": _map_listed, "map-each": _map_each,
    "new-promise": _new_promise,
    "settle": _settle, "await": lambda m, f, s, a, at, row: awaited(f, a[0]), "then": _then, "all-of": _all_of,
    "any-settled": _any_settled,
    "run-later": _run_later, "list-keys": _list_keys, "list-pairs": _list_keys,
    "first-of": lambda m, f, s, a, at, row: argument(a),
}  # fmt: skip
"""Primitives by name."""
