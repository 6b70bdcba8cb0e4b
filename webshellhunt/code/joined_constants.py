"""Joined constants: the constants of code that may recognise visitors, with texts in pieces joined."""

from __future__ import annotations

from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.structure.relay_marks import needs_joined_texts, possible_marks
from webshellhunt.code.flow import FlowAnalysis


def joined_constants(code: FlowAnalysis) -> Constants:
    """Return the constants of code that may recognise visitors or relay something, with texts in pieces joined.

    For all other code the constants are those that the analysis has; to join them costs time.
    """
    known, words = code.constants, code.words()
    needed = needs_joined_texts(lambda: code.index, possible_marks(known, words, ""), words)
    return code.joined_constants() if needed else known
