"""The parser of Visual Basic: statement by statement, with a stack of the blocks that are open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice

from webshellhunt.fence import check_time
from webshellhunt.lang.columns import Part, Tokens
from webshellhunt.lang.lexis import NAME, NEWLINE
from webshellhunt.lang.part_tree import MAX_TREE_TOKENS, TREES, PartTree
from webshellhunt.lang.tree import Block, Jump, Unparsed
from webshellhunt.lang.visual_basic.blocks import LAMBDA, PROPERTY, TYPES
from webshellhunt.lang.visual_basic.expressions import SPECIALS, Special
from webshellhunt.lang.visual_basic.net_statements import VbNetStatements

_SAME_LINE = frozenset(("if", "else", "elseif", "case", "sub", "function", "property", "public", "private"))
"""Statements may follow these on the same line without a colon."""
_GOES_ON = frozenset(("else", "elseif", "end", "loop", "next", "wend"))
"""These may follow a statement without a colon."""
_SHOWING = ("<%=", "<%:", "<%#")


class VbParser(VbNetStatements):
    """Parses a page."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens)
        self._statements = _STATEMENTS if self.is_script else _STATEMENTS_OF_NET
        self._specials = _OPERANDS if self.is_script else _OPERANDS_OF_NET

    def whole(self) -> Block:
        """Parse a whole page."""
        top = Block(0, self.size)
        self.start_blocks(top)
        if self.is_shown(0):
            self.shown()
        self.run()
        self.close_all(0)
        return top

    def by_parts(self, parts: Sequence[Part]) -> tuple[Block, list[PartTree]]:
        """Parse a whole page of parts; those that are whole only together have one tree."""
        top = Block(0, self.size)
        self.start_blocks(top)
        trees: list[PartTree] = []
        for number, part in enumerate(parts):
            if trees and part.first < trees[-1].end:
                continue
            parsed: list[PartTree] = []

            def make() -> PartTree:
                parsed.append(self._tree(parts, number))  # noqa: B023 - it is called at once
                return parsed[0]  # noqa: B023

            tree = TREES.get(part.key, make, partial(self._weight, part))
            if not parsed:
                top.statements += tree.statements
                self._steps += tree.steps
                self._at = tree.end
            trees.append(tree)
        self.run()
        self.close_all(0)
        return top, trees

    def _tree(self, parts: Sequence[Part], number: int) -> PartTree:
        """Parse a part of a page, and those behind it until all blocks have ended."""
        out, before, steps = self._out, len(self._out), self._steps
        first = last = parts[number]
        for last in islice(parts, number, None):
            self._at = 0
            if last.first:
                self._pass_line_end(last.first - 1)
            elif self.is_shown(0):
                self.shown()
            self.run(end=last.end)
            if not self._stack:
                break
        return PartTree(first.first, out[before:], self.values[first.first : last.end], self._steps - steps)

    def _weight(self, part: Part, tree: PartTree) -> int:
        """Return the tokens of a tree; more than any bound where it is no tree of one part alone."""
        is_whole = tree.end == part.end == self._at and not self._stack
        return part.end - part.first if is_whole else MAX_TREE_TOKENS + 1

    def run(self, depth: int = -1, end: int | None = None) -> None:
        """Parse statements until the code ends, or the block that makes the stack higher than ``depth``."""
        kinds, size, stack = self.kinds, self.size if end is None else end, self._stack
        while self._at < size and len(stack) > depth:
            at = self._at
            if kinds[at] == NEWLINE:
                self._pass_line_end(at)
                continue
            if self.statement():
                continue
            if self._is_aborted or len(stack) <= depth:
                break
            if kinds[self._at] != NEWLINE and (self._at == at or not self._may_go_on()):
                self._out.append(self.rest(at))

    def statement(self) -> bool:
        """Parse a statement; return whether another one may follow on the same line without a colon."""
        check_time()
        at = self._at
        self._steps += 1
        word = self.words[at]
        handler = self._statements.get(word)
        if handler is None or self.words[at + 1] == "=":
            self.simple()
            return False
        handler(self)
        return word in _SAME_LINE and not self._is_aborted

    def _may_go_on(self) -> bool:
        """True if another statement may follow the one before; the lexer drops the line end after markup."""
        return self.words[self._at] in _GOES_ON or (not self.is_script and self.words[self._at - 1] == ">")

    def rest(self, at: int) -> Unparsed:
        """Pass over the rest of a statement that began at ``at``."""
        start = self._at
        if start == at:
            self._at += 1
        return self.unparsed(start)

    def _pass_line_end(self, at: int) -> None:
        """Pass over the end of a statement."""
        self._at = at + 1
        if self.words[at] == "\n" and self._stack and self._stack[-1].is_inline:
            self._at = at
            self.end_line()
            self._at = at + 1
        starts, ends = self.tokens.starts, self.tokens.ends
        if starts[at] == ends[at] and self.is_shown(at + 1):
            self.shown()

    def is_shown(self, at: int) -> bool:
        """True if a block of a page begins with a token, and shows an expression: ``<%= x %>``."""
        if at >= self.size:
            return False
        text, place = self.tokens.text, self.tokens.starts[at]
        before = text[max(0, place - 200) : place].rstrip()
        return before.endswith(_SHOWING)

    def shown(self) -> None:
        """Parse the expression that is shown."""
        if self.kinds[self._at] != NEWLINE:
            self._out.append(self.expression())
            if self.kinds[self._at] != NEWLINE:
                self._out.append(self.unparsed(self._at))

    def end(self) -> None:
        """``End If`` and all others, or ``End`` alone."""
        start = self._at
        word = self.words[start + 1]
        handler = (_ENDS if self.is_script else _ENDS_OF_NET).get(word)
        if self.kinds[start + 1] != NAME or handler is None:
            self._at += 1
            self._out.append(Jump(start, self._at, "end"))
            return
        self._at += 2
        handler(self, start)

    def end_property(self, start: int) -> None:
        """``End Property`` of VB.NET."""
        if not self.leave(PROPERTY, start, self._at):
            self._out.append(Unparsed(start, self._at))
            self._is_aborted = bool(self._units.get(LAMBDA))

    def end_block(self, start: int) -> None:
        """``End If``, ``End Select``, ``End With``."""
        kind = self.words[start + 1]
        if not self.leave(kind, start, self._at):
            self._out.append(Unparsed(start, self._at))


_ENDS: dict[str, Callable[[VbParser, int], None]] = {
    **dict.fromkeys(("if", "select", "with", "while"), VbParser.end_block),
    **dict.fromkeys(("sub", "function", "property"), VbParser.end_procedure),
    **dict.fromkeys(TYPES, VbParser.end_unit),
}
_ENDS_OF_NET: dict[str, Callable[[VbParser, int], None]] = {
    **_ENDS,
    **dict.fromkeys(("try", "using", "synclock"), VbParser.end_block),
    **dict.fromkeys(("get", "set", "operator", "addhandler", "removehandler", "raiseevent"), VbParser.end_procedure),
    **dict.fromkeys(("property", "event"), VbParser.end_property),
}
_STATEMENTS: dict[str, Callable[[VbParser], None]] = {
    "if": VbParser.if_, "elseif": VbParser.else_if, "else": VbParser.else_, "end": VbParser.end,
    "select": VbParser.select, "case": VbParser.case, "for": VbParser.for_, "next": VbParser.next_, "do": VbParser.do,
    "loop": VbParser.loop, "while": VbParser.while_, "wend": VbParser.wend, "with": VbParser.with_, "dim": VbParser.dim,
    "const": VbParser.dim, "redim": VbParser.redim, "erase": VbParser.erase, "set": VbParser.set, "let": VbParser.set,
    "call": VbParser.call, "exit": VbParser.exit_, "on": VbParser.on_error, "option": VbParser.option,
    "stop": VbParser.stop,
    **dict.fromkeys(("public", "private", "function", "sub", "property", "class"), VbParser.modified),
}  # fmt: skip
_DECLARING = (
    "public private function sub property class module structure interface enum namespace shared friend protected "
    "partial overrides overridable notoverridable mustoverride mustinherit notinheritable overloads shadows readonly "
    "default writeonly withevents async iterator widening narrowing custom declare delegate event operator static "
    "const <"
)
_STATEMENTS_OF_NET: dict[str, Callable[[VbParser], None]] = {
    **_STATEMENTS, **dict.fromkeys(_DECLARING.split(), VbParser.modified),
    **dict.fromkeys(("return", "throw", "yield"), VbParser.valued),
    **dict.fromkeys(("goto", "resume"), VbParser.jump_to),
    **dict.fromkeys(("addhandler", "removehandler"), VbParser.handler),
    **dict.fromkeys(("get", "set"), VbParser.accessing), **dict.fromkeys(("inherits", "implements"), VbParser.inherits),
    **dict.fromkeys(("using", "synclock"), VbParser.using), "raiseevent": VbParser.raise_event,
    "continue": VbParser.continue_, "imports": VbParser.imports, "try": VbParser.try_, "catch": VbParser.catch,
    "finally": VbParser.finally_,
}  # fmt: skip
_OPERANDS: dict[str, Special] = {
    **SPECIALS,
    "new": VbParser.new,
    "null": lambda parser: parser.literal(None, "null"),
    "empty": lambda parser: parser.literal(None, "empty"),
}

_OPERANDS_OF_NET: dict[str, Special] = {
    **SPECIALS, **dict.fromkeys(("ctype", "directcast", "trycast"), VbParser.cast),
    **dict.fromkeys(("addressof", "await"), VbParser.unary_word),
    **dict.fromkeys(("function", "sub", "async", "iterator"), VbParser.lambda_),
    **dict.fromkeys(("from", "aggregate"), VbParser.query), "new": VbParser.new, "typeof": VbParser.type_of,
    "gettype": VbParser.get_type, "if": VbParser.if_operator, "global": VbParser.from_global,
}  # fmt: skip


def parse_vb(tokens: Tokens) -> tuple[Block, int]:
    """Parse tokens of VBScript or VB.NET; return the tree and how many steps it took."""
    parser = VbParser(tokens)
    top = parser.whole()
    return top, parser._steps


def parse_parts(tokens: Tokens) -> tuple[Block, int, bool, Sequence[PartTree]]:
    """Parse tokens that are made of parts; return the tree, its steps, and the trees of the parts."""
    parser = VbParser(tokens)
    top, trees = parser.by_parts(tokens.parts)
    return top, parser._steps, False, trees
