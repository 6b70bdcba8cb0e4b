"""Compiler of exact evaluations: nodes become functions of Python that work on a scope.

A node with an effect that only the machine has is an `UncompiledError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from webshellhunt.analysis.calling.by_reference import REFERENCES
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.fitting import as_declared
from webshellhunt.analysis.domain.values import ABSENT, EMPTY, Value
from webshellhunt.analysis.exact.functions import Known
from webshellhunt.analysis.exact.scope import Around, Compiled, Evaluate, Scope, UnknownError, Write
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Declaration, Function, Literal, Name, Node, TypeName

Execute = Callable[[Scope], object]
"""Runs a statement; returns ``None``, or how it leaves."""
_FITTING = frozenset({"c#", "jscript"})
_KINDS = frozenset({"function", "sub"})
_THIS = frozenset({"this", "me", "base", "mybase", "myclass", "super", "arguments"})


class UncompiledError(Exception):
    """A node has an effect that an exact evaluation does not have."""


class Compiler:
    """Compiles one loop, or one function; ``targets`` are the variables that it assigns to, with a node of each."""

    expressions: Mapping[type[Node], Callable[[Compiler, Node], Evaluate]] = {}
    statements: Mapping[type[Node], Callable[[Compiler, Node], Execute]] = {}

    def __init__(self, machine: Machine, function: Function | None = None) -> None:
        self.machine: Machine = machine
        self.language: str = machine.language
        self.function: Function | None = function
        self.own: frozenset[str] = machine.symbols.locals_of(function) if function is not None else frozenset()
        self.symbol: ClassSymbol | None = machine.symbols.owners.get(function) if function is not None else None
        self.targets: dict[str, Node] = {}
        self.cost: int = 0
        self.library: dict[str, Known] = {}
        self.makers: dict[str, Node] = {}
        """The expression that is assigned to a variable last."""

    def fold(self, name: str) -> str:
        """Return a name as the language compares it."""
        return self.machine.symbols.fold(name)

    def expression(self, node: Node | None) -> Evaluate:
        """Return an expression as a function.

        Raises:
            UncompiledError: It is none that can be evaluated.
        """
        compile_ = self.expressions.get(node.__class__) if node is not None else None
        if node is None or compile_ is None:
            raise UncompiledError
        self.cost += 1
        return compile_(self, node)

    def statement(self, node: Node) -> Execute:
        """Return a statement as a function.

        Raises:
            UncompiledError: It is none that can be evaluated.
        """
        compile_ = self.statements.get(node.__class__)
        self.cost += 1
        return self.expression_statement(node) if compile_ is None else compile_(self, node)

    def expression_statement(self, node: Node) -> Execute:
        """Return an expression that stands as a statement."""
        evaluate = self.expression(node)

        def run(scope: Scope) -> None:
            evaluate(scope)

        return run

    # Variables ----------------------------------------------------------------------------------------------------

    def is_local(self, name: str) -> bool:
        """True if a name is a variable of the function, or of the code around the loop."""
        return self.function is None or name in self.own

    def member_class(self, name: str) -> ClassSymbol | None:
        """Return the class around the function if it has a member of a name."""
        symbol, page = self.symbol, self.machine.symbols.page
        while symbol is not None and symbol is not page:
            if find_member(self.machine, symbol, name) is not None:
                return self.symbol
            symbol = symbol.outer
        return None

    def reading(self, text: str) -> Evaluate:
        """Return the value of a variable as a function."""
        name = self.fold(text)
        if text in _THIS:
            raise UncompiledError
        if self.is_local(name):
            return lambda scope: scope[name]
        symbol = self.member_class(name)
        if symbol is not None:
            return lambda scope: scope.evaluation.field_of(symbol, scope.this, text)

        def read(scope: Scope) -> Value:
            value = scope.get(name, ABSENT)
            return scope.evaluation.page[name] if value is ABSENT else value

        return read

    def writing(self, node: Name) -> Write:
        """Return the assignment to a variable as a function."""
        name = self.fold(node.text)
        if node.text in _THIS:
            raise UncompiledError
        if self.language == "vbscript" and self._is_constant(name):
            raise UncompiledError
        self.targets.setdefault(name, node)
        return self.fitting(name, self._writing(name))

    def _is_constant(self, name: str) -> bool:
        """True if a name may be a constant, which cannot be assigned to."""
        declared_in = self.machine.symbols.declarations_of
        found = (declared_in(self.function).get(name), declared_in(None).get(name))
        return any(isinstance(each, Declaration) and "const" in each.modifiers for each in found)

    def fitting(self, name: str, write: Write, written: TypeName | None = None) -> Write:
        """Return an assignment that fits a value into the type that a variable is declared with."""
        language = self.language
        if language not in _FITTING:
            return write
        if written is None:
            function = self.function if self.function is not None else self.machine.frame.function
            declared_ = self.machine.symbols.declarations_of(function).get(name)
            written = declared_.type if declared_ is not None else None
        if written is None or written.rank:
            return write
        kind = written
        return lambda scope, value: write(scope, as_declared(value, kind, language))

    def _writing(self, name: str) -> Write:
        if self.function is None:
            return partial(_write_around, name)
        if name in self.own:
            return lambda scope, value: scope.__setitem__(name, value)
        if self.member_class(name) is not None:
            raise UncompiledError
        page, symbol = self.machine.page.fields, self.machine.symbols.page
        if name in symbol.setters:
            raise UncompiledError
        is_basic = self.language in VB

        def write(scope: Scope, value: Value) -> None:
            if name in scope or (is_basic and name not in page and name not in symbol.fields):
                scope[name] = value
            else:
                scope.evaluation.page.write(name, value)

        return write

    def operand(self, node: Node) -> Evaluate:
        """Return an operand as a function: a variable of VBScript that nothing was assigned to is empty."""
        evaluate = self.expression(node)
        if self.language != "vbscript" or not isinstance(node, Name):
            return evaluate
        name = self.fold(node.text)
        if self.member_class(name) is not None:
            return evaluate

        def read(scope: Scope) -> Value:
            try:
                return evaluate(scope)
            except UnknownError:
                if scope.evaluation.is_empty(name):
                    return EMPTY
                raise

        return read


def compile_function(machine: Machine, function: Function) -> Compiled | None:
    """Return a function that can be evaluated, ``None`` for any other one."""
    if function.body is None or function.kind not in _KINDS or function.first is not None or function.is_indexer:
        return None
    if (function.type is not None and function.type.names) or function.generics or function.attributes:
        return None
    if machine.symbols.is_iterator(function) or any(each.parts is not None for each in function.parameters):
        return None
    compiler = Compiler(machine, function)
    try:
        if any(each.by == "rest" or each.by == "this" for each in function.parameters):
            return None
        first: dict[str, Value] = dict.fromkeys(compiler.own, EMPTY)
        for each in function.parameters:
            first[compiler.fold(each.name)] = _default(machine, each.default)
        run = compiler.statement(function.body)
    except (UncompiledError, RecursionError):
        return None
    names = [compiler.fold(each.name) for each in function.parameters]
    references = frozenset(compiler.fold(each.name) for each in function.parameters if each.by in REFERENCES)
    assigned = {at: name for at, name in enumerate(names) if name in references and name in compiler.targets}
    is_result = machine.language in VB and function.kind == "function"
    result = compiler.fold(function.name) if is_result else ""
    fitting = {
        compiler.fold(each.name): each.type
        for each in function.parameters
        if machine.language in _FITTING and each.type is not None and not each.type.rank
    }
    return Compiled(function, run, compiler.cost, names, first, result, references, assigned, fitting)


def _default(machine: Machine, node: Node | None) -> Value:
    if node is None:
        return None if machine.language == "c#" else EMPTY
    if isinstance(node, Literal) and node.kind not in ("pattern", "empty", "character"):
        return node.value
    raise UncompiledError


def _write_around(name: str, scope: Scope, value: Value) -> None:
    assert scope.__class__ is Around
    if name in scope.written:
        scope[name] = value
    else:
        scope.write(name, value)


def declared(compiler: Compiler, node: Declaration) -> Write:
    """Return the declaration of a variable as a function that gives it its first value."""
    name = compiler.fold(node.name)
    compiler.targets[name] = node
    if compiler.function is None:
        return compiler.fitting(name, partial(_write_around, name), node.type)
    return compiler.fitting(name, lambda scope, value: scope.__setitem__(name, value), node.type)
