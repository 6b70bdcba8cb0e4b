"""Turns of loops: the variables that each turn has of its own, and the functions that keep them (closures)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis.domain.values import EMPTY
from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Block, Declaration, Name, Node

_TYPED = frozenset({"c#", "vb"})


def own_of_turns(machine: Machine, body: Block, target: Node | None = None) -> tuple[str, ...]:
    """Return the variables of a loop of which each turn has its own, if functions in it may keep them."""
    if machine.language not in _TYPED:
        return ()
    kept = machine.symbols.kept_by_functions(body)
    if isinstance(target, Declaration):
        return (*kept, machine.symbols.fold(target.name))
    return (*kept, target.text) if isinstance(target, Name) and machine.language == "vb" else kept


def begin_turn(machine: Machine, names: Sequence[str]) -> None:
    """Let a turn have variables of its own: functions of earlier turns keep theirs."""
    cells = machine.frame.cells
    for name in names if cells else ():
        machine.state.drop(cells, name)


def frame_of_turn(machine: Machine, frame: Frame | None) -> Frame | None:
    """Return the frame around a function that is made now: it has the variables of the current turn."""
    current = machine.frame
    if not current.turning:
        return frame
    cells = current.cells
    around: Frame | None = frame
    for each in cells.values():
        if each.__class__ is Frame and (around is frame or (around is not None and each.depth > around.depth)):
            around = each
    names = [name for name in current.turning if name not in cells and name in current.variables]
    if not names:
        return around
    variables = {name: current.variables.get(name, EMPTY) for name in names}
    made = Frame(None, frozenset(variables), around, current.this, current.symbol, variables)
    made.depth = 1 + (around.depth if around is not None and around is not frame else 0)
    machine.state.bear(made.variables)
    for name in names:
        machine.state.put(cells, name, made)
    return made


def in_turns(machine: Machine, names: Sequence[str], run: Callable[[], Ending]) -> Ending:
    """Run a loop of which each turn has variables of its own."""
    turning = machine.frame.turning
    turning.extend(names)
    ending = run()
    del turning[len(turning) - len(names) :]
    return ending
