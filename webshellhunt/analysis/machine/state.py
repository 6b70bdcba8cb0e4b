"""State: the variables and fields of a run, which branches change and join.

Everything that changes is an entry of a dictionary: a variable of a frame, a field of an object, an item of an array.
While a branch runs whose condition is not known, each change is written down, so that it can be taken back and joined
with that of the other branch. Where nothing is uncertain, nothing is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
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


class _Implied(NamedTuple):
    """An entry, its value where the branches joined, and its value in one part of them."""

    container: Container
    key: Any
    now: Value
    value: Value


_MOST_FLAGS = 2
_MOST_OF_FLAG = 32
"""Changes of branches of which the values by truth values are noted."""
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
        self._flags: dict[tuple[int, Any], tuple[Value, dict[bool, list[_Implied]]]] = {}
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
        done = self._log[mark:]
        for container, key, _ in done:
            where = id(container), key
            if where not in changes:
                changes[where] = Change(container, key, container.get(key, ABSENT))
        done.reverse()
        for container, key, value in done:
            if value is ABSENT:
                container.pop(key, None)
            else:
                container[key] = value
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
    ) -> Sequence[tuple[Container, Any]]:
        """Continue with the join of several branches; return the entries that changed in containers from before."""
        births = self._births
        changed: list[tuple[Container, Any]] = []
        flags: list[tuple[Container, Any]] = []
        befores: dict[tuple[int, Any], Value] = {}
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
                    changed.append((container, key))
                if self._marks:
                    self._log.append((container, key, before))
                _set(container, key, value)
                befores[id(container), key] = before
                if value.__class__ is Choice and all(each.__class__ is bool for each in value.options):
                    flags.append((container, key))
        for flag in flags[:_MOST_FLAGS]:
            self._note_flag(*flag, befores, alternatives)
        return changed

    def _note_flag(
        self,
        container: Container,
        key: Any,  # noqa: ANN401 - any key of a dictionary
        befores: dict[tuple[int, Any], Value],
        alternatives: Sequence[Changes],
    ) -> None:
        """Note the values that other entries have where a truth value is true, and where it is false."""
        if sum(map(len, alternatives)) > _MOST_OF_FLAG:
            return
        where = id(container), key
        sides: dict[bool, list[Changes]] = {True: [], False: []}
        for each in alternatives:
            value = each[where].value if where in each else befores[where]
            if value.__class__ is not bool:
                return
            sides[value].append(each)
        found: dict[bool, list[_Implied]] = {True: [], False: []}
        for other, entry, _ in _values_by_entry(alternatives):
            there = id(other), entry
            if there == where or there not in befores:
                continue
            for truth, changes in sides.items():
                values = [each[there].value if there in each else befores[there] for each in changes]
                if values and all(value is not ABSENT for value in values):
                    found[truth].append(_Implied(other, entry, other.get(entry, ABSENT), reduce(join, values)))
        self._flags[where] = container[key], found

    def implied(self, container: Container, key: Any, *, truth: bool) -> Sequence[_Implied]:  # noqa: ANN401
        """Return the values that other entries have where a variable is true, or false, since its branches joined."""
        known = self._flags.get((id(container), key))
        return known[1][truth] if known is not None and known[0] is container.get(key) else ()


_OLD: tuple[int, Container] = (0, {})
_BEFORE = object()
"""The value that an entry had before its alternatives."""


def _values_by_entry(alternatives: Sequence[Changes]) -> Iterator[tuple[Container, Any, list[Value]]]:
    """Yield the entries that alternatives changed, each with its values in their order.

    Where some of them did not change it, the value from before is among them once.
    """
    changing = [(number, each) for number, each in enumerate(alternatives) if each]
    if len(changing) <= 1:
        is_only = len(alternatives) == 1
        for number, each in changing:
            for container, key, value in each.values():
                yield container, key, [value] if is_only else [_BEFORE, value] if number else [value, _BEFORE]
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
