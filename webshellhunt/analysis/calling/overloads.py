"""Overloads: which of several functions of the page a call as it is written means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from webshellhunt.analysis.calling.given import MANY, Given
from webshellhunt.analysis.calling.overload_fit import pick
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.static_types import static_type
from webshellhunt.analysis.domain.values import ClassValue, Opaque, Tainted, Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import TYPED
from webshellhunt.lang.tree import Argument, Declaration, Function, Member, Name, Node

_OBJECT = frozenset({"object", "system.object"})
_NUMBERS = frozenset({int, float})


def resolved(machine: Machine, functions: Sequence[Function], given: Given) -> Function:
    """Return the function that a call means: its arguments count as of the types that they are declared with."""
    if len(functions) == 1:
        return functions[0]
    machine.spend(len(functions))
    kinds = kinds_of(machine, given) if len(functions) <= MANY else given.values
    is_plain = machine.language != "c#" or not any(isinstance(each, Argument) for each in given.nodes)
    ways = () if is_plain else [each.by if isinstance(each, Argument) else "value" for each in given.nodes]
    return pick(machine.symbols, functions, kinds, names=given.names, ways=ways, types=len(given.types))


def as_declared_by(machine: Machine, function: Function, given: Given) -> Given:
    """Return the arguments of a call in the order of a function, with its defaults, for one that overrides it."""
    if any(each.by == "rest" for each in function.parameters):
        return given
    fold = machine.symbols.fold
    names = [fold(name) for name in given.names]
    made = Given(types=given.types)
    for at, parameter in enumerate(function.parameters):
        place = names.index(fold(parameter.name)) if fold(parameter.name) in names else at
        if place < len(names) and names[place] in ("", fold(parameter.name)):
            made.add(given.values[place], given.nodes[place])
        elif parameter.default is not None:
            made.add(machine.value(parameter.default), parameter.default)
    return made


def packed(machine: Machine, function: Function, given: Given) -> list[Value]:
    """Return the values of arguments; an array that is declared as an object is one item of those of ``params``."""
    values, last = given.values, function.parameters[-1:]
    if not last or last[0].by != "rest" or len(values) != len(function.parameters):
        return values
    is_item = last[0].type is not None and as_declared(machine, values[-1], given.nodes[-1]) is not values[-1]
    return [*values[:-1], array_of(values[-1:])] if is_item else values


def kinds_of(machine: Machine, given: Given) -> Sequence[Value]:
    """Return the arguments of a call as overloads see them."""
    if machine.language not in TYPED or len(given.values) > MANY:
        return given.values
    return [*map(partial(as_declared, machine), given.values, given.nodes)]


def as_declared(machine: Machine, value: Value, node: Node) -> Value:
    """Return a value as overloads see it: as one of the type that its expression is declared with."""
    inner = node.value if isinstance(node, Argument) else node
    if isinstance(inner, Member) and (named := _enumeration(machine, inner)):
        return Opaque(named)
    written = inner.type if isinstance(inner, Declaration) else static_type(machine, node)
    if written is None or written.rank or written.name in ("dynamic", "var"):
        return value
    if written.name.lower() in _OBJECT:
        return Opaque("object")
    declared = machine.symbols.class_of(written.name)
    is_base = declared is not None and value.__class__ is Thing and value.symbol not in (None, declared)
    if declared is None and (value.__class__ in (Tainted, Opaque) or value.__class__ in _NUMBERS):
        return Opaque(written.name.rpartition(".")[2].lower())
    if declared is not None and declared.kind == "enum":
        return Opaque(declared.name.lower())
    if declared is None or not is_base or declared not in machine.symbols.bases_of(value.symbol):
        return value
    return Thing(declared.name.lower(), declared)


def _enumeration(machine: Machine, node: Member) -> str:
    """Return the enumeration of which a member is a value, ``""`` for any other member."""
    if not isinstance(node.subject, Name):
        return ""
    symbol = machine.symbols.class_of(node.subject.text)
    if symbol is None or symbol.kind != "enum" or machine.value(node.subject).__class__ is not ClassValue:
        return ""
    return symbol.name.lower()
