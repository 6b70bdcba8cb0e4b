"""Statements while constants are read: what is assigned or declared in them, and where they end."""

from __future__ import annotations

from collections.abc import Mapping

from webshellhunt.code.constants.brackets import OwnCode
from webshellhunt.code.constants.expressions import Expressions
from webshellhunt.code.constants.frames import Frame
from webshellhunt.code.constants.loops import Loops
from webshellhunt.code.constants.names import Names
from webshellhunt.code.constants.terms import Budget, Term
from webshellhunt.lang.tokens import Tokens


class Statements:
    """The statements of a range of tokens, in the frames that are open."""

    def __init__(
        self,
        tokens: Tokens,
        known: Mapping[str, Term],
        start: int = 0,
        end: int | None = None,
        own: OwnCode | None = None,
    ) -> None:
        self._tokens = tokens
        self._range = range(max(start, 0), len(tokens) if end is None else min(end, len(tokens)))
        self._vb = tokens.language in ("vb", "vbscript")
        self._budget = Budget()
        self._expressions = Expressions(self._budget, vb=self._vb)
        self.names: Names = Names(tokens, known)
        self._frames = [Frame("", self._range.start)]
        self._loops = Loops(self.names, own)
        self._own = own

    @property
    def found(self) -> list[Term]:
        """Return each constant that was met, inner ones included."""
        return self._expressions.kept.found

    def _declare(self, frame: Frame) -> None:
        """``x As String = …``, ``x : String = …``: the name stands before its type."""
        only = frame.only()
        if only is not None and only.name:
            frame.items.clear()
        self._expressions.cut(frame)
        frame.declared = only.name if only is not None else ""

    def _assign(self, frame: Frame, name: str) -> None:
        only = frame.only()
        target = only.name if only is not None else ""
        if frame.declared:
            target, frame.declared = frame.declared, ""
            frame.items.clear()
        if not frame.is_block or frame.is_condition:
            self._expressions.cut(frame)
        elif frame.target is None:
            if target:
                frame.items.clear()
            self._expressions.end(frame)
            frame.target, frame.augments, frame.is_part = target, name != "=", False
        else:
            # One more `=` compares in VB, and assigns again elsewhere: either way the first gets no plain constant.
            self.names.assign(frame.target, None)
            self._expressions.end(frame)
            frame.target, frame.is_part = "" if self._vb else target, False

    def _end_argument(self, frame: Frame, index: int) -> None:
        if frame.is_block:
            self._end_statement(frame)
            return
        had = bool(frame.items) or frame.is_part
        term = self._expressions.end(frame)
        if had or self._tokens.values[index] == ",":
            frame.arguments.append(Term(frame.start, index) if term is None or frame.is_part else term)
        frame.is_part = False

    def _end_statement(self, frame: Frame) -> None:
        first = frame.items[0] if frame.items else None
        grows = bool(frame.target) and isinstance(first, Term) and first.name == frame.target and len(frame.items) > 1
        term = self._expressions.end(frame)
        if frame.target:
            if grows and term is not None and self.found and self.found[-1] is term:
                self.found.pop()  # `x = x & …`: only what it has grown to matters, where it is used
            is_known = (
                term is not None
                and term.value is not None
                and not (self._loops.count or frame.in_loop or frame.is_part)
            )
            value = term if is_known else None
            if frame.augments:
                value = self._expressions.augmented(self.names.read(frame.target), value)
            self.names.assign(frame.target, value)
        frame.target, frame.augments, frame.declared, frame.is_condition = None, False, "", False
        frame.new_at, frame.loops_next, frame.is_part = None, False, False

    def _end_line(self) -> None:
        while len(self._frames) > 1:
            self._end_statement(self._frames.pop())
        self._end_statement(self._frames[0])
