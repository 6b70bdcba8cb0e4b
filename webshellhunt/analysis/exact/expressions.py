"""Expressions of an exact evaluation, literals and calls included."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis import library
from webshellhunt.analysis.domain.operators import unary
from webshellhunt.analysis.domain.values import EMPTY, Char, Thing, Value, is_known
from webshellhunt.analysis.exact.calls import compile_call, plain_nodes
from webshellhunt.analysis.exact.compiler import Compiler, UncompiledError
from webshellhunt.analysis.exact.functions import solved
from webshellhunt.analysis.exact.objects import (
    compile_entries,
    compile_index,
    compile_items,
    compile_member,
    compile_new,
    is_variable,
)
from webshellhunt.analysis.exact.operators import chained, combined, exactly, truth
from webshellhunt.analysis.exact.scope import Evaluate, Scope, UnknownError
from webshellhunt.analysis.exact.targets import compile_assign, target_of
from webshellhunt.lang.tree import (
    Argument,
    Assign,
    Binary,
    Call,
    Cast,
    Conditional,
    Entries,
    Index,
    Items,
    Literal,
    Member,
    Name,
    New,
    Node,
    Unary,
)

_LAZY = frozenset({"&&", "||", "andalso", "orelse"})
_ANY = frozenset({"||", "orelse"})
_STEPS = {"++": "+", "--": "-"}
_UNARY = frozenset({"-", "+", "not", "!", "~"})
_LONG = 4
"""Operands of an expression that is evaluated in a loop."""


def _literal(compiler: Compiler, node: Literal) -> Evaluate:
    if node.kind == "pattern":
        raise UncompiledError
    value: Value = EMPTY if node.kind == "empty" else Char(node.value) if node.kind == "character" else node.value
    return lambda scope: value


def _name(compiler: Compiler, node: Name) -> Evaluate:
    name = compiler.fold(node.text)
    constant = library.constant_of((node.text.lower(),))
    if constant is not library.UNSOLVED and not is_variable(compiler, name):
        return lambda scope: constant
    return compiler.reading(node.text)


def _binary(compiler: Compiler, node: Binary) -> Evaluate:
    if "??" in node.operators:
        raise UncompiledError
    if len(node.operands) > _LONG and _LAZY.isdisjoint(node.operators):
        first, *operands = map(compiler.operand, node.operands)
        return chained(first, [*zip(node.operators, operands, strict=True)], compiler.language)
    value = compiler.operand(node.operands[0])
    for name, operand in zip(node.operators, node.operands[1:], strict=True):
        right = compiler.operand(operand)
        lazy = _lazily if name in _LAZY else combined
        value = lazy(value, name, right, compiler.language)
    return value


def _lazily(left: Evaluate, name: str, right: Evaluate, language: str) -> Evaluate:
    decides = name in _ANY

    def evaluate(scope: Scope) -> Value:
        value = left(scope)
        return value if truth(value, language) is decides else right(scope)

    return evaluate


def _unary(compiler: Compiler, node: Unary) -> Evaluate:
    operator, language = node.operator, compiler.language
    if operator in _STEPS:
        return _step(compiler, node)
    if operator not in _UNARY:
        raise UncompiledError
    operand = compiler.operand(node.operand)
    if operator in ("not", "!"):
        return lambda scope: exact_unary(operator, operand(scope), language)
    if operator == "+" and language != "jscript":
        return operand
    if operator == "+":
        return lambda scope: _number(operand(scope))
    return lambda scope: exact_unary(operator, operand(scope), language)


def exact_unary(operator: str, value: Value, language: str) -> Value:
    """Return the result of an operator for a known value.

    Raises:
        UnknownError: The value or the result is not known.
    """
    if not is_known(value):
        raise UnknownError
    made = unary(operator, value, language)
    if not is_known(made):
        raise UnknownError
    return made


def _number(value: Value) -> Value:
    if value.__class__ is int or value.__class__ is float:
        return value
    raise UnknownError


def _step(compiler: Compiler, node: Unary) -> Evaluate:
    operand, write = compiler.operand(node.operand), target_of(compiler, node.operand)
    name, language, is_postfix = _STEPS[node.operator], compiler.language, node.is_postfix
    by = 1 if name == "+" else -1

    def evaluate(scope: Scope) -> Value:
        before = operand(scope)
        after = before + by if before.__class__ is int else exactly(_number(before), name, 1, language)
        write(scope, after)
        return before if is_postfix else after

    return evaluate


def _conditional(compiler: Compiler, node: Conditional) -> Evaluate:
    test, yes, no = (compiler.expression(each) for each in (node.test, node.yes, node.no))
    language = compiler.language
    return lambda scope: yes(scope) if truth(test(scope), language) else no(scope)


def _cast(compiler: Compiler, node: Cast) -> Evaluate:
    operand, name = compiler.expression(node.operand), node.type.name.rpartition(".")[2].lower()
    if compiler.machine.symbols.class_of(node.type.name) is not None:
        raise UncompiledError
    if node.type.rank:
        return operand

    def evaluate(scope: Scope) -> Value:
        value = operand(scope)
        if value.__class__ is int and name == "byte":
            return value & 0xFF
        if value.__class__ is int and name == "char" and 0 <= value < 0xD800:
            return Char(chr(value))
        if isinstance(value, (bytes, type(None))) or value.__class__ is Thing:
            return value
        made = library.call_function(scope.evaluation, ("cast", name), [value], 0)
        return value if made is library.UNSOLVED else solved(made)

    return evaluate


EXPRESSIONS: dict[type[Node], Callable[..., Evaluate]] = {
    Literal: _literal,
    Name: _name,
    Binary: _binary,
    Unary: _unary,
    Conditional: _conditional,
    Cast: _cast,
    Index: compile_index,
    Member: compile_member,
    Items: compile_items,
    Entries: compile_entries,
    New: compile_new,
    Assign: compile_assign,
    Call: compile_call,
    Argument: lambda compiler, node: compiler.expression(plain_nodes([node])[0]),
}
