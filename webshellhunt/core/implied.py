"""Knowledge of a truth value of two joined states: values of other places where it is true, and where it is false."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from webshellhunt.core.values import (
    EMPTY,
    MISSING,
    Argument,
    Empty,
    Fact,
    OneOf,
    Some,
    Truth,
    Value,
    choice,
    options,
    same,
)

_MOST = 32
"""Facts of one answer."""
_LONGEST_MARK = 16
_MOST_TOLD = 8
Difference = tuple[Any, Any, Any]
"""The key of a place, its value in the first state, and in the second."""


def is_flag(value: Value) -> bool:
    """True for a truth value, known or not, and for a variable that has none yet, which is as good as false."""
    return value is True or value is False or value is EMPTY or value.__class__ is Truth


def implied(
    x: Value,
    y: Value,
    key: Value,
    changed: Iterable[Difference],
    now: Callable[[Any], Any],
    join: Callable[[Any, Any], Any],
) -> Truth:
    """Return the join of two truth values of one place, with the facts of its answers about other places.

    ``changed`` are the places that differ between the states, ``now`` gives the value that one has after the join.
    """
    places: dict[Any, tuple[Any, Any]] = {k: (p, q) for k, p, q in changed if k != key}
    for flag in (x, y):
        if flag.__class__ is Truth:
            for k, value, _ in (*flag.yes, *flag.no):
                if k.__class__ is not Argument:  # nobody says which place that is
                    places.setdefault(k, (value, value))
    yes = _facts(places, (x, y), True, now, join)
    no = _facts(places, (x, y), False, now, join)
    return Truth(tuple(yes), tuple(no))


def is_mark(value: Value) -> bool:
    """True for a value that code may use as a flag: a number or a short word, or a choice of those that tells more."""
    kind = value.__class__
    if kind is str:
        return len(value) <= _LONGEST_MARK
    return kind is int or kind is Empty or (kind is OneOf and bool(value.told))


def is_marking(value: Value) -> bool:
    """True for a mark, a number that is not known, and a choice of those: what a search gives as its result."""
    return all(is_mark(each) or (each.__class__ is Some and each.type == "number") for each in options(value))


def implied_choice(
    x: Value, y: Value, key: Value, changed: Iterable[Difference], joined: OneOf, now: Callable[[Any], Any]
) -> OneOf:
    """Return the join of two known values of one place, with the facts of each of them about other places."""
    places = [(k, now(k), (p, q)) for k, p, q in changed if k != key]
    places = [each for each in places if not (each[1] is MISSING or is_flag(each[1]) or is_mark(each[1]))]
    told = []
    for option in joined.options if places else ():
        facts: list[Fact] = []
        possible = [index for index, value in enumerate((x, y)) if any(same(each, option) for each in options(value))]
        for place, current, values in places if possible else ():
            then = choice([_told((x, y)[index], option, place, values[index]) for index in possible])
            if not same(then, current):
                facts.append((place, current, then))
        told.append(tuple(facts[:_MOST_TOLD]))
    return OneOf(joined.options, tuple(told)) if any(told) else joined


def _told(value: Value, option: Value, place: Value, there: Value) -> Value:
    """Return the value of a place in a state where another one has an option."""
    if value.__class__ is OneOf and value.told:
        for each, facts in zip(value.options, value.told, strict=True):
            if same(each, option):
                return next((then for key, now, then in facts if key == place and same(now, there)), there)
    return there


def _facts(
    places: dict[Any, tuple[Any, Any]],
    flags: tuple[Any, Any],
    answer: bool,
    now: Callable[[Any], Any],
    join: Callable[[Any, Any], Any],
) -> Iterator[Fact]:
    """Yield the facts about places where a flag has an answer: their values in the states in which it may have it."""
    possible = [index for index, flag in enumerate(flags) if flag.__class__ is Truth or bool(flag) is answer]
    count = 0
    for key, values in places.items():
        current = now(key)
        if is_flag(current) or current is MISSING:
            continue
        then, is_told = MISSING, len(possible) < len(flags) or values[0] is values[1]
        found = [_value(flags[index], key, values[index], answer) for index in possible]
        if not is_told and found[0] is values[0] and found[1] is values[1]:
            continue  # its value now is the join of these
        for value in found:
            then = value if then is MISSING else join(then, value)
        if then is not MISSING and not same(then, current):
            yield key, current, then
            count += 1
            if count == _MOST:
                return


def _value(flag: Value, key: Value, value: Value, answer: bool) -> Value:
    """Return the value of a place in one state where a flag has an answer."""
    if flag.__class__ is Truth:
        for k, now, then in flag.yes if answer else flag.no:
            if k == key and same(now, value):
                return then
    return value
