"""Methods and properties of values: the table that has them, by the value that they belong to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial as bind

from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.pending import all_forced, forced
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    LENGTH,
    NUMBER,
    Choice,
    Opaque,
    Pending,
    Tainted,
    Text,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.library import activex, decoders, matching, partial, streams
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, is_function
from webshellhunt.analysis.library.calls import UNSOLVED, attempt, coded, each_option
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS
from webshellhunt.analysis.library.dotnet import builders, copies, dictionaries, lists, tables, texts
from webshellhunt.analysis.library.dotnet.elements import KINDS as ELEMENTS
from webshellhunt.analysis.library.dotnet.elements import element_method, element_property
from webshellhunt.analysis.library.dotnet.queries import CALLING, DEFERRED, QUERIES
from webshellhunt.analysis.library.enumerators import ENUMERATOR, MAKER, enumerator_method, lazy_value, new_enumerator
from webshellhunt.analysis.library.jscript import texts as script_texts
from webshellhunt.analysis.library.jscript.arrays import ARRAYS, OBJECTS
from webshellhunt.analysis.library.knowledge import knowledge
from webshellhunt.analysis.library.sequences import row_of
from webshellhunt.analysis.library.streams import STREAMS
from webshellhunt.analysis.library.visual_basic import collections
from webshellhunt.lang.language_names import VB

_BUILDERS = frozenset({"stringbuilder", "stringwriter"})
_SPECIAL = {collections.KIND: collections.METHODS, **tables.METHODS}
"""Methods that only one type has, or has in its own way."""
_PATTERNS = frozenset({"regexp", "regex", "vbscript.regexp"})
_OF_ADDRESS = {
    "port": NUMBER,
    **dict.fromkeys(("isfile", "isunc", "isloopback", "isdefaultport", "isabsoluteuri"), BOOLEAN),
}
"""Properties of an address that are no text."""
_LIST, _NODE = "linkedlist", "linkedlistnode"
_LINKED = frozenset({_LIST, _NODE})
_PLACE = "\0place"


def method_result(machine: Runner, subject: Value, name: str, arguments: list[Value], token: int) -> Value:
    """Return the result of a method of a value."""
    if subject.__class__ is Choice:
        run = bind(_method_of, machine)
        return _of_options(machine, subject, arguments, lambda each: run(each, name, arguments, token))
    return _method_of(machine, subject, name, arguments, token)


def _method_of(machine: Runner, subject: Value, name: str, arguments: list[Value], token: int) -> Value:
    if subject.__class__ is Thing:
        result = attempt(machine, (), lambda: _thing_method(machine, subject, name, arguments, token))
    elif any(argument.__class__ is Choice for argument in arguments):
        result = each_option([subject, *arguments], lambda row: _value_method(machine, name, row, token))
    else:
        result = _value_method(machine, name, [subject, *arguments], token)
    if result is not UNSOLVED:
        return result
    lower = name.lower()
    numbers, booleans, same = knowledge()[:3]
    if lower in same.members and not arguments and _is_plain(subject):
        return subject
    if lower in numbers.members:
        return NUMBER
    is_told = lower in booleans.members and (bool(arguments) or lower != "all")
    return BOOLEAN if is_told else UNSOLVED


def _is_plain(subject: Value) -> bool:
    """True if a task, a nullable, or a view of a value is the value itself."""
    if subject.__class__ is Thing:
        return subject.symbol is None and (subject.type in LISTS or subject.type in DICTIONARIES)
    return subject.__class__ is not Opaque


def _of_options(machine: Runner, subject: Choice, arguments: list[Value], run: Callable[[Value], Value]) -> Value:
    """Run for each value that a subject may be; the changes of each are possible, not sure."""
    results = []
    for option in subject.options:
        machine.state.open()
        results.append(run(option))
        machine.state.merge([{}, machine.state.undo()])
    if all(result is UNSOLVED for result in results):
        return UNSOLVED
    pairs = zip(subject.options, results, strict=True)
    return choice(derived([each, *arguments]) if result is UNSOLVED else result for each, result in pairs)


def _is_list(thing: Thing) -> bool:
    return thing.type in LISTS or (thing.symbol is None and LENGTH in thing.fields)


def _thing_method(machine: Runner, subject: Thing, name: str, a: list[Value], token: int) -> Value:
    """Return the result of a method of a collection or another object of the library."""
    lower = name.lower()
    kind = subject.type
    if kind == ENUMERATOR or lower == "getenumerator":
        return _enumerated(machine, subject, lower)
    if kind in _PATTERNS:
        return matching.METHODS[lower](machine, subject, a, token)
    if machine.language == "jscript":
        method = (ARRAYS if _is_list(subject) else OBJECTS).get(name)
        if method is not None:
            return method(machine, subject, a, token)
    if kind in _BUILDERS:
        return builders.METHODS[lower](machine, subject, a, token)
    if kind in STREAMS:
        return streams.METHODS[lower](machine, subject, a, token)
    if kind in DICTIONARIES:
        of_kind = dictionaries.METHODS.get(lower)
        return of_kind(machine, subject, a, token) if of_kind else QUERIES[lower](machine, row_of(subject), a, token)
    special = _SPECIAL.get(kind, {}).get(lower)
    if special is not None:
        return special(machine, subject, a, token)
    return (_list_method if _is_list(subject) else _object_method)(machine, subject, lower, a, token)


def _object_method(machine: Runner, subject: Thing, name: str, a: list[Value], token: int) -> Value:
    if subject.type in ELEMENTS:
        return element_method(subject, name, a)
    return activex.object_method(machine, subject, name, a, token)


def _list_method(machine: Runner, subject: Thing, name: str, a: list[Value], token: int) -> Value:
    """Return the result of a method that changes a list, or of a query over it."""
    try:
        return lists.list_method(machine, subject, name, a, token)
    except UnsolvedError:
        return QUERIES[name](machine, row_of(subject), a, token)


def is_method(thing: Thing, name: str) -> bool:
    """True if a builder, a collection or a stream has a method of a name in lower case."""
    kind = thing.type
    if kind in _BUILDERS:
        return name in builders.METHODS and name != "length"
    if kind in DICTIONARIES:
        return name in dictionaries.METHODS and name not in dictionaries.PROPERTIES
    if kind in STREAMS:
        return name in streams.METHODS and name not in streams.PROPERTIES
    return _is_list(thing) and name in lists.METHODS and name not in lists.PROPERTIES


def _enumerated(machine: Runner, subject: Thing, name: str) -> Value:
    """Return the enumerator of a collection, or the result of a method of an enumerator."""
    if subject.type == ENUMERATOR:
        return enumerator_method(machine, subject, name)
    if subject.type not in DICTIONARIES and not _is_list(subject):
        raise UnsolvedError
    return new_enumerator(subject)


def _value_method(machine: Runner, name: str, a: list[Value], token: int) -> Value:
    """Return the result of a method of a text, number or unknown value, which is the first argument."""
    subject = a[0]
    if (codec := decoders.is_encoding(subject)) is not None:
        return coded(machine, codec, name.lower(), a[1:])
    if machine.language == "jscript":
        found = _script_method(machine, name, a, token)
        if found is not UNSOLVED:
            return found
    is_dotnet = machine.language == "jscript" and name[:1].isupper()
    language, name = ("c#", name.lower()) if is_dotnet else (machine.language, name)
    function = texts.METHODS.get(name)
    if function is not None and is_known(subject):
        found = attempt(machine, a, bind(function, a))
        if found is not UNSOLVED:
            return found
    if name == "copyto" and len(a) == 5 and machine.language in ("c#", "vb"):
        return attempt(machine, a[:1], bind(copies.copy_text, machine, a))
    in_part = partial.METHODS.get(name)
    if in_part is not None and not all(map(is_known, a)):
        found = attempt(machine, a, bind(in_part, language, a))
        if found is not UNSOLVED:
            return found
    return _queried(machine, name, a, token)


def _script_method(machine: Runner, name: str, a: list[Value], token: int) -> Value:
    """Return the result of a method of a text or number of JScript."""
    if a[0].__class__ is not Tainted and a[0].__class__ is not Text and not is_known(a[0]):
        return UNSOLVED
    function = script_texts.METHODS.get(name)
    if function is not None and is_known(a[0]):
        found = attempt(machine, a, bind(function, a))
        if found is not UNSOLVED:
            return found
    matched = matching.TEXTS.get(name)
    return UNSOLVED if matched is None else attempt(machine, a, bind(matched, machine, a, token))


def _queried(machine: Runner, name: str, a: list[Value], token: int) -> Value:
    """Return the result of a query over the characters of a text, or over an unknown collection."""
    query, subject = QUERIES.get(name), a[0]
    if query is None:
        return UNSOLVED
    is_called = any(map(is_function, a[1:]))
    if isinstance(subject, (str, bytes)) or (name in CALLING and is_called):
        return attempt(machine, a[:1], lambda: query(machine, row_of(subject), a[1:], token))
    return UNSOLVED


# Properties ----------------------------------------------------------------------------------------------------------


def property_value(machine: Runner, subject: Value, name: str) -> Value:
    """Return a property of a value."""
    if subject.__class__ is Choice:
        results = [property_value(machine, each, name) for each in subject.options]
        return UNSOLVED if any(each is UNSOLVED for each in results) else choice(results)
    if subject.__class__ is Opaque:
        return UNSOLVED
    found = _property_of(machine, subject, name.lower())
    if found is UNSOLVED and machine.language in VB and subject.__class__ is not Tainted:
        return _method_of(machine, subject, name, [], 0)  # Visual Basic calls a method without brackets, too
    return found


def deferred(machine: Runner, subject: Value, name: str, arguments: list[Value], token: int) -> Pending | None:
    """Return a query as one that runs when somebody asks for its items, ``None`` for a call that runs at once."""
    if name not in DEFERRED or machine.language not in ("c#", "vb"):
        return None
    if subject.__class__ is not Pending and not (_is_sequence(subject) and any(map(is_function, arguments))):
        return None

    def run() -> Value:
        result = method_result(machine, forced(subject), name, all_forced(arguments), token)
        return derived([subject, *arguments]) if result is UNSOLVED else result

    return Pending(run, (subject, *arguments))


def _is_sequence(value: Value) -> bool:
    """True if a value is a collection or a text, whose items a query goes over."""
    if value.__class__ is Thing:
        return value.type in DICTIONARIES or _is_list(value)
    return isinstance(value, str) or value.__class__ is Tainted or value.__class__ is Text


def _property_of(machine: Runner, subject: Value, lower: str) -> Value:
    """Return a property of one value, by its name in lower case."""
    if subject.__class__ is Thing:
        return attempt(machine, (), lambda: _thing_property(machine, subject, lower))
    if isinstance(subject, (str, bytes)) and lower in ("length", "count"):
        return len(subject)
    numbers, booleans, same = knowledge()[:3]
    if subject.__class__ is Tainted or subject.__class__ is Text:
        return NUMBER if lower in numbers.properties else BOOLEAN if lower in booleans.properties else UNSOLVED
    if lower == "hasvalue":
        return subject is not None
    return subject if lower in same.properties and machine.language in ("c#", "vb") else UNSOLVED


def _thing_property(machine: Runner, subject: Thing, name: str) -> Value:
    kind = subject.type
    if kind == ENUMERATOR:
        return enumerator_method(machine, subject, name)
    if name == "value" and MAKER in subject.fields:
        return lazy_value(machine, subject)
    if kind in _BUILDERS and name == "length":
        return builders.METHODS[name](machine, subject, [], 0)
    if kind in DICTIONARIES and name in dictionaries.PROPERTIES:
        return dictionaries.METHODS[name](machine, subject, [], 0)
    if kind in STREAMS and name in streams.PROPERTIES:
        return streams.METHODS[name](machine, subject, [], 0)
    if _is_list(subject) and name in lists.PROPERTIES:
        return lists.METHODS[name](machine, subject, [], 0)
    if _is_plain(subject) and name in knowledge().same.properties:
        return subject
    return _object_property(machine, subject, name)


def _object_property(machine: Runner, subject: Thing, name: str) -> Value:
    """Return a property of an object that is no collection, or of a list of a kind of its own."""
    kind = subject.type
    if kind == "uri" and name in _OF_ADDRESS:
        return _OF_ADDRESS[name]
    if kind == tables.ROW and name == "itemarray":
        return tables.row_values(subject)
    if kind in _LINKED:
        return node_property(subject, name)
    return element_property(subject, name) if kind in ELEMENTS else activex.object_property(machine, subject, name)


def write_property(machine: Runner, subject: Value, name: str, value: Value) -> bool:
    """Assign to a property whose assignment does more than change a field; return True if that was done."""
    is_length = subject.__class__ is Thing and subject.type in _BUILDERS and name.lower() == "length"
    if is_length:
        builders.set_length(machine, subject, value)
    return is_length


def node_property(thing: Thing, name: str) -> Value:
    """Return the first or last node of a linked list of .NET, or the node after or before another one.

    Raises:
        UnsolvedError: It is another property.
    """
    if thing.type == _LIST and name in ("first", "last"):
        return _node_of(thing, 0 if name == "first" else -1)
    if thing.type == _NODE and name in ("next", "previous"):
        at = thing.fields[_PLACE] + (1 if name == "next" else -1)
        return _node_of(thing.fields["list"], at) if at >= 0 else None
    raise UnsolvedError


def _node_of(thing: Thing, place: int) -> Value:
    """Return the node of a list at a place; ``-1`` is the last one."""
    row = row_of(thing)
    at = place + len(row.items) if place < 0 else place
    if not row.is_exact and not 0 <= place < row.front:
        return row.any
    if not 0 <= at < len(row.items):
        return None
    return Thing(_NODE, fields={"value": row.items[at], "list": thing, _PLACE: at})
