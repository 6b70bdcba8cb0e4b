"""Arrays and objects of JScript: their methods.

Source: ECMA-262, "Array Objects" and "Object Objects".
"""

from __future__ import annotations

from functools import cmp_to_key

from webshellhunt.analysis.domain.arrays import array_of, known_items, length_of
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import EMPTY, NUMBER, REST, UNKNOWN, Thing, Value, is_known
from webshellhunt.analysis.library import parts
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, is_function, number_of, part_of, text_of
from webshellhunt.analysis.library.containers import append, blur, entries_of, insert, store, take
from webshellhunt.analysis.library.dotnet.dictionaries import Method
from webshellhunt.analysis.library.dotnet.lists import reverse as reverse_in_place
from webshellhunt.analysis.library.dotnet.queries import QUERIES
from webshellhunt.analysis.library.jscript.texts import bounds, place
from webshellhunt.analysis.library.sequences import Row, mapped, row_of, thing_of

_ITERABLE = "array"


def _push(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    append(machine, thing, a)
    return _length(machine, thing, a, 0)


def _length(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    length = length_of(thing)
    return NUMBER if length is None else length


def _unshift(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    insert(machine, thing, 0, a)
    return _length(machine, thing, a, 0)


def _splice(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``x.splice(start, count, items)``: return the removed items."""
    known = known_items(thing)
    if known is None or not all(map(is_known, a[:2])):
        row = row_of(thing)
        blur(machine, thing, a[2:])
        return thing_of(Row(row.items, is_exact=False))
    start = place(a, 0)
    start = max(start + len(known), 0) if start < 0 else min(start, len(known))
    end = start + max(place(a, 1, len(known)), 0)
    store(machine, thing, [*known[:start], *a[2:], *known[end:]])
    return array_of(known[start:end])


def _slice(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    row = row_of(thing)
    if not row.is_exact or not all(map(is_known, a)):
        return thing_of(Row(row.items, is_exact=False))
    start, end = bounds([thing, *a], len(row.items))
    return thing_of(Row(row.items[start:end]))


def _concat(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    items, is_exact = [], True
    for each in (thing, *a):
        if each.__class__ is Thing and each.type == _ITERABLE:
            row = row_of(each)
            items += row.items
            is_exact = is_exact and row.is_exact
        elif is_known(each) or each.__class__ is Thing:
            items.append(each)
        else:
            items.append(each)
            is_exact = False
    return thing_of(Row(items, is_exact))


def join(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``x.join(separator)``; a missing item or null is written as nothing."""
    row = row_of(thing)
    separator = part_of(a[0], "jscript") if a and a[0] is not None else ","
    if not row.is_exact:
        return derived([*row.items, separator])
    machine.spend(len(row.items) // 8)
    texts = ["" if item is None or item is EMPTY else part_of(item, "jscript") for item in row.items]
    return parts.joined(texts, separator)


def _reverse(machine: Runner, thing: Thing, _: list[Value], token: int) -> Value:
    return reverse_in_place(machine, thing, [], token)


def _sort(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    known = known_items(thing)
    if known is None:
        return thing
    machine.spend(len(known))
    try:
        if a and is_function(a[0]):
            found = sorted(known, key=cmp_to_key(lambda x, y: _order(machine.call(a[0], [x, y], token))))
        else:
            found = sorted(known, key=lambda each: text_of(each, "jscript"))
    except UnsolvedError:
        blur(machine, thing, ())
        return thing
    store(machine, thing, found)
    return thing


def _order(value: Value) -> int:
    number = number_of(value)
    return int(number > 0) - int(number < 0)


def _reduce(*, is_right: bool) -> Method:
    def reduce(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
        row = row_of(thing)
        if not row.is_exact:
            return choice([*a[1:2], machine.call(a[0], [a[1] if len(a) > 1 else row.any, row.any, UNKNOWN], token)])
        places = [*enumerate(row.items)]
        places = places[::-1] if is_right else places
        value = a[1] if len(a) > 1 else places.pop(0)[1]
        for at, item in places:
            machine.spend(1)
            value = machine.call(a[0], [value, item, at, thing], token)
        return value

    return reduce


def _map(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    return thing_of(mapped(machine, row_of(thing), a[0], token, thing))


def _flat(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    items: list[Value] = []
    for item in row_of(thing).exact():
        items += row_of(item).exact() if item.__class__ is Thing and item.type == _ITERABLE else [item]
    return thing_of(Row(items))


def _flat_map(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    found = _map(machine, thing, a, token)
    return _flat(machine, found, [], token)


def _fill(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    length = length_of(thing)
    if length is None:
        raise UnsolvedError
    store(machine, thing, [a[0]] * length)
    return thing


def _query(name: str) -> Method:
    query = QUERIES[name]
    return lambda machine, thing, a, token: query(machine, row_of(thing), a, token)


def _find(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    found = QUERIES["firstordefault"](machine, row_of(thing), a[:1], token)
    return EMPTY if found is None else found


def _keys(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    return thing_of(Row([*range(length_of(thing) or 0)]))


ARRAYS: dict[str, Method] = {
    "push": _push,
    "pop": lambda machine, thing, a, token: take(machine, thing, -1),
    "shift": lambda machine, thing, a, token: take(machine, thing, 0),
    "unshift": _unshift,
    "splice": _splice,
    "slice": _slice,
    "concat": _concat,
    "join": join,
    **dict.fromkeys(("toString", "toLocaleString"), lambda machine, thing, a, token: join(machine, thing, [], token)),
    "reverse": _reverse,
    "sort": _sort,
    "map": _map,
    "filter": _query("where"),
    "forEach": _query("foreach"),
    "reduce": _reduce(is_right=False),
    "reduceRight": _reduce(is_right=True),
    "some": _query("any"),
    "every": _query("all"),
    "find": _find,
    "findIndex": _query("findindex"),
    "indexOf": _query("indexof"),
    "includes": _query("contains"),
    "flat": _flat,
    "flatMap": _flat_map,
    "fill": _fill,
    "keys": _keys,
    "values": lambda machine, thing, a, token: thing_of(row_of(thing)),
    "valueOf": lambda machine, thing, a, token: thing,
}
"""Methods of arrays by name as JScript writes it."""


def _has_own(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    if not isinstance(a[0], str) or REST in thing.fields:
        return BOOLEAN
    return str(a[0]) in thing.fields


def _named(thing: Thing) -> Value:
    """Return the text of an object that has no other."""
    if thing.type != "object" or thing.symbol is not None:
        raise UnsolvedError
    return "[object Object]"


OBJECTS: dict[str, Method] = {
    "hasOwnProperty": _has_own,
    "valueOf": lambda machine, thing, a, token: thing,
    "toString": lambda machine, thing, a, token: _named(thing),
}
"""Methods of other objects by name."""


def keys_of(thing: Thing) -> Value:
    """``Object.keys(x)``."""
    keys: list[Value] = [str(key) for key in entries_of(thing)]
    return array_of(keys) if REST not in thing.fields else Thing("array", fields={REST: choice([*keys, UNKNOWN])})


def values_of(thing: Thing) -> Value:
    """``Object.values(x)``."""
    values = [*entries_of(thing).values()]
    return thing_of(Row([*values, *([thing.fields[REST]] if REST in thing.fields else ())], REST not in thing.fields))
