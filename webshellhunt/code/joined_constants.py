"""Joined constants: the constants of code that may recognise visitors, with texts in pieces joined."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.structure.relay_marks import needs_joined_texts, possible_marks
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.flow import FlowAnalysis

_JOINED: WeakKeyDictionary[FlowAnalysis, Mapping[int, Constant]] = WeakKeyDictionary()


def joined_constants(code: FlowAnalysis) -> Mapping[int, Constant]:
    """Return the constants of code that may recognise visitors or relay something, with texts in pieces joined.

    For all other code the constants are those that the analysis has; to join them costs time, so this is done once.
    """
    if code not in _JOINED:
        _JOINED[code] = _join(code)
    return _JOINED[code]


def _join(code: FlowAnalysis) -> Mapping[int, Constant]:
    known, words = code.constants, code.words()
    if not needs_joined_texts(lambda: code.index, possible_marks(known, words, ""), words):
        return known
    constants = dict(known)
    # The texts that the analysis worked out before stay.
    for joined in iter_constants(code.unit.tokens, own=PageEvaluator(code.unit)):
        if joined.start not in constants or joined.end > constants[joined.start].end:
            constants[joined.start] = joined
    return constants
