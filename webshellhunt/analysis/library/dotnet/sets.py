"""Queries over two collections, and those that put items into groups.

Source: System.Linq.Enumerable of .NET.
"""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import UNKNOWN, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, is_function
from webshellhunt.analysis.library.containers import put_entry
from webshellhunt.analysis.library.equality import equals
from webshellhunt.analysis.library.sequences import Row, mapped, row_of, thing_of


def concat(_: Runner, row: Row, a: list[Value], __: int) -> Value:
    """Return the items of two collections."""
    other = row_of(a[0])
    front = len(row.items) + other.front if row.is_exact else row.front
    return thing_of(Row([*row.items, *other.items], row.is_exact and other.is_exact, front))


def _unlike(row: Row, others: list[Value], *, keeps: bool) -> Row:
    """Return the items that are, or are not, among others, each once."""
    items: list[Value] = []
    is_exact = row.is_exact and all(map(is_known, [*row.items, *others]))
    for item in row.items:
        is_there = any(equals(item, each) for each in others)
        if (not is_exact or is_there is keeps) and not any(equals(item, each) for each in items):
            items.append(item)
    return Row(items, is_exact)


def distinct(machine: Runner, row: Row, _: list[Value], __: int) -> Value:
    """Return the items, each once."""
    machine.spend(len(row.items) ** 2 // 64)
    return thing_of(_unlike(row, [], keeps=False))


def without(machine: Runner, row: Row, a: list[Value], _: int) -> Value:
    """Return the items that are not in another collection."""
    other = row_of(a[0])
    if not other.is_exact:
        return thing_of(Row(row.items, is_exact=False))
    machine.spend(len(row.items) * len(other.items) // 64)
    return thing_of(_unlike(row, other.items, keeps=False))


def intersect(machine: Runner, row: Row, a: list[Value], _: int) -> Value:
    """Return the items that are in another collection, too."""
    other = row_of(a[0])
    if not other.is_exact or not row.is_exact:  # equal items are either one's
        known = next((each.items for each in (row, other) if all(map(is_known, each.items))), row.items)
        return thing_of(Row(known, is_exact=False))
    machine.spend(len(row.items) * len(other.items) // 64)
    return thing_of(_unlike(row, other.items, keeps=True))


def union(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    """Return the items of two collections, each once."""
    return distinct(machine, row_of(concat(machine, row, a, token)), [], token)


def group_by(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    """Return the items in groups by a key."""
    keys = mapped(machine, row, a[0], token)
    values = mapped(machine, row, a[1], token) if len(a) > 1 and is_function(a[1]) else row
    if not row.is_exact or not all(map(is_known, keys.items)):
        group = thing_of(Row(values.items, is_exact=False), "grouping")
        group.fields["key"] = choice(keys.items or [UNKNOWN])
        return thing_of(Row([group], is_exact=False))
    groups: dict[Value, list[Value]] = {}
    for key, value in zip(keys.items, values.items, strict=True):
        groups.setdefault(key, []).append(value)
    things: list[Value] = [thing_of(Row(items), "grouping") for items in groups.values()]
    for key, thing in zip(groups, things, strict=True):
        thing.fields["key"] = key
    return thing_of(Row(things))


def joined(*, in_groups: bool) -> Callable[[Runner, Row, list[Value], int], Value]:
    """Return ``Join`` of two collections by their keys, or ``GroupJoin``."""

    def join(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
        other = row_of(a[0])
        machine.spend(len(row.items) * len(other.items) // 64)
        keys = mapped(machine, other, a[2], token).items
        is_exact = row.is_exact
        results: list[Value] = []
        for item, key in zip(row.items, mapped(machine, row, a[1], token).items, strict=True):
            answers = [equals(key, each) for each in keys]
            met = [each for each, answer in zip(other.items, answers, strict=True) if answer is not False]
            group = Row(met, other.is_exact and None not in answers)
            is_exact = is_exact and (in_groups or group.is_exact)
            partners = [thing_of(group)] if in_groups else met
            results.extend(machine.call(a[3], [item, each], token) for each in partners)
        return thing_of(Row(results, is_exact))

    return join


def to_dictionary(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    """Return a dictionary of the items by a key."""
    thing = Thing("dictionary")
    keys = mapped(machine, row, a[0], token)
    values = mapped(machine, row, a[1], token) if len(a) > 1 and is_function(a[1]) else row
    for key, value in zip(keys.items, values.items, strict=True):
        put_entry(machine, thing, key if row.is_exact else UNKNOWN, value)
    return thing


def equal(_: Runner, row: Row, a: list[Value], __: int) -> Value:
    """Return if two collections have the same items in the same order."""
    other = row_of(a[0])
    if not (row.is_exact and other.is_exact):
        return BOOLEAN
    if len(row.items) != len(other.items):
        return False
    answers = [equals(one, two) for one, two in zip(row.items, other.items, strict=True)]
    return False if False in answers else BOOLEAN if None in answers else True


def zip_with(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    """``one.Zip(other, result)``: a result for the items of two collections at each place."""
    other = row_of(a[0])
    if len(a) < 2:
        raise UnsolvedError
    front = min(row.known, other.known)
    found = [machine.call(a[1], [one, two], token) for one, two in zip(row.items[:front], other.items, strict=False)]
    if (row.is_exact and front == row.known) or (other.is_exact and front == other.known):
        return thing_of(Row(found))
    machine.state.open()
    found.append(machine.call(a[1], [Row(row.items[front:]).any, Row(other.items[front:]).any], token))
    machine.state.merge([{}, machine.state.undo()])
    return thing_of(Row(found, False, front))
