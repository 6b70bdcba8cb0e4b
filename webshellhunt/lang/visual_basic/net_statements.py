"""Statements and lambdas that only VB.NET has."""

from __future__ import annotations

from webshellhunt.lang.lexis import NAME, NEWLINE, NUMBER
from webshellhunt.lang.tree import Assign, Block, Call, Catch, Function, Jump, Label, Lambda, Node, Try, Unparsed
from webshellhunt.lang.visual_basic.blocks import LAMBDA, Frame
from webshellhunt.lang.visual_basic.cursor import MAX_DEPTH
from webshellhunt.lang.visual_basic.net_declarations import VbNetDeclarations
from webshellhunt.lang.visual_basic.statements import VbStatements

_COST = 3
"""How many levels a lambda counts for: its body is parsed by more functions than an operand in brackets."""


class VbNetStatements(VbStatements, VbNetDeclarations):
    """Parses statements of VB.NET."""

    def statement(self) -> bool:
        """Parse a statement; return whether another one may follow on the same line without a colon."""
        raise NotImplementedError

    def run(self, depth: int = -1) -> None:
        """Parse statements until the code ends, or the block that makes the stack higher than ``depth``."""
        raise NotImplementedError

    def simple(self) -> None:
        """Parse an assignment or a call; also a label and a value of an enumeration."""
        at = self._at
        if self.is_script:
            super().simple()
        elif self._stack and self._stack[-1].kind == "enum":
            self.variables(at, frozenset(("const",)))
        elif at + 1 < self.size and self.values[at + 1] == ":" and self.kinds[at + 1] == NEWLINE and self._is_label(at):
            self._out.append(Label(at, at + 1, self.values[at]))
            self._at = at + 1
        else:
            super().simple()

    def _is_label(self, at: int) -> bool:
        is_first = not at or (self.kinds[at - 1] == NEWLINE and self.words[at - 1] == "\n")
        return is_first and self.kinds[at] in (NAME, NUMBER)

    # Jumps and events -----------------------------------------------------------------------------------------------

    def valued(self) -> None:
        """``Return x``, ``Throw x``, ``Yield x``, each with or without a value."""
        start = self._at
        self._at += 1
        value = None if self.ends_here() else self.expression()
        self._out.append(Jump(start, self._at, self.words[start], value))

    def continue_(self) -> None:
        """``Continue For``."""
        start = self._at
        self._at += 1
        label = self.name()
        self._out.append(Jump(start, self._at, "continue", label=label))

    def handler(self) -> None:
        """``AddHandler a.b, AddressOf f``: an assignment with ``+=``."""
        if self.is_accessor():
            self.accessor(self._at)
            return
        start = self._at
        operator = "+=" if self.words[start] == "addhandler" else "-="
        self._at += 1
        target = self.expression()
        self.take(",")
        value = self.expression()
        self._out.append(Assign(start, self._at, target, operator, value))

    def raise_event(self) -> None:
        """``RaiseEvent e(x)``: the call of its handlers."""
        if self.is_accessor():
            self.accessor(self._at)
            return
        start = self._at
        self._at += 1
        node = self.operand()
        if isinstance(node, Call):
            node.start = start
            self._out.append(node)
        else:
            self._out.append(Call(start, self._at, node, [], has_brackets=False))

    def accessing(self) -> None:
        """``Get`` and ``Set`` of a property; elsewhere ``Set`` is an assignment and ``Get`` a name."""
        if self.is_accessor():
            self.accessor(self._at)
        elif self.words[self._at] == "set":
            self.set()
        else:
            self.simple()

    # Blocks ---------------------------------------------------------------------------------------------------------

    def try_(self) -> None:
        """``Try``."""
        start = self._at
        self._at += 1
        block = self.block()
        self.open("try", Try(start, self._at, block), block)

    def catch(self) -> None:
        """``Catch ex As T When test``."""
        start = self._at
        frame = self.innermost("try")
        self._at += 1
        name = "" if self.words[self._at] == "when" else self.name()
        type_ = self.type_after_as()
        guard = self.expression() if self.take("when") else None
        if frame is None or not isinstance(frame.node, Try):
            self._out.append(Unparsed(start, self._at, [] if guard is None else [guard]))
            return
        block = self.block()
        node = Catch(start, self._at, type_, name, block, guard)
        frame.node.catches.append(node)
        self._part(frame, start, block, [node])

    def finally_(self) -> None:
        """``Finally``."""
        start = self._at
        frame = self.innermost("try")
        self._at += 1
        if frame is None or not isinstance(frame.node, Try) or frame.node.last is not None:
            self._out.append(Unparsed(start, self._at))
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
        frame.tails, frame.block, self._out = tails, block, block.statements

    def using(self) -> None:
        """``Using x As New T(y)`` and ``SyncLock x``: a block that begins with the declaration, or the expression."""
        start = self._at
        word = self.words[start]
        self._at += 1
        block = self.block()
        block.start = start
        block.is_using = word == "using"
        self.open(word, block, block)
        if self.kinds[self._at] == NAME and self.words[self._at + 1] in ("as", "="):
            self.variables(self._at, frozenset())
        else:
            self._out.append(self.expression())

    # Lambdas --------------------------------------------------------------------------------------------------------

    def lambda_(self) -> Node | None:
        """``Function(x) x + 1``, ``Sub(x) f(x)``, and those whose body has lines of its own."""
        start = at = self._at
        while self.words[at] in ("async", "iterator"):
            at += 1
        if self.words[at] not in ("function", "sub"):
            return None
        if self._depth + _COST > MAX_DEPTH:
            return self.too_deep()
        self._depth += _COST
        self._at = at + 1
        kind = self.words[at]
        function = Function(start, start, "", self.parameters(), None, kind)
        function.modifiers = frozenset(self.words[start:at])
        function.type = self.type_after_as()
        if self.kinds[self._at] == NEWLINE and self.words[self._at] == "\n":
            function.body = self._lines()
        elif kind == "sub":
            function.body = self._one_statement()
        else:
            first = self._at
            value = self.expression()
            function.body = Block(first, self._at, [Jump(first, self._at, "return", value)])
        function.end = self._at
        self._depth -= _COST
        return Lambda(start, self._at, function)

    def _lines(self) -> Block:
        """Parse the body of a lambda up to its end."""
        block, depth, units = self._enter()
        self.run(depth)
        if self._is_aborted:
            self._is_aborted = False
            self._at -= self.kinds[self._at - 1] == NEWLINE
        self._leave(depth, units)
        return block

    def _one_statement(self) -> Block:
        """Parse a body that is one statement, which may be a condition with several."""
        block, depth, units = self._enter()
        before = -1
        while self._at > before and len(self._stack) > depth and self.kinds[self._at] != NEWLINE:
            before = self._at
            if not self.statement() and (self._is_aborted or self.words[self._at] not in ("else", "elseif")):
                break
        self._is_aborted = False
        self._leave(depth, units)
        return block

    def _enter(self) -> tuple[Block, int, dict[str, int]]:
        depth, units = len(self._stack), self._units
        self._units = {}
        block = self.block()
        self.push(Frame(LAMBDA, None, block, self._out))
        self._out = block.statements
        return block, depth, units

    def _leave(self, depth: int, units: dict[str, int]) -> None:
        self.close_all(depth)
        self._units = units
