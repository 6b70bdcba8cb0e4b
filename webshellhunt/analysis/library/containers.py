"""Collections: lists, queues, stacks and dictionaries, read and changed.

A list has its items by number and their number in `LENGTH`; a dictionary has its entries by key. Where a key or the
number of the items is not known, the entry `REST` has the join of all possible values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from webshellhunt.analysis.domain.arrays import MAX_ITEMS, array_of, front_of, iter_values, known_items, length_of
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.conversions import key_of
from webshellhunt.analysis.domain.joining import choice, join
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    FRONT,
    KEYS,
    LENGTH,
    NUMBER,
    REST,
    UNKNOWN,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError

LISTS = frozenset(
    {
        "list", "arraylist", "queue", "stack", "hashset", "linkedlist", "sortedset", "collection", "concurrentbag",
        "concurrentqueue", "concurrentstack", "stringcollection", "bindinglist", "observablecollection", "tuple",
        "array", "grouping", "ilist", "ienumerable", "icollection", "readonlycollection", "immutablelist",
        "immutablearray", "span", "memory", "datarowcollection", "datacolumncollection", "datatablecollection",
        "vbcollection",
    }
)  # fmt: skip
"""Things whose items are numbered, by type."""
DICTIONARIES = frozenset(
    {
        "dictionary", "hashtable", "sorteddictionary", "namevaluecollection", "sortedlist", "concurrentdictionary",
        "scripting.dictionary", "stringdictionary", "hybriddictionary", "listdictionary", "ordereddictionary",
        "idictionary",
        "httpcookiecollection", "expandoobject", "routevaluedictionary", "map", "readonlydictionary", "propertybag",
    }
)  # fmt: skip
"""Things with entries by key, by type."""
UNIQUE_KEYS = frozenset({"scripting.dictionary", "dictionary", "hashtable", "sorteddictionary", "sortedlist"})
"""Dictionaries that may ignore the letter case: the field ``comparemode`` says so."""
_MAYBE = "\0maybe "
"""Begins the entries that say in which branch an entry came or went."""
_SORTED = frozenset({"sortedlist", "sorteddictionary"})
_BY_PLACE = frozenset({"namevaluecollection", "ordereddictionary", "httpcookiecollection"})
"""Dictionaries whose entries have a place, too."""


# Lists ---------------------------------------------------------------------------------------------------------------


def store(machine: Runner, thing: Thing, items: Sequence[Value]) -> None:
    """Make some items all that a list has."""
    if len(items) > MAX_ITEMS:
        raise UnsolvedError
    machine.spend(len(items) // 8 + 1)
    state, fields = machine.state, thing.fields
    for key in [*fields]:
        if key in (REST, FRONT) or (isinstance(key, int) and key >= len(items)):
            state.drop(fields, key)
    for at, item in enumerate(items):
        if fields.get(at, ABSENT) is not item:
            state.put(fields, at, item)
    state.put(fields, LENGTH, len(items))


def blur(machine: Runner, thing: Thing, values: Iterable[Value]) -> None:
    """Forget the order of a list's items, to which some values come."""
    rest = choice([*iter_values(thing), *values] or [UNKNOWN])
    for key in [*thing.fields]:
        machine.state.drop(thing.fields, key)
    machine.state.put(thing.fields, REST, rest)


def append(machine: Runner, thing: Thing, items: Iterable[Value]) -> None:
    """Add items at the end of a list."""
    length = length_of(thing)
    added = [*items]
    if length is None or REST in thing.fields:
        add_rest(machine, thing, added)
        return
    if length + len(added) > MAX_ITEMS:
        blur(machine, thing, [derived(added)])
        return
    for at, item in enumerate(added, length):
        machine.state.put(thing.fields, at, item)
    machine.state.put(thing.fields, LENGTH, length + len(added))


def add_rest(machine: Runner, thing: Thing, values: Iterable[Value]) -> None:
    """Add values of which the keys are not known."""
    rest = thing.fields.get(REST, ABSENT)
    for value in values:
        rest = join(rest, value)
    if rest is not ABSENT:
        machine.state.put(thing.fields, REST, rest)


def insert(machine: Runner, thing: Thing, at: int | None, items: Sequence[Value]) -> None:
    """Insert items at a position."""
    known = known_items(thing)
    if known is None or at is None or not 0 <= at <= len(known):
        blur(machine, thing, items)
        return
    store(machine, thing, [*known[:at], *items, *known[at:]])


def take(machine: Runner, thing: Thing, at: int) -> Value:
    """Remove an item by its position, and return it; ``-1`` is the last one."""
    known = known_items(thing)
    if known is None:
        return (
            _take_first(machine, thing) if at == 0 and front_of(thing) else choice([*iter_values(thing)] or [UNKNOWN])
        )
    if not known:
        return EMPTY if machine.language == "jscript" else UNKNOWN
    item = known[at] if -len(known) <= at < len(known) else UNKNOWN
    machine.spend(len(known) // 8 + 1)
    if at == -1:
        machine.state.drop(thing.fields, len(known) - 1)
        machine.state.put(thing.fields, LENGTH, len(known) - 1)
    elif item is not UNKNOWN:
        store(machine, thing, [each for place, each in enumerate(known) if place != at])
    return item


def _take_first(machine: Runner, thing: Thing) -> Value:
    """Remove the first item of a list of which only the first ones are known apart."""
    front, fields = front_of(thing), thing.fields
    item = fields[0]
    for at in range(1, front):
        machine.state.put(fields, at - 1, fields[at])
    machine.state.drop(fields, front - 1)
    machine.state.put(fields, FRONT, front - 1)
    return item


def append_some(machine: Runner, thing: Thing, items: Sequence[Value], front: int) -> None:
    """Add items at the end of a list, of which only the first ones are known apart."""
    known = known_items(thing)
    if known is None or len(known) + front > MAX_ITEMS:
        add_rest(machine, thing, items)
        return
    machine.state.drop(thing.fields, LENGTH)
    for at, item in enumerate(items[:front], len(known)):
        machine.state.put(thing.fields, at, item)
    machine.state.put(thing.fields, FRONT, len(known) + front)
    add_rest(machine, thing, items[front:])


# Dictionaries --------------------------------------------------------------------------------------------------------


def entries_of(thing: Thing) -> dict[Value, Value]:
    """Return the entries of a dictionary that are known apart, by key; some dictionaries have them in its order."""
    skipped = "comparemode" if thing.type in UNIQUE_KEYS else None
    found = {
        key: value
        for key, value in thing.fields.items()
        if not (isinstance(key, str) and (key[:1] == "\0" or key == skipped))
    }
    if thing.type not in _SORTED or len(found) < 2:
        return found
    return {key: found[key] for key in in_order([*found])}


def in_order(keys: Sequence[Value]) -> list[Value]:
    """Return keys in their order; those that can not be compared stay as they are."""
    return sorted(keys, key=sort_key) if are_comparable(keys) else [*keys]


def are_comparable(keys: Sequence[Value]) -> bool:
    """True if all of some keys are texts, or all of them numbers."""
    return any(all(isinstance(key, kind) for key in keys) for kind in (str, (int, float)))


def sort_key(key: Value) -> Value:
    """Return the key by which .NET sorts a text or a number."""
    return (key.lower(), key.swapcase()) if isinstance(key, str) else key


def entry_key(machine: Runner, thing: Thing, key: Value) -> Value:
    """Return the key of an entry, ``None`` where it is not known; some dictionaries ignore the letter case."""
    known = key_of(key, machine.language) if is_known(key) else _tuple_key(key)
    if isinstance(known, int) and thing.type in _BY_PLACE and known not in thing.fields:
        return next(islice(entries_of(thing), max(known, 0), None), known)
    return known.lower() if isinstance(known, str) and ignores_case(thing) else known


def _tuple_key(key: Value) -> str | None:
    """Return the text of a tuple of known items as a key, ``None`` for any other value."""
    items = known_items(key) if key.__class__ is Thing and key.type == "tuple" and key.symbol is None else None
    return f"({', '.join(map(repr, items))})" if items and all(map(is_known, items)) else None


def ignores_case(thing: Thing) -> bool:
    """True if the keys of a dictionary are compared without their letter case."""
    return thing.fields.get("comparemode", 0) not in (0, "") and thing.type in UNIQUE_KEYS


def put_entry(machine: Runner, thing: Thing, key: Value, value: Value) -> None:
    """Change an entry; where the key is not known, any may be it."""
    known = entry_key(machine, thing, key)
    if known is None:
        add_rest(machine, thing, [value])
        machine.state.put(thing.fields, KEYS, join(thing.fields.get(KEYS, ABSENT), key))
    else:
        note_branch(machine, thing, known)
        machine.state.put(thing.fields, known, value)


def note_branch(machine: Runner, thing: Thing, key: Value) -> None:
    """Note that a dictionary has, or has no longer, an entry only in a branch that is open."""
    if thing.type not in DICTIONARIES:
        return
    where, branch = f"{_MAYBE}{key!r}", machine.state.branch
    if branch and not (where not in thing.fields and key in thing.fields):
        machine.state.put(thing.fields, where, branch)
    elif not branch:
        machine.state.drop(thing.fields, where)


def is_sure(machine: Runner, thing: Thing, key: Value) -> bool:
    """True if a dictionary surely has an entry that it has in some branch."""
    mark = thing.fields.get(f"{_MAYBE}{key!r}") if thing.type in DICTIONARIES else None
    return mark is None or (mark.__class__ is int and machine.state.is_within(mark))


def missing(thing: Thing) -> Value:
    """Return the value of a key that a dictionary does not have."""
    return EMPTY if thing.type == "scripting.dictionary" else None


def get_entry(machine: Runner, thing: Thing, key: Value, default: Value = UNKNOWN) -> Value:
    """Return an entry, or the default where there is none."""
    known = entry_key(machine, thing, key)
    fields = thing.fields
    if known is None:
        return choice([*entries_of(thing).values(), *([fields[REST]] if REST in fields else ()), default])
    if known in fields:
        found = fields[known] if is_sure(machine, thing, known) else choice([fields[known], missing(thing)])
        return choice([found, fields[REST]]) if REST in fields else found
    return choice([fields[REST], default]) if REST in fields else default


def drop_entry(machine: Runner, thing: Thing, key: Value) -> None:
    """Remove an entry; where the key is not known, nothing is sure to be gone."""
    known = entry_key(machine, thing, key)
    if known is not None:
        if machine.state.branch and known in thing.fields and thing.type in DICTIONARIES:
            machine.state.put(thing.fields, f"{_MAYBE}{known!r}", machine.state.branch)
        machine.state.drop(thing.fields, known)


def clear(machine: Runner, thing: Thing) -> None:
    """Remove everything from a collection."""
    for key in [*thing.fields]:
        if key in (REST, LENGTH, FRONT) or not (isinstance(key, str) and key[:1] == "\0"):
            if thing.type in DICTIONARIES and key != REST:
                drop_entry(machine, thing, key)
            machine.state.drop(thing.fields, key)
    if thing.type in LISTS:
        machine.state.put(thing.fields, LENGTH, 0)


def has_entry(machine: Runner, thing: Thing, key: Value) -> Value:
    """Return if a dictionary has a key."""
    known = key_of(key, machine.language) if is_known(key) else None
    if known is None or REST in thing.fields or (known in thing.fields and not is_sure(machine, thing, known)):
        return BOOLEAN
    return known in thing.fields


def count_of(thing: Thing) -> Value:
    """Return the number of the entries or items."""
    if thing.type in LISTS:
        length = length_of(thing)
        return NUMBER if length is None else length
    is_open = REST in thing.fields or any(isinstance(key, str) and key.startswith(_MAYBE) for key in thing.fields)
    return NUMBER if is_open else len(entries_of(thing))


# Bytes ---------------------------------------------------------------------------------------------------------------


def byte_array(data: bytes) -> Value:
    """Return bytes as an array, whose items code may change; very many of them stay as they are."""
    return array_of(data) if len(data) <= MAX_ITEMS else data
