"""Objects: members of the classes of the page, of objects, and of things that the page only names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.calls import call_function, pick
from webshellhunt.analysis.calling.generics import actual, all_actual, key_of_types
from webshellhunt.analysis.calling.outside import assign_outside, is_stored, outside_item, outside_member
from webshellhunt.analysis.calling.sources import item_of_source
from webshellhunt.analysis.domain.arrays import array_of, item_of, length_of
from webshellhunt.analysis.domain.conversions import integer_of, key_of
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    KEYS,
    LENGTH,
    NUMBER,
    PROTOTYPE,
    REST,
    UNKNOWN,
    Char,
    Choice,
    ClassValue,
    Closure,
    Opaque,
    Pending,
    Reflected,
    Tainted,
    Text,
    Thing,
    Value,
    choice,
    derived,
    is_known,
    join,
    traces_of,
)
from webshellhunt.analysis.execution.frames import Frame
from webshellhunt.analysis.execution.machine import Machine
from webshellhunt.analysis.jscript.objects import is_missing, member_by_prototype
from webshellhunt.analysis.jscript.scopes import share_item
from webshellhunt.analysis.library.containers import entry_key
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Declaration, Function, TypeName

_STATIC = frozenset({"static", "shared", "const"})
_STATIC_KINDS = frozenset({"module", "enum"})
_NUMBERS = frozenset(
    {"int", "int32", "integer", "long", "short", "byte", "double", "single", "decimal", "float", "uint"}
)
_VB = frozenset({"vb", "vbscript"})
_HIDING = frozenset({"new", "shadows"})
ACCESSORS = frozenset({"add", "remove"})
TERMINATE = "class_terminate"
"""The method of VBScript that runs when the last variable of an object is gone."""
MAX_MADE = 16
_MOST_ITEMS = 64
"""Items of a new array that are structures of their own."""
_FUNCTIONS_OF_STEP = 16
"""Functions of one name that are looked at in the time of one step."""
CONSTRUCTED_BY = "\0constructor"


class Found(NamedTuple):
    """A member of a class: ``kind`` is ``field``, ``property`` or ``method``."""

    kind: str
    symbol: ClassSymbol
    name: str
    is_static: bool = False
    functions: tuple[Function, ...] = ()
    modifiers: frozenset[str] = frozenset()


def find_member(machine: Machine, symbol: ClassSymbol, name: str) -> Found | None:
    """Return the member of a class or of one that it inherits from."""
    for each in machine.symbols.bases_of(symbol):
        if name in each.methods:
            machine.spend(len(each.methods[name]) // _FUNCTIONS_OF_STEP)
            functions = _callable(each.methods[name])
            is_static = not _STATIC.isdisjoint(functions[0].modifiers) or each.kind in _STATIC_KINDS
            return Found("method", each, name, is_static, functions, functions[0].modifiers)
        if name in each.getters or name in each.setters:
            functions = _callable(each.getters[name]) if name in each.getters else ()
            declared = functions or tuple(each.setters[name])
            is_static = not _STATIC.isdisjoint(declared[0].modifiers) or each.kind in _STATIC_KINDS
            return Found("property", each, name, is_static, functions, declared[0].modifiers)
        if name in each.fields:
            is_static = not _STATIC.isdisjoint(each.fields[name].modifiers) or each.kind in _STATIC_KINDS
            return Found("field", each, name, is_static, modifiers=each.fields[name].modifiers)
    return None


def _callable(functions: list[Function]) -> tuple[Function, ...]:
    """Return those of several functions that a call by their name means: no accessors, none of an interface."""
    if len(functions) == 1:
        return (functions[0],)
    return tuple(each for each in functions if each.kind not in ACCESSORS and "explicit" not in each.modifiers) or (
        *functions,
    )


def value_of_member(machine: Machine, this: Value, found: Found, name: str, token: int) -> Value:
    """Return the value of a member: of a property the result of its getter, of a method the method."""
    if found.kind == "method":
        return Closure(found.functions[0], None, this, found.functions)
    if found.kind == "property":
        if not found.functions:
            return UNKNOWN
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


def field_key(machine: Machine, thing: Thing, symbol: ClassSymbol, name: str) -> str:
    """Return the key of the field of a class in an object; a class may hide the field of one that it inherits from."""
    if thing.symbol is symbol or thing.symbol is None or thing.symbol is machine.symbols.page:
        return name
    for each in machine.symbols.bases_of(thing.symbol):
        if each is symbol:
            break
        if name in each.fields and _hides(each, name):
            return f"\0{symbol.name}.{name}"
    return name


def _hides(symbol: ClassSymbol, name: str) -> bool:
    """True if a field of a class is another one than that of the class which it inherits from."""
    modifiers = symbol.fields[name].modifiers
    if not _STATIC.isdisjoint(modifiers) or any(each.name == name for node in symbol.nodes for each in node.parameters):
        return False
    return "property" not in modifiers or not _HIDING.isdisjoint(modifiers)


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
    known = machine.constructed.get(key) if types else machine.statics.get(symbol)
    if known is not None:
        return known
    thing = Thing(symbol.name.lower(), symbol, types=types)
    if types:
        machine.constructed[key] = thing
    else:
        machine.statics[symbol] = thing
    declarations = [
        each
        for each in symbol.fields.values()
        if symbol.kind in _STATIC_KINDS or not _STATIC.isdisjoint(each.modifiers)
    ]
    _initialise(machine, symbol, thing, declarations)
    for constructor in symbol.constructors:
        if not _STATIC.isdisjoint(constructor.modifiers):
            call_function(machine, constructor, [], thing)
    return thing


def _initialise(machine: Machine, symbol: ClassSymbol, thing: Thing, fields: list[Declaration]) -> None:
    """Give fields their first values, as in a constructor."""
    machine.frames.append(Frame(this=thing, symbol=symbol))
    for number, each in enumerate(fields):
        name = machine.symbols.fold(each.name)
        if each.value is not None:
            value: Value = machine.value(each.value)
        elif each.bounds is not None:
            value = array_of([])
            value.fields[LENGTH] = length if (length := _first(machine, each)) is not None else UNKNOWN
            value = with_structures(machine, value, each.type)
        else:
            value = number if symbol.kind == "enum" else default_of(machine, each.type)
        key = field_key(machine, thing, symbol, name)
        if key not in thing.fields:
            machine.state.put(thing.fields, key, value)
    machine.frames.pop()


def _first(machine: Machine, node: Declaration) -> int | None:
    bound = integer_of(machine.value(node.bounds[0])) if node.bounds else -1
    return None if bound is None else bound + 1


def default_of(machine: Machine, type_name: TypeName | None) -> Value:
    """Return the value of a variable before anything is assigned to it."""
    if type_name is None:
        return EMPTY if machine.language in _VB else None
    type_name = actual(machine, type_name)
    name = type_name.name.rpartition(".")[2].lower()
    if type_name.rank:
        return None
    symbol = machine.symbols.class_of(type_name.name)
    if symbol is not None and symbol.kind in ("struct", "structure"):
        return instantiate(machine, symbol, [])
    return 0 if name in _NUMBERS else False if name in ("bool", "boolean") else None


def with_structures(machine: Machine, array: Thing, written: TypeName | None) -> Thing:
    """Return a new array whose items are structures of the page, if its type is one: each item is there at once."""
    symbol = machine.symbols.class_of(written.name) if written is not None else None
    length = length_of(array)
    if symbol is not None and symbol.kind in ("struct", "structure") and length is not None and length <= _MOST_ITEMS:
        for at in range(length):
            array.fields[at] = instantiate(machine, symbol, [])
    return array


def instantiate(
    machine: Machine,
    symbol: ClassSymbol,
    arguments: list[Value],
    types: tuple[TypeName, ...] = (),
    kinds: Sequence[Value] | None = None,
) -> Thing:
    """Return a new object of a class of the page: fields first, then the constructor.

    ``kinds`` are the arguments as overloads see them, by their declared types.
    """
    thing = Thing(symbol.name.lower(), symbol, types=types)
    machine.state.bear(thing.fields)
    classes = [*machine.symbols.bases_of(symbol)]
    for each in reversed(classes):
        fields = [each for each in each.fields.values() if _STATIC.isdisjoint(each.modifiers)]
        _initialise(machine, each, thing, fields)
    for node in symbol.nodes:
        for parameter, value in zip(node.parameters, arguments, strict=False):
            machine.state.put(thing.fields, machine.symbols.fold(parameter.name), value)
    construct(machine, symbol, thing, arguments, kinds)
    if symbol.bases and _is_exception(machine, symbol) and machine.symbols.fold("Message") not in thing.fields:
        _describe(machine, thing, [])
    if TERMINATE in symbol.methods and len(machine.made) < MAX_MADE:
        machine.made.append(thing)
    return thing


def construct(
    machine: Machine, symbol: ClassSymbol, thing: Thing, arguments: list[Value], kinds: Sequence[Value] | None = None
) -> None:
    """Run the constructor of a class, or of the nearest one that it inherits from which has one."""
    classes = [*machine.symbols.bases_of(symbol)]
    for at, each in enumerate(classes):
        own = [c for c in each.constructors if _STATIC.isdisjoint(c.modifiers)]
        named = each.methods.get(machine.symbols.fold("class_initialize"), ())
        if own:
            chosen = pick(own, kinds or arguments) if len(own) > 1 else own[0]
            if chosen.first is None and machine.language == "c#" and classes[at + 1 :]:
                construct(machine, classes[at + 1], thing, [])
            call_function(machine, chosen, arguments, thing)
            return
        if named:
            call_function(machine, named[0], [], thing)
            return


def construct_first(machine: Machine, arguments: list[Value], *, is_base: bool) -> Value:
    """Run the constructor that another one names to run before it: ``: this(…)``, ``: base(…)``."""
    frame = machine.frame
    if frame.symbol is not None and frame.this.__class__ is Thing:
        bases = [*machine.symbols.bases_of(frame.symbol)]
        if not is_base or len(bases) > 1:
            construct(machine, bases[1] if is_base else frame.symbol, frame.this, arguments)
        elif is_base and _is_exception(machine, bases[0]):
            _describe(machine, frame.this, arguments)
        elif traces_of(content := derived(arguments)):
            use_item(machine, frame.this.fields, REST, content)
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


# Members ------------------------------------------------------------------------------------------------------------


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
        return value_of_member(machine, subject, found, folded, token)
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
            return value_of_member(machine, thing, found, folded, token)
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
    value = library.read_property(machine, thing, key)
    if value is not library.UNSOLVED:
        return value
    if machine.language == "jscript" and is_missing(thing):
        return None
    return outside_member(machine, thing, name, token)


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
        setters = found.symbol.setters.get(folded) if found is not None and found.kind == "property" else None
        if setters:
            call_function(machine, setters[-1], [*(keys or ()), value], subject)
            return
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


def _set_field(machine: Machine, subject: Thing, name: str, folded: str, value: Value) -> None:
    key = name if machine.language == "jscript" else folded if subject.symbol is not None else name.lower()
    if machine.language == "jscript" and name == "length" and thing_is_array(subject):
        machine.state.put(subject.fields, LENGTH, value)
    machine.state.put(subject.fields, key, value)


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
    return machine.functions.setdefault((function.function, function.frame), Thing("function"))


# Items --------------------------------------------------------------------------------------------------------------


def get_item(machine: Machine, subject: Value, keys: list[Value], token: int) -> Value:
    """Return ``subject[keys]``."""
    kind = subject.__class__
    if kind is Choice:
        return choice([get_item(machine, each, keys, token) for each in subject.options])
    if kind is Pending:
        return get_item(machine, forced(subject), keys, token)
    if kind is Thing:
        return _item_of_thing(machine, subject, keys, token)
    if machine.language == "jscript" and _is_name(keys) and _has_named_items(machine, subject, keys[0], token):
        return get_member(machine, subject, keys[0], token)
    if isinstance(subject, str) and len(keys) == 1:
        at = integer_of(keys[0]) if is_known(keys[0]) else None
        if at is not None:
            character = subject[at : at + 1]
            return Char(character) if machine.language == "c#" else character
        return Opaque("string")
    if isinstance(subject, bytes) and len(keys) == 1:
        at = integer_of(keys[0]) if is_known(keys[0]) else None
        return subject[at] if at is not None and 0 <= at < len(subject) else NUMBER
    if kind is Text:
        return derived([subject])
    return outside_item(machine, subject, keys, token)


def _item_of_thing(machine: Machine, subject: Thing, keys: list[Value], token: int) -> Value:
    symbol = subject.symbol
    is_own = symbol is not None and symbol is not machine.symbols.page
    getter = _indexer(machine, symbol, keys, is_setter=False) if symbol is not None and is_own else None
    if getter is not None:
        return call_function(machine, getter, keys, subject)
    if any(each.__class__ is Choice for each in keys[:1]):
        return choice([get_item(machine, subject, [each, *keys[1:]], token) for each in keys[0].options])
    key = _key(machine, subject, keys)
    if len(keys) > 1 and key not in subject.fields and machine.language == "c#":
        row = item_of(subject, _key(machine, subject, keys[:1]))
        if row.__class__ in (Thing, Choice):
            return get_item(machine, row, keys[1:], token)
    found = item_of(subject, key)
    if machine.language != "jscript":
        return found
    if key is None and is_missing(subject):
        return choice([found, None])  # it may have no such item
    is_known_item = isinstance(found, str) or found != UNKNOWN
    return found if is_known_item or not _is_name(keys) else get_member(machine, subject, keys[0], token)


def _is_name(keys: list[Value]) -> bool:
    """True if the key of an item of JScript is the name of a member."""
    return len(keys) == 1 and isinstance(keys[0], str) and not keys[0].isdecimal()


def _has_named_items(machine: Machine, subject: Value, key: str, token: int) -> bool:
    """True if an item by a name is the member of that name: everywhere but in a collection of the server."""
    if subject.__class__ is Opaque:
        return item_of_source(subject, key, token) is None and not is_stored(machine, subject, key)
    return subject.__class__ is not Tainted or not subject.is_fresh


def set_item(machine: Machine, subject: Value, keys: list[Value], value: Value, token: int) -> None:
    """Assign to ``subject[keys]``; under a key that is not known, only the knowledge of the whole changes."""
    kind = subject.__class__
    if kind is Choice:
        for each in subject.options:
            machine.state.open()
            set_item(machine, each, keys, value, token)
            machine.state.merge([{}, machine.state.undo()])
    elif kind is Thing:
        symbol = subject.symbol
        setter = (
            _indexer(machine, symbol, [*keys, value], is_setter=True)
            if symbol is not None and symbol is not machine.symbols.page
            else None
        )
        if setter is not None:
            call_function(machine, setter, [*keys, value], subject)
            return
        key = _key(machine, subject, keys)
        if machine.language == "jscript" and subject.type == "arguments":
            share_item(machine, subject, key, value)
        if key is None:
            use_item(machine, subject.fields, REST, value)
            use_item(machine, subject.fields, KEYS, derived(keys))
            return
        if machine.language == "jscript" and _is_name(keys):
            set_member(machine, subject, keys[0], value, token)
            return
        machine.state.put(subject.fields, key, value)
        length = length_of(subject)
        if isinstance(key, int) and length is not None and key >= length:
            machine.state.put(subject.fields, LENGTH, key + 1)
    elif machine.language == "jscript" and _is_name(keys):
        set_member(machine, subject, keys[0], value, token)
    else:
        assign_outside(machine, subject, keys, value, token)


def _key(machine: Machine, thing: Thing, keys: list[Value]) -> Value:
    if len(keys) == 1:
        return entry_key(machine, thing, keys[0])
    parts = tuple(key_of(each, machine.language) for each in keys)
    return None if None in parts else parts


def _indexer(machine: Machine, symbol: ClassSymbol, keys: list[Value], *, is_setter: bool) -> Function | None:
    for each in machine.symbols.bases_of(symbol):
        group = each.setters if is_setter else each.getters
        name = each.default_member
        functions = group.get("this") or group.get(name) or ([] if is_setter else each.methods.get(name))
        if functions:
            return functions[0] if len(functions) == 1 else pick(functions, keys)
    return None


def plain(machine: Machine, value: Value) -> Value:
    """Return an object of VBScript as it is where a text or number is wanted: its default member."""
    if value.__class__ is not Thing or machine.language not in _VB or value.symbol is None:
        return value
    symbol = value.symbol
    if not symbol.default_member or symbol is machine.symbols.page:
        return value
    function = _indexer(machine, symbol, [], is_setter=False)
    return value if function is None or function.parameters else call_function(machine, function, [], value)


def use_item(machine: Machine, fields: dict[object, Value], key: object, value: Value) -> None:
    """Add a value to the options of an entry."""
    machine.state.put(fields, key, join(fields.get(key, ABSENT), value))


def content_of(thing: Thing) -> Value:
    """Return the content of an object of a library as one value."""
    return derived([each for key, each in thing.fields.items() if key != LENGTH])
