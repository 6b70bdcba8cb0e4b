"""Fix-points: loops of which it is not known how often they turn, until another turn changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.widening import blurred, counting, widened
from webshellhunt.analysis.execution.exposed import exposed_by, grown_values, may_matter
from webshellhunt.analysis.execution.reach import is_reached
from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.machine.state import Changes
from webshellhunt.lang.tree import Node

ROUNDS = 4
"""Turns of a loop of which nothing is known; from the third one, a value that still changes is taken for unknown."""
COARSE_ROUNDS = 2
"""Turns of a loop that takes many steps, or where the page has had its share of them."""


def until_fixed(machine: Machine, node: Node, turn: Callable[[], Ending]) -> Ending:
    """Run turns of a loop, none of which is sure to happen, until another one changes nothing that matters."""
    machine.budget.loops += 1
    limit = machine.budget.left - machine.budget.steps_of_loop
    for number in range(1, ROUNDS + 1):
        since = machine.state.serial
        machine.state.open()
        ending = turn()
        changes = machine.state.undo()
        machine.control.open_targets()
        alternatives: list[Changes] = [{}]
        if ending is None:
            alternatives.append(changes)
        is_last = _is_last(machine, number, limit)
        combine = blurred if is_last or machine.budget.is_coarse else counting if number == 1 else widened
        exposed = exposed_by(machine, node)
        grown = {} if exposed is None or ending is not None else grown_values(machine, exposed, changes)
        changed = machine.state.merge(alternatives, combine, since)
        if is_last or not changed:
            break
        if exposed is not None and not may_matter(machine, exposed, grown, changed):
            for (_, key), (container, value) in grown.items():
                machine.state.put(container, key, value)
            break
        if number > 1 and not is_reached(machine, [container for container, _ in changed]):
            break
    machine.budget.loops -= 1
    return None


def _is_last(machine: Machine, number: int, limit: int) -> bool:
    """True if a loop has turned as often as it may; one in another one turns again in each turn of that."""
    if machine.budget.is_coarse:
        return number >= COARSE_ROUNDS or machine.budget.loops > 1 or machine.budget.is_late
    return number >= ROUNDS or (number >= COARSE_ROUNDS and machine.budget.left < limit)
