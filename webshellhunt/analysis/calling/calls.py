"""Calls of the page's own functions: parameters, results, and values that come back by reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from webshellhunt.analysis.calling.by_reference import REFERENCES, assign_outs, outs_of
from webshellhunt.analysis.calling.generics import types_of_call
from webshellhunt.analysis.calling.given import Given
from webshellhunt.analysis.calling.overload_fit import is_normal, pick
from webshellhunt.analysis.calling.overloads import as_declared_by, packed, resolved
from webshellhunt.analysis.calling.results import begin_result, result_of
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.fitting import as_declared
from webshellhunt.analysis.domain.passing import kept_by, passed
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, EMPTY, UNKNOWN, Closure, Pending, Several, Thing, Value
from webshellhunt.analysis.jscript.scopes import declare_functions
from webshellhunt.analysis.library.enumerators import new_enumerator
from webshellhunt.analysis.machine.endings import DEAD, RETURNS, Ending, Target
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.summaries.coarse import call_coarsely
from webshellhunt.lang.conditional import OPEN_SYMBOLS
from webshellhunt.lang.language_names import TYPED
from webshellhunt.lang.tree import Function, Parameter, TypeName

MAX_CALLS = 40
"""Open calls."""
MAX_RECURSION = 24
"""Open calls of one function."""
MAX_DOUBTS = 3
"""Open calls of one function that are not known to happen."""
_STEPS_OF_CALL = 1
"""Steps that a call takes beyond those of its body."""
_SYMBOL = re.compile(r"\w+")


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
    taker: Callable[[Value], Ending] | None = None,
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
        taker: A function that gets the items of an iterator one by one, before it goes on.
    """
    function = _picked(machine, function, overloads, arguments)
    known = _evaluated(machine, function, arguments, this, outs) if outer is None and not any(names) else ABSENT
    if known is not ABSENT:
        return known
    is_first = _begin(machine, function)
    if not is_asked and (function.attributes or machine.symbols.is_iterator(function)):
        asked = partial(call_function, outer=outer, names=names, types=types, is_asked=True)
        if (later := _not_now(machine, function, arguments, this, asked)) is not ABSENT:
            return later
    frame = Frame(function, machine.symbols.locals_of(function), outer, this, taker=taker)
    return _entered(machine, frame, arguments, names, outs, types, is_first=is_first)


def _picked(
    machine: Machine, function: Function, overloads: Sequence[Function], arguments: Sequence[Value]
) -> Function:
    """Return the function of several of one name that is called."""
    if len(overloads) < 2:
        return function
    machine.spend(len(overloads))
    return pick(machine.symbols, overloads, arguments)


def _evaluated(
    machine: Machine, function: Function, arguments: Sequence[Value], this: Value, outs: list[Value] | None
) -> Value:
    """Return the result of a call whose values are all known, `ABSENT` for any other one."""
    return ABSENT if machine.exact is None else machine.exact.call(machine, function, arguments, this, outs)


def _begin(machine: Machine, function: Function) -> bool:
    """Count a call; return True if it is the first one of its function."""
    machine.spend(_STEPS_OF_CALL)
    is_first = function not in machine.record.entered
    machine.record.entered.add(function)
    return is_first


def _entered(
    machine: Machine,
    frame: Frame,
    arguments: Sequence[Value],
    names: Sequence[str],
    outs: list[Value] | None,
    types: Sequence[TypeName],
    *,
    is_first: bool,
) -> Value:
    """Run a call, or return a value for it where it is too deep, never returns, or was run often."""
    function, this, outer = frame.function, frame.this, frame.outer
    assert function is not None
    owner = machine.symbols.owners.get(function)
    frame.symbol = owner if owner is not None else outer.symbol if outer is not None else machine.symbols.page
    if _never_returns(machine, function):
        machine.control.leave(DEAD)
        return UNKNOWN
    open_calls = machine.calls_of(function)
    if function.body is None or len(machine.frames) > MAX_CALLS or open_calls >= MAX_RECURSION:
        machine.is_cut |= function.body is not None and not open_calls
        return derived([this, *arguments] if function.body is not None else arguments)
    frame.types = types_of_call(machine, function, types, arguments)
    if machine.budget.is_coarse and frame.taker is None:
        run = partial(_run, machine, frame, names=names)
        return call_coarsely(machine, frame, arguments, names, outs, run, is_first=is_first)
    return _summarised(machine, frame, arguments, names, outs)


def _summarised(
    machine: Machine, frame: Frame, arguments: Sequence[Value], names: Sequence[str], outs: list[Value] | None
) -> Value:
    """Run a call, or return the result of earlier ones of its kind."""
    function = frame.function
    assert function is not None
    is_sure = not machine.state.depth
    of_call = machine.summaries.of_call
    summary = of_call(function, arguments, frame.this, is_sure=is_sure) if frame.taker is None else None
    if summary is not None and summary.is_complete:
        if outs is not None:
            outs[:] = summary.outs
        return summary.value
    left = machine.budget.left
    result, ending = _run(machine, frame, arguments, outs, names=names)
    machine.summaries.count(function, left - machine.budget.left)
    if ending is not None:
        machine.control.leave(ending)
    elif summary is not None:
        summary.add(result, outs)
    return result


def _not_now(
    machine: Machine, function: Function, arguments: Sequence[Value], this: Value, call: Callable[..., Value]
) -> Value:
    """Return the result of a call that does not run now, `ABSENT` for any other.

    The compiler leaves it out, or it is that of an iterator, which runs when somebody asks for its items.
    """
    if function.attributes and is_left_out(machine, function):
        return None
    if not machine.symbols.is_iterator(function):
        return ABSENT
    sources = tuple(each for each in (this, *arguments) if each.__class__ is not Thing or each.symbol is None)
    run = partial(call, machine, function, [*arguments], this)
    pending = Pending(run, sources, lambda taker: run(taker=taker))
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
    order = bind_parameters(machine, frame, arguments, names)
    begin_result(machine, frame)
    bound = dict(frame.variables)
    machine.frames.append(frame)
    if function.first is not None:
        machine.value(function.first)
    if machine.language == "jscript":
        for parameter in function.parameters:
            if parameter.parts is not None:
                machine.assign(parameter.parts, frame.variables.get(parameter.name))
    ending = machine.control.within(Target(RETURNS), partial(machine.run, function.body))
    machine.frames.pop()
    for name, kept in frame.statics:
        machine.state.put(kept, name, frame.variables.get(name, EMPTY))
    if outs is not None:
        outs[:] = outs_of(machine, frame, order, bound)
    result = with_names(machine, result_of(machine, frame), function.type)
    if machine.language != "c#" and function.type is not None:
        result = as_declared(result, function.type, machine.language)
    if machine.symbols.has_operators and function.kind != "operator":
        result = type(machine).converter(machine, result, function.type)
    return result, ending


def _never_returns(machine: Machine, function: Function) -> bool:
    """True if a function calls itself again and again where it is not known whether it does.

    Such a call returns the values of the branches that don't call the function again, so this branch ends here.
    """
    depths = [frame.depth for frame in machine.frames if frame.function is function]
    if len(depths) < MAX_DOUBTS:
        return False
    depths.append(machine.state.depth)
    return sum(later > earlier for earlier, later in pairwise(depths)) >= MAX_DOUBTS


def with_names(machine: Machine, value: Value, written: TypeName | None) -> Value:
    """Return a value as one of a type: the items of a tuple have the names that the type says."""
    if written is not None and written.names and value.__class__ is Thing and value.type == "tuple":
        for at, name in enumerate(written.names):
            machine.state.put(value.fields, machine.symbols.fold(name).lower(), value.fields.get(at))
    return value


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


def call_own(machine: Machine, function: Closure, given: Given, this: Value) -> Value:
    """Call a function of the page, and assign the values that its parameters return."""
    outs: list[Value] = []
    functions = function.overloads if machine.language in TYPED and function.overloads else (function.function,)
    if function.declared:
        declared = resolved(machine, function.declared, given)
        chosen = functions[function.declared.index(declared)]
        given = given if chosen is declared else as_declared_by(machine, declared, given)
    else:
        chosen = resolved(machine, functions, given)
    result = call_function(
        machine,
        chosen,
        packed(machine, chosen, given),
        this,
        outer=function.frame,
        names=given.names,
        outs=outs,
        types=given.types,
    )
    assign_outs(machine, given, outs)
    return result


def is_left_out(machine: Machine, function: Function) -> bool:
    """True if no call of a function is compiled, as the page does not define the symbol of its attribute."""
    names = [text for name, text in function.attributes if name.rpartition(".")[2].startswith("conditional")]
    symbols = [found[0] for text in names if (found := _SYMBOL.search(text)) is not None]
    if not symbols or any(each.lower() in OPEN_SYMBOLS for each in symbols):
        return False
    lower = machine.text.lower()
    return "compileroptions" not in lower and not any(
        f"#define {each.lower()}" in lower or f"#const {each.lower()}" in lower for each in symbols
    )


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
