"""Compiler: the functions, loops and expressions of one unit as programs, in whatever language it is."""

from __future__ import annotations

from functools import cached_property

from webshellhunt.code.declarations import own_objects
from webshellhunt.code.evaluation.c_statements import Statements
from webshellhunt.code.evaluation.expressions import Page
from webshellhunt.code.evaluation.given import declared_types, getter_of
from webshellhunt.code.evaluation.nodes import Node
from webshellhunt.code.evaluation.program import Program
from webshellhunt.code.evaluation.statements import StatementCompiler
from webshellhunt.code.unit import Function, Unit


class Compiler:
    """Compiles what one page asks for; each method raises `UnknownError` where that isn't pure.

    ``statements`` compiles Visual Basic.
    """

    def __init__(self, page: Page, unit: Unit, statements: type[StatementCompiler]) -> None:
        self._page = page
        self._of_vb = statements
        self._unit = unit

    @cached_property
    def own_objects(self) -> frozenset[str]:
        """The names, in lower case, that stand for the page or for an object of one of its classes."""
        return own_objects(self._unit, list(map(str.lower, self._unit.tokens.values)))

    def function(self, function: Function) -> Program:
        """Return the program of a function; of a property, that of its getter."""
        name, start, end = function.name.lower(), function.start, function.end
        if self._unit.is_vb:
            return self._of_vb(self._page, self._unit.tokens, name, function.parameters).body(start, end)
        compiler = self._statements(name, function.parameters)
        for parameter, of_type in declared_types(self._unit, function):
            compiler.given(parameter, of_type)
        if start in self._unit.results:
            return compiler.result(start, end)
        start, end = getter_of(self._unit, function) or (start, end)
        return compiler.body(start + 1, end)

    def loop(self, start: int) -> Program:
        """Return the program of the loop that begins at a token."""
        end = len(self._unit.tokens)
        if self._unit.is_vb:
            return self._of_vb(self._page, self._unit.tokens).loop(start, end)
        return self._statements().one(start, end)

    def expression(self, start: int, end: int) -> Node:
        """Return the node of a range of C# or JScript."""
        return self._statements().read(start, end)

    def _statements(self, name: str = "", parameters: tuple[str, ...] = ()) -> Statements:
        return Statements(self._page, self._unit, self.own_objects, name, parameters)
