"""Denials: the parts of a code that end the answer to a visitor, or send him to the sign-in."""

from __future__ import annotations

from bisect import bisect_left

from webshellhunt.analysis.checks.branches import Range
from webshellhunt.analysis.checks.expressions import arguments_at, assigned_to, fixed_text
from webshellhunt.analysis.constants import Constants
from webshellhunt.lang.dotted_names import PAGE_WORDS, DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Jump

SENDING_TO_SIGN_IN = "redirecttologinpage"
_DENIALS = frozenset(
    {
        ("response", "end"), ("response", "redirect"), ("response", "redirectpermanent"), ("server", "transfer"),
        ("formsauthentication", "redirecttologinpage"),
    }
)  # fmt: skip
_ANSWERS = frozenset({("response", "status"), ("response", "statuscode")})
_WORDS = frozenset(names[-1] for names in _DENIALS | _ANSWERS)
_REFUSED = frozenset({"401", "403"})


class Denials:
    """The denials of one code."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._constants = constants
        self._denying: dict[str, bool] = {}
        found = [node.start for node in index.nodes if isinstance(node, Jump) and node.kind == "throw"]
        found += [dotted.place for dotted in index.find(_WORDS) if self._ends(dotted)]
        self._places = sorted(found)
        calls = (dotted for dotted in index.find(index.functions.keys()) if _is_own(dotted))
        self._calls = [(dotted.place, dotted.own) for dotted in calls]

    def denies(self, part: Range) -> bool:
        """Return True if a part of the code denies access, itself or by a function of the page."""
        if self._has(part):
            return True
        first, last = bisect_left(self._calls, (part.start, "")), bisect_left(self._calls, (part.end, ""))
        return any(self._is_denying(name) for name in {name for _, name in self._calls[first:last]})

    def _has(self, part: Range) -> bool:
        return bisect_left(self._places, part.start) < bisect_left(self._places, part.end)

    def _ends(self, dotted: DottedName) -> bool:
        """Return True if a dotted name ends the answer, or refuses it by its status."""
        names = dotted.names
        if names[-1] == SENDING_TO_SIGN_IN:
            return True
        if names[-2:] in _DENIALS:
            arguments = arguments_at(self._index, dotted.node)
            goes_on = arguments and fixed_text(self._index, self._constants, arguments[-1]) == "false"
            return not goes_on
        value = assigned_to(self._index, dotted) if names[-2:] in _ANSWERS else None
        return value is not None and (fixed_text(self._index, self._constants, value) or "")[:3] in _REFUSED

    def _is_denying(self, name: str) -> bool:
        """Return True if a function of the page denies access."""
        if name not in self._denying:
            function = self._index.functions[name][0]
            self._denying[name] = self._has(Range(function.start, function.end))
        return self._denying[name]


def _is_own(dotted: DottedName) -> bool:
    """Return True if a dotted name is a single one, that of the page itself aside."""
    return not dotted.is_member and sum(name not in PAGE_WORDS for name in dotted.names) == 1
