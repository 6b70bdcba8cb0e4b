"""Results: the values of calls of the browser and of libraries."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis.browser.elements import (
    ELEMENT,
    VALUES,
    is_any_input,
    is_field,
    is_form_read,
    is_store_read,
    is_value_read,
    looked_up,
)
from webshellhunt.analysis.browser.notes import Called, Notes
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.joining import choice, join
from webshellhunt.analysis.domain.taints import derived, lettered
from webshellhunt.analysis.domain.values import (
    ABSENT,
    REST,
    UNKNOWN,
    Closure,
    Method,
    Opaque,
    Tainted,
    Thing,
    Value,
    options_of,
)
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.traces import Trace

MERGED, PROMISE = "merged", "promise"
"""Types of objects: with the members of several others, and a value that is there later."""
_MERGES = frozenset({"extend", "assign", "merge", "defaults"})
_EACH = frozenset({"each", "foreach", "map", "filter"})
_WRAPS = frozenset({"bind", "partial", "proxy", "debounce", "throttle", "once"})
_MOST_ITEMS = 16
_SETTLES = frozenset({"resolve", "reject"})
_DIGITS = frozenset({"tostring", "tofixed"})
_MAY_BE = Callable[[Machine, Notes, Called], Value]


def result_of(machine: Machine, notes: Notes, called: Called) -> Value:
    """Return the result of a call, `ABSENT` where nothing is known of it."""
    for answer in _ANSWERS:
        value = answer(machine, notes, called)
        if value is not ABSENT:
            return value
    return looked_up(notes.fields, called.names, called.subject, called.arguments)


def stored(name: str, token: int) -> Tainted:
    """Return a value that was read from a store of the browser."""
    return Tainted((Trace("stored", name, token),), "string")


def _typed(machine: Machine, notes: Notes, called: Called) -> Value:
    """Return the value of a password field, where a call reads it."""
    names, subject, arguments, token = called
    if is_value_read(names, subject, arguments):
        return notes.tainted("typed", token)
    if is_field(subject) and called.name in VALUES:
        notes.enter(arguments[:1])
        return subject
    return ABSENT


def _whole_form(machine: Machine, notes: Notes, called: Called) -> Value:
    """Return the values of a form, where a call reads them all or any of them."""
    names, subject, arguments, token = called
    is_read = is_form_read(notes.fields, names, subject, arguments, is_made=False)
    is_any = called.name in VALUES and not arguments and notes.fields.has_form and is_any_input(subject)
    return notes.tainted("form", token) if is_read or is_any else ABSENT


def _store(machine: Machine, notes: Notes, called: Called) -> Value:
    return stored(called.name, called.place) if is_store_read(called.names) else ABSENT


def _merge(machine: Machine, notes: Notes, called: Called) -> Value:
    """Return the object that has the members of several; the first one gets them, too."""
    objects = [each for each in called.arguments if each.__class__ is Thing]
    if called.name not in _MERGES or len(called.arguments) < 2 or not objects:
        return ABSENT
    made = Thing(MERGED)
    machine.state.bear(made.fields)
    for each in objects:
        for key, value in each.fields.items():
            made.fields[key] = join(made.fields.get(key, ABSENT), value)
    for key, value in made.fields.items():
        machine.state.put(objects[0].fields, key, value)
    return made


def _for_each(machine: Machine, notes: Notes, called: Called) -> Value:
    """Call functions with each element of a list: a list of elements, or one that a library is given first."""
    if called.name not in _EACH:
        return ABSENT
    element = called.subject
    is_list = is_field(element) or (element.__class__ is Opaque and element.path[:1] == (ELEMENT,))
    elements = [element] if is_list else _items_given(called)
    functions = [each for argument in called.arguments for each in options_of(argument) if each.__class__ is Closure]
    if not elements or not functions:
        return array_of([]) if is_list else ABSENT
    calls = ((item, each) for each in functions for item in elements)
    return array_of([_call(machine, each, [item] * len(each.function.parameters), item) for item, each in calls])


def _items_given(called: Called) -> Sequence[Value]:
    """Return the first items of the list before the function that a library calls with each of them."""
    if len(called.arguments) < 2 or called.arguments[0].__class__ is Closure:
        return ()
    items = known_items(called.arguments[0])
    return called.arguments[:1] if items is None else items[:_MOST_ITEMS]


def _wrapped(machine: Machine, notes: Notes, called: Called) -> Value:
    """Return the function that a library is given to bind or delay, for the one that it returns."""
    function = called.arguments[0] if called.arguments and called.name in _WRAPS else ABSENT
    return function if function.__class__ is Closure else ABSENT


def _promised(machine: Machine, notes: Notes, called: Called) -> Value:
    """Settle a promise, or call functions with the value that it is settled with."""
    promise = called.subject
    if promise.__class__ is not Thing or promise.type != PROMISE:
        return ABSENT
    if called.name in _SETTLES:
        content = join(promise.fields.get(REST, ABSENT), derived(called.arguments))
        machine.state.put(promise.fields, REST, content)
        return None
    content = promise.fields.get(REST, UNKNOWN)
    return choice([content, *(machine.call(each, [content], called.place) for each in _closures(called.arguments))])


def promise_of(machine: Machine, arguments: Sequence[Value], token: int) -> Value:
    """Return a promise, which a function settles."""
    promise = Thing(PROMISE)
    machine.state.bear(promise.fields)
    for each in _closures(arguments):
        machine.call(each, [Method(promise, name) for name in ("resolve", "reject")], token)
    return promise


def _closures(values: Sequence[Value]) -> list[Closure]:
    return [each for each in values if each.__class__ is Closure]


def _digits(machine: Machine, notes: Notes, called: Called) -> Value:
    """Return a number as a text: that of a letter of the password is as good as the letter."""
    is_code = called.subject.__class__ is Opaque and called.subject.codes
    return lettered([called.subject]) if called.name in _DIGITS and is_code else ABSENT


def _plug_in(machine: Machine, notes: Notes, called: Called) -> Value:
    """Call a function that the scripts assigned to a member of an object of a library."""
    function = notes.functions.plug_ins.get(called.name) if len(called.names) > 1 else None
    if function is None or called.subject.__class__ is not Opaque:
        return ABSENT
    return _call(machine, function, called.arguments, called.subject)


def _call(machine: Machine, function: Closure, arguments: Sequence[Value], this: Value) -> Value:
    return call_function(machine, function.function, arguments, this, outer=function.frame)


_ANSWERS: Sequence[_MAY_BE] = (
    _typed, _whole_form, _store, _merge, _for_each, _wrapped, _promised, _digits, _plug_in,
)  # fmt: skip
