"""Statements of Visual Basic: a body compiled to a program; whatever isn't pure ends it."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.evaluation import nodes
from webshellhunt.code.evaluation.blocks import BlockCompiler
from webshellhunt.code.evaluation.nodes import Node
from webshellhunt.code.evaluation.operators import BINARY, join
from webshellhunt.code.evaluation.program import Program
from webshellhunt.lang.tokens import NAME, NEWLINE

_AUGMENTS = {"+=": BINARY["+"][1], "-=": BINARY["-"][1], "*=": BINARY["*"][1], "&=": join}
_PASSED_OVER = frozenset({"on", "option"})
_DECLARES = frozenset({"dim", "const", "redim", "static"})


class StatementCompiler(BlockCompiler):
    """Compiles one body, statement by statement."""

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
            start = self._at
            self._statement()
            self._program.cost(self._at - start)
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
        elif word in _PASSED_OVER:
            self._pass_over()
        elif self._page.has(word) and word != self._own_name and self._tokens.values[at + 1 : at + 2] != ["="]:
            self._call(word)
        else:
            self._assignment()

    def _pass_over(self) -> None:
        """Pass over what changes nothing that is followed: ``On Error Resume Next``, ``Option Explicit``."""
        self._at = self._until("goto", "resume", "explicit", "strict")
        if self._word(self._at) == "goto" and self._tokens.values[self._at + 1] != "0":
            raise UnknownError
        while self._at < self._end and self._tokens.kinds[self._at] != NEWLINE:
            self._at += 1

    def _call_by_word(self) -> None:
        """``Call name(a, b)``."""
        self._at += 1
        name = self._word(self._at)
        if not self._page.has(name):
            raise UnknownError
        self._call(name)

    def _call(self, name: str) -> None:
        """``name a, b``: a procedure of the page, which may change the variables that stand alone as its arguments."""
        start, stop = self._at + 1, self._until()
        if self._is_op(start, "(") and self._is_op(stop - 1, ")"):
            start, stop = start + 1, stop - 1
        parts = self._split(start, stop) if start < stop else []
        nodes_given = [self._expression(left, right) for left, right in parts]
        names = [self._word(left) if right == left + 1 and self._is_variable(left) else "" for left, right in parts]
        depth = 1 + max((node.depth for node in nodes_given), default=0)
        page = self._page
        self._program.call([n.run for n in nodes_given], names, lambda values: page.change(name, values, depth))
        self._at = self._until()

    def _is_variable(self, index: int) -> bool:
        return self._word(index) in self._names or not self._page.has(self._word(index))

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


_STATEMENTS: dict[str, Callable[[StatementCompiler], None]] = {
    **dict.fromkeys(_DECLARES, StatementCompiler._declare),
    "call": StatementCompiler._call_by_word,
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
