"""Primitives of PHP: arrays, which are ordered maps, members, variables by name, and functions by name.

An array is an object of the kind ``map``: its entries are under slots as those of a dictionary, ``next`` is the number
that an entry without a key gets. An assignment copies it, so that no two variables share one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from webshellhunt.core import members
from webshellhunt.core.calls import call
from webshellhunt.core.containers import is_entry, there
from webshellhunt.core.heap import CLASS, CODE, DEFAULT, KIND, PAGE, REST, SIZE, value_at
from webshellhunt.core.ir import Class
from webshellhunt.core.library_calls import codes_of, labels_in
from webshellhunt.core.php_operators import MAP, as_text, equal, plain, text, truth, whole
from webshellhunt.core.procedure import Frame, Procedure, compiled
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.text import parts_of, replace, some_of_letters, split
from webshellhunt.core.texts import run_text, run_texts
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Argument,
    Empty,
    Fact,
    Func,
    Label,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    bounded,
    choice,
    join,
    labels_of,
    options,
    text_of_parts,
)
from webshellhunt.library import patterns
from webshellhunt.library.php_functions import PHP_FUNCTIONS, unpacked

NEXT, NAMES = "next", "names"
_MOST = 50_000
_MOST_DEEP = 4
_MOST_ENTRIES = 64
_SLOTS = 16
"""Items of a split text that an unknown part may be split into, apart from those before it."""
_MOST_CLASSES = 3
_MOST_METHODS = 12
_MOST_CALLS = 24
"""Calls inside each other that these functions make: each takes several frames of the interpreter."""
_ALPHABET = 10
"""An array of so many letters, or numbers, is one to decode texts with."""
_HARMLESS = re.compile(r"[A-Za-z_]\w{0,60}|[\w.-]{1,60}|")
_CLOSES = {"(": ")", "[": "]", "{": "}", "<": ">"}

# Arrays ---------------------------------------------------------------------------------------------------------------


def make_map(m: Run, f: Frame, pairs: Iterable[tuple[Value, Value]], at: int, rest: Value = MISSING) -> Value:
    """Make an array of known keys and values; a missing key is the next number."""
    table: dict[Any, Any] = {DEFAULT: MISSING, "comparemode": 0, NEXT: 0}
    if rest is not MISSING:
        table[REST] = rest
    for key, value in pairs:
        _put(table, key, value)
    m.budget.left -= len(table) >> 3
    return f[0].new(MAP, table, (MAP, at) if m.coarse else None)


def make_list(m: Run, f: Frame, values: Sequence[Value], at: int) -> Value:
    """Make an array of values."""
    return make_map(m, f, ((MISSING, each) for each in values), at)


def key_of(key: Value) -> str | int | None:
    """Return a key as arrays have it, ``None`` where it is not known."""
    kind = key.__class__
    if kind is int:
        return key  # type: ignore[no-any-return]
    if kind is str:
        if key.isdigit() and len(key) < 16 and (key[0] != "0" or key == "0") and key.isascii():
            return int(key)
        return int(key) if key[:1] == "-" and re.fullmatch(r"-[1-9]\d{0,14}", key) else key
    if kind is bool or kind is float:
        return int(key) if abs(key) < 1e18 else 0
    return "" if key is None or kind is Empty else None


def _put(table: dict[Any, Any], key: Value, value: Value) -> None:
    """Store an entry in a table that nobody else has."""
    if key is MISSING:
        key = table[NEXT]
    name = key_of(key)
    if name is None or (len(table) > _MOST and ("", name) not in table):
        table[REST] = join(table[REST], value) if REST in table else value
        table[NAMES] = join(table[NAMES], key) if NAMES in table else key
        return
    table["", name] = value
    following = table[NEXT]
    if name.__class__ is int and (following.__class__ is not int or name >= following):
        table[NEXT] = name + 1 if following.__class__ is int else following


def is_map(f: Frame, value: Value) -> bool:
    """True for an array."""
    return value.__class__ is Ref and f[0].t[value.oid][KIND] == MAP


def pairs_of(f: Frame, value: Value) -> list[tuple[Any, Any]] | None:
    """Return the entries of an array whose keys are known, ``None`` for anything else."""
    if not is_map(f, value):
        return None
    table = f[0].t[value.oid]
    f[1].budget.left -= len(table) >> 1
    if REST in table:
        return None
    return [(key[1], there(each, None)) for key, each in table.items() if is_entry(key)]


def values_of(f: Frame, value: Value) -> list[Any]:
    """Return the values that an array may have; of anything else, some value with its labels."""
    found: list[Any] = []
    for each in options(value):
        if is_map(f, each):
            table = f[0].t[each.oid]
            f[1].budget.left -= len(table) >> 1
            found += [there(v, None) for k, v in table.items() if is_entry(k) or k == REST]
        elif each.__class__ is Ref and f[0].t[each.oid][KIND] != "object":
            found.append(_some_of_library(f, each))
        elif each.__class__ not in KNOWN:
            found.append(Some("", labels_of(each)))
    return found


def some_of_array(f: Frame, value: Value) -> Value:
    """Return any value that an array may have, or another one."""
    return choice([*values_of(f, value), UNKNOWN])


def _some_of_library(f: Frame, value: Ref) -> Value:
    """Return any entry of an object of the library: of the request, a visitor's text."""
    row = f[1].world.rows.get((f[0].t[value.oid][KIND], "for-each"))
    return members.use_row(f, row, value, [], 0) if row is not None else Some("", labels_in(f, value))


def copied(m: Run, f: Frame, value: Value, at: int, depth: int) -> Value:
    """Return a value as an assignment stores it: a copy of an array, and of those in it."""
    if value.__class__ is OneOf and any(each.__class__ is Ref for each in value.options):
        return choice([copied(m, f, each, at, depth) for each in value.options])
    if not is_map(f, value) or depth > _MOST_DEEP:
        return value
    table = f[0].t[value.oid]
    m.budget.left -= len(table) >> 2
    made = {k: copied(m, f, v, at, depth + 1) if v.__class__ is Ref else v for k, v in table.items() if k != KIND}
    return f[0].new(MAP, made, ("copy", at, depth) if m.coarse else None)


# Elements -------------------------------------------------------------------------------------------------------------


def index(f: Frame, base: Value, key: Value, at: int) -> Value:
    """Return an element of an array, a character of a text, an entry of an object of the library."""
    kind = base.__class__
    if kind is Ref:
        return _index_of_object(f, base, key, at)
    if kind is OneOf:
        return choice([index(f, each, key, at) for each in base.options])
    if kind is str:
        place = key_of(key)
        if place.__class__ is int:
            return base[place] if -len(base) <= place < len(base) else ""
        return Some("text", NONE if key.__class__ in KNOWN else labels_of(key) | codes_of(key))
    if kind is Some or kind is Parts:
        return Some(base.type if kind is Some else "text", labels_of(base), NONE, _form(base))
    return None


def _form(value: Value) -> str:
    return value.form if value.__class__ is Some else ""


def _index_of_object(f: Frame, base: Ref, key: Value, at: int) -> Value:
    table = f[0].t[base.oid]
    kind = table[KIND]
    if kind == MAP:
        name = key_of(key)
        if name is not None:
            value = table.get(("", name), MISSING)
            if value is MISSING:
                return table.get(REST)
            value = there(value, None)
            return join(value, table[REST]) if REST in table else value
        if key.__class__ is OneOf and all(each.__class__ in KNOWN for each in key.options):
            return choice([_index_of_object(f, base, each, at) for each in key.options])
        return _selected(f, base, key)
    if base.oid == PAGE:
        return variable(f, base, key)
    if kind == "object":
        return call_member(f, base, "offsetget", [key], at) if "offsetget" in table[CLASS].methods else UNKNOWN
    return members.item(f, base, [key], at)


def _selected(f: Frame, base: Ref, key: Value) -> Value:
    """Return the element under a key that is not known: of an alphabet, a letter with the labels of the key."""
    values = values_of(f, base)
    labels = labels_of(key) | codes_of(key)
    if labels and len(values) >= _ALPHABET and all(each.__class__ is str and len(each) < 2 for each in values):
        return Some("text", labels)
    return choice([*values, None])


def _set_index(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``base[key] = value``: return the new base."""
    base, key, value = a
    kind = base.__class__
    if kind is Ref:
        _store(m, f, base, key, value, at)
        return base
    if kind is OneOf:
        for each in base.options:
            if each.__class__ is Ref:
                _store(m, f, each, key, value, at)
        refs = [each for each in base.options if each.__class__ is Ref]
        return base if refs else make_map(m, f, [(key, value)], at, rest=Some("", labels_of(base)))
    if kind is str and base:
        return _with_letter(base, key, value)
    if kind in (Some, Parts):
        rest = Some("", labels_of(base))
        return make_map(m, f, [(key, value)], at, rest=rest)
    return make_map(m, f, [(key, value)], at)


def _with_letter(base: str, key: Value, value: Value) -> Value:
    place = key_of(key)
    if place.__class__ is int and value.__class__ is str and -len(base) <= place < len(base) + 4096:
        place = int(place) % len(base) if int(place) < 0 else int(place)
        base = base.ljust(place)
        return bounded(base[:place] + value[:1] + base[place + 1 :])
    return Some("text", labels_of(value))


def _store(m: Run, f: Frame, base: Ref, key: Value, value: Value, at: int) -> None:
    table = f[0].t[base.oid]
    if table[KIND] != MAP:
        if base.oid == PAGE:
            set_variable(f, base, key, value)
        elif table[KIND] == "object":
            call_member(f, base, "offsetset", [None if key is MISSING else key, value], at)
        elif key is not MISSING:
            members.set_item(f, base, [key], value, at)
        return
    heap = f[0]
    if base.oid in heap.weak:
        name = key_of(table[NEXT] if key is MISSING else key)
        heap.write(base.oid, REST if name is None else ("", name), value)
        if name.__class__ is int:
            heap.own(base.oid)[NEXT] = NUMBER
        return
    table = heap.own(base.oid)
    if len(table) > 2_000:
        m.budget.left -= 2
    if key.__class__ is OneOf and all(each.__class__ in KNOWN for each in key.options):
        for each in key.options:
            name = key_of(each)
            table["", name] = join(table.get(("", name), MISSING), value)
        return
    _put(table, key, value)


def _has_index(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``isset(base[key])`` and ``array_key_exists``: of an unknown key, a yes says that it is one of those there."""
    base, key = (a[1], a[0]) if row.names[-1] == "array_key_exists" else (a[0], a[1])
    place = 1 - (base is a[1]) if row.names[-1] == "array_key_exists" else 1
    if base.__class__ is str and key.__class__ is int:
        return -len(base) <= key < len(base)
    if base.__class__ in KNOWN:
        return False
    pairs = pairs_of(f, base)
    if pairs is None:
        return TRUTH
    name = key_of(key)
    if name is not None:
        found = f[0].t[base.oid].get(("", name), MISSING)
        if found is MISSING or (found is None and row.names[-1] == "isset"):
            return False
        return TRUTH if MISSING in options(found) or found.__class__ in (OneOf, Some) else True
    return _one_of(f, [each for each, _ in pairs], key, place)


def _one_of(f: Frame, texts: list[Any], value: Value, place: int) -> Value:
    """Return whether a value is one of some texts; a yes says so, unless they name something that runs."""
    if not texts:
        return False
    texts = [each if each.__class__ is str else str(each) if each.__class__ is int else None for each in texts]
    running = f[1].world.arriving
    if any(each is None or _HARMLESS.fullmatch(each) is None or each.lower() in running for each in texts):
        return TRUTH
    if not labels_of(value):
        return Truth(((Argument(place), value, choice(texts)),), ())
    listed = Some("text", labels_of(value), NONE, "found")
    then = OneOf((listed, *texts)) if len(texts) < 8 else listed
    return Truth(((Argument(place), value, then), *_checked_kinds(f, value, texts)), ())


_KIND = re.compile(r"\.?(\w{1,5})")
_PAGE_NAME = re.compile(
    r"\.(?:php\d?|phtml|phar|pht|inc|as[pahm]x?|asax|ascx|cer|cdx|svc|soap|cshtml|jspx?|config|htaccess|ini)[. ]*\Z",
    re.I,
)


def is_page_name(name: str) -> bool:
    """True if a file of a name is a page, or settings by which others are."""
    return _PAGE_NAME.search(name) is not None


def _checked_kinds(f: Frame, value: Value, texts: Iterable[Any]) -> list[Fact]:
    """Return the facts that a visitor's value has one of some endings: its name does, too, wherever that is kept."""
    found = [_KIND.fullmatch(each) for each in texts]
    if any(each is None or is_page_name(f".{each[1]}") for each in found):
        return []
    keys = [(PAGE, f"#kind {each.key}") for each in labels_of(value) if each.key is not None]
    return [(key, value_at(f, key), True) for key in keys]


def _without_ending(f: Frame, path: Value) -> Value:
    """Return the path of a file whose ending the page checked: the visitor only selects it."""
    if path.__class__ is Parts:
        return text_of_parts([_without_ending(f, each) for each in path.parts])
    labels = labels_of(path)
    is_checked = bool(labels) and all(value_at(f, (PAGE, f"#kind {each.key}")) is True for each in labels)
    return Some("text", labels, NONE, "found") if is_checked and path.__class__ is Some else path


def _stored(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """A function that gives a file its content or its name: a page may read it, or run it."""
    values = [as_text(plain(f, each)) for each in a]
    last = 0 if row.names[-1] == "file_put_contents" else 1
    values[last : last + 1] = [_without_ending(f, each) for each in values[last : last + 1]]
    members.arrive(f, row.names, at, values)
    if len(values) > 1:
        path, content = (values[0], values[1]) if last == 0 else (values[1], values[0])
        f[0].write(PAGE, f"#file {_name_of(path)}", content)
    return MISSING


def _name_of(path: Value) -> str:
    """Return the last known part of a path, in which the folder of the page is not known."""
    last = parts_of(path)[-1]
    return last.lower().replace("\\", "/").lstrip("./") if last.__class__ is str else ""


def _in_array(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    value, lists = a[0], [pairs_of(f, each) for each in options(a[1]) if each is not None]
    if None in lists:
        return TRUTH
    values = [each for pairs in lists for _, each in pairs or ()]
    if value.__class__ in KNOWN and len(lists) == 1 and all(each.__class__ in KNOWN for each in values):
        return any(equal(value, each) for each in values)
    is_strict = len(a) > 2 and a[2] is True
    if any(each.__class__ is not str and not (is_strict and each.__class__ in KNOWN) for each in values):
        return TRUTH
    return _one_of(f, [each if each.__class__ is str else "" for each in values], value, 0)


def _unset(_: Run, f: Frame, __: Value, a: list[Value], at: int, ___: Row) -> Value:
    base, name = a[0], key_of(a[1])
    if base.__class__ is Ref and f[0].t[base.oid][KIND] == MAP and name is not None and base.oid not in f[0].weak:
        f[0].own(base.oid).pop(("", name), None)
    elif base.__class__ is Ref and base.oid == PAGE:
        set_variable(f, base, a[1], EMPTY)
    return EMPTY


def _is_set(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``isset(x)`` and ``x ??``: whether a value is there and no null."""
    found = [_is_there(each) for each in options(a[0])]
    return found[0] if all(each is found[0] for each in found) else TRUTH


def _is_there(value: Value) -> Value:
    if value is None or value.__class__ is Empty or value is MISSING:
        return False
    return True if value.__class__ in KNOWN or value.__class__ in (Ref, Func) else TRUTH


# Going over arrays ----------------------------------------------------------------------------------------------------


def _keys(_: Run, f: Frame, __: Value, a: list[Value], at: int, ___: Row) -> Value:
    """Return an iterator over the keys of anything."""
    value = a[0]
    pairs = pairs_of(f, value)
    if pairs is not None:
        return ("items", tuple(key for key, _ in pairs), 0)
    if value.__class__ in KNOWN:
        return ("items", (), 0)
    if value.__class__ is Ref and f[0].t[value.oid][KIND] not in (MAP, "object"):
        return ("any", Some("text", labels_of(_some_of_library(f, value))), 0)
    if value.__class__ is Ref:
        return ("any", f[0].t[value.oid].get(NAMES, UNKNOWN), 0)
    return ("any", Some("", labels_of(value)), 0)


def _count(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    pairs = pairs_of(f, a[0])
    if pairs is None:
        return (0 if a[0] is None else 1) if a[0].__class__ in KNOWN else NUMBER
    table = f[0].t[a[0].oid]
    return NUMBER if any(MISSING in options(v) for k, v in table.items() if is_entry(k)) else len(pairs)


def _listed(
    of: Callable[[list[tuple[Any, Any]]], Iterable[tuple[Any, Any]]],
    m: Run,
    f: Frame,
    _: Value,
    a: list[Value],
    at: int,
    __: Row,
) -> Value:
    """Return a function from the entries of an array to those of another one."""
    pairs = pairs_of(f, a[0])
    if pairs is None:
        return make_map(m, f, [], at, rest=some_of_array(f, a[0]))
    return make_map(m, f, of(pairs), at)


def _numbered(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [(MISSING if key.__class__ is int else key, value) for key, value in pairs]


def _unique(pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    found: dict[Any, tuple[Any, Any]] = {}
    for key, value in pairs:
        found.setdefault(text(value) if value.__class__ in KNOWN else value, (key, value))
    return [*found.values()]


def _slice(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    pairs, start = pairs_of(f, a[0]), a[1] if len(a) > 1 else 0
    size = a[2] if len(a) > 2 else None
    if pairs is None or start.__class__ is not int or (size.__class__ is not int and size is not None):
        return make_map(m, f, [], at, rest=some_of_array(f, a[0]))
    stop = len(pairs) if size is None else size if size < 0 else (start if start >= 0 else len(pairs) + start) + size
    return make_map(m, f, _numbered(pairs[start:stop]), at)


def _merged(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """``array_merge`` and its like, ``[...a, ...b]``."""
    found: list[tuple[Any, Any]] = []
    for each in a:
        pairs = pairs_of(f, each)
        if pairs is None:
            return make_map(m, f, found, at, rest=some_of_array(f, each))
        found += _numbered(pairs) if row.names[-1] in ("array_merge", "spread") else pairs
    return make_map(m, f, found, at)


def _combined(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """``array_combine(keys, values)``, ``array_fill_keys``, ``array_fill``, ``range``, ``compact``."""
    name = row.names[-1]
    if name == "range":
        return _range(m, f, a, at)
    if name == "array_fill":
        start, count, value = a
        if start.__class__ is int and count.__class__ is int and 0 <= count <= _MOST:
            return make_map(m, f, ((start + n, value) for n in range(count)), at)
        return make_map(m, f, [], at, rest=value)
    keys = pairs_of(f, a[0])
    if name == "array_fill_keys":
        pairs = [(key, a[1]) for _, key in keys or ()]
        return make_map(m, f, pairs, at, rest=MISSING if keys is not None else a[1])
    values = pairs_of(f, a[1])
    if keys is None or values is None:
        return make_map(m, f, [], at, rest=some_of_array(f, a[1]))
    return make_map(m, f, [(key, value) for (_, key), (_, value) in zip(keys, values, strict=False)], at)


def _range(m: Run, f: Frame, a: list[Value], at: int) -> Value:
    first, last, step = [*a, 1][:3]
    if not all(each.__class__ in (int, str, float) for each in (first, last, step)):
        return make_map(m, f, [], at, rest=UNKNOWN)
    is_letters = first.__class__ is str and last.__class__ is str and first[:1].isalpha() and last[:1].isalpha()
    low, high = (ord(first[0]), ord(last[0])) if is_letters else (whole(first), whole(last))
    by = abs(whole(step)) or 1
    numbers = range(low, high + 1, by) if low <= high else range(low, high - 1, -by)
    return make_list(m, f, [chr(n) if is_letters else n for n in numbers[:_MOST]], at)


def _push(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """``array_push``, ``array_unshift``: the array itself changes."""
    base, *values = a
    for each in options(base):
        if is_map(f, each):
            if row.names[-1] == "array_unshift":
                pairs = [*((MISSING, value) for value in values), *_numbered(pairs_of(f, each) or [])]
                _refill(f, each, pairs)
            else:
                for value in values:
                    _store(m, f, each, MISSING, value, at)
    return NUMBER


def _refill(f: Frame, array: Ref, pairs: Iterable[tuple[Any, Any]]) -> None:
    """Give an array other entries."""
    table = f[0].own(array.oid)
    f[1].budget.left -= len(table)
    for key in [key for key in table if is_entry(key)]:
        del table[key]
    table[NEXT] = 0
    for key, value in pairs:
        _put(table, key, value)


def _taken(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``array_pop``, ``array_shift``, ``end``, ``reset``, ``current``: the last or the first value."""
    name = row.names[-1]
    pairs = pairs_of(f, a[0])
    if pairs is None:
        return choice([*values_of(f, a[0]), False]) if a[0].__class__ not in KNOWN else None
    if not pairs:
        return None if name.startswith("array_") else False
    place = -1 if name in ("array_pop", "end") else 0
    if name in ("next", "each"):
        return choice([value for _, value in pairs])
    if name == "array_pop":
        f[0].own(a[0].oid).pop(("", pairs[-1][0]), None)
        f[0].own(a[0].oid)[NEXT] = 1 + max((k for k, _ in pairs[:-1] if k.__class__ is int), default=-1)
    elif name == "array_shift":
        _refill(f, a[0], _numbered(pairs[1:]))
    return pairs[place][0] if name in ("key", "array_key_first") else pairs[place][1]


def _sort(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """``sort`` and its like: the array itself changes; a function that compares is called."""
    name = row.names[-1]
    pairs = pairs_of(f, a[0])
    if name[:1] == "u" and len(a) > 1:
        values = [key for key, _ in pairs or ()] if name == "uksort" else values_of(f, a[0])
        of_all = choice(values) if values else UNKNOWN
        call_value(f, a[1], [values[0], values[-1]] if len(values) == 2 else [of_all, of_all], at)
        return True
    if pairs is None:
        return True
    place = 0 if name.startswith("k") else 1
    if all(each[place].__class__ is str or each[place].__class__ is int for each in pairs):
        numbers = all(each[place].__class__ is int for each in pairs)
        found = sorted(pairs, key=lambda each: each[place] if numbers else str(each[place]), reverse="r" in name[:2])
        _refill(f, a[0], found if name in ("ksort", "krsort", "asort", "arsort") else [(MISSING, v) for _, v in found])
    return True


def _entries(f: Frame, array: Value) -> Sequence[tuple[Any, Any]]:
    """Return the entries of an array, one for all where they are many or not known."""
    pairs = pairs_of(f, array)
    return pairs if pairs is not None and len(pairs) <= _MOST_ENTRIES else [(UNKNOWN, some_of_array(f, array))]


def _call_back(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """Functions that call another one with the entries of arrays."""
    name = row.names[-1]
    if name.startswith("array_walk"):
        for key, value in _entries(f, a[0]):
            call_value(f, a[1], [value, key, *a[2:]], at)
        return True
    if name == "array_map":
        return _mapped(m, f, a, at)
    if name == "array_filter":
        return _filtered(m, f, a, at)
    if name == "array_reduce":
        value = a[2] if len(a) > 2 else None
        for _key, each in _entries(f, a[0]):
            value = call_value(f, a[1], [value, each], at)
        return value
    if name in ("preg_replace_callback", "mb_ereg_replace_callback"):
        groups = make_list(m, f, [Some("text", labels_of(_joined_values(f, a[2])))] * 3, at)
        made = call_value(f, a[1], [groups], at)
        return Some("text", labels_of(made) | labels_of(_joined_values(f, a[2])))
    if name == "call_user_func_array":
        pairs = pairs_of(f, a[1]) if len(a) > 1 else []
        return call_value(f, a[0], [v for _, v in pairs] if pairs is not None else [choice(values_of(f, a[1]))], at)
    place = 1 if name == "iterator_apply" else 0
    if name.startswith(("array_udiff", "array_uintersect")) or name.endswith(("_ukey", "_uassoc")):
        values = [choice(values_of(f, each) or [UNKNOWN]) for each in a[:2]]
        return call_value(f, a[-1], values, at) if len(a) > 2 else None
    return call_value(f, a[place], [*a[:place], *a[place + 1 :]] if place else a[1:], at) if len(a) > place else None


def _joined_values(f: Frame, value: Value) -> Value:
    return choice([*values_of(f, value)]) if value.__class__ is Ref else value


def _mapped(m: Run, f: Frame, a: list[Value], at: int) -> Value:
    function, *arrays = a
    pairs = pairs_of(f, arrays[0]) if arrays else None
    if len(arrays) == 1 and pairs is not None and len(pairs) <= 4096:
        found = [(key, value if function is None else call_value(f, function, [value], at)) for key, value in pairs]
        return make_map(m, f, found, at)
    others = [pairs_of(f, each) for each in arrays]
    if len(arrays) > 1 and all(each is not None and len(each) <= 512 for each in others):
        size = max(len(each or ()) for each in others)
        columns = [[v for _, v in each or ()] + [None] * size for each in others]
        rows = ([column[n] for column in columns] for n in range(size))
        made = [make_list(m, f, row, at) if function is None else call_value(f, function, row, at) for row in rows]
        return make_list(m, f, made, at)
    value = call_value(f, function, [some_of_array(f, each) for each in arrays], at)
    return make_map(m, f, [], at, rest=value)


def _filtered(m: Run, f: Frame, a: list[Value], at: int) -> Value:
    pairs = pairs_of(f, a[0])
    if pairs is None or len(pairs) > 4096:
        value = some_of_array(f, a[0])
        if len(a) > 1:
            call_value(f, a[1], [value], at)
        return make_map(m, f, [], at, rest=value)
    found = []
    for key, value in pairs:
        answer = call_value(f, a[1], [value], at) if len(a) > 1 else value
        answer = plain(f, answer) if answer.__class__ is not Ref else True
        if answer.__class__ not in KNOWN or truth(answer):
            found.append((key, value))
    return make_map(m, f, found, at)


# Texts ----------------------------------------------------------------------------------------------------------------


def _explode(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    by, full = as_text(plain(f, a[0])), as_text(plain(f, a[1]))
    most = a[2] if len(a) > 2 and a[2].__class__ is int else 0
    if full.__class__ is str and by.__class__ is str and by:
        found = full.split(by, most - 1 if most > 0 else _MOST)
        return make_list(m, f, found[:most] if most < 0 else found, at)
    if by.__class__ is str and full.__class__ is Parts and by:
        items, rest = split(full, by, most or -1) or ([], full)
        if items:
            return make_list(m, f, [*items, *[rest] * (0 if rest is MISSING else _SLOTS)], at)
    labels = labels_of(full) | (NONE if by.__class__ is str else labels_of(by))
    return make_map(m, f, [], at, rest=Some("text", labels, NONE, _form(full)))


def _implode(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    by, array = (a[0], a[1]) if len(a) > 1 else ("", a[0])
    if by.__class__ is Ref:
        by, array = array, by
    pairs = pairs_of(f, array)
    if pairs is None:
        return Some("text", NONE.union(*map(labels_of, values_of(f, array)), labels_of(by)))
    texts = [as_text(plain(f, each)) for _, each in pairs]
    by = as_text(by)
    if by.__class__ is str and all(each.__class__ is str for each in texts):
        return bounded(by.join(texts)) if sum(map(len, texts)) + len(by) * len(texts) <= 1 << 22 else Some("text")
    if len(texts) <= 200:
        return text_of_parts([x for each in texts for x in (by, each)][1:])
    return Some("text", NONE.union(*map(labels_of, texts)))


def _str_split(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    full, size = as_text(plain(f, a[0])), a[1] if len(a) > 1 else 1
    if full.__class__ is str and size.__class__ is int and size > 0 and len(full) <= _MOST * size:
        return make_list(m, f, [full[n : n + size] for n in range(0, max(1, len(full)), size)], at)
    return make_map(m, f, [], at, rest=Some("text", labels_of(full)))


def _str_replace(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    old, new, full = a[:3]
    if is_map(f, full):
        pairs = pairs_of(f, full) or []
        return make_map(m, f, [(k, _replaced_all(m, f, old, new, v, row)) for k, v in pairs], at)
    return _replaced_all(m, f, old, new, full, row)


def _replaced_all(m: Run, f: Frame, old: Value, new: Value, full: Value, row: Row) -> Value:
    olds = pairs_of(f, old) if old.__class__ is Ref else [(0, old)]
    news = pairs_of(f, new) if new.__class__ is Ref else None
    value = as_text(plain(f, full))
    for n, (_, each) in enumerate((olds or ())[:200]):
        other = new if news is None else news[n][1] if n < len(news) else ""
        m.budget.left -= 1 + (len(value) >> 12 if value.__class__ is str else 0)
        value = _replaced(value, as_text(plain(f, each)), as_text(plain(f, other)), folds="i" in row.names[-1][4:5])
    return value if olds is not None else Some("text", labels_of(value))


def _replaced(value: Value, old: Value, new: Value, *, folds: bool) -> Value:
    if value.__class__ is str and old.__class__ is str and new.__class__ is str:
        if not old or len(value) * max(1, len(new)) > 1 << 24:
            return value
        return bounded(re.sub(re.escape(old), lambda _: new, value, flags=re.I) if folds else value.replace(old, new))
    if old.__class__ is str and old and not folds:
        found = replace(value, old, new)
        if found is not MISSING:
            return found
    return Some("text", labels_of(value) | labels_of(new))


def _strtr(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """``strtr(text, pairs)``; of three arguments, letters for letters."""
    full = as_text(plain(f, a[0]))
    if len(a) > 2:
        if all(each.__class__ is str for each in (full, a[1], a[2])):
            table = {ord(one): other for one, other in zip(a[1], a[2], strict=False)}
            return full.translate(table)
        return Some("text", labels_of(full))
    pairs = pairs_of(f, a[1])
    if full.__class__ is not str or pairs is None or not all(v.__class__ is str for _, v in pairs):
        more = NONE.union(*map(labels_of, values_of(f, a[1])))
        return Some("text", labels_of(full) | more)
    found = {str(key): value for key, value in pairs if key != ""}
    if not found:
        return full
    pattern = "|".join(map(re.escape, sorted(found, key=len, reverse=True)[:500]))
    return bounded(re.sub(pattern, lambda each: found[each[0]], full))


def _unpack(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    if all(each.__class__ is str for each in a[:2]):
        try:
            return make_map(m, f, unpacked(*a[:2]), at)
        except (ValueError, IndexError):
            pass
    return make_map(m, f, [], at, rest=Some("", labels_of(a[-1]), labels_of(a[-1])))


def _path_info(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``pathinfo(path, what)``: its parts, or one of them."""
    path = as_text(plain(f, a[0]))
    found: list[Value] = [Some("text", labels_of(path)), *[Some("text", labels_of(path), NONE, "file-name")] * 3]
    if path.__class__ is str:
        name: str = PHP_FUNCTIONS["php-basename"](path)
        stem, dot, end = name.rpartition(".")
        found = [PHP_FUNCTIONS["php-dirname"](path), name, end, stem if dot else name]
    if len(a) > 1:
        return choice(found) if a[1] not in _PATH_PARTS else found[_PATH_PARTS.index(a[1])]
    return make_map(m, f, zip(("dirname", "basename", "extension", "filename"), found, strict=True), at)


_PATH_PARTS = (1, 2, 4, 8)
_DECODED = frozenset({Label("decoded", "decoder")})


def _hidden(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """Decode a text: known, it is that text; else a decoded text with the labels of all arguments."""
    values = [plain(f, each) if each.__class__ in (Ref, OneOf) else each for each in a]
    if row.known is not None and all(each.__class__ in KNOWN for each in values):
        try:
            return row.known(*values)
        except (ValueError, TypeError, IndexError, OverflowError, KeyError):
            pass
    return Some("text", NONE.union(*map(labels_of, values)) | _DECODED)


def _fetch(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """Read a file or an address: a visitor's body of the request, an upload, another server's answer."""
    path = as_text(plain(f, a[0])) if a else UNKNOWN
    labels = frozenset(each for each in labels_of(path) if each.kind != "page-path")
    head = path.parts[0] if path.__class__ is Parts else path
    if head.__class__ is str:
        word = head.lower()
        if word.startswith(("php://input", "php://stdin")):
            return Some("text", frozenset({Label("visitor", "php://input", None, at)}))
        if word.startswith("data:") and path.__class__ is str and "," in path:
            return _of_data(path)
        remote = re.match(r"(?:https?|ftp)://", word) is not None
        written = f[0].t[PAGE].get(f"#file {_name_of(path)}", MISSING)
        if written is not MISSING and _name_of(path):
            return as_text(written) if written.__class__ is not Ref else UNKNOWN
        labels = frozenset() if head is path or not remote else labels
        if remote:
            return Some("text", labels | {Label("remote", row.names[-1], None, at)})
        return Some("text", frozenset(each for each in labels if each.kind in ("remote", "decoded")))
    if row.names[-1] == "curl_exec":
        return Some("text", frozenset({Label("remote", "curl_exec", None, at)}))
    return Some("text", labels)


def _of_data(path: str) -> Value:
    """Return the content of an address ``data:…``."""
    head, _, content = path.partition(",")
    try:
        return PHP_FUNCTIONS["php-base64-decode" if head.endswith("base64") else "php-rawurldecode"](content)
    except ValueError:
        return Some("text")


def _match_groups(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return the value that ``preg_match`` gives to its third argument."""
    subject = as_text(plain(f, a[1])) if len(a) > 1 else UNKNOWN
    found = _regex(a[0], row)
    if found is None or row.names[-1] == "preg_match_all":
        return make_map(m, f, [], at, rest=Some("text", labels_of(subject)) if labels_of(subject) else UNKNOWN)
    match: Value = found.search(subject) if subject.__class__ is str else MISSING
    if match is MISSING:
        return make_list(m, f, [found.possible_match(subject), *found.possible_groups(subject)], at)
    return make_list(m, f, [] if match is None else [each or "" for each in (match[0], *match.groups())], at)


def _regex(value: Value, row: Row, *, is_global: bool = False) -> patterns.Regex | None:
    """Return a pattern of PHP, ``None`` where it is not known, or says something else in Python."""
    if value.__class__ is not str:
        return None
    body, words = (value, "i" * ("eregi" in row.name)) if "ereg" in row.name else modifiers(value)
    if {*words} - set("iDmu"):
        return None
    source = body.replace("\\A", "^").replace("\\z", "$").replace("\\Z", "$").replace("\\/", "/").replace("\\-", "-")
    try:
        return patterns.regex(source, "i" in words, "m" in words, is_global=is_global)
    except ValueError:
        return None


def modifiers(pattern: str) -> tuple[str, str]:
    """Return the pattern itself and its modifiers."""
    word = pattern.strip()
    if len(word) < 2:
        return word, ""
    body, _, after = word[1:].rpartition(_CLOSES.get(word[0], word[0]))
    return body, after


def _matches(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``preg_match``: a yes and a no say which characters and which ending a text has."""
    subject = as_text(plain(f, a[1])) if len(a) > 1 else UNKNOWN
    found = _regex(a[0], row)
    if found is None:
        return TRUTH
    if subject.__class__ is str:
        match = found.search(subject)
        return TRUTH if match is MISSING else 1 if match is not None else 0
    then, other = found.whole_match(subject), found.without_match(subject)
    ends = [str(each).rpartition(".")[2] if each.__class__ is str else "" for each in map(_last, options(then))]
    yes = [] if then is None else [(Argument(1), subject, then), *_checked_kinds(f, subject, ends)]
    return Truth(tuple(yes), ((Argument(1), subject, other),) if other is not None else ())


def _last(text: Value) -> Value:
    return parts_of(text)[-1]


def _replaced_by_pattern(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """``preg_replace``: with the modifier ``e`` the replacement is run."""
    given = [choice(values_of(f, x) or [UNKNOWN]) if is_map(f, x) else as_text(plain(f, x)) for x in a]
    pattern, new, subject = [*given, *[UNKNOWN] * 3][:3]
    words = modifiers(pattern)[1] if pattern.__class__ is str else ""
    if row.names[-1].startswith("mb_"):
        words = a[3] if len(a) > 3 and a[3].__class__ is str else ""
    if "e" in words:
        return _run_replacement(f, new, subject, at, row)
    if pattern.__class__ is not str and labels_of(pattern) and labels_of(new) | labels_of(subject):
        members.arrive(f, ("set-pattern",), at, [pattern])
    expression = _regex(pattern, row, is_global=True)
    if expression is not None and new.__class__ is str:
        made = expression.replaced(subject, re.sub(r"\\(\d{1,2})|\$\{(\d)\}", r"$\1\2", new))
        if made is not MISSING:
            return made
    return Some("text", labels_of(subject) | labels_of(new))


def _run_replacement(f: Frame, new: Value, subject: Value, at: int, row: Row) -> Value:
    runs = f[1].world.rows["", "eval"]
    shown = subject if new.__class__ is str and new.strip("\"'{};@ ") in _WHOLE else new
    arrival = members.arrive(f, ("replace",), at, [shown])
    if shown.__class__ is str:
        run_text(f, f"return {shown};" if shown is not subject else shown, None, arrival, at, runs)
    return Some("text", labels_of(shown) | labels_of(subject))


_WHOLE = frozenset({"\\1", "\\0", "$1", "$0", "\\\\1", "\\\\0"})

# Variables by name ----------------------------------------------------------------------------------------------------


def variable(f: Frame, scope: Value, name: Value) -> Value:
    """Return a variable of the page, or of a function whose variables are an object."""
    if scope.__class__ is not Ref:
        return UNKNOWN
    table = f[0].t[scope.oid]
    if all(each.__class__ in KNOWN for each in options(name)):
        return choice([_named(f, table, text(each)) for each in options(name)])
    return Some("", table[REST].labels if table.get(REST).__class__ is Some else NONE)


def _named(f: Frame, table: dict[Any, Any], name: str) -> Value:
    word = name[1:] if name[:1] == "$" else name
    if word == "GLOBALS":
        return Ref(PAGE)
    if word.lower() in f[0].t and word in SUPERGLOBALS:
        return Ref(word.lower())
    return there(table.get(f"${word}", table.get(REST, EMPTY)), EMPTY)


SUPERGLOBALS = frozenset(
    {"_GET", "_POST", "_REQUEST", "_COOKIE", "_SERVER", "_FILES", "_ENV", "_SESSION", "HTTP_GET_VARS",
     "HTTP_POST_VARS", "HTTP_COOKIE_VARS", "HTTP_RAW_POST_DATA", "HTTP_SERVER_VARS", "HTTP_ENV_VARS", "HTTP_POST_FILES"}
)  # fmt: skip
"""Variables of the language that all code sees; each is the only object of its kind in the library."""


def set_variable(f: Frame, scope: Value, name: Value, value: Value) -> None:
    """Assign to a variable whose name is a value."""
    if scope.__class__ is not Ref:
        return
    names = options(name)
    for each in names:
        if each.__class__ in KNOWN:
            word = text(each)
            key = word if word[:1] == "$" else f"${word}"
            old = f[0].t[scope.oid].get(key, EMPTY)
            f[0].write(scope.oid, key, value if len(names) == 1 else join(old, value))
        else:
            f[0].write(scope.oid, REST, join(f[0].t[scope.oid].get(REST, value), value))


def _set_variable(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    set_variable(f, a[0], a[1], a[2])
    return a[2]


def _extract(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """``extract(array)`` and ``parse_str(text)``: entries become variables of a scope."""
    scope, given = a[0], a[1] if len(a) > 1 else Ref("_request")
    pairs = pairs_of(f, given)
    if pairs is not None and row.names[-1] == "extract":
        for key, value in pairs:
            set_variable(f, scope, str(key), value)
        return NUMBER
    if row.names[-1] != "extract" and given.__class__ is str:
        for each in given.split("&")[:100]:
            name, __, entry = each.partition("=")
            set_variable(f, scope, name, entry)
        return NUMBER
    labels = labels_of(_some_of_library(f, given)) if given.__class__ is Ref and pairs is None else labels_of(given)
    if labels:
        set_variable(f, scope, UNKNOWN, Some("", labels))
    return NUMBER


def _compact(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    scope, *names = a
    found = [(each, variable(f, scope, each)) for each in names if each.__class__ is str]
    return make_map(m, f, found, at)


def _rest(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """Return the arguments from a number on as an array."""
    table = f[0].t[a[0].oid] if a[0].__class__ is Ref else {}
    size = table.get(SIZE, 0)
    return make_list(m, f, [table.get(n, UNKNOWN) for n in range(a[1], size if size.__class__ is int else 0)], at)


# Members and calls ----------------------------------------------------------------------------------------------------


def _read(f: Frame, base: Value, name: Value, at: int) -> Value:
    """Return a property of an object."""
    if base.__class__ is not Ref:
        return Some("", labels_of(base)) if base.__class__ in (Some, Parts) else None
    table = f[0].t[base.oid]
    if name.__class__ not in KNOWN:
        return choice([v for k, v in table.items() if k.__class__ is str and k[:1] == "$"] or [UNKNOWN])
    word = f"${text(name)}"
    if word in table:
        return there(table[word], None)
    if table[KIND] == "object":
        if "__get" in table[CLASS].methods:
            return call_member(f, base, "__get", [name], at)
        return table.get(REST)
    if table[KIND] == MAP:
        return index(f, base, name, at)
    return table.get(text(name).lower(), UNKNOWN)


def _set_member(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``base->name = value``: return the new base."""
    base, name, value = a
    refs = [each for each in options(base) if each.__class__ is Ref]
    for each in refs:
        table = f[0].t[each.oid]
        if name.__class__ not in KNOWN:
            f[0].write(each.oid, REST, join(table.get(REST, value), value))
            continue
        word = f"${text(name)}"
        if table[KIND] == "object" and word not in table and "__set" in table[CLASS].methods:
            call_member(f, each, "__set", [name, value], at)
        elif table[KIND] in ("object", "stdclass"):
            f[0].write(each.oid, word, value if len(refs) == 1 else join(table.get(word), value))
        elif table[KIND] != MAP and each.oid != PAGE:
            members.set_member(f, each, text(name).lower(), [], value, at)
    if refs or base.__class__ in (Some, Parts):
        return base
    return f[0].new("stdclass", {f"${text(name)}": value} if name.__class__ in KNOWN else {}, at if m.coarse else None)


def call_member(f: Frame, base: Value, name: Value, values: list[Value], at: int) -> Value:
    """Call a method of an object."""
    if base.__class__ is OneOf:
        return choice([call_member(f, each, name, values, at) for each in base.options if each.__class__ is not Empty])
    if name.__class__ not in KNOWN:
        return _call_any(f, base, name, values, at)
    word = text(name).lower()
    if base.__class__ is Ref:
        table = f[0].t[base.oid]
        if "::" in word:
            return _call_proc(f, f[1].procs.get(word), values, base, at)
        if table[KIND] == "object":
            return _call_of_class(f, base, table[CLASS], word, values, at)
        if CODE in table:
            if word in ("call", "bindto", "bind"):
                return members.call_value(f, base, values[1:], at)[0] if word == "call" else base
            return members.call_value(f, base, values, at)[0]
        row = f[1].world.rows.get((table[KIND], word))
        return (
            members.use_row(f, row, base, values, at) if row is not None else _call_unknown(f, base, word, values, at)
        )
    if "::" in word:
        return _call_proc(f, f[1].procs.get(word), values, None, at)
    return _call_unknown(f, base, word, values, at)


def _call_any(f: Frame, base: Value, name: Value, values: list[Value], at: int) -> Value:
    """Call a method whose name is not known: of an object of the page, one of its class."""
    if base.__class__ is Ref and f[0].t[base.oid][KIND] == "object":
        own = [each for each in f[0].t[base.oid][CLASS].methods if each[:2] != "__"][:_MOST_METHODS]
        return choice([call_member(f, base, each, values, at) for each in own] or [UNKNOWN])
    if labels_of(name):
        members.arrive(f, ("call",), at, [name, *values])
    return Some("", NONE.union(*map(labels_of, values)))


def _call_of_class(f: Frame, base: Ref, symbol: Class, word: str, values: list[Value], at: int) -> Value:
    proc = symbol.methods.get(word)
    if proc is not None:
        return _call_proc(f, compiled(proc), values, base, at)
    field = f[0].t[base.oid].get(f"${word}")
    if "__call" in symbol.methods and word != "__construct":
        given = make_list(f[1], f, values, at)
        return _call_proc(f, compiled(symbol.methods["__call"]), [word, given], base, at)
    return call_value(f, field, values, at) if field.__class__ is Ref else UNKNOWN


def _call_unknown(f: Frame, base: Value, word: str, values: list[Value], at: int) -> Value:
    """Call a method of an object of which nothing is known: that of a class of the page, or of another library."""
    if word in _WITH_FUNCTIONS and values:
        if "create" in word and values[0].__class__ is not str:
            return UNKNOWN
        place = 1 if "create" in word and len(values) > 1 else 0
        call_value(f, values[place], [UNKNOWN], at)
        return UNKNOWN
    found = [each for each in f[1].classes.values() if word in each.methods][:_MOST_CLASSES]
    made = [_call_of_class(f, _object_of(f, each, at), each, word, values, at) for each in found]
    return choice(made) if made else Some("", _DECODED) if word == "getdoccomment" else UNKNOWN


_WITH_FUNCTIONS = frozenset({"createfunction", "sqlitecreatefunction", "sqlitecreateaggregate", "uasort", "uksort"})


def _object_of(f: Frame, symbol: Class, at: int) -> Value:
    """Return an object of a class, one that is there already if any is."""
    for oid, table in f[0].t.items():
        if table.get(CLASS) is symbol:
            return Ref(oid)
    return members.new(f, symbol.name, [], at)


def _call_proc(f: Frame, proc: Procedure | None, values: list[Value], this: Value, at: int) -> Value:
    if proc is None:
        return UNKNOWN
    if f[1].calls > _MOST_CALLS:
        f[1].budget.cuts += 1
        return Some("", NONE.union(*map(labels_of, values)))
    return call(f, proc, values, this, at)[0]


def _method(_: Run, f: Frame, __: Value, a: list[Value], at: int, ___: Row) -> Value:
    base, name, *values = a
    return call_member(f, base, name, values, at)


def call_value(f: Frame, value: Value, values: list[Value], at: int) -> Value:
    """Call a function by its name, a closure, an object and the name of its method."""
    found = [_call_one(f, each, values, at) for each in options(value)]
    return choice(found) if found else UNKNOWN


def _call_one(f: Frame, value: Value, values: list[Value], at: int) -> Value:
    if value.__class__ is str and 0 < len(value) < 400:
        return _call_named(f, value.lower().rpartition("\\")[2], values, at)
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        if CODE in table:
            return UNKNOWN if f[1].calls > _MOST_CALLS else members.call_value(f, value, values, at)[0]
        if table[KIND] == MAP:
            pairs = pairs_of(f, value) or []
            if len(pairs) == 2:
                base, name = pairs[0][1], pairs[1][1]
                if base.__class__ is str and name.__class__ is str:
                    return call_member(f, None, f"{base.rpartition(chr(92))[2]}::{name}", values, at)
                return call_member(f, base, name, values, at)
        return call_member(f, value, "__invoke", values, at) if table[KIND] == "object" else UNKNOWN
    if labels_of(value):
        members.arrive(f, ("call",), at, [value, *values])
        return Some("", labels_of(value).union(*map(labels_of, values)))
    return UNKNOWN


def _call_named(f: Frame, word: str, values: list[Value], at: int) -> Value:
    proc = f[1].procs.get(word)
    if proc is not None:
        return _call_proc(f, proc, values, None, at)
    row = f[1].world.rows.get(("", word))
    if row is None:
        return UNKNOWN
    if row.is_text:
        return members.call_in_scope(f, word, values, at, None)
    if ("scope", word) in f[1].world.rows:
        return members.use_row(f, f[1].world.rows["scope", word], None, [Ref(PAGE), *values], at)
    return members.use_row(f, row, None, values, at)


def _register(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """Functions that are called later, with something that is not known."""
    name = row.names[-1]
    if name == "ob_start" and a:
        f[0].write(PAGE, "#output", a[0])
        return True
    if a and not (name in ("set_error_handler", "header_register_callback") and a[0].__class__ is str):
        call_value(f, a[2] if name == "sqlite_create_function" and len(a) > 2 else a[0], a[1:] or [UNKNOWN], at)
    return True


def _echo(_: Run, f: Frame, __: Value, a: list[Value], at: int, ___: Row) -> Value:
    """``echo``: ``ob_start`` has named a function that gets the text."""
    function = f[0].t[PAGE].get("#output", MISSING)
    if function is not MISSING:
        for each in a:
            call_value(f, function, [each], at)
    return 1


def _case(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``case text`` and ``x == text``: of a visitor's text, a yes says that it is one that the page lists."""
    value, word = plain(f, a[0]), a[1]
    if value.__class__ in KNOWN:
        return equal(value, word)
    if row.names[-1] == "case":
        return _one_of(f, [word], value, 0)
    return Truth(((Argument(0), value, word), *_checked_kinds(f, value, [word])), ())


def _create(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """``create_function(parameters, code)``."""
    body = as_text(plain(f, a[-1])) if a else UNKNOWN
    first = as_text(plain(f, a[0])) if a else ""
    arrival = members.arrive(f, ("create",), at, [body])
    if body.__class__ is str and first.__class__ is str:
        made = run_text(f, f"return function({first}){{{body}}};", None, arrival, at, f[1].world.rows["", "eval"])
        if made.__class__ is Ref:
            return made
    return Some("", labels_of(body))


def _include(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """``include``: of a file that the page wrote, the content arrives as well."""
    path = as_text(plain(f, a[0]))
    written = f[0].t[PAGE].get(f"#file {_name_of(path)}", MISSING) if _name_of(path) else MISSING
    arrival = members.arrive(f, ("include",), at, [path, written])
    for each in options(path):
        if each.__class__ is str and each.lower().startswith("data:") and "," in each:
            content = _of_data(each)
            if content.__class__ is str:
                run_texts(f, content, None, arrival, at, f[1].world.rows["", "eval"])
    return UNKNOWN


def _put_variable(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    """``putenv("name=value")``."""
    parts = parts_of(as_text(plain(f, a[0])))
    name, equal_sign, value = parts[0].partition("=") if parts[0].__class__ is str else ("", "", "")
    if equal_sign:
        f[0].write(PAGE, f"#env {name.upper()}", text_of_parts([value, *parts[1:]]))
    return True


def _variable_put(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    """``getenv(name)`` of a variable that the page set; any other is left to the row."""
    return f[0].t[PAGE].get(f"#env {text(a[0]).upper()}", MISSING) if a and a[0].__class__ in KNOWN else MISSING


def _unserialize(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """``unserialize``: who wrote the text chooses the class of each object, and its fields, with which methods run."""
    made = _values_of_texts(f[1], f, None, a[:1], at, row)
    settings = pairs_of(f, a[1]) if len(a) > 1 else ()
    if not made.labels or any(key == "allowed_classes" and value is not True for key, value in settings or ()):
        return made
    members.arrive(f, ("objects",), at, [made])
    for symbol in [*f[1].classes.values()][:_MOST_CLASSES]:
        for name in _AT_ONCE & symbol.methods.keys():
            made_object: Any = members.new(f, symbol.name, [], at)
            for each in symbol.fields:
                f[0].write(made_object.oid, each, made)
            _call_of_class(f, made_object, symbol, name, [made] if name == "__unserialize" else [], at)
    return made


_AT_ONCE = frozenset({"__wakeup", "__unserialize", "__destruct", "__tostring"})


def _sent(_: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """An address is asked: with the content that the settings of a stream, or those of ``curl_setopt``, say."""
    path: Value = [*a, "", "", ""][0]
    content = [*a, "", "", ""][2]
    if path.__class__ is Ref and f[0].t[path.oid][KIND] == "curl":
        fields = f[0].own(path.oid)
        if row.names[-1].startswith("curl_setopt"):
            given = (fields.get("content", ""), *a[1:])
            fields["content"] = Some("", NONE.union(*(_labels_below(f, each) for each in given)))
            return True
        path, content = fields.get("url", UNKNOWN), fields.get("content", "")
    members.arrive(f, ("sent",), at, [as_text(plain(f, path)), Some("", _labels_below(f, content))])
    return _fetch(f[1], f, None, [path, *a[1:]], at, row)


def _assert(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    value = a[0] if a else UNKNOWN
    shown = as_text(value) if value.__class__ is not Truth and value.__class__ is not Ref else UNKNOWN
    arrival = members.arrive(f, ("asserted",), at, [shown])
    if shown.__class__ is str and "(" not in shown:
        return TRUTH
    if shown.__class__ is str:
        return run_text(f, f"return {shown};", None, arrival, at, f[1].world.rows["", "eval"])
    return Some("", labels_of(shown))


def _new(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``new`` of a class whose name is a value, and ``clone``."""
    name, *values = a
    found = []
    for each in options(name):
        if each.__class__ is str:
            found.append(made_of(f, each.lower().rpartition("\\")[2], values, at))
        elif each.__class__ is Ref and f[0].t[each.oid][KIND] == "object":
            found.append(made_of(f, f[0].t[each.oid][CLASS].name, values, at))
    return choice(found) if found else UNKNOWN


def made_of(f: Frame, name: str, values: list[Value], at: int) -> Value:
    """Make an object of a class by its name, in lower case."""
    if name in f[1].classes:
        made = members.new(f, name, [], at)
        call_member(f, made, "__construct", values, at)
        return made
    row = f[1].world.rows.get((name, "new"))
    if row is not None:
        return members.use_row(f, row, None, values, at)
    return f[0].new("stdclass", None, at if f[1].coarse else None) if name == "stdclass" else UNKNOWN


def _clone(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    if a[0].__class__ is not Ref:
        return a[0]
    table = {k: v for k, v in f[0].t[a[0].oid].items() if k != KIND}
    return f[0].new(f[0].t[a[0].oid][KIND], table, ("clone", at) if m.coarse else None)


def _is_a(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    """``instanceof``."""
    word = text(a[1]).lower().rpartition("\\")[2] if a[1].__class__ in KNOWN else None
    if a[0].__class__ in KNOWN:
        return False
    if a[0].__class__ is not Ref or word is None:
        return TRUTH
    table = f[0].t[a[0].oid]
    if table[KIND] != "object":
        return (table[KIND] == word) or TRUTH
    stack, seen = [table[CLASS].name], set[str]()
    while stack and len(seen) < 100:
        each = stack.pop()
        if each == word or (word in ("exception", "throwable") and each not in f[1].classes):
            return True
        seen.add(each)
        if each in f[1].classes:
            stack += [base for base in f[1].classes[each].bases if base not in seen]
    return False


def _is_kind(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``is_array`` and its like."""
    value, name = a[0], row.names[-1]
    if value.__class__ is Ref:
        is_array = f[0].t[value.oid][KIND] == MAP or value.oid.__class__ is str
        if name == "is_callable":
            return TRUTH
        return is_array if name in ("is_array", "is_iterable") else name == "is_object" and not is_array
    if value.__class__ in KNOWN:
        kind = value.__class__
        kinds = {
            "is_string": kind is str, "is_int": kind is int, "is_bool": kind is bool, "is_float": kind is float,
            "is_null": value is None or kind is Empty, "is_scalar": truth(value) or kind is str,
        }  # fmt: skip
        if name == "is_callable":
            return kind is str and (value.lower() in f[1].procs or ("", value.lower()) in f[1].world.rows)
        return kinds.get(name, False)
    return TRUTH


def _exists(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``function_exists``: one of the language is there."""
    if a[0].__class__ is str and (a[0].lower() in f[1].procs or ("", a[0].lower()) in f[1].world.rows):
        return True
    return TRUTH


def _define(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    if a[0].__class__ is str and len(a) > 1:
        f[0].write(PAGE, f"#{a[0]}", a[1])
    return True


def _constant(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    if a[0].__class__ is not str:
        return UNKNOWN
    value = f[0].t[PAGE].get(f"#{a[0]}", MISSING)
    if value is not MISSING:
        return value
    constants = f[1].world.library.constants
    return constants.get(a[0].lower(), a[1] if len(a) > 1 else UNKNOWN)


def _labels_below(f: Frame, value: Value, depth: int = 0) -> frozenset[Label]:
    """Return the labels of a value, and of all in an array."""
    if not is_map(f, value) or depth > _MOST_DEEP:
        return labels_in(f, value)
    return NONE.union(*(_labels_below(f, each, depth + 1) for each in values_of(f, value)))


def _values_of_texts(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """Return a text with the labels of all arguments, arrays included."""
    return Some("", NONE.union(*(_labels_below(f, each) for each in a)))


def _cast(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``(array)x`` and ``(object)x``."""
    kind, value = a
    if kind == "array":
        if value.__class__ is Ref:
            return value
        if value is None or value.__class__ is Empty:
            return make_map(m, f, [], at)
        return (
            make_list(m, f, [value], at) if value.__class__ in KNOWN else make_map(m, f, [(0, value)], at, rest=value)
        )
    pairs = pairs_of(f, value)
    if pairs is not None:
        fields = {f"${key}": each for key, each in pairs}
        return f[0].new("stdclass", fields, at if m.coarse else None)
    return value


_NUMBERS = frozenset({257, 258, 259, 275, 276})
"""The filters of numbers, truth values and addresses."""


def _filter(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """``filter_var(value, filter, options)``: a function among the options is called."""
    pairs = pairs_of(f, a[2]) if len(a) > 2 else None
    for key, value in pairs or ():
        if key == "options":
            call_value(f, value, [a[0]], at)
    if row.names[-1] == "filter_var" and len(a) > 1 and a[1] in _NUMBERS:
        return Truth(((Argument(0), a[0], some_of_letters(a[0], frozenset("0123456789.:"))),), ())
    if row.names[-1] == "filter_var" and len(a) == 2:
        return Some("text")
    return Some("", labels_of(a[0]) if a[0].__class__ is not Ref else labels_of(choice(values_of(f, a[0]))))


def _reflected(_: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``ReflectionFunction::invoke``."""
    name = f[0].t[subject.oid].get("name", UNKNOWN) if subject.__class__ is Ref else UNKNOWN
    pairs = pairs_of(f, a[0]) if row.names[-1] == "invokeargs" and a else None
    return call_value(f, name, [v for _, v in pairs] if pairs is not None else a, at)


def _with_null(of: Callable[..., Value], m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return a primitive whose result may be null: the core takes ``None`` as no result."""
    found = of(m, f, subject, a, at, row)
    return EMPTY if found is None else found


_ALL: dict[str, Callable[..., Value]] = {
    "php-array": lambda m, f, s, a, at, row: make_map(m, f, zip(a[::2], a[1::2], strict=False), at),
    "php-spread": _merged, "php-copy": lambda m, f, s, a, at, row: copied(m, f, a[0], at, 0),
    "php-index": lambda m, f, s, a, at, row: index(f, a[0], a[1] if len(a) > 1 else UNKNOWN, at),
    "php-set-index": _set_index, "php-has-index": _has_index, "php-in-array": _in_array, "php-unset": _unset,
    "php-is-set": _is_set, "php-keys": _keys, "php-count": _count,
    "php-array-keys": partial(_listed, lambda pairs: [(MISSING, key) for key, _ in pairs]),
    "php-array-values": partial(_listed, lambda pairs: [(MISSING, value) for _, value in pairs]),
    "php-array-reverse": partial(_listed, lambda pairs: _numbered(pairs[::-1])),
    "php-array-flip": partial(_listed, lambda pairs: [(value, key) for key, value in pairs]),
    "php-array-unique": partial(_listed, _unique), "php-slice": _slice, "php-merge": _merged, "php-combine": _combined,
    "php-push": _push, "php-take": _taken, "php-sort": _sort, "php-call-back": _call_back, "php-explode": _explode,
    "php-implode": _implode, "php-str-split": _str_split, "php-str-replace": _str_replace, "php-strtr": _strtr,
    "php-unpack": _unpack, "php-hidden": _hidden, "php-fetch": _fetch, "php-filter": _filter,
    "php-lines": lambda m, f, s, a, at, row: make_map(m, f, [], at, rest=_fetch(m, f, None, a, at, row)),
    "php-reflected": _reflected, "php-groups": _match_groups, "php-matches": _matches,
    "php-preg-replace": _replaced_by_pattern, "php-variable": lambda m, f, s, a, at, row: variable(f, a[0], a[1]),
    "php-set-variable": _set_variable, "php-extract": _extract, "php-compact": _compact,
    "php-scope": lambda m, f, s, a, at, row: Some("", labels_of(_some_of_library(f, Ref("_request")))),
    "php-default": lambda m, f, s, a, at, row: a[1] if a[0].__class__ is Empty else a[0], "php-rest": _rest,
    "php-member": lambda m, f, s, a, at, row: choice([_read(f, each, a[1], at) for each in options(a[0])]),
    "php-set-member": _set_member, "php-method": _method,
    "php-invoke": lambda m, f, s, a, at, row: call_value(f, a[0], a[1:], at), "php-register": _register,
    "php-store": _stored, "php-path-info": _path_info, "php-put-variable": _put_variable,
    "php-variable-put": _variable_put, "php-unserialize": _unserialize, "php-sent": _sent,
    "php-create": _create, "php-include": _include, "php-assert": _assert, "php-new": _new, "php-clone": _clone,
    "php-is-a": _is_a, "php-is-kind": _is_kind, "php-exists": _exists, "php-define": _define, "php-constant": _constant,
    "php-labels": _values_of_texts, "php-cast": _cast, "php-echo": _echo, "php-case": _case,
}  # fmt: skip
PHP_PRIMITIVES = {name: partial(_with_null, each) for name, each in _ALL.items()}
"""The primitives of PHP by the names that rows use."""
