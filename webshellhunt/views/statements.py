"""Statements: the range of text that one act of the code takes, for the judge, which counts acts.

One statement may do several things: two calls in it that stand beside each other are two acts, and one in an argument
of the other is a part of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.structure.acts import act_around
from webshellhunt.lang.unit import Unit

_FARTHEST = 400
"""The most characters of a statement before and after a range, in text that no parser cut into statements."""
_ENDS = "\r\n;{}"


def statement_around(units: Sequence[Unit], text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the act that a range of text is in: of a call in a larger statement, or of whole statements.

    Statements in a row that call members of one object, and the one that makes it, are one act: it opens a stream,
    fills it and saves it. Without a parsed statement there, the range extends to the nearest ``;``, brace or line end
    on both sides.
    """
    for unit in units:
        found = act_around(unit, start, end)
        if found is not None:
            return found
    before, after = text[max(0, start - _FARTHEST) : start], text[end : end + _FARTHEST]
    left = max(map(before.rfind, _ENDS)) + 1
    right = min((place for place in map(after.find, _ENDS) if place >= 0), default=len(after))
    return start - len(before) + left, end + right
