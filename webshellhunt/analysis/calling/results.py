"""Results: where a call keeps the result of its function, and the one of a function that ends without any."""

from __future__ import annotations

from webshellhunt.analysis.domain.conversions import first_value
from webshellhunt.analysis.domain.values import EMPTY, Value
from webshellhunt.analysis.machine.frames import RESULT, YIELDED, Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Function

_RETURNING = frozenset({"function", "get"})


def result_key(machine: Machine, frame: Frame) -> str:
    """Return the variable of a call that is its result: in Visual Basic, the one of the function's name."""
    function = frame.function
    is_named = machine.language in VB and function is not None and function.name and function.kind in _RETURNING
    return machine.symbols.fold(function.name) if is_named and function is not None else RESULT


def begin_result(machine: Machine, frame: Frame) -> None:
    """Let a call have the result that its function has where it ends without any."""
    key, function = result_key(machine, frame), frame.function
    nothing = EMPTY if machine.language == "jscript" else None
    value = first_result(function) if key != RESULT and function is not None else nothing
    frame.variables.setdefault(key, value)


def first_result(function: Function) -> Value:
    """Return the result of a function of Visual Basic that ends without any."""
    written = function.type
    return EMPTY if written is None else None if written.rank else first_value(written.name)


def result_of(machine: Machine, frame: Frame) -> Value:
    """Return the result of a call: of an iterator, the values that it yields."""
    variables = frame.variables
    return variables[YIELDED] if YIELDED in variables else variables.get(result_key(machine, frame))
