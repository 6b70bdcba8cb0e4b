"""Sequences: the items of a collection in order, or, where not all are known apart, the values that they may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from webshellhunt.analysis.domain.arrays import MAX_ITEMS, array_of, front_of, inner_of, iter_values, known_items
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import FRONT, REST, UNKNOWN, Closure, Thing, Value
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError
from webshellhunt.analysis.library.containers import DICTIONARIES, are_comparable, sort_key
from webshellhunt.analysis.library.dotnet.dictionaries import pairs_of
from webshellhunt.analysis.library.dotnet.texts import characters

_LAST_FIRST = frozenset({"stack", "concurrentstack"})
_MOST_PARAMETERS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """Items; unless ``is_exact``, any number of them may be missing or occur several times, but for those in ``front``.

    ``front`` is the number of items at the beginning that are known apart though the others are not.
    """

    items: list[Value]
    is_exact: bool = True
    front: int = 0

    @property
    def any(self) -> Value:
        """The join of the items."""
        return choice(self.items or [UNKNOWN])

    @property
    def known(self) -> int:
        """How many items at the beginning are known apart."""
        return len(self.items) if self.is_exact else self.front

    def exact(self) -> list[Value]:
        """Return the items.

        Raises:
            UnsolvedError: Not all of them are known apart.
        """
        if not self.is_exact:
            raise UnsolvedError
        return self.items


def row_of(value: Value) -> Row:
    """Return the items of a value."""
    value = inner_of(value)
    if isinstance(value, str):
        return Row(characters(value))
    if isinstance(value, (bytes, bytearray)):
        if len(value) > MAX_ITEMS:
            raise UnsolvedError
        return Row(list(value))
    if value.__class__ is not Thing:
        if value is None:
            raise UnsolvedError
        return Row([derived([value])], is_exact=False)
    if value.type in DICTIONARIES:
        return Row(pairs_of(value), REST not in value.fields)
    items = known_items(value)
    if items is None:
        front = front_of(value) if value.type not in _LAST_FIRST else 0
        first = [value.fields[at] for at in range(front)]
        return Row([*first, *iter_values(value, front)], False, front)
    return Row(items[::-1] if value.type in _LAST_FIRST else items)


def thing_of(row: Row, type: str = "array") -> Thing:  # noqa: A002 - the word of the field
    """Return a collection of the items of a row."""
    if len(row.items) > MAX_ITEMS:
        raise UnsolvedError
    if row.is_exact:
        return array_of(row.items, type)
    front = row.front if type not in _LAST_FIRST else 0
    rest = Row(row.items[front:]).any
    return Thing(
        type, fields={**dict(enumerate(row.items[:front])), FRONT: front, REST: rest} if front else {REST: rest}
    )


def call_with(machine: Runner, callee: Value, arguments: Sequence[Value], token: int) -> Value:
    """Call a function with as many arguments as it has parameters, one at least."""
    count = 1
    if callee.__class__ is Closure:
        count = max(min(len(callee.function.parameters), _MOST_PARAMETERS), 1)
    return machine.call(callee, [*arguments[:count]], token)


def mapped(machine: Runner, row: Row, callee: Value, token: int, whole: Value = UNKNOWN) -> Row:
    """Return the results of a function for each item."""
    found: list[Value] = []
    for at, item in enumerate(row.items):
        machine.spend(1)
        if at < row.known:
            found.append(call_with(machine, callee, [item, at, whole], token))
            continue
        machine.state.open()
        found.append(call_with(machine, callee, [item, UNKNOWN, whole], token))
        machine.state.merge([{}, machine.state.undo()])
    return Row(found, row.is_exact, row.front)


def tested(machine: Runner, row: Row, callee: Value, token: int) -> list[bool | None]:
    """Return for each item if a predicate is true for it, ``None`` where that is not known."""
    return [truth_of(each, machine.language) for each in mapped(machine, row, callee, token).items]


def filtered(machine: Runner, row: Row, callee: Value, token: int) -> Row:
    """Return the items for which a predicate is true, or may be."""
    answers = tested(machine, row, callee, token)
    items = [
        machine.chosen(callee, item, holds=True) if answer is None else item
        for item, answer in zip(row.items, answers, strict=True)
        if answer is not False
    ]
    front = answers[: row.known]
    sure = front[: front.index(None)] if None in front else front
    return Row(items, row.is_exact and None not in answers, sure.count(True))


def any_of(answers: Iterable[bool | None], *, is_exact: bool) -> Value:
    """Return if one of several answers is true."""
    answers = [*answers]
    if is_exact and True in answers:
        return True
    return BOOLEAN if not is_exact or None in answers else False


def folded(machine: Runner, start: Value, items: Row, callee: Value, token: int) -> Value:
    """Return the result of a function that is called with its last result and each item in turn."""
    value = start
    for item in items.exact():
        machine.spend(1)
        value = machine.call(callee, [value, item], token)
    return value


def ordered(keys: Sequence[Value], *, falls: bool = False) -> list[int]:
    """Return the positions of some keys in their order; where it ``falls``, from the largest to the smallest.

    Raises:
        UnsolvedError: They can not be compared.
    """
    if not are_comparable(keys):
        raise UnsolvedError
    return sorted(range(len(keys)), key=lambda at: sort_key(keys[at]), reverse=falls)
