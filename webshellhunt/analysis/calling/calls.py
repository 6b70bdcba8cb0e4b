"""Calls of the page's own functions: parameters, results, and values that come back by reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from webshellhunt.analysis.calling.generics import types_of_call
from webshellhunt.analysis.calling.left_out import is_left_out
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.fitting import fitted, may_change
from webshellhunt.analysis.domain.passing import kept_by, passed
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    UNKNOWN,
    Char,
    Closure,
    Opaque,
    Pending,
    Several,
    Thing,
    Value,
    choice,
    derived,
)
from webshellhunt.analysis.execution.frames import RESULT, YIELDED, Frame
from webshellhunt.analysis.execution.machine import DEAD, Ending, Machine, Target
from webshellhunt.analysis.jscript.scopes import declare_functions
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS
from webshellhunt.analysis.library.enumerators import new_enumerator
from webshellhunt.analysis.summaries.coarse import call_coarsely
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function, Parameter, TypeName

MAX_CALLS = 40
"""Open calls."""
MAX_RECURSION = 24
"""Open calls of one function."""
MAX_DOUBTS = 3
"""Open calls of one function that are not known to happen."""
_STEPS_OF_CALL = 1
"""Steps that a call takes beyond those of its body."""
_RETURNS = frozenset({"return"})
_REFERENCES = frozenset({"ref", "out"})
_VB = frozenset({"vb", "vbscript"})
_TYPES: dict[type, frozenset[str]] = {
    str: frozenset({"string", "object"}),
    Char: frozenset({"char", "object"}),
    bool: frozenset({"bool", "boolean", "object"}),
    int: frozenset({"int", "integer", "long", "short", "byte", "double", "object", "int32"}),
    float: frozenset({"double", "single", "float", "decimal", "object"}),
}

_OBJECT = frozenset({"object"})
_OWN_TYPES = frozenset[str]().union(*_TYPES.values())


def call_function(
    machine: Machine,
    function: Function,
    arguments: Sequence[Value],
    this: Value = None,
    *,
    outer: Frame | None = None,
    overloads: tuple[Function, ...] = (),
    names: Sequence[str] = (),
    outs: list[Value] | None = None,
    is_asked: bool = False,
    types: Sequence[TypeName] = (),
) -> Value:
    """Return the result of a function of the page.

    Args:
        machine: The run.
        function: The function, or the first one of its overloads.
        arguments: The values that it is called with.
        this: The object that it belongs to.
        outer: The frame around a closure.
        overloads: All functions of this name in its class.
        names: The names of arguments that have one, ``""`` for the others.
        outs: A list that gets the values of the parameters in the end, one for each argument.
        types: The type arguments of the call.
        is_asked: True if somebody asks for the items of an iterator: it runs now.
    """
    if len(overloads) > 1:
        machine.spend(len(overloads))
        function = pick(overloads, arguments)
    known = _evaluated(machine, function, arguments, this, outs) if outer is None and not any(names) else ABSENT
    if known is not ABSENT:
        return known
    machine.spend(_STEPS_OF_CALL)
    is_first = function not in machine.entered
    machine.entered.add(function)
    if not is_asked and (function.attributes or machine.symbols.is_iterator(function)):
        asked = partial(call_function, machine, function, [*arguments], this, outer=outer, names=names)
        later = _not_now(machine, function, partial(asked, is_asked=True, types=types), (this, *arguments))
        if later is not ABSENT:
            return later
    if _never_returns(machine, function):
        machine.leave(DEAD)
        return UNKNOWN
    open_calls = machine.calls_of(function)
    if function.body is None or len(machine.frames) > MAX_CALLS or open_calls >= MAX_RECURSION:
        machine.is_cut |= function.body is not None and not open_calls
        return derived([this, *arguments] if function.body is not None else arguments)
    frame = Frame(function, machine.symbols.locals_of(function), outer, this, _owner(machine, function, outer))
    frame.types = types_of_call(machine, function, types, arguments)
    if machine.is_coarse:
        run = partial(_run, machine, frame, names=names)
        return call_coarsely(machine, frame, arguments, names, outs, run, is_first=is_first)
    return _summarised(machine, frame, arguments, names, outs)


def _evaluated(
    machine: Machine, function: Function, arguments: Sequence[Value], this: Value, outs: list[Value] | None
) -> Value:
    """Return the result of a call whose values are all known, `ABSENT` for any other one."""
    return ABSENT if machine.exact is None else machine.exact.call(machine, function, arguments, this, outs)


def _summarised(
    machine: Machine, frame: Frame, arguments: Sequence[Value], names: Sequence[str], outs: list[Value] | None
) -> Value:
    """Run a call, or return the result of earlier ones of its kind."""
    function = frame.function
    assert function is not None
    is_sure = not machine.state.depth
    summary = machine.summaries.of_call(function, arguments, frame.this, is_sure=is_sure)
    if summary is not None and summary.is_complete:
        if outs is not None:
            outs[:] = summary.outs
        return summary.value
    left = machine.left
    result, ending = _run(machine, frame, arguments, outs, names=names)
    machine.summaries.count(function, left - machine.left)
    if ending is not None:
        machine.leave(ending)
    elif summary is not None:
        summary.add(result, outs)
    return result


def _not_now(machine: Machine, function: Function, run: Callable[[], Value], sources: tuple[Value, ...]) -> Value:
    """Return the result of a call that does not run now, `ABSENT` for any other.

    The compiler leaves it out, or it is that of an iterator, which runs when somebody asks for its items.
    """
    if function.attributes and is_left_out(machine, function):
        return None
    if not machine.symbols.is_iterator(function):
        return ABSENT
    pending = Pending(run, tuple(each for each in sources if each.__class__ is not Thing or each.symbol is None))
    written = function.type.name.lower() if function.type is not None else ""
    return new_enumerator(pending) if written.endswith("enumerator") else pending


def _run(
    machine: Machine, frame: Frame, arguments: Sequence[Value], outs: list[Value] | None, *, names: Sequence[str]
) -> tuple[Value, Ending]:
    """Run the body of a function; return its result, and how it left."""
    function = frame.function
    assert function is not None
    frame.depth = machine.state.depth
    machine.state.bear(frame.variables)
    order = _bind(machine, frame, arguments, names)
    bound = dict(frame.variables)
    machine.frames.append(frame)
    if function.first is not None:
        machine.value(function.first)
    if machine.language == "jscript":
        for parameter in function.parameters:
            if parameter.parts is not None:
                machine.take_parts(parameter.parts, frame.variables.get(parameter.name))
    ending = machine.within(Target(_RETURNS), partial(machine.run, function.body))
    machine.frames.pop()
    for name, kept in frame.statics:
        machine.state.put(kept, name, frame.variables.get(name, EMPTY))
    if outs is not None:
        outs[:] = _outs_of(machine, frame, order, bound)
    result = with_names(machine, _result(machine, frame), function.type)
    if machine.symbols.has_operators and function.kind != "operator":
        result = type(machine).converter(machine, result, function.type)
    return result, ending


def _outs_of(machine: Machine, frame: Frame, order: Sequence[str], bound: dict[str, Value]) -> list[Value]:
    """Return the last values of the parameters, one for each argument, `ABSENT` for those that come back unchanged."""
    variables, function = frame.variables, frame.function
    parameters = function.parameters if function is not None else []
    by_reference = {machine.symbols.fold(each.name) for each in parameters if each.by in _REFERENCES}
    return [
        variables[name] if name in by_reference and variables.get(name) is not bound.get(name) else ABSENT
        for name in order
    ]


def _never_returns(machine: Machine, function: Function) -> bool:
    """True if a function calls itself again and again where it is not known whether it does.

    Such a call returns the values of the branches that don't call the function again, so this branch ends here.
    """
    depths = [frame.depth for frame in machine.frames if frame.function is function]
    if len(depths) < MAX_DOUBTS:
        return False
    depths.append(machine.state.depth)
    return sum(later > earlier for earlier, later in pairwise(depths)) >= MAX_DOUBTS


def _owner(machine: Machine, function: Function, outer: Frame | None) -> ClassSymbol | None:
    owner = machine.symbols.owners.get(function)
    return owner if owner is not None else outer.symbol if outer is not None else machine.symbols.page


def with_names(machine: Machine, value: Value, written: TypeName | None) -> Value:
    """Return a value as one of a type: the items of a tuple have the names that the type says."""
    if written is not None and written.names and value.__class__ is Thing and value.type == "tuple":
        for at, name in enumerate(written.names):
            machine.state.put(value.fields, machine.symbols.fold(name).lower(), value.fields.get(at))
    return value


def _result(machine: Machine, frame: Frame) -> Value:
    variables = frame.variables
    yielded = variables.get(YIELDED, ABSENT)
    if yielded is not ABSENT:
        return yielded
    value = variables.get(RESULT, ABSENT)
    if machine.language in _VB and frame.function is not None and frame.function.kind in ("function", "get"):
        named = variables.get(machine.symbols.fold(frame.function.name), ABSENT)
        if named is not ABSENT:
            return named if value is ABSENT else choice([value, named]) if named is not EMPTY else value
        if value is ABSENT:
            return EMPTY
    return None if value is ABSENT else value


def _bind(machine: Machine, frame: Frame, arguments: Sequence[Value], names: Sequence[str]) -> list[str]:
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
            _bind_rest(frame, parameters[-1], arguments[at:])
            break
        order.append(name)
        if name:
            parameter = function.parameters[parameters.index(name)] if name in parameters else None
            token = parameter.start if parameter is not None else function.start
            if machine.symbols.has_operators and parameter is not None:
                value = type(machine).converter(machine, value, parameter.type)
            held = value if parameter is not None and parameter.by in _REFERENCES else kept_by(machine, value)
            if machine.language == "c#" and parameter is not None and may_change(held):
                held = fitted(held, parameter.type)
            frame.variables[name] = passed(held, parameter.name if parameter else name, token)
    for name, parameter in zip(parameters, function.parameters, strict=True):
        if name not in frame.variables:
            frame.variables[name] = _default(machine, parameter)
    if machine.language == "jscript":
        frame.variables.setdefault("arguments", array_of(arguments, "arguments"))
        declare_functions(machine, frame)
    frame.arguments = [*arguments]
    return order


def _bind_rest(frame: Frame, name: str, arguments: Sequence[Value]) -> None:
    is_array = len(arguments) == 1 and arguments[0].__class__ is Thing and arguments[0].type in ("array", "list")
    frame.variables[name] = arguments[0] if is_array else array_of(arguments)


def _default(machine: Machine, parameter: Parameter) -> Value:
    if parameter.default is not None:
        return machine.value(parameter.default)
    if parameter.by == "rest":
        return array_of([])
    return EMPTY if machine.language in _VB else None


def pick(overloads: Sequence[Function], arguments: Sequence[Value]) -> Function:
    """Return the function of several of one name that fits arguments best: by their number, then by their types."""

    def fit(function: Function) -> tuple[int, int, int, int]:
        wanted = sum(each.default is None and each.by != "rest" for each in function.parameters)
        takes = wanted <= len(arguments) <= len(function.parameters) or any(
            each.by == "rest" for each in function.parameters
        )
        pairs = [*zip(function.parameters, arguments, strict=False)]
        misfits = sum(_misfits(parameter, value) for parameter, value in pairs)
        is_exact = takes and len(function.parameters) == len(arguments)
        return int(takes), -misfits, int(is_exact), sum(_fits(parameter, value) for parameter, value in pairs)

    return max(overloads, key=fit)


def _misfits(parameter: Parameter, value: Value) -> bool:
    """True if a known value is of another one of the types that the language has itself."""
    is_collection = value.__class__ is Thing and value.symbol is None and value.type in LISTS | DICTIONARIES
    kinds = _OBJECT if is_collection else _TYPES.get(value.__class__)
    if kinds is None or parameter.type is None or parameter.type.rank:
        return False
    name = parameter.type.name.rpartition(".")[2].lower()
    return name in _OWN_TYPES and name not in kinds


def _fits(parameter: Parameter, value: Value) -> int:
    """Return how well a value fits the type of a parameter: 2 for its own type, 0 for another one."""
    if parameter.type is None:
        return 1
    name = parameter.type.name.rpartition(".")[2].lower()
    if parameter.type.rank:
        return 2 if value.__class__ is Thing and value.type == "array" else 0
    kinds = _TYPES.get(value.__class__)
    if kinds is None:
        kind = (
            value.type
            if value.__class__ is Thing or value.__class__ is Opaque
            else getattr(value, "type", "") or "string"
        )
        return 3 if kind == name else 1 if name == "object" else 0
    return (1 if name == "object" else 2) if name in kinds else 0


def call_value(machine: Machine, callee: Value, arguments: Sequence[Value], token: int) -> Value:
    """Return the result of a function that is a value: a closure, several of them, or one of a library."""
    if callee.__class__ is Closure:
        return call_function(
            machine, callee.function, arguments, callee.this, outer=callee.frame, overloads=callee.overloads
        )
    if callee.__class__ is Several:
        values = [call_value(machine, each, arguments, token) for each in callee.parts]
        return values[-1] if values else None
    return derived([callee, *arguments])
