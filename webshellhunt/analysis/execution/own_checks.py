"""Own checks: functions of the page that say whether an argument is one of some texts.

Such a function runs once more, to nobody's knowledge: the values that its parameters have where it answers are those
that the arguments have where the answer is this one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from webshellhunt.analysis.calling.calls import owner_of
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.parameters import bind_parameters
from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import ClassValue, Closure, Thing, Value, is_known, options_of
from webshellhunt.analysis.execution.guards import variable_in
from webshellhunt.analysis.execution.names import frame_of, read
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.machine.endings import Ending, Target
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Changes
from webshellhunt.lang.tree import Assign, Call, Function, Jump, Member, Name, Node, OnError, walk

_LONGEST = 240
"""Tokens of a function that is followed so."""
_MOST_ANSWERS = 24
_RETURNS = frozenset({"return"})
Narrow = Callable[..., None]
"""Narrows variables by a condition."""
Asked = list[tuple[str, Name, Value]]
"""Parameters with the variables that are their arguments, and the values of these."""


def narrow_by_own(machine: Machine, test: Call, narrow: Narrow, *, holds: bool) -> None:
    """Narrow the arguments of a function of the page whose answer is known."""
    closure = _function_of(machine, test.callee)
    function = closure.function if closure is not None else None
    if closure is None or function is None or len(test.arguments) != len(function.parameters):
        return
    if not _is_small(machine, function):
        return
    asked: Asked = []
    for parameter, node in zip(function.parameters, test.arguments, strict=True):
        if isinstance(node, Name) and traces_of(given := machine.value(node)):
            asked.append((machine.symbols.fold(parameter.name), node, given))
    if not asked or any(_is_changed(machine, function, name) for name, _, _ in asked):
        return
    answers = _answers(machine, closure, [machine.value(each) for each in test.arguments], asked, narrow, holds=holds)
    for at, (_, node, _) in enumerate(asked):
        found = [option for each in answers for option in options_of(each[at])]
        if found and len(answers) <= _MOST_ANSWERS and all(map(is_known, found)):
            write(machine, node, choice(found))


def _function_of(machine: Machine, callee: Node) -> Closure | None:
    """Return the only function of the page that a call may mean, ``None`` for any other."""
    if isinstance(callee, Name):
        value = read(machine, callee.text, callee.start)
    elif isinstance(callee, Member) and callee.subject is not None:
        subject = machine.value(callee.subject)
        symbol = subject.symbol if subject.__class__ in (ClassValue, Thing) else None
        found = find_member(machine, symbol, machine.symbols.fold(callee.name)) if symbol is not None else None
        value = Closure(found.functions[0], None, subject, found.functions) if found and found.functions else None
    else:
        return None
    return value if value.__class__ is Closure and len(value.overloads) < 2 else None


def _is_small(machine: Machine, function: Function) -> bool:
    is_open = any(each.function is function for each in machine.frames)
    return function.body is not None and function.end - function.start <= _LONGEST and not is_open


def _is_changed(machine: Machine, function: Function, name: str) -> bool:
    """True if a function may assign to a parameter, letter case and blanks aside."""

    def means(node: Node | None) -> bool:
        return isinstance(node, Name) and machine.symbols.fold(node.text) == name

    for node in walk(function):
        if isinstance(node, Assign) and any(map(means, walk(node.target))) and not means(variable_in(node.value)):
            return True
        callee = node.callee if isinstance(node, Call) else None
        is_own = isinstance(callee, Name) and machine.symbols.fold(callee.text) in machine.symbols.page.methods
        if is_own and any(map(means, node.children())):
            return True
    return False


def _answers(
    machine: Machine, closure: Closure, arguments: list[Value], asked: Asked, narrow: Narrow, *, holds: bool
) -> list[list[Value]]:
    """Return the values of some parameters at each place where a function answers so."""
    function = closure.function
    frame = Frame(function, machine.symbols.locals_of(function), closure.frame, closure.this)
    frame.symbol = owner_of(machine, function, closure.frame)
    answers: list[list[Value]] = []

    def note(node: Node, value: Value) -> None:
        truth = truth_of(value, machine.language)
        if truth is not None and truth is not holds:
            return
        machine.state.open()
        if truth is None:
            narrow(machine, node, holds=holds)
        answers.append([frame.variables.get(name) for name, _, _ in asked])
        machine.state.undo()

    def run() -> Ending:
        frame.depth = machine.state.depth
        machine.state.bear(frame.variables)
        bind_parameters(machine, frame, arguments, ())
        frame.answers = note
        machine.frames.append(frame)
        ending = machine.run(function.body)
        machine.frames.pop()
        return ending

    target = Target(_RETURNS)
    ending, now = machine.control.attempt(target, run)
    is_open = ending is None and not holds and not _always_answers(machine, function)
    reaches = partial(_is_assigned, machine, asked)
    return [] if is_open or any(map(reaches, (*target.pending, now))) else answers


def _always_answers(machine: Machine, function: Function) -> bool:
    """True if a function of Visual Basic surely assigns its result; one without an answer says no."""
    name = machine.symbols.fold(function.name)
    statements = function.body.statements if function.body is not None else []
    assigned = (each.target for each in statements if isinstance(each, Assign))
    is_sure = any(isinstance(each, Name) and machine.symbols.fold(each.text) == name for each in assigned)
    return is_sure and not any(isinstance(each, (Jump, OnError)) for each in walk(function))


def _is_assigned(machine: Machine, asked: Asked, changes: Changes) -> bool:
    """True if a variable of the caller has another value after the call."""
    for _, node, _ in asked:
        name = machine.symbols.fold(node.text)
        frame = frame_of(machine, name)
        container = frame.variables if frame is not None else machine.page.fields
        if (id(container), name) in changes:
            return True
    return False
