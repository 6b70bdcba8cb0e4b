"""Objects of JScript: members by their prototypes, objects as texts and numbers, ``delete`` and ``typeof``."""

from __future__ import annotations

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.conversions import key_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.script_values import kind_of, script_number
from webshellhunt.analysis.domain.taints import counted, derived
from webshellhunt.analysis.domain.values import (
    ABSENT,
    LENGTH,
    NUMBER,
    Choice,
    Closure,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    is_known,
    options_of,
)
from webshellhunt.analysis.jscript.functions import callee_of
from webshellhunt.analysis.jscript.prototypes import (
    added_member,
    builtin_prototype,
    constructor_of,
    is_complete,
    method_value,
    own_member,
)
from webshellhunt.analysis.jscript.scopes import global_member
from webshellhunt.analysis.machine.machine import Machine

_OF_PATTERNS = frozenset({"exec", "test"})
_MATCHING = _OF_PATTERNS | {"match", "replace", "search"}
_MATCHED = frozenset({"lastMatch", "lastParen", "leftContext", "rightContext", "input", "$&", "$_", "$`", "$'", "$+"})
_WORDS = {"string": "string", "number": "number", "boolean": "boolean"}
_CONVERTING = ("valueOf", "toString")


def member_by_prototype(machine: Machine, subject: Value, name: str) -> Value:
    """Return a member that a value has by its constructor, `ABSENT` where it has none of that name."""
    if name == "prototype":
        prototype = builtin_prototype(machine, subject)
        return ABSENT if prototype is None else prototype
    if name == "callee" and subject.__class__ is Thing:
        return callee_of(machine, subject)
    added = added_member(machine, subject, name)
    if added is not ABSENT:
        return added
    if name == "constructor":
        return constructor_of(subject)
    if subject is machine.page:
        return global_member(name)
    if subject.__class__ is Opaque and subject.path == ("regexp",):
        return last_match(machine, name)
    return method_value(subject, name)


def last_match(machine: Machine, name: str) -> Value:
    """Return the value of a property of ``RegExp`` after the last match, `ABSENT` for any other name."""
    matched = machine.kept.matched
    if not matched or (name not in _MATCHED and not (name[:1] == "$" and name[1:].isdecimal())):
        return ABSENT
    found = matched["match"]
    if not name[1:].isdecimal():
        return derived([matched["text"]])
    options = [
        get(int(name[1:]), "") for each in options_of(found) if each.__class__ is Thing for get in [each.fields.get]
    ]
    return choice(options) if options else derived([matched["text"]])


def note_match(machine: Machine, subject: Value, name: str, arguments: list[Value], token: int) -> None:
    """Remember the match that a method makes, which ``RegExp`` has afterwards."""
    if name not in _MATCHING or not arguments:
        return
    pattern, text = (subject, arguments[0]) if name in _OF_PATTERNS else (arguments[0], subject)
    for each in options_of(pattern):
        if each.__class__ is Thing and each.type == "regexp":
            source = each.fields.get("source", "")
            match = library.call_method(machine, Thing("regexp", fields={"source": source}), "exec", [text], token)
            machine.state.put(machine.kept.matched, "match", None if match is library.UNSOLVED else match)
            machine.state.put(machine.kept.matched, "text", text)


def is_missing(subject: Value) -> bool:
    """True if an object surely has no member but those that it was found to have."""
    return subject.__class__ is Thing and is_complete(subject)


def primitive_of(machine: Machine, value: Value, token: int, *, is_text: bool = False) -> Value:
    """Return an object as the text or number that an operator takes it for."""
    if value.__class__ is Choice:
        return choice([primitive_of(machine, each, token, is_text=is_text) for each in value.options])
    if value.__class__ is Closure:
        return Opaque("string")
    if value.__class__ is not Thing:
        return value
    for name in reversed(_CONVERTING) if is_text else _CONVERTING:
        function = own_member(value, name)
        if function is ABSENT:
            function = added_member(machine, value, name)
        if function.__class__ is Closure:
            made = call_function(machine, function.function, [], value, outer=function.frame)
            return made if made.__class__ is not Thing else derived([made])
    if LENGTH in value.fields:
        joined = library.call_method(machine, value, "join", [], token)
        return derived([value]) if joined is library.UNSOLVED else joined
    return "[object Object]" if value.type == "object" and is_complete(value) else value


def operand_of(machine: Machine, value: Value, token: int) -> Value:
    """Return a value as an operator takes it."""
    return primitive_of(machine, value, token) if value.__class__ in (Thing, Choice, Closure) else value


def number_by_plus(value: Value) -> Value:
    """Return the result of ``+value``."""
    if is_known(value):
        made = script_number(value)
        return NUMBER if made is None else made
    return counted([value])


def remove(machine: Machine, subject: Value, key: Value) -> None:
    """Remove a member of an object, which then shows that of its prototype."""
    for each in subject.options if subject.__class__ is Choice else (subject,):
        if each.__class__ is Thing and subject.__class__ is not Choice:
            machine.state.drop(each.fields, key)


def type_word(value: Value) -> Value:
    """Return the result of ``typeof``."""
    if value.__class__ is Closure:
        return "function"
    if is_known(value) and not isinstance(value, bytes):
        return "object" if value is None else kind_of(value)
    if value.__class__ is Text:
        return "string"
    if (value.__class__ is Tainted or value.__class__ is Opaque) and value.type in _WORDS:
        return _WORDS[value.type]
    return "object" if value.__class__ is Thing else Opaque("string")


def has_member(key: Value, thing: Value) -> Value:
    """Return the result of ``key in thing``: a truth value where it is known."""
    if thing.__class__ is not Thing or not isinstance(key, (str, int)):
        return BOOLEAN
    own = key_of(key, "jscript")
    if own in thing.fields:
        return True
    if isinstance(key, str) and (own_member(thing, key) is not ABSENT or method_value(thing, key) is not ABSENT):
        return True
    return False if is_complete(thing) and not isinstance(own, int) else BOOLEAN


def items_as_texts(machine: Machine, thing: Value, token: int) -> Value:
    """Return an array whose objects are the texts that a join makes of them."""
    items = known_items(thing) if thing.__class__ is Thing else None
    if items is None or not any(each.__class__ is Thing and LENGTH not in each.fields for each in items):
        return thing
    return array_of([primitive_of(machine, each, token, is_text=True) for each in items])
