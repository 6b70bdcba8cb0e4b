"""Lists: how the methods of .NET's lists, queues, stacks and arrays change them; `queries` only read.

Source: System.Collections.Generic of .NET.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key

from webshellhunt.analysis.domain.arrays import SIZE, array_of, known_items, length_of, size_of
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.values import NUMBER, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, integer_of, is_function, number_of
from webshellhunt.analysis.library.containers import (
    append,
    append_some,
    blur,
    clear,
    count_of,
    get_entry,
    insert,
    put_entry,
    store,
    take,
)
from webshellhunt.analysis.library.dotnet.copies import copy_part
from webshellhunt.analysis.library.dotnet.dictionaries import Method
from webshellhunt.analysis.library.equality import equals
from webshellhunt.analysis.library.sequences import Row, ordered, row_of, tested, thing_of

_SETS = frozenset({"hashset", "sortedset"})


def _add(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    if thing.type in _SETS and (known := known_items(thing)) is not None:
        machine.spend(len(known) // 8)
        if any(equals(item, a[0]) for item in known):
            return False
        append(machine, thing, a[:1])
        if thing.type == "sortedset":
            sort(machine, thing, [], token)
        return True
    length = length_of(thing)
    append(machine, thing, a[:1])
    return length if thing.type == "arraylist" else None


def _add_range(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    row = row_of(a[0])
    machine.spend(len(row.items) // 8)
    if row.is_exact:
        append(machine, thing, row.items)
    else:
        append_some(machine, thing, row.items, row.front)
    return None


def _place(value: Value) -> int | None:
    return integer_of(value) if is_known(value) else None


def _insert(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    insert(machine, thing, _place(a[0]), a[1:2])
    return None


def _insert_range(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    row = row_of(a[1])
    insert(machine, thing, _place(a[0]) if row.is_exact else None, row.items)
    return None


def _remove_where(machine: Runner, thing: Thing, answers: list[bool | None], *, once: bool) -> Value:
    """Remove the items for which an answer is true; return their number."""
    known = known_items(thing)
    if known is None or None in answers:
        blur(machine, thing, ())
        return BOOLEAN if once else NUMBER
    places = [at for at, answer in enumerate(answers) if answer][: 1 if once else None]
    store(machine, thing, [item for at, item in enumerate(known) if at not in set(places)])
    return bool(places) if once else len(places)


def _remove(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    items = known_items(thing) or []
    return _remove_where(machine, thing, [equals(item, a[0]) for item in items], once=True)


def _remove_all(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    row = row_of(thing)
    answers = tested(machine, row, a[0], token)
    if None not in answers and row.is_exact:
        return _remove_where(machine, thing, answers, once=False)
    left = [
        machine.chosen(a[0], item, holds=False) if answer is None else item
        for item, answer in zip(row.items, answers, strict=True)
        if answer is not True
    ]
    for key in [*thing.fields]:
        machine.state.drop(thing.fields, key)
    blur(machine, thing, left)
    return NUMBER


def _remove_at(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    at = _place(a[0])
    if at is None:
        blur(machine, thing, ())
    else:
        take(machine, thing, at)
    return None


def _remove_range(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    start, count, known = _place(a[0]), _place(a[1]), known_items(thing)
    if known is None or start is None or count is None:
        blur(machine, thing, ())
    else:
        store(machine, thing, [*known[:start], *known[start + count :]])
    return None


def _clear(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    if thing.type == "array":
        raise UnsolvedError
    clear(machine, thing)
    return None


def reverse(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """Reverse the items of a list or array in their place, or a number of them."""
    known = known_items(thing)
    if known is None or not all(map(is_known, a)):
        blur(machine, thing, ())
        return thing
    start = integer_of(a[0]) if len(a) > 1 else 0
    end = start + integer_of(a[1]) if len(a) > 1 else len(known)
    store(machine, thing, [*known[:start], *known[start:end][::-1], *known[end:]])
    return thing


def sort(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    """Sort the items of a list or array in their place."""
    known = known_items(thing)
    if known is None:
        return thing
    machine.spend(len(known))
    try:
        if a and is_function(a[0]):
            found = sorted(known, key=cmp_to_key(lambda x, y: int(number_of(machine.call(a[0], [x, y], token)))))
        else:
            found = [known[at] for at in ordered(known)]
    except UnsolvedError:
        blur(machine, thing, ())
        return thing
    store(machine, thing, found)
    return thing


def _take(place: int) -> Method:
    return lambda machine, thing, a, token: take(machine, thing, place)


def _peek(place: int) -> Method:
    def peek(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
        row = Row(known) if (known := known_items(thing)) is not None else row_of(thing)
        return row.items[place] if row.is_exact and row.items else row.any

    return peek


def _get_range(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    row = row_of(thing)
    start, count = _place(a[0]), _place(a[1])
    if not row.is_exact or start is None or count is None:
        return thing_of(Row(row.items, is_exact=False), "list")
    return thing_of(Row(row.items[start : start + count]), "list")


def _copy_to(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    copy_part(machine, thing, 0, a[0], integer_of(a[1]) if len(a) > 1 else 0, length_of(thing) or 0)
    return None


def _set_value(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``array.SetValue(value, index)``."""
    put_entry(machine, thing, a[1], a[0])
    return None


def _item(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    if len(a) > 1:
        put_entry(machine, thing, a[0], a[1])
        return None
    return get_entry(machine, thing, a[0])


def _bound(offset: int) -> Callable[[Runner, Thing, list[Value], int], Value]:
    def bound(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
        length = size_of(thing, integer_of(a[0]) if a else 0)
        return NUMBER if length is None else length + offset

    return bound


def _count(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    if a:
        raise UnsolvedError
    count, at = count_of(thing), 1
    while f"{SIZE}{at}" in thing.fields:
        size, at = size_of(thing, at), at + 1
        count = count * size if isinstance(count, int) and size is not None else NUMBER
    return count


def _copy(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    return Thing(thing.type, thing.symbol, dict(thing.fields))


def _union_with(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    row = row_of(a[0])
    if not row.is_exact:
        append_some(machine, thing, row.items, 0)
        return None
    for item in row.items:
        _add(machine, thing, [item], token)
    return None


METHODS: dict[str, Method] = {
    **dict.fromkeys(("add", "enqueue", "push", "addlast", "tryadd"), _add),
    **dict.fromkeys(("addrange", "pushrange"), _add_range),
    "addfirst": lambda machine, thing, a, token: _insert(machine, thing, [0, *a], token),
    "insert": _insert,
    "insertrange": _insert_range,
    "remove": _remove,
    "removeall": _remove_all,
    "removeat": _remove_at,
    "removerange": _remove_range,
    "unionwith": _union_with,
    "clear": _clear,
    "sort": sort,
    **dict.fromkeys(("pop", "removelast"), _take(-1)),
    **dict.fromkeys(("dequeue", "removefirst"), _take(0)),
    "getrange": _get_range,
    "copyto": _copy_to,
    "setvalue": _set_value,
    **dict.fromkeys(("item", "get_item", "set_item"), _item),
    "getlength": _bound(0),
    "getupperbound": _bound(-1),
    "getlowerbound": lambda machine, thing, a, token: 0,
    **dict.fromkeys(("count", "length", "longlength"), _count),
    "clone": _copy,
}
"""Methods by name in lower case."""

PROPERTIES = frozenset({"count", "length", "longlength"})


def list_method(machine: Runner, thing: Thing, name: str, a: list[Value], token: int) -> Value:
    """Return the result of a method that depends on the type of a list, or changes it.

    Raises:
        UnsolvedError: There is none.
    """
    if name == "reverse" and thing.type != "array":
        reverse(machine, thing, a, token)
        return None
    if name == "peek":
        return _peek(0 if thing.type.endswith("queue") else -1)(machine, thing, a, token)
    method = METHODS.get(name)
    if method is None:
        raise UnsolvedError
    return method(machine, thing, a, token)


def new_list(type_name: str, a: list[Value]) -> Thing:
    """Return a new list, of the items of another one where that is an argument."""
    if not a or isinstance(a[0], (int, float)) or a[0] is None:
        return array_of([], type_name)
    return thing_of(row_of(a[0]), type_name)
