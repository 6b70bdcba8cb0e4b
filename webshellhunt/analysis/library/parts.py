"""Texts of several parts, of which some are not known, and the functions over them.

Each function takes a text whose parts may be unknown, and keeps the known parts and the taint apart as far as its
meaning allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from webshellhunt.analysis.domain.arrays import MAX_ITEMS, array_of
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.texts import MAX_TEXT, concatenated
from webshellhunt.analysis.domain.values import ESCAPED, Tainted, Text, Thing, Value
from webshellhunt.analysis.library.arguments import UnsolvedError

_QUOTE = '"'
_SLOTS = 16
"""Items of a split text that an unknown part may be split into."""


def whole(parts: Iterable[Value]) -> Value:
    """Return a text of parts; one part alone is itself."""
    text = concatenated(parts)
    return text.parts[0] if text.__class__ is Text and len(text.parts) == 1 else text


def parts_of(value: Value) -> tuple[Value, ...]:
    """Return the parts of a text."""
    return value.parts if value.__class__ is Text else (value,)


def mapped(value: Value, function: Callable[[str], str]) -> Value:
    """Return a text with each known part changed."""
    return whole(function(str(part)) if isinstance(part, str) else part for part in parts_of(value))


def cut(value: Value, start: int, size: int | None = None) -> Value:
    """Return the characters of a text from a position on, at most a number of them."""
    skip, parts = max(start, 0), parts_of(value)
    found: list[Value] = []
    for at, part in enumerate(parts):
        if size is not None and size <= 0:
            break
        if not isinstance(part, str):
            found += parts[at:] if size is None and skip == 0 else [derived(parts[at:])]
            break
        piece = part[skip:] if size is None else part[skip : skip + size]
        skip = max(skip - len(part), 0)
        size = None if size is None else size - len(piece)
        found.append(piece)
    return whole(found)


def cut_end(value: Value, count: int) -> Value:
    """Return the last characters of a text."""
    parts = parts_of(value)
    found: list[Value] = []
    for at in range(len(parts) - 1, -1, -1):
        if count <= 0:
            break
        part = parts[at]
        if not isinstance(part, str):
            found.append(derived(parts[: at + 1]))
            break
        found.append(part[-count:])
        count -= len(part)
    return whole(reversed(found))


def stripped(value: Value, characters: str | None = None, sides: str = "both") -> Value:
    """Return a text without some characters at its ends; ``sides`` is ``both``, ``start`` or ``end``."""
    parts = [*parts_of(value)]
    if sides != "end" and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(characters)
    if sides != "start" and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(characters)
    return whole(parts)


def replaced(value: Value, old: str, new: Value, count: int = -1) -> Value:
    """Return a text with a known text in it replaced by another, which may be unknown; unknown parts stay."""
    if not old:
        return value
    found: list[Value] = []
    size = 0
    for part in parts_of(value):
        if not isinstance(part, str):
            found.append(part)
            continue
        if part.count(old) > MAX_ITEMS:
            raise UnsolvedError
        pieces = part.split(old, count)
        count = count - len(pieces) + 1 if count > 0 else count
        size += len(part) + (len(pieces) - 1) * (len(new) if isinstance(new, str) else 1)
        if size > MAX_TEXT or (count == 0 and size == 0):
            raise UnsolvedError
        found += _with_between(pieces, new)
    return whole(found)


def escaped(value: Value, old: str, new: Value) -> Value:
    """Return a text in which a text was replaced; its unknown parts can end no literal if that was a quotation mark."""
    if old != _QUOTE or not isinstance(new, str) or _QUOTE in new.replace(_QUOTE * 2, ""):
        return value
    return whole(replace(each, form=ESCAPED) if each.__class__ is Tainted else each for each in parts_of(value))


def _with_between(pieces: Sequence[Value], between: Value) -> list[Value]:
    if isinstance(between, str):
        return [between.join(pieces)]
    found: list[Value] = [pieces[0]]
    for piece in pieces[1:]:
        found += between, piece
    return found


def joined(items: Sequence[Value], separator: Value) -> Value:
    """Return items, each a part of a text, with a separator between them."""
    if all(isinstance(item, str) for item in items) and isinstance(separator, str):
        if sum(map(len, items)) + len(separator) * len(items) > MAX_TEXT:
            raise UnsolvedError
        return separator.join(items)
    return whole(_with_between_parts(items, separator))


def _with_between_parts(items: Sequence[Value], separator: Value) -> list[Value]:
    found: list[Value] = []
    for item in items:
        if found:
            found.append(separator)
        found.append(item)
    return found


def split(value: Value, separator: str, most: int = 0) -> Thing:
    """Return the items into which a text is split; those before its first unknown part are known apart.

    With ``most`` above 0, the last item is the rest of the text.
    """
    items: list[Value] = []
    last: list[Value] = []
    parts = parts_of(value)
    for at, part in enumerate(parts):
        if most and len(items) + 1 >= most:
            return array_of([*items, whole([*last, *parts[at:]])])
        if not isinstance(part, str):
            rest = whole([*last, derived(parts[at:])])
            array = Thing("array")
            array.fields = {**dict(enumerate(items)), **dict.fromkeys(range(len(items), len(items) + _SLOTS), rest)}
            return array
        pieces = part.split(separator, most - len(items) - 1 if most else -1)
        items += pieces[:-1]
        last = [pieces[-1]]
        if len(items) > MAX_ITEMS:
            raise UnsolvedError
    return array_of([*items, *last])


def backwards(value: Value) -> Value:
    """Return a text from its end to its start."""
    return whole(part[::-1] if isinstance(part, str) else derived([part]) for part in reversed(parts_of(value)))


def size_of(value: Value) -> int:
    """Return the number of the known characters of a text."""
    return sum(len(part) for part in parts_of(value) if isinstance(part, str))


def is_partial(value: Value) -> bool:
    """True if a value is a text that is known in part."""
    return value.__class__ is Text
