"""Labels: where the jumps of a block that has labels lead to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from webshellhunt.analysis.machine.budget import ExhaustedError
from webshellhunt.analysis.machine.endings import DEAD, Ending, Target
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Changes
from webshellhunt.lang.tree import Block, Label

MAX_JUMPS = 400
"""Times that jumps to labels of one block are followed."""
MAX_LABELS = 40
"""Labels of one block."""
MAX_DOUBTS = 6
"""Times that they are followed where it is not known whether they happen."""


def run_with_labels(machine: Machine, block: Block, labels: dict[str, int]) -> Ending:
    """Run a block, and again from its labels, as long as jumps lead there.

    Raises:
        ExhaustedError: There are too many labels.
    """
    if machine.language == "jscript":
        return _run_marked(machine, block)
    if len(labels) > MAX_LABELS:
        raise ExhaustedError
    waiting: dict[int, list[Changes]] = {0: [{}]}
    left: list[Changes] = []
    last: Ending = DEAD
    doubts = 0
    for _ in range(MAX_JUMPS):
        if not waiting or doubts > MAX_DOUBTS:
            break
        place = min(waiting)
        starts = waiting.pop(place)
        targets = [Target(frozenset({"goto"}), name) for name in labels]
        ending, changes = attempt_all(machine, targets, partial(_run_from, machine, block, place, starts))
        for target in targets:
            if target.pending:
                waiting.setdefault(labels[target.label], []).extend(target.pending)
        doubts += len(waiting) + (ending is not DEAD) > 1
        if ending is None:
            left.append(changes)
        elif ending.kind == "goto" and ending.label in labels:
            waiting.setdefault(labels[ending.label], []).append(changes)
        elif ending is not DEAD:
            last = ending
            left.append(changes)
    machine.control.open_targets()
    machine.state.merge(left)
    return last if last is not DEAD else None if left else DEAD


def _run_marked(machine: Machine, block: Block) -> Ending:
    """Run a block of JScript, whose labels mark statements for ``break`` and ``continue``."""
    marks: list[str] = []
    for statement in block.statements:
        if isinstance(statement, Label):
            marks.append(statement.name)
            continue
        run = partial(machine.execute, statement)
        for mark in marks:
            machine.label = mark
            run = partial(machine.control.within, Target(frozenset({"break to"}), mark), run)
        marks = []
        ending = run()
        if ending is not None:
            return ending
    return None


def _run_from(machine: Machine, block: Block, place: int, starts: list[Changes]) -> Ending:
    machine.state.merge(starts)
    for statement in block.statements[place:]:
        ending = machine.execute(statement)
        if ending is not None:
            return ending
    return None


def attempt_all(machine: Machine, targets: list[Target], run: Callable[[], Ending]) -> tuple[Ending, Changes]:
    """Run code that may jump to several targets, all of them relative to the state before it."""
    if not targets:
        machine.state.open()
        ending = run()
        return ending, machine.state.undo()

    def inner() -> Ending:
        ending, changes = attempt_all(machine, targets[1:], run)
        machine.control.open_targets()
        machine.state.merge([changes])
        return ending

    return machine.control.attempt(targets[0], inner)
