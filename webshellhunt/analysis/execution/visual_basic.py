"""Visual Basic apart from other languages: ``Mid`` as a target, ``Static`` variables, properties with arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from webshellhunt.analysis.calling.found_members import Found, find_member
from webshellhunt.analysis.domain.conversions import integer_of
from webshellhunt.analysis.domain.operators import joined
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import Closure, Opaque, Thing, Value, is_known
from webshellhunt.analysis.machine.frames import AGAIN, Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Declaration

NUMERIC = frozenset(
    {
        "integer",
        "long",
        "short",
        "byte",
        "sbyte",
        "uinteger",
        "ulong",
        "ushort",
        "double",
        "single",
        "decimal",
        "boolean",
    }
    | {"date", "int32", "int64", "int16", "datetime", "guid"}
)
"""Types of which no value does harm as text."""


def replaced_middle(machine: Machine, before: Value, keys: Sequence[Value], value: Value) -> Value:
    """Return the text that ``Mid(text, start[, count]) = value`` leaves."""
    start = integer_of(keys[0]) if keys and is_known(keys[0]) else None
    if start is None or not isinstance(before, str) or start < 1:
        return derived([before, value], "string")
    if isinstance(value, str):
        count = integer_of(keys[1]) if len(keys) > 1 and is_known(keys[1]) else len(value)
        new = value[: min(count or 0, len(before) - start + 1)]
        return before[: start - 1] + new + before[start - 1 + len(new) :]
    language = machine.language
    return joined(joined(before[: start - 1], value, language), Opaque("string"), language)


def property_of_name(machine: Machine, text: str) -> tuple[Found, Value] | None:
    """Return the property with parameters that a name means, with the object that it belongs to."""
    name = machine.symbols.fold(text)
    frame = machine.frames[-1]
    if name not in machine.symbols.accessors or name in frame.own:
        return None
    symbol: ClassSymbol | None = frame.symbol
    for each, this in ((symbol, frame.this), (machine.symbols.page, machine.page)):
        found = find_member(machine, each, name) if each is not None else None
        if found is not None and found.kind == "property":
            functions = [*found.functions, *found.symbol.setters.get(name, ())]
            if len(functions[0].parameters) > (functions[0].kind != "get"):
                return found, this
    return None


def referred(machine: Machine, function: Value) -> Value:
    """Return a function as a value, which its name alone does not call: ``AddressOf f``, ``GetRef("f")``."""
    if function.__class__ is not Closure:
        return function
    return Closure(function.function, function.frame or machine.frames[0], function.this, function.overloads)


def in_modules(machine: Machine, name: str) -> Found | None:
    """Return the member of a standard module that a name alone means."""
    for symbol in machine.symbols.classes.values():
        if symbol.kind == "module" and (found := find_member(machine, symbol, name)) is not None:
            return found
    return None


def statics_of(machine: Machine, frame: Frame) -> dict[Any, Value]:
    """Return the entries in which the ``Static`` variables of a call outlive it: of its object, or of its function."""
    function, this = frame.function, frame.this
    assert function is not None
    if this.__class__ is not Thing or this is machine.page or "shared" in function.modifiers:
        return machine.kept.functions.setdefault((function, None), Thing("function")).fields
    key = f"\0statics {function.start}"
    kept = this.fields.get(key)
    if kept.__class__ is not Thing:
        kept = Thing("function")
        machine.state.put(this.fields, key, kept)
    return kept.fields


def is_declared_again(machine: Machine, node: Declaration) -> bool:
    """True if a variable that a loop declares once more, without a first value, keeps the one of the turn before."""
    variables, name = machine.frame.variables, machine.symbols.fold(node.name)
    if name in variables and variables.get(AGAIN + name) == node.start:
        return True
    machine.state.put(variables, AGAIN + name, node.start)
    return False
