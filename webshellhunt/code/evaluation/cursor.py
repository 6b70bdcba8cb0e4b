"""A cursor over the statements of Visual Basic: where they end, which expressions they hold, which blocks are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.evaluation.expressions import Expression, Page
from webshellhunt.code.evaluation.nodes import Node, Run
from webshellhunt.code.evaluation.program import Program
from webshellhunt.lang.tokens import NAME, NEWLINE, OP, Tokens

_MAX_BLOCKS = 64


@dataclass(slots=True)
class Block:
    """What is open: ``leave`` leads behind it, ``again`` to its next round, or to the next branch of an ``If``."""

    kind: str
    leave: int
    again: int = -1
    is_inline: bool = False
    subject: str = ""


class Cursor:
    """Reads one body; ``own_name`` is the function that it belongs to, ``parameters`` what it is given."""

    PROGRAM: ClassVar[type[Program]] = Program
    EXPRESSION: ClassVar[type[Expression]] = Expression

    def __init__(self, page: Page, tokens: Tokens, own_name: str = "", parameters: tuple[str, ...] = ()) -> None:
        self._page = page
        self._tokens = tokens
        self._own_name = own_name
        self._parameters = parameters
        self._program = self.PROGRAM(declared=set(parameters))
        self._exit = self._program.label()
        self._blocks: list[Block] = []
        self._at = self._end = 0
        self._names: frozenset[str] = frozenset()

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
        return self.EXPRESSION(self._page, self._tokens, self._names, self._own_name).read(start, end)

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

    def _skip_type(self) -> None:
        """Pass over ``As String``, ``As Byte()``; what is made by ``New`` isn't followed."""
        if self._word(self._at) != "as":
            return
        self._at += 2
        while self._is_op(self._at, "(") or self._is_op(self._at, ")"):
            self._at += 1

    def _split(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Split a range at its own commas."""
        parts, depth, left = [], 0, start
        for index in range(start, stop):
            depth += self._is_op(index, "(") - self._is_op(index, ")")
            if not depth and self._is_op(index, ","):
                parts.append((left, index))
                left = index + 1
        return [*parts, (left, stop)]

    def _open(self, kind: str, *, is_inline: bool = False) -> Block:
        if len(self._blocks) >= _MAX_BLOCKS:
            raise UnknownError
        block = Block(kind, self._program.label(), is_inline=is_inline)
        self._blocks.append(block)
        return block

    def _top(self, *kinds: str) -> Block:
        if not self._blocks or self._blocks[-1].kind not in kinds:
            raise UnknownError
        return self._blocks[-1]
