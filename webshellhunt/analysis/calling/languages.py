"""Languages: functions that code in another language of a classic page calls.

Names of functions are compared without regard to case, as VBScript calls them. A value that goes over keeps its origin,
but not the places of its trace: these are in the code of the other language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.domain.values import ABSENT, Choice, Tainted, Text, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.traces import ELSEWHERE, Trace


def lend(owner: Machine, borrower: Machine) -> None:
    """Let the code of a machine call the functions of another one."""
    for functions in owner.symbols.page.methods.values():
        for function in functions:
            borrower.borrowed[function.name.lower()] = (owner, function)


def call_borrowed(machine: Machine, name: str, arguments: Sequence[Value]) -> Value:
    """Return the result of a function of another language, `ABSENT` if none of them has it."""
    owner, function = machine.borrowed.get(name.lower(), (None, None))
    if owner is None or function is None:
        return ABSENT
    result = call_function(owner, function, [moved(each) for each in arguments], owner.page)
    ending = owner.control.thrown()
    if ending is not None:
        machine.control.leave(ending)
    return moved(result)


def moved(value: Value) -> Value:
    """Return a value for the code of another language."""
    if value.__class__ is Tainted:
        return replace(value, traces=tuple(map(_moved_trace, value.traces)))
    if value.__class__ is Text:
        return Text(tuple(map(moved, value.parts)))
    return Choice(tuple(map(moved, value.options))) if value.__class__ is Choice else value


def _moved_trace(trace: Trace) -> Trace:
    steps = tuple(step._replace(place=ELSEWHERE) for step in trace.steps)
    return trace._replace(place=ELSEWHERE, steps=steps)
