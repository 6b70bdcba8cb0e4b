"""Visual Basic .NET: functions and primitives of Microsoft.VisualBasic that differ from those of VBScript.

Source: learn.microsoft.com/dotnet/api/microsoft.visualbasic; Visual Basic Language Reference, "Functions".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from webshellhunt.core.containers import put_entry, slot_in
from webshellhunt.core.conversions import FailError, num, whole
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import KIND, REST, SIZE
from webshellhunt.core.library_calls import make
from webshellhunt.core.members import arrive
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    TRUTH,
    UNKNOWN,
    Argument,
    Char,
    Parts,
    Ref,
    Truth,
    Value,
    choice,
    options,
    to_text,
    type_of,
)  # fmt: skip
from webshellhunt.library.functions import KNOWN as FUNCTIONS
from webshellhunt.library.net_functions import NET, format_number, narrowed
from webshellhunt.library.net_primitives import NET_PRIMITIVES
from webshellhunt.library.primitives import PRIMITIVES, with_size
from webshellhunt.library.sequences import INVALID, all_of, items_of, made_list, put_items, table_of

Primitive = Callable[[Run, Frame, Value, list[Value], int, Row], Value]


# Functions ------------------------------------------------------------------------------------------------------------


def _asc_w(t: Value) -> int:
    if not t:
        raise FailError
    return ord(str(t)[0])


def _get_char(t: Value, at: Value) -> Char:
    if not 1 <= at <= len(t):
        raise FailError
    return Char(t[at - 1])


def _str_conv(t: Value, how: Value, *_: Value) -> str:
    word = {1: "Uppercase", 2: "Lowercase", 3: "ProperCase"}.get(how)
    if word is None:
        raise ValueError
    return str(t).upper() if how == 1 else str(t).lower() if how == 2 else str(t).title()


def _integer(kind: str, x: Value) -> int:
    """Return ``CLng`` and its like: half a number becomes the even one, one that is too large fails."""
    n = ord(x) if x.__class__ is Char else whole(x)
    if narrowed(n, kind) != n:
        raise FailError
    return n


def _in_base(form: str, n: Value) -> str:
    number = whole(n)
    return format(number if number >= 0 else number & (0xFFFFFFFF if number >= -(1 << 31) else (1 << 64) - 1), form)


def _str(n: Value) -> str:
    text = NET["net-to-string"](num(n))
    return text if text.startswith("-") else f" {text}"


_LEADING = re.compile(r"(?i)&h([0-9a-f]+)&?|&o([0-7]+)&?|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")


def _val(t: Value) -> int | float:
    """``Val(text)``: the number that a text begins with; blanks do not count."""
    match = _LEADING.match(re.sub(r"[ \t\r\n]", "", str(to_text(t))))
    if match is None:
        return 0
    if match[1] or match[2]:
        n = int(match[1] or match[2], 16 if match[1] else 8)
        return narrowed(n, "int16" if n < 1 << 16 and not match[0].endswith("&") else "int32")
    number = float(match[0])
    return int(number) if number.is_integer() and abs(number) < 1 << 53 else number


def _format(x: Value, form: Value = "") -> str:
    if x.__class__ in (int, float):
        return format_number(x, str(form or ""))
    if isinstance(x, str) and not form:
        return str(x)
    raise ValueError


BASIC_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "net-chr": lambda c: Char(FUNCTIONS["chr"](c)), "net-chr-w": lambda c: Char(FUNCTIONS["chrw"](c)),
    "net-asc-w": _asc_w,
    "net-get-char": _get_char, "net-str-conv": _str_conv,
    "net-str-dup": lambda n, c: str(FUNCTIONS["string"](n, c)[:1] and FUNCTIONS["string"](n, c)),
    "net-first-letter": lambda t: Char(str(t)[:1] or "\0"),
    **{f"net-vb-{name}": partial(_integer, kind) for name, kind in {
        "sbyte": "sbyte", "long": "int64", "uint": "uint32", "ulong": "uint64", "ushort": "uint16"}.items()},
    "net-vb-hex": partial(_in_base, "X"), "net-vb-oct": partial(_in_base, "o"), "net-vb-str": _str, "net-vb-val": _val,
    "net-vb-format": _format,
}  # fmt: skip
"""The functions by name."""


# Primitives -----------------------------------------------------------------------------------------------------------


def _as_vector(name: str, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return a primitive of VBScript whose array is a vector here."""
    made = PRIMITIVES[name](m, f, subject, [*a, MISSING, MISSING, MISSING], at, row)
    if made.__class__ is Ref:
        f[0].own(made.oid)[KIND] = "vector"
    return made


def _join(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    by = a[1] if len(a) > 1 and a[1] is not MISSING else " "
    return NET_PRIMITIVES["net-join"](m, f, None, [by, a[0]], at, row)


def _filter(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    known, rest = items_of(m, f, a[0], at)
    if rest is MISSING and all(isinstance(each, str) for each in (*known, a[1])):
        return made_list(m, f, [each for each in known if (a[1] in each) is (a[2] is not False)], at)
    items = all_of((known, rest))
    made = made_list(m, f, [], at, choice(items or [UNKNOWN]))
    return with_size(f, made, items, a[1]) if a[2] is not False else made


def _text(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``CStr(x)``: a letter, or letters in an array, are a text."""
    if a[0].__class__ is Ref and SIZE in table_of(f, a[0]):
        return NET_PRIMITIVES["new-text"](m, f, None, a, at, row)
    return NET["net-to-string"](a[0]) if a[0].__class__ in KNOWN and a[0] is not None else MISSING


def _is_array(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    return table_of(f, a[0])[KIND] == "vector" if a[0].__class__ is Ref else TRUTH if type_of(a[0]) == "" else False


def _is_nothing(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    if a[0].__class__ in KNOWN or a[0].__class__ in (Ref, Parts):
        return a[0] is None or a[0] is EMPTY
    some = tuple(each for each in options(a[0]) if each is not None and each is not EMPTY)
    return Truth(((Argument(0), a[0], None),), ((Argument(0), a[0], choice([*some] or [None])),))


def _choose(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Choose(index, values)``."""
    place, *values = a
    if len(values) == 1 and values[0].__class__ is Ref and SIZE in table_of(f, values[0]):
        values = all_of(items_of(m, f, values[0], at))
    if place.__class__ in (int, float):
        return values[int(place) - 1] if 1 <= place < len(values) + 1 else None
    return choice([*values, None])


def _switch(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Switch(test, value, …)``: the value of the first test that is true."""
    if len(a) == 1 and a[0].__class__ is Ref:
        a = all_of(items_of(m, f, a[0], at))
    found: list[Value] = []
    for test, value in zip(a[::2], a[1::2], strict=False):
        if test.__class__ is bool:
            if test:
                return choice([*found, value])
        else:
            found.append(value)
    return choice([*found, None])


def _iif(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    if a[0].__class__ in (bool, int):
        return a[1] if a[0] else a[2]
    return choice([a[1], a[2]])


def _create(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    made = PRIMITIVES["create"](m, f, subject, a, at, row)
    return MISSING if made is None else made


_OPENED = Ref("vb.files")


def _file_open(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``FileOpen(number, path, mode)``; in the mode ``Output`` the file is a new one."""
    put_entry(
        m, f, _OPENED, [a[0] if a[0].__class__ is int else UNKNOWN, make(f, "textstream", {"path": a[1]}, at)], at
    )
    return EMPTY


def _opened(f: Frame, number: Value) -> Value:
    table = table_of(f, _OPENED)
    slot = slot_in(table, number)
    found = [v for k, v in table.items() if k in (slot, REST) or (slot is None and k.__class__ is tuple)]
    objects = [each for value in found for each in options(value) if each.__class__ is Ref]
    return objects[0] if objects else None


def _file_put(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    stream = _opened(f, a[0])
    if stream is not None:
        write = m.world.rows["stream", "write"]
        for each in a[1:]:
            NET_PRIMITIVES["stream-write"](m, f, stream, [each], at, write)
        arrive(f, ("textstream", "write"), at, a[1:], stream)
    return EMPTY


def _file_read(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    stream = _opened(f, a[0])
    return (
        MISSING if stream is None else NET_PRIMITIVES["file-text"](m, f, None, [table_of(f, stream)["path"]], at, row)
    )


# Collections: items under numbers from 0 on in the table, and keys with their item -----------------------------------


def _item(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    known, rest = items_of(m, f, subject, at)
    table = table_of(f, subject)
    if a[0].__class__ in (int, float) and rest is MISSING:
        if not 1 <= a[0] <= len(known):
            raise Thrown(9)
        return known[int(a[0]) - 1]
    slot = slot_in(table, a[0]) if isinstance(a[0], str) else None
    if slot is not None and slot in table:
        return table[slot]
    if slot is not None and REST not in table:
        raise Thrown(INVALID)
    return choice(all_of((known, rest)) or [UNKNOWN])


def _add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Add(item, key, before, after)``."""
    x, key, before, after = [*a, MISSING, MISSING, MISSING][:4]
    known, rest = items_of(m, f, subject, at)
    beside = before if before is not MISSING else after
    place = _place(f, subject, known, beside) if beside is not MISSING and rest is MISSING else None
    if place is None:
        NET_PRIMITIVES["list-add"](m, f, subject, [x], at, row)
    else:
        place += before is MISSING
        put_items(f, subject, [*known[:place], x, *known[place:]])
    if isinstance(key, str):
        put_entry(m, f, subject, [key, x], at)
    return EMPTY


def _place(f: Frame, subject: Value, known: list[Value], which: Value) -> int | None:
    """Return the place of an item by its number or its key."""
    if which.__class__ is int:
        return int(which) - 1
    found = table_of(f, subject).get(slot_in(table_of(f, subject), which), MISSING)
    return next((at for at, each in enumerate(known) if each is found), None)


def _clear(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    put_items(f, subject, [])
    return PRIMITIVES["clear"](m, f, subject, a, at, row)


def _remove(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    known, rest = items_of(m, f, subject, at)
    place = _place(f, subject, known, a[0]) if rest is MISSING else None
    if place is not None and 0 <= place < len(known):
        if isinstance(a[0], str):
            f[0].own(subject.oid).pop(slot_in(table_of(f, subject), a[0]), None)
        put_items(f, subject, known[:place] + known[place + 1 :])
    return EMPTY


def _like(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``text Like pattern``: the pattern as a regular expression."""
    text, pattern = a[0], to_text(a[1])
    if pattern.__class__ is not str:
        return TRUTH
    parts = (
        re.escape(each[0]) if len(each[0]) == 1 and each[0] not in _LIKE
        else _LIKE.get(each[0]) or f"[{'^' if each[1] == '!' else ''}{each[2]}]"
        for each in _PATTERN.finditer(pattern)
    )  # fmt: skip
    row = m.world.rows["regex", "ismatch"]
    return NET_PRIMITIVES["net-regex-test"](m, f, EMPTY, [text, f"^{''.join(parts)}$"], at, row)


_LIKE = {"?": r"[\s\S]", "*": r"[\s\S]*", "#": "[0-9]"}
_PATTERN = re.compile(r"\[(!?)([^\]]*)\]|[\s\S]")
"""The parts of a pattern of ``Like``."""
BASIC: dict[str, Primitive] = {
    "vb-split": partial(_as_vector, "split"), "vb-join": _join, "vb-filter": _filter, "vb-text": _text,
    "vb-lbound": lambda m, f, s, a, at, row: 0,
    "vb-is-array": _is_array, "vb-is-nothing": _is_nothing, "vb-choose": _choose, "vb-switch": _switch, "vb-iif": _iif,
    "vb-create": _create, "vb-file-open": _file_open, "vb-file-put": _file_put, "vb-file-read": _file_read,
    "vb-like": _like, "vb-item": _item, "vb-add": _add, "vb-clear": _clear, "vb-remove": _remove,
}  # fmt: skip
"""The primitives by the names that rows use."""
