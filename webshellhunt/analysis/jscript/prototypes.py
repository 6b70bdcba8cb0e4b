"""Prototypes: members that objects of JScript have by their constructors, those of the language included."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import (
    ABSENT,
    LENGTH,
    PROTOTYPE,
    REST,
    Closure,
    Method,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
)
from webshellhunt.analysis.machine.machine import Machine

FUNCTION = ("Function",)
"""The path of the constructor of functions, which runs a text as code; it is the only one in mixed case."""
_PLAIN = frozenset({"object", "array", "arguments", "function", "error"})
"""Types of objects all of whose members are known."""
_CONSTRUCTORS = frozenset({"string", "number", "boolean", "array", "object", "date", "regexp", "error", "math"})
_ARRAYS = frozenset({"concat", "join", "pop", "push", "reverse", "shift", "slice", "sort", "splice", "unshift"})
_ARRAYS |= {"every", "filter", "forEach", "indexOf", "map", "reduce", "some"}
_TEXTS = frozenset(
    {
        "charAt", "charCodeAt", "concat", "indexOf", "lastIndexOf", "match", "replace", "search", "slice", "split",
        "substr", "substring", "toLowerCase", "toUpperCase",
    }
)  # fmt: skip
_OBJECTS = frozenset({"toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"})
_DEEPEST = 16


def constructor_of(value: Value) -> Value:
    """Return the function of the language that made a value, `ABSENT` where it is not known."""
    kind = value.__class__
    if kind is Closure or (kind is Opaque and (value.path[-1:] == FUNCTION or value.path in _PATHS)):
        return Opaque(path=FUNCTION)
    name = _type_name(value)
    return Opaque(path=(name,)) if name else ABSENT


_PATHS = frozenset((name,) for name in _CONSTRUCTORS)


def _type_name(value: Value) -> str:
    """Return the name of the constructor of a value, ``""`` where it is not known."""
    kind = value.__class__
    if kind is Thing:
        if value.type in _CONSTRUCTORS:
            return str(value.type)
        return "array" if LENGTH in value.fields and value.type != "arguments" else "object" if _is_plain(value) else ""
    if kind is bool:
        return "boolean"
    if isinstance(value, str) or kind is Text or kind is Tainted:
        return "string"
    if isinstance(value, (int, float)) or (kind is Opaque and value.type == "number"):
        return "number"
    return "function" if kind is Closure else ""


def _is_plain(thing: Thing) -> bool:
    return thing.type in _PLAIN and thing.symbol is None


def builtin_prototype(machine: Machine, constructor: Value) -> Thing | None:
    """Return the prototype of a constructor of the language, ``None`` for anything else."""
    if constructor.__class__ is not Opaque or constructor.path not in _PATHS | {FUNCTION}:
        return None
    return machine.kept.prototypes.setdefault(constructor.path[0].lower(), Thing("prototype"))


def own_member(thing: Thing, name: str) -> Value:
    """Return a member of an object or of its prototypes, `ABSENT` where it has none of that name."""
    each: Value = thing
    for _ in range(_DEEPEST):
        if each.__class__ is not Thing:
            break
        value = each.fields.get(name, ABSENT)
        if value is not ABSENT:
            return value
        each = each.fields.get(PROTOTYPE)
    return ABSENT


def enumerable_names(machine: Machine, thing: Thing) -> list[Value]:
    """Return the names that ``for (name in thing)`` visits: its own, and those of its prototypes."""
    names = dict.fromkeys(str(key) for key in thing.fields if not (isinstance(key, str) and key.startswith("\0")))
    each: Value = thing.fields.get(PROTOTYPE)
    for _ in range(_DEEPEST):
        if each.__class__ is not Thing:
            break
        names |= _names_of(each)
        each = each.fields.get(PROTOTYPE)
    for kind in (_type_name(thing), "object") if machine.kept.prototypes else ():
        names |= _names_of(machine.kept.prototypes[kind]) if kind in machine.kept.prototypes else {}
    return [*names]


def _names_of(prototype: Thing) -> dict[str, None]:
    """Return the names of a prototype, without that of its constructor."""
    keys = (str(key) for key in prototype.fields if not (isinstance(key, str) and key.startswith("\0")))
    return dict.fromkeys(key for key in keys if key != "constructor")


def added_member(machine: Machine, value: Value, name: str) -> Value:
    """Return a member that the page added to the prototype of the language that a value has."""
    prototypes = machine.kept.prototypes
    if not prototypes:
        return ABSENT
    for kind in (_type_name(value), "object"):
        found = prototypes[kind].fields.get(name, ABSENT) if kind in prototypes else ABSENT
        if found is not ABSENT:
            return found
    return ABSENT


def method_value(value: Value, name: str) -> Value:
    """Return a method of the language as a value, `ABSENT` where there is none of that name."""
    if value.__class__ is Thing and value.type == "prototype":
        return Method(value, name)
    kind = _type_name(value)
    names = _ARRAYS if kind == "array" else _TEXTS if kind == "string" else frozenset()
    return Method(value, name) if name in names or (kind and name in _OBJECTS) else ABSENT


def class_text(value: Value) -> Value:
    """Return the result of ``Object.prototype.toString`` for a value: the name of its class in brackets."""
    name = {"regexp": "RegExp"}.get(kind := _type_name(value), kind.capitalize())
    return f"[object {name}]" if name else Opaque("string")


def is_complete(thing: Thing) -> bool:
    """True if an object has no members but those that are known."""
    each: Value = thing
    for _ in range(_DEEPEST):
        if each.__class__ is not Thing or not _is_plain(each) or REST in each.fields:
            return False
        if PROTOTYPE not in each.fields:
            return True
        each = each.fields[PROTOTYPE]
    return False
