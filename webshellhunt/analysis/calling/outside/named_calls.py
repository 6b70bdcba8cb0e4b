"""Calls of functions that the page does not declare, by their dotted names, and calls back into the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.by_reference import assign_library_outs
from webshellhunt.analysis.calling.conversion_operators import as_argument
from webshellhunt.analysis.calling.given import Given, given_of
from webshellhunt.analysis.calling.objects import plain
from webshellhunt.analysis.calling.outside.calls import call_outside
from webshellhunt.analysis.calling.outside.known_names import names_of, program_names
from webshellhunt.analysis.calling.outside.stores import with_kept, with_stored
from webshellhunt.analysis.calling.reflection import create_delegate, make, type_value
from webshellhunt.analysis.domain.arrays import iter_values, known_items
from webshellhunt.analysis.domain.pending import all_forced
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    ABSENT,
    UNKNOWN,
    Closure,
    Opaque,
    Reflected,
    Several,
    Tainted,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.execution.failures import conversion_fails, fail, raised
from webshellhunt.analysis.jscript.objects import primitive_of
from webshellhunt.analysis.library.dotnet.tables import FILLING, forget
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.vocabulary import vocabulary

ENDING = frozenset({("response", "end"), ("server", "transfer"), ("response", "redirect")})
"""Calls that end the page."""

_EVAL = ("eval",)
_TEXTUAL = frozenset({"string", "escape", "unescape", "decodeuricomponent", "decodeuri", "parseint", "number"})
"""Functions of JScript that take a text."""


def call_named(machine: Machine, names: tuple[str, ...], subject: Value, given: Given, token: int) -> Value:
    """Call a function that only a library knows, by its dotted names."""
    given.values[:] = all_forced(given.values)
    reflected = _by_reflection(machine, names, given, token)
    if reflected is not ABSENT:
        return reflected
    result = _call_named(machine, names, subject, given, token)
    assign_library_outs(machine, subject, names, given)
    return result


_MOST_ITEMS = 64


def may_throw(machine: Machine, values: Sequence[Value]) -> None:
    """Let the handler around see the state after a call of a library, unless all its values are known."""
    if not all(map(_is_all_known, values)):
        machine.control.may_throw()


def _is_all_known(value: Value) -> bool:
    """True if a value is known, or an array of known ones."""
    if value.__class__ is not Thing:
        return is_known(value)
    items = known_items(value) if len(value.fields) <= _MOST_ITEMS else None
    return items is not None and all(map(is_known, items))


def _call_named(machine: Machine, names: tuple[str, ...], subject: Value, given: Given, token: int) -> Value:
    if raised(machine, names, given.values):
        return UNKNOWN
    if conversion_fails(machine, names, given.values):
        return fail(machine, 13, kind="formatexception")
    if names[-2:] == ("delegate", "combine"):
        return Several(tuple(part for each in given.values for part in parts_of(each)))
    if names[-2:] == ("server", "getlasterror"):
        return machine.control.caught()
    goes_on = names[-1] == "redirect" and given.values[1:2] == [False]
    if names[-2:] in ENDING and not goes_on:
        machine.control.leave(machine.control.jump("end"))
        return UNKNOWN
    answer = _by_script(machine, names, given, token) if machine.language == "jscript" else ABSENT
    if answer is not ABSENT:
        return answer
    if subject is None:
        known = library.call_function(machine, names, given.values, token)
        if known is not library.UNSOLVED:
            may_throw(machine, [known, *given.values])
            return known
    return _call_unknown(machine, names, subject, given, token)


def _call_unknown(machine: Machine, names: tuple[str, ...], subject: Value, given: Given, token: int) -> Value:
    """Call a function of which nothing is known: it may fill tables, and call the functions that it gets."""
    machine.control.may_throw()
    for each in (*given.values, *([subject] if names[-1] in FILLING else ())):
        forget(machine, each)
    values = [with_stored(machine, as_argument(machine, plain(machine, each)), token) for each in given.values]
    result = machine.host_call(names, subject, values, token)
    if result is ABSENT:
        result = with_kept(machine, names, values, call_outside(machine, names, subject, values, token))
    _call_back(machine, subject, given, token)
    return result


def _by_script(machine: Machine, names: tuple[str, ...], given: Given, token: int) -> Value:
    """Let objects be the texts that a function of JScript takes them for; its evaluator returns what is no text."""
    if names[-1] in _TEXTUAL:
        given.values[:] = [primitive_of(machine, each, token, is_text=True) for each in given.values]
    value = given.values[0] if names == _EVAL and given.values else None
    is_no_text = value.__class__ is Closure or (value.__class__ is Thing and value.type == "array")
    return value if is_no_text else ABSENT


def parts_of(function: Value) -> tuple[Value, ...]:
    """Return the functions that a delegate calls."""
    return function.parts if function.__class__ is Several else (function,) if function is not None else ()


_CALLABLE_OF_STEP = 64


def _may_be_function(value: Value, *, is_script: bool) -> bool:
    """True if a value is a function of the page, or may be one of a library."""
    return value.__class__ in (Closure, Several) or (is_script and value.__class__ is Opaque and bool(value.path))


def _call_back(machine: Machine, subject: Value, given: Given, token: int) -> None:
    """Call the functions among the arguments of an unknown call, as it may."""
    is_script = machine.language != "vbscript"
    for function in given.values:
        if not _may_be_function(function, is_script=is_script):
            continue
        machine.spend(len(given.values) // _CALLABLE_OF_STEP)
        others = [each for each in given.values if each is not function]
        if is_script and _is_sink(function):
            made = derived([subject, *others])
            if made.__class__ is Tainted:
                call_named(machine, function.path, None, given_of([made], token), token)
        elif function.__class__ is not Opaque:
            parameters = function.function.parameters if function.__class__ is Closure else ()
            machine.call(function, [derived([subject, *others])] * len(parameters), token)


def _is_sink(function: Value) -> bool:
    """True if a value is a function of a library that is a sink."""
    return function.__class__ is Opaque and bool(function.path) and bool(vocabulary().sink(function.path))


def _by_reflection(machine: Machine, names: tuple[str, ...], given: Given, token: int) -> Value:
    """Return the result of a function of the library that makes types, objects or delegates of names."""
    values, last = given.values, names[-1]
    if last == "createdelegate" and "delegate" in names:
        return create_delegate(machine, values)
    if last == "createinstance" and values and values[0].__class__ is Reflected:
        arguments = [*iter_values(values[1])] if values[1:] and values[1].__class__ is Thing else values[1:]
        return make(machine, values[0], arguments, partial(outside_call, machine, token))
    if last == "createinstance" and values and all(isinstance(each, str) for each in values[:1]):
        return make(machine, type_value(machine, str(values[-1])), [], partial(outside_call, machine, token))
    if last in ("gettypefromprogid", "gettypefromclsid") and values and isinstance(values[0], str):
        return Reflected("type", Opaque(path=program_names(values[0])))
    if last == "gettype" and len(names) > 1 and values and isinstance(values[0], str):
        return type_value(machine, str(values[0]))
    if last == "gettype" and len(names) > 1 and values:
        return Reflected("type", derived(values[:1]))
    return ABSENT


def outside_call(machine: Machine, token: int, subject: Value, name: str, values: list[Value]) -> Value:
    """Call a method of a library by its name, or make an object of a type of it."""
    if name != ".new":
        return type(machine).method_caller(machine, subject, name, values, token)
    names = names_of(subject)
    if ".".join(names) in vocabulary().types:
        return Thing(vocabulary().types[".".join(names)])
    made = library.make(machine, names[-1], values, 0) if names else library.UNSOLVED
    if made is not library.UNSOLVED:
        return made
    return Thing(vocabulary().types.get(names[-1], names[-1])) if names else derived(values)
