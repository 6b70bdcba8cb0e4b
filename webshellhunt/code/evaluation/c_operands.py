"""Operands of C# and JScript: names, calls, members and indexes."""

from __future__ import annotations

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.functions import FUNCTIONS, METHODS, PROPERTIES, call_function
from webshellhunt.code.constants.operators import Char, Value
from webshellhunt.code.declarations import behind_type_arguments
from webshellhunt.code.evaluation import c_nodes, nodes
from webshellhunt.code.evaluation.c_makers import Makers
from webshellhunt.code.evaluation.c_members import MEMBERS
from webshellhunt.code.evaluation.c_patterns import compiled
from webshellhunt.code.evaluation.c_statics import STATICS, VALUES
from webshellhunt.code.evaluation.c_values import Closure, text_of
from webshellhunt.code.evaluation.nodes import Node

_DOTS = frozenset({".", "?."})
_ITSELF = frozenset({"this", "self", "window"})
_MEMBERS = frozenset({*METHODS, *MEMBERS["c#"], *MEMBERS["jscript"], "substring", "replace", "getbytes"})
_LONGEST_PATH = 6


class Operands(Makers):
    """Reads what operators stand between."""

    def _made(self, word: str) -> Node:
        """Read a name, brackets, or what ``new`` makes."""
        arrow = self._arrow()
        if arrow:
            return self._lambda(arrow)
        if word == "(" and self._op() == "(":
            self._at += 1
            node = self._assigned()
            self._expect(")")
            return nodes.in_brackets(node)
        if word == "[" and self._op() == "[":
            return self._list("]", list)
        if word == "{" and self._language == "jscript":
            return self._object()
        if word == "new":
            self._at += 1
            return self._new()
        if word == "function":
            return self._function()
        if not self._name(self._at):
            raise UnknownError
        return self._named(self._at)

    def _named(self, start: int) -> Node:
        """Read a dotted name up to its first call: a variable, or what is static."""
        first = start + 2 if self._values[start] in _ITSELF and self._op(start + 1) in _DOTS else start
        root = self._name(first)
        if root in self.names and first == start:
            self._at = start + 1
            return self._variable(root)
        if self._op(first + 1) == "(" and self._page.has(root):
            return self._own(first)
        path, at = [root.lower()], first + 1
        while len(path) < _LONGEST_PATH and self._op(at) in _DOTS and self._name(at + 1):
            path.append(self._name(at + 1).lower())
            at = behind_type_arguments(self._unit, at + 2)
            known = ".".join(path[-2:])
            if known in VALUES and self._op(at) != "(":
                self._at = at
                return nodes.constant(VALUES[known])
            if self._op(at) == "(":
                break
        if self._op(at) == "(":
            if len(path) == 2 and path[0] in self._own_objects and self._page.has(path[1]):
                return self._own(at - 1)
            called = self._static(tuple(path), at)
            if called is not None:
                return called
        self._at = first + 1
        return self._variable(root)

    def _variable(self, name: str) -> Node:
        self.used.add(name)
        return c_nodes.variable(name, self.types.get(name))

    def _own(self, index: int) -> Node:
        name, self._at = self._values[index], index + 1
        return nodes.own_call(name, self._arguments(), self._page.invoke)

    def _static(self, path: tuple[str, ...], opener: int) -> Node | None:
        """Read the call of a static function that is known."""
        key = ".".join(path[-2:])
        if key == "regex.replace":
            self._at = opener
            return self._replaced()
        function = STATICS.get(key)
        if function is None and key not in FUNCTIONS and not (len(path) == 1 and path[0] in FUNCTIONS):
            return None
        self._at = opener

        def called(values: list[Value]) -> Value:
            return c_nodes.held_as(call_function(path, values) if function is None else function(values))

        return nodes.pure_call(called, self._arguments(), self._page.budget)

    def _replaced(self) -> Node:
        """Read the arguments of ``Regex.Replace(text, pattern, new)``: ``new Regex(pattern).Replace(text, new)``."""
        arguments, budget = self._arguments(), self._page.budget
        if len(arguments) != 3:
            raise UnknownError
        text, pattern, new = arguments
        regex = nodes.pure_call(lambda a: compiled(text_of(a[0])), [pattern], budget)
        return c_nodes.member_call("replace", regex, [text, new], "c#", budget)

    def _postfix(self, node: Node) -> Node:
        """Read what follows an operand: members, calls, indexes, ``++``."""
        while True:
            word = self._op()
            if word in _DOTS and self._name(self._at + 1):
                node = self._member(node)
            elif word == "[":
                closer = self._match.get(self._at, -1)
                position = self.read(self._at + 1, closer)
                self._at = closer + 1
                node = c_nodes.item(node, position, self._page.budget, Char if self._language == "c#" else str)
            elif word == "(":
                node = self._invoked(node)
            elif word in ("++", "--"):
                self._at += 1
                node = c_nodes.count(node, 1 if word == "++" else -1, self._page.budget, gives_old=True)
            elif self._name(self._at) == "switch" and self._op(self._at + 1) == "{":
                node = self._arms(node)
            else:
                return node

    def _member(self, node: Node) -> Node:
        name = self._name(self._at + 1).lower()
        at = behind_type_arguments(self._unit, self._at + 2)
        if self._op(at) != "(":
            self._at += 2
            if name not in PROPERTIES and name != "count":
                return self._entry(node)
            return c_nodes.member(name, node) if name != "chars" else node
        if name not in _MEMBERS:
            if name == "invoke":
                self._at = at
                return self._invoked(node)
            raise UnknownError
        self._at = at
        return c_nodes.member_call(name, node, self._arguments(), self._language, self._page.budget)

    def _entry(self, node: Node) -> Node:
        """Return what an object of JScript holds by the name that was just read."""
        if self._language != "jscript":
            raise UnknownError
        return c_nodes.item(node, nodes.constant(self._values[self._at - 1]), self._page.budget)

    def _invoked(self, node: Node) -> Node:
        """Read the call of a variable that holds a function."""
        if not isinstance(node, c_nodes.Place) or node.name not in self.names:
            raise UnknownError
        held, runs = node.run, [each.run for each in self._arguments()]

        def run(variables: nodes.Variables) -> Value:
            function = held(variables)
            if not isinstance(function, Closure):
                raise UnknownError
            return function.call([each(variables) for each in runs])

        return Node(run, nodes.deeper([node]))
