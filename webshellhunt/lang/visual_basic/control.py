"""Conditions and loops of Visual Basic: the words that open a block, go on with it and end it."""

from __future__ import annotations

from webshellhunt.lang import tree
from webshellhunt.lang.lexis import NEWLINE
from webshellhunt.lang.visual_basic.blocks import MAX_BLOCKS, Frame
from webshellhunt.lang.visual_basic.queries import VbQueries

_COMPARING = frozenset(("=", "<>", "<", ">", "<=", ">=", "=<", "=>"))
_AFTER_NEXT = frozenset(("else", "elseif", "end", "loop", "next", "\n", ":"))


class VbControl(VbQueries):
    """Parses conditions and loops."""

    def block(self) -> tree.Block:
        """Return a block that begins here."""
        return tree.Block(self._at, self._at)

    # Conditions -----------------------------------------------------------------------------------------------------

    def if_(self) -> None:
        """``If test Then``, with a block or with statements on the same line."""
        start = self._at
        self._at += 1
        test = self.expression()
        has_then = self.take("then")
        block = self.block()
        frame = self.open("if", tree.If(start, self._at, test, block), block)
        frame.is_inline = has_then and self.kinds[self._at] != NEWLINE

    def else_if(self) -> None:
        """``ElseIf test Then``: a condition in the other branch."""
        start = self._at
        frame = self._open_if()
        self._at += 1 if self.words[start] == "elseif" else 2
        test = self.expression()
        self.take("then")
        if frame is None:
            self._out.append(tree.Unparsed(start, self._at, [test]))
            return
        node = frame.node
        if not isinstance(node, tree.If) or frame.links >= MAX_BLOCKS:
            self._out.append(tree.Unparsed(start, self._at, [test]))
            return
        block = self.block()
        inner = tree.If(start, self._at, test, block)
        self._go_on(frame, start, tree.Block(start, start, [inner]), block)
        frame.tails.append(inner)
        frame.links += 1

    def _go_on(self, frame: Frame, start: int, no: tree.Block, block: tree.Block) -> None:
        """Begin another branch of a condition; the one before ends at ``start``."""
        last = frame.tails[-1] if frame.tails else frame.node
        assert isinstance(last, tree.If)
        if frame.block is not None:
            frame.block.end = start
        last.no = no
        if no is not block:
            frame.tails.append(no)
        frame.block = block
        self._out = block.statements

    def _open_if(self) -> Frame | None:
        """Return the innermost condition that has no other branch yet."""
        while (frame := self.innermost("if")) is not None:
            if not frame.has_else or not frame.is_inline:
                break
            self.close(self._at, self._at)
        return None if frame is None or frame.has_else else frame

    def else_(self) -> None:
        """``Else``."""
        start = self._at
        if not self.is_script and self.words[start + 1] == "if" and not self._is_inline():
            self.else_if()
            return
        frame = self._open_if()
        self._at += 1
        if frame is None:
            self._out.append(tree.Unparsed(start, self._at))
            return
        frame.has_else = True
        if frame.node is not None:
            block = self.block()
            self._go_on(frame, start, block, block)

    def _is_inline(self) -> bool:
        return bool(self._stack) and self._stack[-1].is_inline

    # Select Case ----------------------------------------------------------------------------------------------------

    def select(self) -> None:
        """``Select Case subject``."""
        start = self._at
        self._at += 1
        self.take("case")
        subject = self.expression()
        switch = tree.Switch(start, self._at, subject, [])
        first = tree.Block(self._at, self._at)
        self.open("select", switch, first)

    def case(self) -> None:
        """``Case 1, 2 To 5, Is > 7`` and ``Case Else``."""
        start = self._at
        frame = self.innermost("select")
        self._at += 1
        is_else = self.take("else")
        patterns = [] if is_else else self._patterns()
        if frame is None or not isinstance(frame.node, tree.Switch):
            found = [each.value for each in patterns if each.value is not None]
            self._out.append(tree.Unparsed(start, self._at, found))
            return
        self._end_case(frame, start)
        block = self.block()
        case = tree.Case(start, self._at, patterns, block)
        frame.node.cases.append(case)
        frame.tails = [case]
        frame.block, self._out = block, block.statements

    def _end_case(self, frame: Frame, start: int) -> None:
        """End the case before this one; statements before the first one never run."""
        assert isinstance(frame.node, tree.Switch)
        block = frame.block
        if block is None:
            return
        block.end = start
        for tail in frame.tails:
            tail.end = start
        if not frame.node.cases and block.statements:
            never = tree.Pattern(block.start, block.start, is_negated=True)
            frame.node.cases.append(tree.Case(block.start, start, [never], block))

    def _patterns(self) -> list[tree.Pattern]:
        found = [self._pattern()]
        while self.take(","):
            found.append(self._pattern())
        return found

    def _pattern(self) -> tree.Pattern:
        start = self._at
        self.take("is")
        operator = "=="
        if self.words[self._at] in _COMPARING:
            operator = self._operator()
        value = self.expression()
        last = self.expression() if self.take("to") else None
        return tree.Pattern(start, self._at, value=value, operator="==" if operator == "=" else operator, last=last)

    # Loops ----------------------------------------------------------------------------------------------------------

    def for_(self) -> None:
        """``For i = first To last Step step`` and ``For Each x In items``."""
        start = self._at
        self._at += 1
        is_each = self.take("each")
        target = self._control_variable()
        node: tree.Node
        if is_each:
            self.take("in")
            items = self.expression()
            block = self.block()
            node = tree.Each(start, self._at, target, items, block)
        else:
            self.take("=")
            first = self.expression()
            self.take("to")
            last = self.expression()
            step = self.expression() if self.take("step") else None
            block = self.block()
            node = tree.Count(start, self._at, target, first, last, step, block)
        self.open("for", node, block)

    def _control_variable(self) -> tree.Node:
        start = self._at
        target = self.operand()
        if self.words[self._at] != "as":
            return target
        type_ = self.type_after_as()
        return tree.Declaration(start, self._at, self.values[start], type_)

    def next_(self) -> None:
        """``Next``, which may name the loops that it ends."""
        start = self._at
        self._at += 1
        count = 1
        while self.words[self._at] not in _AFTER_NEXT and (self.name() or self.words[self._at] == ","):
            count += self.words[self._at] == ","
            self.take(",")
        if not self.leave("for", start, self._at):
            self._out.append(tree.Unparsed(start, self._at))
        for _ in range(count - 1):
            self.leave("for", start, self._at)

    def do(self) -> None:
        """``Do``, ``Do While test``, ``Do Until test``."""
        start = self._at
        self._at += 1
        is_until = self.words[self._at] == "until"
        test = None
        if is_until or self.words[self._at] == "while":
            self._at += 1
            test = self.expression()
        block = self.block()
        self.open("do", tree.Loop(start, self._at, test, block, is_until=is_until), block)

    def loop(self) -> None:
        """``Loop``, ``Loop While test``, ``Loop Until test``."""
        start = self._at
        frame = self.innermost("do")
        self._at += 1
        word = self.words[self._at]
        test = None
        if word in ("while", "until"):
            self._at += 1
            test = self.expression()
        if frame is None:
            self._out.append(tree.Unparsed(start, self._at, [] if test is None else [test]))
            return
        node = frame.node
        self.close(start, self._at)
        if isinstance(node, tree.Loop) and test is not None:
            if node.test is None:
                node.test, node.is_until, node.is_tested_last = test, word == "until", True
            else:
                self._out.append(tree.Unparsed(self._at, self._at, [test]))

    def while_(self) -> None:
        """``While test``."""
        start = self._at
        self._at += 1
        test = self.expression()
        block = self.block()
        self.open("while", tree.Loop(start, self._at, test, block), block)

    def wend(self) -> None:
        """``Wend``."""
        self._at += 1
        if not self.leave("while", self._at - 1, self._at):
            self._out.append(tree.Unparsed(self._at - 1, self._at))

    def with_(self) -> None:
        """``With subject``."""
        start = self._at
        self._at += 1
        subject = self.expression()
        block = self.block()
        self.open("with", tree.With(start, self._at, subject, block), block)
