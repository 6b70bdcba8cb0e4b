"""Primitives: effects on objects, the only Python that rows name.

Each gets the run, the frame, the object, the arguments that its row names, the token and the row, and returns the
result; ``None`` leaves that to the row. An argument that was left out is `MISSING`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from webshellhunt.core.assigned import stands_for
from webshellhunt.core.containers import (
    array_of,
    entry,
    is_entry,
    iterate,
    make_array,
    put_entry,
    resized,
    slot_in,
    there,
)  # fmt: skip
from webshellhunt.core.conversions import FailError, num, whole
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import CLASS, DEFAULT, KIND, OPEN, REST, SIZE, TOLD
from webshellhunt.core.library_calls import labels_in, make
from webshellhunt.core.lifetimes import end_all, release
from webshellhunt.core.members import arrive
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.text import left, moved, parts_of, piece_of, split
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Argument,
    Func,
    Label,
    Measure,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    concat,
    join,
    labels_of,
    options,
    text_of_parts,
    to_text,
)  # fmt: skip
from webshellhunt.library import patterns
from webshellhunt.library.functions import KNOWN as FUNCTIONS
from webshellhunt.library.functions import codec
from webshellhunt.library.sequences import table_of

_MOST_ITEMS = 50_000
_MOST_TEXT = 1 << 22
_MOST_PARTS = 200
_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


def _array(m: Run, f: Frame, items: list[Value], at: int, *, rest: Value = MISSING) -> Value:
    """Make an array of known items; with ``rest``, of unknown size, whose further items are that."""
    m.budget.left -= len(items) >> 3
    if rest is MISSING and len(items) <= _MOST_ITEMS:
        return make_array(m, f, items, at)
    others = choice([*items, *(() if rest is MISSING else (rest,))])
    return f[0].new("array", {REST: others, SIZE: NUMBER}, at if m.coarse else None)


# Arrays ---------------------------------------------------------------------------------------------------------------


def _ubound(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    value = a[0]
    if value.__class__ is Ref:
        size, which = table_of(f, value).get(SIZE, NUMBER), a[1] if a[1:] not in ([], [MISSING]) else 1
        if size.__class__ is not tuple:
            size = (size,)
        found = size[which - 1] if which.__class__ is int and 0 < which <= len(size) else NUMBER
        return moved(found, -1) if found.__class__ in (int, Measure) else NUMBER
    if value.__class__ in KNOWN:
        raise Thrown(13)
    return NUMBER


def _lbound(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, _____: Row) -> Value:
    if a[0].__class__ in KNOWN:
        raise Thrown(13)
    return 0


def _split(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    text = to_text(a[0])
    by = " " if a[1] is MISSING else to_text(a[1])
    limit = -1 if a[2] is MISSING else a[2]
    if by.__class__ is not str or limit.__class__ is not int or text.__class__ is OneOf:
        labels = NONE if text.__class__ is str else labels_of(text)
        return _array(m, f, [], at, rest=Some("text", labels))
    if not by:
        return _array(m, f, [text], at)
    if text.__class__ is str:
        if not text:
            return _array(m, f, [], at)
        if text.count(by) > _MOST_ITEMS:
            return _array(m, f, [], at, rest=Some("text"))
        if a[3:] == [1]:
            return _array(m, f, [*re.split(re.escape(by), text, maxsplit=max(limit - 1, 0), flags=re.IGNORECASE)], at)
        return _array(m, f, [*text.split(by, limit - 1 if limit > 0 else -1)], at)
    items, rest = split(text, by, limit) or ([], Some("text", labels_of(text)))
    if rest is MISSING:
        return _array(m, f, items, at)
    if not items or (len(items) == 1 and items[0] == rest):
        return _array(m, f, [], at, rest=rest)
    return _beginning(m, f, items, rest, at)


_SLOTS = 16
"""Items of a split text that an unknown part may be split into, apart from those before it."""


def _beginning(m: Run, f: Frame, items: list[Value], rest: Value, at: int) -> Value:
    """Make an array whose first items are known, and whose size is not."""
    fields: dict[Value, Value] = dict(enumerate([*items, *[rest] * _SLOTS]))
    return f[0].new("array", {**fields, SIZE: NUMBER}, at if m.coarse else None)


def _join(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    by = " " if len(a) < 2 or a[1] is MISSING else to_text(a[1])
    found = [_joined(f, each, by) for each in options(a[0])]
    return choice(found)


def _joined(f: Frame, array: Value, by: Value) -> Value:
    if array.__class__ is not Ref:
        return Some("text", labels_of(array) | labels_of(by))
    table = table_of(f, array)
    size = table.get(SIZE)
    if size.__class__ is int and REST not in table and size <= _MOST_ITEMS:
        items = [to_text(table.get(i, EMPTY)) for i in range(size)]
        if by.__class__ is str and all(each.__class__ is str for each in items):
            size = sum(map(len, items)) + len(by) * len(items)
            return by.join(items) if size <= _MOST_TEXT else Some("text")
        if len(items) <= _MOST_PARTS:
            return text_of_parts([x for each in items for x in (by, each)][1:])
    return Some("text", labels_in(f, array) | labels_of(by))


def _filter(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    if a[0].__class__ is not Ref:
        return Some("", labels_of(a[0]))
    table, sought, keeps, how = table_of(f, a[0]), a[1], a[2] is not False, a[3] == 1
    items = [value for key, value in table.items() if key.__class__ is int or key == REST]
    if sought.__class__ is str and REST not in table and all(each.__class__ is str for each in items):
        if how:
            return _array(m, f, [each for each in items if (sought.lower() in each.lower()) is keeps], at)
        return _array(m, f, [each for each in items if (sought in each) is keeps], at)
    made = _array(m, f, [], at, rest=choice(items))
    return with_size(f, made, items, sought) if keeps else made


def with_size(f: Frame, made: Ref, items: Sequence[Value], sought: Value) -> Ref:
    """Return the items that have a text in them, if any: their number says that it is a piece of one."""
    if items and all(isinstance(each, str) for each in items) and not isinstance(sought, str):
        told = Truth(((Argument(1), sought, piece_of("", sought)),))
        f[0].own(made.oid).update({SIZE: Measure(UNKNOWN, 1, UNKNOWN, absent=0, told=told), TOLD: SIZE})
    return made


def _is_array(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    if a[0].__class__ is Ref:
        return table_of(f, a[0])[KIND] == "array"
    return False if a[0].__class__ in KNOWN or (a[0].__class__ is Some and a[0].type) else TRUTH


def _is_object(m: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    if a[0].__class__ is Ref:
        kind = table_of(f, a[0])[KIND]
        if kind in ("array", "list"):
            return False
        if kind not in m.world.library.types and CLASS not in table_of(f, a[0]):
            return TRUTH  # a component that a server may have or not
        return True
    if a[0] is None:
        return TRUTH  # Nothing is an object, Null is none
    return False if a[0].__class__ in KNOWN or (a[0].__class__ is Some and a[0].type) else TRUTH


def _is_empty(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, _____: Row) -> Value:
    return False if a[0].__class__ in (Ref, Parts) else a[0] is EMPTY if a[0].__class__ in KNOWN else TRUTH


def _is_null(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, _____: Row) -> Value:
    return False if a[0].__class__ in (Ref, Parts) else a[0] is None if a[0].__class__ in KNOWN else TRUTH


_TYPES = {"scripting.dictionary": "Dictionary", "vbscript.regexp": "IRegExp2", "fso": "FileSystemObject"}


def _type_name(_: Run, f: Frame, __: Value, a: list[Value], ___: int, row: Row) -> Value:
    """``TypeName(x)`` and ``VarType(x)``."""
    is_number = row.names[-1] == "vartype"
    if a[0].__class__ is Ref:
        kind = table_of(f, a[0])[KIND]
        if kind == "array":
            return 8204 if is_number else "Variant()"
        if is_number:
            return 9
        return _TYPES.get(kind, Some("text"))
    if a[0].__class__ in KNOWN:
        return FUNCTIONS[row.names[-1]](a[0])
    if a[0].__class__ is Parts or (a[0].__class__ is Some and a[0].type == "text"):
        return 8 if is_number else "String"
    return None


# Objects --------------------------------------------------------------------------------------------------------------

_LONGEST_NAME = 64
_VERSION = re.compile(r"(?:\.\d{1,3}){1,2}$")


def _type_of(name: str, m: Run) -> str:
    """Return the type that a ProgID, a class id or a moniker ``new:…`` names."""
    word = re.sub(r"^(?:new|clsid):", "", name.strip().lower()).strip("{} ")[:_LONGEST_NAME]
    programs = m.world.library.programs
    return programs.get(word) or programs.get(_VERSION.sub("", word)) or _VERSION.sub("", word) or "unknown"


_NO_SUCH_CLASS = 429
"""The number of the error that no class has a name."""


def _create(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``CreateObject(name)``: an object of a known type, or of one that has no rows."""
    names = options(to_text(a[0]))
    found = [make(f, _type_of(each, m) if each.__class__ is str else "unknown", {}, at) for each in names]
    errors = f[0].own("err")
    errors["number"] = join(errors["number"], _NO_SUCH_CLASS)
    return choice(found)


def _moniker(m: Run, f: Frame, _: Value, a: list[Value], at: int, __: Row) -> Value:
    """``GetObject(path, class)``: the object that a moniker names; its text stays with the object."""
    found = []
    for each in options(to_text(a[0])):
        head = each.parts[0] if each.__class__ is Parts else each
        begins = head.lower() if head.__class__ is str else ""
        if begins.startswith(("new:", "clsid:")):
            kind = _type_of(each, m) if each.__class__ is str else "unknown"
        else:
            kind = next((of for scheme, of in _MONIKERS if scheme in begins), "unknown")
            if kind == "unknown" and each.__class__ is str and each.lower() in m.world.library.programs:
                kind = _type_of(each, m)
        found.append(make(f, kind, {} if kind == "unknown" else {"path": each}, at))
    f[0].own("err")["number"] = NUMBER
    return choice(found)


_MONIKERS = (
    ("win32_process", "win32_process"), ("winmgmts:", "swbemservices"), ("winnt:", "adsi"), ("iis:", "adsi"),
    ("ldap:", "adsi"),
)  # fmt: skip
"""Types of the objects that monikers name, by a part of its beginning."""


def _wmi_class(_: Run, f: Frame, __: Value, a: list[Value], at: int, ___: Row) -> Value:
    """``SWbemServices.Get(path)``: an object of the class ``Win32_Process`` starts programs."""
    name = to_text(a[0])
    is_known = name.__class__ is str
    kind = "win32_process" if is_known and "win32_process" in name.lower() else "swbemobject" if is_known else "unknown"
    return make(f, kind, {}, at)


def _get_ref(m: Run, f: Frame, _: Value, a: list[Value], __: int, ___: Row) -> Value:
    return choice(
        [
            Func(each.lower()) if each.__class__ is str else Some("", labels_of(each))
            for each in options(m.default(f, a[0]))  # type: ignore[attr-defined]
        ]
    )


def _clear_error(_: Run, f: Frame, __: Value, ___: list[Value], ____: int, _____: Row) -> Value:
    f[0].own("err").update({"number": 0, "description": "", "source": ""})
    return EMPTY


def _note_error(_: Run, f: Frame, __: Value, a: list[Value], ___: int, ____: Row) -> Value:
    """Let the object of the last error tell of one that a handler got."""
    found = [f[0].t[each.oid] for each in options(a[0]) if each.__class__ is Ref]
    texts = [each.get("message", each.get("description", Some("text"))) for each in found]
    f[0].own("err").update({"number": NUMBER, "description": choice(texts) if texts else Some("text")})
    return EMPTY


def _raise(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, _____: Row) -> Value:
    raise Thrown(*(a[:3] or [NUMBER]))


# Entries by key -------------------------------------------------------------------------------------------------------


def expanded(f: Frame, command: str, place: str) -> Value:
    """Return a text in which the variables of an environment stand for their names; all are some text at first."""
    pieces = command.split("%")
    values = (to_text(entry(f, Ref(place), each, Some("text"))) for each in pieces[1:-1:2])
    return text_of_parts([next(values) if at % 2 and at < len(pieces) - 1 else x for at, x in enumerate(pieces)])


def expand(place: str, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``ExpandEnvironmentStrings``, ``ExpandEnvironmentVariables``."""
    return expanded(f, a[0], place) if a[0].__class__ is str else MISSING


def _add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, _: Row) -> Value:
    """``Add``: a key that is there already fails, so that one which is not known is a new one."""
    table = table_of(f, subject)
    slot = slot_in(table, a[0])
    if slot is not None and slot in table and MISSING not in options(table[slot]) and REST not in table:
        raise Thrown(457)
    if slot is None and a[0].__class__ in (Some, Parts) and ("", a[0]) not in table and not m.coarse:
        f[0].write(subject.oid, ("", a[0]), a[1])
        f[0].write(subject.oid, OPEN, True)
        return EMPTY
    return put_entry(m, f, subject, a, at)


def _has(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """``Exists``: of a key that is not known, a yes says that it is one of those that are there."""
    table = table_of(f, subject)
    slot = slot_in(table, a[0])
    if slot is not None and slot in table:
        return TRUTH if MISSING in options(table[slot]) else True
    is_open = REST in table or OPEN in table
    if slot is not None:
        return TRUTH if is_open else False
    keys = [key for key, _ in _entries(table)]
    if is_open or not keys or any(each.__class__ not in KNOWN for each in keys):
        return TRUTH if is_open or keys else False
    then = Some("text", form="found") if _ignores_case(table) or len(keys) > 8 else choice(keys)
    return Truth(((Argument(0), a[0], then),), ())


def _ignores_case(table: dict[Value, Value]) -> bool:
    return bool(table.get("comparemode", 0) != 0)


def _entries(table: dict[Value, Value]) -> list[tuple[Value, Value]]:
    """Return the keys, as they were written, and the values of an object, in their order."""
    return [(table.get(("key", key[1]), key[1]), value) for key, value in table.items() if is_entry(key)]


def _rename(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """``Dictionary.Key(old) = new``."""
    table = f[0].own(subject.oid)
    old, new = slot_in(table, a[0]), slot_in(table, a[1])
    if new is None and a[1].__class__ in (Some, Parts):
        new = ("", a[1])
        table[OPEN] = True
    if old is None or new is None:
        value = choice([v for _, v in _entries(table)] or [EMPTY])
        table[REST] = join(table.get(REST, value), value)
    elif old in table:
        items = [(new if key == old else key, value) for key, value in table.items() if key != ("key", old[1])]
        table.clear()
        table.update(items)
        if new[1] != a[1]:
            table["key", new[1]] = a[1]
    return EMPTY


def _remove(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    table = f[0].own(subject.oid)
    slot = slot_in(table, a[0])
    if slot is not None:
        table.pop(slot, None)
        table.pop(("key", slot[1]), None)
        if table.get(DEFAULT).__class__ is Some:
            table[slot] = EMPTY
    return EMPTY


def _clear(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    table = f[0].own(subject.oid)
    for key in [key for key in table if key == REST or key.__class__ is tuple]:
        if table.get(DEFAULT).__class__ is Some and is_entry(key):
            table[key] = EMPTY
        else:
            del table[key]
    return EMPTY


def _listed(m: Run, f: Frame, subject: Value, values: list[Value], at: int) -> Value:
    table = table_of(f, subject)
    sure = [there(each, EMPTY) for each in values]
    rest = table.get(REST, MISSING)
    is_sure = rest is MISSING and sure == values
    return _array(m, f, sure, at) if is_sure else _array(m, f, sure, at, rest=EMPTY if rest is MISSING else rest)


def _keys(m: Run, f: Frame, subject: Value, _: list[Value], at: int, __: Row) -> Value:
    table = table_of(f, subject)
    keys = [OneOf((MISSING, key)) if MISSING in options(value) else key for key, value in _entries(table)]
    if REST in table:
        return _array(m, f, [there(each, EMPTY) for each in keys], at, rest=table.get(("key", None), UNKNOWN))
    return _listed(m, f, subject, keys, at)


def _count(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    table = table_of(f, subject)
    if SIZE in table:
        return table[SIZE]
    found = _entries(table)
    return NUMBER if REST in table or any(MISSING in options(value) for _, value in found) else len(found)


# Streams: the content is bytes, a text, or a text of unknown parts ----------------------------------------------------


def _append(_: Run, f: Frame, subject: Value, a: list[Value], __: int, row: Row) -> Value:
    """Write at the position: at the end, or over all that there is from the beginning."""
    table = f[0].own(subject.oid)
    added = _encoded(table, a) if row.names[-1] in ("writetext", "writeline") else a[0]
    old = b"" if table.get("position") == 0 else table.get("content", b"")
    table["position"] = MISSING
    f[0].write(subject.oid, "content", _together(table, old, added))
    return EMPTY


def _together(table: dict[Value, Value], old: Value, added: Value) -> Value:
    if old.__class__ is bytes and added.__class__ is bytes:
        return old + added if len(old) + len(added) <= _MOST_TEXT else Some("bytes")
    if old in (b"", EMPTY, ""):
        return added if added.__class__ is bytes else to_text(added)
    return concat(_decoded(table, old), _decoded(table, added))


def _encoded(table: dict[Value, Value], a: list[Value]) -> Value:
    """Return the bytes of a text that is written, with the mark of its encoding at the beginning of a stream."""
    text = to_text(a[0])
    if text.__class__ is not str:
        return text
    end = "\r\n" if len(a) > 1 and a[1] == 1 else ""
    try:
        name = codec(table.get("charset", "unicode"))
        data = (text + end).encode(name, "replace")
    except (ValueError, LookupError):
        return text + end
    is_first = table.get("content", b"") in (b"", EMPTY)
    return _MARKS.get(name, b"") + data if is_first else data


def _decoded(table: dict[Value, Value], value: Value) -> Value:
    """Return content as text."""
    if value.__class__ is not bytes:
        return to_text(value)
    try:
        name = codec(table.get("charset", "unicode"))
        return value.removeprefix(_MARKS.get(name, b"")).decode(name, "replace")
    except (ValueError, LookupError):
        return Some("text")


def _content(table: dict[Value, Value]) -> Value:
    """Return the content from the position on."""
    content, at = table.get("content", b""), table.get("position")
    if content.__class__ is not bytes or at in (MISSING, None, 0):
        return content
    return content[at:] if at.__class__ is int and at >= 0 else Some("bytes")


def _read(_: Run, f: Frame, subject: Value, a: list[Value], __: int, row: Row) -> Value:
    """``Read(n)`` and ``ReadText(n)``."""
    table = table_of(f, subject)
    value = _content(table)
    if row.names[-1] == "readtext":
        value = _decoded(table, value)
    size = a[0] if a else -1
    if value.__class__ is Parts and size.__class__ is int and size > 0 and table.get("position") == 0:
        f[0].write(subject.oid, "position", MISSING)  # the next one goes on somewhere behind
        return left(value, size)
    if value.__class__ not in (str, bytes):
        return Some("text", labels_of(value)) if size.__class__ in (Some, Parts) else value
    if size in (-1, -2, MISSING, EMPTY):
        return value
    try:
        return value[: whole(size)]
    except (FailError, ValueError):
        return Some("text")


def _size(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    content = table_of(f, subject).get("content", b"")
    return len(content) if content.__class__ is bytes else NUMBER


def _copy_to(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    if a[0].__class__ is Ref:
        _append(m, f, a[0], [_content(table_of(f, subject))], at, row)
    return EMPTY


def _load(_: Run, f: Frame, subject: Value, a: list[Value], at: int, __: Row) -> Value:
    """``LoadFromFile``, ``Load``: the object has the content of a file, or of an object that was read."""
    labels = labels_in(f, a[0]) if a and a[0].__class__ is Ref else labels_of(a[0]) if a else NONE
    if a and a[0] == Ref("request"):
        labels = frozenset({Label("visitor", "Request", None, at)})
    f[0].write(subject.oid, "content", Some("", labels or frozenset({Label("file", "file", None, at)})))
    return TRUTH


def _truncate(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    table = table_of(f, subject)
    if table.get("position") == 0:
        f[0].own(subject.oid)["content"] = b""
    return EMPTY


def _encode(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """``Encoding.GetBytes(text)``."""
    text = to_text(a[0])
    if text.__class__ is not str:
        return None
    try:
        return text.encode(codec(table_of(f, subject).get("charset")), "replace")
    except (ValueError, LookupError):
        return None


# Files: a page reads the texts that it wrote under a path --------------------------------------------------------

_ENVIRONMENTS = ("wscript.environment", "environment.variables")
FILES = "files.written"
_LONGEST_PATH = 260
_SETTINGS = re.compile(r"(?i)(?:\b(?:app|applicationhost|machine|web)\.config|\bglobal\.asa|\.udl)\Z")
"""The end of the name of a file that has passwords and keys of the site."""


def file_key(path: Value) -> Value:
    """Return the key of a file: its path without letter case; the folder of the site is one, whoever asked for it."""
    if path.__class__ is str:
        return path.lower()
    if path.__class__ is Parts and all(each.kind == "site-path" for each in labels_of(path)):
        return Parts(tuple(each.lower() if each.__class__ is str else Some("text") for each in path.parts))
    return path


def _file_put(_: Run, f: Frame, subject: Value, a: list[Value], at: int, __: Row) -> Value:
    """Write a text to a file."""
    path, value = a[0], to_text(a[1]) if len(a) > 1 and a[1] is not MISSING else ""
    key = file_key(path)
    if key is not EMPTY and key.__class__ in (str, Parts, Some):
        keep_file(f, path, concat(f[0].t[FILES].get(key, ""), value), at)
    if subject.__class__ is Ref:
        f[0].write(subject.oid, "content", concat(table_of(f, subject).get("content", ""), value))
    return EMPTY


def read_file(f: Frame, path: Value, at: int) -> Value:
    """Return the content of a file: the text that the page wrote there, or some text of the file."""
    key = file_key(path)
    written = f[0].t[FILES].get(key, MISSING) if key.__class__ in (str, Parts, Some) else MISSING
    if written is not MISSING:
        return written
    labels = frozenset(each for each in labels_of(path) if each.kind != "site-path")
    end = parts_of(path)[-1] if path.__class__ in (str, Parts) else ""
    kind = "settings" if end.__class__ is str and _SETTINGS.search(end) is not None else "file"
    return Some(
        "text",
        labels | {Label("file", "file", _named_file(path), at), Label(kind, "file", None, at)},
        form="found" if labels else "",
    )


def _named_file(path: Value) -> str | None:
    """Return the path of a file that is known, or known below a folder of the site."""
    text: Value = path
    if path.__class__ is Parts and len(path.parts) == 2 and all(each.kind == "site-path" for each in labels_of(path)):
        text = path.parts[1]
    return str(text) if text.__class__ is str and 0 < len(text) <= _LONGEST_PATH else None


def keep_file(f: Frame, path: Value, content: Value, at: int) -> None:
    """Keep the content of a file for its readers; that of a file that was there before is taken from that one."""
    key = file_key(path)
    if key is EMPTY or key.__class__ not in (str, Parts, Some):
        return
    f[0].write(FILES, key, content)
    if any(each.kind == "file" and each.key is not None for each in labels_of(content)):
        arrive(f, ("file", "taken"), at, [path, content])


def store_file(f: Frame, path: Value, content: Value, at: int) -> None:
    """Note that a file has a content; one that came from outside of the page arrives there."""
    keep_file(f, path, content, at)
    is_found = content.__class__ is Some and content.form == "found"  # who names a file did not write it
    if not is_found and any(each.kind != "file" for each in labels_of(content) - labels_of(path)):
        arrive(f, ("file", "writealltext"), at, [path, content])


def move_file(f: Frame, old: Value, new: Value, at: int) -> None:
    """Copy or move a file: the content goes with the name."""
    store_file(f, new, read_file(f, old, at), at)


def _file_copy(_: Run, f: Frame, __: Value, a: list[Value], at: int, ___: Row) -> Value:
    move_file(f, a[0], a[1], at)
    return EMPTY


def _file_save(_: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Save(path)`` of an object: the file has its content; the name of ``SaveAs`` itself is a sink."""
    fields = [each for each in table_of(f, subject).values() if each.__class__ is Ref]
    content = Some("text", labels_in(f, subject).union(*(labels_in(f, each) for each in fields)))
    if row.names[-1].startswith("saveas"):
        f[0].write(FILES, file_key(a[0]), content)
    else:
        store_file(f, a[0], content, at)
    return EMPTY


def _unpack(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    """Unpack an archive into a folder of the site: who sent it chose the names and the contents."""
    archive, folder = (stands_for(table_of(f, each)) if each.__class__ is Ref else each for each in a[:2])
    is_path = archive.__class__ in (str, Parts) or row.names[0] == "zipfile"
    content = read_file(f, archive, at) if is_path else archive
    arrive(f, ("file", "unpacked"), at, [folder, content])
    sent = frozenset(each for each in labels_of(content) if each.kind not in ("file", "site-path"))
    if sent and labels_of(folder):
        path = text_of_parts([*parts_of(to_text(folder)), "\\", Some("text", sent)])
        arrive(f, ("file", "writeallbytes"), at, [path, Some("", sent)])
    return EMPTY


def run_file(f: Frame, command: Value, at: int) -> None:
    """Start a program: what the page wrote into a file of that name is started, or into a variable in the command."""
    for each in options(command):
        names = each.lower().split("%")[1:-1:2] if each.__class__ is str else []
        for place in _ENVIRONMENTS if names else ():
            if any(("", name) in f[0].t.get(place, ()) for name in names):
                arrive(f, ("process", "start"), at, [expanded(f, each, place)])
        key = file_key(each)
        for name, content in [*f[0].t[FILES].items()]:
            named = name == key or (isinstance(name, str) and isinstance(key, str) and "\\" in name and name in key)
            if named and any(label.kind != "file" for label in labels_of(content)):
                arrive(f, ("process", "start"), at, [content])


def _start(_: Run, f: Frame, __: Value, a: list[Value], at: int, row: Row) -> Value:
    run_file(f, a[0], at)
    return make(f, row.result.kind, {}, at) if row.result.kind else NUMBER


def _share_path(_: Run, f: Frame, subject: Value, __: list[Value], at: int, row: Row) -> Value:
    """Make an object that is about the same file or folder."""
    return make(f, row.result.kind, {"path": table_of(f, subject).get("path", UNKNOWN)}, at)


def _found_path(_: Run, f: Frame, subject: Value, __: list[Value], at: int, row: Row) -> Value:
    """Make an object that is about something in a folder: who names the folder selects the file, but names it not."""
    path = table_of(f, subject).get("path", UNKNOWN)
    labels = labels_of(path)
    return make(f, row.result.kind, {"path": Some("text", labels, form="found") if labels else path}, at)


def _build_path(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, _____: Row) -> Value:
    folder, name = to_text(a[0]), to_text(a[1])
    if folder.__class__ is str:
        between = "" if not folder or folder[-1] in "\\/:" else "\\"
    else:
        last = folder.parts[-1] if folder.__class__ is Parts else folder
        between = "" if last.__class__ is str and last[-1:] in ("\\", "/") else "\\"
    return concat(concat(folder, between), name)


def _map_path(_: Run, __: Frame, ___: Value, a: list[Value], ____: int, row: Row) -> Value:
    """``MapPath(path)``: the place of a path of the site on the disk; a visitor's text in it stays below the site."""
    root = Some("text", frozenset({Label("site-path", row.name)}), form="mapped")
    return choice([_mapped(each, root) for each in options(to_text(a[0]))])


def _mapped(path: Value, root: Some) -> Value:
    if path.__class__ is Parts:
        if labels_of(path):
            return text_of_parts([_mapped(each, root) if labels_of(each) else each for each in path.parts])
        return text_of_parts([root, *path.parts])
    if labels_of(path):
        return Some("text", labels_of(path), form="mapped")
    return concat(root, path) if path.__class__ is str else text_of_parts([root, Some("text")])


def _stream_load(_: Run, f: Frame, subject: Value, a: list[Value], at: int, __: Row) -> Value:
    f[0].write(subject.oid, "content", read_file(f, a[0], at))
    return EMPTY


def _stream_save(_: Run, f: Frame, subject: Value, a: list[Value], at: int, __: Row) -> Value:
    table = table_of(f, subject)
    content = table.get("content", b"")
    is_text = content.__class__ is bytes and table.get("type") == 2
    keep_file(f, a[0], _decoded(table, content) if is_text else content, at)
    return EMPTY


# Documents of MSXML ---------------------------------------------------------------------------------------------------


def _typed(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    """``nodeTypedValue``: the text of an element as its data type says."""
    table = table_of(f, subject)
    if "nodetypedvalue" in table:
        return table["nodetypedvalue"]
    text, kind = table.get("text", MISSING), table.get("datatype", "")
    if text is MISSING:
        return None
    decode = {"bin.base64": "from-base64", "bin.hex": "from-hexadecimal"}.get(
        kind.lower() if kind.__class__ is str else ""
    )
    if decode is None or text.__class__ not in KNOWN:
        return text
    try:
        return FUNCTIONS[decode](text)
    except ValueError:
        return Some("bytes")


def _node_text(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    """``text``: the typed value of an element as text, where that was set."""
    table = table_of(f, subject)
    if "text" in table:
        return table["text"]
    value, kind = table.get("nodetypedvalue", MISSING), table.get("datatype", "")
    if value is MISSING:
        return None
    if value.__class__ is bytes and kind.__class__ is str:
        packed = FUNCTIONS["to-base64"](value)
        lines = "\n".join(packed[at : at + 72] for at in range(0, len(packed), 72))
        return lines if kind.lower() == "bin.base64" else value.hex()
    return Some("text", labels_in(f, value))


def _set_text(_: Run, f: Frame, subject: Value, a: list[Value], __: int, row: Row) -> Value:
    """Assign the text of an element, or its typed value: each is the other, too."""
    table = f[0].own(subject.oid)
    name = row.names[-1].removeprefix("set-")
    other = "nodetypedvalue" if name == "text" else "text"
    table.pop(other, None)
    f[0].write(subject.oid, "text" if name == "nodevalue" else name, a[0])
    return EMPTY


def _take(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """``appendChild``: the first element of a document is its root; its labels are those of the document, too."""
    if a[0].__class__ is Ref:
        table = f[0].own(subject.oid)
        table.setdefault("documentelement", a[0])
        table.setdefault("firstchild", a[0])
        labels = labels_in(f, a[0])
        if labels:
            old = table.get("content", EMPTY)
            table["content"] = Some("text", labels_of(old) | labels)
        return a[0]
    return None


def _node(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, row: Row) -> Value:
    """Return a node of a document: the one that the page put there, else one with the loaded text."""
    table = table_of(f, subject)
    found = table.get(row.names[-1], MISSING)
    return subject if found is MISSING else found


# Databases ------------------------------------------------------------------------------------------------------------

_FROM = re.compile(r"(?i)\bfrom\s")
_APART = re.compile(r"'[^']*+'|\"[^\"]*+\"|\[[^\]]*+\]|/\*(?:[^*]|\*(?!/))*+\*/|--[^\r\n]*+")
"""Texts, quoted names and comments of a statement."""
_SELECT = re.compile(r"(?i)\bselect\b")


def _is_oftable_of(statement: Value) -> bool:
    """True for a statement whose last ``select`` has its table before it has any text that is not the page's own."""
    for each in options(statement):
        if not labels_of(each):
            continue
        before = ""
        for part in each.parts if each.__class__ is Parts else (each,):
            if labels_of(part):
                break
            before += part if part.__class__ is str else ""
        if _FROM.search(_SELECT.split(_APART.sub(" ", before))[-1]) is None:
            return False
    return True


def _answer(f: Frame, subject: Value, a: list[Value], at: int) -> Some:
    """Return the result of a statement: records of a table, or the visitor's own text."""
    given = [each for each in (*a, table_of(f, subject).get("commandtext", EMPTY)) if each is not MISSING]
    statements = [each for each in given if each.__class__ is not Ref]
    labels = frozenset({Label("database", "record", None, at)})
    for each in statements:
        if not _is_oftable_of(each):
            labels |= labels_of(each)
    return Some("", labels)


_QUERY = re.compile(r"(?i)\s*+(?:select|insert\s+into|update\s+\S+\s+set|delete\s+from|exec)\s")


def _ask(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Execute(text)`` of an object of which nothing is known: a set of records, if the text is a statement."""
    texts = [each.parts[0] if each.__class__ is Parts else each for each in options(to_text(a[0]))]
    if not any(each.__class__ is str and _QUERY.match(each) for each in texts):
        return None
    return make(f, "adodb.recordset", {"content": _answer(f, subject, a, at)}, at)


def _open_query(_: Run, f: Frame, subject: Value, a: list[Value], at: int, __: Row) -> Value:
    """``Recordset.Open(statement)``: its own records, where no statement is given."""
    if a and a[0] is not MISSING:
        f[0].write(subject.oid, "content", _answer(f, subject, a, at))
    return EMPTY


def _record(_: Run, f: Frame, subject: Value, a: list[Value], at: int, __: Row) -> Value:
    """Return the field of a record: a value of the database, or the field of a record of the page's own."""
    content = table_of(f, subject).get("content")
    if not a:
        return Some("", labels_in(f, subject)) if content is None else content
    fresh = make(f, "adodb.field", {"value": EMPTY}, at) if content is None else content
    return entry(f, subject, a[0], fresh)


def _put_field(m: Run, f: Frame, subject: Value, a: list[Value], at: int, _: Row) -> Value:
    """Assign to a field of a record."""
    key, value = a
    field = make(f, "adodb.field", {"value": value}, at) if "content" not in table_of(f, subject) else value
    return put_entry(m, f, subject, [key, field], at)


def _append_chunk(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    f[0].write(subject.oid, "value", concat(table_of(f, subject).get("value", ""), a[0]))
    return EMPTY


# Lists of .NET --------------------------------------------------------------------------------------------------------


def _add_item(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    table = table_of(f, subject)
    size = table.get(SIZE, 0)
    if size.__class__ is int and subject.oid not in f[0].weak and size < _MOST_ITEMS:
        f[0].write(subject.oid, size, a[0])
        f[0].write(subject.oid, SIZE, size + 1)
        return size
    f[0].write(subject.oid, REST, join(table.get(REST, a[0]), a[0]))
    f[0].write(subject.oid, SIZE, NUMBER)
    return NUMBER


def _some_item(_: Run, f: Frame, subject: Value, __: list[Value], ___: int, ____: Row) -> Value:
    values = [value for key, value in table_of(f, subject).items() if key.__class__ is int or key == REST]
    return choice(values) if values else UNKNOWN


def _all_items(m: Run, f: Frame, subject: Value, __: list[Value], at: int, ____: Row) -> Value:
    table = table_of(f, subject)
    size = table.get(SIZE, 0)
    if size.__class__ is int and REST not in table:
        return _array(m, f, [table.get(i, EMPTY) for i in range(size)], at)
    return _array(m, f, [], at, rest=_some_item(m, f, subject, [], at, None))  # type: ignore[arg-type]


def _mix(m: Run, f: Frame, subject: Value, __: list[Value], at: int, row: Row) -> Value:
    """Change the order of the items."""
    value = _some_item(m, f, subject, [], at, row)
    table = f[0].own(subject.oid)
    for key in [key for key in table if key.__class__ is int]:
        del table[key]
    table[REST], table[SIZE] = value, NUMBER
    return EMPTY


def _add_text(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    content = table_of(f, subject).get("content", "")
    f[0].write(subject.oid, "content", text_of_parts([content, *map(to_text, a)]))
    return subject


# Regular expressions --------------------------------------------------------------------------------------------------


def _regex(f: Frame, subject: Value) -> patterns.Regex | None:
    """Return the pattern of an object, ``None`` where it is not known."""
    table = table_of(f, subject)
    fields = [table.get(name, EMPTY) for name in ("pattern", "ignorecase", "multiline", "global")]
    if any(each.__class__ not in KNOWN for each in fields):
        return None
    source, *flags = fields
    try:
        return patterns.regex(str(to_text(source)), *(num(each) != 0 for each in flags))
    except (ValueError, FailError):
        return None


def _regex_test(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    found = _regex(f, subject)
    text = to_text(a[0])
    if found is None:
        return TRUTH
    if text.__class__ is str:
        match = found.search(text)
        return TRUTH if match is MISSING else match is not None
    then, other = found.whole_match(text), found.without_match(text)
    yes = ((Argument(0), a[0], then),) if then is not None else ()
    no = ((Argument(0), a[0], other),) if other is not None else ()
    return Truth(yes, no) if yes or no else TRUTH


def _regex_replace(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    found = _regex(f, subject)
    text, new = to_text(a[0]), to_text(a[1])
    made = found.replaced(text, new) if found is not None else MISSING
    return None if made is MISSING else made


def _regex_execute(m: Run, f: Frame, subject: Value, a: list[Value], at: int, __: Row) -> Value:
    """``Execute(text)``: the matches as objects."""
    found, text = _regex(f, subject), to_text(a[0])
    site = ("matches", at) if m.coarse else None
    matches: Value = found.matches(text) if found is not None and text.__class__ is str else MISSING
    if matches is MISSING:
        part = found.possible_match(text) if found is not None else Some("text", labels_of(text))
        groups = found.possible_groups(text) if found is not None else None
        made = _match(f, part, NUMBER, NUMBER, groups, text, at)
        return f[0].new("matches", {REST: made, SIZE: NUMBER}, site)
    items: dict[Value, Value] = {
        index: _match(f, each[0], each.start(), len(each[0]), [*each.groups("")], text, at)
        for index, each in enumerate(matches)
    }
    return f[0].new("matches", {**items, SIZE: len(items)}, site)


def _match(f: Frame, value: Value, start: Value, size: Value, groups: list[Value] | None, text: Value, at: int) -> Ref:
    """Make a match; groups that are ``None`` are some parts of the text."""
    items: dict[Value, Value] = {REST: Some("text", labels_of(text)), SIZE: NUMBER}
    if groups is not None:
        items = {**dict(enumerate(groups)), SIZE: len(groups)}
    submatches = f[0].new("submatches", items, ("submatches", at) if f[1].coarse else None)
    fields = {"value": value, "firstindex": start, "length": size, "submatches": submatches}
    return make(f, "match", fields, at)


def _item(_: Run, f: Frame, subject: Value, a: list[Value], __: int, ___: Row) -> Value:
    """Return an item of a numbered collection."""
    table = table_of(f, subject)
    if a[0].__class__ in KNOWN:
        try:
            index = whole(a[0])
        except (FailError, ValueError):
            return UNKNOWN
        if index in table:
            return table[index]
        if table.get(SIZE).__class__ is int:
            raise Thrown(5)
        return table.get(REST, UNKNOWN)
    values = [value for key, value in table.items() if key.__class__ is int or key == REST]
    return choice(values) if values else UNKNOWN


PRIMITIVES: dict[str, Value] = {
    "array": array_of, "ubound": _ubound, "lbound": _lbound, "split": _split, "join": _join, "filter": _filter,
    "is-array": _is_array, "is-object": _is_object, "is-empty": _is_empty, "is-null": _is_null, "type-name": _type_name,
    "resize": lambda m, f, s, a, at, row: resized(m, f, a[0], a[1:], at),
    "iterate": iterate, "item": _item,
    "create": _create, "moniker": _moniker, "wmi-class": _wmi_class, "getref": _get_ref,
    "value": lambda m, f, s, a, at, row: a[0],
    "clear-error": _clear_error, "note-error": _note_error, "raise": _raise, "release": release, "end-all": end_all,
    "expand-environment": partial(expand, "wscript.environment"),
    "get": lambda m, f, s, a, at, row: entry(f, s, a[0], EMPTY),
    "put": lambda m, f, s, a, at, row: put_entry(m, f, s, a, at), "add": _add, "has": _has, "rename": _rename,
    "remove": _remove, "clear": _clear,
    "keys": _keys,
    "items": lambda m, f, s, a, at, row: _listed(m, f, s, [value for _, value in _entries(table_of(f, s))], at),
    "count": _count,
    "append": _append, "read": _read, "size": _size, "copy-to": _copy_to, "load": _load, "truncate": _truncate,
    "encode": _encode,
    "decode": lambda m, f, s, a, at, row: _decoded(table_of(f, s), a[0]) if a[0].__class__ is bytes else None,
    "file-put": _file_put, "file-get": lambda m, f, s, a, at, row: read_file(f, a[0], at), "file-copy": _file_copy,
    "file-save": _file_save, "start": _start, "unpack": _unpack,
    "share-path": _share_path,
    "found-path": _found_path,
    "build-path": _build_path, "map-path": _map_path, "stream-load": _stream_load, "stream-save": _stream_save,
    "node": _node, "attribute": lambda m, f, s, a, at, row: entry(f, s, a[0], table_of(f, s).get("content", "")),
    "add-item": _add_item, "some-item": _some_item, "all-items": _all_items, "mix": _mix, "add-text": _add_text,
    "typed-value": _typed, "node-text": _node_text, "set-text": _set_text, "take": _take,
    "query": lambda m, f, s, a, at, row: make(f, row.result.kind, {"content": _answer(f, s, a, at)}, at),
    "open-query": _open_query, "ask": _ask, "record": _record, "put-field": _put_field,
    "append-chunk": _append_chunk,
    "regex-test": _regex_test, "regex-replace": _regex_replace, "regex-execute": _regex_execute,
}  # fmt: skip
"""The primitives by the names that rows use."""
OF_OBJECTS = frozenset(
    {
        "array", "is-empty", "is-null", "ubound", "lbound", "join", "filter", "is-array", "is-object", "type-name",
        "note-error", "resize", "iterate", "getref", "put", "release", "add", "copy-to", "load", "take",
        "open-query", "query", "ask", "unpack",
    }
)  # fmt: skip
"""Primitives whose arguments stay objects."""
