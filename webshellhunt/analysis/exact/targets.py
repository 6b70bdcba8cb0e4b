"""Targets of an exact evaluation: assignments to variables and items."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from webshellhunt.analysis.calling.items import set_item
from webshellhunt.analysis.domain.passing import kept_by
from webshellhunt.analysis.domain.values import Thing, Value, is_known
from webshellhunt.analysis.exact.calls import plain_nodes
from webshellhunt.analysis.exact.compiler import Compiler, UncompiledError, declared
from webshellhunt.analysis.exact.operators import combined
from webshellhunt.analysis.exact.scope import Evaluate, Scope, UnknownError
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Assign, Call, Declaration, Index, Name, Node


def target_of(compiler: Compiler, node: Node) -> Callable[[Scope, Value], None]:
    """Return the assignment to a variable or an item as a function.

    Raises:
        UncompiledError: It is to something else.
    """
    if isinstance(node, Name):
        return compiler.writing(node)
    if isinstance(node, Declaration):
        return declared(compiler, node)
    is_call = isinstance(node, Call) and isinstance(node.callee, Name) and compiler.language in VB
    if isinstance(node, Index) or is_call:
        assert isinstance(node, (Index, Call))
        subject_node = node.subject if isinstance(node, Index) else node.callee
        nodes = plain_nodes(node.arguments)
        if len(nodes) != 1:
            raise UncompiledError
        subject, key = compiler.expression(subject_node), compiler.expression(nodes[0])
        return partial(_write_item, subject, key)
    raise UncompiledError


def _write_item(subject: Evaluate, key: Evaluate, scope: Scope, value: Value) -> None:
    thing, at = subject(scope), key(scope)
    if thing.__class__ is not Thing or not is_known(at):
        raise UnknownError
    if at.__class__ is int and at in thing.fields:
        thing.fields[at] = value
    else:
        set_item(scope.evaluation.machine, thing, [at], value, 0)


def compile_assign(compiler: Compiler, node: Assign) -> Evaluate:
    """Return an assignment as a function; its value is the assigned one."""
    operator, language = node.operator, compiler.language
    if operator in ("=", ":="):
        value = compiler.operand(node.value)
    elif operator == "??=":
        raise UncompiledError
    else:
        value = combined(
            compiler.operand(node.target), operator.removesuffix("="), compiler.operand(node.value), language
        )
    write = target_of(compiler, node.target)
    if isinstance(node.target, Name):
        compiler.makers[compiler.fold(node.target.text)] = node.value if operator in ("=", ":=") else node

    def assign(scope: Scope) -> Value:
        made = value(scope)
        if made.__class__ is Thing:
            made = kept_by(scope.evaluation, made)
        write(scope, made)
        return made

    return assign
