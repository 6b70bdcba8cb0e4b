"""Targets: the effect of assigning to a name, a member, an item, or several of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import types_of_holder
from webshellhunt.analysis.calling.dispatching import typed_member
from webshellhunt.analysis.calling.found_members import field_key, find_member, setters_of
from webshellhunt.analysis.calling.items import get_item, set_item
from webshellhunt.analysis.calling.objects import get_member, set_member
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.fitting import as_declared, may_change
from webshellhunt.analysis.domain.passing import kept_by, passed
from webshellhunt.analysis.domain.values import ABSENT, EMPTY, ClassValue, Opaque, Reference, Thing, Value
from webshellhunt.analysis.execution.deconstruction import parts_of
from webshellhunt.analysis.execution.exceptions import overflows
from webshellhunt.analysis.execution.failures import fail
from webshellhunt.analysis.execution.names import frame_of, scope_of_name
from webshellhunt.analysis.execution.visual_basic import in_modules, property_of_name, replaced_middle, statics_of
from webshellhunt.analysis.jscript.scopes import share_parameter
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Argument, Assign, Call, Cast, Declaration, Entries, Index, Items, Member, Name, Node

_STATIC = frozenset({"static", "shared"})


def declare(machine: Machine, node: Declaration, value: Value) -> None:
    """Give a new variable of the innermost frame its first value."""
    name = machine.symbols.fold(node.name)
    frame = machine.frame
    if "static" in node.modifiers and frame.function is not None and machine.language == "vb":
        kept_ones = statics_of(machine, frame)
        frame.statics.append((name, kept_ones))
        value = kept_ones.get(name, value)
    if not _STATIC.isdisjoint(node.modifiers) and name in frame.variables:
        return
    value = passed(kept_by(machine, value), node.name, node.start)
    if not overflows(machine, value, node.type):
        value = as_declared(value, node.type, machine.language)
    cell = frame.cells.get(name)
    variables = cell.variables if cell.__class__ is Frame else frame.variables
    if machine.language == "jscript":  # whose variables are there from the beginning of the function on
        machine.state.begin(variables, name, EMPTY)
    machine.state.put(variables, name, value)
    if machine.language == "jscript":
        share_parameter(machine, frame, name, value)


def write(machine: Machine, target: Node, value: Value) -> None:
    """Assign to a target: a name, a member, an item, or several of them."""
    if isinstance(target, Name):
        _write_name(machine, target.text, target.start, value)
    elif isinstance(target, Member):
        subject = machine.value(target.subject) if target.subject is not None else _subject(machine)
        write_member(machine, target, subject, value)
    elif isinstance(target, (Call, Index)):
        _write_item(machine, target, value)
    elif isinstance(target, Items):
        _take_apart(machine, target, value)
    elif isinstance(target, Declaration):
        declare(machine, target, value)
    elif isinstance(target, (Argument, Cast)):
        write(machine, target.value if isinstance(target, Argument) else target.operand, value)
    else:
        for part, member in taken_by(machine, target, value):
            write(machine, part, member)


def write_member(machine: Machine, target: Member, subject: Value, value: Value) -> None:
    """Assign to a member of an object."""
    at = target.end - 1
    if target.is_key:
        set_item(machine, subject, [target.name], value, at)
        return
    value = passed(kept_by(machine, value), target.name, at)
    if not _write_typed(machine, target, subject, value):
        set_member(machine, subject, target.name, value, at)


def _write_typed(machine: Machine, target: Member, subject: Value, value: Value) -> bool:
    """Assign to a member that the declared type of its object decides; return False for any other."""
    found = typed_member(machine, subject, target) if subject.__class__ is Thing else None
    if found is None or found.is_static or found.kind == "method":
        return False
    if found.kind == "field":
        machine.state.put(subject.fields, field_key(machine, subject, found.symbol, found.name), value)
        return True
    setters = setters_of(machine, found)
    if setters:
        call_function(machine, setters[-1], [value], subject)
    return bool(setters)


def _subject(machine: Machine) -> Value:
    subjects = machine.frame.subjects
    return subjects[-1] if subjects else Opaque()


def _fitted(machine: Machine, frame: Frame | None, name: str, value: Value) -> Value:
    """Return a value as a variable has it, by its declaration."""
    if machine.language == "vbscript" or (machine.language == "c#" and not may_change(value)):
        return value
    declared = machine.symbols.declarations_of(None if frame is None else frame.function).get(name)
    if declared is None or overflows(machine, value, declared.type):
        return value
    return as_declared(value, declared.type, machine.language)


def _write_name(machine: Machine, text: str, token: int, value: Value) -> None:
    name = machine.symbols.fold(text)
    if machine.language == "vbscript" and _is_constant(machine, name):
        fail(machine, 501)
        return
    value = passed(kept_by(machine, value), text, token)
    if machine.language == "jscript" and (scope := scope_of_name(machine, text)) is not ABSENT:
        set_member(machine, scope, text, value, token)
        return
    frame = frame_of(machine, name)
    held = (frame.variables if frame is not None else machine.page.fields).get(name)
    if held.__class__ is Reference:
        machine.state.put(held.container, held.key, value)
        return
    value = _fitted(machine, frame, name, value)
    if frame is not None:
        if machine.language == "jscript":
            machine.state.begin(frame.variables, name, EMPTY)
        machine.state.put(frame.variables, name, value)
        if machine.language == "jscript":
            share_parameter(machine, frame, name, value)
    elif not _write_member(machine, name, text, token, value):
        _write_of_page(machine, name, value)


def _write_member(machine: Machine, name: str, text: str, token: int, value: Value) -> bool:
    """Assign to a member of the class around, or of a standard module; return False where the name is none."""
    symbol = machine.frame.symbol
    while symbol is not None:
        found = find_member(machine, symbol, name)
        if found is not None and found.kind != "method":
            this = machine.frame.this
            if found.kind == "field" and not found.is_static and this.__class__ is Thing:
                key = field_key(machine, this, found.symbol, name)
                if key != name:
                    machine.state.put(this.fields, key, value)
                    return True
            owner = this if not found.is_static else ClassValue(found.symbol, types_of_holder(this, found.symbol))
            set_member(machine, owner if found.symbol is not machine.symbols.page else machine.page, text, value, token)
            return True
        symbol = symbol.outer
    found = in_modules(machine, name) if machine.language == "vb" else None
    if found is not None and found.kind != "method":
        set_member(machine, ClassValue(found.symbol), text, value, token)
        return True
    return False


def _write_of_page(machine: Machine, name: str, value: Value) -> None:
    page = machine.symbols.page
    setters = page.setters.get(name)
    if setters:
        call_function(machine, setters[-1], [value], machine.page)
    elif (
        name in page.fields
        or name in machine.page.fields
        or machine.language not in VB
        or machine.frame is machine.frames[0]
    ):
        _put_variable(machine, machine.page.fields, name, value)
    else:
        _put_variable(machine, machine.frame.variables, name, value)


def _put_variable(machine: Machine, variables: dict[Any, Value], name: str, value: Value) -> None:
    """Assign to a variable, which a script may not declare: before, it is empty, or that of another file."""
    is_empty = machine.language in VB and machine.is_whole
    machine.state.begin(variables, name, EMPTY if is_empty else Opaque(path=(name,)))
    machine.state.put(variables, name, value)


def _is_constant(machine: Machine, name: str) -> bool:
    """True if a name is a constant of the procedure or of the page, which cannot be assigned to."""
    function = machine.frame.function
    declared = machine.symbols.declarations_of(function).get(name)
    if declared is None and function is not None and name not in machine.frame.own:
        declared = machine.symbols.declarations_of(None).get(name)
    return isinstance(declared, Declaration) and "const" in declared.modifiers


def _write_item(machine: Machine, target: Call | Index, value: Value) -> None:
    """Assign to an item; in Visual Basic ``o.p(x) = v`` may also be a property with parameters."""
    if isinstance(target, Call) and machine.language == "c#":
        place = machine.reference(target)
        if place.__class__ is Reference:
            machine.state.put(place.container, place.key, value)
        return
    value = kept_by(machine, value)
    subject_node = target.callee if isinstance(target, Call) else target.subject
    keys = [machine.value(each.value if isinstance(each, Argument) else each) for each in target.arguments]
    if isinstance(target, Call) and isinstance(subject_node, Member) and subject_node.subject is not None:
        owner = machine.value(subject_node.subject)
        if owner.__class__ is Thing and owner.symbol is not None:
            found = find_member(machine, owner.symbol, machine.symbols.fold(subject_node.name))
            if found is not None and found.kind == "property":
                set_member(machine, owner, subject_node.name, value, subject_node.end - 1, keys)
                return
        if machine.language in VB and _is_renamed(machine, owner, subject_node.name, keys, value):
            return
        is_item = owner.__class__ is Thing and subject_node.name.lower() == "item"
        subject = owner if is_item else get_member(machine, owner, subject_node.name, subject_node.end - 1)
    else:
        if (
            machine.language in VB
            and isinstance(subject_node, Name)
            and _is_special(machine, subject_node, keys, target, value)
        ):
            return
        subject = machine.value(subject_node)
    set_item(machine, subject, keys, passed(value, _word(subject_node), target.start), target.start)


def write_item(machine: Machine, target: Index, subject: Value, keys: list[Value], value: Value) -> None:
    """Assign to an item of an object."""
    value = passed(kept_by(machine, value), _word(target.subject), target.start)
    set_item(machine, subject, keys, value, target.start)


def _is_renamed(machine: Machine, owner: Value, name: str, keys: list[Value], key: Value) -> bool:
    """Rename an entry, ``dictionary.Key(old) = new``; return False for any other assignment."""
    if owner.__class__ is not Thing or owner.type != "scripting.dictionary" or name.lower() != "key":
        return False
    library.call_method(machine, owner, "key", [*keys, key], 0)
    return True


def _is_special(machine: Machine, callee: Name, keys: list[Value], target: Call | Index, value: Value) -> bool:
    """Assign to a property with parameters, or to the middle of a text; return False for anything else."""
    owned = property_of_name(machine, callee.text)
    if owned is not None:
        set_member(machine, owned[1], callee.text, value, callee.start, keys)
        return True
    if callee.text not in ("mid", "midb") or not target.arguments or frame_of(machine, callee.text) is not None:
        return False
    write(machine, target.arguments[0], replaced_middle(machine, keys[0], keys[1:], value))
    return True


def _word(node: Node) -> str:
    return node.text if isinstance(node, Name) else node.name if isinstance(node, Member) else "item"


def _take_apart(machine: Machine, target: Items, value: Value) -> None:
    """Assign the parts of a tuple or an array, or the parts that ``Deconstruct`` of an object returns."""
    parts = parts_of(machine, value, len(target.items))
    for at, item in enumerate(target.items):
        if isinstance(item, Argument) and item.by == "spread":
            write(machine, item.value, value if parts is None else array_of(parts[at:]))
        elif parts is not None and at < len(parts):
            write(machine, item, parts[at])
        else:
            write(machine, item, get_item(machine, value, [at], target.start))


def taken_by(machine: Machine, target: Node, value: Value) -> Iterator[tuple[Node, Value]]:
    """Yield each variable that a target has with its value: members of an object, or a default where there is none."""
    if isinstance(target, Assign):
        yield target.target, machine.value(target.value) if value is EMPTY else value
        return
    for entry in target.entries if isinstance(target, Entries) else ():
        if isinstance(entry.value, Argument):
            yield entry.value.value, value  # the rest of the object is taken for the whole
            continue
        key = entry.key.text if isinstance(entry.key, Name) else machine.value(entry.key)
        if isinstance(key, str):
            yield entry.value, get_member(machine, value, key, entry.key.start)
        else:
            yield entry.value, get_item(machine, value, [key], entry.key.start)
