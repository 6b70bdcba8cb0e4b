"""Nodes: a compiled expression is a Python function of the variables, made of such functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.functions import PROPERTIES, call, call_method
from webshellhunt.code.constants.operators import Text, Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.functions import MAX_ITEMS, PURE, Function
from webshellhunt.code.evaluation.operators import Binary, Unary
from webshellhunt.code.evaluation.values import MAX_TEXT, integer_of

MAX_NESTING = 64
_ITEM_SIZE = 16
_COPIED_FOR_ONE = 4
"""Characters that are copied in the time that any other work takes for one."""
_READING_LITTLE = frozenset(PURE[name] for name in ("mid", "left", "right", "len", "asc", "chr", "ubound", "lbound"))

FAILURES = (UnknownError, ArithmeticError, RecursionError)
"""What ends a call, a loop or an expression, where folding asks for it.

Numbers and nesting are bounded where they grow; should a page find a way past that, it is one function that isn't
known, and not the page.
"""

Variables = dict[str, Value]
Run = Callable[[Variables], Value]


@dataclass(slots=True)
class Node:
    """A compiled expression and how deeply it is nested; ``rest`` takes more operands of the same strength.

    ``name`` is that of the variable that it reads, where it is one.
    """

    run: Run
    depth: int = 1
    strength: int | None = None
    rest: list[tuple[Binary, Run]] = field(default_factory=list)
    name: str = ""


def deeper(nodes: Sequence[Node]) -> int:
    """Return how deeply what is made of some nodes is nested.

    Raises:
        UnknownError: more than any honest expression.
    """
    depth = 1 + max((node.depth for node in nodes), default=0)
    if depth > MAX_NESTING:
        raise UnknownError
    return depth


def constant(value: Value) -> Node:
    """Return a node of a literal."""
    return Node(lambda _: value)


def variable(name: str) -> Node:
    """Return a node that reads a variable."""
    return Node(lambda variables: variables[name], name=name)


def unary(function: Unary, operand: Node) -> Node:
    """Return a node of an operator before its operand."""
    run = operand.run
    return Node(lambda variables: function(run(variables)), deeper([operand]))


def binary(function: Binary, strength: int, left: Node, right: Node, budget: Budget) -> Node:
    """Return a node of an operator between operands; a chain of one strength is one node, however long."""
    if left.strength == strength:
        left.rest.append((function, right.run))
        left.depth = max(left.depth, deeper([right]))
        return left
    first, rest = left.run, [(function, right.run)]

    def fold(variables: Variables) -> Value:
        value = first(variables)
        for combine, operand in rest:
            value = combine(value, operand(variables))
            if isinstance(value, str):
                copied(budget, value)
        return value

    return Node(fold, deeper([left, right]), strength, rest)


def in_brackets(node: Node) -> Node:
    """Return a node that no operator outside of its brackets joins."""
    return Node(node.run, deeper([node]))


def pure_call(function: Function, arguments: Sequence[Node], budget: Budget) -> Node:
    """Return a node that calls a function of the language."""
    runs = [argument.run for argument in arguments]
    reads_little = function in _READING_LITTLE

    def run(variables: Variables) -> Value:
        values = [argument(variables) for argument in runs]
        if not reads_little:
            read(budget, values)
        return spent(budget, call(function, values))

    return Node(run, deeper(arguments))


def method_call(name: str, subject: Node, arguments: Sequence[Node], language: str, budget: Budget) -> Node:
    """Return a node that calls a method of a text or a list (VB.NET)."""

    def function(values: list[Value]) -> Value:
        return call_method(name, values, language)

    return pure_call(function, [subject, *arguments], budget)


def property_of(name: str, subject: Node, budget: Budget) -> Node:
    """Return a node that reads a property of a text or a list (VB.NET)."""
    known = PROPERTIES.get(name)
    if known is None:
        return method_call(name, subject, (), "vb", budget)
    return pure_call(lambda values: known(values[0]), [subject], budget)


def own_call(name: str, arguments: Sequence[Node], invoke: Callable[[str, list[Value], int], Value]) -> Node:
    """Return a node that calls a function of the page itself."""
    runs = [argument.run for argument in arguments]
    depth = deeper(arguments)

    def run(variables: Variables) -> Value:
        values = [argument(variables) for argument in runs]
        return invoke(name, values, depth)

    return Node(run, depth)


def item(subject: Node, arguments: Sequence[Node]) -> Node:
    """Return a node that reads one item of a list, or one character of a text."""
    if len(arguments) != 1:
        raise UnknownError
    items, position = subject.run, arguments[0].run

    def run(variables: Variables) -> Value:
        held = items(variables)
        index = integer_of(position(variables))
        if not isinstance(held, (str, list)) or not 0 <= index < len(held):
            raise UnknownError
        return held[index]

    return Node(run, deeper([subject, *arguments]))


def spent(budget: Budget, value: Value) -> Value:
    """Take what was made off the budget; return it.

    Raises:
        UnknownError: nothing was made, more than may be, or the budget is spent.
    """
    grew(budget, len(value)) if isinstance(value, Text) else read(budget, (value,))
    if value is None or (isinstance(value, str) and len(value) > MAX_TEXT):
        raise UnknownError
    return value


def read(budget: Budget, values: Sequence[Value]) -> None:
    """Take what is to be read off the budget, before anything is made of it.

    Raises:
        UnknownError: the budget is spent, or a list is longer than one may be.
    """
    for each in values:
        if isinstance(each, (str, Text)):
            budget.work -= len(each)
        elif isinstance(each, list):
            budget.work -= _ITEM_SIZE * len(each)
            if len(each) > MAX_ITEMS:
                raise UnknownError
    if budget.work < 0:
        raise UnknownError


def grew(budget: Budget, items: int) -> None:
    """Take what a list holds more than before off the budget.

    Raises:
        UnknownError: the budget is spent.
    """
    budget.work -= _ITEM_SIZE * max(items, 0)
    if budget.work < 0:
        raise UnknownError


def copied(budget: Budget, text: str) -> None:
    """Take a text that was joined off the budget.

    Raises:
        UnknownError: the budget is spent.
    """
    budget.work -= len(text) // _COPIED_FOR_ONE + 1
    if budget.work < 0:
        raise UnknownError
