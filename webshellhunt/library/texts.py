"""Functions over texts of which only parts are known: known parts survive where the place of a cut is known.

Each takes the same arguments as the known function of its name; ``ValueError`` says that nothing is known of the result
but whose text it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace as changed
from typing import Any

from webshellhunt.core.conversions import whole
from webshellhunt.core.values import (
    EMPTY, KNOWN, MISSING, NONE, NUMBER, Argument, Parts, Some, Truth, choice, concat, labels_of, options, to_text,
)  # fmt: skip

_ALL = 1 << 30
_MOST_PIECES = 5_000
_KEPT_BY_CUTS = frozenset({"digits", "name-only", "found", "answer"})
"""Forms that a part of a text has where the text has them."""


def parts_of(value: Any) -> tuple[Any, ...]:
    """Return the parts of a text.

    Raises:
        ValueError: It is no text of parts.
    """
    value = to_text(value)
    if value.__class__ is Parts:
        return tuple(value.parts)
    if value.__class__ is str or value.__class__ is Some:
        return (value,)
    raise ValueError


def joined(parts: Iterable[Any]) -> Any:
    """Return the text of some parts, one after the other."""
    text: Any = ""
    for each in parts:
        text = concat(text, each)
    return text


def derived(*values: Any, form: str = "") -> Some:
    """Return a text that is made of some values in a way that is not known."""
    return Some("text", NONE.union(*map(labels_of, values)), form=form)


def part_of(value: Any) -> Any:
    """Return some part of a text that is not known; what was done to the whole holds for it, too."""
    forms = {each.form if each.__class__ is Some else "" for each in options(value)}
    form = forms.pop() if len(forms) == 1 else ""
    return derived(value, form=form if form in _KEPT_BY_CUTS else "")


def _count(value: Any) -> int | None:
    """Return a known number, ``None`` for one that is not known."""
    if value is MISSING:
        return _ALL
    return whole(value) if value.__class__ in KNOWN else None


def _pieces(parts: Sequence[Any]) -> Any:
    return part_of(parts[0]) if len(parts) == 1 else derived(*parts)


def _cut(value: Any, start: int, size: int | None) -> Any:
    """Return the characters from a place on; with ``size`` ``None`` the text may end anywhere."""
    parts = parts_of(value)
    if size is None:
        found = _cut(value, start, _ALL)
        last = parts_of(found)[-1]
        return joined([*parts_of(found)[:-1], Some("text")]) if last.__class__ is str and len(parts) > 1 else found
    found, skip = [], start
    for at, part in enumerate(parts):
        if size <= 0:
            break
        if part.__class__ is not str:
            found += parts[at:] if size >= _ALL and skip == 0 else [_pieces(parts[at:])]
            break
        piece = part[skip : skip + size]
        skip = max(skip - len(part), 0)
        size -= len(piece) if size < _ALL else 0
        found.append(piece)
    return joined(found)


def _cut_end(value: Any, count: int) -> Any:
    parts, found = parts_of(value), []
    for at in range(len(parts) - 1, -1, -1):
        if count <= 0:
            break
        part = parts[at]
        if part.__class__ is not str:
            found.append(_pieces(parts[: at + 1]))
            break
        found.append(part[-count:])
        count -= len(part)
    return joined(reversed(found))


def _without_start(value: Any) -> Any:
    """Return a text that is cut somewhere at its beginning: what its known beginning was is not known."""
    parts = parts_of(value)
    if len(parts) > 1 and parts[0].__class__ is str:
        parts = parts[1:]
    return joined([part_of(parts[0]) if parts[0].__class__ is Some else Some("text"), *parts[1:]])


def _mid(text: Any, start: Any, size: Any = MISSING) -> Any:
    at, count = _count(start), _count(size)
    if at is None:
        return _without_start(text) if count == _ALL else derived(text)
    if at < 1:
        raise ValueError
    return _cut(text, at - 1, count)


def _left(text: Any, count: Any) -> Any:
    return _cut(text, 0, _count(count))


def _right(text: Any, count: Any) -> Any:
    size = _count(count)
    return _without_start(text) if size is None else _cut_end(text, size)


def _each(change: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda text: joined(change(each) if each.__class__ is str else each for each in parts_of(text))


def _trim(sides: str) -> Callable[[Any], Any]:
    def trimmed(text: Any) -> Any:
        parts = [*parts_of(text)]
        if "l" in sides and parts[0].__class__ is str:
            parts[0] = parts[0].lstrip(" ")
        if "r" in sides and parts[-1].__class__ is str:
            parts[-1] = parts[-1].rstrip(" ")
        return joined(parts)

    return trimmed


def _reversed(text: Any) -> Any:
    return joined(each[::-1] if each.__class__ is str else part_of(each) for each in reversed(parts_of(text)))


def _replace(text: Any, old: Any, new: Any, start: Any = 1, count: Any = -1, how: Any = 0) -> Any:
    if old.__class__ not in KNOWN or how.__class__ not in KNOWN:
        return derived(text, new)
    if (start, count) != (1, -1):
        raise ValueError
    old, new, flags = to_text(old), to_text(new), re.IGNORECASE if how == 1 else re.NOFLAG
    if not old:
        return to_text(text)
    found: list[Any] = []
    for part in parts_of(text):
        if part.__class__ is str:
            pieces: list[Any] = re.split(re.escape(old), part, flags=flags)
            if len(pieces) > _MOST_PIECES:
                raise ValueError
            found += [pieces[0]] if len(pieces) == 1 else [x for each in pieces for x in (new, each)][1:]
        elif new.__class__ is str:
            found.append(changed(part, form="escaped") if _escapes(old, new) and not part.form else part)
        else:
            found.append(derived(part, new))
    return joined(found)


def _escapes(old: str, new: str) -> bool:
    """True if no text in which a quotation mark is replaced can end a literal."""
    return old == '"' and '"' not in new.replace('""', "")


def _in_str(*a: Any) -> Any:
    """``InStr``: the place in the known beginning; a truth value where the text is known, and what is sought is not."""
    start, first = 1, 0
    if len(a) > 2 and (a[0].__class__ is int or a[0].__class__ is float or to_text(a[0]).__class__ is not str):
        if a[0].__class__ not in KNOWN:
            return NUMBER
        start, a, first = whole(a[0]), a[1:], 1
    text, sought = to_text(a[0]), to_text(a[1])
    ignores = len(a) > 2 and a[2] == 1
    if text.__class__ is str:
        return _found_in(text, sought, first + 1)
    head = parts_of(text)[0]
    if sought.__class__ is not str or head.__class__ is not str or not sought:
        return NUMBER
    at = head.lower().find(sought.lower(), start - 1) if ignores else head.find(sought, start - 1)
    return at + 1 if at >= 0 else NUMBER


def _found_in(text: str, sought: Any, index: int) -> Any:
    """Return where a known text has a text that is not known: where it does, that is a part of the known one."""
    for each in options(sought):
        for part in parts_of(each):
            if part.__class__ is str and part.lower() not in text.lower():
                return 0 if sought.__class__ is Parts else NUMBER
    then = Some("text", form="found")
    return Truth(((Argument(index, is_inner=True), sought, then),), ())


def _compared(a: Any, b: Any, how: Any = 0) -> Any:
    """``StrComp``: 0 where the texts are equal, so that a comparison with 0 says so."""
    facts = []
    for index, (one, other) in enumerate(((a, b), (b, a))):
        if one.__class__ not in KNOWN and all(each.__class__ in KNOWN for each in options(other)):
            facts.append((Argument(index), one, other))
    return Truth((), tuple(facts)) if facts else NUMBER


def _same(text: Any) -> Any:
    return to_text(text)


def split(text: Any, by: str, limit: int) -> tuple[list[Any], Any]:
    """Return the items of a text that are known apart, and the value of all that follow, `MISSING` where none does."""
    items: list[Any] = []
    last: list[Any] = []
    parts = parts_of(text)
    for at, part in enumerate(parts):
        if 0 < limit <= len(items) + 1:
            return [*items, joined([*last, *parts[at:]])], MISSING
        if part.__class__ is not str:
            return _split_unknown(items, [*last, *parts[at:]], by)
        pieces = part.split(by, limit - len(items) - 1 if limit > 0 else -1)
        if len(items) + len(pieces) > _MOST_PIECES:
            raise ValueError
        items += [joined([*last, pieces[0]]), *pieces[1:-1]] if len(pieces) > 1 else []
        last = [pieces[-1]] if len(pieces) > 1 else [*last, *pieces]
    return [*items, joined(last)], MISSING


def _split_unknown(items: list[Any], parts: list[Any], by: str) -> tuple[list[Any], Any]:
    """Return items behind an unknown part: the next one begins as the text does, any other may be a piece of all."""
    first: list[Any] = []
    for part in parts:
        first.append(part.partition(by)[0] if part.__class__ is str else part_of(part))
        if part.__class__ is str and by in part:
            break
    return [*items, joined(first)], _pieces(parts)


PARTED: dict[str, Callable[..., Any]] = {
    "mid": _mid, "left": _left, "right": _right, "lcase": _each(str.lower), "ucase": _each(str.upper),
    "trim": _trim("lr"), "ltrim": _trim("l"), "rtrim": _trim("r"), "strreverse": _reversed, "replace": _replace,
    "instr": _in_str, "strcomp": _compared, "cstr": _same,
}  # fmt: skip
"""By the name of the known function."""
