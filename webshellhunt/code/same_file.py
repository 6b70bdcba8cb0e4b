"""Same file: which names of written files a content may end up under, by the object that takes both."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.flows import Shape
from webshellhunt.code.calls import Calls
from webshellhunt.code.unit import Unit

_GIVES = frozenset({"=", "as"})
_FEW = 3  # writes of a unit of which each may be that of any content
_FARTHEST = 24  # tokens from a call back to the variable that is given its result

Write = tuple[int, Shape]
"""The token of a sink that names a file being written, and the shape of that name."""


def writes_of(unit: Unit, calls: Calls, content: int, writes: Sequence[Write]) -> list[Write]:
    """Return the writes that may name the file which a content goes to, by the token of the sink of the content.

    That is the same call, or a call of or for the same object, in the same function first; where there is none, any
    write of the same function, and where there is none either, any of a unit that writes few files.
    """
    same = [write for write in writes if write[0] == content]
    if same:
        return same
    around = _function_of(unit, content)
    near = [write for write in writes if _function_of(unit, write[0]) == around]
    subject = _subject(calls, content)
    for some in (near, writes) if subject else ():
        found = [w for w in some if subject in (_subject(calls, w[0]), _given(unit, calls, w[0]))]
        if found:
            return found
    return near or list(writes if len(writes) <= _FEW else ())


def _function_of(unit: Unit, token: int) -> int:
    """Return where the innermost function around a token starts, -1 outside of any."""
    return max((each.start for each in unit.functions if each.start <= token < each.end), default=-1)


def _subject(calls: Calls, token: int) -> str:
    """Return the first name of the dotted name that a sink ends, or of the object of the ``With`` around it."""
    for root in reversed(calls.roots_in(max(0, token - 2 * _FARTHEST), token + 1)):
        if token in calls.name(root).tokens:
            subject = calls.subjects.get(root)
            return calls.lower[root if subject is None else subject[0]]
    return ""


def _given(unit: Unit, calls: Calls, token: int) -> str:
    """Return the variable that is given the result of a call: ``Set f = fso.CreateTextFile(x)``."""
    for at in range(token, max(1, token - _FARTHEST), -1):
        if unit.tokens.values[at] in ("\n", ";", "{"):
            return ""
        if calls.lower[at] in _GIVES and unit.is_name(at - 1):
            return calls.lower[at - 1]
    return ""
