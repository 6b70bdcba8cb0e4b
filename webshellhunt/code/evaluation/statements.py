"""Statements of Visual Basic: a body compiled to a program; whatever isn't pure ends it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.evaluation import nodes
from webshellhunt.code.evaluation.expressions import Expression, Page
from webshellhunt.code.evaluation.nodes import Node, Run
from webshellhunt.code.evaluation.operators import BINARY, join
from webshellhunt.code.evaluation.program import Program
from webshellhunt.code.tokens import NAME, NEWLINE, OP, Tokens

MAX_BLOCKS = 64
_AUGMENTS = {"+=": BINARY["+"][1], "-=": BINARY["-"][1], "*=": BINARY["*"][1], "&=": join}
_IGNORED = frozenset({"on", "option", "randomize", "erase"})
_DECLARES = frozenset({"dim", "const", "redim", "static"})


@dataclass(slots=True)
class Block:
    """What is open: ``leave`` leads behind it, ``again`` to its next round, or to the next branch of an ``If``."""

    kind: str
    leave: int
    again: int = -1
    is_inline: bool = False
    subject: str = ""


class StatementCompiler:
    """Compiles one body; ``own_name`` is the function that it belongs to, ``parameters`` what it is given."""

    def __init__(self, page: Page, tokens: Tokens, own_name: str = "", parameters: tuple[str, ...] = ()) -> None:
        self._page = page
        self._tokens = tokens
        self._own_name = own_name
        self._parameters = parameters
        self._program = Program(declared=set(parameters))
        self._exit = self._program.label()
        self._blocks: list[Block] = []
        self._at = self._end = 0
        self._names: frozenset[str] = frozenset()

    def body(self, start: int, end: int) -> Program:
        """Return the program of a whole body.

        Raises:
            UnknownError: it holds what isn't pure, or isn't understood.
        """
        return self._compile(start, end, one_block=False)

    def loop(self, start: int, end: int) -> Program:
        """Return the program of the loop that begins at a token; its ``end`` is the token behind the loop."""
        return self._compile(start, end, one_block=True)

    def _compile(self, start: int, end: int, *, one_block: bool) -> Program:
        self._at, self._end = start, end
        declared = frozenset() if one_block else self._lists(start, end)
        self._names = declared | frozenset(self._parameters)
        while self._at < self._end:
            self._statement()
            if one_block and not self._blocks:
                break
        self._close_inline()
        if self._blocks:
            raise UnknownError
        program = self._program
        program.place(self._exit)
        program.end = self._at
        return program

    def _lists(self, start: int, end: int) -> frozenset[str]:
        """Return the names that are declared or resized in the body: with brackets they mean an item, not a call."""
        found: set[str] = set()
        kinds, values = self._tokens.kinds, self._tokens.values
        is_declaring = False
        for index in range(start, end):
            if kinds[index] == NEWLINE:
                is_declaring = False
            elif kinds[index] == NAME:
                if values[index] in _DECLARES:
                    is_declaring = True
                elif is_declaring and values[index - 1] in ("dim", "redim", "preserve", ",", "static"):
                    found.add(values[index])
        return frozenset(found - {"preserve", self._own_name})

    # Reading --------------------------------------------------------------------------------------------------------

    def _word(self, index: int) -> str:
        return self._tokens.values[index] if index < self._end and self._tokens.kinds[index] == NAME else ""

    def _is_op(self, index: int, text: str) -> bool:
        return index < self._end and self._tokens.kinds[index] == OP and self._tokens.values[index] == text

    def _until(self, *words: str) -> int:
        """Return where the statement ends, or one of some words stands in it."""
        index, kinds, values = self._at, self._tokens.kinds, self._tokens.values
        while index < self._end:
            kind = kinds[index]
            if kind == NEWLINE or (kind == NAME and values[index] in (*words, "else", "end")):
                break
            index += 1
        return index

    def _expression(self, start: int, end: int) -> Node:
        return Expression(self._page, self._tokens, self._names, self._own_name).read(start, end)

    def _read(self, *words: str) -> Run:
        """Read an expression up to one of some words, or the end of the statement, and stand behind it."""
        stop = self._until(*words)
        run = self._expression(self._at, stop).run
        if words:
            if self._word(stop) not in words:
                raise UnknownError
            stop += 1
        self._at = stop
        return run

    def _close_inline(self) -> None:
        """End the conditions that a line end ends."""
        while self._blocks and self._blocks[-1].is_inline:
            self._end_if()

    def _statement(self) -> None:
        tokens, at = self._tokens, self._at
        if tokens.kinds[at] == NEWLINE:
            if tokens.values[at] != ":":
                self._close_inline()
            self._at += 1
            return
        word = self._word(at)
        handler = _STATEMENTS.get(word)
        if handler is not None and not self._is_op(at + 1, "="):
            handler(self)
        elif word in _IGNORED:
            self._ignore(word)
        else:
            self._assignment()

    def _ignore(self, word: str) -> None:
        """Pass over what changes nothing that is followed."""
        if word in ("randomize", "erase"):
            raise UnknownError
        self._at = self._until("goto", "resume", "explicit", "strict")
        if self._word(self._at) == "goto" and self._tokens.values[self._at + 1] != "0":
            raise UnknownError
        while self._at < self._end and self._tokens.kinds[self._at] != NEWLINE:
            self._at += 1

    # Assignments ----------------------------------------------------------------------------------------------------

    def _assignment(self) -> None:
        name = self._word(self._at)
        if not name:
            raise UnknownError
        self._at += 1
        position = self._item_of(name) if self._is_op(self._at, "(") else None
        operator = self._tokens.values[self._at] if self._at < self._end else ""
        self._at += 1
        if operator != "=" and operator not in _AUGMENTS:
            raise UnknownError
        if self._page.has(name) and name != self._own_name:
            raise UnknownError
        stop = self._until()
        node = self._expression(self._at, stop)
        self._at = stop
        if operator in _AUGMENTS:
            before = nodes.variable(name) if position is None else nodes.item(nodes.variable(name), [position])
            node = nodes.binary(_AUGMENTS[operator], 0, before, node, self._page.budget)
        if position is None:
            self._program.assign(name, node.run, self._page.budget)
        else:
            self._program.assign_item(name, position.run, node.run)

    def _item_of(self, name: str) -> Node:
        """Read the brackets behind the name of a list."""
        depth, start = 0, self._at + 1
        while self._at < self._end:
            depth += self._is_op(self._at, "(") - self._is_op(self._at, ")")
            self._at += 1
            if not depth:
                return self._expression(start, self._at - 1)
        raise UnknownError

    def _declare(self) -> None:
        """``Dim a, b(10), c As String = …``, ``Const a = …``, ``ReDim Preserve a(n)``."""
        keeps = self._word(self._at + 1) == "preserve"
        self._at += 2 if keeps else 1
        while True:
            name = self._word(self._at)
            if not name:
                raise UnknownError
            self._at += 1
            self._program.declared.add(name)
            if self._is_op(self._at, "("):
                if self._is_op(self._at + 1, ")"):
                    self._at += 2
                else:
                    self._program.resize(name, self._item_of(name).run, self._page.budget, keeps=keeps)
            self._skip_type()
            if self._is_op(self._at, "="):
                self._at += 1
                self._program.assign(name, self._read(), self._page.budget)
            if not self._is_op(self._at, ","):
                return
            self._at += 1

    def _skip_type(self) -> None:
        """Pass over ``As String``, ``As Byte()``; what is made by ``New`` isn't followed."""
        if self._word(self._at) != "as":
            return
        self._at += 2
        while self._is_op(self._at, "(") or self._is_op(self._at, ")"):
            self._at += 1

    def _return(self) -> None:
        self._at += 1
        if not self._own_name:
            raise UnknownError
        self._program.assign(self._own_name, self._read(), self._page.budget)
        self._program.jump(self._exit)

    def _set(self) -> None:
        """``Set x = Nothing`` lets go of an object; any other one takes one up."""
        stop = self._until()
        if self._tokens.values[self._at + 2 : stop] != ["=", "nothing"]:
            raise UnknownError
        self._at = stop

    def _let(self) -> None:
        self._at += 1
        self._assignment()

    # Conditions -----------------------------------------------------------------------------------------------------

    def _if(self) -> None:
        self._at += 1
        condition = self._read("then")
        is_inline = self._at < self._end and self._tokens.kinds[self._at] != NEWLINE
        block = self._open("if", is_inline=is_inline)
        block.again = self._program.label()
        self._program.branch(condition, block.again, when=False)

    def _open(self, kind: str, *, is_inline: bool = False) -> Block:
        if len(self._blocks) >= MAX_BLOCKS:
            raise UnknownError
        block = Block(kind, self._program.label(), is_inline=is_inline)
        self._blocks.append(block)
        return block

    def _top(self, *kinds: str) -> Block:
        if not self._blocks or self._blocks[-1].kind not in kinds:
            raise UnknownError
        return self._blocks[-1]

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

    def _split(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Split a range at its own commas."""
        parts, depth, left = [], 0, start
        for index in range(start, stop):
            depth += self._is_op(index, "(") - self._is_op(index, ")")
            if not depth and self._is_op(index, ","):
                parts.append((left, index))
                left = index + 1
        return [*parts, (left, stop)]

    # Loops ----------------------------------------------------------------------------------------------------------

    def _for(self) -> None:
        self._at += 1
        if self._word(self._at) == "each":
            name = self._word(self._at + 1)
            if self._word(self._at + 2) != "in":
                raise UnknownError
            self._at += 3
            block = self._open("for")
            block.again = self._program.each(name, self._read(), block.leave)
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


_STATEMENTS: dict[str, Callable[[StatementCompiler], None]] = {
    **dict.fromkeys(_DECLARES, StatementCompiler._declare),
    "return": StatementCompiler._return,
    "set": StatementCompiler._set,
    "let": StatementCompiler._let,
    "if": StatementCompiler._if,
    "elseif": StatementCompiler._else_if,
    "else": StatementCompiler._else,
    "select": StatementCompiler._select,
    "case": StatementCompiler._case,
    "for": StatementCompiler._for,
    "next": StatementCompiler._next,
    "while": StatementCompiler._while,
    "wend": StatementCompiler._wend,
    "do": StatementCompiler._do,
    "loop": StatementCompiler._loop,
    "exit": StatementCompiler._exit_block,
    "end": StatementCompiler._end_block,
}
