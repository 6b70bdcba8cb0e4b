"""Overloads: which function of a name a call means, by the types with which its arguments are declared."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from webshellhunt.analysis.calling.given import MANY, TYPED, Given
from webshellhunt.analysis.calling.overload_fit import pick
from webshellhunt.analysis.domain.static_types import static_type
from webshellhunt.analysis.domain.values import Closure, Opaque, Tainted, Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Function, Node

_OBJECT = frozenset({"object", "system.object"})


def kinds_of(machine: Machine, given: Given) -> Sequence[Value]:
    """Return the arguments of a call as overloads see them."""
    if machine.language not in TYPED or len(given.values) > MANY:
        return given.values
    return [*map(partial(as_declared, machine), given.values, given.nodes)]


def as_declared(machine: Machine, value: Value, node: Node) -> Value:
    """Return a value as overloads see it: as one of the type that its expression is declared with."""
    written = static_type(machine, node)
    if written is None or written.rank or written.name == "dynamic":
        return value
    if written.name.lower() in _OBJECT:
        return Opaque("object")
    declared = machine.symbols.class_of(written.name)
    is_base = declared is not None and value.__class__ is Thing and value.symbol not in (None, declared)
    if declared is None and value.__class__ in (Tainted, Opaque):
        return Opaque(written.name.rpartition(".")[2].lower())
    if declared is None or not is_base or declared not in machine.symbols.bases_of(value.symbol):
        return value
    return Thing(declared.name.lower(), declared)


def chosen_of(machine: Machine, function: Closure, given: Given) -> tuple[Function, tuple[Function, ...]]:
    """Return the function that a call means and those of which its values choose one.

    An argument that is declared as an object chooses the function that takes one, whatever it is.
    """
    if len(function.overloads) < 2 or machine.language not in TYPED or len(function.overloads) > MANY:
        return function.function, function.overloads
    kinds = [*map(partial(as_declared, machine), given.values, given.nodes)]
    if all(kind is value for kind, value in zip(kinds, given.values, strict=True)):
        return function.function, function.overloads
    return pick(function.overloads, kinds), ()
