"""State: the variables and fields of a run, which branches change and join.

Everything that changes is an entry of a dictionary: a variable of a frame, a field of an object, an item of an array.
While a branch runs whose condition is not known, each change is written down, so that it can be taken back and joined
with that of the other branch. Where nothing is uncertain, nothing is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from webshellhunt.analysis.values import ABSENT, Choice, Closure, Method, Several, Thing, Value, join

Container = dict[Any, Value]


_LINKING = frozenset({Thing, Closure, Choice, Several, Method})
"""Kinds of values that may refer to the container that has them."""


class Change(NamedTuple):
    """An entry that was changed: its dictionary, its key, and its value."""

    container: Container
    key: Any
    value: Value


Changes = dict[tuple[int, Any], Change]
Join = Callable[[Value, Value], Value]


class State:
    """The changes of the branches that are open; ``depth`` is their number."""

    def __init__(self) -> None:
        self._log: list[Change] = []
        self._marks: list[int] = []
        self._births: dict[int, int] = {}
        self._linked: dict[int, Container] = {}
        self.serial: int = 0
        """How many containers have been made so far."""

    @property
    def linked(self) -> Sequence[Container]:
        """The containers in which objects or functions were kept."""
        return [*self._linked.values()]

    @property
    def depth(self) -> int:
        """How many branches are open."""
        return len(self._marks)

    def put(self, container: Container, key: Any, value: Value) -> None:  # noqa: ANN401 - any key of a dictionary
        """Change an entry."""
        if self._marks:
            self._log.append(Change(container, key, container.get(key, ABSENT)))
        if value.__class__ in _LINKING:
            self._linked[id(container)] = container
        container[key] = value

    def drop(self, container: Container, key: Any) -> None:  # noqa: ANN401 - any key of a dictionary
        """Remove an entry."""
        if key in container:
            if self._marks:
                self._log.append(Change(container, key, container[key]))
            del container[key]

    def bear(self, container: Container) -> None:
        """Note that a container is new: a loop that makes one in each turn changes nothing by that."""
        self.serial += 1
        self._births[id(container)] = self.serial

    def open(self) -> None:
        """Open a branch: what changes from here on can be taken back."""
        self._marks.append(len(self._log))

    def undo(self) -> Changes:
        """Take back what the last open branch changed, and close it; return its changes."""
        mark = self._marks.pop()
        changes: Changes = {}
        for container, key, _ in self._log[mark:]:
            where = id(container), key
            if where not in changes:
                changes[where] = Change(container, key, container.get(key, ABSENT))
        for container, key, value in reversed(self._log[mark:]):
            _set(container, key, value)
        del self._log[mark:]
        return changes

    def changes_since(self, depth: int) -> Changes:
        """Return what was changed since there were so many open branches, and leave it as it is."""
        changes: Changes = {}
        for container, key, _ in self._log[self._marks[depth] :]:
            where = id(container), key
            if where not in changes:
                changes[where] = Change(container, key, container.get(key, ABSENT))
        return changes

    def merge(self, alternatives: Sequence[Changes], combine: Join = join, since: int | None = None) -> bool:
        """Continue with the join of several branches; return True if that changes anything that was there ``since``."""
        births = self._births
        changed = False
        entries = {where: change for each in alternatives for where, change in each.items()}
        for where, (container, key, _) in entries.items():
            before = container.get(key, ABSENT)
            value = ABSENT
            for each in alternatives:
                value = combine(value, each[where].value if where in each else before)
            if value is not before and (value.__class__ is not before.__class__ or value != before):
                changed = changed or since is None or births.get(id(container), 0) <= since
                if self._marks:
                    self._log.append(Change(container, key, before))
                _set(container, key, value)
        return changed


def _set(container: Container, key: Any, value: Value) -> None:  # noqa: ANN401 - any key of a dictionary
    if value is ABSENT:
        container.pop(key, None)
    else:
        container[key] = value
