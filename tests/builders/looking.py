"""What looks at the expressions of a code, with nothing known of its names."""

from __future__ import annotations

from tests.builders.inert import unit_of
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.controls import find_controls
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.names import Names


def look(code: str, language: str, *, controls: frozenset[str] = frozenset()) -> tuple[Expressions, int]:
    """Return what looks at a code, and the number of its tokens."""
    unit = unit_of(code, language)
    constants = {constant.start: constant for constant in iter_constants(unit.tokens)}
    calls = Calls(unit)
    filled = find_controls(unit, calls)
    filled = filled._replace(names=filled.names | controls)
    return Expressions(unit, calls, Names(), constants, controls=filled), len(unit.tokens)
