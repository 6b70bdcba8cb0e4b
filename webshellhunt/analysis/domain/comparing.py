"""Comparing: whether two values are equal, known or not, and their order."""

from __future__ import annotations

import operator
from collections.abc import Callable

from webshellhunt.analysis.domain.conversions import number_of
from webshellhunt.analysis.domain.script_values import kind_of, script_equal, script_number
from webshellhunt.analysis.domain.values import (
    EMPTY,
    ClassValue,
    Closure,
    Opaque,
    Reflected,
    Text,
    Thing,
    Value,
    is_known,
)
from webshellhunt.lang.language_names import VB

BOOLEAN = Opaque("boolean")
_PLAIN_TYPES: dict[tuple[str, ...], str] = {
    **{(each,): "int" for each in ("int", "int32", "integer")},
    **{(each,): "long" for each in ("long", "int64")},
    **{(each,): "bool" for each in ("bool", "boolean")},
    **{(each,): each for each in ("string", "char", "double", "byte", "object")},
}
"""The types of the language itself that have several names, each by its last name."""
COMPARING = frozenset(
    {"=", "<>", "==", "!=", "===", "!==", "<", ">", "<=", ">=", "=<", "=>", "is", "isnot", "like", "in"}
)
_UNEQUAL = frozenset({"<>", "!=", "!==", "isnot"})
_STRICT = frozenset({"===", "!=="})
_EQUAL = frozenset({"=", "==", "===", "is"})


def compared(left: Value, name: str, right: Value, language: str) -> Value:
    """Return the result of a comparison of two values."""
    if language == "c#" and name in _ORDER and (left is None or right is None):
        return False
    if not (is_known(left) and is_known(right)):
        same = _same(left, name, right, language) if name in _EQUAL or name in _UNEQUAL else None
        return BOOLEAN if same is None else same is (name in _EQUAL)
    if name in _EQUAL or name in _UNEQUAL:
        is_other = name in _STRICT and kind_of(left) != kind_of(right)
        equal = False if is_other else _equal(left, right, language)
        return BOOLEAN if equal is None else equal is (name in _EQUAL)
    to_number = script_number if language == "jscript" else number_of
    if isinstance(left, str) and isinstance(right, str) and (to_number is number_of or left is not EMPTY is not right):
        return _ORDER[name](left, right) if name in _ORDER else BOOLEAN
    a, b = to_number(left), to_number(right)
    if a is None or b is None or name not in _ORDER:
        return BOOLEAN
    return _ORDER[name](a, b)


def _same(left: Value, name: str, right: Value, language: str) -> bool | None:
    """Return whether two values are equal of which one is an object, or not known; ``None`` where that is not known."""
    if left.__class__ is Thing and right.__class__ is Thing:
        return _same_object(left, right, is_reference=name in ("is", "isnot"))
    if left.__class__ is Reflected and right.__class__ is Reflected:
        return _same_type(left, right)
    if left.__class__ is Closure and right.__class__ is Closure and language == "jscript":
        return left.function is right.function and left.frame is right.frame
    is_null = _is_null(left, language), _is_null(right, language)
    other = right if is_null[0] else left
    return False if True in is_null and other.__class__ in (Thing, Text, Closure) else None


def _is_null(value: Value, language: str) -> bool:
    return value is None or (value is EMPTY and language == "jscript")


def _same_type(left: Reflected, right: Reflected) -> bool | None:
    """Return whether two types are the same one: classes of the page, or types of the language itself."""
    if left.kind != "type" or right.kind != "type":
        return None
    names = [_PLAIN_TYPES.get(each.owner.path[-1:]) for each in (left, right) if each.owner.__class__ is Opaque]
    if None in names or any(each.owner.__class__ not in (Opaque, ClassValue) for each in (left, right)):
        return None
    if names:
        return len(names) == 2 and names[0] == names[1]
    return bool(left.owner.symbol is right.owner.symbol)


def _same_object(left: Thing, right: Thing, *, is_reference: bool) -> bool | None:
    """Return whether two objects of the page are equal: one and the same, of records and tuples the same values."""
    if left is right:
        return True
    if not is_reference and left.symbol is right.symbol and _has_values(left) and _has_values(right):
        values = [(left.fields[key], right.fields[key]) for key in left.fields if key in right.fields]
        answers = {_equal_parts(one, other) for one, other in values}
        return False if False in answers else None if None in answers else True
    return False if left.symbol is not None and right.symbol is not None else None


def _has_values(thing: Thing) -> bool:
    """True if an object is equal to another one with the same values: a structure, a record, a tuple."""
    if thing.symbol is None or thing.symbol.kind in ("struct", "structure"):
        return thing.symbol is not None or thing.type == "tuple"
    return any("record" in (each.kind, *each.modifiers) for each in thing.symbol.nodes)


def _equal_parts(left: Value, right: Value) -> bool | None:
    if is_known(left) and is_known(right):
        return bool(left == right)
    return _same_object(left, right, is_reference=False) if left.__class__ is right.__class__ is Thing else None


def _equal(left: Value, right: Value, language: str) -> bool | None:
    if language == "jscript":
        return script_equal(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return str(left) == str(right)
    if left is None or right is None:
        if language in VB and (left in ("", EMPTY) or right in ("", EMPTY)):
            return True
        return left is right
    if left.__class__ is bool or right.__class__ is bool:
        return left == right if left.__class__ is right.__class__ else None
    a, b = number_of(left), number_of(right)
    if a is None or b is None:
        return False if language == "vbscript" else None
    return a == b


_ORDER: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    "=<": operator.le,
    ">=": operator.ge,
    "=>": operator.ge,
}
