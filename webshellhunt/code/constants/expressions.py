"""Expressions: operands and operators are put on a frame one by one, and what they make is kept."""

from __future__ import annotations

from webshellhunt.code.constants.frames import Frame
from webshellhunt.code.constants.functions import PROPERTIES, entry_of
from webshellhunt.code.constants.terms import CAST, Budget, Kept, Reducer, Term, told

_MAX_PATH = 4


class Expressions:
    """Builds the expressions of one language; ``kept`` has each constant that was met, inner ones included."""

    def __init__(self, budget: Budget, *, vb: bool) -> None:
        self.kept: Kept = Kept()
        self._vb = vb
        self._reducer = Reducer(vb, budget, self.kept)
        self.operators: frozenset[str] = frozenset(name for level in self._reducer.levels for name in level)

    def operand(self, frame: Frame, term: Term) -> None:
        """Put an operand on a frame; next to another one it starts a new expression."""
        last = frame.last()
        if (last is not None and last.member != CAST) or (frame.items and frame.items[-1] == "."):
            self.cut(frame)
        frame.items.append(term)

    def operator(self, frame: Frame, name: str) -> None:
        """Put an operator on a frame, as a sign where no operand stands before it."""
        last = frame.last()
        if last is not None and last.member != CAST:
            if last.argument is not None:
                # VB's `execute ("a") & "b"`: the brackets are the argument's, not the call's.
                frame.items[:] = [last.argument]
            frame.items.append(name)
        elif name in ("+", "-") and (not frame.items or frame.items[-1] != "."):
            frame.items.append(f"u{name}")
        else:
            self.cut(frame)

    def member(self, frame: Frame, index: int, word: str) -> None:
        """Put what follows a dot on the operand before it."""
        term = frame.last()
        if term is None:
            return
        self._settle(term)
        if term.value is not None:
            self.kept.keep(Term(term.start, term.end, term.value, term.steps))
            term.member = word
        elif term.path:
            term.path = (*term.path, word)[-_MAX_PATH:]
        term.of, term.name, term.end = term.name, "", index + 1

    def cut(self, frame: Frame) -> None:
        """End the expression at something that isn't followed: it is only a part of what is written here."""
        self.end(frame)
        frame.is_part = True

    def end(self, frame: Frame) -> Term | None:
        """End the expression that is being read; return it if it is one term."""
        items, frame.items = frame.items, []
        if not items:
            return None
        only = items[0]
        if len(items) == 1 and isinstance(only, Term):  # most expressions by far
            if only.member is not None:
                self._settle(only)
            if only.value is not None:
                self.kept.keep(only)
            return only
        for item in items:
            if isinstance(item, Term):
                self._settle(item)
        items = self._reducer.reduce(items)
        for item in items:
            if isinstance(item, Term):
                self.kept.keep(item)
        return items[0] if len(items) == 1 and isinstance(items[0], Term) else None

    def augmented(self, before: Term | None, term: Term | None) -> Term | None:
        """Return a variable's constant with another one appended."""
        if before is None or term is None:
            return None
        sign = "&" if self._vb else "+"
        joined = self._reducer.reduce([Term(before.start, before.end, before.value, before.steps), sign, term])[0]
        return joined if isinstance(joined, Term) and joined.value is not None else None

    def _settle(self, term: Term) -> None:
        """Turn a member that isn't called into the value of a property, if it is one."""
        if term.member is not None and term.member != CAST:
            known = PROPERTIES.get(term.member)
            if known is not None:
                term.value = known(term.value)
            else:
                term.value = entry_of(term.value, term.member)
            term.steps, term.member = told(term.steps, term.member), None
