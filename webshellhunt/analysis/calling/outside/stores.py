"""Stores: session, application, cache and objects of a library whose members the page assigns."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.joining import choice, join
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, REST, UNKNOWN, Opaque, Tainted, Value, is_known
from webshellhunt.analysis.machine.machine import Machine

STORES = frozenset({"session", "application", "cache", "viewstate", "items", "contents", "staticobjects"})


def store_name(subject: Value) -> str:
    """Return the name of the store that an opaque value is, ``""`` where it stores nothing."""
    if subject.__class__ is not Opaque or not subject.path:
        return ""
    path = subject.path
    while path and path[0] in ("this", "me", "page", "context", "httpcontext", "current", "system", "web"):
        path = path[1:]
    if path[-1:] == ("contents",) or (path[-1:] == ("item",) and len(path) > 1):
        path = path[:-1]
    return ".".join(path)


def stored_value(machine: Machine, subject: Value, key: Value) -> Value:
    """Return the value under a key of a store, `ABSENT` where nothing was stored there."""
    store = machine.kept.stores.get(store_name(subject))
    if store is None:
        return ABSENT
    key = key.lower() if isinstance(key, str) else key
    if key is None or not is_known(key):
        values = [*store.fields.values()]
        return choice(values) if values else ABSENT
    found, rest = store.fields.get(key, ABSENT), store.fields.get(REST, ABSENT)
    return join(found, rest)


def with_stored(machine: Machine, value: Value, token: int) -> Value:
    """Return an object of which only the name is known, tainted by the values that the page assigned to its members."""
    name = store_name(value)
    store = machine.kept.stores.get(name) if name and name not in STORES else None
    content = derived([store]) if store is not None else UNKNOWN
    return content.through(name, token) if content.__class__ is Tainted else value


def is_stored(machine: Machine, subject: Value, key: Value) -> bool:
    """True if something was stored under a key, or may be."""
    return stored_value(machine, subject, key) is not ABSENT or store_name(subject) in STORES


def is_removed(machine: Machine, subject: Value, name: str, keys: Sequence[Value]) -> bool:
    """Remove one entry of a store, or all of them; return False where nothing is one."""
    where = store_name(subject)
    store = machine.kept.stores.get(where)
    if store is None or where.rpartition(".")[2] not in STORES:
        return False
    if name == "remove":
        key = keys[0].lower() if keys and isinstance(keys[0], str) else keys[0] if keys else None
        removed = [key]
    else:
        removed = [*store.fields]
    for each in removed:
        machine.state.drop(store.fields, each)
    return True
