"""Joined constants: the constants of code that may recognise visitors, with texts in pieces joined."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.structure.relay_marks import possible_marks
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.lang.tokens import STRING

_LISTED = frozenset({"servervariables", "headers"})
_JOINED: WeakKeyDictionary[FlowAnalysis, Mapping[int, Constant]] = WeakKeyDictionary()


def joined_constants(code: FlowAnalysis) -> Mapping[int, Constant]:
    """Return the constants of code that may recognise visitors or relay something, with texts in pieces joined.

    For all other code the constants are those that the analysis has; to join them costs time, so this is done once.
    """
    if code not in _JOINED:
        _JOINED[code] = _join(code)
    return _JOINED[code]


def _join(code: FlowAnalysis) -> Mapping[int, Constant]:
    calls, known = code.calls, code.constants
    may_be = possible_marks(known, code.words(), "")
    if "who" not in may_be and not {"host", "fetched"} <= may_be and not _computes_names(calls):
        return known
    constants = dict(known)
    # The texts that the analysis worked out before stay.
    for joined in iter_constants(code.unit.tokens, own=PageEvaluator(code.unit)):
        if joined.start not in constants or joined.end > constants[joined.start].end:
            constants[joined.start] = joined
    return constants


def _computes_names(calls: Calls) -> bool:
    """Return True if the code reads a server variable or a header by a computed name."""
    kinds, match = calls.unit.tokens.kinds, calls.unit.match
    openers = [token + 1 for token in calls.indexes_of(_LISTED) if match.get(token + 1, -1) > token + 1]
    return any(match[opener] != opener + 2 or kinds[opener + 1] != STRING for opener in openers)
