"""Primitives: effects on containers, the only Python that rows refer to."""

from __future__ import annotations

from typing import Any

from webshellhunt.core.containers import (
    array_of,
    copy_array,
    element,
    get_entry,
    iterate,
    make_array,
    next_item,
    put_entry,
    resized,
    set_element,
    slot_in,
    there,
)
from webshellhunt.core.ending import Thrown
from webshellhunt.core.lifetimes import end_all, release
from webshellhunt.core.heap import KIND, REST, SIZE
from webshellhunt.core.values import (
    EMPTY, KNOWN, MISSING, NONE, NUMBER, TRUTH, UNKNOWN, Func, Label, OneOf, Parts, Ref, Some, choice, concat, join,
    labels_of, options, to_text,
)  # fmt: skip

_MAX = 5_000


def _ubound(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    value = a[0]
    if value.__class__ is Ref and len(a) == 1 or a[1:] == [MISSING]:
        size = f[0].t[value.oid].get(SIZE, NUMBER) if value.__class__ is Ref else NUMBER
        return size - 1 if size.__class__ is int else NUMBER
    if value.__class__ in KNOWN and value is not None:
        raise Thrown(13)
    return NUMBER


def _split(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    text, by = to_text(a[0]), to_text(a[1]) if a[1] is not MISSING else " "
    limit = a[2] if a[2] is not MISSING else -1
    if text.__class__ is str and by.__class__ is str and limit.__class__ is int:
        parts = (text.split(by, limit - 1) if limit > 0 else text.split(by)) if by else [text]
        if text == "":
            parts = []
        if len(parts) < 100_000:
            return make_array(m, f, parts, at)
    if (
        text.__class__ is Parts
        and by.__class__ is str
        and by
        and all(p.__class__ is str or p.__class__ is Some for p in text.parts)
    ):
        items: list[Any] = [""]
        for part in text.parts:
            if part.__class__ is not str:
                items[-1] = concat(items[-1], part)
                continue
            first, *others = part.split(by)
            items[-1] = concat(items[-1], first)
            items += others
        if len(items) > 1:
            return f[0].new("array", {**dict(enumerate(items)), SIZE: NUMBER}, at if m.coarse else None)
    return f[0].new("array", {REST: Some("text", labels_of(text)), SIZE: NUMBER}, at if m.coarse else None)


def _join(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    by = to_text(a[1]) if len(a) > 1 and a[1] is not MISSING else " "
    if a[0].__class__ is not Ref:
        return Some("text", labels_of(a[0]))
    table = f[0].t[a[0].oid]
    size = table.get(SIZE)
    if size.__class__ is int and REST not in table and size < 100_000:
        items = [to_text(table.get(i, EMPTY)) for i in range(size)]
        if by.__class__ is str and all(each.__class__ is str for each in items):
            return by.join(items)
        value: Any = ""
        for i, each in enumerate(items[:200]):
            value = concat(concat(value, by) if i else value, each)
        return value
    return Some("text", NONE.union(*(labels_of(v) for k, v in table.items() if k not in (KIND, SIZE))))


def _filter(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    if a[0].__class__ is not Ref:
        return Some("", labels_of(a[0]))
    table, x, keep = f[0].t[a[0].oid], a[1], a[2] is not False
    items = [v for k, v in table.items() if k not in (KIND, SIZE)]
    if x.__class__ is str and all(each.__class__ is str for each in items):
        return make_array(m, f, [each for each in items if (x in each) is keep], at)
    return f[0].new("array", {REST: choice(items), SIZE: NUMBER}, at if m.coarse else None)


def _is_array(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    if a[0].__class__ is Ref:
        return f[0].t[a[0].oid][KIND] == "array"
    return False if a[0].__class__ in KNOWN or (a[0].__class__ is Some and a[0].type) else TRUTH


def _is_object(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    if a[0].__class__ is Ref:
        return f[0].t[a[0].oid][KIND] != "array"
    return False if (a[0].__class__ in KNOWN and a[0] is not None) or (a[0].__class__ is Some and a[0].type) else TRUTH


# Objects --------------------------------------------------------------------------------------------------------------


def _create(m: Any, f: list[Any], _: Any, a: list[Any], at: int, row: Any = None) -> Any:
    found = []
    for each in options(a[0]):
        each = to_text(each)
        if each.__class__ is str:
            kind = m.world.programs.get(
                each.lower().removeprefix("new:").strip("{}").removesuffix(".6.0").removesuffix(".3.0"), "other"
            )
        else:
            kind = "unknown"
            m.arrivals.arrive(("create",), at, [each])
        found.append(f[0].new(kind, site=(at, kind) if m.coarse else None))
    return choice(found)


def _has(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].t[subject.oid]
    slot = slot_in(table, a[0])
    if slot is not None:
        if slot in table:
            return TRUTH if MISSING in options(table[slot]) else True
        return TRUTH if REST in table else False
    return TRUTH


def _remove(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].own(subject.oid)
    slot = slot_in(table, a[0])
    if slot is not None:
        table.pop(slot, None)
        table.pop(("key", slot[1]), None)
    return EMPTY


def _clear(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].own(subject.oid)
    for key in [k for k in table if k != KIND]:
        del table[key]
    return EMPTY


def _keys(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].t[subject.oid]
    keys = [there(v, EMPTY) for k, v in table.items() if k.__class__ is tuple and k[0] == "key"]
    if REST in table:
        return f[0].new("array", {REST: choice(keys), SIZE: NUMBER}, at if m.coarse else None)
    return make_array(m, f, keys, at)


def _items(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].t[subject.oid]
    items = [there(v, EMPTY) for k, v in table.items() if k.__class__ is tuple and k[0] == ""]
    if REST in table:
        return f[0].new("array", {REST: choice([*items, table[REST]]), SIZE: NUMBER}, at if m.coarse else None)
    return make_array(m, f, items, at)


def _count(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].t[subject.oid]
    if any(v.__class__ is OneOf and MISSING in v.options for v in table.values()):
        return NUMBER
    return NUMBER if REST in table else sum(k.__class__ is tuple and k[0] == "" for k in table)


def _append(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    f[0].write(subject.oid, "content", concat(f[0].t[subject.oid].get("content", ""), a[0]))
    return EMPTY


def _content(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    return f[0].t[subject.oid].get("content", "")


def _copy_to(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    if a[0].__class__ is Ref:
        _append(m, f, a[0], [_content(m, f, subject, [], at)], at)
    return EMPTY


def _unknown_content(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    f[0].write(subject.oid, "content", Some("text"))
    return EMPTY


def _keep(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    return f[0].new(row.kind, {"path": a[0]}, at if m.coarse else None)


def _share(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    return f[0].new(row.kind, {"path": f[0].t[subject.oid].get("path", UNKNOWN)}, at if m.coarse else None)


def _clear_error(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    table = f[0].own("err")
    table["number"], table["description"] = 0, ""
    return EMPTY


def _raise(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    raise Thrown(*(a or [NUMBER]))


def _regex_test(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    return TRUTH


def _regex_replace(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    return Some("text", labels_of(a[0]) | labels_of(a[1]))


def _regex_execute(m: Any, f: list[Any], subject: Any, a: list[Any], at: int, row: Any = None) -> Any:
    return Some("", labels_of(a[0]))


PRIMITIVES: dict[str, Any] = {
    "array": array_of, "element": element, "set-element": set_element, "copy": copy_array, "resize": lambda m, f, s, a, at, row=None: resized(m, f, a[0], a[1:], at),
    "ubound": _ubound, "lbound": lambda m, f, s, a, at, row=None: 0, "split": _split, "join": _join, "filter": _filter,
    "is-array": _is_array, "is-object": _is_object, "iterate": iterate, "next": next_item, "create": _create, "get": get_entry,
    "put": put_entry, "has": _has, "remove": _remove, "clear": _clear, "keys": _keys, "items": _items, "count": _count,
    "append": _append, "content": _content, "copy-to": _copy_to, "unknown-content": _unknown_content, "keep": _keep,
    "share": _share, "clear-error": _clear_error, "raise": _raise, "regex-test": _regex_test,
    "release": release, "end-all": end_all, "regex-replace": _regex_replace, "regex-execute": _regex_execute,
}  # fmt: skip
