"""Overloads: which function of a name a call means, and its arguments as that declares them."""

from __future__ import annotations

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.given import TYPED, VB, Given
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.resolution import as_declared, resolved
from webshellhunt.analysis.domain.values import ABSENT, Closure, Thing, Value
from webshellhunt.analysis.execution.machine import Machine
from webshellhunt.analysis.execution.names import write
from webshellhunt.lang.tree import Argument, Call, Declaration, Function, Index, Member, Name, Node


def call_own(machine: Machine, function: Closure, given: Given, this: Value) -> Value:
    """Call a function of the page, and assign the values that its parameters return."""
    outs: list[Value] = []
    functions = function.overloads if machine.language in TYPED and function.overloads else (function.function,)
    chosen = resolved(machine, functions, given)
    result = call_function(
        machine,
        chosen,
        _packed(machine, chosen, given),
        this,
        outer=function.frame,
        names=given.names,
        outs=outs,
        types=given.types,
    )
    for node, value in zip(given.nodes, outs, strict=False):
        if machine.language in VB and isinstance(node, Argument) and not node.name:
            continue  # in brackets of its own: passed by value
        target = node.value if isinstance(node, Argument) else node
        if machine.language == "vbscript" and _is_copied(machine, target):
            continue
        if value is not ABSENT and isinstance(target, (Name, Member, Call, Index, Declaration)):
            write(machine, target, value)
    return result


def _packed(machine: Machine, function: Function, given: Given) -> list[Value]:
    """Return the values of arguments; an array that is declared as an object is one item of those of ``params``."""
    values, last = given.values, function.parameters[-1:]
    if not last or last[0].by != "rest" or len(values) != len(function.parameters):
        return values
    is_item = last[0].type is not None and as_declared(machine, values[-1], given.nodes[-1]) is not values[-1]
    return [*values[:-1], array_of(values[-1:])] if is_item else values


def _is_copied(machine: Machine, target: Node) -> bool:
    """True if an argument of VBScript is a value of its own: a member of an object, an entry of a dictionary."""
    if not isinstance(target, Call):
        return isinstance(target, Member)
    held = machine.value(target.callee)
    return held.__class__ is not Thing or held.type != "array"
