"""Rehearsal: what a page of VBScript would run, told by a run of its steps in which nobody visits it.

Folding follows the text from top to bottom, so what goes through branches, states of a loop, entries of a dictionary or
procedures is lost to it. Here the steps are gone in the order of execution, as far as constants go. Like all evaluation
it knows texts, numbers and lists, and nothing else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import ClassVar

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.expressions import Expression, Opened
from webshellhunt.code.evaluation.lenient import UNKNOWN, LenientProgram
from webshellhunt.code.evaluation.lookups import entry_or_item, listed, object_of, property_variable, replaced
from webshellhunt.code.evaluation.nodes import Node, Variables
from webshellhunt.code.evaluation.page import PageEvaluator
from webshellhunt.code.evaluation.program import Program
from webshellhunt.code.evaluation.statements import StatementCompiler
from webshellhunt.code.evaluation.values import EMPTY
from webshellhunt.code.evaluation.variables import Held
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NEWLINE

MAX_STEPS = 1_500_000
MAX_WORK = 1 << 23
MAX_TEXTS = 2_000
MAX_CHARS = 1 << 20
"""Characters of all texts that are told together."""
MAX_TOKENS = 60_000
"""Tokens of a page that is rehearsed."""

_BODIES = frozenset({"function", "sub", "class", "property"})
_QUALIFIERS = frozenset({"public", "private", "default"})
_SETS = frozenset({"set", "let"})
_MOST_CALLS = 20
"""Calls of one statement whose arguments are asked for."""
_LONGEST_NAME = 40  # tokens of a dotted name


class _Expression(Expression):
    """An expression in which what is asked for by a key may be an entry, and what an object has, a property."""

    _page: _Rehearsal

    def _after(self, index: int, end: int) -> tuple[int, bool]:
        values = self._tokens.values
        name = self._operands[-1].name if values[index] == "." and index + 1 < end else ""
        member, is_called = values[index + 1 : index + 2], self._opens(index + 2, end)
        if name and member == ["item"] and is_called:
            return super()._after(index + 2, end)
        if name and member == ["replace"] and is_called:
            self._operands.pop()
            self._waiting.append(Opened("replace", name))
            return index + 3, True
        if name and member in (["keys"], ["items"]):
            self._operands[-1] = listed(name, values[index + 1], self._page.budget, self._page.held)
            return index + 2, False
        return super()._after(index, end)

    def _opens(self, index: int, end: int) -> bool:
        return index < end and self._is_op(index, "(")

    def _made(self, opened: Opened) -> Node:
        if opened.kind == "replace":
            return replaced(opened.name, opened.arguments, self._page.budget)
        name = self._operands[-1].name if opened.kind == "item" else ""
        node = super()._made(opened)
        return entry_or_item(name, opened.arguments[0], node) if name else node


class _Compiler(StatementCompiler):
    """Compiles what is understood of a body; the rest makes unknown what it assigns."""

    PROGRAM: ClassVar[type[Program]] = LenientProgram
    EXPRESSION: ClassVar[type[Expression]] = _Expression
    _page: _Rehearsal
    _program: LenientProgram

    def _expression(self, start: int, end: int) -> Node:
        try:
            return super()._expression(start, end)
        except UnknownError:
            return UNKNOWN

    def _statement(self) -> None:
        start, blocks = self._at, len(self._blocks)
        if self._tokens.kinds[start] != NEWLINE:
            self._tell_wanted(start)
        steps = len(self._program.steps)
        try:
            self._understood(start)
        except UnknownError:
            self._program.drop(steps)
            del self._blocks[blocks:]
            self._pass_statement(start)

    def _understood(self, start: int) -> None:
        """Compile one statement.

        Raises:
            UnknownError: it isn't understood.
        """
        word = self._word(start)
        if word in _BODIES or (word in _QUALIFIERS and self._word(start + 1) in _BODIES):
            self._pass_body(start)
        elif word and self._is_op(start + 1, ".") and self._word(start + 2) == "add":
            self._add(word)
        elif word and self._is_op(start + 1, ".") and self._word(start + 2) == "item":
            self._at = start + 2
            self._assign_entry(word)
        elif word and self._is_op(start + 1, ".") and self._is_op(start + 3, "="):
            self._at = start + 4
            self._program.assign(property_variable(word, self._word(start + 2)), self._read(), self._page.budget)
        else:
            super()._statement()

    def _pass_body(self, start: int) -> None:
        """Pass over a procedure or class: what is in it runs where it is called."""
        kind = self._word(start if self._word(start) in _BODIES else start + 1)
        values = self._tokens.values
        ends = (at for at in range(start + 1, self._end - 1) if values[at] == "end" and values[at + 1] == kind)
        self._at = next(ends, self._end - 2) + 2

    def _pass_statement(self, start: int) -> None:
        """Pass over a statement that isn't understood; what it assigns is unknown."""
        at = start + (self._word(start) in _SETS)
        if self._word(at) and self._is_op(at + 1, "="):
            self._program.forget(self._word(at))
        kinds, self._at = self._tokens.kinds, start + 1
        while self._at < self._end and kinds[self._at] != NEWLINE:
            self._at += 1

    # Entries --------------------------------------------------------------------------------------------------------

    def _add(self, name: str) -> None:
        """``name.Add key, value``."""
        start, stop = self._at + 3, self._until()
        if self._is_op(start, "(") and self._is_op(stop - 1, ")"):
            start, stop = start + 1, stop - 1
        parts = self._split(start, stop)
        if len(parts) != 2:
            raise UnknownError
        key, value = (self._expression(*part) for part in parts)
        self._program.assign_item(name, key.run, value.run)
        self._at = self._until()

    def _assign_entry(self, name: str) -> None:
        """``name.Item(key) = value``, read from the word ``Item`` on."""
        self._at += 1
        if not self._is_op(self._at, "("):
            raise UnknownError
        position = self._item_of(name)
        if not self._is_op(self._at, "="):
            raise UnknownError
        self._at += 1
        self._program.assign_item(name, position.run, self._read())

    # What is asked for ----------------------------------------------------------------------------------------------

    def _tell_wanted(self, start: int) -> None:
        """Add a step for each call of a statement whose argument is asked for."""
        stop = self._until("then")
        for token in self._page.wanted(start, stop)[:_MOST_CALLS]:
            left, right = self._argument(start, token, stop)
            if left < right:
                self._program.tell(self._expression(left, right).run, partial(self._page.tell, token))

    def _argument(self, start: int, token: int, stop: int) -> tuple[int, int]:
        """Return the range of the first argument of a call: of all behind its name, where it begins the statement."""
        left = token + 1
        begins = self._word(start) != "call" and token - start <= _LONGEST_NAME
        if not (begins and all(self._word(at) or self._is_op(at, ".") for at in range(start, token))):
            if not self._is_op(left, "("):
                return left, left
            left, stop = left + 1, self._closing(left, stop)
        return self._split(left, stop)[0]

    def _closing(self, opener: int, stop: int) -> int:
        """Return the bracket that closes one, or where the statement ends."""
        depth = 0
        for at in range(opener, stop):
            depth += self._is_op(at, "(") - self._is_op(at, ")")
            if not depth:
                return at
        return stop


class _Rehearsal(PageEvaluator):
    """One run of a page; variables that a procedure doesn't declare are the page's."""

    COMPILER: ClassVar[type[StatementCompiler]] = _Compiler

    def __init__(self, unit: Unit, wanted: list[int]) -> None:
        super().__init__(unit)
        self.budget = Budget(MAX_STEPS, MAX_WORK)
        self.texts: dict[tuple[int, str], None] = {}
        self.is_cut = False
        self._chars = MAX_CHARS
        self._wanted = wanted
        self._variables: Variables = {}

    def run(self) -> None:
        """Go through the page once.

        Raises:
            UnknownError: it isn't understood, or the budget is spent.
        """
        program = _Compiler(self, self._tokens).body(0, len(self._tokens))
        self._variables = Held(lambda _: None, self.budget)
        self._variables.update(dict.fromkeys(program.assigned | program.declared, EMPTY))
        program.run(self._variables, self.budget)

    def held(self) -> Variables:
        """Return the variables of the page."""
        return self._variables

    def wanted(self, start: int, end: int) -> list[int]:
        """Return the tokens in a range whose arguments are asked for."""
        return self._wanted[bisect_left(self._wanted, start) : bisect_left(self._wanted, end)]

    def tell(self, token: int, text: str) -> None:
        """Note the text that a call is given."""
        if (token, text) not in self.texts:
            self._chars -= len(text)
            self.is_cut = self.is_cut or self._chars < 0 or len(self.texts) >= MAX_TEXTS
            if not self.is_cut:
                self.texts[token, text] = None

    def _ask(self, name: str) -> Value:
        return self._variables.get(name)

    def _variables_of(self, name: str, program: Program) -> Variables:
        variables = Held(self._ask, self.budget)
        variables.update(dict.fromkeys((name, *program.declared), EMPTY))
        return variables

    def _run(self, name: str, arguments: list[Value], depth: int) -> Variables:
        variables = super()._run(name, arguments, depth)
        program = self._program(self._functions[name][-1])
        own = {name, *program.declared}
        changed = program.assigned | program.changed
        for each in variables.keys() - own:
            if each in changed or object_of(each) not in ("", *own):
                self._variables[each] = variables[each]
        return variables


def texts_run(unit: Unit, wanted: Iterable[int]) -> tuple[list[tuple[int, str]], bool]:
    """Return the texts that some calls of a page are given in a rehearsal, each with the token of the call's name.

    The second value tells that there may be more: the page asks for more steps, or gives more, than a rehearsal has.
    """
    if len(unit.tokens) > MAX_TOKENS:
        return [], True
    rehearsal = _Rehearsal(unit, sorted(wanted))
    with suppress(UnknownError):  # what was told before stays true
        rehearsal.run()
    spent = rehearsal.budget.steps < 0 or rehearsal.budget.work < 0
    told = list(rehearsal.texts), rehearsal.is_cut or spent
    rehearsal.close()
    return told
