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
    INHERITED,
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
SIZE = "\0size "
"""Begins the entries of the sizes of dimensions after the first one."""
_HIDDEN = frozenset({LENGTH, KEYS, PROTOTYPE, FRONT, OWNER})
"""Entries that are no items."""


def array_of(items: Iterable[Value], type: str = "array") -> Thing:  # noqa: A002 - the word of the field
    """Return a new array of items."""
    fields: dict[object, Value] = dict(enumerate(items))
    fields[LENGTH] = len(fields)
    return Thing(type, fields=fields)


def new_array(bounds: Sequence[Value], type: str = "array") -> Thing:  # noqa: A002 - the word of the field
    """Return a new array with upper bounds."""
    lasts = [integer_of(each) for each in bounds or (-1,)]
    return sized(Thing(type), [None if each is None else min(max(each + 1, 0), MAX_ITEMS) for each in lasts])


def sized(array: Thing, sizes: Sequence[int | None]) -> Thing:
    """Return a new array, with the sizes of its dimensions."""
    for at, size in enumerate(sizes):
        if at:
            array.fields[f"{SIZE}{at}"] = UNKNOWN if size is None else size
        elif size is not None:
            array.fields[LENGTH] = size
    return array


def size_of(array: Value, dimension: int) -> int | None:
    """Return the size of a dimension of an array, the first one of which is 0; ``None`` where it is not known."""
    size = array.fields.get(f"{SIZE}{dimension}" if dimension else LENGTH) if array.__class__ is Thing else None
    return size if isinstance(size, int) else None


def has_dimensions(array: Thing) -> bool:
    """True if an array has several dimensions."""
    return f"{SIZE}1" in array.fields


def resized(before: Value, bounds: Sequence[Value]) -> Thing:
    """Return an array with new bounds and the items of another one."""
    array = new_array(bounds)
    if before.__class__ is Thing:
        array.fields = {**before.fields, LENGTH: UNKNOWN, **array.fields}
    elif before is not None and before is not EMPTY:
        array.fields[REST] = derived([before])
    return array


def inner_of(value: Value) -> Value:
    """Return the collection that an object of the page is by its class, or any other value as it is."""
    return value.fields.get(INHERITED, value) if value.__class__ is Thing and value.symbol is not None else value


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
    value = inner_of(value)
    length = length_of(value)
    if length is None or length > MAX_ITEMS or REST in value.fields or has_dimensions(value):
        return None
    get = value.fields.get
    return [get(at, EMPTY) for at in range(length)]


def iter_values(value: Value, start: int = 0) -> Iterator[Value]:
    """Yield the values that an array or another collection may have in it from a place on, each only once."""
    is_group = value.type == "grouping"  # whose key is no item
    for key, each in [*value.fields.items()]:
        is_hidden = key in _HIDDEN or (key.__class__ is str and key.startswith(SIZE))
        is_before = isinstance(key, int) and key < start
        if not is_hidden and not is_before and not (is_group and key == "key"):
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
