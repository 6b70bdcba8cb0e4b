"""Holes: places in evaluated text of the page where a visitor's text is a value or a choice, and no statement.

Three kinds are known, in Visual Basic. A *quoted* text stands in a literal, and the quotes in it are doubled or
removed. A *chosen* text follows text of the page's own, in one of several cases that compare its beginning. A *named*
text ends the name of a variable. Where the visitor's text stands in the evaluated text in another way as well, where
anything of that text is unknown, or any word of it runs something, it is no hole.
"""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.analysis.flow.evaluated import Evaluations
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Call, Case, Literal, Name, Node, Switch, walk
from webshellhunt.lazy_pattern import lazy_pattern

QUOTED, CHOSEN, NAMED = "quoted", "chosen", "named"
_FEWEST = 2
"""Cases, and variables of one family."""
_BEGINS = frozenset({"left", "mid"})
_PREFIX = lazy_pattern(r"(?i)[a-z]\w{2,30}(?<=[a-z_])")
_LABEL = lazy_pattern(r"(?i)[a-z_]\w*+")
REFERRING = frozenset({"getref", "addressof", "callbyname", "invoke", "createobject", "getobject", "activexobject"})
"""Words that call or make something by a name in a text, which may be put together."""


class Written(NamedTuple):
    """How the page writes an evaluated text: the kind of hole by its names alone, and whether a case chooses it."""

    named: str = ""
    is_chosen: bool = False


class Holes:
    """Looks at the evaluated texts of one code."""

    def __init__(self, index: SyntaxIndex, evaluations: Evaluations) -> None:
        self._index = index
        self._evaluations = evaluations

    def written(self, place: int) -> Written | None:
        """Return how the evaluated text at a place is written, ``None`` where it has no holes."""
        if self._index.tokens.language not in VB:
            return None
        node = self._evaluations.argument(place)
        if node is None:
            return Written()
        if self._index.tokens.values[place].lower() == "eval" and self._ends_name(node):
            return Written(NAMED)
        return Written(is_chosen=self._chosen(node) is not None)

    # A named text ---------------------------------------------------------------------------------------------------

    def _ends_name(self, node: Node) -> bool:
        """True if an expression is the beginning of the names of several variables, and one text after it."""
        pieces = self._evaluations.pieces(node)
        first = pieces[0] if len(pieces) == 2 else None
        if not isinstance(first, Literal) or not isinstance(first.value, str) or not _PREFIX.fullmatch(first.value):
            return False
        prefix = first.value.lower()
        if any(word.startswith(prefix) for word in REFERRING | vocabulary().evaluating):
            return False
        family = {
            each.name
            for each in self._index.assignments
            if isinstance(each.target, Name) and isinstance(each.value, Literal) and len(each.name) > len(prefix)
        }
        return sum(name.startswith(prefix) for name in family) >= _FEWEST

    # A chosen text --------------------------------------------------------------------------------------------------

    def _chosen(self, node: Node) -> Name | None:
        """Return the name at the end of a text whose beginning the page compares in the cases around."""
        pieces = self._evaluations.pieces(node)
        names = [each for each in pieces if isinstance(each, Name)]
        if len(names) != 1 or len(pieces) < 2:
            return None
        inside: Node = node
        for around in self._index.ancestors(node):
            if isinstance(around, Case):
                inside = around
            if isinstance(around, Switch):
                is_tested = isinstance(inside, Case) and self._tests(around, inside, names[0])
                return names[0] if is_tested else None
        return None

    def _tests(self, switch: Switch, case: Case, name: Name) -> bool:
        """True if cases compare the beginning of a variable with several words, and the case around is one of them."""
        asked = [
            each.arguments[0]
            for each in walk(switch.subject)
            if isinstance(each, Call)
            and isinstance(each.callee, Name)
            and each.callee.text in _BEGINS
            and each.arguments
        ]
        is_tested = any(isinstance(each, Name) and each.text == name.text for each in asked)
        words = {word for each in switch.cases if (word := _word_of(each)) is not None}
        own = _word_of(case)
        is_changed = any(
            each.name == name.text and case.start < each.node.start < name.start for each in self._index.assignments
        )
        is_label = own is not None and _LABEL.fullmatch(own) is not None
        return is_tested and is_label and len(words) >= _FEWEST and not is_changed


def _word_of(case: Case) -> str | None:
    """Return the word that a case compares with, ``None`` for any other case."""
    value = case.patterns[0].value if len(case.patterns) == 1 else None
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None
