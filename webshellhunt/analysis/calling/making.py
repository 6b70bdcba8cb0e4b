"""Making: new objects, of classes of the page or of a library, with their initialisers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import instantiate, with_structures
from webshellhunt.analysis.calling.generics import actual
from webshellhunt.analysis.calling.given import Given, arguments_of, constants_of
from webshellhunt.analysis.calling.items import set_item
from webshellhunt.analysis.calling.methods import call_method
from webshellhunt.analysis.calling.objects import get_member, prototype_of, set_member
from webshellhunt.analysis.calling.outside.calls import call_outside
from webshellhunt.analysis.domain.arrays import array_of, sized
from webshellhunt.analysis.domain.conversions import integer_of
from webshellhunt.analysis.domain.passing import passed
from webshellhunt.analysis.domain.pending import all_forced
from webshellhunt.analysis.domain.taints import counted, derived, traces_of
from webshellhunt.analysis.domain.values import (
    ABSENT,
    LENGTH,
    PROTOTYPE,
    REST,
    TEXT,
    UNKNOWN,
    Closure,
    Opaque,
    Several,
    Text,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.execution.names import read
from webshellhunt.analysis.execution.visual_basic import NUMERIC
from webshellhunt.analysis.jscript.prototypes import FUNCTION
from webshellhunt.analysis.library.streams import INNER
from webshellhunt.analysis.library.visual_basic.collections import KIND as COLLECTION
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.tree import Call, Entries, Entry, Form, Items, Name, New, Node, TypeName

_MAKERS = frozenset({"activexobject"})
_WRITTEN: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("fileinfo", "directoryinfo"), ("fullname", "directoryname")),
    "uri": ("absoluteuri", "originalstring"),
}
"""Objects that stand for a text, and their members that are this text, or as much of it as matters."""
_THREADS = frozenset({"thread", "timer", "task"})


def evaluate_new(machine: Machine, node: New) -> Value:
    """Return a new object."""
    given = arguments_of(machine, node.arguments)
    if node.type is None and given.values and node.arguments[0].start == node.start:
        thing = _copied(given.values[0])
    else:
        thing = _made(machine, node, given)
    if node.initialiser is not None:
        if node.type is not None:
            wanted(node.initialiser, node.type)
        thing = _initialised(machine, thing, node.initialiser, node.start)
    return thing


def wanted(node: Node, written: TypeName | None) -> Node:
    """Return an expression where a type is wanted: ``new(…)`` is of that type."""
    if isinstance(node, New) and node.type is None and node.callee is None and written is not None:
        is_copy = bool(node.arguments) and node.arguments[0].start == node.start
        if not is_copy and written.name not in ("var", "object", "dynamic"):
            node.type = written
    if isinstance(node, Name) and node.text == "default" and written is not None and written.name != "var":
        return Call(node.start, node.end, node, [written])
    if isinstance(node, Items) and node.form is Form.ARRAY and written is not None:
        _want_items(node, written)
    return node


def _want_items(node: Items, written: TypeName) -> None:
    """Let the items of a collection be of the type that its own type says."""
    if written.rank:
        element: TypeName | None = replace(written, rank=written.rank - 1)
    else:
        element = written.arguments[0] if len(written.arguments) == 1 else None
    for each in node.items:
        wanted(each, element)


def _copied(value: Value) -> Value:
    """Return the copy of an object that ``value with { … }`` makes."""
    return Thing(value.type, value.symbol, dict(value.fields)) if value.__class__ is Thing else value


def _made(machine: Machine, node: New, given: Given) -> Value:
    if machine.language == "jscript":
        function = _constructor(machine, node)
        if function.__class__ is Closure:
            return construct_by(machine, function, given.values)
        if function.__class__ is Opaque and function.path and (node.type is None or not node.type.rank):
            return _made_by_name(machine, ".".join(function.path), given, node.start)
    if node.type is None:
        return Thing("object")
    if node.type.rank:
        return _new_array(machine, given, node)
    written = actual(machine, node.type)
    return _made_by_name(machine, written.name, given, node.type.end - 1, tuple(written.arguments))


def _made_by_name(machine: Machine, written: str, given: Given, token: int, types: tuple[TypeName, ...] = ()) -> Value:
    """Return a new object of a type that is named."""
    symbol = machine.symbols.class_of(written)
    if symbol is not None:
        return instantiate(machine, symbol, given, types)
    alias = machine.symbols.aliases.get(machine.symbols.fold(written))
    symbol = machine.symbols.class_of(alias) if alias else None
    if symbol is not None:
        return instantiate(machine, symbol, given)
    given.values[:] = all_forced(given.values)
    name = (alias or written).lower()
    last = name.rpartition(".")[2]
    made = machine.host_object(last, given.values, token)
    if made is not ABSENT:
        return made
    is_basic = last == "collection" and machine.language == "vb" and not types
    made = library.make(machine, COLLECTION if is_basic else last, given.values, 0)
    if made is library.UNSOLVED and len(given.values) == 1 and _is_delegate(last, given.values[0]):
        return given.values[0]
    if last == "function":
        return call_outside(machine, FUNCTION, None, given.values, token, is_made=True)
    if vocabulary().sink((last,)):
        call_outside(machine, (last,), None, given.values, token, is_made=True)
    if last in NUMERIC:
        return counted(given.values)
    if made is not library.UNSOLVED:
        return made
    if last in _MAKERS:
        return call_outside(machine, (last,), None, given.values, token)
    return _started(machine, _new_of_library(last, given), given, token)


def _is_delegate(name: str, value: Value) -> bool:
    """True if a type that is made with a function is a delegate, which is that function."""
    is_function = value.__class__ in (Closure, Several) or (
        value.__class__ is Opaque and len(value.path) > 1 and not value.type and bool(vocabulary().sink(value.path))
    )
    return is_function and name not in _THREADS


def _new_of_library(last: str, given: Given) -> Thing:
    """Return a new object of a type of which only the name is known; its content is that of its arguments."""
    thing = Thing(vocabulary().types.get(last, last))
    traced = [value for value in given.values if traces_of(value)]
    content = traced[0] if len(traced) == 1 and traced[0].__class__ is Text else derived(given.values)
    if traces_of(content):
        thing.fields[REST] = content
    if last in _WRITTEN and given.values and not is_known(given.values[0]):
        thing.fields.update(dict.fromkeys((TEXT, *_WRITTEN[last]), given.values[0]))
    if "writer" in last and given.values:
        thing.fields[INNER] = given.values[0]
    for at, value in enumerate(given.values):
        if value.__class__ in (Closure, Several):
            thing.fields[f"\0callback{at}"] = value
    return thing


def _started(machine: Machine, thing: Thing, given: Given, token: int) -> Thing:
    """Call the function of a timer, which runs by itself."""
    for at, value in enumerate(given.values):
        if thing.type == "timer" and value.__class__ in (Closure, Several):
            machine.call(value, given.values[at + 1 : at + 2], token)
    return thing


def _constructor(machine: Machine, node: New) -> Value:
    if node.callee is not None:
        return machine.value(node.callee)
    if node.type is None or node.type.rank:
        return UNKNOWN
    first, *others = node.type.name.split(".")
    value = read(machine, first, node.type.start)
    if others and value.__class__ is Opaque:
        return UNKNOWN
    for each in others:
        value = get_member(machine, value, each, node.type.start)
    return value if value.__class__ is Closure or not _is_named(node.type.name, value) else UNKNOWN


def _is_named(name: str, value: Value) -> bool:
    """True if a value is that of a name which the page does not declare."""
    return value.__class__ is Opaque and ".".join(value.path).lower() == name.lower()


def construct_by(machine: Machine, function: Closure, arguments: list[Value]) -> Value:
    """Return the object that a function of JScript makes."""
    thing = Thing("object", fields={PROTOTYPE: prototype_of(machine, function)})
    result = call_function(machine, function.function, arguments, thing, outer=function.frame)
    return result if result.__class__ in (Thing, Closure) else thing


def _new_array(machine: Machine, given: Given, node: New) -> Thing:
    sizes = [integer_of(each) if is_known(each) else None for each in given.values]
    array = sized(Thing("array", fields={LENGTH: 0 if node.initialiser else UNKNOWN}), sizes)
    is_flat = len(sizes) == 1 and node.type is not None and node.type.rank == 1
    return with_structures(machine, array, node.type) if is_flat else array


def _initialised(machine: Machine, thing: Value, node: Entries | Items, token: int) -> Value:
    if isinstance(node, Items):
        return _with_items(machine, thing, node, token)
    for entry in node.entries:
        _add_entry(machine, thing, entry, token)
    return thing


def _with_items(machine: Machine, thing: Value, node: Items, token: int) -> Value:
    if thing.__class__ is Thing and thing.type == "array" and (known := constants_of(machine, node.items)):
        return array_of(known)
    values: list[Value] = []
    for each in node.items:
        if isinstance(each, Items) and each.form is Form.ARRAY and thing.__class__ is Thing and thing.type != "array":
            parts = [machine.value(part) for part in each.items]
            call_method(machine, thing, "Add", Given(parts, [""] * len(parts), [*each.items]), token)
        else:
            values.append(machine.value(each))
    if thing.__class__ is Thing and (thing.type == "array" or (thing.type == "object" and thing.symbol is None)):
        return array_of(values)
    for value in values:
        call_method(machine, thing, "Add", Given([value], [""], [node]), token)
    return thing


def _add_entry(machine: Machine, thing: Value, entry: Entry, token: int) -> None:
    key: Node = entry.key
    if isinstance(entry.value, (Entries, Items)) and isinstance(key, Name) and thing.__class__ is Thing:
        inner = get_member(machine, thing, key.text, key.start) if thing.symbol is not None else ABSENT
        if inner.__class__ is Thing and (inner.type != "array" or isinstance(entry.value, Entries)):
            _initialised(machine, inner, entry.value, token)
            return
    value = machine.value(entry.value)
    if isinstance(key, Name):
        value = passed(value, key.text, key.start)
        set_member(machine, thing, key.text, value, key.start)
    else:
        set_item(machine, thing, [machine.value(key)], value, token)
