"""Functions of JScript as values: calls with another ``this``, methods that objects have, functions that texts are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import codes_of, counted, derived
from webshellhunt.analysis.domain.values import (
    ABSENT,
    Choice,
    Closure,
    Method,
    Opaque,
    Several,
    Tainted,
    Thing,
    Value,
    options_of,
)
from webshellhunt.analysis.jscript.prototypes import added_member, constructor_of, own_member
from webshellhunt.analysis.jscript.scopes import frame_of_arguments, global_member
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Function, Parameter, walk

CallNamed = Callable[[tuple[str, ...], list[Value]], Value]
"""How a function of a library is called by its dotted names."""
PASSING = frozenset({"call", "apply"})


def call_as_method(machine: Machine, subject: Value, name: str, arguments: list[Value], call_named: CallNamed) -> Value:
    """Return the result of ``subject.name(…)`` by the rules of JScript, `ABSENT` where they say nothing."""
    if name in PASSING and is_callable(subject):
        this, rest = passed_on(subject, name, arguments)
        return call_with(machine, subject, rest, this, call_named)
    function = method_of(machine, subject, name)
    if function is ABSENT:
        return ABSENT
    return choice([call_with(machine, each, arguments, subject, call_named) for each in options_of(function)])


def is_callable(value: Value) -> bool:
    """True if a value is a function, of the page or of a library."""
    kind = value.__class__
    return (
        kind is Closure or kind is Several or kind is Method or (kind is Opaque and bool(value.path) and not value.type)
    )


def call_with(machine: Machine, function: Value, arguments: list[Value], this: Value, call_named: CallNamed) -> Value:
    """Call a function with an object as its ``this``."""
    if function.__class__ is Closure:
        return call_function(machine, function.function, arguments, this, outer=function.frame)
    if function.__class__ is Several:
        return machine.call(function, arguments, 0)
    if function.__class__ is Opaque and function.path:
        made = call_named(function.path, arguments)
        is_told = made.__class__ is not Opaque or made.type or this.__class__ is not Tainted
        return made if is_told else derived([this])  # nothing is known of the function
    return derived([function, *arguments])


def method_of(machine: Machine, subject: Value, name: str) -> Value:
    """Return the function that a value has under a name, `ABSENT` where it is not one that the page made."""
    if subject.__class__ is Thing:
        value = own_member(subject, name)
        if value is ABSENT and name == "callee":
            value = callee_of(machine, subject)
        if value is ABSENT and subject is machine.page:
            return global_member(name)
    elif subject.__class__ is Closure:
        held = machine.kept.functions.get((subject.function, subject.frame))
        value = own_member(held, name) if held is not None else ABSENT
    else:
        value = ABSENT
    value = added_member(machine, subject, name) if value is ABSENT else value
    return constructor_of(subject) if value is ABSENT and name == "constructor" else value


def callee_of(machine: Machine, thing: Thing) -> Value:
    """Return the function whose ``arguments`` are an object."""
    frame = frame_of_arguments(machine, thing) if thing.type == "arguments" else None
    if frame is None or frame.function is None:
        return ABSENT
    return Closure(frame.function, frame.outer, frame.this)


def passed_on(subject: Value, name: str, arguments: list[Value]) -> tuple[Value, list[Value]]:
    """Return the object and the arguments that ``call`` or ``apply`` calls a function with."""
    this, rest = (arguments[0] if arguments else None), arguments[1:]
    if name == "call" or not rest:
        return this, rest
    items = known_items(rest[0]) if rest[0].__class__ is Thing else None
    if items is not None:
        return this, items
    count = len(subject.function.parameters) if subject.__class__ is Closure else 1
    value = derived(rest)
    return this, [counted(rest) if value.__class__ is Opaque and codes_of(rest[0]) else value] * count


# Functions that texts are --------------------------------------------------------------------------------------------


def function_of_texts(machine: Machine, texts: Sequence[Value], token: int) -> Value:
    """Return the result of ``Function(parameters, body)``: a function, where its texts are known."""
    body = texts[-1] if texts else ""
    names = texts[:-1]
    if body.__class__ is Choice:
        return choice([function_of_texts(machine, [*names, each], token) for each in body.options])
    if not isinstance(body, str) or not all(isinstance(each, str) for each in names):
        return derived(texts)
    machine.spend(len(body) // 8 + 1)
    top = parse(tokenize(body, machine.language)).top
    for node in walk(top):
        node.start, node.end = token, token + 1
    words = ",".join(map(str, names)).split(",")
    parameters = [Parameter(token, token + 1, word.strip()) for word in words if word.strip()]
    return Closure(Function(token, token + 1, "", parameters, top), None, machine.page)
