"""Joined constants: the constants of code that may recognise visitors, with texts in pieces joined."""

from __future__ import annotations

from collections.abc import Mapping

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.analysis.structure.relay_marks import possible_marks
from webshellhunt.lang.tokens import STRING
from webshellhunt.lang.unit import Unit

_LISTED = ("servervariables", "headers")
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")


def joined_constants(analysis: PageAnalysis) -> Mapping[int, Constant]:
    """Return the constants of code that may recognise visitors or relay something, with texts in pieces joined.

    For all other code the constants are those that the analysis has.
    """
    known = analysis.constants
    may_be = possible_marks(known, analysis.words(), "")
    if "who" not in may_be and not {"host", "fetched"} <= may_be and not _computes_names(analysis.unit):
        return known
    constants = dict(known)
    # The texts that the analysis worked out before stay.
    for joined in analysis.joined_constants().values():
        if joined.start not in constants or joined.end > constants[joined.start].end:
            constants[joined.start] = joined
    return constants


def _computes_names(unit: Unit) -> bool:
    """Return True if the code reads a server variable or a header by a computed name."""
    tokens = unit.tokens
    if unit.words.isdisjoint(_LISTED):
        return False
    for at in tokens.indexes_of({value for value in tokens.places if value.lower() in _LISTED}):
        is_read = tokens.values[at + 1 : at + 2] != [] and tokens.values[at + 1] in _OPENING
        is_literal = tokens.kinds[at + 2 : at + 3] == bytes((STRING,)) and tokens.values[at + 3 : at + 4] != []
        if is_read and not (is_literal and tokens.values[at + 3] in _CLOSING):
            return True
    return False
