"""Statements and lambdas that only VB.NET has."""

from __future__ import annotations

from webshellhunt.lang.lexis import NAME, NEWLINE, NUMBER
from webshellhunt.lang.tree import (
    Assign,
    Block,
    Call,
    Catch,
    Function,
    Jump,
    Label,
    Lambda,
    Node,
    Try,
    Unparsed,
)
from webshellhunt.lang.vb_blocks import LAMBDA, Frame
from webshellhunt.lang.vb_cursor import MAX_DEPTH
from webshellhunt.lang.vb_net_declarations import VbNetDeclarations
from webshellhunt.lang.vb_statements import VbStatements

_COST = 3
"""How many levels a lambda counts for: its body is parsed by more functions than an operand in brackets."""


class VbNetStatements(VbStatements, VbNetDeclarations):
    """Parses statements of VB.NET."""

    has_open_markup = False
    """Whether a tag was met that never ends, so that no other one is followed over lines."""

    def statement(self) -> bool:
        """Parse a statement; return whether another one may follow on the same line without a colon."""
        raise NotImplementedError

    def run(self, depth: int = -1) -> None:
        """Parse statements until the code ends, or the block that makes the stack higher than ``depth``."""
        raise NotImplementedError

    def simple(self) -> None:
        """Parse an assignment or a call; also a label and a value of an enumeration."""
        at = self.at
        if self.is_script:
            super().simple()
        elif self.stack and self.stack[-1].kind == "enum":
            self.variables(at, frozenset(("const",)))
        elif at + 1 < self.size and self.values[at + 1] == ":" and self.kinds[at + 1] == NEWLINE and self._is_label(at):
            self.out.append(Label(at, at + 1, self.values[at]))
            self.at = at + 1
        else:
            super().simple()

    def _is_label(self, at: int) -> bool:
        is_first = not at or (self.kinds[at - 1] == NEWLINE and self.words[at - 1] == "\n")
        return is_first and self.kinds[at] in (NAME, NUMBER)

    # Jumps and events -----------------------------------------------------------------------------------------------

    def valued(self) -> None:
        """``Return x``, ``Throw x``, ``Yield x``, each with or without a value."""
        start = self.at
        self.at += 1
        value = None if self.ends_here() else self.expression()
        self.out.append(Jump(start, self.at, self.words[start], value))

    def continue_(self) -> None:
        """``Continue For``."""
        start = self.at
        self.at += 1
        label = self.name()
        self.out.append(Jump(start, self.at, "continue", label=label))

    def handler(self) -> None:
        """``AddHandler a.b, AddressOf f``: an assignment with ``+=``."""
        if self.is_accessor():
            self.accessor(self.at)
            return
        start = self.at
        operator = "+=" if self.words[start] == "addhandler" else "-="
        self.at += 1
        target = self.expression()
        self.take(",")
        value = self.expression()
        self.out.append(Assign(start, self.at, target, operator, value))

    def raise_event(self) -> None:
        """``RaiseEvent e(x)``: the call of its handlers."""
        if self.is_accessor():
            self.accessor(self.at)
            return
        start = self.at
        self.at += 1
        node = self.operand()
        if isinstance(node, Call):
            node.start = start
            self.out.append(node)
        else:
            self.out.append(Call(start, self.at, node, [], has_brackets=False))

    def accessing(self) -> None:
        """``Get`` and ``Set`` of a property; elsewhere ``Set`` is an assignment and ``Get`` a name."""
        if self.is_accessor():
            self.accessor(self.at)
        elif self.words[self.at] == "set":
            self.set()
        else:
            self.simple()

    # Blocks ---------------------------------------------------------------------------------------------------------

    def try_(self) -> None:
        """``Try``."""
        start = self.at
        self.at += 1
        block = self.block()
        self.open("try", Try(start, self.at, block), block)

    def catch(self) -> None:
        """``Catch ex As T When test``."""
        start = self.at
        frame = self.innermost("try")
        self.at += 1
        name = "" if self.words[self.at] == "when" else self.name()
        type_ = self.type_after_as()
        guard = self.expression() if self.take("when") else None
        if frame is None or not isinstance(frame.node, Try):
            self.out.append(Unparsed(start, self.at, [] if guard is None else [guard]))
            return
        block = self.block()
        node = Catch(start, self.at, type_, name, block, guard)
        frame.node.catches.append(node)
        self._part(frame, start, block, [node])

    def finally_(self) -> None:
        """``Finally``."""
        start = self.at
        frame = self.innermost("try")
        self.at += 1
        if frame is None or not isinstance(frame.node, Try) or frame.node.last is not None:
            self.out.append(Unparsed(start, self.at))
            return
        block = self.block()
        frame.node.last = block
        self._part(frame, start, block, [])

    def _part(self, frame: Frame, start: int, block: Block, tails: list[Node]) -> None:
        """Begin another part of ``Try``; the one before ends at ``start``."""
        if frame.block is not None:
            frame.block.end = start
        for tail in frame.tails:
            tail.end = start
        frame.tails, frame.block, self.out = tails, block, block.statements

    def using(self) -> None:
        """``Using x As New T(y)`` and ``SyncLock x``: a block that begins with the declaration, or the expression."""
        start = self.at
        word = self.words[start]
        self.at += 1
        block = self.block()
        block.start = start
        block.is_using = word == "using"
        self.open(word, block, block)
        if self.kinds[self.at] == NAME and self.words[self.at + 1] in ("as", "="):
            self.variables(self.at, frozenset())
        else:
            self.out.append(self.expression())

    # Lambdas --------------------------------------------------------------------------------------------------------

    def lambda_(self) -> Node | None:
        """``Function(x) x + 1``, ``Sub(x) f(x)``, and those whose body has lines of its own."""
        start = at = self.at
        while self.words[at] in ("async", "iterator"):
            at += 1
        if self.words[at] not in ("function", "sub"):
            return None
        if self.depth + _COST > MAX_DEPTH:
            return self.too_deep()
        self.depth += _COST
        self.at = at + 1
        kind = self.words[at]
        function = Function(start, start, "", self.parameters(), None, kind)
        function.modifiers = frozenset(self.words[start:at])
        function.type = self.type_after_as()
        if self.kinds[self.at] == NEWLINE and self.words[self.at] == "\n":
            function.body = self._lines()
        elif kind == "sub":
            function.body = self._one_statement()
        else:
            first = self.at
            value = self.expression()
            function.body = Block(first, self.at, [Jump(first, self.at, "return", value)])
        function.end = self.at
        self.depth -= _COST
        return Lambda(start, self.at, function)

    def _lines(self) -> Block:
        """Parse the body of a lambda up to its end."""
        block, depth, units = self._enter()
        self.run(depth)
        if self.is_aborted:
            self.is_aborted = False
            self.at -= self.kinds[self.at - 1] == NEWLINE
        self._leave(depth, units)
        return block

    def _one_statement(self) -> Block:
        """Parse a body that is one statement, which may be a condition with several."""
        block, depth, units = self._enter()
        before = -1
        while self.at > before and len(self.stack) > depth and self.kinds[self.at] != NEWLINE:
            before = self.at
            if not self.statement() and (self.is_aborted or self.words[self.at] not in ("else", "elseif")):
                break
        self.is_aborted = False
        self._leave(depth, units)
        return block

    def _enter(self) -> tuple[Block, int, dict[str, int]]:
        depth, units = len(self.stack), self.units
        self.units = {}
        block = self.block()
        self.push(Frame(LAMBDA, None, block, self.out))
        self.out = block.statements
        return block, depth, units

    def _leave(self, depth: int, units: dict[str, int]) -> None:
        self.close_all(depth)
        self.units = units

    # Markup ---------------------------------------------------------------------------------------------------------

    def mark_of_vb(self) -> Node:
        """Parse markup, of which only the expressions in it are kept."""
        start = self.at
        if self.words[start] != "<" or not (self.kinds[start + 1] == NAME or self.words[start + 1] in ("!", "?", "%")):
            return self.missing()
        found: list[Node] = []
        opened = 0
        while self.at < self.size and not (self.has_open_markup and self.kinds[self.at] == NEWLINE):
            self.steps += 1
            opened += self._markup(found)
            if opened <= 0:
                break
        if self.at >= self.size:
            self.has_open_markup = True
        return Unparsed(start, self.at, found)

    def _markup(self, found: list[Node]) -> int:
        """Pass over a piece of markup; return how many more elements it opens than it ends."""
        words, at = self.words, self.at
        if words[at] == "<" and words[at + 1] == "%" and words[at + 2] == "=":
            self.at = at + 3
            found.append(self.expression())
            return 0
        if words[at] == "<" and words[at + 1] == "/":
            while self.at < self.size and words[self.at] != ">":
                self.at += 1
            self.at = min(self.at + 1, self.size)
            return -1
        self.at = at + 1
        if words[at] == "/" and words[at + 1] == ">":
            self.at = at + 2
            return -1
        return int(words[at] == "<" and self.kinds[at + 1] == NAME)

    def member_name(self) -> str:
        """Pass over the name after a dot, also that of an element or an attribute of markup."""
        if self.words[self.at] in ("<", "@") and self.kinds[self.at + 1] == NAME:
            is_element = self.words[self.at] == "<"
            self.at += 1
            name = self.name()
            if is_element:
                self.take(">")
            return name
        return self.name()
