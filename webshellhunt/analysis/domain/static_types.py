"""Static types: the type that an expression has by its declarations, for any value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.values import ClassValue, Thing
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import (
    Argument,
    Call,
    Cast,
    Conditional,
    Declaration,
    Index,
    Member,
    Name,
    New,
    Node,
    Parameter,
    TypeName,
    Unary,
)

_DEEPEST = 12
_OWN = frozenset({"this", "me"})
_CONVERSIONS = {"cobj": "object", "cstr": "string", "cint": "integer"}
"""Conversions of Visual Basic to types."""


def static_type(machine: Machine, node: Node | None, depth: int = 0) -> TypeName | None:
    """Return the type of an expression, ``None`` where no declaration says it."""
    if depth > _DEEPEST:
        return None
    if isinstance(node, (Cast, New)):
        return node.type
    if isinstance(node, Name):
        return _type_of_name(machine, node, depth)
    if isinstance(node, Call) and isinstance(node.callee, Name) and node.callee.text in _CONVERSIONS:
        return TypeName(node.start, node.end, _CONVERSIONS[node.callee.text])
    if isinstance(node, (Member, Call)):
        return _type_of_member(machine, node, depth)
    if isinstance(node, Index):
        return _type_of_item(machine, node, depth)
    if isinstance(node, Argument):
        return static_type(machine, node.value, depth + 1)
    if isinstance(node, Conditional):
        return static_type(machine, node.yes, depth + 1)
    if isinstance(node, Unary) and node.operator == "await":
        return static_type(machine, node.operand, depth + 1)
    return None


def class_of_node(machine: Machine, node: Node | None) -> ClassSymbol | None:
    """Return the class of the page that an expression is of, by its declarations."""
    written = static_type(machine, node)
    if written is None or written.rank:
        return None
    return machine.symbols.class_of(written.name)


def _type_of_name(machine: Machine, node: Name, depth: int) -> TypeName | None:
    if node.text.lower() in _OWN:
        symbol = machine.frame.symbol
        return TypeName(node.start, node.end, symbol.name) if symbol is not None and symbol.name else None
    name = machine.symbols.fold(node.text)
    for frame in _frames(machine):
        declared = machine.symbols.declarations_of(frame.function).get(name)
        if declared is not None:
            return _type_of_declaration(machine, declared, depth)
    return _type_in(machine, machine.frame.symbol, name, depth)


def _type_of_item(machine: Machine, node: Index, depth: int) -> TypeName | None:
    """Return the type of an item of an array, a list or a dictionary."""
    written = static_type(machine, node.subject, depth + 1)
    if written is None:
        return None
    if written.rank:
        return replace(written, rank=written.rank - 1)
    is_own = machine.symbols.class_of(written.name) is not None
    return written.arguments[-1] if written.arguments and not is_own else None


def _frames(machine: Machine) -> Iterator[Frame]:
    frame: Frame | None = machine.frame
    while frame is not None:
        yield frame
        frame = frame.outer


def _type_of_declaration(machine: Machine, declared: Declaration | Parameter, depth: int) -> TypeName | None:
    written = declared.type
    if isinstance(declared, Declaration) and (written is None or written.name == "var"):
        return static_type(machine, declared.value, depth + 1)
    return written


def _type_in(machine: Machine, symbol: ClassSymbol | None, name: str, depth: int) -> TypeName | None:
    """Return the type of a member of a class, or of the classes around it."""
    while symbol is not None:
        found = find_member(machine, symbol, name)
        if found is not None:
            if found.kind == "field":
                return _type_of_declaration(machine, found.symbol.fields[name], depth)
            return found.functions[0].type if found.functions else None
        symbol = symbol.outer
    return None


def _type_of_member(machine: Machine, node: Member | Call, depth: int) -> TypeName | None:
    member = node.callee if isinstance(node, Call) else node
    if isinstance(member, Name) and isinstance(node, Call):
        return _type_in(machine, machine.frame.symbol, machine.symbols.fold(member.text), depth)
    if not isinstance(member, Member) or member.subject is None:
        return None
    if isinstance(node, Call) and len(member.types) == 1 and member.name.lower().startswith("deserialize"):
        return member.types[0]
    written = static_type(machine, member.subject, depth + 1)
    name = written.name if written is not None else member.subject.text if isinstance(member.subject, Name) else ""
    symbol = machine.symbols.class_of(name) if name else None
    return _type_in(machine, symbol, machine.symbols.fold(member.name), depth) if symbol is not None else None


def is_variable(machine: Machine, node: Node) -> bool:
    """True if an expression may be a variable: a method of a structure changes the variable, or else a copy."""
    if isinstance(node, Index):
        subject = machine.value(node.subject)
        return subject.__class__ is not Thing or subject.type == "array"
    if isinstance(node, Name):
        return _is_variable_name(machine, node)
    if isinstance(node, Member) and node.subject is not None:
        subject = machine.value(node.subject)
        symbol = subject.symbol if subject.__class__ is Thing or subject.__class__ is ClassValue else None
        return symbol is None or _is_changeable(machine, symbol, machine.symbols.fold(node.name))
    return True


def _is_variable_name(machine: Machine, node: Name) -> bool:
    name = machine.symbols.fold(node.text)
    for frame in _frames(machine):
        declared = machine.symbols.declarations_of(frame.function).get(name)
        if declared is not None:
            return _is_assigned_freely(machine, declared)
    symbol = machine.frame.symbol
    if symbol is not None and find_member(machine, symbol, name) is not None:
        return _is_changeable(machine, symbol, name)
    declared = machine.symbols.declarations_of(None).get(name)
    return declared is None or _is_assigned_freely(machine, declared)


def _is_changeable(machine: Machine, symbol: ClassSymbol, name: str) -> bool:
    """True if a member is a field that may be assigned to at any time."""
    found = find_member(machine, symbol, name)
    if found is None or found.kind == "field":
        return found is None or _is_assigned_freely(machine, found.symbol.fields[name])
    return found.kind != "property"


def _is_assigned_freely(machine: Machine, declared: Declaration | Parameter) -> bool:
    if isinstance(declared, Parameter):
        return declared.by != "in"
    function = machine.frame.function
    is_making = function is not None and function.kind == "constructor"
    return "property" not in declared.modifiers and (is_making or "readonly" not in declared.modifiers)
