"""Passwords that a page keeps itself: what a visitor sends is compared with a constant, and one of both is named so.

The constant may be the hash of the password, which needs no such name, or a server variable that no visitor sets; the
comparison may stand in a function of the page, which is given what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import NamedTuple

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.calls import Calls
from webshellhunt.code.unit import Function, Unit
from webshellhunt.lang.tokens import NAME, STRING
from webshellhunt.lazy_pattern import lazy_pattern

MAX_SENT = 2_000
"""Places at which a unit asks its visitor for something that are looked at."""

_NAMED = lazy_pattern(r"pass(?!ed|ing|age|enger)|pwd|psw|auth|secret|token", re.IGNORECASE)
_COMPARES = frozenset({"==", "!=", "===", "!==", "<>", "="})
_COMPARING = frozenset({"equals", "strcomp", "compare", "compareordinal"})
_ENDING = frozenset({";", "\n", "&&", "||", "and", "or", "andalso", "orelse", "then", "{"})
_CONDITIONS = frozenset({"if", "elseif", "while", "until", "do", "loop", "select", "case"})
_ASKING = frozenset({"request", "context"})
_SHOWN = frozenset({"text", "value"})
_HASHING = lazy_pattern(r"md5\w*|\w*sha(?:1|256|384|512)\w*|computehash|hashpassword\w*|\w*hash", re.IGNORECASE)
_DIGEST = lazy_pattern(
    r"(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|(?:[0-9a-f]{2}-){15,31}[0-9a-f]{2})", re.IGNORECASE
)
_FARTHEST = 12  # tokens between what is sent and what it is compared with
_OF_SERVER = frozenset({"servervariables"})
_SPREADING = 2
"""How often what is sent is followed into further names and functions."""


class _Sent(NamedTuple):
    """What a visitor sends: whether its name says that it is a password, and whether it is hashed."""

    named: bool
    hashed: bool = False


def find_own_password(unit: Unit, calls: Calls) -> int | None:
    """Return the token of the constant that lets a visitor in, ``None`` where there is none."""
    sent = dict(islice(_sent(unit, calls), MAX_SENT))
    kept = _kept(unit)
    for root, known in sorted(_spread(unit, calls, sent).items()):
        at = _compared(unit, calls, root)
        if at is None:
            continue
        if _is_server_variable(unit, calls, at):
            return at
        constant = at if unit.tokens.kinds[at : at + 1] == bytes((STRING,)) else kept.get(unit.value(at))
        text = unit.value(constant) if constant is not None else ""
        if not text:
            continue
        says = known.named or (unit.is_name(at) and _NAMED.search(unit.value(at)) is not None)
        is_hashed = known.hashed or _hashes(unit, max(0, root - 6), root)
        if says or (is_hashed and _DIGEST.fullmatch(text) is not None):
            return at
    return None


def _spread(unit: Unit, calls: Calls, sent: Mapping[int, _Sent]) -> dict[int, _Sent]:
    """Return the roots of what is sent, with those of variables and parameters that hold it."""
    found = dict(sent)
    functions = {function.name: function for function in unit.functions}
    news: Mapping[int, _Sent] = sent
    for _ in range(_SPREADING):
        names: dict[tuple[str, Function | None], _Sent] = {}
        for root, known in news.items():
            for name, function, hashed in _holding(unit, calls, root, functions):
                named = known.named or (function is not None and _NAMED.search(name) is not None)
                names[name, function] = _Sent(named, known.hashed or hashed)
        users = _users(unit, calls, names)
        news = {root: known for root, known in users.items() if root not in found}
        found |= news
        if not news or len(found) > MAX_SENT:
            break
    return found


def _users(unit: Unit, calls: Calls, names: Mapping[tuple[str, Function | None], _Sent]) -> dict[int, _Sent]:
    found: dict[int, _Sent] = {}
    for (name, function), known in names.items():
        for root in calls.users(name.lower()):
            inside = function is None or function.start <= root < function.end
            if inside and unit.value(root) == name:
                found[root] = known
    return found


def _holding(
    unit: Unit, calls: Calls, root: int, functions: Mapping[str, Function]
) -> Iterator[tuple[str, Function | None, bool]]:
    """Yield what holds what is sent: a variable, or a parameter of a function; with whether it was hashed before."""
    number = unit.statement_at(root)
    if number is None:
        return
    start, end = unit.statements[number]
    for name_at, left, right in islice(iter_assignments(unit, calls.lower, start, end), 4):
        if left <= root < right and unit.is_name(name_at) and right - left < 4 * _FARTHEST:
            yield unit.value(name_at), None, _hashes(unit, left, right)
    for opener in range(max(start, root - _FARTHEST), root):
        function = functions.get(unit.value(opener))
        if function is None or not root < unit.match.get(opener + 1, -1):
            continue
        arguments = calls.split(opener + 2, unit.match[opener + 1])
        for parameter, (left, right) in zip(function.parameters, arguments, strict=False):
            if left <= root < right:
                yield parameter, function, _hashes(unit, left, right)


def _hashes(unit: Unit, start: int, end: int) -> bool:
    return any(unit.is_name(at) and _HASHING.fullmatch(unit.value(at)) for at in range(start, end))


def _compared(unit: Unit, calls: Calls, root: int) -> int | None:
    """Return the token that what a name stands for is compared with."""
    comma = _opens_comparison(unit, calls, root)
    for at in range(root, min(root + _FARTHEST, len(unit.tokens) - 1)):
        word = calls.lower[at]
        if word in _ENDING and unit.tokens.kinds[at] != STRING:
            break
        if (word in _COMPARING and unit.is_op(at + 1, "(")) or (comma and unit.is_op(at, ",")):
            return at + 1 + (word in _COMPARING)
        if word in _COMPARES and unit.tokens.kinds[at] != STRING and not (word == "=" and not unit.is_vb):
            return at + 1 if _is_comparison(unit, calls, at) else None
    return _compared_before(unit, calls, root)


def _opens_comparison(unit: Unit, calls: Calls, root: int) -> bool:
    """Return True if the first argument of a comparing function begins at a root, maybe inside of another call."""
    before = range(root - 1, max(root - 6, 0), -1)
    return any(unit.is_op(at, "(") and calls.lower[at - 1] in _COMPARING for at in before)


def _compared_before(unit: Unit, calls: Calls, root: int) -> int | None:
    """Return the constant in front of a name that is compared with it: ``"0123" == name``, ``"0123".Equals(name)``."""
    at = root - 1
    while (
        at > 0 and (unit.is_op(at, "(") or _HASHING.fullmatch(unit.value(at))) and calls.lower[at - 1] not in _COMPARING
    ):
        at -= 1
    if unit.is_op(at, "(") and calls.lower[at - 1] == "equals" and unit.is_op(at - 2, "."):
        return at - 3
    if calls.lower[at] in _COMPARES and not (calls.lower[at] == "=" and not unit.is_vb):
        is_constant = unit.tokens.kinds[at - 1] == STRING or unit.is_name(at - 1)
        return at - 1 if is_constant and _is_comparison(unit, calls, at) else None
    return None


def _sent(unit: Unit, calls: Calls) -> Iterator[tuple[int, _Sent]]:
    """Yield the roots of what a visitor sends, with what its name says."""
    for root, dotted in calls.find(_ASKING | _SHOWN):
        hashed = _hashes(unit, max(0, root - 6), root)
        if dotted.names[0] in _ASKING:
            if not _OF_SERVER.isdisjoint(dotted.names):
                continue
            key = dotted.last + 2
            named = key < len(unit.tokens) and unit.tokens.kinds[key] == STRING
            yield root, _Sent(named and _NAMED.search(unit.value(key)) is not None, hashed)
        elif dotted.names[-1] in _SHOWN and len(dotted.names) > 1:
            yield root, _Sent(_NAMED.search(dotted.names[-2]) is not None, hashed)


def _kept(unit: Unit) -> dict[str, int]:
    """Return the names that the unit gives a text once and for all, with the token of that."""
    kinds, values = unit.tokens.kinds, unit.tokens.values
    return {
        values[at - 2]: at
        for at in unit.tokens.of_kind(STRING)
        if values[at] and at > 1 and values[at - 1] == "=" and kinds[at - 2] == NAME and not unit.is_op(at - 3, ".")
    }


def _is_server_variable(unit: Unit, calls: Calls, at: int) -> bool:
    """Return True if an expression is a variable of the server that no visitor sets."""
    words = calls.lower[at : at + 8]
    if not words or words[0] != "request" or "servervariables" not in words[:4]:
        return False
    keys = (
        unit.value(each).lower()
        for each in range(at, min(at + 8, len(unit.tokens)))
        if unit.tokens.kinds[each] == STRING
    )
    key = next(chain(keys, [""]))
    return bool(key) and not key.startswith(vocabulary().visitor_variables)


def _is_comparison(unit: Unit, calls: Calls, at: int) -> bool:
    """Return True unless the ``=`` of a statement of VB gives a value to a name."""
    number = unit.statement_at(at) if unit.is_op(at, "=") else None
    if number is None:
        return True
    start = unit.statements[number][0]
    return calls.lower[start] in _CONDITIONS or any(unit.is_op(each, "=") for each in range(start, at))
