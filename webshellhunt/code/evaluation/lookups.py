"""Lookups: the few objects that hold nothing but texts, as variables: dictionaries, the session, regular expressions.

An entry, or a property, of ``name`` is a variable of its own; what kind of object it is doesn't matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.constants.terms import Budget
from webshellhunt.code.evaluation.nodes import Node, Run, Variables, deeper, spent
from webshellhunt.code.evaluation.values import text_of, truth_of
from webshellhunt.lazy_pattern import lazy_pattern

_KEY = "\0"
_PROPERTY = "\0."
_CASELESS = frozenset({"session", "application", "request", "response", "server"})
"""Objects whose keys are compared without regard to case."""
# One class of characters, or a text without signs: what takes no longer than the text is long, whatever that is.
_PLAIN_PATTERN = lazy_pattern(r"(?:\[\^?[^\]\\\[]{1,64}\]|\\[dDwWsS])[+*]?|[^\\\[\](){}.*+?^$|]{1,64}")


def entry(name: str, position: Run, variables: Variables) -> str:
    """Return the variable that an entry is; a dictionary tells keys apart by case, unless it is told not to."""
    key = text_of(position(variables))
    folds = name in _CASELESS or _is_set(name, "comparemode", variables)
    return f"{name}{_KEY}{key.lower() if folds else key}"


def property_variable(name: str, member: str) -> str:
    """Return the variable that a property of an object is."""
    return f"{name}{_PROPERTY}{member}"


def object_of(variable: str) -> str:
    """Return the name of the object of which a variable is an entry or a property, ``""`` where it is none."""
    name, key, _ = variable.partition(_KEY)
    return name if key else ""


def entry_or_item(name: str, position: Node, item: Node) -> Node:
    """Return a node that reads an entry, or else the item of a list."""

    def run(variables: Variables) -> Value:
        try:
            return variables[entry(name, position.run, variables)]
        except (KeyError, UnknownError):
            return item.run(variables)

    return Node(run, item.depth)


def listed(name: str, member: str, budget: Budget, page: Callable[[], Variables]) -> Node:
    """Return a node of ``name.Keys`` or ``name.Items``, in their order; ``page`` gives the variables of the page."""
    start, properties = f"{name}{_KEY}", f"{name}{_PROPERTY}"

    def run(variables: Variables) -> Value:
        every = {**page(), **variables}
        budget.work -= len(every)
        held = [each for each in every if each.startswith(start) and not each.startswith(properties)]
        values: list[Value] = [each.removeprefix(start) if member == "keys" else every[each] for each in held]
        return spent(budget, values or None)

    return Node(run)


def replaced(name: str, arguments: Sequence[Node], budget: Budget) -> Node:
    """Return a node of ``name.Replace(text, new)`` of a regular expression that is plain enough to be followed."""
    runs = [argument.run for argument in arguments]

    def run(variables: Variables) -> Value:
        text, new = (text_of(argument(variables)) for argument in runs)
        pattern = text_of(variables[property_variable(name, "pattern")])
        count = 0 if _is_set(name, "global", variables) else 1
        flags = re.IGNORECASE if _is_set(name, "ignorecase", variables) else 0
        if len(runs) != 2 or "$" in new or _PLAIN_PATTERN.fullmatch(pattern) is None:
            raise UnknownError
        try:
            found = re.compile(pattern, flags)
        except re.error:
            raise UnknownError from None
        made = len(text) + len(new) * (len(text) if count == 0 else 1)
        budget.work -= made
        return spent(budget, found.sub(lambda _: new, text, count) if budget.work >= 0 else None)

    return Node(run, deeper(arguments))


def _is_set(name: str, member: str, variables: Variables) -> bool:
    try:
        return truth_of(variables[property_variable(name, member)])
    except (KeyError, UnknownError):
        return False
