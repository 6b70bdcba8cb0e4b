"""Answers: functions of the page that return a truth value, and variables that have one, as conditions.

A condition ``IsAllowed(x)`` says of ``x`` what is known of the parameter wherever the function returns true. A variable
that was assigned a condition says as much, as long as the variables in the condition have the values from then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import NamedTuple, Protocol

from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.methods import extensions
from webshellhunt.analysis.calling.overload_fit import pick
from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.joining import join
from webshellhunt.analysis.domain.values import ABSENT, ClassValue, Closure, Opaque, Thing, Value, is_known
from webshellhunt.analysis.execution.conditions.equalities import plain_argument, tidied
from webshellhunt.analysis.execution.names import frame_of, read
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.machine.endings import RETURNS, Target
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Changes
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Assign, Binary, Call, Function, Jump, Member, Name, Node, OnError, Test, Unary, walk

_MOST_CALLS = 8
"""Open calls inside of which no further function is asked."""
_MOST_ASKED = 2
"""The same for those that are asked themselves."""
_MOST_NODES = 64
_NONE = frozenset[str]()
_TEST = "\0test"


class Narrow(Protocol):
    """Narrows variables by a condition that holds, or that does not."""

    def __call__(self, machine: Machine, test: Node, *, holds: bool) -> None:
        """Narrow variables by a test."""
        ...


@dataclass(slots=True)
class Watch:
    """The values of parameters wherever a function returns an answer, joined; `ABSENT` where it never does."""

    holds: bool
    narrow: Narrow
    values: dict[str, Value]


# Variables -----------------------------------------------------------------------------------------------------------


def remembering(machine: Machine, test: Node | None, value: Value) -> Value:
    """Return a truth value that is not known as one that remembers the condition which it is the result of."""
    if value.__class__ is not Opaque or value.type != "boolean" or value.path:
        return value
    if not isinstance(test, (Binary, Call, Member, Test, Unary)):
        return value
    names = [each for each in islice(walk(test), _MOST_NODES) if isinstance(each, Name)]
    key = str(test.start)
    machine.frame.tests[key] = test, [(each, _held(machine, each)) for each in names]
    return Opaque("boolean", (_TEST, key))


def remembered(machine: Machine, value: Value) -> Node | None:
    """Return the condition that a truth value is the result of, if it still says something of its variables."""
    if value.__class__ is not Opaque or value.path[:1] != (_TEST,):
        return None
    found = machine.frame.tests.get(value.path[1])
    if found is None or any(_held(machine, name) is not held for name, held in found[1]):
        return None
    return found[0]


def _held(machine: Machine, name: Node) -> Value:
    """Return the value of a variable; one object for all names that are no variables."""
    assert isinstance(name, Name)
    value = read(machine, name.text, name.start)
    return None if value.__class__ is Closure or (value.__class__ is Opaque and value.path) else value


# Functions -----------------------------------------------------------------------------------------------------------


class _Asked(NamedTuple):
    """A function of the page that is asked, the object that it belongs to, and the frame around it."""

    function: Function
    this: Value
    outer: Frame | None


def answered(machine: Machine, test: Call, narrow: Narrow, *, holds: bool) -> bool:
    """Narrow the variables that a function of the page is asked about; return False for any other call."""
    arguments = [plain_argument(each) for each in test.arguments]
    asked = _function_of(machine, test, arguments)
    if asked is None:
        return False
    function = asked.function
    is_open = _is_too_deep(machine, function)
    names = [machine.symbols.fold(each.name) for each in function.parameters]
    values = dict(zip(names, map(machine.value, arguments), strict=False))
    watched = {
        name: target
        for name, target in zip(names, map(tidied, arguments), strict=False)
        if isinstance(target, Name) and not is_known(values[name]) and values[name].__class__ is not Thing
        if not _is_changed(machine, function, name)
    }
    if is_open or function.body is None or not watched or len(arguments) > len(names):
        return True
    if machine.language in VB and not holds and not _always_answers(machine, function):
        return True  # a function that assigns nothing returns false
    watch = Watch(holds, narrow, dict.fromkeys(watched, ABSENT))
    changes = _run(machine, asked, values, watch)
    for name, target in watched.items():
        found = watch.values[name]
        if found is not ABSENT and found is not values[name] and not _is_assigned(machine, target, changes):
            write(machine, target, found)
    return True


def _is_too_deep(machine: Machine, function: Function) -> bool:
    """True if a function is not asked: it is being called, too many are open, or the page has had its share."""
    asked = sum(frame.watch is not None for frame in machine.frames)
    are_many = asked >= _MOST_ASKED or len(machine.frames) > _MOST_CALLS
    return are_many or machine.budget.is_coarse or bool(machine.calls_of(function))


def _is_changed(machine: Machine, function: Function, name: str) -> bool:
    """True if a function may assign to a parameter, but for letter case and blanks."""
    known = machine.symbols.changed.get(function)
    if known is None:
        known = machine.symbols.changed[function] = _changed(machine, function)
    assigned, given = known
    return name in assigned or not given.get(name, _NONE).isdisjoint(machine.symbols.page.methods)


def _changed(machine: Machine, function: Function) -> tuple[Set[str], Mapping[str, Set[str]]]:
    """Return the variables that a function assigns, and the functions that it calls by each name it hands on."""

    def names_of(nodes: Iterable[Node]) -> set[str]:
        return {machine.symbols.fold(each.text) for each in nodes if isinstance(each, Name)}

    assigned, given = set[str](), dict[str, set[str]]()
    for node in walk(function):
        if isinstance(node, Assign):
            assigned |= names_of(walk(node.target)) - names_of((tidied(node.value),))
        elif isinstance(node, Call) and isinstance(node.callee, Name):
            for each in names_of(node.children()):
                given.setdefault(each, set()).add(machine.symbols.fold(node.callee.text))
    return assigned, given


def _always_answers(machine: Machine, function: Function) -> bool:
    """True if a function of Visual Basic surely assigns its result."""
    name = machine.symbols.fold(function.name)
    statements = function.body.statements if function.body is not None else []
    assigned = (each.target for each in statements if isinstance(each, Assign))
    is_sure = any(isinstance(each, Name) and machine.symbols.fold(each.text) == name for each in assigned)
    return is_sure and not any(isinstance(each, (Jump, OnError)) for each in walk(function))


def _is_assigned(machine: Machine, variable: Name, changes: Changes) -> bool:
    """True if a call assigns to a variable of its caller."""
    name = machine.symbols.fold(variable.text)
    frame = frame_of(machine, name)
    container = frame.variables if frame is not None else machine.page.fields
    return (id(container), name) in changes


def item_with_answer(machine: Machine, predicate: Value, item: Value, narrow: Narrow, *, holds: bool) -> Value:
    """Return an item for which a predicate has an answer, with the knowledge that this adds."""
    if predicate.__class__ is not Closure or not predicate.function.parameters or predicate.function.body is None:
        return item
    if _is_too_deep(machine, predicate.function):
        return item
    name = machine.symbols.fold(predicate.function.parameters[0].name)
    if _is_changed(machine, predicate.function, name):
        return item
    watch = Watch(holds, narrow, {name: ABSENT})
    _run(machine, _Asked(predicate.function, predicate.this, predicate.frame), {name: item}, watch)
    found = watch.values[name]
    return item if found is ABSENT else found


def _run(machine: Machine, asked: _Asked, values: dict[str, Value], watch: Watch) -> Changes:
    """Run a function for its answers, and take its effects back; return them."""
    function = asked.function
    symbol = machine.symbols.owners.get(function) or machine.frame.symbol
    frame = Frame(function, machine.symbols.locals_of(function), asked.outer, asked.this, symbol, watch=watch)
    machine.state.open()
    frame.depth = machine.state.depth
    machine.state.bear(frame.variables)
    for parameter in function.parameters:
        name = machine.symbols.fold(parameter.name)
        frame.variables[name] = values[name] if name in values else machine.value(parameter.default)
    machine.frames.append(frame)
    machine.control.within(Target(RETURNS), partial(machine.run, function.body))
    machine.frames.pop()
    machine.control.thrown()
    return machine.state.undo()


def _function_of(machine: Machine, test: Call, arguments: list[Node]) -> _Asked | None:
    """Return the function of the page that a call means, ``None`` for any other.

    The object of an extension method becomes its first argument.
    """
    callee = test.callee
    if isinstance(callee, Name):
        value = read(machine, callee.text, callee.start)
        if value.__class__ is not Closure:
            return None
        functions, this, outer = value.overloads or (value.function,), value.this, value.frame
    elif isinstance(callee, Member) and callee.subject is not None:
        this, outer = machine.value(callee.subject), None
        symbol = this.symbol if this.__class__ in (Thing, ClassValue) else None
        found = find_member(machine, symbol, machine.symbols.fold(callee.name)) if symbol is not None else None
        found_extensions = extensions(machine, callee.name) if symbol is None else ()
        if len(found_extensions) == 1:
            arguments.insert(0, callee.subject)
            return _Asked(found_extensions[0], None, None)
        if found is None or found.kind != "method":
            return None
        functions = found.functions
    else:
        return None
    function = functions[0]
    if len(functions) > 1:
        function = pick(machine.symbols, functions, [machine.value(each) for each in arguments])
    return None if function.attributes or machine.symbols.is_iterator(function) else _Asked(function, this, outer)


def note_answer(machine: Machine, returned: Node, value: Value) -> None:
    """Note the parameters of a function that is asked, where it returns a value that may be the answer."""
    watch: Watch | None = machine.frame.watch
    if watch is None or truth_of(value, machine.language) is (not watch.holds):
        return
    machine.state.open()
    watch.narrow(machine, returned, holds=watch.holds)
    for name, known in watch.values.items():
        watch.values[name] = join(known, machine.frame.variables.get(name, ABSENT))
    machine.state.undo()


def note_result(machine: Machine, target: Node, assigned: Node, value: Value) -> None:
    """Note the same where a function of Visual Basic assigns its result to its name."""
    function = machine.frame.function
    if machine.frame.watch is None or function is None or machine.language not in VB:
        return
    if isinstance(target, Name) and machine.symbols.fold(target.text) == machine.symbols.fold(function.name):
        note_answer(machine, assigned, value)
