"""Controls: what a unit declares, makes or casts as a control that a visitor fills in. Structure only, no meaning.

A page names most of its controls in markup; others are made by code, or found by ``FindControl`` and cast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from webshellhunt.analysis.calling.sources import CONTROL_TYPES
from webshellhunt.code.calls import Calls
from webshellhunt.code.declarations import declared_by, first_of_name
from webshellhunt.code.unit import Unit

_CASTS = frozenset({"ctype", "directcast", "trycast"})
_FAR = 40  # tokens from a cast back to the name that it is given to


class Controls(NamedTuple):
    """The names of controls in lower case, and the tokens of members that are asked of a cast: ``((T)x).Text``."""

    names: frozenset[str]
    members: frozenset[int]


def find_controls(unit: Unit, calls: Calls) -> Controls:
    """Return the controls of a unit that its page does not name."""
    names, members = set[str](), set[int]()
    for index in calls.indexes_of(CONTROL_TYPES):
        names.update(calls.lower[at] for at in _named(unit, calls.lower, index))
        members.update(_members(unit, calls.lower, index))
    return Controls(frozenset(names), frozenset(members))


def _named(unit: Unit, lower: Sequence[str], index: int) -> Iterator[int]:
    """Yield the token of the name that is declared as the type at ``index``, or given an object of it."""
    declared = declared_by(unit, lower, index)
    if declared is not None:
        yield declared
    start = first_of_name(lower, index)
    if lower[start - 1] in ("new", "("):
        start -= 1
    elif lower[start - 1] == "as" and not unit.is_vb:
        start = next((at + 1 for at in range(start, max(start - _FAR, 0), -1) if lower[at] in ("=", ";", "{")), start)
    elif lower[start - 1] == ",":
        start = unit.match.get(index + 1, start + 1) - 1
    if start >= 2 and unit.is_op(start - 1, "=") and unit.is_name(start - 2):
        yield start - 2


def _members(unit: Unit, lower: Sequence[str], index: int) -> Iterator[int]:
    """Yield the token of the member that is asked of what is cast to the type at ``index``."""
    start = first_of_name(lower, index)
    closer = -1
    if lower[start - 1] == "(" and unit.is_op(start - 2, "(") and unit.is_op(index + 1, ")"):
        closer = unit.match.get(start - 2, -1)  # ((Type)x)
    elif lower[start - 1] == "as" and unit.is_op(index + 1, ")"):
        closer = index + 1  # (x as Type)
    elif lower[start - 1] == "," and unit.is_op(index + 1, ")"):
        opener = unit.match.get(index + 1, 0)  # CType(x, Type)
        closer = index + 1 if lower[opener - 1] in _CASTS else -1
    if closer > 0 and unit.is_op(closer + 1, ".") and unit.is_name(closer + 2):
        yield closer + 2
