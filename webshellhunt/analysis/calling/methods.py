"""Methods: calls of members of objects, types and functions, of the page first."""

from __future__ import annotations

from functools import partial

from webshellhunt.analysis.calling.calls import call_function, call_own
from webshellhunt.analysis.calling.dispatching import typed_member
from webshellhunt.analysis.calling.found_members import Found, find_member
from webshellhunt.analysis.calling.given import Given, given_of
from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.calling.objects import value_of_member
from webshellhunt.analysis.calling.outside.library_calls import call_library
from webshellhunt.analysis.calling.outside.named_calls import call_named, outside_call
from webshellhunt.analysis.calling.outside.natives import native_name
from webshellhunt.analysis.calling.outside.sources import request_names
from webshellhunt.analysis.calling.reflection import call_reflected, type_of_value
from webshellhunt.analysis.domain.comparing import compared
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.runtime_types import is_of_type
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    ABSENT,
    Choice,
    ClassValue,
    Closure,
    Method,
    Opaque,
    Pending,
    Reflected,
    Several,
    Thing,
    Value,
)
from webshellhunt.analysis.jscript.functions import PASSING, call_as_method, passed_on
from webshellhunt.analysis.jscript.objects import note_match
from webshellhunt.analysis.jscript.prototypes import class_text
from webshellhunt.analysis.library.sequences import Row, row_of, thing_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.language_names import TYPED, VB
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Call, Function, Member, Name, TypeName

_INVOKING = frozenset({"invoke", "dynamicinvoke", "begininvoke", "invokeasync"})


def call_any(machine: Machine, value: Value, given: Given, node: Call) -> Value:
    """Call a value, or take an item of it where it is no function."""
    if value.__class__ is Choice:
        return choice([call_any(machine, each, given, node) for each in value.options])
    if value.__class__ is Closure:
        native = native_name(value.function)
        if native:
            return call_named(machine, (native,), None, given, node.callee.end - 1)
        return call_own(machine, value, given, value.this)
    if value.__class__ is Method:
        return call_method(machine, value.subject, value.name, given, node.callee.end - 1)
    if value.__class__ is Several:
        results = [call_any(machine, each, given, node) for each in value.parts]
        return results[-1] if results else None
    if not given.values and not node.has_brackets:
        return value
    if given.values and (machine.language in VB or request_names(value) is not None):
        return get_item(machine, value, given.values, node.start)
    if value.__class__ is Opaque and value.path:
        return call_named(machine, value.path, None, given, node.callee.end - 1)
    return derived([value, *given.values])


def call_method(
    machine: Machine,
    subject: Value,
    name: str,
    given: Given,
    token: int,
    *,
    is_base: bool = False,
    node: Call | None = None,
) -> Value:
    """Return the result of ``subject.name(…)``."""
    if subject.__class__ is Choice:
        return choice([call_method(machine, each, name, given, token, node=node) for each in subject.options])
    symbol = subject.symbol if subject.__class__ in (Thing, ClassValue) else None
    if symbol is not None:
        if is_base and machine.frame.symbol is not None:
            bases = [*machine.symbols.bases_of(machine.frame.symbol)][1:]
            symbol = bases[0] if bases else None
        found = _found(machine, subject, symbol, name, node if not is_base else None)
        if found is not None:
            return call_found(machine, subject, found, given, token, node)
    answer = _call_by_kind(machine, subject, name, given, token)
    if answer is not ABSENT:
        return answer
    found_extensions = extensions(machine, name) if subject.__class__ is not ClassValue else ()
    if found_extensions:
        receiver = node.callee.subject if node is not None and isinstance(node.callee, Member) else None
        nodes = [receiver or Name(token, token, ""), *given.nodes]
        first = Given([subject, *given.values], ["", *given.names], nodes, given.types)
        return call_own(machine, Closure(found_extensions[0], None, None, found_extensions), first, None)
    if given.types and name.lower() == "oftype":
        return _of_type(machine, subject, given.types[0])
    return call_library(machine, subject, name, given, token)


def call_by_values(machine: Machine, subject: Value, name: str, values: list[Value], token: int) -> Value:
    """Return the result of a method for values that are no arguments in the code."""
    return call_method(machine, subject, name, given_of(values, token), token)


def _of_type(machine: Machine, subject: Value, wanted: TypeName) -> Value:
    """Return the items of a collection that are of a type: ``OfType<T>()``."""

    def run() -> Value:
        row = row_of(forced(subject))
        answers = [is_of_type(machine, each, wanted) for each in row.items]
        items = [each for each, answer in zip(row.items, answers, strict=True) if answer is not False]
        return thing_of(Row(items, row.is_exact and None not in answers))

    return Pending(run, (subject,))


def _call_by_kind(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that types, functions and objects with functions in their fields have; `ABSENT` for any other."""
    if subject.__class__ is Reflected:
        answer = call_reflected(machine, subject, name, given.values, partial(outside_call, machine, token))
        if answer is not ABSENT:
            return answer
    answer = _of_object(machine, subject, name.lower(), given.values)
    if answer is not ABSENT:
        return answer
    if machine.language == "jscript":
        answer = _call_by_script(machine, subject, name, given, token)
        if answer is not ABSENT:
            return answer
    if name.lower() in _INVOKING and subject.__class__ is Opaque and _is_function(subject.path):
        return call_named(machine, subject.path, None, given, token)
    if subject.__class__ in (Closure, Several):
        answer = _call_function_value(machine, subject, name, given, token)
        if answer is not ABSENT:
            return answer
    held = _held_function(machine, subject, name) if subject.__class__ is Thing else None
    if held is None:
        return ABSENT
    is_own = held.__class__ is Closure
    return call_own(machine, held, given, subject) if is_own else machine.call(held, given.values, token)


def _of_object(machine: Machine, subject: Value, name: str, values: list[Value]) -> Value:
    """Call a method that every object of .NET has, `ABSENT` for any other one."""
    if name == "gettype" and not values and subject.__class__ is not ClassValue:
        return type_of_value(subject)
    is_own = subject.__class__ is Thing and subject.symbol is not None and machine.language != "jscript"
    return compared(subject, "==", values[0], "c#") if is_own and name == "equals" and len(values) == 1 else ABSENT


def _call_by_script(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method by the rules of JScript, `ABSENT` where they say nothing."""
    if subject.__class__ is Method and name in PASSING:
        this, rest = passed_on(subject, name, given.values)
        if subject.name == "toString" and subject.subject is machine.kept.prototypes.get("object"):
            return class_text(this)
        return call_method(machine, this, subject.name, given_of(rest, token), token)
    note_match(machine, subject, name, given.values, token)
    return call_as_method(machine, subject, name, given.values, partial(_call_path, machine, token))


def _is_function(names: tuple[str, ...]) -> bool:
    """True if dotted names are those of a function of a library, which a delegate may keep."""
    return len(names) > 1 and bool(vocabulary().sink(names))


def _found(machine: Machine, subject: Value, symbol: ClassSymbol | None, name: str, node: Call | None) -> Found | None:
    """Return the method that a call means: by the type that its subject is declared with, then by its class."""
    folded = machine.symbols.fold(name)
    if symbol is None:
        return None
    if node is not None and machine.language in TYPED and isinstance(node.callee, Member):
        found = typed_member(machine, subject, node.callee) if subject.__class__ is Thing else None
        if found is not None:
            return found
    return find_member(machine, symbol, folded)


def call_found(machine: Machine, subject: Value, found: Found, given: Given, token: int, node: Call | None) -> Value:
    """Return the result of a member of the page that is called."""
    if found.kind == "method":
        native = native_name(found.functions[0])
        if native:
            return call_named(machine, (native,), None, given, token)
        method = Closure(found.functions[0], None, subject, found.functions, found.declared)
        return call_own(machine, method, given, subject)
    if found.kind == "property" and found.functions and found.functions[0].parameters:
        return call_function(machine, found.functions[0], given.values, subject)
    value = value_of_member(machine, subject, found, found.name)
    if node is not None:
        return call_any(machine, value, given, node)
    return machine.call(value, given.values, token)


def _held_function(machine: Machine, thing: Thing, name: str) -> Value | None:
    """Return the function that an object has in a field, or by its prototype."""
    key = (
        name if machine.language == "jscript" else name.lower() if thing.symbol is None else machine.symbols.fold(name)
    )
    each: Value = thing
    for _ in range(16):
        if each.__class__ is not Thing:
            return None
        value = each.fields.get(key)
        if value.__class__ in (Closure, Several):
            return value
        if value.__class__ is Choice:
            return next((option for option in value.options if option.__class__ is Closure), None)
        each = each.fields.get("\0prototype")
    return None


def _call_function_value(machine: Machine, function: Value, name: str, given: Given, token: int) -> Value:
    lower = name.lower()
    if lower in _INVOKING:
        return (
            call_own(machine, function, given, function.this)
            if function.__class__ is Closure
            else machine.call(function, given.values, token)
        )
    return ABSENT


def _call_path(machine: Machine, token: int, names: tuple[str, ...], values: list[Value]) -> Value:
    """Call a function of a library, which is a value, by its dotted names."""
    return call_named(machine, names, None, given_of(values, token), token)


def extensions(machine: Machine, name: str) -> tuple[Function, ...]:
    """Return the extension methods of a name."""
    if machine.language not in ("c#", "vb"):
        return ()
    folded = machine.symbols.fold(name)
    named = (each for symbol in machine.symbols.classes.values() for each in symbol.methods.get(folded, ()))
    return tuple(each for each in named if each.parameters and _is_extension(each))


def _is_extension(function: Function) -> bool:
    return function.parameters[0].by == "this" or any(word == "extension" for word, _ in function.attributes)
