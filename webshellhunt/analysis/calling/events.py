"""Events: accessors of events, and the functions of VB.NET that handle the events of their class (``Handles``)."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.values import Closure, Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Declaration, Function, Member, Name, Node

_ACCESSORS = {"+=": "add_", "-=": "remove_"}


def is_accessed(machine: Machine, target: Node, operator: str, value: Value) -> bool:
    """Call the accessor of an event that has one; return False for any other assignment."""
    prefix = _ACCESSORS.get(operator)
    if prefix is None or not isinstance(target, (Name, Member)):
        return False
    own = isinstance(target, Name) or target.subject is None
    subject = machine.frame.this if own else machine.value(target.subject)  # type: ignore[union-attr]
    symbol = subject.symbol if subject.__class__ is Thing else machine.frame.symbol if own else None
    text = target.text if isinstance(target, Name) else target.name
    found = find_member(machine, symbol, prefix + machine.symbols.fold(text)) if symbol is not None else None
    if found is None:
        return False
    call_function(machine, found.functions[0], [value], subject)
    return True


def handlers_of(machine: Machine, text: str) -> Iterator[Closure]:
    """Yield the functions that handle an event which the object of the innermost call raises."""
    name = machine.symbols.fold(text)
    raising = machine.frame.this
    holders = [machine.page, *(frame.this for frame in machine.frames if frame.this is not machine.page)]
    for holder in holders:
        if holder.__class__ is not Thing or holder.symbol is None:
            continue
        for function in holder.symbol.functions():
            for handled in function.handles:
                root, _, event = handled.rpartition(".")
                if machine.symbols.fold(event) == name and holder.fields.get(machine.symbols.fold(root)) is raising:
                    yield Closure(function, None, holder)


def is_of_own_class(machine: Machine, function: Function) -> bool:
    """True if a function handles only events of objects of the page's own classes, which the server does not raise."""
    owner = machine.symbols.owners.get(function, machine.symbols.page)
    declared = {
        machine.symbols.fold(each.name): each
        for each in [*owner.fields.values(), *owner.statements]
        if isinstance(each, Declaration) and "withevents" in each.modifiers
    }
    types = [declared.get(machine.symbols.fold(each.rpartition(".")[0])) for each in function.handles]
    return bool(types) and all(
        each is not None and each.type is not None and machine.symbols.class_of(each.type.name) is not None
        for each in types
    )
