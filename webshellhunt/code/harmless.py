"""Harmless expressions: what an evaluator is given that can't be code, whoever has a say in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from webshellhunt.code.calls import Calls
from webshellhunt.code.json_check import is_checked_json
from webshellhunt.lang.tokens import NUMBER, STRING
from webshellhunt.lazy_pattern import lazy_pattern

FEW = 8
"""Characters of a piece of a text in which nobody gets a command."""

_COMPARES = frozenset({"and", "or", "not", "xor", "is", "=", "<>", "<", ">", "<=", ">="})
"""Operators of VB that make a truth value."""
_PIECES = {"mid": 3, "left": 2, "right": 2}
"""What cuts a piece out of a text, by how many arguments it has where the last one is the number of characters."""
_NUMBERS = frozenset({"hex", "oct", "asc", "ascw", "cint", "clng", "len"})
_CHARACTER = frozenset({"charat"})
_SAME = frozenset({"cstr", "trim", "ucase", "lcase"})
"""What gives as many characters as it is given."""
_NO_NAME = lazy_pattern(r"(?:&[ho]|0x|[\s\d.,()+*/-])*+", re.IGNORECASE)
_CUTTING = _PIECES.keys() | _NUMBERS | _SAME
# No statement of VB begins with such words in a row, whatever follows: nothing of the text would run.
_QUERY = lazy_pattern(
    r"\s*+(?:select[ \t]++(?!case\b)[^\s&]++\s|insert[ \t]++into[ \t]++(?:\[|(?!rem\b)\w++[ \t(])"
    r"|update[ \t]++(?!rem\b)[^\s&':]++[ \t]++set\s"
    r"|delete[ \t]++(?:\*[ \t]++from\s|from[ \t]++(?:\[|(?!rem\b)\w++[ \t]++(?!rem\b)\w)))",
    re.IGNORECASE,
)


def is_harmless(calls: Calls, start: int, end: int, functions: Set[str] = frozenset()) -> bool:
    """Tell whether an expression is no code: a truth value, a query of a database, a few characters, checked data.

    A page that calls a function of its own by the name of an evaluator gives it queries. ``functions`` are those that
    the page may call of its own, in lower case: they may be called like those of the language.
    """
    if calls.unit.language == "jscript":
        return _is_character(calls, start, end) or is_checked_json(calls, start, end)
    if not calls.unit.is_vb:
        return False
    return _is_condition(calls, start, end) or _is_query(calls, start) or _is_few(calls, start, end, functions)


def _is_condition(calls: Calls, start: int, end: int) -> bool:
    """Tell whether an expression is a truth value: whatever is compared in it, no text of it is run."""
    index, unit = start, calls.unit
    while index < end:
        index = max(index, unit.match.get(index, index))
        if calls.lower[index] in _COMPARES and unit.tokens.kinds[index] != STRING:
            return True
        index += 1
    return False


def _is_character(calls: Calls, start: int, end: int) -> bool:
    """Tell whether an expression of JScript is one character of something: ``text.charAt(at)``."""
    name = calls.name(start) if calls.is_root(start) else None
    is_one = name is not None and name.names[-1] == "charat" and calls.unit.match.get(name.last + 1) == end - 1
    return is_one and calls.only_calls(_CHARACTER)


def is_query(text: str) -> bool:
    """Tell whether a text begins as a query of a database does, and no code of VB."""
    return _QUERY.match(text) is not None


def _is_query(calls: Calls, start: int) -> bool:
    unit = calls.unit
    return unit.tokens.kinds[start : start + 1] == bytes((STRING,)) and is_query(unit.value(start))


def _is_few(calls: Calls, start: int, end: int, functions: Set[str]) -> bool:
    """Tell whether all names in an expression are asked for a few of their characters: ``"&h" & Mid(text, at, 2)``."""
    kinds = calls.unit.tokens.kinds
    beside = (calls.unit.value(at) for at in range(start, end) if kinds[at] == STRING)
    sizes = list(_sizes(calls, start, end))
    if not sizes or sum(sizes) > FEW or not all(map(_NO_NAME.fullmatch, beside)):
        return False
    # A function or an array of the page may be called like a function of the language.
    return _CUTTING.isdisjoint(functions) and _CUTTING.isdisjoint(calls.openings)


def _sizes(calls: Calls, start: int, end: int) -> Iterator[int]:
    """Yield how many characters each name of an expression gives at most, more than a few where that isn't told."""
    kinds, behind = calls.unit.tokens.kinds, start
    for root in calls.roots_in(start, end):
        if root < behind:
            continue
        name = calls.name(root)
        closer = calls.unit.match.get(name.last + 1, -1)
        word = name.names[0] if root < closer <= end and len(name.names) == 1 else ""
        if word in _SAME:
            continue
        if word in _NUMBERS:
            yield 0
            behind = closer
            continue
        arguments = list(calls.split(name.last + 2, closer)) if word in _PIECES else []
        is_piece = arguments and len(arguments) == _PIECES[word]
        left, right = arguments[-1] if is_piece else (start, start)
        size = calls.unit.value(left) if right - left == 1 and kinds[left] == NUMBER else ""
        yield int(size) if len(size) == 1 and size.isdecimal() else FEW + 1
        behind = closer
