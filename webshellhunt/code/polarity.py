"""Polarity: whether a condition holds for what it compares a text with, or for everything else; and what it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.code.unit import Unit

_PARTING = frozenset({"and", "or", "andalso", "orelse", "&&", "||"})
_UNEQUAL = frozenset({"<>", "!=", "!=="})
_EQUAL = frozenset({"=", "==", "===", "<", "<=", "is"})
_TURNING = frozenset({"not", "isnot", "false", "xor", "eqv"})
_COMPARING = frozenset({"strcomp", "compare", "compareordinal", "compareto", "localecompare"})
"""What says with a zero that two texts are equal."""

ENDS_OF_LOOPS = frozenset({"break", "goto", "for", "do"})
"""What leaves a loop only, which ends a search in a list; in VB behind ``Exit``."""
_ENDS = frozenset({"return", "exit", "end", "throw", "goto", "break", "continue", "redirect", "transfer"})
_BLOCKS = frozenset({"if", "select", "with", "while"})


def iter_endings(lower: Sequence[str], start: int, end: int) -> Iterator[str]:
    """Yield the words of a range that end something, but no block."""
    for word, following in zip(lower[start:end], [*lower[start + 1 : end + 1], ""], strict=False):
        if word in _ENDS and not (word == "end" and following in _BLOCKS):
            yield following if word == "exit" and following in ENDS_OF_LOOPS else word


def iter_clauses(lower: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the clauses of a condition, the ranges between ``And`` and ``Or`` at any depth."""
    for at in range(start, end):
        if lower[at] in _PARTING:
            yield start, at
            start = at + 1
    yield start, end


def is_turned(unit: Unit, lower: Sequence[str], clause: tuple[int, int], condition: tuple[int, int]) -> bool:
    """Return True if a clause of a condition asks that a comparison fails: ``Not a = b``, ``a <> b``, ``x < 0``."""
    start, end = clause
    signs = _turns(unit, lower, start, end)
    for at in range(condition[0], start):
        signs += _negates(unit, lower, at) and unit.match.get(at + 1, at) > start
    return signs % 2 == 1


def has_turn(unit: Unit, lower: Sequence[str], start: int, end: int) -> bool:
    """Return True if something in a range turns what holds into what doesn't."""
    return _turns(unit, lower, start, end) > 0


def _turns(unit: Unit, lower: Sequence[str], start: int, end: int) -> int:
    return sum(_turns_at(unit, lower, at) for at in range(start, end)) + (not _COMPARING.isdisjoint(lower[start:end]))


def _turns_at(unit: Unit, lower: Sequence[str], at: int) -> bool:
    word, is_nought = lower[at], _is_nought(lower, at + 1)
    if word in _UNEQUAL:
        return not is_nought
    return word in _TURNING or _negates(unit, lower, at) or (word in _EQUAL and is_nought)


def _negates(unit: Unit, lower: Sequence[str], at: int) -> bool:
    return lower[at] == "not" or (lower[at] == "!" and not unit.is_vb)


def _is_nought(lower: Sequence[str], at: int) -> bool:
    """Return True at the number that a search returns where it finds nothing; ``< 1`` says the same."""
    following = lower[at : at + 2]
    return following[:1] == ["0"] or following == ["-", "1"] or (following[:1] == ["1"] and lower[at - 1] == "<")
