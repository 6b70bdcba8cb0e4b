"""Types of values: whether a value is of a type."""

from __future__ import annotations

from webshellhunt.analysis.calling.generics import actual
from webshellhunt.analysis.domain.values import Char, Closure, Tainted, Text, Thing, Value, is_known, is_number
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import TypeName

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "int": (int,),
    "int32": (int,),
    "integer": (int,),
    "bool": (bool,),
    "boolean": (bool,),
    "double": (float,),
    "char": (Char,),
}

_COLLECTIONS = (LISTS | DICTIONARIES) - {"array"}
"""Objects that are no text; in VB.NET, an array of characters may become one."""


def is_of_type(machine: Machine, value: Value, type_name: TypeName) -> bool | None:
    """Return whether a value is of a type, ``None`` where that is not known."""
    type_name = actual(machine, type_name)
    name = type_name.name.rpartition(".")[2].lower()
    if name == "object" and value is not None:
        return True
    if value is None:
        return False
    if is_known(value):
        return _is_known_of(value, name, is_own=machine.symbols.class_of(type_name.name) is not None)
    if value.__class__ is Thing and value.symbol is not None:
        wanted = machine.symbols.class_of(type_name.name)
        if wanted is None:
            return None
        return wanted in [*machine.symbols.bases_of(value.symbol)]
    if value.__class__ is Thing and value.type in _COLLECTIONS and name in _TYPES:
        return False
    is_text = value.__class__ is Text or (value.__class__ is Tainted and value.type == "string")
    if is_text and (name in _TYPES or machine.symbols.class_of(type_name.name) is not None):
        return name == "string"
    if is_number(value) and name == "string":
        return False
    if value.__class__ is Closure:
        return name in ("function", "delegate") or None
    return None


def is_other_class(machine: Machine, value: Value, wanted: TypeName) -> bool:
    """True if a cast to a class of the page or to text never has an object, as the value is of another one."""
    if value.__class__ is not Thing:
        return False
    if value.symbol is None:
        return value.type in _COLLECTIONS and wanted.name.rpartition(".")[2].lower() == "string"
    if value.symbol.kind in ("page", "enum"):
        return False
    symbol = machine.symbols.class_of(actual(machine, wanted).name)
    return symbol is not None and symbol not in machine.symbols.bases_of(value.symbol)


def _is_known_of(value: Value, name: str, *, is_own: bool) -> bool | None:
    """Return whether a known value is of a type; ``is_own`` is true for a class of the page."""
    kinds = _TYPES.get(name)
    if kinds is None:
        return False if is_own else None
    if value.__class__ in (bool, Char):
        return value.__class__ in kinds
    return isinstance(value, kinds)
