"""Lambdas of C#: functions that a name is given, and members whose body is one expression. Structure only, no meaning.

``f = b => …``, ``f = (a, b) => {…}``, ``f = delegate(T b) {…}``, ``f = new F(b => …)``, ``T Name(T b) => …``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from webshellhunt.lang.tokens import NAME, OP, Tokens

_SIGNS = frozenset({"=>", "delegate"})
_ENDS = frozenset({";", ",", ")", "]", "}"})
_LEADING = frozenset({"async", "static"})
_FARTHEST_TYPE = 24  # tokens of a type in front of `new F<…>(`
_FARTHEST_END = 4000  # tokens of an expression


class Lambda(NamedTuple):
    """A function by its tokens: its name, where its parameters are (one name, or ``(``), its body.

    ``gives`` tells that the body is an expression, which the function returns.
    """

    name_at: int
    parameters_at: int | None
    start: int
    end: int
    gives: bool


def iter_lambdas(tokens: Tokens, match: Mapping[int, int]) -> Iterator[Lambda]:
    """Yield the functions of a C# unit that have a name without being declared as ``name(…) {``."""
    kinds, values = tokens.kinds, tokens.values
    for index in tokens.indexes_of(_SIGNS):
        if values[index] == "delegate":
            closer = match.get(index + 1, -1)
            if closer > index and values[index + 1] == "(" and closer + 1 in match and values[closer + 1] == "{":
                name_at = _assigned(tokens, match, index - 1)
                if name_at is not None:
                    yield Lambda(name_at, index + 1, closer + 1, match[closer + 1], gives=False)
            continue
        head = match.get(index - 1, index - 1) if kinds[index - 1] == OP else index - 1
        if kinds[index] != OP or head < 1:
            continue
        named = _named(tokens, match, head)
        if named is not None:
            start = index + 1
            gives = start not in match or values[start] != "{"
            end = _end(tokens, match, start) if gives else match[start]
            if not gives or _is_statement(tokens, end):
                yield Lambda(*named, start, end, gives)


def _named(tokens: Tokens, match: Mapping[int, int], head: int) -> tuple[int, int | None] | None:
    """Return the name of the function whose parameters begin at ``head``, and where they are."""
    kinds, values = tokens.kinds, tokens.values
    before = head - 1 - (values[head - 1] in _LEADING)
    name_at = _assigned(tokens, match, before)
    if name_at is not None:
        return name_at, head
    if kinds[before] == NAME and values[head] == "(" and before > 0 and _ends_type(tokens, before - 1):
        return before, head  # byte[] Plain(byte[] b) => …
    if kinds[head] == NAME and _ends_type(tokens, before):
        return head, None  # string Key => …
    return None


def _ends_type(tokens: Tokens, index: int) -> bool:
    return tokens.kinds[index] == NAME or tokens.values[index] in ("]", ">")


def _assigned(tokens: Tokens, match: Mapping[int, int], before: int) -> int | None:
    """Return the name that what follows ``before`` is assigned to: directly, or as ``new F(…)`` or ``(F)(…)``."""
    kinds, values = tokens.kinds, tokens.values
    if before > 0 and values[before] == "(" and kinds[before] == OP:
        before = _before_wrapping(tokens, match, before)
    elif before > 0 and values[before] == ")" and match.get(before, 0) > 0:
        before = match[before] - 1  # a cast
    if before > 0 and values[before] in ("=", "+=") and kinds[before] == OP and kinds[before - 1] == NAME:
        return before - 1
    return None


def _before_wrapping(tokens: Tokens, match: Mapping[int, int], opener: int) -> int:
    """Return the token before ``new F<…>(`` or ``(F)(``, -1 where it is a call of something else."""
    values = tokens.values
    if values[opener - 1] == ")":
        return match.get(opener - 1, 0) - 1
    for index in range(opener - 1, max(0, opener - _FARTHEST_TYPE), -1):
        if values[index] == "new":
            return index - 1
        if values[index] in ("=", ";", "{", "}"):
            break
    return -1


def _is_statement(tokens: Tokens, end: int) -> bool:
    """Tell whether the statement ends where an expression in it does, brackets around it aside."""
    while end < len(tokens) and tokens.values[end] == ")":
        end += 1
    return end >= len(tokens) or tokens.values[end] == ";"


def _end(tokens: Tokens, match: Mapping[int, int], start: int) -> int:
    """Return where an expression ends that starts at a token."""
    index, limit = start, min(len(tokens), start + _FARTHEST_END)
    while index < limit:
        if match.get(index, -1) > index:
            index = match[index]
        elif tokens.kinds[index] == OP and tokens.values[index] in _ENDS:
            return index
        index += 1
    return limit
