"""Coarse calls: calls of the page's own functions where the page has had its share of steps; see `outlines.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import UNKNOWN, Thing, Value
from webshellhunt.analysis.machine.endings import DEAD, Ending
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.summaries.outlines import LATE_RUNS, MAX_RUNS, Outline
from webshellhunt.lang.tree import Function

Run = Callable[[Sequence[Value], "list[Value] | None"], tuple[Value, Ending]]
"""Runs the body of a function with arguments, and fills a list with the last values of its parameters."""
_EFFECTS_OF_STEP = 8
"""Changes of a call that are repeated in the time of one step."""
_NAMES_OF_STEP = 16
"""Names that are looked up in the time of one step."""


def call_coarsely(
    machine: Machine,
    frame: Frame,
    arguments: Sequence[Value],
    names: Sequence[str],
    outs: list[Value] | None,
    run: Run,
    *,
    is_first: bool,
) -> Value:
    """Return the result that all calls of a function have; run it only where this call may do more than others."""
    function = frame.function
    assert function is not None
    outline = machine.outlines.of_call(function, names)
    if machine.budget.is_last and not is_first:
        return outline.result(arguments, frame.this)
    variables = _variables_of(machine, function, frame.this)
    if not outline.covers(arguments, variables, frame, LATE_RUNS if machine.budget.is_late else MAX_RUNS):
        return _run_for_all(machine, outline, outline.take(arguments, variables, frame), outs, run)
    machine.spend(len(outline.effects) // _EFFECTS_OF_STEP)
    machine.state.merge([{}, outline.effects])
    if outs is not None:
        outs[:] = outline.outs
    if outline.is_left and not outline.is_open:
        machine.control.leave(machine.control.jump("throw") if outline.is_throwing else DEAD)
    return outline.result(arguments, frame.this)


def _variables_of(machine: Machine, function: Function, this: Value) -> dict[str, Value]:
    """Return the values outside that a function may read; of an object only whether it has a visitor's text."""
    owner = machine.symbols.owners.get(function)
    things = [machine.page, this, machine.kept.statics.get(owner) if owner is not None else None]
    fields = [each.fields for each in things if each.__class__ is Thing]
    found = {f"\0{name}": derived([store]) for name, store in machine.kept.stores.items()}
    names = machine.outlines.read_by(function)
    for name in names:
        for each in fields:
            if name in each:
                value = each[name]
                found[name] = derived([value]) if value.__class__ is Thing else value
                break
    machine.spend((len(found) + len(names)) // _NAMES_OF_STEP)
    return found


def _run_for_all(
    machine: Machine, outline: Outline, arguments: Sequence[Value], outs: list[Value] | None, run: Run
) -> Value:
    """Run a function, and note the changes that it made."""
    given: list[Value] = []
    since, thrown = machine.state.serial, machine.control.count_jumps("throw")
    machine.state.open()
    outline.is_open = True
    result, ending = run(arguments, given)
    outline.is_open = False
    changes = machine.state.undo()
    machine.control.open_targets()
    if ending is not None:
        outline.is_left = True
        outline.is_throwing |= ending.kind == "throw" or machine.control.count_jumps("throw") > thrown
        machine.control.leave(ending)
        return UNKNOWN
    machine.state.merge([changes])
    outline.is_left = False
    outline.add(result, given, machine.state.lasting(changes, since))
    if outs is not None:
        outs[:] = given
    return result
