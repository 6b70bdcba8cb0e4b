"""Primitives of .NET: arrays, lists, sets, linked lists, dictionaries, enumerators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cmp_to_key, partial

from webshellhunt.core.containers import entry, is_entry, known_bytes, put_entry, slot_in, there
from webshellhunt.core.ending import Thrown
from webshellhunt.core.errors import exception
from webshellhunt.core.heap import BYTES, CLASS, DEFAULT, KIND, REST, SIZE
from webshellhunt.core.library_calls import make
from webshellhunt.core.members import copied_struct, is_function
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import SELF, Row
from webshellhunt.core.state import Run
from webshellhunt.core.text import moved, without
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Char,
    Measure,
    Ref,
    Some,
    Truth,
    TypeOf,
    Value,
    choice,
    concat,
    options,
)  # fmt: skip
from webshellhunt.library.net_common import MOST_ITEMS, OUTSIDE, Primitive, given, ignores_case, known_or_some, value_of
from webshellhunt.library.net_queries import QUERIES
from webshellhunt.library.net_running import in_class
from webshellhunt.library.net_texts import split_text
from webshellhunt.library.primitives import PRIMITIVES
from webshellhunt.library.sequences import (
    INVALID,
    all_of,
    call_function,
    equal,
    has_item,
    items_of,
    made_list,
    new_rest,
    put_items,
    table_of,
)

_Change = Callable[[list[Value], list[Value]], Value]


class _NotKnownError(Exception):
    """The change of a list depends on a value that is not known."""


def _changing(change: _Change, result: Value = EMPTY, *, spreads: bool = False) -> Primitive:
    """Return a primitive that changes the items of a list; where that is not known, all of its items may be any."""

    def primitive(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
        if subject.__class__ is not Ref:
            return EMPTY
        known, rest = items_of(m, f, subject, at)
        added, more = [*a], MISSING
        if spreads:
            items, more = items_of(m, f, a[-1], at)
            added = [*a[:-1], items]
        m.budget.left -= len(known) >> 4
        is_sure = subject.oid not in f[0].weak
        if is_sure and change is _add_range and (rest is MISSING) is not (more is MISSING):
            front = known if more is MISSING else [*known, *items]
            put_items(f, subject, front, choice([*items, rest]) if more is MISSING else more, is_front=True)
            return EMPTY
        if is_sure and ((rest is MISSING and more is MISSING) or change is _no_items):
            try:
                items = [*known]
                found = change(items, added)
                put_items(f, subject, items)
                return found
            except _NotKnownError:
                pass
        values = [] if change in _LESS else added[-1:]
        kept = [x for each in values for x in (each if each.__class__ is list else [each])]
        others = [*known, *(each for each in (*kept, rest, more) if each is not MISSING)]
        put_items(f, subject, [], choice(others or [UNKNOWN]))
        return result

    return primitive


def _place(items: list[Value], at: Value, more: int = 0) -> int:
    """Return an index of a list.

    Raises:
        Thrown: There is no such item.
    """
    if at.__class__ is not int:
        raise _NotKnownError
    if not 0 <= at < len(items) + more:
        raise Thrown(OUTSIDE)
    return int(at)


def _find(items: list[Value], sought: Value) -> int:
    for at, each in enumerate(items):
        same = equal(each, sought)
        if same is None:
            raise _NotKnownError
        if same:
            return at
    return -1


def _insert(items: list[Value], a: list[Value]) -> Value:
    items.insert(_place(items, a[0], 1), a[1])
    return EMPTY


def _insert_range(items: list[Value], a: list[Value]) -> Value:
    at = _place(items, a[0], 1)
    items[at:at] = a[1]
    return EMPTY


def _add_range(items: list[Value], a: list[Value]) -> Value:
    items.extend(a[0])
    return EMPTY


def _add_first(items: list[Value], a: list[Value]) -> Value:
    items.insert(0, a[0])
    return EMPTY


def _no_items(items: list[Value], _: list[Value]) -> Value:
    items.clear()
    return EMPTY


def _remove(items: list[Value], a: list[Value]) -> Value:
    at = _find(items, a[0])
    if at >= 0:
        del items[at]
    return at >= 0


def _remove_at(items: list[Value], a: list[Value]) -> Value:
    del items[_place(items, a[0])]
    return EMPTY


def _remove_range(items: list[Value], a: list[Value]) -> Value:
    start = _place(items, a[0], 1)
    if a[1].__class__ is not int:
        raise _NotKnownError
    del items[start : start + a[1]]
    return EMPTY


def _reverse(items: list[Value], a: list[Value]) -> Value:
    start = _place(items, given(a, 0, 0), 1)
    count = given(a, 1, len(items))
    if count.__class__ is not int:
        raise _NotKnownError
    items[start : start + count] = items[start : start + count][::-1]
    return EMPTY


def _sorted_by(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Sort()``, ``Sort(comparison)``: by a function, or by the items' own ``CompareTo``."""
    known, rest = items_of(m, f, subject, at)
    function = next((each for each in a if is_function(f, each)), None)
    others = [each for each in a if each is not MISSING and each.__class__ is Ref and each is not function]

    def compared(x: Value, y: Value) -> int:
        if function is not None:
            found = call_function(f, function, [x, y], at)
        elif others and CLASS in table_of(f, others[0]):
            found = m.invoke(f, others[0], in_class(f, others[0], "Compare"), [x, y], at)[0]  # type: ignore[attr-defined]
        else:
            found = m.invoke(f, x, in_class(f, x, "CompareTo"), [y], at)[0]  # type: ignore[attr-defined]
        if found.__class__ is not int:
            raise _NotKnownError
        return int(found)

    is_own = all(CLASS in table_of(f, each) for each in known)
    if rest is MISSING and (function is not None or others or (known and is_own)) and len(known) <= _FEW_BYTES:
        try:
            put_items(f, subject, sorted(known, key=cmp_to_key(compared)))
            return EMPTY
        except _NotKnownError:
            pass
    return _changing(_sort)(m, f, subject, a, at, row)


def _sort(items: list[Value], a: list[Value]) -> Value:
    kinds = {each.__class__ for each in items}
    if a or len(kinds) > 1 or not kinds <= {str, int, float, Char}:
        if len(items) > 1:
            raise _NotKnownError
        return EMPTY
    items.sort(key=lambda each: (each.lower(), each.swapcase()) if isinstance(each, str) else each)
    return EMPTY


_LESS = frozenset({_remove, _remove_at, _remove_range, _reverse, _sort})
"""Changes whose arguments are no new items."""


def _taking(index: int, items: list[Value], _: list[Value], *, keeps: bool = False) -> Value:
    """Return the change that takes the first item (``Dequeue``) or the last one (``Pop``), or only looks at it."""
    if not items:
        raise Thrown(INVALID)
    return items[index] if keeps else items.pop(index)


def _take(index: int, *, keeps: bool = False, tries: bool = False) -> Primitive:
    taking = partial(_taking, index, keeps=keeps)

    def primitive(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
        known, rest = items_of(m, f, subject, at)
        is_sure = rest is MISSING and subject.oid not in f[0].weak
        if is_sure and tries and not known:
            f[0].write(subject.oid, "taken", None)
            return False
        if is_sure:
            found = taking(known, [])
            if not keeps:
                put_items(f, subject, known)
        else:
            found = choice(all_of((known, rest)))
        if not tries:
            return found
        f[0].write(subject.oid, "taken", found)
        return True if is_sure else TRUTH

    return primitive


def _list_add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Add``: the next item, of a structure a copy."""
    table = table_of(f, subject)
    a = [copied_struct(f, each, "", at) if each.__class__ is Ref else each for each in a]
    size = table.get(SIZE, 0)
    if size.__class__ is int and subject.oid not in f[0].weak and REST not in table and size < MOST_ITEMS:
        f[0].write(subject.oid, size, a[0])
        f[0].write(subject.oid, SIZE, size + 1)
        return size
    known, rest = items_of(m, f, subject, at)
    put_items(f, subject, known, new_rest(rest, a[0]), is_front=True)
    return NUMBER


def _set_add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``HashSet.Add``: no, if the item is there."""
    answer = has_item(items_of(m, f, subject, at), a[0], any_case=ignores_case(f, [subject]))
    if answer is not True:
        _list_add(m, f, subject, a, at, row)
    return answer is not True if answer.__class__ is bool else Truth(answer.no, answer.yes)


def _item(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return an item, of a structure a copy."""
    found = _item_itself(m, f, subject, a, at)
    return copied_struct(f, found, "", at) if subject.__class__ is Ref and found.__class__ is Ref else found


def _item_itself(m: Run, f: Frame, subject: Value, a: list[Value], at: int) -> Value:
    known, rest = items_of(m, f, subject, at)
    if a[0].__class__ is int:
        if 0 <= a[0] < len(known):
            return known[a[0]]
        if rest is MISSING:
            is_list = table_of(f, subject).get(KIND) == "genericlist"
            raise Thrown(OUTSIDE, value=exception(f, "argumentoutofrangeexception") if is_list else MISSING)
        return rest
    return choice(all_of((known, rest)) or [UNKNOWN])


def _set_item(items: list[Value], a: list[Value]) -> Value:
    items[_place(items, a[0])] = a[1]
    return EMPTY


def _has_item(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Contains(x, comparer)``; of a static function, the list is the first argument."""
    index = 0
    if row.names[0] == "array":
        subject, a, index = a[0], a[1:], 1
    found = has_item(items_of(m, f, subject, at), a[0], index, any_case=ignores_case(f, [subject, *a[1:]]))
    if not row.names[-1].endswith("indexof"):
        return found
    if found is True and a[0].__class__ in KNOWN:
        known = items_of(m, f, subject, at)[0]
        places = [at for at, each in enumerate(known) if equal(each, a[0])]
        return (places[-1] if row.names[-1].startswith("last") else places[0]) if places else NUMBER
    if found is False:
        return -1
    return Measure(subject, 0, a[0], absent=-1, told=found if found.__class__ is Truth else TRUTH)


def _index_of_any(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``text.IndexOfAny(letters)``: without a place, the text has none of them."""
    letters, rest = items_of(m, f, a[0], at)
    told = without(subject, "".join(map(str, letters)), SELF, len(letters)) if rest is MISSING else ()
    return Measure(subject, 0, UNKNOWN, absent=-1, told=Truth((), told)) if told else MISSING


def _get_range(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    known, rest = items_of(m, f, subject, at)
    kind = "genericlist" if row.names[-1] == "getrange" else "vector"
    if rest is not MISSING or not all(each.__class__ is int for each in a):
        return made_list(m, f, [], at, choice(all_of((known, rest)) or [UNKNOWN]), kind)
    return made_list(m, f, known[a[0] : a[0] + a[1]], at, kind=kind)


def _converted(kind: str, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return the primitive that makes a new sequence of the items of one; ``new List(items)`` has none or some."""
    source = subject if subject.__class__ is not TypeOf and subject is not None else given(a, 0)
    if source is MISSING or source.__class__ in (int, bool, float, str) or source is None:
        made = made_list(m, f, [], at, kind=kind)
    else:
        is_items = source.__class__ is not Some or source.type != "number"
        is_comparer = source.__class__ is Ref and "word" in table_of(f, source)
        known, rest = items_of(m, f, source, at) if is_items and not is_comparer else ([], MISSING)
        made = made_list(m, f, known, at, rest, kind)
        if kind == "stack" and table_of(f, source).get(KIND) != "stack":
            put_items(f, made, known[::-1], rest)
    if ignores_case(f, a):
        f[0].write(made.oid, "word", "ignorecase")
    return made


def _to_vector(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    known, rest = items_of(m, f, subject, at)
    return made_list(m, f, known, at, rest)


def copy_into(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Copy(from, start, to, start, n)``: the other array gets the items."""
    source, start, target, place, count = a
    if target.__class__ is not Ref:
        return EMPTY
    known, rest = items_of(m, f, source, at)
    numbers = [0 if start is MISSING else start, 0 if place is MISSING else place]
    numbers.append(len(known) - numbers[0] if count is MISSING and numbers[0].__class__ is int else count)
    size = table_of(f, target).get(SIZE)
    if rest is MISSING and size.__class__ is int and all(each.__class__ is int for each in numbers):
        begin, to, n = numbers
        m.budget.left -= n >> 3
        data, old = known_or_some(f, source), known_bytes(table_of(f, target))
        if data.__class__ is bytes and old is not None and n > _FEW_BYTES:
            f[0].own(target.oid).update({BYTES: old[:to] + data[begin : begin + n] + old[to + n :]})
            return EMPTY
        for offset, each in enumerate(known[begin : begin + n]):
            if to + offset < size:
                f[0].write(target.oid, to + offset, each)
        return EMPTY
    others = choice([*all_of((known, rest)), *([old] if (old := table_of(f, target).get(REST)) is not None else [])])
    f[0].write(target.oid, REST, others)
    return EMPTY


_FEW_BYTES = 64


def _fill(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Array.Clear(array, start, n)``, ``Array.Fill(array, value, start, n)``."""
    known, rest = items_of(m, f, a[0], at)
    value, start, n = given(a, 1, _absent(f, a[0], known)), given(a, 2, 0), given(a, 3, len(known))
    if a[0].__class__ is Ref and rest is MISSING and start.__class__ is n.__class__ is int and 0 <= start <= len(known):
        put_items(f, a[0], [*known[:start], *[value] * len(known[start : start + n]), *known[start + n :]])
    elif a[0].__class__ is Ref:
        put_items(f, a[0], [], choice([*all_of((known, rest)), value]))
    return EMPTY


def _absent(f: Frame, array: Value, known: list[Value]) -> Value:
    """Return what an array has where nothing was put."""
    return table_of(f, array).get(DEFAULT, 0 if known and all(each.__class__ is int for each in known) else EMPTY)


def _resized(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Array.Resize``: an array with the first items, in the field ``taken`` of the old one."""
    if a[0].__class__ is not Ref:
        return EMPTY
    known, rest = items_of(m, f, a[0], at)
    absent = _absent(f, a[0], known)
    size = a[1]
    if size.__class__ is int and 0 <= size <= MOST_ITEMS and rest is MISSING:
        put_items(f, a[0], [*known, *[absent] * size][:size])
    else:
        put_items(f, a[0], known, choice([*all_of((known, rest)), absent]))
    return EMPTY


def _inner_container(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``CollectionBase.List``, ``DictionaryBase.Dictionary``: the one container inside."""
    table = table_of(f, subject)
    if "inside" not in table:
        f[0].write(
            subject.oid, "inside", make(f, row.result.kind, {SIZE: 0} if row.result.kind == "genericlist" else {}, at)
        )
    return table_of(f, subject)["inside"]


def _inside_count(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    inside = table_of(f, subject).get("inside")
    return 0 if inside is None else m.invoke(f, inside, "Count", [], at)[0]  # type: ignore[attr-defined]


def _new_dictionary(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    made = make(f, row.result.kind, {}, at)
    if ignores_case(f, a):
        f[0].write(made.oid, "comparemode", 1)
    for each in a:
        if each.__class__ is Ref and any(map(is_entry, table_of(f, each))):
            for key, value in table_of(f, each).items():
                if is_entry(key) or key == REST or key == ("key", None):
                    f[0].write(made.oid, key, value)
    return made


def _entries(f: Frame, subject: Value) -> list[tuple[Value, Value]]:
    table = table_of(f, subject)
    found = [(table.get(("key", key[1]), key[1]), value) for key, value in table.items() if is_entry(key)]
    if table.get(KIND) in _SORTED and all(key.__class__ in KNOWN for key, _ in found):
        found.sort(key=lambda pair: (isinstance(pair[0], str), str(pair[0]) if isinstance(pair[0], str) else pair[0]))
    return found


_SORTED = frozenset({"sortedlist", "sorteddictionary"})
"""Kinds of dictionaries that have their keys in order."""


def _get_entry(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return the value under a key; a key that is not there fails, or has the value of the row's result."""
    table = table_of(f, subject)
    if a[0].__class__ is int and row.names[0] in _NUMBERED:
        found = [value for _, value in _entries(f, subject)]
        return found[a[0]] if a[0] < len(found) and REST not in table else UNKNOWN
    slot = slot_in(table, a[0])
    if slot is not None and slot in table:
        return entry(f, subject, a[0], None)
    others = [there(value, None) for _, value in _entries(f, subject)]
    if REST in table:
        others.append(table[REST])
    if slot is not None and REST not in table:
        if row.fails:
            raise Thrown(INVALID, value=exception(f, "keynotfoundexception"))
        return None
    picked = choice(others) if others else UNKNOWN
    return picked if row.fails or slot is None else choice([picked, None])


_NUMBERED = frozenset({"namevaluecollection", "ordereddictionary"})


def _try_get(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``TryGetValue(key, out value)``; ``TryRemove``."""
    has = PRIMITIVES["has"](m, f, subject, a, at, row)
    found = _get_entry(m, f, subject, a, at, replace(row, fails=True)) if has is not False else None
    f[0].write(subject.oid, "taken", found)
    if row.names[-1] == "tryremove":
        PRIMITIVES["remove"](m, f, subject, a, at, row)
    return has


def _remove_entry(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    has = PRIMITIVES["has"](m, f, subject, a, at, row)
    PRIMITIVES["remove"](m, f, subject, a, at, row)
    return has if has.__class__ is bool else TRUTH


def _get_or_add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``GetOrAdd(key, value or function)``, ``AddOrUpdate(key, value or function, function)``."""
    has = PRIMITIVES["has"](m, f, subject, a, at, row)
    old = _get_entry(m, f, subject, a, at, replace(row, fails=True)) if has is not False else MISSING
    found: list[Value] = []
    if has is not True:
        found.append(value_of(f, a[1], [a[0]], at))
    if old is not MISSING:
        found.append(value_of(f, a[2], [a[0], old], at) if len(a) > 2 else old)
    made = choice(found)
    put_entry(m, f, subject, [a[0], made], at)
    return made


def _put_more(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``NameValueCollection.Add``: several values of a name are one text with commas."""
    table = table_of(f, subject)
    slot = slot_in(table, a[0])
    if slot is not None and slot in table and MISSING not in options(table[slot]) and table[slot] is not None:
        return put_entry(m, f, subject, [a[0], concat(concat(table[slot], ","), a[1])], at)
    return put_entry(m, f, subject, a, at)


def _has_value(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    values = [value for _, value in _entries(f, subject)]
    return has_item((values, table_of(f, subject).get(REST, MISSING)), a[0])


def _pairs(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return the pairs of a dictionary; a container that gives its keys has none."""
    table = table_of(f, subject)
    found = [_pair(f, key, there(value, EMPTY), at) for key, value in _entries(f, subject)]
    rest = MISSING
    if REST in table:
        rest = _pair(f, table.get(("key", None), UNKNOWN), table[REST], at)
    return made_list(m, f, found, at, rest)


def _pair(f: Frame, key: Value, value: Value, at: int) -> Ref:
    return make(f, "keyvaluepair", {"key": key, "value": value}, at)


def _add_pairs(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    for key, value in _entries(f, a[0]):
        put_entry(m, f, subject, [key, value], at)
    return EMPTY


def _enumerator(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``GetEnumerator()``."""
    known, rest = items_of(m, f, subject, at)
    made = made_list(m, f, known, at, rest, "enumeration")
    f[0].write(made.oid, "place", -1)
    return made


def _move_next(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    if subject.__class__ is not Ref:
        return TRUTH
    table = table_of(f, subject)
    size, place = table.get(SIZE, NUMBER), table.get("place", -1)
    if size.__class__ is not int or place.__class__ is not int or REST in table:
        f[0].write(subject.oid, "place", NUMBER)
        return TRUTH
    f[0].write(subject.oid, "place", min(place + 1, size))
    return place + 1 < size


def _current(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    known, rest = items_of(m, f, subject, at)
    place = table_of(f, subject).get("place", -1)
    if place.__class__ is int and rest is MISSING:
        found = known[place] if 0 <= place < len(known) else None
    else:
        found = choice(all_of((known, rest)) or [UNKNOWN])
    name, pair = row.names[-1], table_of(f, found)
    return pair.get(name, found) if name in ("key", "value") and pair.get(KIND) == "keyvaluepair" else found


def _vector_size(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Length``, ``GetLength(dimension)``; ``GetUpperBound(dimension)`` and ``UBound`` are one less."""
    value, which = a[0], given(a, 1, 1 if row.names[-1] == "ubound" else 0)
    size = table_of(f, value).get(SIZE, NUMBER)
    if value.__class__ is str:
        size = len(value)
    if size.__class__ is tuple:
        if row.names[-1] in ("length", "longlength", "count"):
            total = 1
            for each in size:
                total = total * each if each.__class__ is int else 0
            return total
        index = which - (row.names[-1] == "ubound") if which.__class__ is int else -1
        size = size[index] if 0 <= index < len(size) else NUMBER
    is_measured = size.__class__ is int or size.__class__ is Measure
    return moved(size, -(row.do_name == "vector-last")) if is_measured else NUMBER


def _vector_rank(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    size = table_of(f, a[0]).get(SIZE)
    return len(size) if size.__class__ is tuple else 1


def _vector_copy(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Array.Copy(from, to, n)``, ``CopyTo(to, place)``."""
    is_static = row.names[-1] == "copy"
    place, count = (0, a[2]) if is_static else (given(a, 2, 0), MISSING)
    return copy_into(m, f, subject, [a[0], 0, a[1], place, count], at, row)


def _sized_vector(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    n = a[0] if a[0].__class__ is int and 0 <= a[0] <= MOST_ITEMS else None
    return made_list(m, f, [], at, UNKNOWN) if n is None else made_list(m, f, [None] * n, at)


def _of_vector(change: Primitive, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return the change of a vector that is the first argument."""
    return change(m, f, a[0], [each for each in a[1:] if each is not MISSING], at, row)


def _vector_set(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    if a[1].__class__ is int and subject.__class__ is Ref:
        f[0].write(subject.oid, a[1], a[0])
    elif subject.__class__ is Ref:
        f[0].write(subject.oid, REST, new_rest(table_of(f, subject).get(REST, MISSING), a[0]))
    return EMPTY


def _as_list(query: str, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return a query whose result is a list."""
    made = QUERIES[query](m, f, subject, a, at, row)
    return _converted("genericlist", m, f, None, [made], at, row)


def _list_take(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Take(n)`` of a query, ``Take()`` of a collection that gives its items away."""
    if a and a[0] is not MISSING:
        return QUERIES["q-take"](m, f, subject, a, at, row)
    return _take(0)(m, f, subject, [], at, row)


def _is_empty(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    known, rest = items_of(m, f, subject, at)
    return not known if rest is MISSING else False if known else TRUTH


def _set_with(query: str, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return ``ExceptWith`` and ``IntersectWith``."""
    made = QUERIES[query](m, f, subject, a, at, row)
    put_items(f, subject, *items_of(m, f, made, at))
    return EMPTY


def _nodes(f: Frame, subject: Value) -> list[Value] | None:
    table = table_of(f, subject)
    size = table.get(SIZE)
    return [table[i] for i in range(size)] if size.__class__ is int and REST not in table else None


def _node_add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    value, place = a[0], given(a, 1)
    node = (
        value if table_of(f, value).get(KIND) == "linkedlistnode" else make(f, "linkedlistnode", {"value": value}, at)
    )
    f[0].write(node.oid, "list", subject)
    nodes, name = _nodes(f, subject), row.names[-1]
    if nodes is None or subject.oid in f[0].weak or (place is not MISSING and place not in nodes):
        put_items(f, subject, [], new_rest(table_of(f, subject).get(REST, MISSING), node))
        return node
    index = 0 if name == "addfirst" else len(nodes) if name == "addlast" else nodes.index(place) + (name == "addafter")
    put_items(f, subject, [*nodes[:index], node, *nodes[index:]])
    return node


def _node_find(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    nodes = _nodes(f, subject)
    for each in (nodes or [])[:: -1 if row.names[-1] == "findlast" else 1]:
        if equal(table_of(f, each).get("value"), a[0]):
            return each
    return choice([*(nodes or [table_of(f, subject).get(REST, UNKNOWN)]), None])


def _node_end(index: int, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    if a and a[0] is not MISSING:
        return QUERIES["q-first" if index == 0 else "q-last"](m, f, subject, a, at, row)
    nodes = _nodes(f, subject)
    if nodes is None:
        return table_of(f, subject).get(REST, UNKNOWN)
    return nodes[index] if nodes else None


def _node_remove(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    nodes, name = _nodes(f, subject), row.names[-1]
    if nodes is None:
        return TRUTH
    if not nodes:
        if name == "remove":
            return False
        raise Thrown(INVALID)
    index = 0 if name == "removefirst" else len(nodes) - 1
    if name == "remove":
        found = [i for i, each in enumerate(nodes) if each == a[0] or equal(table_of(f, each).get("value"), a[0])]
        if not found:
            return False
        index = found[0]
    put_items(f, subject, nodes[:index] + nodes[index + 1 :])
    return True


def _node_beside(step: int, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    around = table_of(f, subject).get("list")
    nodes = _nodes(f, around)
    if nodes is None or subject not in nodes:
        return choice([table_of(f, around).get(REST, UNKNOWN), None])
    index = nodes.index(subject) + step
    return nodes[index] if 0 <= index < len(nodes) else None


def _node_value(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    if row.names[-1] == "set-value":
        f[0].write(subject.oid, "value", a[0])
        return EMPTY
    return table_of(f, subject).get("value", UNKNOWN)


def _entry_or(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``GetValueOrDefault(key, default)``."""
    has = PRIMITIVES["has"](m, f, subject, a[:1], at, row)
    default = given(a, 1, None)
    if has is False:
        return default
    found = _get_entry(m, f, subject, a[:1], at, replace(row, fails=True))
    return found if has is True else choice([found, default])


def _entry_list(kind: int, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return ``Keys`` or ``Values``."""
    table = table_of(f, subject)
    pairs = _entries(f, subject)
    rest = table.get(("key", None), UNKNOWN) if kind == 0 else table.get(REST)
    if REST in table:
        return made_list(m, f, [there(pair[kind], EMPTY) for pair in pairs], at, rest)
    if any(MISSING in options(pair[1]) for pair in pairs):
        return made_list(m, f, [], at, choice([there(pair[kind], EMPTY) for pair in pairs]))
    return made_list(m, f, [pair[kind] for pair in pairs], at)


def _entry_try_add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    has = PRIMITIVES["has"](m, f, subject, a[:1], at, row)
    if has is not True:
        old = MISSING if has is False else _get_entry(m, f, subject, a[:1], at, replace(row, fails=True))
        put_entry(m, f, subject, [a[0], a[1] if old is MISSING else choice([old, a[1]])], at)
    return not has if has.__class__ is bool else TRUTH


def _entry_by_index(kind: int, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return ``GetKey(i)`` and ``GetByIndex(i)``; those of a sorted list are in the order of the keys."""
    pairs = _entries(f, subject)
    if a[0].__class__ is int and REST not in table_of(f, subject):
        if not 0 <= a[0] < len(pairs):
            raise Thrown(OUTSIDE)
        return pairs[a[0]][kind]
    return choice([pair[kind] for pair in pairs] or [UNKNOWN])


def _entry_values(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``GetValues(key)``: the values of one name, as an array."""
    found = _get_entry(m, f, subject, a, at, row)
    return None if found is None else split_text(m, f, found, [","], at, row)


def _enumeration_reset(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    f[0].write(subject.oid, "place", -1)
    return EMPTY


LISTS: dict[str, Primitive] = {
    "list-add": _list_add, "list-insert": _changing(_insert),
    "list-insert-range": _changing(_insert_range, spreads=True),
    "list-add-range": _changing(_add_range, spreads=True),
    "list-remove": _changing(_remove, TRUTH), "list-remove-at": _changing(_remove_at),
    "list-remove-range": _changing(_remove_range), "list-clear": _changing(_no_items),
    "list-reverse": _changing(_reverse), "list-sort": _sorted_by, "list-set": _changing(_set_item),
    "list-first": _changing(_add_first), "list-item": _item,
    "net-index-of-any": _index_of_any, "list-has": _has_item,
    "list-range": _get_range, "list-copy": copy_into, "take-first": _take(0),
    "see-first": _take(0, keeps=True),
    "try-first": _take(0, tries=True), "try-last": _take(-1, tries=True),
    "try-see-first": _take(0, keeps=True, tries=True), "try-see-last": _take(-1, keeps=True, tries=True),
    "set-add": _set_add, "to-vector": _to_vector, "new-vector": lambda m, f, s, a, at, row: made_list(m, f, a, at),
    **{f"new-{kind}": partial(_converted, kind) for kind in (
        "genericlist", "stack", "queue", "hashset", "linkedlist", "vector")},
    "fill": _fill, "vector-clear": lambda m, f, s, a, at, row: _fill(m, f, s, [a[0], MISSING, *a[1:]], at, row),
    "resized": _resized,
    "inner-container": _inner_container, "inside-count": _inside_count,
    "new-dictionary": _new_dictionary, "entry-get": _get_entry, "entry-try": _try_get, "entry-remove": _remove_entry,
    "entry-get-or-add": _get_or_add, "entry-put-more": _put_more, "entry-has-value": _has_value, "pairs": _pairs,
    "add-pairs": _add_pairs, "enumerator": _enumerator, "move-next": _move_next, "current": _current,
    "vector-size": _vector_size, "vector-last": _vector_size, "vector-rank": _vector_rank, "vector-copy": _vector_copy,
    "sized-vector": _sized_vector, "vector-reverse": partial(_of_vector, _changing(_reverse)),
    "vector-sort": partial(_of_vector, _sorted_by), "vector-set": _vector_set,
    "q-select-list": partial(_as_list, "q-select"),
    "q-where-list": partial(_as_list, "q-where"), "list-take": _list_take, "list-is-empty": _is_empty,
    "set-except": partial(_set_with, "q-except"), "set-intersect": partial(_set_with, "q-intersect"),
    "node-add": _node_add,
    "node-find": _node_find, "node-first": partial(_node_end, 0), "node-last": partial(_node_end, -1),
    "node-remove": _node_remove,
    "node-next": partial(_node_beside, 1), "node-previous": partial(_node_beside, -1), "node-value": _node_value,
    "node-set-value": _node_value, "entry-or": _entry_or, "entry-keys": partial(_entry_list, 0),
    "entry-values": partial(_entry_list, 1),
    "entry-try-add": _entry_try_add, "entry-key": partial(_entry_by_index, 0),
    "entry-by-index": partial(_entry_by_index, 1),
    "entry-list": _entry_values, "enumeration-reset": _enumeration_reset,
    "new-tuple": lambda m, f, s, a, at, row: make(f, "tuple", {**dict(enumerate(a)), SIZE: len(a)}, at),
}  # fmt: skip
"""The primitives by the names that rows use."""
