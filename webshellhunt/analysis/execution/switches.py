"""Switches: the case that runs for a value, and those after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.matching import bind, matches
from webshellhunt.analysis.domain.values import Value
from webshellhunt.analysis.execution.conditions.narrowing import narrow
from webshellhunt.analysis.machine.endings import Ending, Target
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Case, Jump, Node, Switch

_BREAKS = frozenset({"break"})
_MOST_GOTOS = 24
"""Jumps from one case of a switch to another that are followed."""


def switch_statement(machine: Machine, node: Switch) -> Ending:
    """Run the cases that may apply to a value."""
    subject = machine.value(node.subject)
    is_basic = machine.language not in ("c#", "jscript")
    target = Target(frozenset({"exit"}), "select") if is_basic else Target(_BREAKS)

    run = partial(_run_from, machine, node)

    def choose() -> Ending:
        possible, is_sure = _possible_cases(machine, node, subject)
        runs: list[Callable[[], Ending]] = [partial(begin, number) for number in possible]
        if not is_sure:
            runs.append(partial(run, next((at for at, each in others if not each.patterns), len(node.cases))))
        return runs[0]() if len(runs) == 1 else machine.control.fork(runs)

    others = [*enumerate(node.cases)][::-1]

    def begin(number: int) -> Ending:
        enter_case(machine, node.cases[number], subject, node.subject)
        return run(number)

    switches = machine.frame.switches
    switches.append(node)
    ending = machine.control.within(target, choose)
    switches.pop()
    return ending


def _run_from(machine: Machine, node: Switch, first: int) -> Ending:
    """Run the body of a case, and of those after it as long as it falls through."""
    for case in node.cases[first:]:
        ending = machine.run(case.body)
        if ending is not None or not node.falls_through:
            return ending
    return None


def goto_case(machine: Machine, node: Jump) -> Ending:
    """Run the case that ``goto case`` or ``goto default`` names; it leaves the switch for the place after it."""
    switches = machine.frame.switches
    switch = switches[-1] if switches else None
    if switch is None or len(switches) > _MOST_GOTOS:
        return machine.control.jump("goto", node.label)
    if node.label == "default":
        wanted = (at for at, case in enumerate(switch.cases) if not case.patterns)
    else:
        asked = machine.value(node.value)
        wanted = (at for at, case in enumerate(switch.cases) if case.patterns and _is_case(machine, case, asked))
    number = next(wanted, None)
    if number is None:
        return machine.control.jump("break")
    switches.append(switch)
    ending = _run_from(machine, switch, number)
    switches.pop()
    return ending


def _is_case(machine: Machine, case: Case, value: Value) -> bool:
    return any(matches(machine, each, value) is True for each in case.patterns)


def _possible_cases(machine: Machine, node: Switch, subject: Value) -> tuple[list[int], bool]:
    """Return the cases that may apply to a value, and whether the last of them surely does."""
    possible: list[int] = []
    for number, case in enumerate(node.cases):
        answer = case_matches(machine, node.subject, subject, number, node) if case.patterns else False
        if answer is not False:
            possible.append(number)
        if answer is True:
            return possible, True
    return possible, False


def case_matches(machine: Machine, asked: Node, subject: Value, number: int, node: Switch) -> bool | None:
    """Return whether a case applies to a value; ``None`` where that is not known."""
    case = node.cases[number]
    answers = [matches(machine, pattern, subject) for pattern in case.patterns]
    answer = True if True in answers else None if None in answers else False
    if answer is False or case.guard is None:
        return answer
    for pattern in case.patterns:
        bind(machine, pattern, subject, asked)
    guard = truth_of(machine.value(case.guard), machine.language)
    return False if guard is False else answer if guard else None


def enter_case(machine: Machine, case: Case, subject: Value, asked: Node) -> None:
    """Declare the variables of the patterns of a case that applies, and narrow variables by its guard."""
    for pattern in case.patterns:
        bind(machine, pattern, subject, asked)
    if case.guard is not None:
        narrow(machine, case.guard, holds=True)
