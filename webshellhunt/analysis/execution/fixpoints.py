"""Fix-points: loops of which it is not known how often they turn, until another turn changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.values import join
from webshellhunt.analysis.domain.widening import blurred, widened
from webshellhunt.analysis.execution.machine import Ending, Machine
from webshellhunt.analysis.execution.state import Changes

ROUNDS = 4
"""Turns of a loop of which nothing is known; from the third one, a value that still changes is taken for unknown."""
COARSE_ROUNDS = 2
"""Turns where the page has had its share of steps; a loop in another one turns once in each turn of that."""


def until_fixed(machine: Machine, turn: Callable[[], Ending]) -> Ending:
    """Run turns of a loop, none of which is sure to happen, until another one changes nothing."""
    machine.loops += 1
    for number in range(1, ROUNDS + 1):
        since = machine.state.serial
        machine.state.open()
        ending = turn()
        changes = machine.state.undo()
        machine.open_targets()
        alternatives: list[Changes] = [{}]
        if ending is None:
            alternatives.append(changes)
        combine = blurred if machine.is_coarse else join if number == 1 else widened
        changed = machine.state.merge(alternatives, combine, since)
        if not changed or (machine.is_coarse and (number >= COARSE_ROUNDS or machine.loops > 1 or machine.is_late)):
            break
    machine.loops -= 1
    return None
