"""Objects: members of the classes of the page, of objects, and of things that the page only names."""

from __future__ import annotations

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import default_of, fields_of_class, types_of_holder
from webshellhunt.analysis.calling.events import raise_events
from webshellhunt.analysis.calling.found_members import Found, field_key, find_member, indexer, setters_of
from webshellhunt.analysis.calling.outside.members import assign_outside, outside_member
from webshellhunt.analysis.domain.fitting import as_declared
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    INHERITED,
    LENGTH,
    PROTOTYPE,
    UNKNOWN,
    Choice,
    ClassValue,
    Closure,
    Method,
    Opaque,
    Pending,
    Reflected,
    Thing,
    Value,
)
from webshellhunt.analysis.jscript.objects import is_missing, member_by_prototype
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB

_ENABLING = frozenset({"enabled", "enableraisingevents"})
"""Properties by which an object begins to raise its events."""
_OF_INNER = frozenset({"list", "innerlist", "dictionary", "innerhashtable", "items"})
"""Members of base classes of collections that are the collection itself."""


def value_of_member(machine: Machine, this: Value, found: Found, name: str) -> Value:
    """Return the value of a member: of a property the result of its getter, of a method the method."""
    if found.kind == "method":
        return Closure(found.functions[0], None, this, found.functions, found.declared)
    if found.kind == "property":
        if not found.functions:
            return this.fields.get(name, UNKNOWN) if this.__class__ is Thing else UNKNOWN
        return call_function(machine, found.functions[0], [], this)
    holder = fields_of_class(machine, found.symbol, types_of_holder(this, found.symbol)) if found.is_static else this
    if found.symbol is machine.symbols.page:
        holder = machine.page
    if holder.__class__ is not Thing:
        return UNKNOWN
    value = holder.fields.get(name if found.is_static else field_key(machine, holder, found.symbol, name), ABSENT)
    if value is ABSENT:
        return default_of(machine, found.symbol.fields[name].type)
    return value


def get_member(machine: Machine, subject: Value, name: str, token: int) -> Value:
    """Return the value of ``subject.name``."""
    kind = subject.__class__
    if kind is Choice:
        return choice([get_member(machine, each, name, token) for each in subject.options])
    if kind is Pending:
        return get_member(machine, forced(subject), name, token)
    folded = machine.symbols.fold(name)
    if kind is Reflected:
        return _member_of_reflected(subject, name.lower())
    if kind is Thing:
        return _member_of_thing(machine, subject, name, folded, token)
    if kind is ClassValue:
        return _member_of_class(machine, subject, name, folded, token)
    if kind is Opaque and machine.symbols.spaces and not subject.type:
        symbol = machine.symbols.class_in((*subject.path, name.lower()))
        if symbol is not None:
            return ClassValue(symbol)
    value = _member_by_script(machine, subject, name) if machine.language == "jscript" else ABSENT
    return outside_member(machine, subject, name, token) if value is ABSENT else value


def _member_by_script(machine: Machine, subject: Value, name: str) -> Value:
    """Return a member by the rules of JScript, `ABSENT` where they say nothing."""
    is_function = subject.__class__ is Closure
    value = _member_of_function(machine, subject, name) if is_function else ABSENT
    value = member_by_prototype(machine, subject, name) if value is ABSENT else value
    return UNKNOWN if value is ABSENT and is_function else value


def _member_of_class(machine: Machine, subject: ClassValue, name: str, folded: str, token: int) -> Value:
    found = find_member(machine, subject.symbol, folded)
    if found is not None:
        return value_of_member(machine, subject, found, folded)
    nested = machine.symbols.class_of(".".join((*subject.symbol.path, name)))
    return ClassValue(nested) if nested is not None else UNKNOWN


def _member_of_reflected(subject: Reflected, name: str) -> Value:
    """Return a property of a type or a member: its name, as nobody determines any of them."""
    if name not in ("name", "fullname"):
        return UNKNOWN
    if subject.kind != "type":
        if subject.asked is not None:
            subject.asked.append(subject.name)
        return subject.name or Opaque("string")
    return subject.owner.symbol.name if subject.owner.__class__ is ClassValue else Opaque("string")


def _member_of_function(machine: Machine, function: Closure, name: str) -> Value:
    """Return a member of a function of JScript, `ABSENT` where nothing was assigned to it."""
    if name == "prototype":
        return prototype_of(machine, function)
    if name == "arguments":
        frames = (each for each in reversed(machine.frames) if each.function is function.function)
        return next((each.variables.get("arguments", None) for each in frames), None)
    if name == "length":
        return len(function.function.parameters)
    return properties_of(machine, function).fields.get(name, ABSENT)


def _member_of_thing(machine: Machine, thing: Thing, name: str, folded: str, token: int) -> Value:
    symbol = thing.symbol
    if symbol is not None:
        found = find_member(machine, symbol, folded)
        if found is not None:
            return value_of_member(machine, thing, found, folded)
    key = name if machine.language == "jscript" else folded if symbol is not None else name.lower()
    each: Thing | None = thing
    for _ in range(16):
        if each is None:
            break
        if key in each.fields:
            return each.fields[key]
        each = each.fields.get(PROTOTYPE)
    if machine.language == "jscript" and (value := member_by_prototype(machine, thing, name)) is not ABSENT:
        return value
    value = inherited_member(machine, thing, key)
    if value is not ABSENT:
        return value
    value = library.read_property(machine, thing, key)
    if value is not library.UNSOLVED:
        return value
    if machine.language == "jscript" and is_missing(thing):
        return EMPTY
    return outside_member(machine, thing, name, token)


def inherited_member(machine: Machine, thing: Thing, name: str) -> Value:
    """Return a member that an object has of the collection which its class inherits from; `ABSENT` for any other."""
    inner = thing.fields.get(INHERITED, ABSENT)
    lower = name.lower()
    if inner is ABSENT or lower in _OF_INNER:
        return inner
    if library.has_method(inner, lower):
        return Method(inner, lower)
    value = library.read_property(machine, inner, lower)
    return ABSENT if value is library.UNSOLVED else value


def set_member(
    machine: Machine, subject: Value, name: str, value: Value, token: int, keys: list[Value] | None = None
) -> None:
    """Assign to ``subject.name``: a setter, a field, or a property of something that only a library knows."""
    kind = subject.__class__
    if kind is Choice:
        for each in subject.options:
            machine.state.open()
            set_member(machine, each, name, value, token, keys)
            machine.state.merge([{}, machine.state.undo()])
        return
    folded = machine.symbols.fold(name)
    symbol = subject.symbol if kind in (Thing, ClassValue) else None
    if symbol is not None:
        found = find_member(machine, symbol, folded)
        setters = setters_of(machine, found) if found is not None else []
        if setters:
            call_function(machine, setters[-1], [*(keys or ()), value], subject)
            return
        value = _of_field(machine, found, value)
        if found is not None and found.is_static:
            holder = fields_of_class(machine, found.symbol, types_of_holder(subject, found.symbol))
            machine.state.put(holder.fields, folded, value)
            return
    if kind is Thing:
        if symbol is None and library.write_property(machine, subject, name, value):
            return
        _set_field(machine, subject, name, folded, value)
    elif kind is Closure:
        machine.state.put(properties_of(machine, subject).fields, name, value)
        return
    if kind is not Thing or symbol is None or symbol is machine.symbols.page:
        assign_outside(machine, subject, name, value, token)


def _of_field(machine: Machine, found: Found | None, value: Value) -> Value:
    """Return a value as a field has it."""
    if found is None or found.kind != "field" or machine.language == "c#":
        return value
    return as_declared(value, found.symbol.fields[found.name].type, machine.language)


def _set_field(machine: Machine, subject: Thing, name: str, folded: str, value: Value) -> None:
    key = name if machine.language == "jscript" else folded if subject.symbol is not None else name.lower()
    if machine.language == "jscript" and name == "length" and thing_is_array(subject):
        for each in [*subject.fields]:
            if isinstance(each, int) and isinstance(value, int) and each >= value:
                machine.state.drop(subject.fields, each)
        key = LENGTH
    if machine.language == "jscript" and PROTOTYPE not in subject.fields:
        machine.state.begin(subject.fields, key, EMPTY)
    machine.state.put(subject.fields, key, value)
    if subject.symbol is None and value is True and key in _ENABLING:
        raise_events(machine, subject)


def thing_is_array(thing: Thing) -> bool:
    """True if a thing is an array or a list."""
    return LENGTH in thing.fields


def prototype_of(machine: Machine, function: Closure) -> Thing:
    """Return the prototype of the objects that a function of JScript makes."""
    fields = properties_of(machine, function).fields
    if "prototype" not in fields:
        machine.state.put(fields, "prototype", Thing("object", fields={"constructor": function}))
    value = fields["prototype"]
    return value if value.__class__ is Thing else Thing("object")


def properties_of(machine: Machine, function: Closure) -> Thing:
    """Return the object that a function of JScript is."""
    return machine.kept.functions.setdefault((function.function, function.frame), Thing("function"))


def plain(machine: Machine, value: Value) -> Value:
    """Return an object of VBScript as it is where a text or number is wanted: its default member."""
    if value.__class__ is Opaque and value.path == ("err",) and "err" in machine.kept.stores:
        return machine.kept.stores["err"].fields.get("number", value)
    if value.__class__ is not Thing or machine.language not in VB or value.symbol is None:
        return value
    symbol = value.symbol
    if not symbol.default_member or symbol is machine.symbols.page:
        return value
    function = indexer(machine, symbol, [], is_setter=False)
    return value if function is None or function.parameters else call_function(machine, function, [], value)
