"""Equality: whether two objects of the page, or two types, are the same one."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import ClassValue, Opaque, Reflected, Thing, Value, is_known

_PLAIN_TYPES: dict[tuple[str, ...], str] = {
    **{(each,): "int" for each in ("int", "int32", "integer")},
    **{(each,): "long" for each in ("long", "int64")},
    **{(each,): "bool" for each in ("bool", "boolean")},
    **{(each,): each for each in ("string", "char", "double", "byte", "object")},
}
"""The types of the language itself that have several names, each by its last name."""


def same_type(left: Reflected, right: Reflected) -> bool | None:
    """Return whether two types are the same one: classes of the page, or types of the language itself."""
    if left.kind != "type" or right.kind != "type":
        return None
    names = [_PLAIN_TYPES.get(each.owner.path[-1:]) for each in (left, right) if each.owner.__class__ is Opaque]
    if None in names or any(each.owner.__class__ not in (Opaque, ClassValue) for each in (left, right)):
        return None
    if names:
        return len(names) == 2 and names[0] == names[1]
    return bool(left.owner.symbol is right.owner.symbol)


def same_object(left: Thing, right: Thing, *, is_reference: bool) -> bool | None:
    """Return whether two objects of the page are equal: one and the same, of records and tuples the same values."""
    if left is right:
        return True
    if not is_reference and left.symbol is right.symbol and _has_values(left) and _has_values(right):
        values = [(left.fields[key], right.fields[key]) for key in left.fields if key in right.fields]
        answers = {_equal_parts(one, other) for one, other in values}
        return False if False in answers else None if None in answers else True
    return False if left.symbol is not None and right.symbol is not None else None


def _has_values(thing: Thing) -> bool:
    """True if an object is equal to another one with the same values: a record, a tuple."""
    if thing.symbol is None:
        return thing.type == "tuple"
    return any("record" in (each.kind, *each.modifiers) for each in thing.symbol.nodes)


def _equal_parts(left: Value, right: Value) -> bool | None:
    if is_known(left) and is_known(right):
        return bool(left == right)
    return same_object(left, right, is_reference=False) if left.__class__ is right.__class__ is Thing else None
