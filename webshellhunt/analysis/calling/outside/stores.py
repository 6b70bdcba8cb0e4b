"""Stores: session, application, cache and objects of a library whose members the page assigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.analysis.domain.joining import choice, join
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, REST, UNKNOWN, Opaque, Tainted, Text, Thing, Value, is_known
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import TYPED

_KEEPING: Mapping[tuple[str, ...], tuple[str, bool]] = {
    **{("file", name): ("\0files", False) for name in ("writealltext", "writeallbytes", "writealllines")},
    **{("file", name): ("\0files", True) for name in ("readalltext", "readallbytes", "readalllines")},
    ("environment", "setenvironmentvariable"): ("\0environment", False),
    ("environment", "getenvironmentvariable"): ("\0environment", True),
    **dict.fromkeys((("setdata",), ("logicalsetdata",)), ("\0data", False)),
    **dict.fromkeys((("getdata",), ("logicalgetdata",)), ("\0data", True)),
}
"""Functions that keep a value by a name, or by a path, and those that return it."""
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


# Values that functions of a library keep ----------------------------------------------------------------------------


def with_kept(machine: Machine, names: tuple[str, ...], values: Sequence[Value], result: Value) -> Value:
    """Return the result of a call of a library, which may keep a value by a name, or return one that was kept."""
    where = _KEEPING.get(names[-2:]) or _KEEPING.get(names[-1:])
    if where is None or machine.language not in TYPED or not values or not _is_one(values[0]):
        return result
    name, is_read = where
    store = machine.kept.stores.get(name)
    if is_read:
        found = ABSENT if store is None else store.fields.get(_kept_key(values[0]), ABSENT)
        return result if found is ABSENT else found if isinstance(found, str) else derived([found])
    if len(values) > 1:
        store = machine.kept.stores.setdefault(name, Thing("store"))
        machine.state.put(store.fields, _kept_key(values[0]), values[1])
    return result


def _is_one(name: Value) -> bool:
    """True if a name or a path is known, or the same wherever it is written in the same way."""
    parts = name.parts if name.__class__ is Text else (name,)
    return all(isinstance(each, str) or (each.__class__ is Opaque and bool(each.path)) for each in parts)


def _kept_key(value: Value) -> Value:
    """Return the key of a name or a path; one that is not known is itself, as long as it is written in one way."""
    return value.lower() if isinstance(value, str) else value
