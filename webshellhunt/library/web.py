"""Functions and primitives of System.Web that its rows name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import quote_from_bytes, unquote_plus

from webshellhunt.core.containers import is_entry
from webshellhunt.core.ending import PageEnd
from webshellhunt.core.heap import KIND, PAGE, REST, SIZE, Table
from webshellhunt.core.ir import UNIT
from webshellhunt.core.library_calls import make
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NUMBER,
    UNKNOWN,
    Label,
    Parts,
    Ref,
    Some,
    Value,
    choice,
    join,
    options,
)

_SAFE = "!()*-._"
"""Characters that ``HttpUtility.UrlEncode`` leaves as they are."""
_SELECTS = re.compile(r"(?i)\s*select\s*'")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def _html_encoded(text: str, *_: Value) -> str:
    return "".join(_ENTITIES.get(each, each if not "\xa0" <= each < "\u0100" else f"&#{ord(each)};") for each in text)


def _url_encoded(text: str, *_: Value) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe=_SAFE + " ").replace(" ", "+")


WEB_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "net-htmlencode": _html_encoded, "net-urlencode": _url_encoded,
    "urldecode": lambda text, *_: unquote_plus(text, errors="replace"), "htmldecode": lambda text, *_: unescape(text),
}  # fmt: skip
"""Functions of known texts by the names that rows use."""


def _end_if(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, _____: Row) -> Value:
    """End the response, unless the argument may say that it goes on."""
    if a[0] is True:
        raise PageEnd
    return EMPTY


def _last_error(_: Run, f: Frame, __: Value, ___: list[Value], at: int, ____: Row) -> Value:
    """Return the error for which a page is told of it."""
    found = f[0].t["httpserverutility"].get("lasterror", MISSING)
    return make(f, "exception", {}, at) if found is MISSING else found


def _scalar(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, _____: Row) -> Value:
    """Return the text that a statement itself selects: ``select '…'``."""
    if a[0].__class__ is Parts and len(a[0].parts) == 3:
        front, text, back = a[0].parts
        if front.__class__ is str and _SELECTS.fullmatch(front) and back.__class__ is str and back[:1] == "'":
            return text
    return None


def _find_control(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """Return the control of an id, where the markup has one."""
    name = a[0]
    if name.__class__ is not str:
        return UNKNOWN
    for oid in (PAGE, *([subject.oid] if subject.__class__ is Ref else ())):
        table = f[0].t.get(oid, {})
        for key in (name.lower(), name):
            if table.get(key).__class__ is Ref:
                return table[key]
    return UNKNOWN


def _filled(kinds: Sequence[str], m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return a primitive by which an object, or an array, gets content from outside."""
    for each in options(a[0]):
        if each.__class__ is Ref:
            labels = frozenset(Label(kind, row.name, None, at + m.unit * UNIT) for kind in kinds)
            f[0].write(each.oid, REST, join(f[0].t[each.oid].get(REST, EMPTY), Some("", labels)))
    return None


# Tables in memory -----------------------------------------------------------------------------------------------------


_NAMED = {"datacolumncollection": ("datacolumn", "columnname"), "datatablecollection": ("datatable", "tablename")}
"""Collections whose items have a name: the kind of the items, and the field of the name."""


def _row_add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, _: Row) -> Value:
    """Add a row, the values of a new one, or a column or a table, which may be a name."""
    if subject.__class__ is not Ref or not a:
        return None
    added, kind = a[0], f[0].t[subject.oid][KIND]
    if kind in _NAMED:
        made, field = _NAMED[kind]
        added = added if added.__class__ is Ref else f[0].new(made, {field: added}, (made, at) if m.coarse else None)
    elif not (len(a) == 1 and added.__class__ is Ref):
        owner = f[0].t[subject.oid].get("table", None)
        fields: Table = {("", index): value for index, value in enumerate(a)}
        added = f[0].new("datarow", {**fields, "table": owner}, ("datarow", at) if m.coarse else None)
    table = f[0].own(subject.oid)
    size = table.get(SIZE, 0)
    if size.__class__ is int and size < _MOST_ROWS and not m.coarse:
        table[size] = added
        table[SIZE] = size + 1
    else:
        table[REST] = join(table.get(REST, added), added)
        table[SIZE] = NUMBER
    return added


def _row_at(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """Return a row by its number, a column or a table by its name, too; any of them where that is not known."""
    table = f[0].t[subject.oid] if subject.__class__ is Ref else {}
    if a[0].__class__ is str and REST not in table:
        a = [next((at for at, name in _names(f, table).items() if name == a[0].lower()), UNKNOWN)]
    if a[0].__class__ is int and a[0] in table and REST not in table:
        return table[a[0]]
    found = [value for key, value in table.items() if key.__class__ is int or key == REST]
    return choice(found) if found else UNKNOWN


def _row_count(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    """Return the number of rows, of a table that nothing else fills."""
    table = f[0].t[subject.oid] if subject.__class__ is Ref else {REST: EMPTY}
    inner = table.get("table")
    owner = f[0].t[inner.oid] if isinstance(inner, Ref) else {}
    return NUMBER if REST in table or REST in owner else table.get(SIZE, 0)


def _names(f: Frame, table: Table) -> dict[int, str]:
    """Return the known names of columns, or of tables, by their numbers."""
    _, field = _NAMED.get(str(table.get(KIND)), ("", ""))
    items = {at: each for at, each in table.items() if at.__class__ is int and each.__class__ is Ref}
    names = {at: f[0].t[each.oid].get(field) for at, each in items.items()}
    return {at: name.lower() for at, name in names.items() if name.__class__ is str}


def _cell_key(f: Frame, subject: Ref, key: Value) -> tuple[str, Value] | None:
    """Return the entry of a row for a column, by its name or its number, ``None`` where that is not known."""
    if key.__class__ is Ref:
        key = f[0].t[key.oid].get("columnname", UNKNOWN)
    if key.__class__ not in KNOWN:
        return None
    slot = ("", key.lower() if key.__class__ is str else key)
    row = f[0].t[subject.oid]
    if slot in row:
        return slot
    names = f[0].t[subject.oid]
    for field in ("table", "columns"):
        names = f[0].t[names[field].oid] if names.get(field).__class__ is Ref else {}
    columns = _names(f, names)
    if key.__class__ is int:
        return ("", columns.get(key, key))
    found = next((at for at, name in columns.items() if name == slot[1]), None)
    return ("", found) if found is not None and ("", found) in row else slot


def _cell(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """Return the value of a column of a row."""
    if subject.__class__ is not Ref:
        return None
    row = f[0].t[subject.oid]
    slot = _cell_key(f, subject, a[0])
    if slot in row and REST not in row:
        return row[slot]
    found = [value for key, value in row.items() if key == REST or is_entry(key)]
    return choice(found) if found and slot is None else found[-1] if REST in row else UNKNOWN


def _set_cell(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """Give a column of a row a value."""
    if subject.__class__ is Ref:
        slot = _cell_key(f, subject, a[0])
        row = f[0].t[subject.oid]
        f[0].write(
            subject.oid, REST if slot is None else slot, join(row.get(REST, a[1]), a[1]) if slot is None else a[1]
        )
    return EMPTY


_MOST_ROWS = 4096
WEB_PRIMITIVES: Mapping[str, Callable[..., Any]] = {
    "end-if": _end_if, "last-error": _last_error,
    "scalar": _scalar, "find-control": _find_control,
    "fill-table": partial(_filled, ("database",)), "receive": partial(_filled, ("remote", "connection")),
    "row-add": _row_add, "row-count": _row_count, "row-at": _row_at, "cell": _cell, "set-cell": _set_cell,
}  # fmt: skip
"""Primitives by the names that rows use."""
WEB_OF_OBJECTS = frozenset({"cell", "fill-table", "receive", "row-add", "set-cell"})
"""Primitives whose arguments stay objects."""
