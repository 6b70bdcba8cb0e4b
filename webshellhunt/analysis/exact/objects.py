"""Objects of an exact evaluation: items, members, arrays and new objects."""

from __future__ import annotations

from typing import Any

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.objects import get_member
from webshellhunt.analysis.domain.arrays import array_of, length_of
from webshellhunt.analysis.domain.values import LENGTH, Thing, Value
from webshellhunt.analysis.exact.calls import plain_nodes
from webshellhunt.analysis.exact.compiler import Compiler, UncompiledError
from webshellhunt.analysis.exact.functions import solved
from webshellhunt.analysis.exact.items import item
from webshellhunt.analysis.exact.scope import Evaluate, Scope, UnknownError
from webshellhunt.lang.tree import Entries, Form, Index, Items, Literal, Member, Name, New


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
