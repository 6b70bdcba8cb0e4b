"""Conditions and loops, compiled to branches and jumps."""

from __future__ import annotations

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.evaluation import nodes
from webshellhunt.code.evaluation.cursor import Block, Cursor
from webshellhunt.code.evaluation.operators import BINARY
from webshellhunt.lang.tokens import NEWLINE


class BlockCompiler(Cursor):
    """Compiles what opens, goes on with and closes a block."""

    # Conditions -----------------------------------------------------------------------------------------------------

    def _if(self) -> None:
        self._at += 1
        condition = self._read("then")
        is_inline = self._at < self._end and self._tokens.kinds[self._at] != NEWLINE
        block = self._open("if", is_inline=is_inline)
        block.again = self._program.label()
        self._program.branch(condition, block.again, when=False)

    def _next_branch(self, block: Block) -> None:
        """End one branch: what ran it leaves, what passed over it goes on here."""
        self._program.jump(block.leave)
        self._program.place(block.again)
        block.again = self._program.label()

    def _else(self) -> None:
        block = self._top("if")
        self._next_branch(block)
        self._at += 1

    def _else_if(self) -> None:
        block = self._top("if")
        self._next_branch(block)
        self._at += 1
        self._program.branch(self._read("then"), block.again, when=False)

    def _end_if(self) -> None:
        block = self._top("if")
        self._blocks.pop()
        self._program.place(block.again)
        self._program.place(block.leave)

    def _select(self) -> None:
        if self._word(self._at + 1) != "case":
            raise UnknownError
        self._at += 2
        block = self._open("select")
        block.subject = f"\0select{len(self._program.steps)}"
        self._program.assign(block.subject, self._read(), self._page.budget)
        block.again = self._program.label()
        self._program.jump(block.again)

    def _case(self) -> None:
        block = self._top("select")
        self._next_branch(block)
        self._at += 1
        if self._word(self._at) == "else":
            self._at += 1
            return
        body = self._program.label()
        start, stop = self._at, self._until()
        for left, right in self._split(start, stop):
            equal = BINARY["="]
            subject = nodes.variable(block.subject)
            test = nodes.binary(equal[1], 0, subject, self._expression(left, right), self._page.budget)
            self._program.branch(test.run, body, when=True)
        self._program.jump(block.again)
        self._program.place(body)
        self._at = stop

    # Loops ----------------------------------------------------------------------------------------------------------

    def _for(self) -> None:
        self._at += 1
        if self._word(self._at) == "each":
            name = self._word(self._at + 1)
            if self._word(self._at + 2) != "in":
                raise UnknownError
            self._at += 3
            block = self._open("for")
            block.again = self._program.each(name, self._read(), block.leave, self._page.budget)
            return
        name = self._word(self._at)
        self._at += 1
        self._skip_type()
        if not name or not self._is_op(self._at, "="):
            raise UnknownError
        self._at += 1
        first = self._read("to")
        has_step = self._word(self._until("step")) == "step"
        last = self._read("step") if has_step else self._read()
        by = self._read() if has_step else None
        block = self._open("for")
        block.again = self._program.count(name, (first, last, by), block.leave)

    def _next(self) -> None:
        self._end_round("for")
        self._at = self._until()

    def _end_round(self, kind: str) -> None:
        block = self._top(kind)
        self._blocks.pop()
        self._program.jump(block.again)
        self._program.place(block.leave)

    def _while(self) -> None:
        self._at += 1
        block = self._open("while")
        block.again = self._program.label()
        self._program.place(block.again)
        self._program.branch(self._read(), block.leave, when=False)

    def _wend(self) -> None:
        self._end_round("while")
        self._at += 1

    def _do(self) -> None:
        self._at += 1
        block = self._open("do")
        block.again = self._program.label()
        self._program.place(block.again)
        word = self._word(self._at)
        if word in ("while", "until"):
            self._at += 1
            self._program.branch(self._read(), block.leave, when=word == "until")

    def _loop(self) -> None:
        self._at += 1
        word = self._word(self._at)
        if word in ("while", "until"):
            self._at += 1
            self._program.branch(self._read(), self._top("do").leave, when=word == "until")
        self._end_round("do")

    # Ends -----------------------------------------------------------------------------------------------------------

    def _exit_block(self) -> None:
        kind = self._word(self._at + 1)
        self._at += 2
        if kind in ("function", "sub", "property"):
            self._program.jump(self._exit)
            return
        for block in reversed(self._blocks):
            if block.kind == kind:
                self._program.jump(block.leave)
                return
        raise UnknownError

    def _end_block(self) -> None:
        kind = self._word(self._at + 1)
        self._at += 2
        if kind == "if":
            self._end_if()
        elif kind == "select":
            block = self._top("select")
            self._blocks.pop()
            self._program.place(block.again)
            self._program.place(block.leave)
        elif kind == "while":
            self._end_round("while")
        else:
            raise UnknownError
