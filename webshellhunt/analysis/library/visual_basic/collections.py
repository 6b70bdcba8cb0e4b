"""The collection of Visual Basic: items that are counted from one, some of them with a key, too.

Source: Microsoft.VisualBasic.Collection of .NET.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.values import EMPTY, REST, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, integer_of
from webshellhunt.analysis.library.containers import append, blur, get_entry, insert, store
from webshellhunt.analysis.library.dotnet.dictionaries import Method
from webshellhunt.analysis.library.dotnet.lists import METHODS as OF_LISTS

KIND = "vbcollection"
_KEY = "\0key "
"""Begins the entry that has an item under its key."""


def entry_of(key: Value) -> Value:
    """Return the entry of an item, by its number or by its key, whose letter case does not matter."""
    return _KEY + key.lower() if isinstance(key, str) else integer_of(key) - 1 if is_known(key) else key


def _add(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    key, before, after = [None if each is EMPTY else each for each in [*a[1:], None, None, None][:3]]
    if before is None and after is None:
        append(machine, thing, a[:1])
    else:
        at = _at(thing, after if before is None else before)
        insert(machine, thing, at if at is None or before is not None else at + 1, a[:1])
    if isinstance(key, str) and REST not in thing.fields:
        machine.state.put(thing.fields, entry_of(key), a[0])
    return None


def _at(thing: Thing, key: Value) -> int | None:
    """Return the place of an item, ``None`` where it is not known."""
    place = entry_of(key)
    if not isinstance(place, str):
        return place if is_known(place) else None
    items, item = known_items(thing), thing.fields.get(place)
    return next((at for at, each in enumerate(items or ()) if each is item), None)


def _remove(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    at, items = _at(thing, a[0]), known_items(thing)
    if at is None or items is None or not 0 <= at < len(items):
        blur(machine, thing, ())
        return None
    for key in [key for key, value in thing.fields.items() if isinstance(key, str) and value is items[at]]:
        machine.state.drop(thing.fields, key)
    store(machine, thing, [*items[:at], *items[at + 1 :]])
    return None


def _clear(machine: Runner, thing: Thing, _: list[Value], __: int) -> Value:
    for key in [key for key in thing.fields if isinstance(key, str) and key.startswith(_KEY)]:
        machine.state.drop(thing.fields, key)
    return OF_LISTS["clear"](machine, thing, [], 0)


def _contains(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    return BOOLEAN if not is_known(a[0]) or REST in thing.fields else entry_of(a[0]) in thing.fields


METHODS: dict[str, Method] = {
    "add": _add,
    "remove": _remove,
    "clear": _clear,
    "contains": _contains,
    "item": lambda machine, thing, a, token: get_entry(machine, thing, entry_of(a[0])),
}
"""Methods by name in lower case."""
