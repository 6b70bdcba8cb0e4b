"""Pieces: expressions of C# and JScript that only an evaluation reads, since functions that are values stand in them.

``names.Select(c => (char)(c - 1))``, ``new Dictionary<A, B> {…}``, ``x switch {…}``; each as large as it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from webshellhunt.code.declarations import behind_type_arguments
from webshellhunt.code.evaluation.nodes import FAILURES, Node
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, OP

_SIGNS = {"c#": frozenset({"=>", "switch", "new"}), "jscript": frozenset({"function", "{"})}
_BEFORE_OBJECT = frozenset({"=", "(", ","})
_BEHIND = frozenset({",", ";", ":"})
_BEFORE = _BEHIND | {"=", "+=", "=>", "{", "}", "?"}
_ENDING_WORDS = frozenset({"return", "in", "case", "var"})
_LONGEST = 20_000  # tokens
_MOST_LEVELS = 8
_MOST_TOKENS = 100_000
"""Tokens that are looked at in one unit, those of each level of brackets again."""

Read = Callable[[int, int], Node]


def iter_pieces(unit: Unit, read: Read) -> Iterator[tuple[int, int, Node]]:
    """Yield where each such expression starts and ends, with its node; ``read`` compiles a range."""
    bodies = {function.start for function in unit.functions}
    reached, left = 0, _MOST_TOKENS
    openers: list[int] = []
    for index in unit.tokens.indexes_of(_SIGNS[unit.language]):
        if index < reached or not _begins(unit, index, bodies):
            continue
        openers = openers or _openers(unit)
        found, cost = _largest(unit, index, openers, read, left)
        left -= cost
        if left < 0:
            return
        if found is not None:
            reached = found[1]
            yield found


def _begins(unit: Unit, index: int, bodies: set[int]) -> bool:
    """Tell whether a token is a sign of such an expression, and not of a function of the page."""
    word = unit.value(index)
    if word == "=>":
        return index + 1 not in bodies
    if word == "switch":
        return unit.is_op(index + 1, "{")
    if word == "function":
        return unit.is_op(index - 1, "(") or unit.is_op(index - 1, ",")
    if word == "{":
        return unit.value(index - 1) in _BEFORE_OBJECT and unit.is_op(index + 2, ":")
    return _behind_type(unit, index) > index


def _behind_type(unit: Unit, index: int) -> int:
    """Return the token behind ``new A.B<C, D>``; where no such type is made there, its own."""
    at = index + 1
    while unit.is_name(at) and unit.is_op(at + 1, "."):
        at += 2
    behind = behind_type_arguments(unit, at + 1)
    return behind if unit.value(index) == "new" and behind > at + 1 else index


def _largest(
    unit: Unit, index: int, openers: list[int], read: Read, left: int
) -> tuple[tuple[int, int, Node] | None, int]:
    """Return the largest pure expression around a token, however many brackets it is in, and how much was read."""
    found, at, cost = None, index, 0
    for level in range(_MOST_LEVELS):
        start, end = _bounds(unit, at)
        cost += end - start
        if end - start > _LONGEST or cost > left:
            break
        if level or unit.value(index) not in ("=>", "function"):
            try:
                found = start, end, read(start, end)
            except FAILURES:
                break
        at = openers[start]
        if at < 0:
            break
    return found, cost


def _openers(unit: Unit) -> list[int]:
    """Return the bracket that each token stands in, -1 where that is none of an expression."""
    found, around = [], [-1]
    for index, value in enumerate(unit.tokens.values):
        found.append(around[-1])
        partner = unit.match.get(index, index)
        if partner > index:
            around.append(index if value != "{" else -1)
        elif partner < index:
            around.pop()
            found[index] = around[-1]
        elif value == ";" and unit.is_op(index, ";"):
            around[-1] = -1
    return found


def _bounds(unit: Unit, index: int) -> tuple[int, int]:
    """Return the range of the expression that a token stands in, brackets around it aside."""
    start, end, match = index, _behind_type(unit, index), unit.match
    while start > 0 and index - start <= _LONGEST:
        before = match.get(start - 1, start - 1)
        if before > start or (before == start - 1 and _ends(unit, before, _BEFORE)):
            break
        start = before
    while end < len(unit.tokens) and end - index <= _LONGEST:
        behind = match.get(end, end)
        if behind < end or (behind == end and _ends(unit, end, _BEHIND)):
            break
        end = behind + 1
    return start, end


def _ends(unit: Unit, index: int, signs: frozenset[str]) -> bool:
    kind, value = unit.tokens.kinds[index], unit.tokens.values[index]
    return value in (signs if kind == OP else _ENDING_WORDS if kind == NAME else ())
