"""Facts: the knowledge of the answer of a condition about places, and how it is applied to a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from webshellhunt.core.heap import put_at as _put
from webshellhunt.core.heap import value_at as _get
from webshellhunt.core.values import (
    KNOWN,
    MISSING,
    NONE,
    TRUTH,
    Argument,
    Char,
    Fact,
    Measure,
    OneOf,
    Sign,
    Some,
    Truth,
    Value,
    choice,
    join,
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
        if key is not None and relation in _BOUNDS and now.__class__ is Some and now.type == "char":
            kept = _bounded(now, other, relation if index == 0 else _TURNED[relation])
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


_BOUNDS = {"ge": ("from", 0, -1), "gt": ("from", 1, 0), "le": ("to", 0, 1), "lt": ("to", -1, 0)}
"""The form of a letter that a comparison is true for, with the distance of its bound, and of that where it is false."""
_TURNED = {"ge": "le", "gt": "lt", "le": "ge", "lt": "gt"}


def _bounded(now: Some, other: Value, relation: str) -> tuple[list[Any], list[Any]]:
    """Return a letter that is not known where a comparison with a known one is true, and where it is false."""
    if other.__class__ is not Char:
        return [now], [now]
    word, yes, no = _BOUNDS[relation]
    return [_within(now, word, ord(other) + yes)], [_within(now, "to" if word == "from" else "from", ord(other) + no)]


def _within(letter: Some, word: str, bound: int) -> Value:
    """Return a letter with one more bound; between two of digits, it is a digit."""
    before, _, other = letter.form.partition(" ")
    if {before, word} != {"from", "to"}:
        return replace(letter, form=f"{word} {bound}")
    low, high = sorted((bound, int(other)))
    if form := letters_form(map(chr, range(low, min(high, low + _MOST_LETTERS) + 1))):
        is_plain = form == "digits"
        return Some("char", NONE, letter.labels | letter.codes, form) if is_plain else replace(letter, form=form)
    return letter


_MOST_LETTERS = 64


def letters_form(letters: Iterable[str]) -> str:
    """Return the form of a text of some letters: digits, or those of a name; none for others."""
    text = "".join(letters)
    return "digits" if text.isdecimal() else "name-only" if text.isalnum() else ""


def letters_passed(f: list[Any], slot: int, text: Side, letter: Side) -> tuple[Fact, ...]:
    """Note the last letter of a loop over those of a text, as its turn left it; return what they say of all of it.

    The iterator has the text, and one value for the letters of all turns.
    """
    it, key, variable = f[slot], text.key(f), letter.key(f)
    if it.__class__ is not tuple or it[0] != "any" or it[2] is None or key is None or variable is None:
        return ()
    now, seen = it[2] or (_get(f, key), None)
    if it[2]:
        last = _get(f, variable)
        seen = last if seen is None else join(seen, last)
    f[slot] = ("any", it[1], (now, seen))
    letters = () if seen is None else options(seen)
    forms = {each.form if each.__class__ is Some else letters_form(str(each)) for each in letters}
    if now is not _get(f, key) or not labels_of(now) or type_of(now) != "text" or not forms <= _OF_LETTERS:
        return ()
    return ((key, now, formed(now, "digits" if forms <= {"digits"} else "name-only")),)


_OF_LETTERS = frozenset({"digits", "name-only"})


def formed(value: Value, form: str) -> Some:
    """Return a text of which nothing is known but its form and whose it is; the letters of digits nobody chooses."""
    labels = labels_of(value)
    if form != "digits":
        return Some("text", labels, NONE, form)
    return Some("text", NONE, labels.union(*(each.codes for each in options(value) if each.__class__ is Some)), form)


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
