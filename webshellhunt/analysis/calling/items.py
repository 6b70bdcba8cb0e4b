"""Items of objects: entries of arrays, collections, stores, and of objects with an indexer."""

from __future__ import annotations

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import use_item
from webshellhunt.analysis.calling.found_members import indexer
from webshellhunt.analysis.calling.objects import get_member, set_member
from webshellhunt.analysis.calling.outside.members import assign_outside, outside_item
from webshellhunt.analysis.calling.outside.sources import item_of_source
from webshellhunt.analysis.calling.outside.stores import is_stored
from webshellhunt.analysis.domain.arrays import item_of, length_of
from webshellhunt.analysis.domain.conversions import integer_of, key_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    EMPTY,
    INHERITED,
    KEYS,
    LENGTH,
    NUMBER,
    REST,
    UNKNOWN,
    Char,
    Choice,
    Opaque,
    Pending,
    Tainted,
    Text,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.jscript.objects import is_missing
from webshellhunt.analysis.jscript.scopes import share_item
from webshellhunt.analysis.library.containers import entry_key, is_sure, missing, note_branch
from webshellhunt.analysis.library.dotnet.dictionaries import make_entry
from webshellhunt.analysis.library.dotnet.ranges import is_place, is_range, part_of_range, place_of
from webshellhunt.analysis.library.dotnet.tables import KEYED, key_of_item
from webshellhunt.analysis.library.letters import letter_of
from webshellhunt.analysis.library.visual_basic.collections import KIND as COLLECTION
from webshellhunt.analysis.library.visual_basic.collections import entry_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB


def get_item(machine: Machine, subject: Value, keys: list[Value], token: int) -> Value:
    """Return ``subject[keys]``."""
    kind = subject.__class__
    if kind is Choice:
        return choice([get_item(machine, each, keys, token) for each in subject.options])
    if kind is Pending:
        return get_item(machine, forced(subject), keys, token)
    if keys and is_place(keys[0]):
        if is_range(keys[0]):
            return part_of_range(subject, keys[0])
        return get_item(machine, subject, [_counted(place_of(subject, keys[0]))], token)
    if kind is Thing:
        return _item_of_thing(machine, subject, keys, token)
    if machine.language == "jscript" and _is_name(keys) and _has_named_items(machine, subject, keys[0], token):
        return get_member(machine, subject, keys[0], token)
    if isinstance(subject, (str, bytes)) and len(keys) == 1:
        return _character(machine, subject, keys[0])
    if kind is Text:
        return derived([subject])
    return outside_item(machine, subject, keys, token)


def _character(machine: Machine, subject: str | bytes, key: Value) -> Value:
    """Return a character of a text, or one of some bytes."""
    at = integer_of(key) if is_known(key) else None
    if isinstance(subject, bytes):
        return subject[at] if at is not None and 0 <= at < len(subject) else NUMBER
    if at is None:
        return letter_of(subject, [key], Opaque("string"))
    return Char(subject[at : at + 1]) if machine.language == "c#" else subject[at : at + 1]


def _item_of_thing(machine: Machine, subject: Thing, keys: list[Value], token: int) -> Value:
    symbol = subject.symbol
    is_own = symbol is not None and symbol is not machine.symbols.page
    getter = indexer(machine, symbol, keys, is_setter=False) if symbol is not None and is_own else None
    if getter is not None:
        return call_function(machine, getter, keys, subject)
    if INHERITED in subject.fields:
        return get_item(machine, subject.fields[INHERITED], keys, token)
    if any(each.__class__ is Choice for each in keys[:1]):
        return choice([get_item(machine, subject, [each, *keys[1:]], token) for each in keys[0].options])
    key = _key(machine, subject, keys)
    if len(keys) > 1 and key not in subject.fields and machine.language in ("c#", "vb"):
        row = item_of(subject, _key(machine, subject, keys[:1]))
        if row.__class__ in (Thing, Choice):
            return get_item(machine, row, keys[1:], token)
    if len(keys) == 1:
        make_entry(machine, subject, keys[0])
    found = item_of(subject, key)
    if not is_sure(machine, subject, key):
        found = choice([found, missing(subject)])
    if key is None:
        found = letter_of(subject, keys[:1], found)
    if machine.language != "jscript":
        return found
    if key is None and is_missing(subject):
        return choice([found, EMPTY])  # it may have no such item
    is_known_item = isinstance(found, str) or found != UNKNOWN
    return found if is_known_item or not _is_name(keys) else get_member(machine, subject, keys[0], token)


def _is_name(keys: list[Value]) -> bool:
    """True if the key of an item of JScript is the name of a member."""
    return len(keys) == 1 and isinstance(keys[0], str) and not keys[0].isdecimal()


def _has_named_items(machine: Machine, subject: Value, key: str, token: int) -> bool:
    """True if an item by a name is the member of that name: everywhere but in a collection of the server."""
    if subject.__class__ is Opaque:
        return item_of_source(subject, key, token) is None and not is_stored(machine, subject, key)
    return subject.__class__ is not Tainted or not subject.is_fresh


def set_item(machine: Machine, subject: Value, keys: list[Value], value: Value, token: int) -> None:
    """Assign to ``subject[keys]``; under a key that is not known, only the knowledge of the whole changes."""
    kind = subject.__class__
    if kind is Choice:
        for each in subject.options:
            machine.state.open()
            set_item(machine, each, keys, value, token)
            machine.state.merge([{}, machine.state.undo()])
    elif keys and is_place(keys[0]):
        set_item(machine, subject, [_counted(place_of(subject, keys[0]))], value, token)
    elif kind is Thing:
        _set_item_of_thing(machine, subject, keys, value, token)
    elif machine.language == "jscript" and _is_name(keys):
        set_member(machine, subject, keys[0], value, token)
    else:
        assign_outside(machine, subject, keys, value, token)


def _set_item_of_thing(machine: Machine, subject: Thing, keys: list[Value], value: Value, token: int) -> None:
    symbol = subject.symbol
    setter = (
        indexer(machine, symbol, [*keys, value], is_setter=True)
        if symbol is not None and symbol is not machine.symbols.page
        else None
    )
    if setter is not None:
        call_function(machine, setter, [*keys, value], subject)
        return
    if INHERITED in subject.fields:
        set_item(machine, subject.fields[INHERITED], keys, value, token)
        return
    key = _key(machine, subject, keys)
    if machine.language == "jscript" and subject.type == "arguments":
        share_item(machine, subject, key, value)
    if key is None:
        use_item(machine, subject.fields, REST, value)
        use_item(machine, subject.fields, KEYS, derived(keys))
        return
    if machine.language == "jscript" and _is_name(keys):
        set_member(machine, subject, keys[0], value, token)
        return
    if subject.type == "array":
        machine.state.begin(subject.fields, key, EMPTY if machine.language in VB else None)
    else:
        note_branch(machine, subject, key)
    machine.state.put(subject.fields, key, value)
    length = length_of(subject)
    if isinstance(key, int) and length is not None and key >= length:
        machine.state.put(subject.fields, LENGTH, key + 1)


def _counted(place: Value) -> Value:
    return NUMBER if place is None else place


def _key(machine: Machine, thing: Thing, keys: list[Value]) -> Value:
    if len(keys) == 1 and thing.type in KEYED:
        return key_of_item(thing, keys[0])
    if len(keys) == 1 and thing.type == COLLECTION:
        entry = entry_of(keys[0])
        return entry if is_known(entry) else None
    if len(keys) == 1:
        return entry_key(machine, thing, keys[0])
    parts = tuple(key_of(each, machine.language) for each in keys)
    return None if None in parts else parts


def content_of(thing: Thing) -> Value:
    """Return the content of an object of a library as one value."""
    return derived([each for key, each in thing.fields.items() if key != LENGTH])
