"""Events: accessors of events, and the functions of VB.NET that handle the events of their class (``Handles``)."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.values import Closure, Opaque, Several, Thing, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Declaration, Function, Member, Name, Node

_ACCESSORS = {"+=": "add_", "-=": "remove_"}
_WITH_EVENTS = frozenset({"c#", "vb"})
_STARTED = frozenset({"timer", "backgroundworker", "filesystemwatcher", "process", "webclient", "serialport", "task"})
"""Types of objects that raise no event before they begin to work."""
_OF_WORK = ("dowork", "runworkercompleted")
"""Events of a ``BackgroundWorker``."""


def is_accessed(machine: Machine, target: Node, operator: str, held: Value, value: Value) -> bool:
    """Call the accessor of an event that has one, or attach a function to an event of a library.

    Return False for any other assignment; ``held`` is the value of its target before it.
    """
    prefix = _ACCESSORS.get(operator)
    if prefix is None or not isinstance(target, (Name, Member)):
        return False
    own = isinstance(target, Name) or target.subject is None
    subject = machine.frame.this if own else machine.value(target.subject)  # type: ignore[union-attr]
    symbol = subject.symbol if subject.__class__ is Thing else machine.frame.symbol if own else None
    text = target.text if isinstance(target, Name) else target.name
    found = find_member(machine, symbol, prefix + machine.symbols.fold(text)) if symbol is not None else None
    if found is None:
        return _is_attached(machine, subject, operator, held, value)
    call_function(machine, found.functions[0], [value], subject)
    return True


def _is_attached(machine: Machine, subject: Value, operator: str, held: Value, value: Value) -> bool:
    """Attach a function to an event that a library raises, or detach it; return False for any other assignment."""
    if machine.language not in _WITH_EVENTS or value.__class__ not in (Closure, Several):
        return False
    is_made = subject.__class__ is Thing and subject.symbol is None
    if (is_made and subject.type in _STARTED) or not (is_made or (held.__class__ is Opaque and held.path)):
        return False
    if operator == "+=":
        machine.kept.attached.append(value)
    else:
        machine.kept.attached[:] = [each for each in machine.kept.attached if not _is_same(each, value)]
    return True


def _is_same(left: Value, right: Value) -> bool:
    are_closures = left.__class__ is Closure and right.__class__ is Closure
    return left is right or (are_closures and left.function is right.function and left.this is right.this)


def raise_events(machine: Machine, thing: Thing) -> None:
    """Call the functions that handle the events of an object of a library, as it begins to work."""
    for key, value in [*thing.fields.items()]:
        if value.__class__ in (Closure, Several) and isinstance(key, str) and key[:1] != "\0" and key not in _OF_WORK:
            machine.call(value, [thing, Opaque("eventargs")], 0)


def run_worker(machine: Machine, thing: Thing, argument: Value) -> None:
    """Call the function that does the work of a ``BackgroundWorker``, then the one that gets its result."""
    work, completed = (thing.fields.get(key) for key in _OF_WORK)
    told = Thing("doworkeventargs", fields={"argument": argument, "result": None})
    if work is not None:
        machine.call(work, [thing, told], 0)
    if completed is not None:
        done = {"result": told.fields["result"], "error": None, "cancelled": False}
        machine.call(completed, [thing, Thing("runworkercompletedeventargs", fields=done)], 0)


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
