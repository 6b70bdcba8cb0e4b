"""Outside: members, items and calls of things that the page does not declare: the request, libraries, objects.

Sources and sinks are recognised here, by the dotted names under which a value is known, or by its type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.reading import reads_site_file
from webshellhunt.analysis.calling.sources import item_of_source, member_of_source, of_control, of_control_type
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.analysis.domain.values import (
    ABSENT,
    ESCAPED,
    NUMBER,
    REST,
    UNKNOWN,
    ClassValue,
    Method,
    Opaque,
    Reflected,
    Tainted,
    Text,
    Thing,
    Value,
    choice,
    counted,
    derived,
    is_known,
    join,
    options_of,
    traces_of,
)
from webshellhunt.analysis.execution.machine import Machine
from webshellhunt.analysis.vocabulary import vocabulary

_VB = frozenset({"vb", "vbscript"})
_ENCODES = frozenset({"escape", "htmlencode", "urlencode"})
"""Functions whose result has no quotation mark."""
_MAKERS = frozenset({"createobject", "getobject", "activexobject"})
_TEXT_MAKERS = frozenset({"createtextfile", "opentextfile", "openastextstream", "createtext", "appendtext"})
_STREAM_MAKERS = frozenset((owner, name) for owner in ("file", "fileinfo") for name in ("open", "openwrite", "create"))
"""Calls that open a file as a stream of bytes, by their last two names."""
_LONGEST_PATH = 6
_POSTED = frozenset({"httppostedfile", "httppostedfilebase"})
_INPUTS = frozenset({"standardinput", "stdin"})
_CONTEXTS = frozenset({"httpcontext", "httpcontextbase", "page", "httpapplication"})
"""Types whose members have known names, for any name of the variable."""
NAMELESS = ("value",)
"""The name of a value that has none, so that its member is not taken for a function of the same name."""
STORES = frozenset({"session", "application", "cache", "viewstate", "items", "contents", "staticobjects"})


def names_of(value: Value) -> tuple[str, ...]:
    """Return the dotted names by which a value is known: its type, or how the code got it."""
    if value.__class__ is Opaque:
        return tuple(value.type.split(".")) if value.type else value.path
    if value.__class__ is Thing:
        return tuple(value.type.split(".")) if value.type else ()
    if value.__class__ is Reflected:
        return (value.name,) if value.kind == "call" else ("reflection",)
    if value.__class__ is Tainted:
        return ("visitor",)
    if value.__class__ is ClassValue:
        return (value.symbol.name.lower(),)
    return ()


def outside_member(machine: Machine, subject: Value, name: str, token: int) -> Value:
    """Return a member of a value that the page does not declare."""
    hosted = machine.host_member(subject, name, token)
    if hosted is not ABSENT:
        return hosted
    known = library.read_property(machine, subject, name if machine.language == "jscript" else name.lower())
    if known is not library.UNSOLVED:
        return known
    source = member_of_source(subject, name, token) or of_control_type(subject, name, token)
    if source is not None:
        return source
    if subject.__class__ is Opaque:
        is_owner = subject.type in vocabulary().request_owners
        path = (*((subject.type,) if is_owner else subject.path), name.lower())[-_LONGEST_PATH:]
        control = of_control(subject.path, machine.surroundings.controls, name, token)
        stored = _stored(machine, subject, name.lower())
        if stored is not ABSENT:
            return stored
        if control is not None:
            return control
        constant = library.constant_of(path)
        if constant is not library.UNSOLVED:
            return constant
        names = subject.names(name.lower())
        return Opaque(_type_of(names), names[-_LONGEST_PATH:] if subject.type in _CONTEXTS else path)
    if subject.__class__ is Thing:
        return _member_of_object(machine, subject, name.lower(), token)
    if name.lower() in vocabulary().cleaner_members:
        return NUMBER
    return derived([subject])


def _member_of_object(machine: Machine, thing: Thing, name: str, token: int) -> Value:
    """Return a member of an object of a library; the start information of a process is an object of its own."""
    if name in _INPUTS:
        return Opaque(vocabulary().types[name], (*names_of(thing), name))
    if name == "startinfo":
        made = Thing("processstartinfo")
        machine.state.put(thing.fields, name, made)
        return made
    if name == "data" and "message" in thing.fields:  # of an exception
        made = Thing("hashtable")
        machine.state.put(thing.fields, name, made)
        return made
    if not traces_of(thing) and vocabulary().is_remote((*names_of(thing), name)):
        return Tainted((Trace("remote", name, token),))
    if machine.language == "c#" and library.has_method(thing, name):
        return Method(thing, name)
    return derived([thing]) if traces_of(thing) else Opaque("", (*names_of(thing), name))


def _type_of(names: tuple[str, ...]) -> str:
    """Return the type of a member that has one in any object: ``StandardInput``, ``StartInfo``."""
    types = vocabulary().types
    last = names[-1]
    if last in _INPUTS:
        return types.get(last, "")
    return "processstartinfo" if last == "startinfo" else ""


def _store_name(machine: Machine, subject: Value) -> str:
    """Return the name of the store that an opaque value is, ``""`` where it stores nothing."""
    if subject.__class__ is not Opaque or not subject.path:
        return ""
    path = subject.path
    while path and path[0] in ("this", "me", "page", "context", "httpcontext", "current", "system", "web"):
        path = path[1:]
    if path[-1:] == ("contents",) or (path[-1:] == ("item",) and len(path) > 1):
        path = path[:-1]
    return ".".join(path)


def _stored(machine: Machine, subject: Value, key: Value) -> Value:
    store = machine.stores.get(_store_name(machine, subject))
    if store is None:
        return ABSENT
    key = key.lower() if isinstance(key, str) else key
    if key is None or not is_known(key):
        values = [*store.fields.values()]
        return choice(values) if values else ABSENT
    found, rest = store.fields.get(key, ABSENT), store.fields.get(REST, ABSENT)
    return join(found, rest)


def with_stored(machine: Machine, value: Value, token: int) -> Value:
    """Return an object of which only the name is known, tainted by the values that the page assigned to its members."""
    name = _store_name(machine, value)
    store = machine.stores.get(name) if name and name not in STORES else None
    content = derived([store]) if store is not None else UNKNOWN
    return content.through(name, token) if content.__class__ is Tainted else value


def is_stored(machine: Machine, subject: Value, key: Value) -> bool:
    """True if something was stored under a key, or may be."""
    return _stored(machine, subject, key) is not ABSENT or _store_name(machine, subject) in STORES


def is_removed(machine: Machine, subject: Value, name: str, keys: Sequence[Value]) -> bool:
    """Remove one entry of a store, or all of them; return False where nothing is one."""
    where = _store_name(machine, subject)
    store = machine.stores.get(where)
    if store is None or where.rpartition(".")[2] not in STORES:
        return False
    if name == "remove":
        key = keys[0].lower() if keys and isinstance(keys[0], str) else keys[0] if keys else None
        removed = [key]
    else:
        removed = [*store.fields]
    for each in removed:
        machine.state.drop(store.fields, each)
    return True


def assign_outside(machine: Machine, subject: Value, key: object, value: Value, token: int) -> None:
    """Assign to a member (``key`` a name) or an item (a list of keys) of a thing that only a library knows."""
    is_item = isinstance(key, list)
    if machine.host_assign(subject, key if isinstance(key, str) else "", value, token):
        return
    last = key[0] if isinstance(key, list) and len(key) == 1 else key if not isinstance(key, list) else None
    if not is_item and isinstance(key, str):
        names = (*(names_of(subject) or NAMELESS), key.lower())
        found = vocabulary().sink(names, is_property=True)
        if not found and machine.language == "vbscript":
            found = [sink for sink in vocabulary().sink(names) if sink.of_type and not sink.argument]
        if found:
            machine.observer.arrive(names, token, [value], subject, is_assigned=True)
    if subject.__class__ is Thing:
        return
    name = _store_name(machine, subject)
    if name:
        store = machine.stores.setdefault(name, Thing("store"))
        where = last.lower() if isinstance(last, str) else last if is_known(last) and last is not None else REST
        if where not in store.fields and isinstance(last, str) and subject.__class__ is Opaque:
            control = of_control(subject.path, machine.surroundings.controls, last, token)
            if control is not None:
                store.fields[where] = control  # its value where this assignment does not happen
        machine.state.put(store.fields, where, value)


def outside_item(machine: Machine, subject: Value, keys: Sequence[Value], token: int) -> Value:
    """Return an item of a value that the page does not declare: of the request, of a store, of anything."""
    key = keys[0] if len(keys) == 1 else None
    source = item_of_source(subject, key, token)
    if source is not None:
        return source
    stored = _stored(machine, subject, key)
    if stored is not ABSENT:
        return stored
    if subject.__class__ is Opaque:
        is_unresolved = machine.language == "vbscript" and len(subject.path) == 1 and not subject.type
        if is_unresolved and traces_of(made := derived(keys)):
            return made  # it may be a function of another file
        return Opaque(subject.type, subject.path)
    return derived([subject])


def _upload(machine: Machine, subject: Value, token: int) -> Value:
    """Return the content that ``SaveAs`` of an object writes: the upload of a visitor, for a control that uploads."""
    content = of_control_type(subject, "FileContent", token)
    if content is None and subject.__class__ is Opaque:
        content = of_control(subject.path, machine.surroundings.controls, "FileContent", token)
        if content is None and (subject.type in _POSTED or subject.path[-1:] == ("postedfile",)):
            content = Tainted((Trace("upload", ".".join(names_of(subject)), token),))
    return subject if content is None else content


def call_outside(
    machine: Machine,
    names: tuple[str, ...],
    subject: Value,
    arguments: Sequence[Value],
    token: int,
    *,
    is_made: bool = False,
) -> Value:
    """Return the result of a call of something that the page does not declare; a sink is noted."""
    vocab = vocabulary()
    is_declared = len(names) == 1 and names[0] in machine.surroundings.declared and machine.language in _VB
    sinks = [] if is_declared else vocab.sink(names)
    if sinks:
        content = _upload(machine, subject, token) if names[-1] == "saveas" else subject
        arrival = machine.observer.arrive(names, token, arguments, content, is_made=is_made)
        if any(sink.kind == "evaluate" for sink in sinks):
            return type(machine).evaluator(machine, arrival, names, arguments, token)
    if vocab.is_remote(names):
        return Tainted((Trace("remote", names[-1], token),))
    if reads_site_file(machine.language, names, arguments):
        return Thing("textstream") if names[-1] in _TEXT_MAKERS else Opaque("string")
    if opened := _opened(names, arguments):
        return _opened_as(machine, opened, derived([subject, *arguments]))
    if names[-1] in _MAKERS:
        return _made(arguments, names)
    if vocab.is_cleaner(names):
        return counted(arguments)
    if names[-1] == "mappath":
        return choice([_mapped(each, names) for each in options_of(next(iter(arguments), UNKNOWN))])
    made = derived([subject, *arguments])
    if made.__class__ is Tainted:
        return replace(made, form=ESCAPED if names[-1] in _ENCODES else "")
    return Opaque("", (*names[-_LONGEST_PATH:],)) if len(names) < _LONGEST_PATH else UNKNOWN


def _opened_as(machine: Machine, kind: str, content: Value) -> Thing:
    """Return a file that is open; its content is the visitor's where he says which file it is."""
    thing = Thing(kind)
    machine.state.bear(thing.fields)
    if traces_of(content):
        thing.fields[REST] = content
    return thing


def _mapped(path: Value, names: tuple[str, ...]) -> Value:
    """Return the place of a path of the site on the disk: a visitor's text in it stays below the site."""
    if path.__class__ is Text and traces_of(path):
        return Text(tuple(_mapped(part, names) if traces_of(part) else part for part in path.parts))
    if isinstance(path, str) or (path.__class__ is Opaque and path.path):
        return Text((Opaque("string", names), path)) if path != "" else Opaque("string", names)
    value = derived([path])
    return Tainted(value.traces, "string", "mapped") if value.__class__ is Tainted else Opaque("string", names)


def program_names(text: str) -> tuple[str, ...]:
    """Return the dotted names of the type of the objects that a program id or class id makes."""
    plain = text.lower().rpartition(":")[2].strip("{} ")
    return tuple(vocabulary().types.get(plain, plain).split("."))


def _opened(names: tuple[str, ...], arguments: Sequence[Value]) -> str:
    """Return the type of the object that a call of a library opens or looks up, ``""`` where that is not known."""
    if names[-1] in _TEXT_MAKERS:
        return "textstream"
    if names[-2:] in _STREAM_MAKERS:
        return "filestream"
    if names[-1] == "get" and arguments and isinstance(arguments[0], str):
        kind = arguments[0].lower().rpartition(":")[2]
        return kind if kind == "win32_process" else ""
    return ""


def _made(arguments: Sequence[Value], names: tuple[str, ...]) -> Value:
    """Return the object that a program id names."""
    for argument in arguments:
        if isinstance(argument, str):
            return Thing(".".join(program_names(argument)))
    return Opaque("", names)
