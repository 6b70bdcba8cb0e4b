"""Functions of an exact evaluation: those of the page, and those of the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.results import first_result
from webshellhunt.analysis.domain.fitting import as_declared
from webshellhunt.analysis.domain.passing import kept_by
from webshellhunt.analysis.domain.values import ABSENT, EMPTY, Opaque, Thing, Value, is_known
from webshellhunt.analysis.exact.scope import Compiled, Evaluation, Scope, UnknownError
from webshellhunt.analysis.library.calls import ERRORS, known_function

MAX_DEPTH = 16
"""Calls in calls."""
Known = Callable[[Evaluation, list[Value], int], Value]
"""A function of the library for known arguments."""
_RETURNS = (None, "return")
"""How the body of a function may end."""
_ITEMS_OF_UNIT = 8
_CHARACTERS_OF_UNIT = 64
"""Characters that a function searches in the time of a unit."""
_LONG = 2_048
"""Characters that are copied in the time of a unit."""
_CHEAP = frozenset(
    {"mid", "mid$", "left", "left$", "right", "right$", "len", "lenb", "asc", "ascw", "ascb", "chr", "chr$", "chrw"}
    | {"cint", "clng", "cbyte", "ubound", "lbound", "fromcharcode", "isarray", "isempty"}
)
"""Functions that look at a part of a text only."""


def call_compiled(
    evaluation: Evaluation, compiled: Compiled, arguments: Sequence[Value], this: Value
) -> tuple[Value, Scope]:
    """Return the result of a function, and its variables in the end.

    Raises:
        UnknownError: Something in it is not known.
    """
    evaluation.use(compiled.cost)
    if evaluation.depth >= MAX_DEPTH or len(arguments) > len(compiled.parameters):
        raise UnknownError
    evaluation.depth += 1
    evaluation.entered.add(compiled.function)
    if compiled.function.body is not None:
        evaluation.blocks.add(compiled.function.body)
    scope = Scope(evaluation, compiled.function, this)
    scope.update(compiled.first)
    for name, value in zip(compiled.parameters, arguments, strict=False):
        is_copied = value.__class__ is Thing and name not in compiled.references
        scope[name] = kept_by(evaluation, value) if is_copied else value
        if name in compiled.fitting:
            scope[name] = as_declared(scope[name], compiled.fitting[name], evaluation.language)
    if compiled.run(scope) not in _RETURNS:
        raise UnknownError
    evaluation.depth -= 1
    return _result(scope, compiled), scope


def _result(scope: Scope, compiled: Compiled) -> Value:
    if compiled.result:
        named = scope.get(compiled.result, EMPTY)
        if scope.result is not ABSENT:
            return scope.result
        return first_result(compiled.function) if named is EMPTY else named
    language, written = scope.evaluation.language, compiled.function.type
    if scope.result is ABSENT:
        return EMPTY if language == "jscript" else None
    return as_declared(scope.result, written, language) if language == "jscript" else scope.result


def library_function(names: tuple[str, ...], language: str) -> Known:
    """Return a function of the library for known arguments, which raises `UnknownError` where it has no result."""
    function, is_cheap = known_function(names, language), names[-1] in _CHEAP

    def general(evaluation: Evaluation, arguments: list[Value], token: int) -> Value:
        return solved(library.call_function(evaluation, names, arguments, token))

    def called(evaluation: Evaluation, arguments: list[Value], token: int) -> Value:
        assert function is not None
        if not is_cheap:
            evaluation.use(sum(map(_size_of, arguments)))
        try:
            value = function(evaluation, arguments, token)
        except ERRORS:
            return general(evaluation, arguments, token)
        if value.__class__ is str and len(value) > _LONG:
            evaluation.use(len(value) // _LONG)
        return value if value.__class__ is str or value.__class__ is int else solved(value)

    return general if function is None else called


def _size_of(value: Value) -> int:
    """Return the units that it takes to look at all of a value."""
    if value.__class__ is str or value.__class__ is bytes:
        return len(value) // _CHARACTERS_OF_UNIT
    return len(value.fields) // _ITEMS_OF_UNIT if value.__class__ is Thing else 0


def solved(value: Value) -> Value:
    """Return the result of a library function.

    Raises:
        UnknownError: It is not known.
    """
    if is_known(value) or (value.__class__ is Thing and value.symbol is None):
        return value
    raise UnknownError


def names_of_call(subject: Value, name: str) -> tuple[str, ...]:
    """Return the dotted names of a function of the library.

    Raises:
        UnknownError: The subject is none of its names.
    """
    if subject.__class__ is not Opaque or subject.codes or not (subject.path or subject.type):
        raise UnknownError
    return subject.names(name.lower())
