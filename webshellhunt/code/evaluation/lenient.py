"""Lenient programs: whatever isn't known makes unknown what depends on it, and nothing else.

A function is worked out wholly or not at all, since half a text is none. A page that nobody visits has no such end: the
request, objects and files stay unknown, and the rest of it still says what it would run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.lookups import entry
from webshellhunt.code.evaluation.nodes import Node, Run, Variables, variable
from webshellhunt.code.evaluation.program import Program
from webshellhunt.code.evaluation.values import text_of

MAX_ROUNDS = 50_000
"""Rounds of a loop; behind them it is left, since no text that a page hides is that long."""


def _unknown(_: Variables) -> Value:
    raise UnknownError


UNKNOWN = Node(_unknown)
"""What isn't understood, wherever an expression is wanted."""


class _Way(NamedTuple):
    """Where a step leads that can't be told: which names are unknown behind it, and the labels of what may follow."""

    names: Sequence[str]
    labels: Sequence[int]


@dataclass(slots=True)
class LenientProgram(Program):
    """A program that goes on behind what isn't known.

    A branch on something unknown is taken the first time and passed over the next: both sides are seen, and no loop
    goes on for ever.
    """

    ways: dict[int, _Way] = field(default_factory=dict)

    def run(self, variables: Variables, budget: Budget) -> None:
        """Run to the end.

        Raises:
            UnknownError: the budget is spent.
        """
        steps, costs, at, total = self.steps, self.costs, 0, len(self.steps)
        rounds: Counter[int] = Counter()
        while at < total:
            budget.steps -= costs[at]
            if budget.steps < 0 or budget.work < 0:
                raise UnknownError
            try:
                following = steps[at](variables)
                if following <= at:
                    rounds[at] += 1
                    following = following if rounds[at] < MAX_ROUNDS else self._leave(at, following)
                at = following
            except UnknownError:
                at = self._go_on(at, variables, rounds)

    def _go_on(self, at: int, variables: Variables, rounds: Counter[int]) -> int:
        """Return the step behind one that isn't known."""
        way = self.ways[at]
        for name in way.names:
            variables.pop(name, None)
        label = way.labels[rounds[at] % len(way.labels)]
        rounds[at] += 1
        return self.targets[label]

    def _leave(self, at: int, again: int) -> int:
        """Return the step behind a loop that goes on for too long, by the way that its head knows."""
        way = self.ways.get(again)
        return max(at + 1, self.targets[way.labels[-1]]) if way is not None else at + 1

    def drop(self, count: int) -> None:
        """Take away all steps but the first ones."""
        for at in range(count, len(self.steps)):
            self.ways.pop(at, None)
        del self.steps[count:]

    def _note(self, names: Sequence[str], *labels: int, step: int = -1) -> None:
        """Note the way behind a step, the last one if none is named: to the next one, where no label says more."""
        if not labels:
            labels = (self.label(),)
            self.place(labels[0])
        self.ways[len(self.steps) - 1 if step < 0 else step] = _Way(names, labels)

    # Steps ----------------------------------------------------------------------------------------------------------

    def forget(self, name: str) -> None:
        """Add a step behind which a name is unknown."""
        self.steps.append(_unknown_step)
        self._note([name])

    def tell(self, run: Run, told: Callable[[str], None]) -> None:
        """Add a step that tells a text, where it is known."""
        after = len(self.steps) + 1

        def step(variables: Variables) -> int:
            told(text_of(run(variables)))
            return after

        self.steps.append(step)
        self._note([])

    def assign(self, name: str, run: Run, budget: Budget) -> None:
        """Add an assignment."""
        Program.assign(self, name, run, budget)
        self._note([name])

    def call(self, runs: Sequence[Run], names: Sequence[str], change: Callable[[list[Value]], list[Value]]) -> None:
        """Add a call of a procedure, which runs whatever it is given."""
        Program.call(self, [_or_nothing(run) for run in runs], names, change)
        self._note([name for name in names if name])

    def assign_item(self, name: str, position: Run, run: Run) -> None:
        """Add an assignment to an item of a list, or to an entry of anything else."""
        Program.assign_item(self, name, position, run)
        in_list, held = self.steps.pop(), variable(name).run

        def step(variables: Variables) -> int:
            if isinstance(_or_nothing(held)(variables), list):
                return in_list(variables)
            key = entry(name, position, variables)
            variables.pop(key, None)
            variables[key] = run(variables)
            return after

        after = len(self.steps) + 1
        self.steps.append(step)
        self._note([])

    def resize(self, name: str, bound: Run, budget: Budget, *, keeps: bool) -> None:
        """Add ``Dim x(n)``, ``ReDim x(n)``."""
        Program.resize(self, name, bound, budget, keeps=keeps)
        self._note([name])

    def branch(self, condition: Run, label: int, *, when: bool) -> None:
        """Add a jump that is taken where a condition is true, or false."""
        Program.branch(self, condition, label, when=when)
        taken = self.label()
        self.place(taken)
        self._note([], taken, label)

    def count(self, name: str, bounds: tuple[Run, Run, Run | None], leave: int) -> int:
        """Add the start of ``For name = first To last``, of which one round is gone where the bounds are unknown."""
        start = len(self.steps)
        again = Program.count(self, name, bounds, leave)
        self._note_loop(start, name, leave)
        return again

    def each(self, name: str, items: Run, leave: int, budget: Budget) -> int:
        """Add the start of ``For Each name In items``, likewise."""
        start = len(self.steps)
        again = Program.each(self, name, items, leave, budget)
        self._note_loop(start, name, leave)
        return again

    def _note_loop(self, start: int, name: str, leave: int) -> None:
        """Note that one round is gone of a loop whose bounds are unknown."""
        body = self.label()
        self.place(body)
        self._note([name], body, step=start)
        self._note([name], leave, step=start + 1)


def _unknown_step(_: Variables) -> int:
    raise UnknownError


def _or_nothing(run: Run) -> Run:
    """Return what gives ``None`` for what is unknown: a procedure is run whatever it is given."""

    def told(variables: Variables) -> Value:
        try:
            return run(variables)
        except UnknownError:
            return None

    return told
