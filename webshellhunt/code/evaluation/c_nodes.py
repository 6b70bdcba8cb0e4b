"""Nodes that only C# and JScript have: what assigns, counts or chooses in an expression, and functions as values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Char, Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.c_members import CHEAP, method, property_of
from webshellhunt.code.evaluation.c_operators import add
from webshellhunt.code.evaluation.c_patterns import cost_of
from webshellhunt.code.evaluation.c_values import NULL, Closure, character, integer_of, kept, truth_of
from webshellhunt.code.evaluation.expressions import Page
from webshellhunt.code.evaluation.nodes import Node, Variables, copied, deeper, grew, read, spent
from webshellhunt.code.evaluation.operators import Binary
from webshellhunt.code.evaluation.values import MAX_TEXT

_FRAMES_OF_CLOSURE = 4
_BYTES = 256
_ROOM = 4
"""Bytes that a character may take."""
_TRYING = frozenset({"replace", "split"})
"""Members that may be given a pattern."""

Write = Callable[[Variables, Value], None]
Conversion = Callable[[Value], Value]


@dataclass(slots=True)
class Place(Node):
    """What can be assigned to: a variable, an item; ``name`` is the variable's, or of what the item is one of."""

    write: Write = field(kw_only=True)
    may_wrap: bool = False
    """Tells an item of C#, which may be a byte."""


def variable(name: str, conversion: Conversion | None = None) -> Place:
    """Return a place that is a variable; a declared type makes what is assigned its own."""

    def write(variables: Variables, value: Value) -> None:
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise UnknownError
        variables[name] = value if conversion is None else conversion(value)

    return Place(lambda variables: variables[name], write=write, name=name)


def item(subject: Node, position: Node, budget: Budget, character_kind: type[str] = Char) -> Place:
    """Return a place that is an item of a list, a character of a text, or what a dictionary holds under a key."""
    items, at = subject.run, position.run

    def found(variables: Variables) -> Value:
        held, key = items(variables), at(variables)
        if isinstance(held, dict):
            return _found(held, _key(key))
        index = integer_of(key)
        if not isinstance(held, (str, list, bytes)) or not 0 <= index < len(held):
            raise UnknownError
        return character_kind(held[index]) if isinstance(held, str) else held[index]

    def write(variables: Variables, value: Value) -> None:
        held, key = items(variables), at(variables)
        if isinstance(value, (list, dict)):  # no list in a list: what holds itself has no end
            raise UnknownError
        if isinstance(held, dict):
            _more(budget, held.get(_key(key)), value)
            held[key] = value
            return
        index = integer_of(key)
        if not isinstance(held, list) or not 0 <= index <= len(held):
            raise UnknownError
        _more(budget, held[index] if index < len(held) else None, value)
        held[index : index + 1] = [value]

    name = subject.name if isinstance(subject, Place) else ""
    may_wrap = character_kind is Char
    return Place(found, deeper([subject, position]), write=write, name=name, may_wrap=may_wrap)


def _more(budget: Budget, before: Value, value: Value) -> None:
    """Take what an item holds more than before off the budget: many long texts would take too much room."""
    if isinstance(value, str):
        budget.work -= _ROOM * max(len(value) - (len(before) if isinstance(before, str) else 0), 0)
        if budget.work < 0:
            raise UnknownError


def _key(value: Value) -> Value:
    """Return a value that a dictionary may hold something under: none that can be changed."""
    if isinstance(value, (list, dict)):
        raise UnknownError
    return value


def _found(held: dict[Value, Value], key: Value) -> Value:
    if key not in held:
        raise UnknownError
    return held[key]


def place(node: Node) -> Place:
    """Return a node that can be assigned to.

    Raises:
        UnknownError: it can't be.
    """
    if not isinstance(node, Place):
        raise UnknownError
    return node


def assign(left: Node, right: Node) -> Node:
    """Return ``left = right``, which is what was assigned."""
    write, run = place(left).write, right.run

    def function(variables: Variables) -> Value:
        value = run(variables)
        write(variables, value)
        return value

    return Node(function, deeper([left, right]))


def augment(left: Node, function: Binary, right: Node, budget: Budget) -> Node:
    """Return ``left += right`` and its like; a character stays one."""
    held, write, run = left.run, place(left).write, right.run
    may_wrap = place(left).may_wrap

    def augmented(variables: Variables) -> Value:
        before, operand = held(variables), run(variables)
        value = function(before, operand)
        if isinstance(before, Char) and not isinstance(value, str):
            value = character(value)
        elif may_wrap and isinstance(value, int) and 0 <= before < _BYTES and not 0 <= value < _BYTES:
            raise UnknownError  # a byte would go round
        if isinstance(value, str):
            copied(budget, value)
        write(variables, value)
        return value

    return Node(augmented, deeper([left, right]))


def count(counted: Node, by: int, budget: Budget, *, gives_old: bool) -> Node:
    """Return ``x++``, ``--x`` and their like."""
    one = augment(counted, add, Node(lambda _: by), budget).run
    held = counted.run

    def run(variables: Variables) -> Value:
        before = held(variables) if gives_old else None
        after = one(variables)
        return before if gives_old else after

    return Node(run, deeper([counted]))


def choice(test: Node, yes: Node, no: Node) -> Node:
    """Return ``test ? yes : no``."""
    condition, this, that = test.run, yes.run, no.run
    return Node(lambda v: this(v) if truth_of(condition(v)) else that(v), deeper([test, yes, no]))


def lazily(name: str, left: Node, right: Node) -> Node:
    """Return an operator that looks at its right operand only where it counts."""
    first, second = left.run, right.run

    def run(variables: Variables) -> Value:
        value = first(variables)
        if name == "??":
            return second(variables) if value is NULL else value
        return second(variables) if truth_of(value) is (name == "&&") else value

    return Node(run, deeper([left, right]))


def member_call(name: str, subject: Node, arguments: Sequence[Node], language: str, budget: Budget) -> Node:
    """Return a call of a method."""
    owner, runs, is_cheap, tries = subject.run, [each.run for each in arguments], name in CHEAP, name in _TRYING

    def run(variables: Variables) -> Value:
        held = owner(variables)
        values = [each(variables) for each in runs]
        if tries:
            budget.work -= cost_of([held, *values])
        read(budget, values if is_cheap else [held, *values])
        before = len(held) if isinstance(held, list) else 0
        value = held_as(method(name, [held, *values], language))
        if value is not held or isinstance(held, str):
            return spent(budget, value)
        if isinstance(held, list):
            grew(budget, len(held) - before)
        return value

    return Node(run, deeper([subject, *arguments]))


def member(name: str, subject: Node) -> Node:
    """Return a property of a value."""
    owner = subject.run
    return Node(lambda variables: property_of(name, owner(variables)), deeper([subject]))


def held_as(value: Value) -> Value:
    """Return bytes as a list, which can be changed, and no number that is larger than any that is followed."""
    if isinstance(value, (int, float)):
        return kept(value)
    return list(value) if isinstance(value, bytes) else value


def listed(items: Sequence[Node], kind: type[list[Value]], nested: bool, budget: Budget) -> Node:
    """Return a list of values; lists in it are such as were written there, too."""
    runs = [each.run for each in items]

    def run(variables: Variables) -> Value:
        values = [each(variables) for each in runs]
        inner = [item for each in values if isinstance(each, (list, dict)) for item in each] if nested else values
        if any(isinstance(each, (list, dict)) for each in inner):  # lists of lists are as deep as it gets
            raise UnknownError
        return spent(budget, kind(values))

    return Node(run, deeper(items))


def dictionary(pairs: Sequence[tuple[Node, Node]], budget: Budget) -> Node:
    """Return a dictionary of what is written in it; it holds no lists."""
    runs = [(key.run, value.run) for key, value in pairs]

    def run(variables: Variables) -> Value:
        held = {_key(key(variables)): value(variables) for key, value in runs}
        if any(isinstance(each, (list, dict)) for each in held.values()):
            raise UnknownError
        spent(budget, list(held.values()))
        return held

    return Node(run, deeper([each for pair in pairs for each in pair]))


def closure(parameters: Sequence[str], body: Node, cost: int, page: Page) -> Node:
    """Return a function as a value: ``(a, b) => …``; each call costs what a statement of its length does."""
    budget, inner, depth = page.budget, body.run, body.depth + _FRAMES_OF_CLOSURE

    def made(variables: Variables) -> Value:
        def called(values: list[Value]) -> Value:
            budget.steps -= cost
            if budget.steps < 0:
                raise UnknownError
            page.deepen(depth)
            hidden = {name: variables[name] for name in parameters if name in variables}
            variables.update(zip(parameters, values, strict=False))
            try:
                return inner(variables)
            finally:
                page.deepen(-depth)
                for name in parameters:
                    variables.pop(name, None)
                variables.update(hidden)

        return Closure(called)

    return Node(made)


def matched(subject: Node, arms: Sequence[tuple[Node | None, Node]], equal: Binary) -> Node:
    """Return ``x switch { a => b, _ => c }``."""
    of, runs = subject.run, [(test.run if test is not None else None, value.run) for test, value in arms]

    def run(variables: Variables) -> Value:
        value = of(variables)
        for test, given in runs:
            if test is None or equal(test(variables), value):
                return given(variables)
        raise UnknownError

    return Node(run, deeper([subject, *(value for _, value in arms)]))
