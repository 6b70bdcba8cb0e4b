"""Joined constants: the constants of code that may recognise visitors, with texts in pieces joined."""

from __future__ import annotations

from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.analysis.marks.relay_marks import needs_joined_texts, possible_marks


def joined_constants(analysis: PageAnalysis) -> Constants:
    """Return the constants of code that may recognise visitors or relay something, with texts in pieces joined.

    For all other code the constants are those that the analysis has; to join them costs time.
    """
    known, words = analysis.constants, analysis.words()
    needed = needs_joined_texts(lambda: analysis.index, possible_marks(known, words, ""), words)
    return analysis.joined_constants() if needed else known
