"""Runs of exact evaluations: a loop or a call of the machine is evaluated where all that it needs is known."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.values import ABSENT, Thing, Value, is_known
from webshellhunt.analysis.exact.compiler import Compiler, Execute, UncompiledError, compile_function
from webshellhunt.analysis.exact.expressions import EXPRESSIONS
from webshellhunt.analysis.exact.functions import call_compiled
from webshellhunt.analysis.exact.scope import UNITS_TO_COMPILE, Around, Compiled, Evaluate, Evaluation, UnknownError
from webshellhunt.analysis.exact.statements import STATEMENTS
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.machine.frames import AGAIN
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Function, Node

UNITS = 4_000_000
"""Nodes that are evaluated exactly for one page."""
MAX_FAILURES = 2
"""Times that something in a loop or function is not known, before it is left to the machine."""
Compiler.expressions = EXPRESSIONS
Compiler.statements = STATEMENTS


class Exact:
    """The exact evaluations of one run: the compiled code, and the units that are left."""

    def __init__(self) -> None:
        self._left: int = UNITS
        self._functions: dict[Function, Compiled | None] = {}
        self._loops: dict[Node, tuple[Execute, Compiler] | None] = {}
        self._values: dict[Node, Evaluate | None] = {}
        self._failures: dict[Node, int] = {}
        self._last: Evaluation | None = None

    def close(self) -> None:
        """Break the circle of references in the last evaluation."""
        if self._last is not None:
            self._last.page.clear()
            del self._last.page
            self._last = None

    def loop(self, machine: Machine, node: Node) -> bool:
        """Evaluate a loop; return False where that is left to the machine."""
        if not self._may_try(machine, node):
            return False
        compiled = self._compiled(machine, node)
        if compiled is None:
            return False
        run, compiler = compiled
        evaluation = self._evaluation(machine)
        around = Around(evaluation, is_page=False)
        variables = machine.frame.variables
        around.update((name, value) for name, value in variables.items() if str(name).startswith(AGAIN))
        if machine.frame is machine.frames[0]:
            evaluation.page = around
        try:
            is_done = run(around) is None
        except (UnknownError, RecursionError):
            is_done = False
        self._end(evaluation, node, is_done=is_done)
        if not is_done:
            return False
        evaluation.finish()
        for name, value in around.changed():
            _note(machine, compiler.makers.get(name), value)
            target = compiler.targets.get(name)
            if target is not None:
                write(machine, target, value)
            else:
                machine.state.put(machine.page.fields, name, value)
        for name in around:
            if name.startswith(AGAIN):
                machine.state.put(variables, name, around[name])
        return True

    def value(self, machine: Machine, node: Node) -> Value:
        """Return the value of an expression, `ABSENT` where that is left to the machine."""
        if not self._may_try(machine, node):
            return ABSENT
        if node not in self._values:
            compiler = Compiler(machine)
            try:
                evaluate = compiler.expression(node)
                self._values[node] = evaluate if not compiler.targets else None
            except (UncompiledError, RecursionError):
                self._values[node] = None
            self._left -= compiler.cost * UNITS_TO_COMPILE
        known = self._values[node]
        if known is None:
            return ABSENT
        evaluation = self._evaluation(machine)
        around = Around(evaluation, is_page=False)
        try:
            result = known(around)
        except (UnknownError, RecursionError):
            self._end(evaluation, node, is_done=False)
            return ABSENT
        self._end(evaluation, node, is_done=True)
        evaluation.finish()
        return evaluation.outer(result)

    def _compiled(self, machine: Machine, node: Node) -> tuple[Execute, Compiler] | None:
        if node not in self._loops:
            compiler = Compiler(machine)
            try:
                self._loops[node] = compiler.statement(node), compiler
            except (UncompiledError, RecursionError):
                self._loops[node] = None
            self._left -= compiler.cost * UNITS_TO_COMPILE
        return self._loops[node]

    def call(
        self, machine: Machine, function: Function, arguments: Sequence[Value], this: Value, outs: list[Value] | None
    ) -> Value:
        """Return the result of a call, `ABSENT` where that is left to the machine."""
        if not self._may_try(machine, function) or not all(map(_is_exact, arguments)):
            return ABSENT
        if function not in self._functions:
            made = self._functions[function] = compile_function(machine, function)
            self._left -= UNITS_TO_COMPILE * (made.cost if made is not None else UNITS_TO_COMPILE)
        compiled = self._functions[function]
        if compiled is None:
            self._failures[function] = MAX_FAILURES
            return ABSENT
        evaluation = self._evaluation(machine)
        try:
            result, scope = call_compiled(evaluation, compiled, [*map(evaluation.own, arguments)], this)
        except (UnknownError, RecursionError):
            self._end(evaluation, function, is_done=False)
            return ABSENT
        self._end(evaluation, function, is_done=True)
        evaluation.finish()
        if outs is not None:
            outs[:] = [
                evaluation.outer(scope[compiled.assigned[at]]) if at in compiled.assigned else ABSENT
                for at in range(len(arguments))
            ]
        return evaluation.outer(result)

    def _may_try(self, machine: Machine, node: Node) -> bool:
        """True if there are units left, and a node did not fail too often."""
        is_within = machine.language == "jscript" and bool(machine.frame.subjects)
        if machine.symbols.has_operators:
            return False
        return self._left > 0 and self._failures.get(node, 0) < MAX_FAILURES and not is_within

    def _evaluation(self, machine: Machine) -> Evaluation:
        self.close()
        self._last = Evaluation(machine, _share(max(self._left, 0)), self._functions)
        return self._last

    def _end(self, evaluation: Evaluation, node: Node, *, is_done: bool) -> None:
        self._left = max(self._left - (_share(max(self._left, 0)) - max(evaluation.left, 0)), 0)
        if not is_done:
            self._failures[node] = self._failures.get(node, 0) + 1


def _note(machine: Machine, maker: Node | None, value: Value) -> None:
    """Note the text that a loop made of a variable, as the last one that an expression was."""
    if maker is not None and value.__class__ is str:
        machine.record.texts.note(maker, "")
        machine.record.texts.note(maker, value)


def _share(units: int) -> int:
    """Return the units that one evaluation may have."""
    return units * 7 // 8


def _is_exact(value: Value) -> bool:
    return is_known(value) or (value.__class__ is Thing and value.symbol is None)
