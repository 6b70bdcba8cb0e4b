"""Facts: the knowledge of the answer of a condition about places, and how it is applied to a state."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from webshellhunt.core.conversions import FailError
from webshellhunt.core.heap import put_at as _put
from webshellhunt.core.heap import value_at as _get
from webshellhunt.core.letters import ALL, OTHERS, form_of, is_letter, letters_of, letters_written
from webshellhunt.core.text import narrowed_to
from webshellhunt.core.values import (
    KNOWN,
    MISSING,
    TRUTH,
    Argument,
    Fact,
    Measure,
    OneOf,
    Sign,
    Some,
    Truth,
    Value,
    choice,
    is_of_server,
    labels_of,
    options,
    same,
    type_of,
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
        """Return a value of the place as the comparison sees it, ``MISSING`` where a function of it surely fails."""
        try:
            for each in self.seen:
                if value.__class__ not in KNOWN:
                    break
                value = each(value)
        except (FailError, ValueError, TypeError, OverflowError):
            return MISSING
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
        _narrow(kept, relation if index == 0 else _TURNED.get(relation, relation), now, other, is_place=key is not None)
        for facts, values in zip((yes, no), kept, strict=True):
            if values and not same(then := choice(values), now):
                if key is not None:
                    facts.append((key, now, then))
                if now.__class__ is OneOf and now.told:
                    facts += _told_of(now, values)
    return Truth(tuple(yes), tuple(no)) if yes or no else TRUTH


def _narrow(kept: tuple[list[Any], list[Any]], relation: str, now: Value, other: Value, *, is_place: bool) -> None:
    """Keep the part of a value that a comparison leaves: equal ones, that of the server, the letters of a range."""
    letter = other
    if other.__class__ is int and 0 <= other < ord(OTHERS) and now.__class__ is Some and is_one(now):
        letter = chr(other)  # its code is compared
    if relation in ("eq", "ne"):
        equal = kept[relation == "ne"]
        if _is_known(other):
            same_as = other if type_of(now) == "number" else letter
            is_open = any(each.__class__ not in KNOWN for each in equal)
            equal[:] = [each for each in equal if each.__class__ in KNOWN] + [same_as] * is_open
        elif is_of_server(other) and not is_of_server(now):
            equal[:] = [other]
    elif is_place and relation in _HOLDS and now.__class__ is Some and is_one(now):
        kept[0][:], kept[1][:] = _bounded(now, letter, relation)


def _kept(
    now: Value, other: Value, answer: Callable[[Any, Any], Any], side: Side | None, *, is_first: bool
) -> tuple[list[Any], list[Any]]:
    """Return the options of a value for which a comparison may be true, and those for which it may be false."""
    kept: tuple[list[Any], list[Any]] = ([], [])
    for each in options(now):
        shown = each if side is None else side.shown(each)
        found = shown if shown is MISSING else (answer(shown, other) if is_first else answer(other, shown))
        if found is not False:
            kept[0].append(each)
        if found is not True:
            kept[1].append(each)
    return kept


_HOLDS: dict[str, Callable[[str, str], bool]] = {
    "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt,
}  # fmt: skip
_TURNED = {"ge": "le", "gt": "lt", "le": "ge", "lt": "gt"}


def is_one(value: Some) -> bool:
    """True for a value that is one letter, or its code."""
    return value.type == "char" or is_letter(value.form) or bool(value.type == "number" and value.codes)


def _bounded(now: Some, other: Value, relation: str) -> tuple[list[Any], list[Any]]:
    """Return a letter that is not known where a comparison with a known one is true, and where it is false."""
    if not isinstance(other, str) or len(other) != 1 or other >= OTHERS:
        return [now], [now]
    yes = frozenset(each for each in ALL if _HOLDS[relation](each, other))
    return [narrowed_to(now, yes)], [narrowed_to(now, ALL - yes)]


class Turns:
    """The turns of a loop over the letters of a text, for what its end says of the text (`ir.Turns`)."""

    __slots__ = ("_flags", "_letters", "_text")

    def __init__(self, text: Side, letters: list[Side], flags: list[tuple[Side, bool]]) -> None:
        self._text = text
        self._letters = letters
        self._flags = flags

    def passed(self, f: list[Any], slot: int) -> tuple[Fact, ...]:
        """Note the letters as the last turn left them; return the facts about the text, and flags with them.

        The iterator in the register has the text, and the characters that letters of all turns may be: whatever the
        flags are, and for each flag where it has its answer.
        """
        it, key = f[slot], self._text.key(f)
        if it.__class__ is not tuple or it[0] != "any" or it[2] is None or key is None:
            return ()
        now, seen = it[2] or (_get(f, key), None)
        if it[2]:
            turn = self._left_by_turn(f)
            seen = turn if seen is None else tuple(map(operator.or_, seen, turn))
        f[slot] = ("any", it[1], (now, seen))
        if now is not _get(f, key) or not labels_of(now) or type_of(now) not in ("", "text"):
            return ()
        always, *flagged = seen or (frozenset[str](),)
        found = [(key, now, narrowed_to(now, always))] if form_of(always) else []
        for (side, answer), letters in zip(self._flags, flagged, strict=False):
            flag = value_of(f, side)
            if flag.__class__ is Truth and form_of(letters):
                told = ((key, now, narrowed_to(now, letters)),)
                then = Truth(flag.yes + told, flag.no) if answer else Truth(flag.yes, flag.no + told)
                found.append((side.key(f), flag, then))
        return tuple(found)

    def _left_by_turn(self, f: list[Any]) -> tuple[frozenset[str], ...]:
        """Return the characters that the letter of a turn may be: in any case, and where each flag has its answer."""
        always, values = ALL, [(side.key(f), value_of(f, side)) for side in self._letters]
        for _, value in values:
            always &= _letters_of(value)
        found = [always]
        for side, answer in self._flags:
            flag, letters = value_of(f, side), always
            if flag.__class__ is bool:
                letters = always if flag is answer else frozenset()
            for key, now, then in (flag.yes if answer else flag.no) if flag.__class__ is Truth else ():
                if any(key == place and now is value for place, value in values):
                    letters &= _letters_of(then)
            found.append(letters)
        return tuple(found)


def _letters_of(value: Value) -> frozenset[str]:
    """Return the characters that a letter, or its code, may be."""
    if value.__class__ is OneOf:
        return frozenset[str]().union(*map(_letters_of, value.options))
    if value.__class__ is int:
        return frozenset(chr(value)) if 0 <= value < ord(OTHERS) else ALL
    if value.__class__ is Some:
        return letters_of(value.form)
    return letters_written(value) if isinstance(value, str) and len(value) == 1 else ALL


def value_of(f: list[Any], side: Side) -> Value:
    """Return the value of the place of a side of a comparison."""
    key = side.key(f)
    return MISSING if key is None else _get(f, key)


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
    place: Callable[[list[Any], int, Any], tuple[Any, Any] | None],
) -> Value:
    """Return the result of a procedure, a truth value or a choice, with its facts about parameters as those of places.

    ``place`` gives the key and the value of the place whose value is that of a parameter at the end, if there is one.
    """

    def over(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        found: list[Fact] = []
        for key, now, then in facts:
            if key.__class__ is not int:
                found.append((key, now, then))
            elif (read := place(f, key - 4, now)) is not None:
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
    if value.__class__ is Measure and value.told is not TRUTH:
        return replace(value, told=outside(value.told))
    if value.__class__ is Sign:
        return Sign(outside(value.equal))
    if value.__class__ is not Truth or not (value.yes or value.no):
        return value
    yes, no = (tuple(each for each in facts if each[0].__class__ is not int) for facts in (value.yes, value.no))
    return Truth(yes, no) if yes or no else TRUTH


def apply(
    f: list[Any], facts: tuple[Fact, ...], copies: Mapping[Any, Iterable[Any]] = MappingProxyType({})
) -> list[tuple[Any, Any]]:
    """Write the values of facts where a place still has the value that they are about; return the values before.

    Of an object that stands for many, nothing is said by the entries of one of them. ``copies`` are the variables that
    may be copies of a place: their values are noted as such.
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
            for other in copies.get(key, ()):
                of = _get(f, other)
                if (id(value), id(of)) in f[1].copies:
                    told = narrowed_to(of, letters_of(then.form)) if then.__class__ is Some else then
                    note_copies(f, then, told)
                    before.append((other, of))
                    _put(f, other, told)
            before.append((key, value))
            _put(f, key, then)
    return before


def note_copies(f: list[Any], value: Value, other: Value) -> None:
    """Note that two objects are the same text, but for letter case and blanks."""
    if value.__class__ is other.__class__ is Some:
        f[1].copies[id(value), id(other)] = f[1].copies[id(other), id(value)] = value, other


def restore(f: list[Any], before: list[tuple[Any, Any]]) -> None:
    """Undo `apply`."""
    for key, value in reversed(before):
        _put(f, key, value)
