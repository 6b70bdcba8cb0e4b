"""Construction: new objects of classes of the page: their fields first, then the constructor."""

from __future__ import annotations

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.found_members import STATIC, STATIC_KINDS, field_key
from webshellhunt.analysis.calling.generics import actual, all_actual, key_of_types
from webshellhunt.analysis.calling.given import Given
from webshellhunt.analysis.calling.overloads import resolved
from webshellhunt.analysis.domain.arrays import array_of, length_of
from webshellhunt.analysis.domain.conversions import first_value, integer_of
from webshellhunt.analysis.domain.joining import join
from webshellhunt.analysis.domain.taints import derived, traces_of
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    INHERITED,
    LENGTH,
    NUMBER,
    REST,
    UNKNOWN,
    ClassValue,
    Opaque,
    Thing,
    Value,
)
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Call, Declaration, Function, Member, Name, TypeName

_TYPED = frozenset({"c#", "vb"})
_INTERFACES = frozenset({"ilist", "ienumerable", "icollection", "idictionary"})
_BASES = {
    **dict.fromkeys(("collectionbase", "readonlycollectionbase"), "arraylist"),
    "dictionarybase": "hashtable",
    "nameobjectcollectionbase": "namevaluecollection",
}
"""The collections that base classes of collections are made of."""

TERMINATE = "class_terminate"
"""The method of VBScript that runs when the last variable of an object is gone."""

MAX_MADE = 16

_MOST_ITEMS = 64
"""Items of a new array that are structures of their own."""


def types_of_holder(this: Value, symbol: ClassSymbol) -> tuple[TypeName, ...]:
    """Return the type arguments of a class that an object or a name of it has."""
    is_of_class = (this.__class__ is Thing or this.__class__ is ClassValue) and this.symbol is symbol
    return this.types if is_of_class else ()


def fields_of_class(machine: Machine, symbol: ClassSymbol, types: tuple[TypeName, ...] = ()) -> Thing:
    """Return the object of the static fields of a class; the first time they are initialised.

    A generic class has them for each of its type arguments.
    """
    if symbol is machine.symbols.page:
        return machine.page
    key = symbol, key_of_types(all_actual(machine, types)) if types else ""
    known = machine.kept.constructed.get(key) if types else machine.kept.statics.get(symbol)
    if known is not None:
        return known
    thing = Thing(symbol.name.lower(), symbol, types=types)
    if types:
        machine.kept.constructed[key] = thing
    else:
        machine.kept.statics[symbol] = thing
    declarations = [
        each for each in symbol.fields.values() if symbol.kind in STATIC_KINDS or not STATIC.isdisjoint(each.modifiers)
    ]
    _initialise(machine, symbol, thing, declarations)
    for constructor in symbol.constructors:
        if not STATIC.isdisjoint(constructor.modifiers):
            call_function(machine, constructor, [], thing)
    return thing


def _initialise(machine: Machine, symbol: ClassSymbol, thing: Thing, fields: list[Declaration]) -> None:
    """Give fields their first values, as in a constructor."""
    machine.frames.append(Frame(this=thing, symbol=symbol))
    number: Value = -1
    for each in fields:
        name = machine.symbols.fold(each.name)
        if each.value is not None:
            value: Value = machine.value(each.value)
        elif each.bounds is not None:
            value = array_of([])
            value.fields[LENGTH] = length if (length := _first(machine, each)) is not None else UNKNOWN
            value = with_structures(machine, value, each.type)
        else:
            value = default_of(machine, each.type) if symbol.kind != "enum" else _next_value(number)
        number = value
        key = field_key(machine, thing, symbol, name)
        if key not in thing.fields:
            machine.state.put(thing.fields, key, value)
    machine.frames.pop()


def _next_value(number: Value) -> Value:
    """Return the value of a member of an enumeration without one of its own."""
    return number + 1 if number.__class__ is int else NUMBER


def _first(machine: Machine, node: Declaration) -> int | None:
    bound = integer_of(machine.value(node.bounds[0])) if node.bounds else -1
    return None if bound is None else bound + 1


def default_of(machine: Machine, type_name: TypeName | None) -> Value:
    """Return the value of a variable before anything is assigned to it."""
    if type_name is None:
        return None if machine.language == "c#" else EMPTY
    type_name = actual(machine, type_name)
    if type_name.rank:
        return None
    symbol = machine.symbols.class_of(type_name.name)
    if symbol is not None and symbol.kind in ("struct", "structure"):
        return instantiate(machine, symbol)
    return first_value(type_name.name)


def with_structures(machine: Machine, array: Thing, written: TypeName | None) -> Thing:
    """Return a new array whose items are structures of the page, if its type is one: each item is there at once."""
    symbol = machine.symbols.class_of(written.name) if written is not None else None
    length = length_of(array)
    if symbol is not None and symbol.kind in ("struct", "structure") and length is not None and length <= _MOST_ITEMS:
        for at in range(length):
            array.fields[at] = instantiate(machine, symbol)
    return array


def instantiate(
    machine: Machine, symbol: ClassSymbol, given: Given | None = None, types: tuple[TypeName, ...] = ()
) -> Thing:
    """Return a new object of a class of the page: fields and constructors, as the language orders them."""
    machine.spend(1)
    thing = Thing(symbol.name.lower(), symbol, types=types)
    machine.state.bear(thing.fields)
    if symbol.bases:
        _inherit_collection(machine, thing, [])
    if machine.language != "c#":
        for each in reversed(machine.symbols.bases_of(symbol)):
            _initialise(machine, each, thing, _own_fields(each))
    construct(machine, symbol, thing, given or Given())
    if symbol.bases and _is_exception(machine, symbol) and machine.symbols.fold("Message") not in thing.fields:
        _describe(machine, thing, [])
    if TERMINATE in symbol.methods and len(machine.kept.made) < MAX_MADE:
        machine.kept.made.append(thing)
    return thing


def _inherit_collection(machine: Machine, thing: Thing, arguments: list[Value]) -> None:
    """Make the collection of a library that the class of an object inherits from, if it does."""
    if machine.language not in _TYPED or thing.symbol is None:
        return
    classes = machine.symbols.bases_of(thing.symbol)
    names = (name.rpartition(".")[2].lower() for each in classes for name in each.bases)
    kinds = (_BASES.get(name, name) for name in names)
    kind = next((each for each in kinds if each in LISTS | DICTIONARIES and each not in _INTERFACES), None)
    made = UNKNOWN if kind is None else library.make(machine, kind, arguments, 0)
    if made.__class__ is Thing:
        machine.state.put(thing.fields, INHERITED, made)


def _own_fields(symbol: ClassSymbol) -> list[Declaration]:
    return [each for each in symbol.fields.values() if STATIC.isdisjoint(each.modifiers)]


def construct(machine: Machine, symbol: ClassSymbol, thing: Thing, given: Given) -> None:
    """Run the constructor of a class, or of the nearest one that it inherits from which has one."""
    if machine.language == "c#":
        _construct_class(machine, symbol, thing, given)
        return
    for each in machine.symbols.bases_of(symbol):
        own = [c for c in each.constructors if STATIC.isdisjoint(c.modifiers)]
        named = each.methods.get(machine.symbols.fold("class_initialize"), ())
        if own:
            chosen = resolved(machine, own, given)
            base = _base_of(machine, each, thing) if machine.language == "vb" else None
            if base is not None and not _names_another(chosen):
                construct(machine, base, thing, Given())
            call_function(machine, chosen, given.values, thing, names=given.names)
            return
        if named:
            call_function(machine, named[0], [], thing)
            return


def _names_another(constructor: Function) -> bool:
    """True if a constructor of VB.NET says which other one runs before it: ``MyBase.New(…)``."""
    first = constructor.body.statements[0] if constructor.body is not None and constructor.body.statements else None
    callee = first.callee if isinstance(first, Call) else None
    return isinstance(callee, Member) and callee.name == "new"


def _construct_class(machine: Machine, symbol: ClassSymbol, thing: Thing, given: Given) -> None:
    """Construct the part of an object that a class of C# declares, and those of its bases.

    First values of its fields, the constructor of its base, its own one; another constructor of the class does the
    first two where it is named (``: this(…)``).
    """
    own = [each for each in symbol.constructors if STATIC.isdisjoint(each.modifiers)]
    if symbol.kind == "struct" and not given.values:
        own = [each for each in own if not each.parameters]
    chosen = resolved(machine, own, given) if own else None
    first = chosen.first if chosen is not None else None
    if first is None or not isinstance(first.callee, Name) or first.callee.text != "this":
        if chosen is not None and "primary" in chosen.modifiers:
            _keep_parameters(machine, chosen, thing, given)
        _initialise(machine, symbol, thing, _own_fields(symbol))
        base = _base_of(machine, symbol, thing)
        if first is None and base is not None:
            _construct_class(machine, base, thing, Given())
    if chosen is not None:
        call_function(machine, chosen, given.values, thing, names=given.names)


def _keep_parameters(machine: Machine, constructor: Function, thing: Thing, given: Given) -> None:
    """Assign the arguments of a primary constructor to the fields that its parameters are."""
    fold = machine.symbols.fold
    values = {fold(name): value for name, value in zip(given.names, given.values, strict=True) if name}
    plain = [value for name, value in zip(given.names, given.values, strict=True) if not name]
    for at, parameter in enumerate(constructor.parameters):
        name = fold(parameter.name)
        if at < len(plain):
            machine.state.put(thing.fields, name, plain[at])
        elif name in values or parameter.default is not None:
            value = values[name] if name in values else machine.value(parameter.default)
            machine.state.put(thing.fields, name, value)


def _base_of(machine: Machine, symbol: ClassSymbol, thing: Thing) -> ClassSymbol | None:
    """Return the class of the page that a class of an object inherits from."""
    classes = [each for each in machine.symbols.bases_of(thing.symbol or symbol) if each.kind != "interface"]
    at = classes.index(symbol) + 1 if symbol in classes else len(classes)
    return classes[at] if at < len(classes) else None


def construct_first(machine: Machine, given: Given, *, is_base: bool) -> Value:
    """Run the constructor that another one names to run before it: ``: this(…)``, ``: base(…)``."""
    symbol, this = machine.frame.symbol, machine.frame.this
    if symbol is None or this.__class__ is not Thing:
        return None
    base = _base_of(machine, symbol, this)
    if not is_base:
        construct(machine, symbol, this, given)
    elif base is not None:
        construct(machine, base, this, given)
    elif INHERITED in this.fields:
        _inherit_collection(machine, this, given.values)
    elif _is_exception(machine, symbol):
        _describe(machine, this, given.values)
    elif traces_of(content := derived(given.values)):
        use_item(machine, this.fields, REST, content)
    return None


def _is_exception(machine: Machine, symbol: ClassSymbol) -> bool:
    """True if a class of the page is an exception of a library."""
    names = (name.lower() for each in machine.symbols.bases_of(symbol) for name in each.bases)
    return any(name.endswith("exception") for name in names)


def _describe(machine: Machine, thing: Thing, arguments: list[Value]) -> None:
    """Give an exception of the page its message, and the exception inside it."""
    for name, value in zip(
        ("Message", "InnerException"), [*arguments, *[Opaque("string")] * (not arguments)], strict=False
    ):
        machine.state.put(thing.fields, machine.symbols.fold(name), value)


def use_item(machine: Machine, fields: dict[object, Value], key: object, value: Value) -> None:
    """Add a value to the options of an entry."""
    machine.state.put(fields, key, join(fields.get(key, ABSENT), value))
