"""Calls of library functions: the table that has a function, for arguments that are known, or only in part."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial as bind

from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted, derived
from webshellhunt.analysis.domain.values import Choice, Value, is_known
from webshellhunt.analysis.library import decoders, matching, partial
from webshellhunt.analysis.library.arguments import Full, Pure, Runner, UnsolvedError, bounded, size_of
from webshellhunt.analysis.library.containers import byte_array
from webshellhunt.analysis.library.dotnet.changing import CHANGING
from webshellhunt.analysis.library.dotnet.conversions import cast
from webshellhunt.analysis.library.dotnet.queries import QUERIES
from webshellhunt.analysis.library.dotnet.statics import STATICS
from webshellhunt.analysis.library.dotnet.texts import characters
from webshellhunt.analysis.library.jscript.functions import FUNCTIONS, STRUCTURED
from webshellhunt.analysis.library.knowledge import knowledge
from webshellhunt.analysis.library.sequences import row_of
from webshellhunt.analysis.library.visual_basic import structures
from webshellhunt.analysis.library.visual_basic.numbers import NUMBERS
from webshellhunt.analysis.library.visual_basic.texts import TEXTS
from webshellhunt.lang.language_names import VB

UNSOLVED: object = object()
"""The library has no knowledge of a call."""
ERRORS = (UnsolvedError, ValueError, IndexError, TypeError, LookupError, OverflowError, ArithmeticError)
_MOST_RUNS = 16
_MODULES = frozenset({"strings", "conversion", "information", "interaction", "vbmath", "visualbasic"})
_QUERIED = frozenset({"enumerable", "array", "queryable"})
_COST = 64
_FULL: Mapping[str, Full] = {**structures.FUNCTIONS, **CHANGING, **matching.STATICS, **STRUCTURED}
_PURE: Mapping[str, Pure] = {**TEXTS, **NUMBERS, **STATICS}
_SCRIPT: Mapping[str, Pure] = {**STATICS, **FUNCTIONS}


def attempt(machine: Runner, arguments: Sequence[Value], run: Callable[[], Value]) -> Value:
    """Return the result of a function, `UNSOLVED` where it fails or its result is not known."""
    machine.spend(1 + sum(map(size_of, arguments)) // _COST)
    try:
        return bounded(run())
    except ERRORS:
        return UNSOLVED


def each_option(arguments: list[Value], run: Callable[[list[Value]], Value]) -> Value:
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


def function_result(machine: Runner, names: tuple[str, ...], arguments: list[Value], token: int) -> Value:
    """Return the result of a free function or a static method."""
    if not names:
        return UNSOLVED
    if machine.language == "jscript" and len(names) > 2 and names[-1] in ("call", "apply"):
        names, arguments = _applied(names, arguments)
    keys = _keys(names, machine.language)
    result = _full_result(machine, names, keys, arguments, token)
    if result is not UNSOLVED:
        return result
    if not _is_in_tables(names, keys, machine.language):
        return _cleaned(keys, names, arguments)
    if any(argument.__class__ is Choice for argument in arguments):
        result = each_option(arguments, bind(_pure_result, machine, keys, names))
    else:
        result = _pure_result(machine, keys, names, arguments)
    return _cleaned(keys, names, arguments) if result is UNSOLVED else result


def _applied(names: tuple[str, ...], arguments: list[Value]) -> tuple[tuple[str, ...], list[Value]]:
    """Return the function that ``f.call(this, …)`` and ``f.apply(this, items)`` call, with its arguments."""
    if names[-1] == "call":
        return names[:-1], arguments[1:]
    items = known_items(arguments[1]) if len(arguments) > 1 else []
    return names[:-1], arguments[1:] if items is None else items


def _keys(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Return the keys under which the tables may have a function."""
    if len(names) == 1:
        return names if language in VB else (f"js.{names[0]}",) if language == "jscript" else ()
    dotted = f"{names[-2]}.{names[-1]}"
    return (names[-1], dotted) if names[-2] in _MODULES else (dotted,)


def _full_result(
    machine: Runner, names: tuple[str, ...], keys: tuple[str, ...], arguments: list[Value], token: int
) -> Value:
    """Return the result of a function that takes arguments which are not known."""
    for key in keys:
        full = _FULL.get(key)
        if full is not None:
            result = attempt(machine, (), bind(full, machine, arguments, token))
            if result is not UNSOLVED:
                return result
    if len(names) > 1 and names[-2] in _QUERIED and names[-1] in QUERIES and arguments:
        query = QUERIES[names[-1]]
        return attempt(machine, (), lambda: query(machine, row_of(arguments[0]), arguments[1:], token))
    return UNSOLVED


def _is_in_tables(names: tuple[str, ...], keys: tuple[str, ...], language: str) -> bool:
    """True if any table may have a function."""
    if names[0] == "cast" or (len(names) > 2 and names[-3] == "encoding"):
        return True
    table = _SCRIPT if language == "jscript" else _PURE
    return any(key in table or key in partial.FUNCTIONS or key in partial.SCRIPT_FUNCTIONS for key in keys)


def _pure_result(machine: Runner, keys: tuple[str, ...], names: tuple[str, ...], arguments: list[Value]) -> Value:
    """Return the exact result of a function, or a partial one where arguments are known in part."""
    name = names[-1]
    if names[0] == "cast" and len(names) == 2:
        return attempt(machine, arguments, lambda: cast(name, machine.language, arguments[0]))
    codec = decoders.codec_of(names[-2]) if len(names) > 2 and names[-3] == "encoding" else None
    if codec is not None:
        return coded(machine, codec, name, arguments)
    are_known = all(map(is_known, arguments))
    table = _SCRIPT if machine.language == "jscript" else _PURE
    for key in keys:
        function = table.get(key)
        if function is not None:
            found = attempt(machine, arguments, bind(function, arguments))
            if found is not UNSOLVED:
                return found
        in_part = partial.FUNCTIONS.get(key) or partial.SCRIPT_FUNCTIONS.get(key)
        if in_part is not None and not are_known:
            found = attempt(machine, arguments, bind(in_part, machine.language, arguments))
            if found is not UNSOLVED:
                return found
    return UNSOLVED


def coded(machine: Runner, codec: str, name: str, arguments: list[Value]) -> Value:
    """Return the result of a method of an encoding."""
    if name == "getstring":
        return attempt(machine, arguments, lambda: decoders.get_string(codec, arguments))
    if name == "getbytes":
        return attempt(machine, arguments, lambda: byte_array(decoders.get_bytes(codec, arguments)))
    if name == "getchars":
        return attempt(machine, arguments, lambda: array_of(characters(decoders.get_string(codec, arguments))))
    return UNSOLVED


def _cleaned(keys: tuple[str, ...], names: tuple[str, ...], arguments: list[Value]) -> Value:
    """Return a number or truth value of which no more is known, where a function returns one."""
    numbers, booleans = knowledge()[:2]
    if not arguments:
        return UNSOLVED
    if len(names) > 1 and names[-1] in numbers.members:
        return counted(arguments)
    plain = [key.removeprefix("js.") for key in keys]
    if any(key in numbers.functions for key in plain) or (names[-2:-1] and names[-2] in numbers.owners):
        return counted(arguments)
    return BOOLEAN if any(key in booleans.functions for key in plain) else UNSOLVED


def known_function(names: tuple[str, ...], language: str) -> Full | None:
    """Return the function of a table for arguments that are known; ``None`` where the call must be looked at."""
    if names[0] == "cast" or (len(names) > 2 and names[-3] == "encoding"):
        return None
    if len(names) > 1 and names[-2] in _QUERIED and names[-1] in QUERIES:
        return None
    for key in _keys(names, language):
        full = _FULL.get(key)
        if full is not None:
            return full
        function = (_SCRIPT if language == "jscript" else _PURE).get(key)
        if function is not None:
            return bind(_without_machine, function)
    return None


def _without_machine(function: Pure, _: Runner, arguments: list[Value], __: int) -> Value:
    """Return the result of a function that needs its arguments only."""
    return bounded(function(arguments))
