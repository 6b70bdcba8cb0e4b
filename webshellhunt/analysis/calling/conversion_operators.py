"""Conversion operators: objects of a class of the page where another type is wanted."""

from __future__ import annotations

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.objects import Found, find_member
from webshellhunt.analysis.domain.values import ABSENT, Choice, Thing, Value, choice
from webshellhunt.analysis.execution.machine import Machine
from webshellhunt.lang.tree import Function, TypeName


def converted_by_class(machine: Machine, value: Value, wanted: TypeName | None) -> Value:
    """Return a value as one of a type, by an operator of its class or of the class that is wanted."""
    if machine.language != "c#" or wanted is None or wanted.rank or wanted.name in ("var", "object"):
        return value
    target = machine.symbols.class_of(wanted.name)
    if value.__class__ is Thing:
        symbol = value.symbol
        if symbol is None or symbol is target:
            return value
        operator = _operator(symbol.methods, wanted.name)
        return value if operator is None else call_function(machine, operator, [value], None)
    if target is None or not target.methods:
        return value
    operator = _operator(target.methods, wanted.name)
    return value if operator is None or value is None else call_function(machine, operator, [value], None)


def _operator(methods: dict[str, list[Function]], name: str) -> Function | None:
    """Return the operator that converts to a type."""
    return next((each for each in methods.get(name, ()) if each.kind == "operator"), None)


def as_argument(machine: Machine, value: Value) -> Value:
    """Return an object of the page as an argument of a library: the result of its operator."""
    if value.__class__ is Choice:
        return choice([as_argument(machine, each) for each in value.options])
    if value.__class__ is not Thing or value.symbol is None or machine.language != "c#":
        return value
    operator = _operator(value.symbol.methods, "string")
    if operator is None or "explicit" in operator.modifiers:
        return value
    return call_function(machine, operator, [value], None)


def as_text(machine: Machine, value: Value) -> Value:
    """Return an object of the page as a text: the result of its ``ToString``."""
    if value.__class__ is Choice:
        return choice([as_text(machine, each) for each in value.options])
    if value.__class__ is not Thing or value.symbol is None or machine.language not in ("c#", "vb"):
        return value
    found: Found | None = find_member(machine, value.symbol, machine.symbols.fold("ToString"))
    if found is None or found.kind != "method" or found.functions[0].parameters:
        return value
    return call_function(machine, found.functions[0], [], value)


def overloaded(machine: Machine, left: Value, name: str, right: Value) -> Value:
    """Return the result of an operator of a class of the page, `ABSENT` where none is declared."""
    if machine.language not in ("c#", "vb"):
        return ABSENT
    for each in (left, right):
        symbol = each.symbol if each.__class__ is Thing else None
        for base in machine.symbols.bases_of(symbol) if symbol is not None else ():
            for function in base.methods.get(name, ()):
                if function.kind == "operator" and len(function.parameters) == 2:
                    return call_function(machine, function, [left, right], None)
    return ABSENT
