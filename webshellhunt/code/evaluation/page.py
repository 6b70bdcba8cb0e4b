"""PageEvaluator: what the pure functions and loops of one page make of constants.

The code is evidence and stays that: it is compiled to steps of our own, which know texts, numbers and lists and
nothing else. Whatever touches more than that (an object, the request, a file, a name of which nothing is known) isn't
evaluated. The work is counted rather than timed, so that the same page always gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from functools import cached_property, partial
from typing import ClassVar

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.brackets import NO_LOOP, Loop, Piece
from webshellhunt.code.constants.operators import Text, Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.c_pieces import iter_pieces
from webshellhunt.code.evaluation.compiler import Compiler
from webshellhunt.code.evaluation.expressions import Expression
from webshellhunt.code.evaluation.given import getter_of, key_of, pick, takes_rest, with_rest
from webshellhunt.code.evaluation.no_page import NoPage
from webshellhunt.code.evaluation.nodes import FAILURES, Node, spent
from webshellhunt.code.evaluation.program import Program
from webshellhunt.code.evaluation.statements import StatementCompiler
from webshellhunt.code.evaluation.values import EMPTY, text_of
from webshellhunt.code.evaluation.variables import Held, Read, nothing, nothing_of, plain
from webshellhunt.code.unit import Function, Unit
from webshellhunt.lang.tokens import tokenize

MAX_STEPS = 2_500_000
"""Tokens of all statements that are run, and two more for each statement."""
MAX_WORK = 1 << 26
"""Characters read and made by all steps together; an item of a list counts as 16."""
MAX_CALLS = 8
MAX_DEPTH = 192
"""How deeply expressions may be nested, those of all open calls together."""
LONGEST_PART = 8 * 1024
"""Characters of a text that a function is given at once, where it would cost too much to give it all."""
_LINEAR_WORK = 64 * LONGEST_PART
_LONGEST_EVAL = 200
_COST_OF_EVAL = 150


class PageEvaluator:
    """Evaluates calls and loops of one unit; ``outer`` is that of the page whose hidden code the unit is."""

    COMPILER: ClassVar[type[StatementCompiler]] = StatementCompiler

    def __init__(self, unit: Unit, outer: PageEvaluator | None = None) -> None:
        self._unit = unit
        self._tokens = unit.tokens
        self._outer = outer
        self._is_vb = unit.is_vb
        self._functions: dict[str, list[Function]] = {}
        for function in unit.functions:
            self._functions.setdefault(function.name.lower(), []).append(function)
        self._programs: dict[str | int, Program | None] = {}
        self._read: Read = nothing
        self._made: dict[tuple[object, ...], tuple[Value, dict[str, Value]]] = {}
        self._asked: dict[str, Value] = {}
        self._open_calls = self._depth = 0
        self.budget: Budget = outer.budget if outer is not None else Budget(MAX_STEPS, MAX_WORK)

    def close(self) -> None:
        """Let go of what was compiled, which knows the page; nothing can be asked any more."""
        vars(self).clear()

    # What folding asks ----------------------------------------------------------------------------------------------

    def call(self, name: str, arguments: list[Value], read: Read) -> Value:
        """Return what a function of the page makes of constants, ``None`` where that can't be told.

        Args:
            name: The function.
            arguments: What it is given.
            read: Returns the constant that a variable of the page holds, or ``None``.
        """
        name = name.lower()
        if name not in self._functions:
            return None if self._outer is None else self._outer.call(name, arguments, read)
        key = key_of(name, arguments)
        if key in self._made:
            value, asked = self._made[key]
            if all(read(each) == held for each, held in asked.items()):
                return value
        self._read, self._asked = read, {}
        try:
            value = plain(self._invoke_long(name, arguments))
            value = "".join(value) if isinstance(value, Text) else value
            value = value or None  # where nothing came of it, it isn't understood
        except FAILURES:
            value = None
        if key is not None:
            self._made[key] = value, self._asked
        return value

    def loop(self, start: int, read: Read, is_new: Callable[[str], bool]) -> Loop:
        """Return what variables hold behind the loop that begins at a token: nothing where that can't be told.

        Args:
            start: The first token of the loop.
            read: Returns the constant that a variable holds before the loop, or ``None``.
            is_new: Tells whether a variable holds nothing yet.
        """
        self._read = read
        if self._is_spent:
            return NO_LOOP
        try:
            program = self._compiled(start, partial(self._compiler.loop, start))
            assigned = program.assigned
            variables = Held(lambda name: EMPTY if name in assigned and is_new(name) else read(name), self.budget)
            program.run(variables, self.budget)
        except FAILURES:
            return NO_LOOP
        changed = sorted(name for name in assigned | program.changed if name in variables)
        return Loop(program.end, {name: plain(variables[name]) for name in changed})

    @cached_property
    def pieces(self) -> list[Piece]:
        """The expressions of the page that only an evaluation reads."""
        found = [] if self._is_vb else iter_pieces(self._unit, self._compiler.expression)
        return [Piece(start, end, partial(self._piece, node)) for start, end, node in found]

    def expression(self, start: int, end: int) -> Callable[[Read], Value]:
        """Return what works out a range of C# or JScript as an expression, compiled once for all that it is read with.

        It returns ``None`` where that can't be told.
        """
        self.budget.steps -= end - start
        try:
            node = None if self._is_vb or self._is_spent else self._compiler.expression(start, end)
        except FAILURES:
            node = None
        return nothing_of if node is None else partial(self._piece, node, cost=end - start)

    def _piece(self, node: Node, read: Read, cost: int = 0) -> Value:
        self._read = read
        self.budget.steps -= cost
        try:
            if self._is_spent:
                return None
            return plain(spent(self.budget, node.run(Held(read, self.budget))))
        except FAILURES:
            return None

    @cached_property
    def _compiler(self) -> Compiler:
        return Compiler(self, self._unit, self.COMPILER)

    @cached_property
    def properties(self) -> Set[str]:
        """The names that give what a function of the page does, without being called."""
        found = (each[-1] for each in self._functions.values() if self._unit.language == "c#")
        return frozenset(function.name for function in found if getter_of(self._unit, function) is not None)

    def given(self, name: str, read: Read) -> Value:
        """Return what one of `properties` gives, ``None`` where that can't be told."""
        return self.call(name, [EMPTY] * len(self._functions[name.lower()][-1].parameters), read)

    def is_own(self, name: str) -> bool:
        """Tell whether a name is that of a class of the page, or of an object of one."""
        return bool(self._functions) and name in self._compiler.own_objects

    def owns(self, path: Sequence[str]) -> bool:
        """Tell whether a dotted name is that of a function of the page: ``f``, ``this.f``, ``Tool.f``."""
        return self.has(path[-1]) and (len(path) == 1 or self.is_own(path[-2]))

    def _invoke_long(self, name: str, arguments: list[Value]) -> Value:
        """Return what a function makes of its arguments; of a long text, where all of it costs too much, of its parts.

        Raises:
            UnknownError: as `invoke`.
        """
        sizes = [len(each) if isinstance(each, str) else 0 for each in arguments]
        at = sizes.index(max(sizes)) if sizes else 0
        text = arguments[at] if sizes and sizes[at] > 2 * LONGEST_PART else None
        if not isinstance(text, str):
            return self._invoke_with(name, arguments)
        budget = self.budget
        steps, work = budget.steps, budget.work
        parts = [self._invoke_with(name, [*arguments[:at], text[:LONGEST_PART], *arguments[at + 1 :]])]
        times = len(text) // LONGEST_PART
        # A text that grows by one character after the other is copied as often: that work grows with the square.
        growth = times if work - budget.work < _LINEAR_WORK else times * times
        if (steps - budget.steps) * times < budget.steps and (work - budget.work) * growth < budget.work:
            return self._invoke_with(name, arguments)
        for start in range(LONGEST_PART, len(text), LONGEST_PART):
            part = text[start : start + LONGEST_PART]
            try:
                parts.append(self._invoke_with(name, [*arguments[:at], part, *arguments[at + 1 :]]))
            except UnknownError:
                break
        return "\n".join(part for part in parts if isinstance(part, str))

    def _invoke_with(self, name: str, arguments: list[Value]) -> Value:
        return self.invoke(name, [list(each) if isinstance(each, list) else each for each in arguments], 1)

    @property
    def _is_spent(self) -> bool:
        return self.budget.steps < 0 or self.budget.work < 0

    # What expressions ask -------------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Tell whether the page defines a function of this name."""
        return name.lower() in self._functions or (self._outer is not None and self._outer.has(name))

    def invoke(self, name: str, arguments: list[Value], depth: int) -> Value:
        """Return what a function returns.

        Raises:
            UnknownError: it isn't pure, something isn't known, or one of the bounds is reached.
        """
        name = name.lower()
        return spent(self.budget, self._run(name, arguments, depth)[name])

    def change(self, name: str, arguments: list[Value], depth: int) -> list[Value]:
        """Return what the parameters of a procedure hold behind it: in VBScript they are the caller's variables.

        Raises:
            UnknownError: as `invoke`.
        """
        variables = self._run(name, arguments, depth)
        held = [variables[each] for each in self._parameters_of(name)[: len(arguments)]]
        return [spent(self.budget, value) for value in held]

    def _parameters_of(self, name: str) -> tuple[str, ...]:
        if name not in self._functions and self._outer is not None:
            return self._outer._parameters_of(name)
        return self._functions[name][-1].parameters

    def _run(self, name: str, arguments: list[Value], depth: int) -> dict[str, Value]:
        """Run a function; return its variables."""
        if name not in self._functions and self._outer is not None:
            self._outer._read, self._outer._asked = self._read, self._asked
            return self._outer._run(name, arguments, depth)
        function = pick(self._unit, self._functions[name], len(arguments))
        if self._open_calls >= MAX_CALLS or self._depth + depth > MAX_DEPTH or self._is_spent:
            raise UnknownError
        program = self._program(function)
        if self._unit.language == "c#" and takes_rest(self._unit, function):
            arguments = with_rest(arguments, len(function.parameters) - 1)
        if len(arguments) > len(function.parameters):
            raise UnknownError
        variables = self._variables_of(name, program)
        variables.update(zip(function.parameters, arguments, strict=False))
        self._open_calls += 1
        self._depth += depth
        try:
            program.run(variables, self.budget)
        finally:
            self._open_calls -= 1
            self._depth -= depth
        return variables

    def _variables_of(self, name: str, program: Program) -> dict[str, Value]:
        """Return the variables of a call before it runs: what it declares is its own, all else is asked of the page.

        In Visual Basic what it assigns is its own, too.
        """
        own = {name, *program.declared, *(program.assigned if self._is_vb else ())}
        variables = Held(self._ask, self.budget)
        variables.update(dict.fromkeys(own, EMPTY))
        return variables

    def deepen(self, by: int) -> None:
        """Count that a function that is a value is entered, or left, which is nested so deeply.

        Raises:
            UnknownError: it is nested too deeply.
        """
        self._depth += by
        if by > 0 and self._depth > MAX_DEPTH:
            self._depth -= by
            raise UnknownError

    def evaluate(self, text: Value) -> Value:
        """Return what ``Eval`` makes of a short text without variables."""
        code = text_of(text)
        self.budget.steps -= _COST_OF_EVAL + _COST_OF_EVAL * len(code) // 8
        if len(code) > _LONGEST_EVAL or self._is_spent:
            raise UnknownError
        tokens = tokenize(code, self._tokens.language)
        return Expression(NoPage(self.budget), tokens, frozenset()).read(0, len(tokens)).run(Held(nothing, self.budget))

    def _ask(self, name: str) -> Value:
        """Return what a variable of the page holds; what depends on it is worked out anew where that changes."""
        value = self._asked[name] = self._read(name)
        return value

    def _program(self, function: Function) -> Program:
        return self._compiled(function.scope, partial(self._compiler.function, function))

    def _compiled(self, key: str | int, build: Callable[[], Program]) -> Program:
        """Return the program of a function, by its scope, or of a loop, by its first token, compiled once."""
        if key not in self._programs:
            self._programs[key] = None
            self._programs[key] = build()
        program = self._programs[key]
        if program is None:
            raise UnknownError
        return program
