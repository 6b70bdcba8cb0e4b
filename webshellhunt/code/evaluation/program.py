"""Programs: a body of statements as flat steps; a step changes the variables and tells which step comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.functions import MAX_ITEMS
from webshellhunt.code.evaluation.nodes import Run, Variables, spent
from webshellhunt.code.evaluation.values import EMPTY, MAX_TEXT, integer_of, number_of, truth_of

_COST_OF_STEP = 2

Step = Callable[[Variables], int]


@dataclass(slots=True)
class Program:
    """Steps, what each costs, where each label leads to, and the names that are assigned, changed in part, declared.

    A step costs as much as its statement has tokens, since so much is done in it, and what any step takes.
    """

    steps: list[Step] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    assigned: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    end: int = 0

    def label(self) -> int:
        """Return a new label, to be placed later."""
        self.targets.append(-1)
        return len(self.targets) - 1

    def cost(self, tokens: int) -> None:
        """Let the steps that were added since the last call be those of a statement of so many tokens."""
        self.costs += [tokens + _COST_OF_STEP] * (len(self.steps) - len(self.costs))

    def place(self, label: int) -> None:
        """Let a label lead to the step that comes next."""
        self.targets[label] = len(self.steps)

    def run(self, variables: Variables, budget: Budget) -> None:
        """Run to the end.

        Raises:
            UnknownError: something isn't known, or the budget is spent.
        """
        steps, costs, at, total = self.steps, self.costs, 0, len(self.steps)
        while at < total:
            budget.steps -= costs[at]
            if budget.steps < 0:
                raise UnknownError
            at = steps[at](variables)

    # Steps ----------------------------------------------------------------------------------------------------------

    def assign(self, name: str, run: Run, budget: Budget) -> None:
        """Add an assignment; a list is copied, as the language does."""
        after = len(self.steps) + 1

        def step(variables: Variables) -> int:
            value = run(variables)
            if isinstance(value, list):
                value = list(spent(budget, value))
            elif isinstance(value, str) and len(value) > MAX_TEXT:
                raise UnknownError
            variables[name] = value
            return after

        self.assigned.add(name)
        self.steps.append(step)

    def call(self, runs: Sequence[Run], names: Sequence[str], change: Callable[[list[Value]], list[Value]]) -> None:
        """Add a call of a procedure, which may change the variables that it is given; others have no name."""
        after = len(self.steps) + 1

        def step(variables: Variables) -> int:
            held = change([run(variables) for run in runs])
            variables.update((name, value) for name, value in zip(names, held, strict=False) if name)
            return after

        self.assigned.update(filter(None, names))
        self.steps.append(step)

    def assign_item(self, name: str, position: Run, run: Run) -> None:
        """Add an assignment to one item of a list."""
        after = len(self.steps) + 1

        def step(variables: Variables) -> int:
            held, index = variables[name], integer_of(position(variables))
            if not isinstance(held, list) or not 0 <= index < len(held):
                raise UnknownError
            value = run(variables)
            if isinstance(value, list):  # no list in a list: what holds itself has no end
                raise UnknownError
            held[index] = value
            return after

        self.changed.add(name)
        self.steps.append(step)

    def resize(self, name: str, bound: Run, budget: Budget, *, keeps: bool) -> None:
        """Add ``Dim x(n)``, ``ReDim x(n)``, ``ReDim Preserve x(n)``."""
        after = len(self.steps) + 1

        def step(variables: Variables) -> int:
            size = integer_of(bound(variables)) + 1
            if not 0 <= size <= MAX_ITEMS:
                raise UnknownError
            held = variables[name] if keeps else []
            old = held[:size] if isinstance(held, list) else []
            variables[name] = spent(budget, old + [EMPTY] * (size - len(old)))
            return after

        self.assigned.add(name)
        self.steps.append(step)

    def jump(self, label: int) -> None:
        """Add a jump."""
        targets = self.targets
        self.steps.append(lambda _: targets[label])

    def branch(self, condition: Run, label: int, *, when: bool) -> None:
        """Add a jump that is taken where a condition is true, or false."""
        after, targets = len(self.steps) + 1, self.targets
        self.steps.append(lambda variables: targets[label] if truth_of(condition(variables)) is when else after)

    def count(self, name: str, bounds: tuple[Run, Run, Run | None], leave: int) -> int:
        """Add the start of ``For name = first To last [Step by]``; return the label that ``Next`` jumps to."""
        first, last, by = bounds
        key, targets = f"\0{len(self.steps)}", self.targets
        again = self.label()
        body = len(self.steps) + 2

        def begin(variables: Variables) -> int:
            value, limit = number_of(first(variables)), number_of(last(variables))
            step = 1 if by is None else number_of(by(variables))
            variables[key] = (limit, step)
            variables[name] = value
            return body if (value <= limit if step >= 0 else value >= limit) else targets[leave]

        def go_on(variables: Variables) -> int:
            limit, step = variables[key]
            value = variables[name] = number_of(variables[name]) + step
            return body if (value <= limit if step >= 0 else value >= limit) else targets[leave]

        self.assigned.add(name)
        self.steps.append(begin)
        self.place(again)
        self.steps.append(go_on)
        return again

    def each(self, name: str, items: Run, leave: int, budget: Budget) -> int:
        """Add the start of ``For Each name In items``; return the label that ``Next`` jumps to."""
        key, targets = f"\0{len(self.steps)}", self.targets
        again = self.label()
        body = len(self.steps) + 2

        def begin(variables: Variables) -> int:
            held: Value = items(variables)
            if not isinstance(held, list):
                raise UnknownError
            variables[key] = iter(list(spent(budget, held)))
            return go_on(variables)

        def go_on(variables: Variables) -> int:
            value = next(variables[key], None)
            if value is None:
                return targets[leave]
            variables[name] = value
            return body

        self.assigned.add(name)
        self.steps.append(begin)
        self.place(again)
        self.steps.append(go_on)
        return again
