"""Statements of an exact evaluation."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.calling.construction import default_of
from webshellhunt.analysis.domain.arrays import new_array, resized
from webshellhunt.analysis.domain.conversions import number_of
from webshellhunt.analysis.domain.passing import kept_by
from webshellhunt.analysis.domain.values import Thing, Value, is_known
from webshellhunt.analysis.exact.compiler import Compiler, Execute, UncompiledError, declared
from webshellhunt.analysis.exact.operators import exactly, truth
from webshellhunt.analysis.exact.scope import Scope, UnknownError
from webshellhunt.analysis.exact.targets import target_of
from webshellhunt.analysis.execution.loops import items_to_visit
from webshellhunt.analysis.machine.frames import AGAIN
from webshellhunt.lang.tree import (
    Block,
    Case,
    Count,
    Declaration,
    Each,
    If,
    Jump,
    Loop,
    Node,
    OnError,
    Pattern,
    ReDim,
    Switch,
    Try,
)

CONTINUE, RETURN = "continue", "return"
_EXITS = {"for": "exit for", "do": "exit do", "sub": RETURN, "function": RETURN}
_STATIC = frozenset({"static", "shared"})
BREAK = "break"


def _block(compiler: Compiler, node: Block) -> Execute:
    if node.is_using or node.is_checked:
        raise UncompiledError
    return sequence([compiler.statement(each) for each in node.statements])


def sequence(statements: list[Execute]) -> Execute:
    """Return statements in order as one."""
    if len(statements) == 1:
        return statements[0]

    def run(scope: Scope) -> object:
        for each in statements:
            leaving = each(scope)
            if leaving is not None:
                return leaving
        return None

    return run


def _declaration(compiler: Compiler, node: Declaration) -> Execute:
    if not _STATIC.isdisjoint(node.modifiers) or (node.type is not None and node.type.names):
        raise UncompiledError
    if node.value is None and compiler.language in ("jscript", "vbscript"):
        return _declared_again(compiler, node)
    machine = compiler.machine
    if node.value is not None:
        value = compiler.operand(node.value)
    elif node.bounds is not None:
        bounds = [compiler.expression(each) for each in node.bounds]
        value = lambda scope: new_array([each(scope) for each in bounds])  # noqa: E731
    else:
        if node.type is not None and machine.symbols.class_of(node.type.name) is not None:
            raise UncompiledError
        value = lambda scope: default_of(machine, node.type)  # noqa: E731
    write = declared(compiler, node)
    is_bare = node.value is None and node.bounds is None
    again = AGAIN + compiler.fold(node.name) if is_bare and compiler.language == "vb" else ""

    def run(scope: Scope) -> None:
        if again:  # a loop declares it once more: it keeps the value of the turn before
            if scope.get(again) == node.start:
                return
            scope[again] = node.start
        made = value(scope)
        write(scope, kept_by(scope.evaluation, made) if made.__class__ is Thing else made)

    return run


def _declared_again(compiler: Compiler, node: Declaration) -> Execute:
    """Declare a variable of a script without a value: one that has a value keeps it."""
    if compiler.function is None:
        raise UncompiledError
    if node.bounds is None:
        return _nothing
    bounds, name = [compiler.expression(each) for each in node.bounds], compiler.fold(node.name)

    def run(scope: Scope) -> None:
        if scope[name].__class__ is not Thing:
            scope[name] = new_array([each(scope) for each in bounds])

    return run


def _redim(compiler: Compiler, node: ReDim) -> Execute:
    bounds = [compiler.expression(each) for each in node.bounds]
    before = compiler.operand(node.target) if node.is_preserved else None
    write = target_of(compiler, node.target)

    def run(scope: Scope) -> None:
        sizes = [each(scope) for each in bounds]
        array = resized(before(scope) if before is not None else None, sizes)
        scope.evaluation.use(len(array.fields) // 8 + 1)
        write(scope, array)

    return run


def _if(compiler: Compiler, node: If) -> Execute:
    language, yes_block, no_block = compiler.language, node.yes, node.no
    test, yes = compiler.expression(node.test), compiler.statement(yes_block)
    no = compiler.statement(no_block) if no_block is not None else _nothing

    def run(scope: Scope) -> object:
        value = test(scope)
        if value is True or (value is not False and truth(value, language)):
            scope.evaluation.blocks.add(yes_block)
            return yes(scope)
        if no_block is not None:
            scope.evaluation.blocks.add(no_block)
        return no(scope)

    return run


def _nothing(scope: Scope) -> None:
    """Do nothing."""


def _jump(compiler: Compiler, node: Jump) -> Execute:
    kind, label = node.kind, "do" if node.label == "while" else node.label
    if kind == "return":
        return _return(compiler, node)
    if kind == "exit" and label in _EXITS:
        return lambda scope: _EXITS[label]
    if kind == CONTINUE and label in ("do", "for"):
        return lambda scope: f"{CONTINUE} {label}"
    if kind in (BREAK, CONTINUE) and not label:
        return lambda scope: kind
    raise UncompiledError


def _return(compiler: Compiler, node: Jump) -> Execute:
    if compiler.function is None:
        raise UncompiledError
    if node.value is None:
        return lambda scope: RETURN
    value = compiler.operand(node.value)

    def run(scope: Scope) -> object:
        scope.result = value(scope)
        return RETURN

    return run


def _on_error(compiler: Compiler, node: OnError) -> Execute:
    if compiler.function is None or node.label:
        raise UncompiledError
    return _nothing  # nothing fails in what is evaluated to its end


def _try(compiler: Compiler, node: Try) -> Execute:
    body = compiler.statement(node.body)
    if node.last is None or not node.last.statements:
        return body
    raise UncompiledError


# Loops ----------------------------------------------------------------------------------------------------------------


def _turn(compiler: Compiler, body: Node) -> tuple[Execute, int]:
    before = compiler.cost
    run = compiler.statement(body)
    return run, compiler.cost - before + 1


def _loop(compiler: Compiler, node: Loop) -> Execute:
    block = node.body
    language, is_until, is_tested_last = compiler.language, node.is_until, node.is_tested_last
    initial = sequence([compiler.statement(each) for each in node.initial])
    before = compiler.cost
    test = compiler.expression(node.test) if node.test is not None else None
    body = compiler.statement(node.body)
    step = sequence([compiler.statement(each) for each in node.step]) if node.step else _nothing
    cost = compiler.cost - before + 1

    def run(scope: Scope) -> object:
        evaluation = scope.evaluation
        initial(scope)
        is_first = is_tested_last
        while True:
            evaluation.use(cost)
            if not is_first and test is not None and truth(test(scope), language) is is_until:
                return None
            is_first = False
            evaluation.blocks.add(block)
            leaving = body(scope)
            if leaving is not None and leaving not in (CONTINUE, "continue do"):
                return None if leaving in (BREAK, "exit do") else leaving
            step(scope)

    return run


def _count(compiler: Compiler, node: Count) -> Execute:
    first, last = compiler.operand(node.first), compiler.operand(node.last)
    step = compiler.operand(node.step) if node.step is not None else None
    write = target_of(compiler, node.target)
    body, cost = _turn(compiler, node.body)
    block = node.body

    def run(scope: Scope) -> object:
        values = [first(scope), last(scope), 1 if step is None else step(scope)]
        start, stop, by = (number_of(each) if is_known(each) else None for each in values)
        if start is None or stop is None or not by:
            raise UnknownError
        at = start
        write(scope, values[0])
        evaluation = scope.evaluation
        while at <= stop if by > 0 else at >= stop:
            evaluation.use(cost)
            write(scope, at)
            evaluation.blocks.add(block)
            leaving = body(scope)
            if leaving is not None and leaving not in (CONTINUE, "continue for"):
                return None if leaving in (BREAK, "exit for") else leaving
            at += by
        write(scope, at)
        return None

    return run


def _each(compiler: Compiler, node: Each) -> Execute:
    items, write = compiler.expression(node.items), target_of(compiler, node.target)
    body, cost = _turn(compiler, node.body)
    is_keys, block = node.is_keys, node.body

    def run(scope: Scope) -> object:
        evaluation = scope.evaluation
        known = items_to_visit(evaluation.machine, items(scope), is_keys=is_keys)
        if known is None:
            raise UnknownError
        for value in known:
            evaluation.use(cost)
            write(scope, value)
            evaluation.blocks.add(block)
            leaving = body(scope)
            if leaving is not None and leaving not in (CONTINUE, "continue for"):
                return None if leaving in (BREAK, "exit for") else leaving
        return None

    return run


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


STATEMENTS: dict[type[Node], Callable[..., Execute]] = {
    Block: _block,
    Declaration: _declaration,
    ReDim: _redim,
    If: _if,
    Switch: switch,
    Jump: _jump,
    OnError: _on_error,
    Try: _try,
    Loop: _loop,
    Count: _count,
    Each: _each,
}
