"""State: the variables and fields of a run, which branches change and join.

Everything that changes is an entry of a dictionary: a variable of a frame, a field of an object, an item of an array.
While a branch runs whose condition is not known, each change is written down, so that it can be taken back and joined
with that of the other branch. Where nothing is uncertain, nothing is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from webshellhunt.analysis.domain.joining import join
from webshellhunt.analysis.domain.values import ABSENT, Choice, Closure, Method, Pending, Several, Thing, Value

Container = dict[Any, Value]


_LINKING = frozenset({Thing, Closure, Choice, Several, Method, Pending})
"""Kinds of values that may refer to the container that has them."""


class Change(NamedTuple):
    """An entry that was changed: its dictionary, its key, and its value."""

    container: Container
    key: Any
    value: Value


_SHORT = 256
"""Changes that are written down before several of one entry become one."""
Changes = dict[tuple[int, Any], Change]
Join = Callable[[Value, Value], Value]


class State:
    """The changes of the branches that are open; ``depth`` is their number."""

    def __init__(self) -> None:
        self._log: list[tuple[Container, Any, Value]] = []
        self._marks: list[int] = []
        self._opened: list[int] = []
        self._branches: int = 0
        self._births: dict[int, tuple[int, Container]] = {}
        self._linked: dict[int, Container] = {}
        self.serial: int = 0
        """How many containers have been made so far."""
        self._limit: int = _SHORT

    @property
    def linked(self) -> Sequence[Container]:
        """The containers in which objects or functions were kept."""
        return [*self._linked.values()]

    @property
    def depth(self) -> int:
        """How many branches are open."""
        return len(self._marks)

    @property
    def branches(self) -> tuple[int, ...]:
        """The numbers of the branches that are open, the outermost first; each branch has another one."""
        return (*self._opened,)

    @property
    def branch(self) -> int:
        """The number of the innermost open branch, 0 where none is open."""
        return self._opened[-1] if self._opened else 0

    def is_within(self, branch: int) -> bool:
        """True if a branch is open."""
        return branch in self._opened

    def begin(self, container: Container, key: Any, value: Value) -> None:  # noqa: ANN401 - any key of a dictionary
        """Let an entry have a value where the branches that are open do not change it, unless it has one."""
        if self._marks and key not in container:
            container[key] = value

    def put(self, container: Container, key: Any, value: Value) -> None:  # noqa: ANN401 - any key of a dictionary
        """Change an entry."""
        if self._marks:
            self._log.append((container, key, container.get(key, ABSENT)))
            if len(self._log) > self._limit:
                self._compact()
        if value.__class__ in _LINKING:
            self._linked[id(container)] = container
        container[key] = value

    def _compact(self) -> None:
        """Forget all but the first of the changes of one entry that each open branch made."""
        log: list[tuple[Container, Any, Value]] = []
        marks: list[int] = []
        for mark, end in zip(self._marks, [*self._marks[1:], len(self._log)], strict=True):
            first: dict[tuple[int, Any], tuple[Container, Any, Value]] = {}
            for change in self._log[mark:end]:
                first.setdefault((id(change[0]), change[1]), change)
            marks.append(len(log))
            log += first.values()
        self._log, self._marks = log, marks
        self._limit = max(_SHORT, 2 * len(log))

    def size_since(self, depth: int) -> int:
        """Return how many changes are written down since there were so many open branches."""
        return len(self._log) - self._marks[depth]

    def drop(self, container: Container, key: Any) -> None:  # noqa: ANN401 - any key of a dictionary
        """Remove an entry."""
        if key in container:
            if self._marks:
                self._log.append((container, key, container[key]))
            del container[key]

    def bear(self, container: Container) -> None:
        """Note that a container is new: a loop that makes one in each turn changes nothing by that."""
        self.serial += 1
        self._births[id(container)] = self.serial, container  # an identity is that of another one after its end

    def open(self) -> None:
        """Open a branch: changes from here on can be taken back."""
        self._marks.append(len(self._log))
        self._branches += 1
        self._opened.append(self._branches)

    def settle(self) -> None:
        """Close all branches, and keep their changes."""
        self._log, self._marks, self._opened, self._limit = [], [], [], _SHORT

    def undo(self) -> Changes:
        """Take back the changes of the last open branch, and close it; return them."""
        mark = self._marks.pop()
        self._opened.pop()
        changes: Changes = {}
        for container, key, _ in self._log[mark:]:
            where = id(container), key
            if where not in changes:
                changes[where] = Change(container, key, container.get(key, ABSENT))
        for container, key, value in reversed(self._log[mark:]):
            _set(container, key, value)
        del self._log[mark:]
        self._limit = max(_SHORT, min(self._limit, 2 * mark))
        return changes

    def changes_since(self, depth: int) -> Changes:
        """Return the changes since there were so many open branches, and leave them as they are."""
        changes: Changes = {}
        for container, key, _ in self._log[self._marks[depth] :]:
            where = id(container), key
            if where not in changes:
                changes[where] = Change(container, key, container.get(key, ABSENT))
        return changes

    def lasting(self, changes: Changes, since: int) -> Changes:
        """Return the changes of containers that were there ``since``."""
        births = self._births
        return {
            where: change for where, change in changes.items() if births.get(id(change.container), _OLD)[0] <= since
        }

    def merge(
        self, alternatives: Sequence[Changes], combine: Join = join, since: int | None = None
    ) -> Sequence[Container]:
        """Continue with the join of several branches; return the containers that changed and were there ``since``."""
        births = self._births
        changed: list[Container] = []
        for container, key, values in _values_by_entry(alternatives):
            before = container.get(key, ABSENT)
            value = ABSENT
            for other in values:
                other = before if other is _BEFORE else other
                if value is ABSENT:
                    value = other
                elif other is not value and other is not ABSENT:
                    value = combine(value, other)
            if value is not before and (value.__class__ is not before.__class__ or value != before):
                if since is None or births.get(id(container), _OLD)[0] <= since:
                    changed.append(container)
                if self._marks:
                    self._log.append((container, key, before))
                _set(container, key, value)
        return changed


_OLD: tuple[int, Container] = (0, {})
_BEFORE = object()
"""The value that an entry had before its alternatives."""


def _values_by_entry(alternatives: Sequence[Changes]) -> Iterator[tuple[Container, Any, list[Value]]]:
    """Yield the entries that alternatives changed, each with its values in their order.

    Where some of them did not change it, the value from before is among them once.
    """
    if len(alternatives) == 1:
        for container, key, value in alternatives[0].values():
            yield container, key, [value]
        return
    found: dict[tuple[int, Any], tuple[Container, Any, list[Value], list[int]]] = {}
    for number, each in enumerate(alternatives):
        for where, (container, key, value) in each.items():
            known = found.get(where)
            if known is None:
                known = found[where] = container, key, [_BEFORE] if number else [], [number]
            elif known[3][-1] < number - 1 and not any(value is _BEFORE for value in known[2]):
                known[2].append(_BEFORE)
            known[2].append(value)
            known[3][-1] = number
    last = len(alternatives) - 1
    for container, key, values, numbers in found.values():
        if numbers[-1] < last and not any(value is _BEFORE for value in values):
            values.append(_BEFORE)
        yield container, key, values


def _set(container: Container, key: Any, value: Value) -> None:  # noqa: ANN401 - any key of a dictionary
    if value is ABSENT:
        container.pop(key, None)
    else:
        container[key] = value
