"""Control flow: alternatives whose condition is not known, the jumps out of them, and exceptions.

Alternatives run from the same state, and the states of those that go on are joined. A jump ends its alternative, and
its state joins at its target.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis.domain.values import UNKNOWN, Value
from webshellhunt.analysis.machine.budget import Budget
from webshellhunt.analysis.machine.endings import DEAD, Ending, Signal, Target
from webshellhunt.analysis.machine.state import Changes, State

_CHANGES_OF_STEP = 2
"""Changes of a state that are joined in the time of one step."""
MAX_THROWS = 16
"""Calls in one body after each of which its handlers see the state; of more calls, only some."""
MAX_COARSE_THROWS = 2
"""The same where the page has had its share of steps."""


class ControlFlow:
    """The branches of a run, and the targets of the jumps that are under way."""

    def __init__(self, state: State, budget: Budget) -> None:
        self.state: State = state
        self.targets: list[Target] = []
        self._budget: Budget = budget
        self._thrown: dict[str, Value] = {}
        self._leaving: Ending = None

    def restart(self, targets: int = 0) -> None:
        """Forget the jumps that are under way, and all targets but the first ones."""
        del self.targets[targets:]
        self._leaving = None

    # Branches and jumps -------------------------------------------------------------------------------------------

    def fork(self, alternatives: Sequence[Callable[[], Ending]]) -> Ending:
        """Run alternatives from the same state, and go on with the join of those that don't leave."""
        endings: list[tuple[Ending, Changes]] = []
        for run in alternatives:
            self.state.open()
            ending = run()
            endings.append((ending, self.state.undo()))
        self.open_targets()
        going = [changes for ending, changes in endings if ending is None]
        self._budget.spend(sum(map(len, going)) // _CHANGES_OF_STEP)
        if not going:
            return DEAD
        self.state.merge(going)
        return None

    def jump(self, kind: str, label: str = "") -> Ending:
        """Leave for a target; where it is not sure that this happens, only this alternative ends."""
        target = next((each for each in reversed(self.targets) if each.takes(kind, label)), None)
        if target is None or target.depth == self.state.depth:
            return Signal(kind, label)
        self._budget.spend(self.state.size_since(target.depth) // _CHANGES_OF_STEP)
        target.pending.append(self.state.changes_since(target.depth))
        return DEAD

    def count_jumps(self, kind: str) -> int:
        """Return how many alternatives have jumped to the targets of a kind that are open."""
        return sum(len(each.pending) for each in self.targets if kind in each.kinds)

    def within(self, target: Target, run: Callable[[], Ending]) -> Ending:
        """Run code that may jump to a target; return ``None`` where it did, or went on anyway."""
        targets = self.targets
        target.depth, target.pending, target.is_open = self.state.depth, [], False
        targets.append(target)
        ending = run()
        targets.pop()
        arrives = ending is None or (ending is not DEAD and target.takes(*ending))
        if not target.is_open:
            return None if arrives else ending
        now = self.state.undo()
        for each in targets:
            if each.depth == self.state.depth:
                each.is_open = False
        self.open_targets()
        self.state.merge([*target.pending, *([now] if arrives else ())])
        return None

    def attempt(self, target: Target, run: Callable[[], Ending]) -> tuple[Ending, Changes]:
        """Run code that may jump to a target, take it back, and return how it ended and its changes.

        The states of the jumps are in ``target.pending``.
        """
        targets = self.targets
        target.depth, target.pending, target.is_open = self.state.depth, [], True
        targets.append(target)
        self.state.open()
        ending = run()
        targets.pop()
        return ending, self.state.undo()

    def open_targets(self) -> None:
        """Open a branch for the rest of the code around a jump that some alternative has made."""
        depth = self.state.depth
        waiting = [each for each in self.targets if each.depth == depth and each.pending]
        if waiting:
            self.state.open()
            for each in waiting:
                each.is_open = True

    # Exceptions ---------------------------------------------------------------------------------------------------

    def throw(self, value: Value) -> Ending:
        """Leave for the handler around."""
        self.state.put(self._thrown, "value", value)
        return self.jump("throw")

    def may_throw(self) -> None:
        """Let the handler around see the state of now, as a call of a library may throw."""
        target = next((each for each in reversed(self.targets) if "throw" in each.kinds), None)
        if target is None or target.possible is None:
            return
        target.calls += 1
        most = MAX_COARSE_THROWS if self._budget.is_coarse else MAX_THROWS
        if target.calls <= most or not target.calls & (target.calls - 1):  # of many calls fewer and fewer
            self._budget.spend(self.state.size_since(target.depth) // _CHANGES_OF_STEP)
            changes = self.state.changes_since(target.depth)
            changes.pop((id(self._thrown), "value"), None)
            target.possible.append(changes)

    def thrown_in(self, changes: Changes) -> Value:
        """Return the value that was thrown in a state."""
        change = changes.get((id(self._thrown), "value"))
        return self.caught() if change is None else change.value

    def thrown(self) -> Ending:
        """Return how an exception inside an expression leaves its statement, ``None`` where there was none."""
        ending, self._leaving = self._leaving, None
        return ending

    @property
    def is_leaving(self) -> bool:
        """True if an exception inside the current statement ends it."""
        return self._leaving is not None

    def leave(self, ending: Ending) -> None:
        """Say that an expression left: its statement ends."""
        self._leaving = ending

    def caught(self) -> Value:
        """Return the value that was thrown last."""
        return self._thrown.get("value", UNKNOWN)
