"""Unreached code: what a run never came to is evaluated for its constants alone.

A function that nobody calls, the branch of a condition that never holds and the fields of a class that nothing makes
run with values that are not known, within a share of steps of their own. Nothing of this arrives at a sink.
"""

from __future__ import annotations

from webshellhunt.analysis.machine.budget import ExhaustedError
from webshellhunt.analysis.machine.endings import Target
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.page_life.entering import enter
from webshellhunt.analysis.page_life.server_calls import functions_of_page
from webshellhunt.lang.tree import Block, Class, Declaration, Function, Node

STEPS = 8_000
"""Nodes that are evaluated."""
_STEPS_OF_CALL = 4
_JUMPS = frozenset({"return", "throw", "break", "continue", "end", "exit", "goto", "stop", "resume"})


def evaluate_unreached(machine: Machine, top: Block) -> None:
    """Evaluate the code that a run did not reach."""
    observer, is_cut = machine.observer, machine.is_cut
    machine.observer = Observer()
    machine.restart(STEPS)
    try:
        for function in [*functions_of_page(machine)]:
            if function not in machine.record.entered:
                machine.spend(_STEPS_OF_CALL)
                enter(machine, function)
        _run_blocks(machine, top)
    except (ExhaustedError, RecursionError):
        machine.restart(0)
    finally:
        machine.observer, machine.is_cut = observer, is_cut


def _run_blocks(machine: Machine, top: Block) -> None:
    """Run the outermost blocks that did not run, each in its function, and evaluate the fields of classes."""
    waiting: list[tuple[Node, Function | None]] = [(top, None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, Block) and node is not top and not machine.record.has_run(node):
            _run(machine, node, function)
        if isinstance(node, Class):
            _initialise(machine, node)
        inner = node if isinstance(node, Function) else function
        waiting += [(each, inner) for each in node.children()]


def _run(machine: Machine, block: Block, function: Function | None) -> None:
    page = machine.frames[0]
    if function is not None:
        owner = machine.symbols.owners.get(function, machine.symbols.page)
        this = machine.kept.objects.get(owner, machine.page)
        machine.frames.append(Frame(function, frozenset(), None, this, owner))
    machine.control.within(Target(_JUMPS), lambda: machine.run(block))
    machine.control.thrown()
    machine.frames = [page]


def _initialise(machine: Machine, node: Class) -> None:
    for member in node.members:
        if isinstance(member, Declaration) and member.value is not None and member.value not in machine.record.texts:
            machine.value(member.value)
            machine.control.thrown()
