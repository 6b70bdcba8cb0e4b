"""Folded: the constants of a unit, joined and decoded only where that could matter."""

from __future__ import annotations

from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.double_byte import read_double_bytes
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.prospects import may_fold
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import STRING

_TELLING = frozenset(
    {"processstartinfo", "startinfo", "assembly", "loadwithpartialname", "getdelegateforfunctionpointer", "appdomain"}
)
"""Names of code that starts programs or loads code: few pages have one, and its constants tell which."""


def fold_constants(unit: Unit, calls: Calls, own: PageEvaluator) -> Constants:
    """Return the constants of a unit by their first token; joined only where it could matter to what is run or made."""
    if may_fold(unit, calls, own) or not _TELLING.isdisjoint(calls.words):
        read_double_bytes(unit.tokens)
        return Constants(iter_constants(unit.tokens, own=own))
    values = unit.tokens.values
    return Constants(Constant(values[index], index, index + 1) for index in unit.tokens.of_kind(STRING))
