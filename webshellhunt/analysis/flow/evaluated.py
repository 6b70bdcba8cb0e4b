"""Evaluated expressions that can be no code, whoever determines their text: few characters, text proved to be data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.operator_words import JOINING
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import OP, REGEX
from webshellhunt.lang.tree import Binary, Call, If, Literal, Member, Name, New, Node, walk
from webshellhunt.lazy_pattern import lazy_pattern

_REQUEST = "request"
FEW = 8
"""Characters of a piece of a text in which nobody gets a command."""
_PIECES = {"mid": 3, "left": 2, "right": 2}
"""Functions that cut a piece from a text, by the number of arguments where the last one is the number of characters."""
_NUMBERS = frozenset({"hex", "oct", "asc", "ascw", "cint", "clng", "len"})
_SAME = frozenset({"cstr", "trim", "ucase", "lcase"})
"""Functions whose result has as many characters as their argument."""
_CUTTING = _PIECES.keys() | _NUMBERS | _SAME
_NO_NAME = lazy_pattern(r"(?i)(?:&[ho]|0x|[\s\d.,()+*/-])*+")
_CHARACTER = "charAt"
_TEXT: Final = None
"""Stands for the name of the text that is checked and evaluated."""
_CHECK = (
    "/^[\\],:{}\\s]*$/", ".", "test", "(", _TEXT,
    ".", "replace", "(", '/\\\\(?:["\\\\\\/bfnrt]|u[0-9a-fA-F]{4})/g', ",", "@", ")",
    ".", "replace", "(", '/"[^"\\\\\\n\\r]*"|true|false|null|-?\\d+(?:\\.\\d*)?(?:[eE][+\\-]?\\d+)?/g', ",", "]", ")",
    ".", "replace", "(", "/(?:^|:|,)(?:\\s*\\[)+/g", ",", "", ")", ")",
)  # fmt: skip
"""The check of Crockford's library that a text is data; only this very expression proves anything."""
_REGEXES = 4


class Evaluations:
    """The calls of evaluators in one tree, by the places of their names.

    ``declared``: the evaluators of the language that are functions in an include; those of a page of Visual Basic are
    left out as well.
    """

    def __init__(self, index: SyntaxIndex, declared: frozenset[str] = frozenset()) -> None:
        self._index = index
        self.calls: dict[int, Call | New] = {}
        own = declared | (index.functions.keys() if index.tokens.language in VB else set())
        for dotted in index.find(frozenset(map(str.lower, vocabulary().evaluating))):
            if len(dotted.names) == 1 and not dotted.is_member and dotted.names[0] in own:
                continue
            call = index.call_of(dotted.node)
            if call is not None and any(sink.kind == "evaluate" for sink in vocabulary().sink(dotted.names)):
                self.calls[dotted.place] = call

    def argument(self, place: int) -> Node | None:
        """Return the first argument of the call at a place, ``None`` where there is no call."""
        call = self.calls.get(place)
        return call.arguments[0] if call is not None and call.arguments else None

    def is_around(self, place: int, origin: int) -> bool:
        """True if the origin of a value is in the argument of the call at a place, or the request is read there."""
        node = self.argument(place)
        if node is None:
            return False
        return node.start <= origin < node.end or any(
            isinstance(each, Name) and each.text.lower() == _REQUEST for each in walk(node)
        )

    def is_harmless(self, place: int) -> bool:
        """True if the evaluator at a place gets an expression that is no code, whatever its names are."""
        node = self.argument(place)
        if node is None:
            return False
        if self._index.tokens.language == "jscript":
            return self._is_character(node) or self._is_checked(node)
        return self._index.tokens.language in VB and self._is_few(node)

    def pieces(self, node: Node) -> list[Node]:
        """Return the pieces of a joined text, in their order; none where it is anything else."""
        if not isinstance(node, Binary):
            return [node]
        if not JOINING.issuperset(node.operators):
            return []
        return [piece for operand in node.operands for piece in self.pieces(operand)]

    # A few characters -----------------------------------------------------------------------------------------------

    def _is_character(self, node: Node) -> bool:
        """True for ``text.charAt(at)``, where the page has no such function of its own."""
        if not (isinstance(node, Call) and isinstance(node.callee, Member) and node.callee.name == _CHARACTER):
            return False
        lower = _CHARACTER.lower()
        named = [*self._index.find({lower})]
        is_called = all(self._index.call_of(each.nodes[each.names.index(lower)]) is not None for each in named)
        keys = sum(value == _CHARACTER for value in self._index.tokens.values)
        return is_called and len(named) == keys and "prototype" not in self._index.words

    def _is_few(self, node: Node) -> bool:
        """True if few characters of any name are in an expression: ``"&h" & Mid(text, at, 2)``."""
        sizes = [*self._sizes(node)]
        if not sizes or sum(sizes) > FEW:
            return False
        return not any(name in self._index.functions or name in self._index.assigned for name in _CUTTING)

    def _sizes(self, node: Node) -> Iterator[int]:
        """Yield the most characters of each piece, too many for one that may be longer."""
        for piece in self.pieces(node) or [node]:
            if isinstance(piece, Literal):
                if not _NO_NAME.fullmatch(str(piece.value)):
                    yield FEW + 1
                continue
            name = piece.callee.text.lower() if isinstance(piece, Call) and isinstance(piece.callee, Name) else ""
            arguments = piece.arguments if isinstance(piece, Call) else []
            if name in _SAME and len(arguments) == 1:
                yield from self._sizes(arguments[0])
            elif name in _NUMBERS:
                yield 0
            else:
                last = arguments[-1] if _PIECES.get(name) == len(arguments) else None
                is_few = isinstance(last, Literal) and isinstance(last.value, int) and 0 <= last.value <= FEW
                yield int(str(last.value)) if is_few and isinstance(last, Literal) else FEW + 1

    # Checked data ---------------------------------------------------------------------------------------------------

    def _is_checked(self, node: Node) -> bool:
        """True if ``"(" + text + ")"`` is evaluated after a check that the text is data in JSON."""
        pieces = self.pieces(node)
        if len(pieces) != 3 or not isinstance(pieces[1], Name):
            return False
        if [each.value for each in pieces[::2] if isinstance(each, Literal)] != ["(", ")"]:
            return False
        name = pieces[1].text
        around = [each for each in self._index.ancestors(node) if isinstance(each, If)]
        return any(self._is_check(each.test, name) and self._is_first(each, node) for each in around[:1])

    def _is_first(self, test: If, node: Node) -> bool:
        """True if a node is in the first statement after a test, so that nothing changes the text between."""
        first = test.yes.statements[:1]
        return bool(first) and first[0].start <= node.start and node.end <= first[0].end

    def _is_check(self, test: Node, name: str) -> bool:
        tokens = self._index.tokens
        wanted = [name if each is _TEXT else each for each in _CHECK]
        is_same = tokens.values[test.start : test.end] == wanted
        regexes = bytes(tokens.kinds[test.start : test.end]).count(REGEX)
        return is_same and regexes == _REGEXES and self._only_calls(("test", "replace"))

    def _only_calls(self, members: tuple[str, ...]) -> bool:
        """True if some names are members that are called, and none that the code declares or assigns."""
        tokens = self._index.tokens
        places = tokens.indexes_of(members)
        is_called = all(
            at > 0
            and tokens.values[at - 1] == "."
            and tokens.kinds[at - 1] == OP
            and tokens.values[at + 1 : at + 2] == ["("]
            for at in places
        )
        return is_called and "prototype" not in self._index.words
