"""Overload fit: the function of several of one name that fits the arguments of a call best."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.domain.values import Char, Opaque, Thing, Value
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS
from webshellhunt.lang.tree import Function, Parameter

_TYPES: dict[type, frozenset[str]] = {
    str: frozenset({"string", "object"}),
    Char: frozenset({"char", "object"}),
    bool: frozenset({"bool", "boolean", "object"}),
    int: frozenset({"int", "integer", "long", "short", "byte", "double", "object", "int32"}),
    float: frozenset({"double", "single", "float", "decimal", "object"}),
}
_OBJECT = frozenset({"object"})
_OWN_TYPES = frozenset[str]().union(*_TYPES.values())


def pick(overloads: Sequence[Function], arguments: Sequence[Value]) -> Function:
    """Return the function of several of one name that fits arguments best: by their number, then by their types."""

    def fit(function: Function) -> tuple[int, int, int, int]:
        wanted = sum(each.default is None and each.by != "rest" for each in function.parameters)
        takes = wanted <= len(arguments) <= len(function.parameters) or any(
            each.by == "rest" for each in function.parameters
        )
        pairs = [*zip(function.parameters, arguments, strict=False)]
        misfits = sum(_misfits(parameter, value) for parameter, value in pairs)
        is_exact = takes and len(function.parameters) == len(arguments)
        return int(takes), -misfits, int(is_exact), sum(_fits(parameter, value) for parameter, value in pairs)

    return max(overloads, key=fit)


def _misfits(parameter: Parameter, value: Value) -> bool:
    """True if a known value is of another one of the types that the language has itself."""
    is_collection = value.__class__ is Thing and value.symbol is None and value.type in LISTS | DICTIONARIES
    kinds = _OBJECT if is_collection else _TYPES.get(value.__class__)
    if kinds is None or parameter.type is None or parameter.type.rank:
        return False
    name = parameter.type.name.rpartition(".")[2].lower()
    return name in _OWN_TYPES and name not in kinds


def _fits(parameter: Parameter, value: Value) -> int:
    """Return how well a value fits the type of a parameter: 2 for its own type, 0 for another one."""
    if parameter.type is None:
        return 1
    name = parameter.type.name.rpartition(".")[2].lower()
    if parameter.type.rank:
        return 2 if value.__class__ is Thing and value.type == "array" else 0
    kinds = _TYPES.get(value.__class__)
    if kinds is None:
        kind = (
            value.type
            if value.__class__ is Thing or value.__class__ is Opaque
            else getattr(value, "type", "") or "string"
        )
        return 3 if kind == name else 1 if name == "object" else 0
    return (1 if name == "object" else 2) if name in kinds else 0
