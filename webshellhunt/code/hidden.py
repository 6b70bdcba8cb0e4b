"""Hidden code: constants that a unit runs are code, and are read as such, to a bounded depth and length."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.flows import Flow
from webshellhunt.lazy_pattern import lazy_pattern

MAX_DEPTH = 3
MAX_HIDDEN = 40
MAX_HIDDEN_CHARS = 256 * 1024  # of a unit and all that is hidden in it together: a constant may unfold to a megabyte
_SHORTEST_CODE = 5
_NAME_ALONE = lazy_pattern(r"[\w.]++")  # what is asked of a data row, mostly: nothing is given to anything

Read = Callable[[str, "HiddenCode"], tuple[list[Flow], bool]]
"""Reads code that was hidden in another, and returns its flows and whether later ones may be missing."""


class HiddenCode:
    """The constants that one unit runs; ``exhausted`` tells that some flows of theirs may be missing."""

    def __init__(self, read: Read, outer: HiddenCode | None) -> None:
        self.exhausted: bool = False
        self._read = read
        self._depth: int = 0 if outer is None else outer._depth + 1
        self._left: list[int] = [MAX_HIDDEN_CHARS] if outer is None else outer._left
        self._known: dict[str, tuple[Flow, ...]] = {}

    def flows_of(self, code: str) -> tuple[Flow, ...] | None:
        """Return the flows inside a constant that is run, ``None`` where it is no code, or one too many."""
        if self._depth >= MAX_DEPTH or len(code) < _SHORTEST_CODE:
            return None
        if _NAME_ALONE.fullmatch(code):
            return ()
        known = self._known.get(code)
        if known is not None:
            return known
        if len(self._known) >= MAX_HIDDEN:
            self.exhausted = True
            return None
        if len(code) > self._left[0]:
            self.exhausted = True
            return ()
        self._left[0] -= len(code)
        flows, exhausted = self._read(code, self)
        self.exhausted = self.exhausted or exhausted
        self._known[code] = tuple(flows)
        return self._known[code]

    def joined(self) -> tuple[str, tuple[Flow, ...]] | None:
        """Return all texts that the unit runs as one code, with its flows, where that tells more than each by itself.

        What one of them assigns, the next one uses.
        """
        if len(self._known) < 2 or self._depth >= MAX_DEPTH:
            return None
        told = {flow.kind for flows in self._known.values() for flow in flows}
        code = "\n".join(self._known)
        flows = self.flows_of(code) or ()
        return None if told.issuperset(flow.kind for flow in flows) else (code, flows)
