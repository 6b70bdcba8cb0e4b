"""Values: known ones are Python's own; the others are below.

None of them changes; they are not frozen, which would make each of millions three times as dear to make.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from webshellhunt.core.letters import (
    form_of,
    form_of_both,
    letters_of,
    letters_written,
    of_pairs,
    of_piece,
    tells_letters,
)
from webshellhunt.core.quoted import form_of_assigned

Value = Any
"""Any value of the core."""


class Empty(str):
    """The value of a variable that nothing was assigned to."""

    __slots__ = ()


EMPTY = Empty()
MISSING = object()


class Char(str):
    """A letter as a value of its own type: one unit of UTF-16."""

    __slots__ = ()


@dataclass(unsafe_hash=True, slots=True)
class Label:
    """An origin of a value; the steps that it went through do not count for equality."""

    kind: str
    origin: str
    key: str | None = None
    at: int = 0
    steps: tuple[tuple[str, int], ...] = field(default=(), compare=False)


NONE: frozenset[Label] = frozenset()


@dataclass(unsafe_hash=True, slots=True)
class Some:
    """Some value of a type, or of any; ``codes`` are the labels that letters made of this number have."""

    type: str = ""
    labels: frozenset[Label] = NONE
    codes: frozenset[Label] = NONE
    form: str = ""


@dataclass(unsafe_hash=True, slots=True)
class Parts:
    """A text of several parts, at least one of them not known."""

    parts: tuple[Any, ...]


@dataclass(unsafe_hash=True, slots=True)
class OneOf:
    """One of a few values.

    ``told`` are facts about other places for each of the options, where the values come from states that differ.
    """

    options: tuple[Any, ...]
    told: tuple[tuple[Any, ...], ...] = field(default=(), compare=False)


@dataclass(unsafe_hash=True, slots=True)
class Truth:
    """A truth value that is not known, with the values of places where it is true, and where it is false."""

    yes: tuple[tuple[Any, Any, Any], ...] = ()
    """Place key, value now, value then."""
    no: tuple[tuple[Any, Any, Any], ...] = ()


TRUTH = Truth()


@dataclass(unsafe_hash=True, slots=True)
class Argument:
    """Stands for the place of an argument in the facts of a row's truth value.

    ``is_inner``: the fact also holds for the only unknown part of a text that the argument is put together of.
    ``is_copy``: it is about the text of which the argument is a copy, with parts replaced.
    """

    index: int
    is_inner: bool = False
    is_copy: bool = False


@dataclass(unsafe_hash=True, slots=True)
class Ref:
    """An object of the heap."""

    oid: Value


@dataclass(unsafe_hash=True, slots=True)
class Func:
    """A function of the page: by its name, or a procedure with the boxes of its captured variables."""

    name: str
    proc: Value = field(compare=False, default=None)
    this: Value = None
    boxes: tuple[Any, ...] = ()
    at: int = 0


@dataclass(unsafe_hash=True, slots=True)
class TypeOf:
    """A type as the subject of its static members: a class of the page by its key, or a type of the library."""

    name: str


@dataclass(unsafe_hash=True, slots=True)
class Named:
    """An argument under the name of a parameter; it comes after those by place."""

    name: str
    value: Value


@dataclass(unsafe_hash=True, slots=True)
class Method:
    """A member of something outside of the page, or a function of the library (``subject`` None)."""

    subject: Value
    name: str
    scope: Value = field(compare=False, default=None)


@dataclass(unsafe_hash=True, slots=True)
class Measure:
    """A number measured on a text that is not known: its length, or the place of another text in it, and a number more.

    ``what`` is looked for in ``of``, None for the length; ``plus`` is added to its index, or to the length; ``absent``
    is the number if it is not there, ``told`` the truth of its being there.
    """

    of: Value
    plus: int = 0
    what: Value = None
    is_last: bool = False
    absent: int = 0
    told: Truth = TRUTH


@dataclass(unsafe_hash=True, slots=True)
class Sign:
    """A number that says how two values compare; ``equal`` is whether it is zero."""

    equal: Truth


UNKNOWN = Some()
_FOUND = "found"
NUMBER = Some("number")
_TRUTHS = frozenset({Truth, bool})
_SOMES = frozenset({Some})
_SIGNS = frozenset({Sign})
MOST = 8
KNOWN = frozenset({str, int, float, bool, bytes, type(None), Empty, Char})
OBJECTS = frozenset({Ref, OneOf, Func})
"""Values that may stand for another one, that of their default member."""
Fact = tuple[Any, Any, Any]
"""The key of a place, its value now, and the value that it has then."""


def options(value: Value) -> tuple[Any, ...]:
    """Return the values that a value may be."""
    return value.options if value.__class__ is OneOf else (value,)


def labels_of(value: Value) -> frozenset[Label]:
    """Return the labels of a scalar."""
    kind = value.__class__
    if kind is Some:
        return value.labels  # type: ignore[no-any-return]
    if kind is not Parts and kind is not OneOf:
        return labels_of(value.value) if kind is Named else NONE
    found = NONE
    for each in value.parts if kind is Parts else value.options:
        kind = each.__class__
        more = each.labels if kind is Some else NONE if kind is str else labels_of(each)
        if more and more is not found:
            found = found | more if found else more
    return found


def is_of_server(value: Value) -> bool:
    """True for a value that the administrator or the database set: one that equals it is no visitor's any more."""
    return value.__class__ in (Some, Parts) and bool(labels := labels_of(value)) and all(map(_is_set, labels))


def _is_set(label: Label) -> bool:
    return label.kind in ("config", "database") or (label.kind == "stored" and "application" in label.origin.lower())


def same(a: Value, b: Value) -> bool:
    """True if two values are equal, and of one type."""
    return a is b or (a.__class__ is b.__class__ and a == b)


def choice(values: list[Any]) -> Value:
    """Return the least value that stands for all of some."""
    if len(values) < 3:
        return join(values[0], values[-1]) if values else UNKNOWN
    found: list[Any] = []
    for each in values:
        for option in each.options if each.__class__ is OneOf else (each,):
            _add(found, option)
        if len(found) > _MANY:
            found = [*options(widen(found))]
    return _one_of(found)


_MANY = 64
"""Alternatives that are kept apart before they are one value: each further one is compared with all of them."""


def join(a: Value, b: Value) -> Value:
    """Return the least value that stands for both: ``a`` itself where it has all of the other."""
    if a is b:
        return a
    ka, kb = a.__class__, b.__class__
    if ka is OneOf and a.told:
        a = OneOf(a.options)  # a fact of one state need not hold in the other
    if ka is kb:
        if ka is Some:
            return a if a == b else _some_of(a, b)
        if ka is Truth:
            return a if a == b else TRUTH
        if a == b:
            return a
        if ka is tuple:
            return _iterator_of(a, b)
    found = [*a.options] if ka is OneOf else [a]
    is_new = False
    for each in b.options if kb is OneOf else (b,):
        is_new = _add(found, each) or is_new
    return _one_of(found) if is_new else a


def _one_of(found: list[Any]) -> Value:
    """Return the value of different alternatives."""
    if len(found) == 1:
        return found[0]
    kinds = {each.__class__ for each in found}
    if Truth in kinds and kinds <= _TRUTHS:
        return TRUTH
    if kinds == _SOMES:
        return reduce(_some_of, found)
    if kinds == _SIGNS:
        return reduce(_sign_of, found)
    return OneOf(tuple(found)) if len(found) <= MOST else _by_beginning(found)


def _add(found: list[Any], value: Value) -> bool:
    """Add an alternative to others; False if they have it. Unknown values of a type and form are one."""
    kind = value.__class__
    if kind is Some:
        for at, each in enumerate(found):
            if each.__class__ is Some and each.type == value.type and each.form == value.form:
                if value.labels <= each.labels and value.codes <= each.codes:
                    return False
                found[at] = _some_of(each, value)
                return True
    else:
        for each in found:
            if each is value or (each.__class__ is kind and each == value):
                return False
    found.append(value)
    return True


def _some_of(a: Some, b: Some) -> Some:
    return Some(
        a.type if a.type == b.type else "",
        a.labels if a.labels is b.labels else fewer(a.labels | b.labels),
        a.codes if a.codes is b.codes else fewer(a.codes | b.codes),
        _FOUND if is_found_alone((a, b)) else form_of_both(a.form, b.form),
    )


def _sign_of(a: Sign, b: Sign) -> Sign:
    """Return how one of two pairs of values compares: the facts of both if they are equal, and if not."""
    return Sign(Truth(both(a.equal.yes, b.equal.yes), both(a.equal.no, b.equal.no)))


def both(left: tuple[Fact, ...], right: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return the common part of two sets of facts: of a place, either value."""
    return tuple((k, now, join(p, q)) for k, now, p in left for other, at, q in right if k == other and same(now, at))


def _iterator_of(a: tuple[str, Value, int], b: tuple[str, Value, int]) -> Value:
    """Return an iterator for two over the same items: one that may give any of them, any number of times."""
    if a[0] == b[0] == "items" and a[1] is b[1]:
        return ("any", choice([*a[1]]), None)
    found = [choice([*each[1]]) if each[0] == "items" else each[1] for each in (a, b)]
    return ("any", choice(found), _passed(a[2], b[2]) if a[0] == b[0] == "any" else None)


def _passed(a: Value, b: Value) -> Value:
    """Return the text and the letters of it that two iterators have passed; ``None`` if they are of different texts."""
    if not a or not b:
        return None if a is None or b is None else a or b
    if a[0] is not b[0]:
        return None
    return (a[0], tuple(p | q for p, q in zip(a[1], b[1], strict=True)) if a[1] and b[1] else a[1] or b[1])


_MANY_LABELS = 32
_MOST_OF_A_KIND = 8


def fewer(labels: frozenset[Label]) -> frozenset[Label]:
    """Return labels, the first ones of each kind where they are many."""
    if len(labels) <= _MANY_LABELS:
        return labels
    kept: dict[str, list[Label]] = {}
    for each in sorted(labels, key=lambda label: (label.at, label.origin, label.key or "")):
        of_kind = kept.setdefault(each.kind, [])
        if len(of_kind) < _MOST_OF_A_KIND:
            of_kind.append(each)
    return frozenset(each for of_kind in kept.values() for each in of_kind)


_LONGEST_START = 24


def _by_beginning(found: list[Any]) -> Value:
    """Return fewer alternatives: texts that begin in the same way become one; all of them where that is not enough."""
    groups: dict[Any, list[Any]] = {}
    for each in found:
        first = each.parts[0] if each.__class__ is Parts else each
        key = first[:_LONGEST_START] if first.__class__ is str else each if each.__class__ in _OBJECT_KINDS else None
        groups.setdefault(key, []).append(each)
    if len(groups) > MOST:
        return widen(found)
    values = [group[0] if len(group) == 1 else widen(group) for group in groups.values()]
    return OneOf(tuple(values)) if len(values) > 1 else values[0]


_OBJECT_KINDS = frozenset({Ref, Func, Method, TypeOf})
_TEXTS = frozenset({str, Empty, Parts, Some})


def widen(found: list[Any]) -> Value:
    """Return a value that has the labels and the objects of some, and of their texts how all begin and end."""
    kinds = {each.__class__ for each in found}
    refs: list[Any] = []
    if not kinds.isdisjoint(_OBJECT_KINDS):
        refs = [each for each in found if each.__class__ in _OBJECT_KINDS]
        if len(refs) == len(found) and len(refs) <= MOST:
            return OneOf(tuple(dict.fromkeys(refs))) if len(set(refs)) > 1 else refs[0]
        found = [each for each in found if each.__class__ not in _OBJECT_KINDS]
    types = {type_of(each) for each in found}
    some: Value = Some(
        types.pop() if len(types) == 1 else "",
        fewer(frozenset().union(*map(labels_of, found))),
        fewer(frozenset().union(*(each.codes for each in found if each.__class__ is Some))),
    )
    if kinds <= _TEXTS:
        some.form = _letters_of_all(found)
    if Parts in kinds or str in kinds:
        some = (_assigned(found, some) if kinds <= _TEXTS else None) or _framed(found, some)
    return OneOf((some, *refs[: MOST - 1])) if refs else some


def _letters_of_all(found: Iterable[Value]) -> str:
    """Return the form of a text that is one of several by the letters of all; a doubled quotation mark is none."""
    pieces = {piece for each in found for piece in _pieces(each)}
    if is_found_alone(pieces):
        return _FOUND
    forms = {piece.form or ("digits" if piece.type == "number" else "") for piece in pieces if piece.__class__ is Some}
    if not forms or not all(map(tells_letters, forms)):
        return ""
    written = (letters_written(piece.replace('""', "")) for piece in pieces if piece.__class__ is not Some)
    form = form_of(frozenset[str]().union(*map(letters_of, forms), *written))
    has_pairs = any('""' in each if each.__class__ is not Some else each.form != of_piece(each.form) for each in pieces)
    return of_pairs(form) if has_pairs else form


def is_found_alone(pieces: Iterable[Value]) -> bool:
    """True if a visitor only selected the texts, and wrote none."""
    labelled = [each.form for each in pieces if each.__class__ is Some and each.labels]
    return _FOUND in labelled and len({*labelled}) == 1


def _assigned(found: Sequence[Value], some: Some) -> Value:
    """Return one text for several of statements that only assign values; their last line may be begun."""
    texts = [[*_pieces(each)] for each in found]
    last = _common([each[-1][::-1] if each[-1].__class__ is str else each[-1] for each in texts])[::-1]
    begun = max(last.rfind("\r"), last.rfind("\n"))
    last = last[begun:] if begun >= 0 else ""
    for each in texts if last else ():
        each[-1] = each[-1][: -len(last)]
    form = form_of_assigned(texts)
    return text_of_parts([Some("text", some.labels, some.codes, form), last]) if form else None


def _framed(found: Sequence[Value], some: Some) -> Value:
    """Return one text for several: the beginning and the end that all of them have stay known.

    It begins with nobody's text with which none of them begins.
    """
    heads = [each.parts[0] if each.__class__ is Parts else each for each in found]
    tails = [each.parts[-1] if each.__class__ is Parts else each for each in found]
    front = _common(heads)
    back = _common([each[::-1] if each.__class__ is str else each for each in tails])[::-1]
    shortest = min((len(each) for each in found if each.__class__ is str), default=len(front) + len(back))
    back = back[max(0, len(front) + len(back) - shortest) :]
    begins, ends = front or _edge(heads, some), back or _edge(tails, some)
    return some if begins == "" and ends == "" else text_of_parts([begins, some, ends])


def _common(texts: Sequence[Value]) -> str:
    """Return the beginning that all of some texts have; none where one of them is not known."""
    if not all(each.__class__ is str for each in texts):
        return ""
    low, high = min(texts), max(texts)
    size = next((at for at, letter in enumerate(low) if letter != high[at]), len(low))
    return str(low[:size])


def _edge(parts: Iterable[Value], some: Some) -> Value:
    """Return the first or last part of a text for several: whose it may be, if others are in the middle; else ""."""
    labels = frozenset[Label]().union(*map(_writers, parts))
    return "" if some.labels <= labels else Some("text", labels, NONE, some.form)


def _writers(part: Value) -> frozenset[Label]:
    """Return the labels of those who write a part of a text; who selects it does not."""
    return NONE if part.__class__ is str or (part.__class__ is Some and part.form == _FOUND) else labels_of(part)


def type_of(value: Value) -> str:
    """Return the type of a value: ``text``, ``char``, ``number``, ``truth``, or "" if it is not known."""
    kind = value.__class__
    if kind is str or kind is Parts:
        return "text"
    if kind is int or kind is float or kind is Measure or kind is Sign:
        return "number"
    if kind is bool or kind is Truth:
        return "truth"
    if kind is Char:
        return "char"
    return value.type if kind is Some else ""


def number(labels: frozenset[Label]) -> Some:
    """Return some number whose letters have labels."""
    return Some("number", NONE, labels) if labels else NUMBER


MOST_PARTS = 48
MOST_TEXT = 4 << 20
"""Characters of a known text; of longer ones it is only known that they are texts."""


def concat(a: Value, b: Value) -> Value:
    """Return two texts, one after the other."""
    a, b = to_text(a), to_text(b)
    if a.__class__ is str and b.__class__ is str:
        return bounded(a + b)
    if a.__class__ is Parts and b.__class__ is str:
        return _longer(a, b)
    if a.__class__ is OneOf or b.__class__ is OneOf:
        if len(options(a)) * len(options(b)) <= MOST:
            return choice([concat(x, y) for x in options(a) for y in options(b)])
        a, b = (widen([*options(each)]) if each.__class__ is OneOf else each for each in (a, b))
    return text_of_parts([*_pieces(a), *_pieces(b)])


def _longer(a: Parts, b: str) -> Value:
    """Return a text of parts with a known one after it."""
    if not b:
        return a
    parts = a.parts
    if parts[-1].__class__ is str:
        return Parts((*parts[:-1], bounded(parts[-1] + b)))
    return Parts((*parts, b)) if len(parts) < MOST_PARTS else text_of_parts([*parts, b])


def bounded(text: str) -> Value:
    """Return a known text, some text where it is too long to be kept."""
    return text if len(text) <= MOST_TEXT else Some("text")


def _pieces(text: Value) -> tuple[Any, ...]:
    return text.parts if text.__class__ is Parts else (text,)


def text_of_parts(parts: Sequence[Any]) -> Value:
    """Return the text of known and unknown parts; known neighbours become one, empty ones go."""
    found: list[Any] = []
    for each in parts:
        if each.__class__ is str:
            if not each:
                continue
            if found and found[-1].__class__ is str:
                found[-1] = bounded(found[-1] + each)
                continue
        elif each.__class__ is OneOf or each.__class__ is Parts:
            return _joined_one_by_one(parts)
        found.append(each)
    if len(found) < 2:
        return found[0] if found else ""
    if len(found) > MOST_PARTS:
        form = form_of_assigned([found])
        if form:
            return Some("text", NONE.union(*map(labels_of, found)), NONE, form)
        middle = Some("text", NONE.union(*map(labels_of, found[8:-8])))
        return Parts((*found[:8], middle, *found[-8:]))
    return Parts(tuple(found))


def _joined_one_by_one(parts: Sequence[Any]) -> Value:
    """Return the text of parts of which one may be several texts, or has parts itself."""
    value: Value = ""
    for each in parts:
        value = concat(value, each)
    return value


def to_text(value: Value) -> Value:
    """Return a value as the text that it becomes in Visual Basic."""
    kind = value.__class__
    if kind is str or kind is Parts:
        return value
    if kind is Empty:
        return ""
    if kind is Char:
        return str(value)
    if kind is bool:
        return "True" if value else "False"
    if kind is int:
        return str(value)
    if kind is float:
        return f"{value:.15g}".upper()
    if value is None:
        return ""
    if kind is Some:
        return value if value.type in ("text", "") else Some("text", value.labels, NONE, value.form)
    if kind is OneOf:
        return choice([to_text(each) for each in value.options])
    return Some("text", labels_of(value))
