"""Calls of library functions, methods and properties: the table that has them, for values known whole or in part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis.library import dictionaries, lists, partial, structures
from webshellhunt.analysis.library.arguments import Full, Pure, Runner, UnsolvedError, bounded, size_of
from webshellhunt.analysis.library.containers import BOOLEAN, DICTIONARIES, LISTS
from webshellhunt.analysis.library.knowledge import Names, knowledge
from webshellhunt.analysis.library.visual_basic import INTRINSICS
from webshellhunt.analysis.values import NUMBER, Choice, Opaque, Tainted, Text, Thing, Value, choice, derived, is_known

UNSOLVED: object = object()
"""The library has no knowledge of a call."""
_ERRORS = (UnsolvedError, ValueError, IndexError, TypeError, LookupError, OverflowError, ArithmeticError)
_MOST_RUNS = 16
_MODULES = frozenset(
    {"strings", "conversion", "information", "interaction", "vbmath", "visualbasic", "microsoft", "collections"}
)


def attempt(machine: Runner, arguments: Sequence[Value], run: Callable[[], Value]) -> Value:
    """Return what a function returns, `UNSOLVED` where it fails or has no result that is known."""
    machine.spend(1 + sum(map(size_of, arguments)) // 64)
    try:
        return bounded(run())
    except _ERRORS:
        return UNSOLVED


def _each_option(arguments: list[Value], run: Callable[[list[Value]], Value]) -> Value:
    """Return the join of the results for each of the values that arguments may be."""
    rows: list[list[Value]] = [[]]
    for argument in arguments:
        options = argument.options if argument.__class__ is Choice else (argument,)
        rows = [[*row, option] for row in rows for option in options]
        if len(rows) > _MOST_RUNS:
            return UNSOLVED
    results = [(row, run(row)) for row in rows]
    if all(result is UNSOLVED for _, result in results):
        return UNSOLVED
    return choice(derived(row) if result is UNSOLVED else result for row, result in results)


# Functions -----------------------------------------------------------------------------------------------------------


def function_result(machine: Runner, names: tuple[str, ...], arguments: list[Value], token: int) -> Value:
    """Return what a free function or a static method returns."""
    keys = _keys(names)
    for key in keys:
        full = structures.FUNCTIONS.get(key)
        if full is not None:
            result = _run_full(machine, full, arguments, token)
            if result is not UNSOLVED:
                return result
    if any(argument.__class__ is Choice for argument in arguments):
        result = _each_option(arguments, lambda row: _pure_result(machine, keys, row))
    else:
        result = _pure_result(machine, keys, arguments)
    return _cleaned(keys, names, arguments) if result is UNSOLVED else result


def _keys(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys under which the tables may have a function."""
    if len(names) == 1:
        return names
    if names[-2] in _MODULES:
        return names[-1], f"{names[-2]}.{names[-1]}"
    return (f"{names[-2]}.{names[-1]}",)


def _run_full(machine: Runner, function: Full, arguments: list[Value], token: int) -> Value:
    return attempt(machine, arguments, lambda: function(machine, arguments, token))


def _pure_result(machine: Runner, keys: tuple[str, ...], arguments: list[Value]) -> Value:
    for key in keys:
        function: Pure | None = INTRINSICS.get(key)
        if function is not None:
            found = attempt(machine, arguments, lambda f=function: f(arguments))  # type: ignore[misc]
            if found is not UNSOLVED:
                return found
        in_part = partial.FUNCTIONS.get(key)
        if in_part is not None and not all(map(is_known, arguments)):
            found = attempt(machine, arguments, lambda f=in_part: f(machine.language, arguments))  # type: ignore[misc]
            if found is not UNSOLVED:
                return found
    return UNSOLVED


def _cleaned(keys: tuple[str, ...], names: tuple[str, ...], arguments: list[Value]) -> Value:
    """Return a number or truth value of which no more is known, where a function returns one."""
    numbers, booleans, _ = knowledge()
    if not arguments:
        return UNSOLVED
    if any(key in numbers.functions for key in keys) or (len(names) > 1 and names[-2] in numbers.owners):
        return NUMBER
    return BOOLEAN if any(key in booleans.functions for key in keys) else UNSOLVED


# Methods -------------------------------------------------------------------------------------------------------------


def method_result(machine: Runner, subject: Value, name: str, arguments: list[Value], token: int) -> Value:
    """Return what a method of a value returns."""
    if subject.__class__ is Choice:
        return _of_options(
            machine, subject, arguments, lambda each: method_result(machine, each, name, arguments, token)
        )
    if subject.__class__ is Thing:
        result = attempt(machine, (), lambda: _thing_method(machine, subject, name, arguments, token))
        if result is not UNSOLVED:
            return result
    elif any(argument.__class__ is Choice for argument in arguments):
        result = _each_option([subject, *arguments], lambda row: _text_method(machine, name, row))
    else:
        result = _text_method(machine, name, [subject, *arguments])
    if result is not UNSOLVED:
        return result
    return _cleaned_member(name, knowledge().numbers.members, knowledge().booleans.members)


def _of_options(machine: Runner, subject: Choice, arguments: list[Value], run: Callable[[Value], Value]) -> Value:
    """Run for each value that a subject may be; what each of them changes is possible, not sure."""
    results = []
    for option in subject.options:
        machine.state.open()
        results.append(run(option))
        machine.state.merge([{}, machine.state.undo()])
    if all(result is UNSOLVED for result in results):
        return UNSOLVED
    pairs = zip(subject.options, results, strict=True)
    return choice(derived([each, *arguments]) if result is UNSOLVED else result for each, result in pairs)


def _thing_method(machine: Runner, subject: Thing, name: str, arguments: list[Value], token: int) -> Value:
    lower = name.lower()
    if subject.type in DICTIONARIES and lower in dictionaries.METHODS:
        return dictionaries.METHODS[lower](machine, subject, arguments, token)
    if subject.type in LISTS and lower in lists.METHODS:
        return lists.METHODS[lower](machine, subject, arguments, token)
    raise UnsolvedError


def _text_method(machine: Runner, name: str, arguments: list[Value]) -> Value:
    in_part = partial.METHODS.get(name)
    if in_part is not None and not all(map(is_known, arguments)):
        return attempt(machine, arguments, lambda: in_part(machine.language, arguments))
    return UNSOLVED


def _cleaned_member(name: str, numbers: frozenset[str], booleans: frozenset[str]) -> Value:
    lower = name.lower()
    return NUMBER if lower in numbers else BOOLEAN if lower in booleans else UNSOLVED


# Properties ----------------------------------------------------------------------------------------------------------


def property_value(machine: Runner, subject: Value, name: str) -> Value:
    """Return a property of a value."""
    if subject.__class__ is Choice:
        results = [property_value(machine, each, name) for each in subject.options]
        if UNSOLVED in results:
            return UNSOLVED
        return choice(results)
    lower = name.lower()
    if subject.__class__ is Thing:
        return _thing_property(machine, subject, lower)
    if subject.__class__ is Opaque:
        return UNSOLVED
    if isinstance(subject, (str, bytes)) and lower in ("length", "count"):
        return len(subject)
    if subject.__class__ is Tainted or subject.__class__ is Text:
        numbers, booleans, _ = knowledge()
        return _cleaned_member(lower, numbers.properties, booleans.properties)
    return UNSOLVED


def _thing_property(machine: Runner, subject: Thing, name: str) -> Value:
    if subject.type in DICTIONARIES and name in dictionaries.PROPERTIES:
        return dictionaries.METHODS[name](machine, subject, [], 0)
    if subject.type in LISTS and name in lists.PROPERTIES:
        return lists.METHODS[name](machine, subject, [], 0)
    return UNSOLVED


__all__ = ["UNSOLVED", "Names", "function_result", "method_result", "property_value"]
