"""Entering: calls of functions of a page with the arguments of the server."""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import fields_of_class, instantiate
from webshellhunt.analysis.domain.conversions import NUMERIC
from webshellhunt.analysis.domain.values import NUMBER, Closure, Opaque, Tainted, Thing, Value
from webshellhunt.analysis.machine.endings import Ending, Target
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.page_life.server_calls import ON_ERROR, serves_visitors, type_name_of
from webshellhunt.analysis.traces import Trace
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function, Parameter

_ERRORS_BY_NAME = frozenset({*ON_ERROR, "Page_Error", "OnError", "Application_Error"})
_SERVER = frozenset({"object", "eventargs", "httpcontext", "httpapplication", "httpcontextbase"})
_CALLED = frozenset({"function", "sub"})


def enter_by_name(machine: Machine, functions: Iterable[Function], this: Thing, name: str) -> None:
    """Call the functions of a name with the arguments of the server."""
    for function in functions:
        if function.kind in _CALLED and function.name.lower() == name:
            enter(machine, function, this)


def enter(machine: Machine, function: Function, this: Value = None) -> None:
    """Call a function with the arguments of the server, or with unknown ones."""
    if function.body is None:
        return
    symbol = machine.symbols.owners.get(function)
    if this is None and symbol is not None and symbol is not machine.symbols.page:
        this = fields_of_class(machine, symbol) if "static" in function.modifiers else _object_of(machine, symbol)
    is_service = serves_visitors(machine, function)
    target = Target(frozenset({"throw"}))
    threw: list[bool] = []
    arguments = [_given(machine, each, is_service=is_service) for each in function.parameters]
    owner = this if this is not None else machine.page

    def run() -> Ending:
        ending = _without_result(machine, function, arguments, owner)
        threw.append(ending is not None and ending.kind == "throw")
        return ending

    machine.control.within(target, run)
    machine.control.thrown()
    if (target.pending or True in threw) and function.name.lower() not in ON_ERROR:
        _handle_error(machine)


def enter_attached(machine: Machine) -> None:
    """Call the functions that code attached to events of the server."""
    attached = [*machine.kept.attached]
    machine.kept.attached.clear()
    for function in attached:
        count = len(function.function.parameters) if function.__class__ is Closure else 2

        def run(function: Value = function, count: int = count) -> Ending:
            machine.call(function, [Opaque("", (name,)) for name in ("sender", "e")[:count]], 0)
            return machine.control.thrown()

        machine.control.within(Target(frozenset({"throw"})), run)


def _handle_error(machine: Machine) -> None:
    """Call the functions that the server calls after an exception that nobody handled."""
    if machine.symbols.page.methods.keys().isdisjoint(_ERRORS_BY_NAME):
        return
    for name in ON_ERROR:
        enter_by_name(machine, [*machine.symbols.page.functions()], machine.page, name)


def _object_of(machine: Machine, symbol: ClassSymbol) -> Thing:
    known = machine.kept.objects.get(symbol)
    if known is None:
        known = machine.kept.objects[symbol] = instantiate(machine, symbol)
    return known


def _without_result(machine: Machine, function: Function, arguments: list[Value], this: Value) -> Ending:
    call_function(machine, function, arguments, this)
    return machine.control.thrown()


def _given(machine: Machine, parameter: Parameter, *, is_service: bool) -> Value:
    kind = type_name_of(parameter)
    if is_service and kind in NUMERIC:
        return NUMBER
    if is_service and kind not in _SERVER:
        return Tainted((Trace("visitor", f"parameter {parameter.name}", parameter.start, parameter.name),), kind)
    symbol = machine.symbols.class_of(kind)
    return Opaque(kind if symbol is None else "", (parameter.name.lower(),))
