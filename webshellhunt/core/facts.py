"""Facts: the knowledge of the answer of a condition about places, and how it is applied to a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from webshellhunt.core.heap import put_at as _put
from webshellhunt.core.heap import value_at as _get
from webshellhunt.core.values import (
    KNOWN,
    MISSING,
    TRUTH,
    Argument,
    Fact,
    Measure,
    OneOf,
    Sign,
    Truth,
    Value,
    choice,
    options,
    same,
)

Key = Callable[[list[Any]], Any]
"""Finds the key of a place in a state, ``None`` if it has none."""


class Side:
    """One side of a comparison: the place that it reads, and the functions through which it is seen."""

    __slots__ = ("key", "seen")

    def __init__(self, key: Key, seen: tuple[Callable[[Any], Any], ...] = ()) -> None:
        self.key: Key
        self.seen: tuple[Callable[[Any], Any], ...]
        self.key, self.seen = key, seen

    def shown(self, value: Value) -> Value:
        """Return a value of the place as the comparison sees it."""
        for each in self.seen:
            if value.__class__ not in KNOWN:
                return value
            value = each(value)
        return value


def comparison_facts(
    f: list[Any], relation: str, answer: Callable[[Any, Any], Any], sides: tuple[tuple[Side | None, Any], ...]
) -> Truth:
    """Return the truth value of a comparison that is not decided: each side keeps the values that go with the answer.

    ``sides`` are the place and the value of the left side and of the right one; ``answer`` compares two values.
    """
    yes: list[Fact] = []
    no: list[Fact] = []
    for index, (side, value) in enumerate(sides):
        key = side.key(f) if side is not None else None
        if key is None and not tells(value):
            continue
        now, other = value if key is None else _get(f, key), sides[1 - index][1]
        kept = _kept(now, other, answer, side if key is not None else None, is_first=index == 0)
        if relation in ("eq", "ne") and _is_known(other):
            equal = kept[relation == "ne"]
            unknown = [other] if any(x.__class__ not in KNOWN for x in equal) else []
            equal[:] = [x for x in equal if x.__class__ in KNOWN] + unknown
        for facts, values in zip((yes, no), kept, strict=True):
            if values and not same(then := choice(values), now):
                if key is not None:
                    facts.append((key, now, then))
                if now.__class__ is OneOf and now.told:
                    facts += _told_of(now, values)
    return Truth(tuple(yes), tuple(no)) if yes or no else TRUTH


def _kept(
    now: Value, other: Value, answer: Callable[[Any, Any], Any], side: Side | None, *, is_first: bool
) -> tuple[list[Any], list[Any]]:
    """Return the options of a value for which a comparison may be true, and those for which it may be false."""
    kept: tuple[list[Any], list[Any]] = ([], [])
    for each in options(now):
        shown = each if side is None else side.shown(each)
        found = each if each is MISSING else (answer(shown, other) if is_first else answer(other, shown))
        if found is not False:
            kept[0].append(each)
        if found is not True:
            kept[1].append(each)
    return kept


def tells(value: Value) -> bool:
    """True for a choice that tells of other places."""
    return value.__class__ is OneOf and bool(value.told)


def _told_of(value: OneOf, kept: list[Any]) -> list[Fact]:
    """Return the facts about other places by all options that are left."""
    told = [facts for each, facts in zip(value.options, value.told, strict=True) if any(same(each, x) for x in kept)]
    if len(told) < len(kept):
        return []
    first, *others = ({key: (now, then) for key, now, then in facts} for facts in told)
    found: list[Fact] = []
    for key, (now, then) in first.items():
        if all(key in each for each in others):
            found.append((key, now, choice([then, *(each[key][1] for each in others)])))
    return found


def _is_known(value: Value) -> bool:
    return all(each.__class__ in KNOWN for each in options(value))


def about_arguments(
    f: list[Any],
    truth: Value,
    place: Callable[[list[Any], int], tuple[Any, Any] | None],
    unchanged: Callable[[int], bool],
) -> Value:
    """Return the result of a procedure, a truth value or a choice, with its facts about parameters as those of places.

    ``place`` gives the key and the value of the place that an argument reads; ``unchanged`` whether a parameter has its
    first value at the end.
    """

    def over(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        found: list[Fact] = []
        for key, now, then in facts:
            if key.__class__ is not int:
                found.append((key, now, then))
            elif unchanged(key) and (read := place(f, key - 4)) is not None:
                found.append((*read, then))
        return tuple(found)

    if truth.__class__ is OneOf:
        return OneOf(truth.options, tuple(map(over, truth.told)))
    return Truth(over(truth.yes), over(truth.no))


def outside(value: Value) -> Value:
    """Return a value for another frame or the heap: its facts about registers of this frame means nothing there."""
    if value.__class__ is OneOf:
        told = tuple(tuple(each for each in facts if each[0].__class__ is not int) for facts in value.told)
        return OneOf(value.options, told) if told != value.told else value
    if value.__class__ is Measure and value.facts:
        return replace(value, facts=tuple(each for each in value.facts if each[0].__class__ is not int))
    if value.__class__ is Sign:
        return Sign(outside(value.equal))
    if value.__class__ is not Truth or not (value.yes or value.no):
        return value
    yes, no = (tuple(each for each in facts if each[0].__class__ is not int) for facts in (value.yes, value.no))
    return Truth(yes, no) if yes or no else TRUTH


def apply(f: list[Any], facts: tuple[Fact, ...]) -> list[tuple[Any, Any]]:
    """Write the values of facts where a place still has the value that they are about; return the values before.

    Of an object that stands for many, nothing is said by the entries of one of them.
    """
    before = []
    for key, now, then in facts:
        if key.__class__ is int:
            if key >= len(f):
                continue
        elif key.__class__ is Argument or key[0] in f[0].weak or key[0] not in f[0].t:
            continue
        value = _get(f, key)
        if same(value, now):
            before.append((key, value))
            _put(f, key, then)
    return before


def restore(f: list[Any], before: list[tuple[Any, Any]]) -> None:
    """Undo `apply`."""
    for key, value in reversed(before):
        _put(f, key, value)
