"""References of C#: variables that are another name of a variable, a field or an item (``ref``)."""

from __future__ import annotations

from webshellhunt.analysis.calling.construction import fields_of_class
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.conversions import key_of
from webshellhunt.analysis.domain.values import ABSENT, ClassValue, Reference, Thing, Value
from webshellhunt.analysis.execution.names import frame_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Argument, Assign, Call, Conditional, Index, Member, Name, Node


def referred_place(machine: Machine, node: Node) -> Reference | None:
    """Return the place that ``ref x`` is a reference to, ``None`` where it is not known."""
    if isinstance(node, Argument):
        return referred_place(machine, node.value)
    if isinstance(node, Name):
        return _place_of_name(machine, node)
    if isinstance(node, Member) and node.subject is not None:
        subject = machine.value(node.subject)
        if subject.__class__ is ClassValue:
            subject = fields_of_class(machine, subject.symbol, subject.types)
        is_own = subject.__class__ is Thing and subject.symbol is not None
        return _place(subject, machine.symbols.fold(node.name) if is_own else node.name.lower())
    if isinstance(node, Index) and len(node.arguments) == 1:
        subject, key = machine.value(node.subject), key_of(machine.value(node.arguments[0]), machine.language)
        return None if key is None else _place(subject, key)
    if isinstance(node, Conditional):
        test = machine.value(node.test)
        return referred_place(machine, node.yes if test is True else node.no) if isinstance(test, bool) else None
    if isinstance(node, Call):
        value = machine.reference(node)
        return value if value.__class__ is Reference else None
    return None


def _place(subject: Value, key: object) -> Reference | None:
    return Reference(subject.fields, key) if subject.__class__ is Thing else None


def _place_of_name(machine: Machine, node: Name) -> Reference | None:
    name = machine.symbols.fold(node.text)
    frame = frame_of(machine, name)
    container = None if frame is None else frame.variables
    symbol = machine.frame.symbol
    if container is None and symbol is not None and symbol is not machine.symbols.page:
        found = find_member(machine, symbol, name)
        if found is not None and found.kind == "field":
            owner = fields_of_class(machine, found.symbol) if found.is_static else machine.frame.this
            container = owner.fields if owner.__class__ is Thing else None
    if container is None:
        container = machine.page.fields
    held = container.get(name, ABSENT)
    return held if held.__class__ is Reference else Reference(container, name)


def is_rebound(machine: Machine, node: Assign) -> bool:
    """Let a reference refer to another variable, ``r = ref x``; return False for any other assignment."""
    value, target = node.value, node.target
    if not isinstance(value, Argument) or value.by != "ref" or not isinstance(target, Name):
        return False
    return bind_reference(machine, target.text, value)


def bind_reference(machine: Machine, text: str, value: Argument) -> bool:
    """Make a variable another name of a variable; return False where it is not known of which one."""
    place = referred_place(machine, value)
    if place is None:
        return False
    name = machine.symbols.fold(text)
    frame = frame_of(machine, name)
    machine.state.put(machine.page.fields if frame is None else frame.variables, name, place)
    return True
