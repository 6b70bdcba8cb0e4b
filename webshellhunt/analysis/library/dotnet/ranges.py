"""Ranges: places that C# counts from the end, ``a[^1]``, and ranges of items, ``a[1..^2]``.

Source: C# language reference, Indices and ranges.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of, known_items, length_of
from webshellhunt.analysis.domain.conversions import integer_of
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import EMPTY, Char, Text, Thing, Value, is_known
from webshellhunt.analysis.library.parts import cut, cut_end

_END, _RANGE = "index", "range"
_PLACES = frozenset({_END, _RANGE})
_PLACE, _FIRST, _LAST = "place", "first", "last"


def from_end(place: Value) -> Thing:
    """Return the value of ``^n``."""
    return Thing(_END, fields={_PLACE: place})


def range_of(first: Value, last: Value) -> Thing:
    """Return the value of ``a..b``; an end that is not written is empty."""
    return Thing(_RANGE, fields={_FIRST: first, _LAST: last})


def is_place(value: Value) -> bool:
    """True if a key is a place that is counted from the end, or a range."""
    return value.__class__ is Thing and value.symbol is None and value.type in _PLACES


def is_range(value: Value) -> bool:
    """True if a key is a range."""
    return value.__class__ is Thing and value.symbol is None and value.type == _RANGE


def place_of(subject: Value, key: Value) -> Value:
    """Return a place in a collection as one that is counted from its beginning, ``None`` where it is not known."""
    if not is_place(key):
        return key
    count, size = _number(key.fields.get(_PLACE)), _size(subject)
    return None if count is None or size is None else size - count


def part_of_range(subject: Value, key: Thing) -> Value:
    """Return the items or the characters of a range."""
    first, last, size = key.fields.get(_FIRST), key.fields.get(_LAST), _size(subject)
    start = 0 if first is EMPTY else _number(place_of(subject, first))
    end = size if last is EMPTY else _number(place_of(subject, last))
    if subject.__class__ is Text:
        return _part_of_text(subject, first, start, end, is_open=last is EMPTY)
    if start is None or end is None or size is None or not 0 <= start <= end <= size:
        return derived([subject])
    if isinstance(subject, str):
        return str(subject)[start:end]
    if isinstance(subject, bytes):
        return subject[start:end]
    items = known_items(subject)
    return derived([subject]) if items is None else array_of(items[start:end])


def _part_of_text(text: Text, first: Value, start: int | None, end: int | None, *, is_open: bool) -> Value:
    """Return a part of a text of which only some parts are known."""
    if start is not None and (is_open or end is not None):
        return cut(text, start, None if end is None else max(0, end - start))
    count = _number(first.fields.get(_PLACE)) if is_place(first) else None
    return cut_end(text, count) if count is not None and is_open else derived([text])


def _size(subject: Value) -> int | None:
    if isinstance(subject, (str, bytes)):
        return len(subject)
    return length_of(subject)


def _number(value: Value) -> int | None:
    is_plain = is_known(value) and value is not None and value.__class__ is not Char
    return integer_of(value) if is_plain else None
