"""Expressions of an exact evaluation, literals and calls included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.objects import get_member
from webshellhunt.analysis.domain.arrays import array_of, length_of
from webshellhunt.analysis.domain.operators import unary
from webshellhunt.analysis.domain.values import EMPTY, LENGTH, Char, Thing, Value, is_known
from webshellhunt.analysis.exact.calls import compile_call, plain_nodes
from webshellhunt.analysis.exact.compiler import Compiler, UncompiledError
from webshellhunt.analysis.exact.functions import solved
from webshellhunt.analysis.exact.items import item
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
    Form,
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


def is_variable(compiler: Compiler, name: str) -> bool:
    """True if a name may be a variable of the function or of the page."""
    page = compiler.machine.symbols.page
    return name in compiler.own or name in page.fields or name in compiler.machine.page.fields


def compile_index(compiler: Compiler, node: Index) -> Evaluate:
    """Return an item of a text or an array as a function."""
    subject, nodes = compiler.expression(node.subject), plain_nodes(node.arguments)
    if len(nodes) != 1 or node.is_conditional:
        raise UncompiledError
    key = compiler.expression(nodes[0])
    return lambda scope: item(scope, subject(scope), key(scope))


def compile_member(compiler: Compiler, node: Member) -> Evaluate:
    """Return a member of a value as a function."""
    if node.subject is None or node.is_key or node.is_conditional:
        raise UncompiledError
    name, lower = node.name, node.name.lower()
    subject = compiler.expression(node.subject)

    def evaluate(scope: Scope) -> Value:
        value = subject(scope)
        if lower == "length" and (value.__class__ is str or value.__class__ is Thing):
            length = len(value) if value.__class__ is str else length_of(value)
            if length is not None:
                return length
        return solved(get_member(scope.evaluation.machine, value, name, 0))

    return evaluate


def compile_items(compiler: Compiler, node: Items) -> Evaluate:
    """Return a list of values as a function."""
    parts = [compiler.expression(each) for each in plain_nodes(node.items)]
    if node.form is Form.COMMA:
        return lambda scope: [each(scope) for each in parts][-1]
    if node.form is Form.TUPLE:
        raise UncompiledError
    return lambda scope: array_of([each(scope) for each in parts])


def compile_entries(compiler: Compiler, node: Entries) -> Evaluate:
    """Return an object of JScript as a function."""
    if compiler.language != "jscript":
        raise UncompiledError
    pairs: list[tuple[Any, Evaluate]] = []
    for entry in node.entries:
        if not isinstance(entry.key, (Name, Literal)):
            raise UncompiledError
        key = entry.key.text if isinstance(entry.key, Name) else entry.key.value
        pairs.append((key, compiler.expression(entry.value)))
    return lambda scope: Thing("object", fields={key: value(scope) for key, value in pairs})


def compile_new(compiler: Compiler, node: New) -> Evaluate:
    """Return a new array, or an object of a library, as a function."""
    if node.type is None or node.callee is not None or compiler.machine.symbols.class_of(node.type.name) is not None:
        raise UncompiledError
    if node.type.name in compiler.machine.symbols.aliases or is_variable(compiler, node.type.name):
        raise UncompiledError
    arguments = [compiler.expression(each) for each in plain_nodes(node.arguments)]
    if node.initialiser is not None:
        if not isinstance(node.initialiser, Items) or not node.type.rank:
            raise UncompiledError
        return compile_items(compiler, node.initialiser)
    name = node.type.name.rpartition(".")[2].lower()

    def make_array(scope: Scope) -> Value:
        sizes = [each(scope) for each in arguments]
        if len(sizes) != 1 or sizes[0].__class__ is not int:
            raise UnknownError
        return Thing("array", fields={LENGTH: sizes[0]})

    def make(scope: Scope) -> Value:
        made = library.make(scope.evaluation, name, [each(scope) for each in arguments], 0)
        return solved(made)

    return make_array if node.type.rank else make


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
