"""Generics: the types that type parameters are, in the call or the object around."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.analysis.domain.values import Char, ClassValue, Opaque, Tainted, Text, Thing, Value
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Function, TypeName

_DEEPEST = 6
_KINDS: Mapping[type, str] = {bool: "bool", int: "int", float: "double", Char: "char"}


def actual(machine: Machine, written: TypeName, depth: int = 0) -> TypeName:
    """Return a type with the types that its type parameters are."""
    found = _bound(machine, machine.symbols.fold(written.name))
    if found is not None:
        return found
    if not written.arguments or depth > _DEEPEST:
        return written
    arguments = [actual(machine, each, depth + 1) for each in written.arguments]
    return TypeName(written.start, written.end, written.name, arguments, written.rank, written.names)


def all_actual(machine: Machine, types: Sequence[TypeName]) -> tuple[TypeName, ...]:
    """Return types with the types that their type parameters are."""
    return tuple(actual(machine, each) for each in types)


def _bound(machine: Machine, name: str) -> TypeName | None:
    """Return the type that a type parameter is, ``None`` for any other name."""
    frame: Frame | None = machine.frame
    while frame is not None:
        if frame.types is not None and name in frame.types:
            return frame.types[name]
        this = frame.this
        symbol = this.symbol if this.__class__ is Thing or this.__class__ is ClassValue else None
        if symbol is not None and this.types and name in symbol.generics:
            return dict(zip(symbol.generics, this.types, strict=False)).get(name)
        frame = frame.outer
    return None


def types_of_call(
    machine: Machine, function: Function, given: Sequence[TypeName], arguments: Sequence[Value]
) -> Mapping[str, TypeName] | None:
    """Return the types that the type parameters of a function are: those of the call, or of its arguments."""
    if not function.generics:
        return None
    names = [machine.symbols.fold(each) for each in function.generics]
    if given:
        return dict(zip(names, given, strict=False))
    found: dict[str, TypeName] = {}
    for parameter, value in zip(function.parameters, arguments, strict=False):
        name = machine.symbols.fold(parameter.type.name) if parameter.type is not None else ""
        written = type_of(value) if name in names else ""
        if written:
            found.setdefault(name, TypeName(function.start, function.start, written))
    return found


def type_of(value: Value) -> str:
    """Return the name of the type of a value, ``""`` where it is not known."""
    if value.__class__ is Thing:
        return value.symbol.name if value.symbol is not None else str(value.type)
    if value.__class__ is Tainted or value.__class__ is Opaque:
        return value.type or ("string" if value.__class__ is Tainted else "")
    return _KINDS.get(value.__class__, "string" if isinstance(value, str) or value.__class__ is Text else "")


def key_of_types(types: Sequence[TypeName]) -> str:
    """Return type arguments as the key of a constructed type."""
    return ",".join(f"{each.name}[{each.rank}]<{key_of_types(each.arguments)}>" for each in types)
