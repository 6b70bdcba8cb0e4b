"""Arrays: things whose items are numbered; lists and several dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from webshellhunt.analysis.domain.conversions import integer_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    FRONT,
    KEYS,
    LENGTH,
    OWNER,
    PROTOTYPE,
    REST,
    UNKNOWN,
    Thing,
    Value,
)

MAX_ITEMS = 1 << 16
_HIDDEN = frozenset({LENGTH, KEYS, PROTOTYPE, FRONT, OWNER})
"""Entries that are no items."""


def array_of(items: Iterable[Value], type: str = "array") -> Thing:  # noqa: A002 - the word of the field
    """Return a new array of items."""
    fields: dict[object, Value] = dict(enumerate(items))
    fields[LENGTH] = len(fields)
    return Thing(type, fields=fields)


def new_array(bounds: Sequence[Value], type: str = "array") -> Thing:  # noqa: A002 - the word of the field
    """Return a new array with upper bounds; only the first dimension has a length."""
    array = Thing(type)
    last = integer_of(bounds[0]) if bounds else -1
    if last is not None:
        array.fields[LENGTH] = min(max(last + 1, 0), MAX_ITEMS)
    return array


def resized(before: Value, bounds: Sequence[Value]) -> Thing:
    """Return an array with new bounds and the items of another one."""
    array = new_array(bounds)
    if before.__class__ is Thing:
        array.fields = {**before.fields, LENGTH: array.fields.get(LENGTH, UNKNOWN)}
    elif before is not None and before is not EMPTY:
        array.fields[REST] = derived([before])
    return array


def length_of(value: Value) -> int | None:
    """Return the number of the items of an array, ``None`` where it is not known."""
    length = value.fields.get(LENGTH) if value.__class__ is Thing else None
    return length if isinstance(length, int) else None


def front_of(value: Thing) -> int:
    """Return how many items at the beginning of a list are known apart, though others are not."""
    front = value.fields.get(FRONT, 0)
    return front if isinstance(front, int) else 0


def known_items(value: Value) -> list[Value] | None:
    """Return the items of an array in their order, ``None`` where not all of them are distinct."""
    if isinstance(value, (bytes, bytearray)):
        return list(value)
    length = length_of(value)
    if length is None or length > MAX_ITEMS or REST in value.fields:
        return None
    get = value.fields.get
    return [get(at, EMPTY) for at in range(length)]


def iter_values(value: Value, start: int = 0) -> Iterator[Value]:
    """Yield the values that an array or another collection may have in it from a place on, each only once."""
    is_group = value.type == "grouping"  # whose key is no item
    for key, each in [*value.fields.items()]:
        if key not in _HIDDEN and not (isinstance(key, int) and key < start) and not (is_group and key == "key"):
            yield each


def item_of(array: Thing, key: Value) -> Value:
    """Return an item by its key; with an unknown key, any of them."""
    fields = array.fields
    if key is not None:
        found = fields.get(key, ABSENT)
        rest = fields.get(REST, ABSENT)
        if found is not ABSENT and (rest is ABSENT or (isinstance(key, int) and key < front_of(array))):
            return found
        if found is ABSENT and rest is ABSENT:
            return EMPTY if isinstance(key, int) and length_of(array) is not None else UNKNOWN
        return choice([each for each in (found, rest) if each is not ABSENT])
    values = [*iter_values(array)]
    return choice(values) if values else UNKNOWN
