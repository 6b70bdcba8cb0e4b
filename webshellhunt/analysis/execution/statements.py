"""Statements: the effect of each kind of statement on the state, loops aside."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from webshellhunt.analysis.calling.calls import with_names
from webshellhunt.analysis.calling.construction import default_of, use_item, with_structures
from webshellhunt.analysis.calling.conversion_operators import converted_by_class
from webshellhunt.analysis.calling.given import Given
from webshellhunt.analysis.calling.making import wanted
from webshellhunt.analysis.calling.methods import call_method
from webshellhunt.analysis.calling.outside.sources import as_control
from webshellhunt.analysis.calling.results import result_key
from webshellhunt.analysis.domain.arrays import length_of, new_array, resized
from webshellhunt.analysis.domain.values import EMPTY, LENGTH, REST, Closure, Thing, Value
from webshellhunt.analysis.execution.conditions.answers import note_answer, remembering
from webshellhunt.analysis.execution.conditions.narrowing import narrow
from webshellhunt.analysis.execution.failures import clear, goes_on
from webshellhunt.analysis.execution.handlers import try_statement
from webshellhunt.analysis.execution.jumps import CASES, destination, resume
from webshellhunt.analysis.execution.names import is_declared, read
from webshellhunt.analysis.execution.operations import condition
from webshellhunt.analysis.execution.references import bind_reference, referred_place
from webshellhunt.analysis.execution.switches import goto_case, switch_statement
from webshellhunt.analysis.execution.targets import declare, write
from webshellhunt.analysis.execution.turns import frame_of_turn
from webshellhunt.analysis.execution.visual_basic import is_declared_again
from webshellhunt.analysis.machine.endings import DEAD, Ending
from webshellhunt.analysis.machine.frames import GOES_ON, YIELDED
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import (
    Argument,
    Block,
    Class,
    Declaration,
    Function,
    If,
    Import,
    Jump,
    Label,
    Node,
    OnError,
    ReDim,
    Switch,
    Try,
    Unparsed,
    With,
)

_ALWAYS = {"yield break": "return", "end": "end", "stop": "end"}
"""Statements that leave for one target only."""


def _on_error(machine: Machine, node: OnError) -> Ending:
    machine.state.put(machine.frame.variables, GOES_ON, node.label or node.goes_on)
    clear(machine)
    return None


def _block(machine: Machine, node: Block) -> Ending:
    frame, before = machine.frame, machine.frame.is_checked
    frame.is_checked = node.is_checked or before
    ending = machine.run(node)
    frame.is_checked = before
    if not node.is_using or not node.statements or ending is DEAD:
        return ending
    first = node.statements[0]
    if isinstance(first, Declaration):
        call_method(machine, read(machine, first.name, first.start), "Dispose", Given(), first.start)
    return machine.control.thrown() if ending is None else ending


def _nothing(machine: Machine, node: Node) -> Ending:
    return None


def _declaration(machine: Machine, node: Declaration) -> Ending:
    if machine.language == "jscript" and node.value is None and is_declared(machine, node.name):
        return None
    if machine.language == "vbscript" and node.value is None and _is_there(machine, node):
        return None
    is_repeated = machine.language == "vb" and node.value is None and node.bounds is None
    if is_repeated and "static" not in node.modifiers and is_declared_again(machine, node):
        return None
    if "ref" in node.modifiers and isinstance(node.value, Argument) and bind_reference(machine, node.name, node.value):
        return machine.control.thrown()
    if node.value is not None:
        value: Value = converted_by_class(machine, _named(machine, node), node.type)
        value = remembering(machine, node.value, value)
    elif node.bounds is not None:
        value = with_structures(machine, new_array([machine.value(bound) for bound in node.bounds]), node.type)
    else:
        value = default_of(machine, node.type)
    declare(machine, node, as_control(value, node.type))
    return machine.control.thrown()


def _is_there(machine: Machine, node: Declaration) -> bool:
    """True if a variable of VBScript has a value: ``Dim`` declares it before the first statement, and does no more."""
    held = machine.frame.variables.get(machine.symbols.fold(node.name), EMPTY)
    return held.__class__ is Thing if node.bounds is not None else held is not EMPTY


def _named(machine: Machine, node: Declaration) -> Value:
    """Return the first value of a variable: the items of a tuple have the names that its type says."""
    written = node.type
    value = machine.value(wanted(node.value, written)) if node.value is not None else None
    return with_names(machine, value, written)


def _redim(machine: Machine, node: ReDim) -> Ending:
    bounds = [machine.value(bound) for bound in node.bounds]
    before = machine.value(node.target) if node.is_preserved else None
    write(machine, node.target, resized(before, bounds))
    return None


def _if(machine: Machine, node: If) -> Ending:
    truth = condition(machine, node.test)
    leaving = machine.control.thrown()
    if leaving is not None:  # after ``On Error Resume Next``, the next statement is the one that the condition guards
        return machine.run(node.yes) if leaving.kind == "throw" and goes_on(machine) else leaving
    if truth is not None:
        return machine.run(node.yes if truth else node.no)

    def branch(block: Block | None, *, holds: bool) -> Ending:
        narrow(machine, node.test, holds=holds)
        return machine.run(block)

    return machine.control.fork([partial(branch, node.yes, holds=True), partial(branch, node.no, holds=False)])


def _yield(machine: Machine, value: Value) -> None:
    """Add a value that a function yields: in order as long as it is sure that it does."""
    frame = machine.frame
    yielded = frame.variables.get(YIELDED)
    if yielded.__class__ is not Thing:
        yielded = Thing("array", fields={LENGTH: 0})
        frame.variables[YIELDED] = yielded
    length = length_of(yielded)
    if length is not None and machine.state.depth == frame.depth:
        machine.state.put(yielded.fields, length, value)
        machine.state.put(yielded.fields, LENGTH, length + 1)
    else:
        machine.state.drop(yielded.fields, LENGTH)
        use_item(machine, yielded.fields, REST, value)


def _jump(machine: Machine, node: Jump) -> Ending:
    kind = node.kind
    if kind == "yield":
        value, taker = machine.value(node.value), machine.frame.taker
        if taker is not None:
            return machine.control.thrown() or taker(value)
        _yield(machine, value)
        return None
    if kind == "return":
        return _return(machine, node)
    if kind == "throw":
        return machine.control.throw(machine.value(node.value) if node.value is not None else machine.control.caught())
    if kind == "resume":
        return resume(machine, node)
    if kind == "goto" and node.label in CASES and machine.language == "c#":
        return goto_case(machine, node)
    if kind in _ALWAYS:
        return machine.control.jump(_ALWAYS[kind])
    return machine.control.jump(*destination(machine, node))


def _return(machine: Machine, node: Jump) -> Ending:
    if node.value is not None:
        function = machine.frame.function
        if isinstance(node.value, Argument) and (place := referred_place(machine, node.value)) is not None:
            value: Value = place
        else:
            value = machine.value(wanted(node.value, function.type if function is not None else None))
        machine.state.put(machine.frame.variables, result_key(machine, machine.frame), value)
        note_answer(machine, node.value, value)
        if (leaving := machine.control.thrown()) is not None:
            return leaving
    return machine.control.jump("return")


def _with(machine: Machine, node: With) -> Ending:
    subjects = machine.frame.subjects
    subjects.append(machine.value(node.subject))
    ending = machine.run(node.body)
    subjects.pop()
    return ending


def _unparsed(machine: Machine, node: Unparsed) -> Ending:
    for each in node.found:
        machine.execute(each)
    return None


def _function(machine: Machine, node: Function) -> Ending:
    """A function in a block: a local one, whose frame is around it."""
    if node.name and len(machine.frames) > 1 and machine.language != "jscript":
        closure = Closure(node, frame_of_turn(machine, machine.frame), machine.frame.this)
        machine.state.put(machine.frame.variables, machine.symbols.fold(node.name), closure)
    return None


STATEMENTS: dict[type[Node], Callable[..., Ending]] = {
    Block: _block,
    Declaration: _declaration,
    ReDim: _redim,
    If: _if,
    Switch: switch_statement,
    Try: try_statement,
    Jump: _jump,
    Label: _nothing,
    With: _with,
    OnError: _on_error,
    Unparsed: _unparsed,
    Function: _function,
    Class: _nothing,
    Import: _nothing,
}
