"""Members and items of things that the page does not declare: of the request, of libraries, of any object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.outside.known_names import LONGEST_PATH, NAMELESS, names_of
from webshellhunt.analysis.calling.outside.sources import item_of_source, member_of_source, of_control, of_control_type
from webshellhunt.analysis.calling.outside.stores import STORES, store_name, stored_value
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import (
    ABSENT,
    NUMBER,
    REST,
    Method,
    Opaque,
    Tainted,
    Thing,
    Value,
    is_known,
    options_of,
)
from webshellhunt.analysis.library.unknown_functions import item_of, member_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.traces import Trace
from webshellhunt.analysis.vocabulary import vocabulary

_INPUTS = frozenset({"standardinput", "stdin"})
_CONTEXTS = frozenset({"httpcontext", "httpcontextbase", "page", "httpapplication"})
"""Types whose members have known names, for any name of the variable."""


def outside_member(machine: Machine, subject: Value, name: str, token: int) -> Value:
    """Return a member of a value that the page does not declare."""
    hosted = machine.host_member(subject, name, token)
    if hosted is not ABSENT:
        return hosted
    known = library.read_property(machine, subject, name if machine.language == "jscript" else name.lower())
    if known is not library.UNSOLVED:
        return known
    source = member_of_source(subject, name, token) or of_control_type(subject, name, token)
    if source is not None:
        return source
    if subject.__class__ is Opaque:
        is_owner = subject.type in vocabulary().request_owners
        path = (*((subject.type,) if is_owner else subject.path), name.lower())[-LONGEST_PATH:]
        control = of_control(subject.path, machine.surroundings.controls, name, token)
        stored = stored_value(machine, subject, name.lower())
        if stored is not ABSENT:
            return stored if control is None else _asked_here(stored, control)
        if control is not None:
            return control
        constant = library.constant_of(path)
        if constant is not library.UNSOLVED:
            return constant
        names = subject.names(name.lower())
        return Opaque(_type_of(names), names[-LONGEST_PATH:] if subject.type in _CONTEXTS else path)
    if subject.__class__ is Thing:
        return _member_of_object(machine, subject, name.lower(), token)
    if name.lower() in vocabulary().cleaner_members:
        return NUMBER
    return member_of(subject, name.lower())


def _asked_here(stored: Value, control: Tainted) -> Value:
    """Return a stored value of a control; where it is still that of the form, its origin is the place that asks."""
    own = control.traces[0]
    options = []
    for each in options_of(stored):
        if each.__class__ is Tainted:
            traces = (own if trace.origin == own.origin and not trace.steps else trace for trace in each.traces)
            each = replace(each, traces=tuple(traces))
        options.append(each)
    return choice(options)


def _member_of_object(machine: Machine, thing: Thing, name: str, token: int) -> Value:
    """Return a member of an object of a library; the start information of a process is an object of its own."""
    if name in _INPUTS:
        return Opaque(vocabulary().types[name], (*names_of(thing), name))
    if name == "startinfo":
        made = Thing("processstartinfo")
        machine.state.put(thing.fields, name, made)
        return made
    if name == "data" and "message" in thing.fields:  # of an exception
        made = Thing("hashtable")
        machine.state.put(thing.fields, name, made)
        return made
    if not traces_of(thing) and vocabulary().is_remote((*names_of(thing), name)):
        return Tainted((Trace("remote", name, token),))
    if machine.language == "c#" and library.has_method(thing, name):
        return Method(thing, name)
    return member_of(thing, name) if traces_of(thing) else Opaque("", (*names_of(thing), name))


def _type_of(names: tuple[str, ...]) -> str:
    """Return the type of a member that has one in any object: ``StandardInput``, ``StartInfo``."""
    types = vocabulary().types
    last = names[-1]
    if last in _INPUTS:
        return types.get(last, "")
    return "processstartinfo" if last == "startinfo" else ""


def assign_outside(machine: Machine, subject: Value, key: object, value: Value, token: int) -> None:
    """Assign to a member (``key`` a name) or an item (a list of keys) of a thing that only a library knows."""
    is_item = isinstance(key, list)
    if machine.host_assign(subject, key if isinstance(key, str) else "", value, token):
        return
    last = key[0] if isinstance(key, list) and len(key) == 1 else key if not isinstance(key, list) else None
    if not is_item and isinstance(key, str):
        names = (*(names_of(subject) or NAMELESS), key.lower())
        found = vocabulary().sink(names, is_property=True)
        if not found and machine.language == "vbscript":
            found = [sink for sink in vocabulary().sink(names) if sink.of_type and not sink.argument]
        if found:
            if subject.__class__ is Thing:
                machine.observer.assign(names, token, value, subject, machine.state.branches)
            else:
                machine.observer.arrive(names, token, [value], subject, is_assigned=True)
    if subject.__class__ is Thing:
        return
    name = store_name(subject)
    if name:
        store = machine.kept.stores.setdefault(name, Thing("store"))
        where = last.lower() if isinstance(last, str) else last if is_known(last) and last is not None else REST
        if where is not REST and subject.__class__ is Opaque:
            _begin_entry(machine, store, subject, last, token)
        machine.state.put(store.fields, where, value)


def _begin_entry(machine: Machine, store: Thing, subject: Opaque, key: Value, token: int) -> None:
    """Let an entry of a store have the value that it has where the assignment that follows does not happen."""
    where = key.lower() if isinstance(key, str) else key
    control = of_control(subject.path, machine.surroundings.controls, key, token) if isinstance(key, str) else None
    if control is not None and where not in store.fields:
        store.fields[where] = control
    machine.state.begin(store.fields, where, Opaque(subject.type, subject.path))


def outside_item(machine: Machine, subject: Value, keys: Sequence[Value], token: int) -> Value:
    """Return an item of a value that the page does not declare: of the request, of a store, of anything."""
    key = keys[0] if len(keys) == 1 else None
    source = item_of_source(subject, key, token)
    if source is not None:
        return source
    stored = stored_value(machine, subject, key)
    if stored is not ABSENT:
        return stored
    if subject.__class__ is Opaque:
        is_unresolved = machine.language == "vbscript" and len(subject.path) == 1 and not subject.type
        is_unresolved = is_unresolved and subject.path[0] not in STORES
        if is_unresolved and traces_of(made := item_of(machine.language, subject.path[0], keys)):
            return made  # it may be a function of another file
        return Opaque(subject.type, subject.path)
    return member_of(subject)
