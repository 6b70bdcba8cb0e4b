"""PageEvaluator: what the pure functions and loops of one page make of constants.

The code is evidence and stays that: it is compiled to steps of our own, which know texts, numbers and lists and
nothing else. Whatever touches more than that (an object, the request, a file, a name of which nothing is known) isn't
evaluated. The work is counted rather than timed, so that the same page always gives the same result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.expressions import Expression
from webshellhunt.code.evaluation.nodes import spent
from webshellhunt.code.evaluation.program import Program
from webshellhunt.code.evaluation.statements import StatementCompiler
from webshellhunt.code.evaluation.values import EMPTY, text_of
from webshellhunt.code.tokens import tokenize
from webshellhunt.code.unit import Function, Unit

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

Read = Callable[[str], Value]


class Held(dict[str, Value]):
    """The variables of one call; what isn't there is asked of the page, a list as a copy."""

    def __init__(self, read: Read, budget: Budget) -> None:
        super().__init__()
        self._read = read
        self._budget = budget

    def __missing__(self, name: str) -> Value:
        value = self._read(name)
        if isinstance(value, list):
            value = list(value)
        self[name] = spent(self._budget, value)
        return value


class PageEvaluator:
    """Evaluates calls and loops of one unit; ``outer`` is that of the page whose hidden code the unit is."""

    COMPILER: ClassVar[type[StatementCompiler]] = StatementCompiler

    def __init__(self, unit: Unit, outer: PageEvaluator | None = None) -> None:
        self._tokens = unit.tokens
        self._functions: dict[str, Function] = {}
        self._outer = outer
        self._is_vb = unit.is_vb
        if self._is_vb:
            self._functions = {function.name: function for function in unit.functions}
        self._programs: dict[str, Program | None] = {}
        self._read: Read = _nothing
        self._made: dict[tuple[object, ...], tuple[Value, dict[str, Value]]] = {}
        self._asked: dict[str, Value] = {}
        self._open_calls = self._depth = 0
        self.budget: Budget = outer.budget if outer is not None else Budget(MAX_STEPS, MAX_WORK)

    # What folding asks ----------------------------------------------------------------------------------------------

    def call(self, name: str, arguments: list[Value], read: Read) -> Value:
        """Return what a function of the page makes of constants, ``None`` where that can't be told.

        Args:
            name: The function.
            arguments: What it is given.
            read: Returns the constant that a variable of the page holds, or ``None``.
        """
        if name not in self._functions:
            return None if self._outer is None else self._outer.call(name, arguments, read)
        key = (name, tuple(arguments)) if all(isinstance(each, (str, int, float)) for each in arguments) else None
        if key in self._made:
            value, asked = self._made[key]
            if all(read(each) == held for each, held in asked.items()):
                return value
        self._read, self._asked = read, {}
        try:
            value = _plain(self._invoke_long(name, arguments)) or None  # where nothing came of it, it isn't understood
        except UnknownError:
            value = None
        if key is not None:
            self._made[key] = value, self._asked
        return value

    def loop(self, start: int, read: Read, is_new: Callable[[str], bool]) -> dict[str, Value]:
        """Return what variables hold behind the loop that begins at a token: empty where that can't be told.

        Args:
            start: The first token of the loop.
            read: Returns the constant that a variable holds before the loop, or ``None``.
            is_new: Tells whether a variable holds nothing yet.
        """
        self._read = read
        if not self._is_vb or self._is_spent:
            return {}
        try:
            program = StatementCompiler(self, self._tokens).loop(start, len(self._tokens))
            assigned = program.assigned
            variables = Held(lambda name: EMPTY if name in assigned and is_new(name) else read(name), self.budget)
            program.run(variables, self.budget)
        except UnknownError:
            return {}
        return {name: _plain(variables[name]) for name in sorted(assigned | program.changed) if name in variables}

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
        return name in self._functions or (self._outer is not None and self._outer.has(name))

    def invoke(self, name: str, arguments: list[Value], depth: int) -> Value:
        """Return what a function returns.

        Raises:
            UnknownError: it isn't pure, something isn't known, or one of the bounds is reached.
        """
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
        return self._functions[name].parameters

    def _run(self, name: str, arguments: list[Value], depth: int) -> dict[str, Value]:
        """Run a function; return its variables."""
        if name not in self._functions and self._outer is not None:
            self._outer._read, self._outer._asked = self._read, self._asked
            return self._outer._run(name, arguments, depth)
        function = self._functions[name]
        if self._open_calls >= MAX_CALLS or self._depth + depth > MAX_DEPTH or self._is_spent:
            raise UnknownError
        program = self._program(function)
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
        """Return the variables of a call before it runs: what it assigns is its own, all else is asked of the page."""
        variables = Held(self._ask, self.budget)
        variables.update(dict.fromkeys((name, *program.assigned, *program.declared), EMPTY))
        return variables

    def evaluate(self, text: Value) -> Value:
        """Return what ``Eval`` makes of a short text without variables."""
        code = text_of(text)
        self.budget.steps -= _COST_OF_EVAL + _COST_OF_EVAL * len(code) // 8
        if len(code) > _LONGEST_EVAL or self._is_spent:
            raise UnknownError
        tokens = tokenize(code, self._tokens.language)
        return (
            Expression(_NoPage(self.budget), tokens, frozenset()).read(0, len(tokens)).run(Held(_nothing, self.budget))
        )

    def _ask(self, name: str) -> Value:
        """Return what a variable of the page holds; what depends on it is worked out anew where that changes."""
        value = self._asked[name] = self._read(name)
        return value

    def _program(self, function: Function) -> Program:
        """Return the program of a function, compiled once."""
        if function.name not in self._programs:
            self._programs[function.name] = None
            compiler = self.COMPILER(self, self._tokens, function.name, function.parameters)
            self._programs[function.name] = compiler.body(function.start, function.end)
        program = self._programs[function.name]
        if program is None:
            raise UnknownError
        return program


class _NoPage:
    """What an evaluated text sees of the page: nothing."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    def has(self, _: str) -> bool:
        return False

    def invoke(self, *_: object) -> Value:
        raise UnknownError

    def change(self, *_: object) -> list[Value]:
        raise UnknownError

    def evaluate(self, _: Value) -> Value:
        raise UnknownError


def _nothing(_: str) -> Value:
    return None


def _plain(value: Value) -> Value:
    """Return a value as folding knows it: it has no conditions."""
    if isinstance(value, bool):
        return None
    return "" if value is EMPTY else value
