"""What a function of a page is given, and gives: what a call is known by, what a last parameter takes up, getters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.functions import PROPERTY
from webshellhunt.code.unit import Function, Unit

_FARTHEST_MODIFIER = 60  # tokens


def key_of(name: str, arguments: Sequence[Value]) -> tuple[object, ...] | None:
    """Return what a call is known by, where its arguments are plain: texts, numbers and lists of such."""
    parts = [tuple(each) if isinstance(each, (list, bytes)) else each for each in arguments]
    items = (item for part in parts for item in (part if isinstance(part, tuple) else (part,)))
    return (name, *parts) if all(isinstance(item, (str, int, float)) for item in items) else None


def pick(unit: Unit, functions: Sequence[Function], count: int) -> Function:
    """Return the function of one name that takes so many values; outside of C# that is the last one.

    Raises:
        UnknownError: there is none, or several, which their types alone tell apart.
    """
    if unit.language != "c#":
        return functions[-1]
    found = [each for each in functions if len(each.parameters) == count or _may_take(unit, each, count)]
    if len(found) != 1 or not (len(found[0].parameters) == count or takes_rest(unit, found[0])):
        raise UnknownError
    return found[0]


def _may_take(unit: Unit, function: Function, count: int) -> bool:
    """Tell whether a function takes another number of values than it names: any, or fewer, ``int x = 1``."""
    head = _head(unit, function)
    return "params" in head or (len(function.parameters) > count and "=" in head)


def takes_rest(unit: Unit, function: Function) -> bool:
    """Tell whether a function of C# takes any number of values as a list, its last parameter: ``params int[] x``."""
    return "params" in _head(unit, function)


def _head(unit: Unit, function: Function) -> list[str]:
    """Return the words between the brackets of a declaration, the last ones of many."""
    closer = function.start - 1 - (unit.value(function.start - 1) == "=>")
    opener = unit.match.get(closer, closer)
    return unit.tokens.values[max(opener, closer - _FARTHEST_MODIFIER) : closer]


def with_rest(arguments: list[Value], count: int) -> list[Value]:
    """Return arguments with those behind the first ones as a list, where it isn't one that is given."""
    rest = arguments[count:]
    return arguments if len(rest) == 1 and isinstance(rest[0], list) else [*arguments[:count], rest]


def getter_of(unit: Unit, function: Function) -> tuple[int, int] | None:
    """Return the body that a property of C# runs to give its value: ``{ get {…} }``, ``=> …``; else ``None``."""
    start = function.start
    if start in unit.results:
        is_property = not function.parameters and unit.is_op(start - 1, "=>") and unit.is_name(start - 2)
        return (start, function.end) if is_property else None
    opener = next((at for at in range(start + 1, min(start + 6, function.end)) if unit.is_op(at, "{")), -1)
    if function.parameters != PROPERTY or unit.value(opener - 1) != "get" or opener not in unit.match:
        return None
    return opener, unit.match[opener]


def declared_types(unit: Unit, function: Function) -> list[tuple[str, str]]:
    """Return the parameters of a function of C# that have a type of one word, each with that in lower case."""
    if unit.language != "c#" or getter_of(unit, function) is not None:
        return []
    pairs = pairwise(_head(unit, function))
    return [(name, word.lower()) for word, name in pairs if name in function.parameters and word.isidentifier()]
