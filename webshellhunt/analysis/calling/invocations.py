"""Invocations: calls as they are written: which function a call means, its arguments, and values by reference."""

from __future__ import annotations

from webshellhunt.analysis.calling.calls import call_own
from webshellhunt.analysis.calling.construction import construct_first
from webshellhunt.analysis.calling.dispatching import BASE
from webshellhunt.analysis.calling.events import handlers_of
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.generics import all_actual
from webshellhunt.analysis.calling.given import INDEXED, Given, arguments_of
from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.calling.language_functions import SPECIAL
from webshellhunt.analysis.calling.methods import call_any, call_found, call_method, extensions
from webshellhunt.analysis.calling.objects import value_of_member
from webshellhunt.analysis.calling.outside.named_calls import call_named
from webshellhunt.analysis.calling.outside.sources import request_names
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.passing import kept_by
from webshellhunt.analysis.domain.static_types import is_variable
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, ClassValue, Closure, Opaque, Thing, Value, options_of
from webshellhunt.analysis.execution.exceptions import null_fails
from webshellhunt.analysis.execution.names import read, scope_of_name
from webshellhunt.analysis.execution.visual_basic import property_of_name
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Call, Index, Member, Name


def evaluate_call(machine: Machine, node: Call) -> Value:
    """Return the result of a call."""
    callee = node.callee
    if isinstance(callee, Name):
        return _call_name(machine, node, callee)
    if isinstance(callee, Member) and not callee.is_key:
        return _call_member(machine, node, callee)
    if isinstance(callee, Index) and machine.language == "jscript" and len(callee.arguments) == 1:
        return _call_item(machine, node, callee)
    value = machine.value(callee)
    given = arguments_of(machine, node.arguments)
    return UNKNOWN if machine.control.is_leaving else call_any(machine, value, given, node)


def _call_item(machine: Machine, node: Call, callee: Index) -> Value:
    """Call an item of JScript: the object that it belongs to is its ``this``."""
    subject, key = machine.value(callee.subject), machine.value(callee.arguments[0])
    given = arguments_of(machine, node.arguments)
    if machine.control.is_leaving:
        return UNKNOWN
    if isinstance(key, str):
        return call_method(machine, subject, key, given, callee.end - 1, node=node)
    results = []
    for each in options_of(get_item(machine, subject, [key], callee.start)):
        is_own = each.__class__ is Closure
        results.append(call_own(machine, each, given, subject) if is_own else call_any(machine, each, given, node))
    return choice(results)


def _call_by_language(machine: Machine, node: Call, callee: Name) -> Value:
    """Call a name that only one language has: a constructor, an event; `ABSENT` for any other."""
    if callee.text in ("this", "base") and machine.language == "c#":
        given = arguments_of(machine, node.arguments)
        return construct_first(machine, given, is_base=callee.text == "base")
    if machine.language == "jscript":
        if callee.text == "super":
            return construct_first(machine, arguments_of(machine, node.arguments), is_base=True)
        scope = scope_of_name(machine, callee.text)
        if scope is not ABSENT:
            given = arguments_of(machine, node.arguments)
            return call_method(machine, scope, callee.text, given, callee.start, node=node)
    owned = property_of_name(machine, callee.text) if machine.language in VB else None
    if owned is not None and owned[0].functions and node.arguments:
        return call_found(machine, owned[1], owned[0], arguments_of(machine, node.arguments), callee.start, node)
    if machine.language == "vb" and (handlers := [*handlers_of(machine, callee.text)]):
        given = arguments_of(machine, node.arguments)
        for each in handlers:
            call_own(machine, each, given, each.this)
        return None
    return ABSENT


def _call_name(machine: Machine, node: Call, callee: Name) -> Value:
    known = _call_by_language(machine, node, callee)
    if known is not ABSENT:
        return known
    value = read(machine, callee.text, callee.start)
    is_outside = value.__class__ is Opaque and value.path == (callee.text.lower(),)
    special = SPECIAL.get(callee.text.lower()) if is_outside else None
    if special is not None:
        return special(machine, node)
    if value.__class__ is Thing and machine.language == "jscript" and value.type == "function":
        return derived([])
    given = arguments_of(machine, node.arguments)
    if machine.control.is_leaving:
        return UNKNOWN
    given.types = all_actual(machine, callee.types)
    if not is_outside:
        return call_any(machine, _itself(machine, node, callee, value), given, node)
    return _call_outside_name(machine, value, given, callee)


def _itself(machine: Machine, node: Call, callee: Name, value: Value) -> Value:
    """Return the function of Visual Basic that calls itself, whose name is also its result, or the value as it is."""
    frame = machine.frame
    if (
        machine.language in VB
        and frame.function is not None
        and value.__class__ is not Thing
        and machine.symbols.fold(frame.function.name) == machine.symbols.fold(callee.text)
        and node.has_brackets
        and frame.function.parameters
    ):
        return Closure(frame.function, None, frame.this)
    return value


def _call_outside_name(machine: Machine, value: Opaque, given: Given, callee: Name) -> Value:
    name = callee.text.lower()
    if name in INDEXED or request_names(value) is not None:
        return get_item(machine, value, given.values, callee.start) if given.values else value
    for opened in machine.symbols.opened:
        symbol = machine.symbols.class_of(opened)
        if (
            symbol is not None
            and (found := find_member(machine, symbol, machine.symbols.fold(callee.text))) is not None
        ):
            return call_own(machine, value_of_member(machine, ClassValue(symbol), found, found.name), given, None)
    if machine.symbols.opened and not vocabulary().sink((name,)):
        for opened in machine.symbols.opened:
            names = (*opened.lower().split("."), name)
            if vocabulary().sink(names):
                return call_named(machine, names, None, given, callee.start)
    return call_named(machine, (name,), None, given, callee.start)


def _call_member(machine: Machine, node: Call, callee: Member) -> Value:
    subject = _subject(machine, callee)
    if subject is None and callee.is_conditional:
        return None
    given = arguments_of(machine, node.arguments)
    if subject is None and not extensions(machine, callee.name):
        null_fails(machine, callee.subject, subject, callee.name)
    if machine.control.is_leaving:
        return UNKNOWN
    given.types = all_actual(machine, callee.types)
    is_base = isinstance(callee.subject, Name) and callee.subject.text.lower() in BASE
    if isinstance(callee.subject, Name) and callee.subject.text == "myclass" and machine.frame.symbol is not None:
        own = find_member(machine, machine.frame.symbol, callee.name)
        if own is not None:
            return call_found(machine, subject, own, given, callee.end - 1, node)
    if callee.name == "new" and machine.language == "vb" and isinstance(callee.subject, Name):
        return construct_first(machine, given, is_base=is_base)
    return call_method(machine, subject, callee.name, given, callee.end - 1, is_base=is_base, node=node)


def _subject(machine: Machine, callee: Member) -> Value:
    if callee.subject is None:
        subjects = machine.frame.subjects
        return subjects[-1] if subjects else UNKNOWN
    value = machine.value(callee.subject)
    if value.__class__ is not Thing or value.symbol is None or value.symbol.kind not in ("struct", "structure"):
        return value
    return value if is_variable(machine, callee.subject) else kept_by(machine, value)
