"""Parameters: the values of the parameters of a function, by position, by name, as a rest or by default."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.calling.by_reference import REFERENCES
from webshellhunt.analysis.calling.overload_fit import is_normal
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.fitting import as_declared
from webshellhunt.analysis.domain.passing import kept_by, passed
from webshellhunt.analysis.domain.values import EMPTY, Value
from webshellhunt.analysis.jscript.scopes import declare_functions
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Parameter


def bind_parameters(machine: Machine, frame: Frame, arguments: Sequence[Value], names: Sequence[str]) -> list[str]:
    """Give the parameters their values; return the name of the parameter of each argument."""
    function = frame.function
    assert function is not None
    fold = machine.symbols.fold
    parameters = [fold(each.name) for each in function.parameters]
    order: list[str] = []
    for at, value in enumerate(arguments):
        name = fold(names[at]) if at < len(names) and names[at] else parameters[at] if at < len(parameters) else ""
        if (
            at >= len(parameters) - 1
            and parameters
            and function.parameters[-1].by == "rest"
            and name in ("", parameters[-1])
        ):
            rest = arguments[at:]
            is_array = len(rest) == 1 and is_normal(function.parameters[-1], rest[0])
            frame.variables[parameters[-1]] = rest[0] if is_array else array_of(rest)
            break
        order.append(name)
        if name:
            parameter = function.parameters[parameters.index(name)] if name in parameters else None
            token = parameter.start if parameter is not None else function.start
            if machine.symbols.has_operators and parameter is not None:
                value = type(machine).converter(machine, value, parameter.type)
            held = value if parameter is not None and parameter.by in REFERENCES else kept_by(machine, value)
            if parameter is not None and parameter.by not in REFERENCES:
                held = as_declared(held, parameter.type, machine.language)
            frame.variables[name] = passed(held, parameter.name if parameter else name, token)
    for name, parameter in zip(parameters, function.parameters, strict=True):
        if name not in frame.variables:
            frame.variables[name] = _default(machine, parameter)
    if machine.language == "jscript":
        frame.variables.setdefault("arguments", array_of(arguments, "arguments"))
        declare_functions(machine, frame)
    frame.arguments = [*arguments]
    return order


def _default(machine: Machine, parameter: Parameter) -> Value:
    if parameter.default is not None:
        return machine.value(parameter.default)
    if parameter.by == "rest":
        return array_of([])
    return None if machine.language == "c#" else EMPTY
