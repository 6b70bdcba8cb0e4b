"""Switches of an exact evaluation."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.values import Value
from webshellhunt.analysis.exact.compiler import Compiler, Execute, UncompiledError
from webshellhunt.analysis.exact.operators import exactly, truth
from webshellhunt.analysis.exact.scope import Scope
from webshellhunt.lang.tree import Case, Pattern, Switch

BREAK = "break"


def switch(compiler: Compiler, node: Switch) -> Execute:
    """Return a ``switch`` or ``Select Case`` whose cases compare as a function.

    Raises:
        UncompiledError: A case is of another kind.
    """
    if node.is_expression:
        raise UncompiledError
    subject = compiler.operand(node.subject)
    cases = [(_test(compiler, each), compiler.statement(each.body), each.body) for each in node.cases]
    goes_on = node.falls_through

    def run(scope: Scope) -> object:
        value = subject(scope)
        start = next((at for at, (test, _, _) in enumerate(cases) if test is not None and test(scope, value)), None)
        if start is None:
            start = next((at for at, (test, _, _) in enumerate(cases) if test is None), len(cases))
        for _, body, block in cases[start:] if goes_on else cases[start : start + 1]:
            scope.evaluation.blocks.add(block)
            leaving = body(scope)
            if leaving is not None:
                return None if leaving == BREAK and goes_on else leaving
        return None

    return run


def _test(compiler: Compiler, case: Case) -> Callable[[Scope, Value], bool] | None:
    """Return the test of a case, ``None`` for the one of all other values."""
    if case.guard is not None or any(map(_is_of_machine, case.patterns)):
        raise UncompiledError
    if not case.patterns:
        return None
    tests = [_compares(compiler, each) for each in case.patterns]
    return lambda scope, value: any(test(scope, value) for test in tests)


def _is_of_machine(pattern: Pattern) -> bool:
    """True if a pattern is more than a comparison."""
    parts = (pattern.type, pattern.name, pattern.parts, pattern.alternatives, pattern.also, pattern.is_negated)
    return pattern.value is None or any(parts)


def _compares(compiler: Compiler, pattern: Pattern) -> Callable[[Scope, Value], bool]:
    language = compiler.language
    assert pattern.value is not None
    bound = compiler.operand(pattern.value)
    if pattern.last is not None:
        last = compiler.operand(pattern.last)
        return lambda scope, value: (
            truth(exactly(value, ">=", bound(scope), language), language)
            and truth(exactly(value, "<=", last(scope), language), language)
        )
    name = "===" if language == "jscript" and pattern.operator == "==" else pattern.operator
    return lambda scope, value: truth(exactly(value, name, bound(scope), language), language)
