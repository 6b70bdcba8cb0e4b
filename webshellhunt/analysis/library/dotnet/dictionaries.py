"""Dictionaries: methods and properties of those of .NET and of ``Scripting.Dictionary``."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from webshellhunt.analysis.domain.arrays import array_of, item_of, known_items
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.conversions import key_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import EMPTY, KEYS, REST, UNKNOWN, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, is_function, part_of
from webshellhunt.analysis.library.containers import (
    DICTIONARIES,
    clear,
    count_of,
    drop_entry,
    entries_of,
    entry_key,
    get_entry,
    has_entry,
    missing,
    put_entry,
)
from webshellhunt.analysis.library.equality import equals
from webshellhunt.analysis.library.parts import joined, split

_SLOTS = 64
"""Places after the known ones that an item may be asked for by."""
Method = Callable[[Runner, Thing, list[Value], int], Value]


def pair(key: Value, value: Value) -> Thing:
    """Return a key with its value."""
    return Thing("keyvaluepair", fields={"key": key, "value": value})


def pairs_of(thing: Thing) -> list[Value]:
    """Return the entries of a dictionary as pairs; the last one has the values whose keys are not known."""
    pairs: list[Value] = [pair(key, value) for key, value in entries_of(thing).items()]
    if REST in thing.fields:
        pairs.append(pair(thing.fields.get(KEYS, UNKNOWN), thing.fields[REST]))
    return pairs


def make_entry(machine: Runner, thing: Thing, key: Value) -> None:
    """Make an empty entry where ``Scripting.Dictionary`` is asked for one that it has not."""
    known = entry_key(machine, thing, key) if thing.type == "scripting.dictionary" else None
    if known is not None and known not in thing.fields and REST not in thing.fields:
        machine.state.put(thing.fields, known, EMPTY)


def _add(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    if len(a) == 1 and a[0].__class__ is Thing and a[0].type == "keyvaluepair":
        put_entry(machine, thing, a[0].fields.get("key", UNKNOWN), a[0].fields.get("value", UNKNOWN))
    elif thing.type == "namevaluecollection" and (old := get_entry(machine, thing, a[0], None)) is not None:
        put_entry(machine, thing, a[0], joined([part_of(old), part_of(a[1])], ","))
    else:
        put_entry(machine, thing, a[0], a[1])
    return None


def _try_add(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    has = has_entry(machine, thing, a[0])
    if has is not True:
        put_entry(machine, thing, a[0], a[1])
    return not has if isinstance(has, bool) else BOOLEAN


def _get_or_add(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    if has_entry(machine, thing, a[0]) is True:
        return get_entry(machine, thing, a[0])
    made = a[1] if not is_function(a[1]) else machine.call(a[1], [a[0]], token)
    put_entry(machine, thing, a[0], made)
    return get_entry(machine, thing, a[0], made)


def _item(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    if len(a) > 1:
        put_entry(machine, thing, a[0], a[1])
        return None
    make_entry(machine, thing, a[0])
    return get_entry(machine, thing, a[0], missing(thing))


def _exists(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    return has_entry(machine, thing, a[0])


def _has_value(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    answers = [equals(value, a[0]) for value in [*entries_of(thing).values()]]
    if True in answers:
        return True
    return BOOLEAN if None in answers or REST in thing.fields else False


def _remove(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    has = has_entry(machine, thing, a[0])
    drop_entry(machine, thing, a[0])
    return has


def _clear(machine: Runner, thing: Thing, _: list[Value], __: int) -> Value:
    clear(machine, thing)
    return None


def _many(machine: Runner, items: Iterable[Value], thing: Thing, rest: Value) -> Thing:
    """Return keys or values as a collection: for JScript.NET it is no array, whose places a loop would go over."""
    found = [*items]
    kind = "icollection" if machine.language == "jscript" and thing.type != "scripting.dictionary" else "array"
    if REST not in thing.fields:
        return array_of(found, kind)
    order = [each for each in thing.fields if each == KEYS or not (isinstance(each, str) and each[:1] == "\0")]
    first = order.index(KEYS) if KEYS in order and thing.type == "scripting.dictionary" else 0
    later = choice([*found[first:], rest])  # those that were there before an unknown key keep their places
    slots = dict.fromkeys(range(first, first + _SLOTS), later) if first else {REST: later}
    return Thing(kind, fields={**dict(enumerate(found[:first])), **slots})


def keys(machine: Runner, thing: Thing, _: list[Value], __: int) -> Thing:
    """Return the keys of a dictionary."""
    return _many(machine, entries_of(thing), thing, thing.fields.get(KEYS, UNKNOWN))


def values(machine: Runner, thing: Thing, _: list[Value], __: int) -> Thing:
    """Return the values of a dictionary."""
    return _many(machine, entries_of(thing).values(), thing, thing.fields.get(REST, UNKNOWN))


def _all_keys(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    """``AllKeys``, an array."""
    found = keys(machine, thing, a, token)
    return Thing("array", fields=found.fields)


def _at(of: Method) -> Method:
    """``GetKey(number)``, ``GetByIndex(number)``."""

    def at(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
        items = known_items(of(machine, thing, [], token))
        if items is None or not isinstance(a[0], int) or not 0 <= a[0] < len(items):
            raise UnsolvedError
        return items[a[0]]

    return at


def _values_of(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``GetValues(key)``: the values that one key was given."""
    held = get_entry(machine, thing, a[0], None)
    return held if held is None or held.__class__ is Thing else split(held, ",")


def _or_one(of: Callable[[Runner, Thing, list[Value], int], Thing]) -> Method:
    """``Keys``, ``Keys(number)`` of Visual Basic."""

    def found(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
        items = of(machine, thing, [], token)
        return item_of(items, key_of(a[0], machine.language) if is_known(a[0]) else None) if a else items

    return found


def _rename(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``Key(old) = new``; with one argument a read, which has no meaning."""
    if len(a) > 1:
        value = get_entry(machine, thing, a[0], EMPTY)
        drop_entry(machine, thing, a[0])
        put_entry(machine, thing, a[1], value)
    return None


def _add_all(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    other = a[0]
    if other.__class__ is not Thing or other.type not in DICTIONARIES:
        raise UnsolvedError
    for each in pairs_of(other):
        put_entry(machine, thing, each.fields["key"], each.fields["value"])
    return None


def _count(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    return count_of(thing)


METHODS: dict[str, Method] = {
    "add": _add,
    "set": _item,
    "append": _add,
    "tryadd": _try_add,
    "getoradd": _get_or_add,
    "addorupdate": lambda machine, thing, a, token: _item(machine, thing, a[:2], token),
    **dict.fromkeys(("item", "get", "get_item", "getvalueordefault"), _item),
    "getvalues": _values_of,
    "set_item": _item,
    **dict.fromkeys(("exists", "containskey", "contains", "has", "trygetvalue"), _exists),
    "containsvalue": _has_value,
    **dict.fromkeys(("remove", "delete", "tryremove"), _remove),
    **dict.fromkeys(("removeall", "clear"), _clear),
    "keys": _or_one(keys),
    "allkeys": _all_keys,
    **dict.fromkeys(("items", "values"), _or_one(values)),
    "getkey": _at(keys),
    "getbyindex": _at(values),
    "key": _rename,
    "addrange": _add_all,
    "count": _count,
}
"""Methods by name in lower case; the properties are among them."""

PROPERTIES = frozenset({"keys", "allkeys", "items", "values", "count"})
"""Methods that some languages write as properties."""
