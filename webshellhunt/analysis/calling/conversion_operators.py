"""Conversion operators: objects of a class of the page where another type is wanted."""

from __future__ import annotations

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.found_members import Found, find_member
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import ABSENT, Choice, ClassValue, Thing, Value, is_known
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function, TypeName

_TRUE = ("true", "istrue")
_BOOLEAN = ("bool", "Boolean", "boolean")
_EXPLICIT = frozenset({"explicit", "narrowing"})
_WITH_CONVERSIONS = frozenset({"c#", "vb"})


def converted_by_class(machine: Machine, value: Value, wanted: TypeName | None) -> Value:
    """Return a value as one of a type, by an operator of its class or of the class that is wanted."""
    if not machine.symbols.has_operators or wanted is None or wanted.rank or wanted.name in ("var", "object"):
        return value
    target = machine.symbols.class_of(wanted.name)
    if value.__class__ is Thing:
        symbol: ClassSymbol | None = value.symbol
        if symbol is None or symbol is target:
            return value
        operator = _operator(symbol, wanted.name)
        if operator is None and target is not None:
            operator = _operator(target, wanted.name)
        return value if operator is None else call_function(machine, operator, [value], None)
    operator = _operator(target, wanted.name) if target is not None and value.__class__ is not ClassValue else None
    return value if operator is None or value is None else call_function(machine, operator, [value], None)


def _operator(symbol: ClassSymbol, name: str) -> Function | None:
    """Return the operator of a class that converts to a type, which is its name in C#; VB.NET calls it ``CType``."""
    functions: list[Function] = [*symbol.methods.get(name, []), *symbol.methods.get("ctype", [])]
    for function in functions:
        is_named = function.name == name or (function.type is not None and function.type.name == name)
        if function.kind == "operator" and is_named:
            return function
    return None


def as_argument(machine: Machine, value: Value) -> Value:
    """Return an object of the page as an argument of a library: the result of its operator."""
    if not machine.symbols.has_operators:
        return value
    if value.__class__ is Choice:
        return choice([as_argument(machine, each) for each in value.options])
    if value.__class__ is not Thing or value.symbol is None:
        return value
    operator = _operator(value.symbol, "string")
    if operator is None or not _EXPLICIT.isdisjoint(operator.modifiers):
        return value
    return call_function(machine, operator, [value], None)


def as_text(machine: Machine, value: Value) -> Value:
    """Return an object of the page as a text: the result of its ``ToString``."""
    if machine.language not in _WITH_CONVERSIONS or is_known(value):
        return value
    if value.__class__ is Choice:
        return choice([as_text(machine, each) for each in value.options])
    if value.__class__ is not Thing or value.symbol is None:
        return value
    found: Found | None = find_member(machine, value.symbol, machine.symbols.fold("ToString"))
    if found is None or found.kind != "method" or found.functions[0].parameters:
        return value
    return call_function(machine, found.functions[0], [], value)


def overloaded_one(machine: Machine, name: str, value: Value) -> Value:
    """Return the result of an operator with one operand of a class of the page, `ABSENT` where none is declared."""
    symbol = value.symbol if value.__class__ is Thing and machine.symbols.has_operators else None
    for base in machine.symbols.bases_of(symbol) if symbol is not None else ():
        for function in base.methods.get(name, ()):
            if function.kind == "operator" and len(function.parameters) == 1:
                return call_function(machine, function, [value], None)
    return ABSENT


def as_condition(machine: Machine, value: Value) -> Value:
    """Return an object of the page as a condition: the result of its operator ``true`` or of one to a truth value."""
    if value.__class__ is not Thing or value.symbol is None or not machine.symbols.has_operators:
        return value
    for name in _TRUE:
        made = overloaded_one(machine, name, value)
        if made is not ABSENT:
            return made
    operator = next((each for name in _BOOLEAN if (each := _operator(value.symbol, name)) is not None), None)
    return value if operator is None else call_function(machine, operator, [value], None)


def overloaded(machine: Machine, left: Value, name: str, right: Value) -> Value:
    """Return the result of an operator of a class of the page, `ABSENT` where none is declared."""
    if not machine.symbols.has_operators:
        return ABSENT
    for each in (left, right):
        symbol = each.symbol if each.__class__ is Thing else None
        for base in machine.symbols.bases_of(symbol) if symbol is not None else ():
            for function in base.methods.get(name, ()):
                if function.kind == "operator" and len(function.parameters) == 2:
                    return call_function(machine, function, [left, right], None)
    return ABSENT
