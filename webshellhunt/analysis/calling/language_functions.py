"""Functions of the languages that get expressions, not values: ``nameof``, ``GetRef``, ``Erase``, ``CallByName``."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.calling.construction import default_of
from webshellhunt.analysis.calling.generics import actual
from webshellhunt.analysis.calling.given import Given, arguments_of
from webshellhunt.analysis.calling.methods import call_method
from webshellhunt.analysis.calling.objects import set_member
from webshellhunt.analysis.calling.outside.named_calls import call_named
from webshellhunt.analysis.calling.reflection import type_of_value, type_value
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import LENGTH, UNKNOWN, Opaque, Reflected, Thing, Value
from webshellhunt.analysis.execution.names import read
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.execution.visual_basic import referred
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Call, Member, Name, TypeName, name_path


def _get_ref(machine: Machine, node: Call) -> Value:
    names = [machine.value(each) for each in node.arguments]
    machine.record.is_dynamic = True
    return referred(machine, read(machine, names[0], node.start)) if names and isinstance(names[0], str) else UNKNOWN


def _type_of(machine: Machine, node: Call) -> Value:
    each = node.arguments[0] if node.arguments else None
    if each is None:
        return type_of_value(machine.page if machine.frame.this is None else machine.frame.this)
    if isinstance(each, TypeName):
        return type_value(machine, actual(machine, each).name)
    if isinstance(each, (Name, Member)) and name_path(each):
        written = TypeName(each.start, each.end, ".".join(name_path(each)))
        return type_value(machine, actual(machine, written).name)
    return Reflected("type", UNKNOWN)


def _default(machine: Machine, node: Call) -> Value:
    each = node.arguments[0] if node.arguments else None
    return default_of(machine, each) if isinstance(each, TypeName) else None


def _reference_equals(machine: Machine, node: Call) -> Value:
    return call_named(machine, ("object", "referenceequals"), None, arguments_of(machine, node.arguments), node.start)


def _name_of(machine: Machine, node: Call) -> Value:
    each = node.arguments[0] if node.arguments else None
    return each.text if isinstance(each, Name) else each.name if isinstance(each, Member) else UNKNOWN


def _if(machine: Machine, node: Call) -> Value:
    values = [machine.value(each) for each in node.arguments]
    if len(values) == 3:
        return values[1] if values[0] is True else values[2] if values[0] is False else choice(values[1:])
    return derived(values)


def _erase(machine: Machine, node: Call) -> Value:
    """Empty arrays: those of VBScript keep their bounds, in VB.NET the variable refers to none."""
    for each in node.arguments:
        array = machine.value(each)
        if machine.language == "vb":
            write(machine, each, None)
        elif array.__class__ is Thing:
            for key in [*array.fields]:
                if key != LENGTH:
                    machine.state.drop(array.fields, key)
    return None


def _call_by_name(machine: Machine, node: Call) -> Value:
    """``CallByName(object, "Name", kind, …)``."""
    given = arguments_of(machine, node.arguments)
    name = given.values[1] if len(given.values) > 2 else None
    if not isinstance(name, str):
        return call_named(machine, ("callbyname",), None, given, node.start)
    rest = Given(given.values[3:], given.names[3:], given.nodes[3:])
    kind = given.values[2]
    is_assigned = kind in (4, 8) or (kind.__class__ is Opaque and kind.path[-1:] in (("set",), ("let",)))
    if is_assigned and rest.values:
        set_member(machine, given.values[0], name, rest.values[-1], node.start)
        return None
    return call_method(machine, given.values[0], name, rest, node.start)


SPECIAL: dict[str, Callable[[Machine, Call], Value]] = {
    "erase": _erase,
    "getref": _get_ref,
    "typeof": _type_of,
    "gettype": _type_of,
    "nameof": _name_of,
    "iif": _if,
    "callbyname": _call_by_name,
    "default": _default,
    "referenceequals": _reference_equals,
}
