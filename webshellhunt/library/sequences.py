"""Sequences of .NET: the items of arrays, lists, texts and whatever else can be enumerated, and new ones."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.core.budget import ENTRIES_OF_STEPS
from webshellhunt.core.containers import MOST_ENTRIES, iterate, make_bytes, make_vector
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import BYTES, DEFAULT, KIND, REST, SIZE
from webshellhunt.core.library_calls import make
from webshellhunt.core.procedure import Frame
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Argument,
    Char,
    Label,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    is_of_server,
    join,
    labels_of,
    options,
    to_text,
    type_of,
)  # fmt: skip

NO_OBJECT = 424
INVALID = 5
Items = tuple[list[Value], Value]
"""The known items of a sequence, and the value of any further ones, `MISSING` if there are none."""
_MOST_CHOICES = 8
_SLOTS = 16
"""Further items of a sequence of unknown size that are told apart."""
SURE = "\0sure"
"""The number of the items of a sequence of unknown size that are surely there."""


def table_of(f: Frame, value: Value) -> dict[Value, Value]:
    """Return the table of an object."""
    found: dict[Value, Value] = f[0].t[value.oid] if value.__class__ is Ref else {}
    return found


def items_of(m: Run, f: Frame, value: Value, at: int) -> Items:
    """Return the items of a sequence.

    Raises:
        Thrown: There is no object.
    """
    kind = value.__class__
    if kind is Ref:
        return _items_of_object(m, f, value, at)
    if kind is str:
        return [Char(c) for c in value[:MOST_ENTRIES]], MISSING if len(value) <= MOST_ENTRIES else Some("char")
    if value is None or value is EMPTY:
        raise Thrown(NO_OBJECT)
    if kind is OneOf:
        found = [items_of(m, f, each, at) for each in value.options if each is not None and each is not EMPTY]
        return [], choice(
            [each for items, rest in found for each in (*items, rest) if each is not MISSING] or [UNKNOWN]
        )
    form = value.form if kind is Some else ""
    return [], Some("char" if kind is Parts or type_of(value) == "text" else "", labels_of(value), form=form)


def _items_of_object(m: Run, f: Frame, value: Ref, at: int) -> Items:
    table = table_of(f, value)
    size = table.get(SIZE)
    if size is None:
        it = iterate(m, f, None, [value], at)
        return ([*it[1]], MISSING) if it[0] == "items" else ([], it[1])
    m.budget.left -= len(table) // ENTRIES_OF_STEPS
    if table[KIND] == "linkedlist":
        nodes = [table_of(f, each).get("value", UNKNOWN) for key, each in table.items() if key.__class__ is int]
        return nodes, MISSING if REST not in table else table_of(f, table[REST]).get("value", UNKNOWN)
    if size.__class__ is int and REST not in table:
        data, absent = table.get(BYTES), table.get(DEFAULT, EMPTY)
        if absent is MISSING:
            absent = UNKNOWN
        if data.__class__ is bytes:
            return [table.get(i, data[i]) for i in range(min(size, len(data)))], MISSING
        return [table.get(i, absent) for i in range(size)], MISSING
    sizes = [each for each in options(size) if each.__class__ is int]
    if SURE in table and REST not in table:
        sizes, size = [table[SURE]], table[SURE]
    sure = min(sizes) if len(sizes) == len(options(size)) and REST not in table else 0
    others = [each for key, each in table.items() if (key.__class__ is int and key >= sure) or key == REST]
    if BYTES in table:
        others.append(NUMBER)
    return [table.get(i, EMPTY) for i in range(sure)], choice(others) if others else UNKNOWN


def all_of(items: Items) -> list[Value]:
    """Return the known items, and one value for all others."""
    return items[0] if items[1] is MISSING else [*items[0], items[1]]


def put_items(f: Frame, subject: Ref, items: Sequence[Value], rest: Value = MISSING, *, is_front: bool = False) -> None:
    """Give a list other items; with ``is_front``, the known ones are surely there, before all others."""
    table = f[0].own(subject.oid)
    for key in [key for key in table if key.__class__ is int]:
        del table[key]
    if subject.oid in f[0].weak and (others := [*items, *(() if rest is MISSING else (rest,))]):
        items, rest = [], choice([*others, *(() if REST not in table else (table[REST],))])
    table.pop(REST, None)
    table.pop(SURE, None)
    if len(items) > MOST_ENTRIES:
        items, rest = [], choice([*items, *(() if rest is MISSING else (rest,))])
    table.update(enumerate(items))
    if items and rest is not MISSING and is_front:
        table.update({len(items): rest, SURE: len(items)})
    elif rest is not MISSING:
        table[REST] = choice([*items, rest])
    f[0].write(subject.oid, SIZE, len(items) if rest is MISSING else NUMBER)


def made_list(m: Run, f: Frame, items: Sequence[Value], at: int, rest: Value = MISSING, kind: str = "vector") -> Ref:
    """Make a sequence of a kind."""
    if kind == "vector":
        made: Ref = make_vector(m, f, [*items], at, MISSING if items else rest)
        if items and rest is not MISSING:
            more: dict[Value, Value] = dict.fromkeys(range(len(items), len(items) + _SLOTS), rest)
            f[0].own(made.oid).update({**more, DEFAULT: rest, SIZE: NUMBER, SURE: len(items)})
        return made
    made = make(f, kind, {SIZE: 0}, at)
    put_items(f, made, items, rest, is_front=True)
    return made


def made_bytes(m: Run, f: Frame, data: Value, at: int) -> Value:
    """Return content as a vector of bytes; of content that is not known, some value."""
    if data.__class__ is bytes:
        return make_bytes(m, f, data, at)
    return Some("bytes", labels_of(data)) if data.__class__ is not Ref else data


def equal(a: Value, b: Value) -> bool | None:
    """Return whether two values are equal, ``None`` where that is not known."""
    if a.__class__ is Ref and b.__class__ is Ref:
        return True if a == b else None
    if a.__class__ in KNOWN and b.__class__ in KNOWN:
        if isinstance(a, str) and isinstance(b, str):
            return str(a) == str(b)
        return bool(a == b)
    if (a.__class__ is Ref and b.__class__ in KNOWN) or (b.__class__ is Ref and a.__class__ in KNOWN):
        return False
    return None


def has_item(items: Items, sought: Value, index: int = 0, *, any_case: bool = False) -> Value:
    """Return whether a sequence has an item: a yes says that it is one of those that are there."""
    known, rest = items
    if any_case:
        known = [each.lower() if each.__class__ is str else each for each in known]
        sought = sought.lower() if sought.__class__ is str else sought
    found = [equal(each, sought) for each in known]
    if True in found:
        return True
    if rest is MISSING and not any(each is None for each in found):
        return False
    unknown = [each for each in (*known, rest) if each.__class__ not in KNOWN and each is not MISSING]
    if sought.__class__ in KNOWN or sought.__class__ is Ref:
        return TRUTH
    if not all(each is rest or is_of_server(each) for each in unknown):
        return TRUTH
    if rest is not MISSING and ((labels_of(rest) and not is_of_server(rest)) or rest.__class__ is not Some):
        return TRUTH
    is_few = not unknown and len(known) <= _MOST_CHOICES and not any_case
    then = choice(known) if is_few else Some("text", frozenset[Label]().union(*map(labels_of, unknown)), form="found")
    return Truth(((Argument(index), sought, then),), ())


def call_function(f: Frame, function: Value, values: list[Value], at: int) -> Value:
    """Return the result of a function value; facts about its parameters are those of registers from 4 on."""
    if function.__class__ in KNOWN:
        raise Thrown(NO_OBJECT)
    return f[1].call_value(f, function, values, at)[0]


def narrowed(result: Value, item: Value, place: int = 0, *, answer: bool = True) -> Value:
    """Return an item as a condition about a parameter leaves it, `MISSING` where that can't be."""
    if result.__class__ is bool:
        return item if result is answer else MISSING
    if result.__class__ is Truth:
        for key, _, then in result.yes if answer else result.no:
            if key == 4 + place or key == Argument(place):
                item = then  # the facts of a conjunction are in its order
    return item


def new_rest(old: Value, added: Value) -> Value:
    """Return the value of further items, with one more."""
    return added if old is MISSING else join(old, added)


def text_or_none(value: Value) -> str | None:
    """Return a known text."""
    found = to_text(value) if value is not None else None
    return str(found) if isinstance(found, str) else None
