"""Holes: places in evaluated text of the page where a visitor's text is a value or a choice, and no statement.

Three kinds are known, in Visual Basic. A *quoted* text stands in a literal, and the quotes in it are doubled or
removed. A *chosen* text follows text of the page's own, in one of several cases that compare its beginning. A *named*
text ends the name of a variable. Where the visitor's text stands in the evaluated text in another way as well, where
anything of that text is unknown, or any word of it runs something, it is no hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import ESCAPED, Tainted, Value
from webshellhunt.analysis.flow.evaluated import Evaluations
from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.flow.shapes import forms_of
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Call, Case, Literal, Name, Node, Switch, walk
from webshellhunt.lazy_pattern import lazy_pattern

QUOTED, CHOSEN, NAMED = "quoted", "chosen", "named"
RUNNING = frozenset({"evaluate", "process", "load", "pick", "name"})
"""The kinds of sinks that run their argument: nothing is a hole in a text that names one of them."""
_FEWEST = 2
"""Cases, and variables of one family."""
_BEGINS = frozenset({"left", "mid"})
_PREFIX = lazy_pattern(r"[a-z]\w{2,30}(?<=[a-z_])", re.IGNORECASE)
_LABEL = lazy_pattern(r"[a-z_]\w*+", re.IGNORECASE)
_FRAME = lazy_pattern(r"[\w=(,]\s*+\Z")
_BEGINNING = lazy_pattern(r"\b(?:then|else|do|loop|rem)\s*+\Z", re.IGNORECASE)
"""Words after which a statement begins, or nothing more is read."""
_WRITING = frozenset({"write", "writeline"})
"""Members of a response as well as of the input of a program."""
_REFERRING = frozenset({"getref", "addressof", "callbyname", "invoke", "createobject", "getobject", "activexobject"})
"""Words that call or make something by a name in a text, which may be put together."""
_WORD = lazy_pattern(r"\w++")
_REMARK = lazy_pattern(r"\brem\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _running_words() -> frozenset[str]:
    """Return the last words of the names of sinks that run something, or make an object that does."""
    sinks = vocabulary().sinks
    words = {word for word, group in sinks.items() if any(sink.kind in RUNNING for sink in group)}
    return (_REFERRING | words) - _WRITING


class Holes:
    """Looks at the evaluated texts of one code."""

    def __init__(self, index: SyntaxIndex, evaluations: Evaluations) -> None:
        self._index = index
        self._evaluations = evaluations

    def kind_of(self, value: Value, place: int) -> str:
        """Return the kind of hole that all text of a visitor in an evaluated value stands in; ``""`` for none."""
        if self._index.tokens.language not in VB:
            return ""
        node = self._evaluations.argument(place)
        if node is not None and self._index.tokens.values[place].lower() == "eval" and self._ends_name(node):
            return NAMED
        chosen = self._chosen(node) if node is not None else None
        kinds = {_kind_of_form(form, is_chosen=chosen is not None) for form in forms_of(value)}
        kinds.discard(None)
        return (kinds.pop() or "") if len(kinds) == 1 else ""

    # A named text ---------------------------------------------------------------------------------------------------

    def _ends_name(self, node: Node) -> bool:
        """True if an expression is the beginning of the names of several variables, and one text after it."""
        pieces = self._evaluations.pieces(node)
        first = pieces[0] if len(pieces) == 2 else None
        if not isinstance(first, Literal) or not isinstance(first.value, str) or not _PREFIX.fullmatch(first.value):
            return False
        prefix = first.value.lower()
        if any(word.startswith(prefix) for word in _REFERRING | vocabulary().evaluating):
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


# A quoted text --------------------------------------------------------------------------------------------------------


def _kind_of_form(form: Sequence[Value], *, is_chosen: bool) -> str | None:
    """Return the kind of hole in one alternative of a text, ``""`` for none, ``None`` without a visitor's text."""
    front, words, kinds = "", "", set[str]()
    for part in form:
        if isinstance(part, str):
            front, words = front + part, f"{words} {part}"
        elif not traces_of(part):
            return ""
        elif part.__class__ is Tainted and part.form == ESCAPED and _is_quoted(front):
            front, words = front + "_", words + "_"
            kinds.add(QUOTED)
        elif is_chosen and _FRAME.search(front) and not _BEGINNING.search(front):
            front = front + "_"
            kinds.add(CHOSEN)
        else:
            return ""
    if not kinds:
        return None
    if not _running_words().isdisjoint(_WORD.findall("".join(map(_plain, form)).lower())):
        return ""
    return CHOSEN if CHOSEN in kinds else QUOTED


def _plain(part: Value) -> str:
    return str(part) if isinstance(part, str) else "_"


def _is_quoted(front: str) -> bool:
    """True if a literal of Visual Basic is open at the end of a text."""
    line = re.split(r"[\r\n]", front)[-1]
    outside = "".join(line.split('"')[::2])
    return line.count('"') % 2 == 1 and "'" not in outside and not _REMARK.search(outside)


def with_holes(flows: Iterable[Flow], running: Iterable[int]) -> list[Flow]:
    """Return flows with their holes only where nothing else of the code runs anything.

    A value that one text keeps in a name may be run by another one. ``running`` are the places of all sinks that run.
    """
    found = [*flows]
    if {*running} <= {flow.place for flow in found if flow.shape.hole}:
        return found
    return [replace_hole(flow) for flow in found]


def replace_hole(flow: Flow) -> Flow:
    """Return a flow without a hole."""
    return flow._replace(shape=flow.shape._replace(hole="")) if flow.shape.hole else flow
