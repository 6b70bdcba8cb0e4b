"""Grants: where a page lets somebody in, and the conditions that decide it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from webshellhunt.code.assignments import iter_assignments
from webshellhunt.code.branches import Branch, iter_branches
from webshellhunt.code.calls import DottedName
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.analysis.prefilter.text import SIGNED_IN
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, STRING
from webshellhunt.lazy_pattern import lazy_pattern

_KEY = lazy_pattern(SIGNED_IN, re.IGNORECASE)
_FLAG_NAME = (
    r"(?:is|b|bln|has|was|m_|_)*"
    r"(?:auth\w*|admin\w*|log(?:ged|in|on)+\w*|valid\w*|allow\w*|access\w*|granted|pass(?:ed)?|super\w*|ok)"
)
_FLAG = lazy_pattern(_FLAG_NAME, re.IGNORECASE)
_FLAGS = lazy_pattern(f"^{_FLAG_NAME}$", re.IGNORECASE | re.MULTILINE)  # all of a list, one name a line
_ASKING = lazy_pattern(r"\w*?(?:check|ch?k|valid|verif|auth|log[io]n|sign|isadmin|isuser|canaccess)\w*", re.IGNORECASE)
_CALLS = frozenset({"setauthcookie", "redirectfromloginpage", "getauthcookie", "signin", "passwordsignin"})
_TRUE = frozenset({"true", "1", "-1", "yes", "ok"})
_NOTHING = frozenset({"", "nothing", "null", "empty", "false", "0"})
_BEFORE_BRACKETS = frozenset({"if", "elseif", "and", "andalso", "or", "orelse", "not", "return", "while"})
MOST_GRANTS = 200
_LONGEST_KEY = 60  # tokens


class Grant(NamedTuple):
    """One place where somebody is let in: what he is given, in words, and its token."""

    target: str
    token: int


class Decision(NamedTuple):
    """A grant with the conditions around it, the innermost first; ``by`` is one that the grant itself is given by."""

    grant: Grant
    around: tuple[Branch, ...]
    by: tuple[int, int] | None = None


def iter_decisions(analysis: FlowAnalysis) -> Iterator[Decision]:
    """Yield each grant of a unit that something decides."""
    grants = list(islice(_iter_grants(analysis), MOST_GRANTS))
    if not grants:
        return
    branches = list(iter_branches(analysis.unit, analysis.calls.lower))
    for grant, given in grants:
        around = [branch for branch in branches if branch.holds[0] <= grant.token < branch.other[1]]
        around.sort(key=lambda branch: branch.other[1] - branch.holds[0])
        if around or given is not None:
            yield Decision(grant, tuple(around), given)


def _iter_grants(analysis: FlowAnalysis) -> Iterator[tuple[Grant, tuple[int, int] | None]]:
    """Yield each grant, and the range of what it is given where that is a condition."""
    unit, calls, lower = analysis.unit, analysis.calls, analysis.calls.lower
    asking = {function.name for function in unit.functions if _ASKING.fullmatch(function.name)}
    owners = [(f.start, f.end) for f in unit.functions if f.name in asking]
    telling = _CALLS | asking | frozenset(_FLAGS.findall("\n".join(analysis.words())))
    telling |= {"session"} | ({"return"} if owners else set())
    places = ((at, len(lower)) for at in calls.indexes_of(telling))
    numbers = dict.fromkeys(bisect_right(unit.statements, place) - 1 for place in places)
    for start, end in (unit.statements[number] for number in numbers if number >= 0):
        for at in range(start, end) if owners and "return" in lower[start:end] else ():
            if lower[at] == "return" and any(left <= at < right for left, right in owners):
                yield from _given(analysis, "the sign-in", at, at + 1, end)
        for name_at, right, stop in iter_assignments(unit, lower, start, end):
            target = _target(analysis, name_at, right, asking)
            if target is not None:
                yield from _given(analysis, target, name_at, right, stop)
        for root in calls.roots_in(start, end):
            last = calls.name(root).names[-1]
            if last in _CALLS:
                yield Grant("the ticket of forms authentication", root), None


def _target(analysis: FlowAnalysis, name_at: int, right: int, asking: set[str]) -> str | None:
    """Return what an assignment gives, in words, where that is to be let in."""
    dotted = analysis.calls.name(name_at)
    if "session" in dotted.names:
        key = key_of(analysis, dotted)
        return f"the session's {key!r}" if _KEY.search(key) else None
    if analysis.unit.is_vb and analysis.unit.value(name_at) in asking:
        return "the sign-in"
    if _FLAG.fullmatch(dotted.names[-1]) and analysis.unit.tokens.kinds[dotted.last] == NAME:
        return analysis.unit.tokens.values[dotted.last]
    return None


def key_of(analysis: FlowAnalysis, dotted: DottedName) -> str:
    """Return the constant that a collection is asked for, ``Session("a")``; ``""`` where it is none."""
    unit = analysis.unit
    for token in dotted.tokens:
        opener, closer = token + 1, unit.match.get(token + 1, -1)
        if closer > opener and (unit.is_op(opener, "(") or unit.is_op(opener, "[")):
            constant = analysis.constants.get(opener + 1)
            if constant is not None and constant.end == closer:
                return constant.value
            return _joined(unit, opener + 1, min(closer, opener + _LONGEST_KEY))
    return ""


def _joined(unit: Unit, start: int, end: int) -> str:
    """Return what literals that stand side by side say together, ``""`` where anything else is among them."""
    kinds, values = unit.tokens.kinds[start:end], unit.tokens.values[start:end]
    alone = all(kind == STRING for kind in kinds[::2]) and all(sign in ("&", "+") for sign in values[1::2])
    return "".join(values[::2]) if alone else ""


def _given(
    analysis: FlowAnalysis, target: str, token: int, start: int, end: int
) -> Iterator[tuple[Grant, tuple[int, int] | None]]:
    """Yield a grant where what is given lets in: true, a fixed name for the session, or what a comparison says."""
    lower = analysis.calls.lower
    if start >= end:
        return
    constant = analysis.constants.get(start)
    is_fixed = end - start == 1 or (constant is not None and constant.end == end)
    value = lower[start] if constant is None else constant.value.lower()
    if is_fixed and (
        value in _TRUE or (target.startswith("the session") and constant is not None and value not in _NOTHING)
    ):
        yield Grant(target, token), None
    elif not is_fixed and not COMPARING.isdisjoint(lower[start:end]):
        yield Grant(target, token), (start, end)


COMPARING = frozenset(
    {"=", "==", "===", "<>", "!=", "!==", "equals", "strcomp", "compare", "compareordinal", "sequenceequal"}
)


def operands(unit: Unit, lower: Sequence[str], start: int, end: int) -> tuple[str, str]:
    """Return the tokens on both sides of a range, over brackets that hold nothing else; not over those of a call."""
    left, right = start - 1, end
    while unit.is_op(left, "(") and unit.match.get(left) == right and not _is_called(unit, lower, left - 1):
        left, right = left - 1, right + 1
    return unit.value(left).lower(), unit.value(right).lower()


def _is_called(unit: Unit, lower: Sequence[str], index: int) -> bool:
    return unit.is_name(index) and lower[index] not in _BEFORE_BRACKETS
