"""Properties: members by name or number that an object has itself or by its prototypes; functions as objects.

An object of these kinds has a table with its properties under text or whole numbers, and these entries: ``PROTOTYPE``
is the object that has the names that it lacks; ``CODE`` the procedure of a function, ``NATIVE`` the row of one of the
library; ``OWNER`` the function whose ``prototype`` the object is; ``REST`` the values under names that are not known,
``NAMES`` those names. Any other object is read as `members` does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from webshellhunt.core import library_calls, members
from webshellhunt.core.calls import call
from webshellhunt.core.classes import VECTOR, lineage
from webshellhunt.core.containers import spread
from webshellhunt.core.conversions import FailError
from webshellhunt.core.ending import Thrown
from webshellhunt.core.facts import outside
from webshellhunt.core.heap import CLASS, CODE, KIND, PAGE, PROTOTYPE, REST, SIZE, Table
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.rows import Row, row_for
from webshellhunt.core.script_operators import some_number
from webshellhunt.core.script_values import as_text, number_of_text, text_of
from webshellhunt.core.text import length
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    MOST_TEXT,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Empty,
    Func,
    Measure,
    Method,
    OneOf,
    Parts,
    Ref,
    Sign,
    Some,
    Truth,
    TypeOf,
    Value,
    choice,
    concat,
    join,
    labels_of,
    options,
)

OWNER = "\0owner"
NATIVE = "\0native"
HOST = "\0host"
"""The name by which the host of the page knows an object of its own."""
OF = "\0of"
NAMES = "\0names"
TAIL = "\0tail"
"""The value that a list of unknown length has under numbers that its table lacks."""
BOUND = "\0bound"
BOUND_THIS = "\0this"
GET, SET = "\0get", "\0set"
"""With a name, the entry of the function that reads or writes a property."""
VALUE = "\0value"
"""The text, number or truth value that an object stands for."""
TEXTS = "\0texts"
"""The known meanings of the names of the page, for texts that are run."""

CLASSES = {
    "plain": "Object", "list": "Array", "function": "Function", "pattern": "RegExp", "error": "Error", "date": "Date",
    "arguments": "Object", "prototype": "Object", "enumerator": "Enumerator", "vbarray": "VBArray", "box": "",
    "text": "String", "number": "Number", "truth": "Boolean", "page": "Object", "wrapped": "Object",
    "map": "Map", "set": "Set", "promise": "Promise",
}  # fmt: skip
"""The constructor of each kind of object and of primitive values, by the kind of its table."""
SCRIPTED = members.SCRIPTED
MOST_ENTRIES = 50_000
"""Properties of one object that are kept apart."""
_MOST_PROTOTYPES = 16
_MOST_NESTED = 8
_ITEMS_OF_STEP = 4
"""So many items of a list become text in one step."""
_HIDDEN = "\0"

Key = str | int | None


def key_of(key: Value) -> Key:
    """Return a name or a number as the key of a property, ``None`` where it is not known."""
    kind = key.__class__
    if kind is int:
        return key  # type: ignore[no-any-return]
    if kind not in KNOWN:
        return None
    text = text_of(key)
    if text.isdecimal() and len(text) < 16 and (text[0] != "0" or text == "0") and text.isascii():
        return int(text)
    return text


def is_hidden(key: Value) -> bool:
    """True if an entry of a table is no property."""
    return key.__class__ is tuple or (key.__class__ is str and key[:1] == _HIDDEN)


def prototype_of(name: str) -> str:
    """Return the object that is the prototype of a class of the library."""
    return f"js.{name}.prototype"


# Reading --------------------------------------------------------------------------------------------------------------


def kind_of(f: Frame, value: Value) -> str:
    """Return the kind of an object, or the name of the rows of any other value; "" where it is not known."""
    kind = value.__class__
    if kind is Ref:
        return f[0].t[value.oid][KIND]  # type: ignore[no-any-return]
    if kind is str or kind is Parts:
        return "text"
    if kind is int or kind is float or kind is Measure or kind is Sign:
        return "number"
    if kind is bool or kind is Truth:
        return "truth"
    if kind is Some:
        return value.type  # type: ignore[no-any-return]
    return "function" if kind is Method or kind is Func else ""


def _own(table: Table, key: Key) -> Value:
    value = table.get(key, MISSING)
    if value is MISSING and TAIL in table and key.__class__ is int:
        value = OneOf((MISSING, *options(table[TAIL])[:7]))
    if REST in table and (key.__class__ is int or table[KIND] != "list"):
        value = join(value, table[REST])
    return value


def find(f: Frame, value: Value, key: Key, depth: int = 0) -> Value:
    """Return a property of an object or of its prototypes; ``MISSING`` is an option where it may have none."""
    found: list[Any] = []
    tables = f[0].t
    kind = kind_of(f, value)
    each: Value = value
    for _ in range(_MOST_PROTOTYPES):
        if each.__class__ is not Ref:
            break
        table = tables[each.oid]
        kind = table[KIND]
        own = _own(table, key)
        if own is MISSING and (GET, key) in table:
            own = call_value(f, table[GET, key], [], value, 0)
        if own is not MISSING:
            found += [x for x in options(own) if x is not MISSING]
            if MISSING not in options(own):
                return choice(found)
        following = table.get(PROTOTYPE)
        if following is None or following.__class__ is OneOf:
            for x in options(following):
                if x.__class__ is Ref and depth < _MOST_NESTED:
                    found += [y for y in options(find(f, x, key, depth + 4)) if y is not MISSING]
            break
        each = following
    found += _of_kind(f, tables[value.oid].get(OF, kind) if value.__class__ is Ref else kind, key)
    return choice(found) if found and found != [MISSING] else MISSING


def _of_kind(f: Frame, kind: str, key: Key) -> tuple[Any, ...]:
    """Return the choices of a property that all values of a kind have; `MISSING` where they have none."""
    for name in (CLASSES.get(kind, ""), "Object"):
        table = f[0].t.get(prototype_of(name), {})
        if key in table and not is_hidden(key):
            return options(table[key])
    return (MISSING,)


def any_value(f: Frame, ref: Ref) -> Value:
    """Return the values that an object may have under a name that is not known."""
    found: list[Any] = []
    each: Value = ref
    for _ in range(_MOST_PROTOTYPES):
        if each.__class__ is not Ref:
            break
        table = f[0].t[each.oid]
        found += [v for k, v in table.items() if not is_hidden(k) or k in (REST, TAIL)]
        each = table.get(PROTOTYPE)
    found = [EMPTY if x is MISSING else x for v in found for x in options(v)]
    if f[0].t[ref.oid][KIND] != "list" or not found:
        found.append(EMPTY)
    return choice(found)


_ALPHABET = 10
"""An object with so many letters, or numbers, is one to decode texts with."""


def _selected(f: Frame, ref: Ref, key: Value) -> Value:
    """Return the value of an object under an unknown name: of an alphabet, a letter with the name's labels."""
    value = any_value(f, ref)
    labels = labels_of(key) | some_number(key).codes
    if not labels:
        return value
    found = [v for k, v in f[0].t[ref.oid].items() if not is_hidden(k)]
    if len(found) < _ALPHABET:
        return value
    if all(each.__class__ is int for each in found):
        return Some("number", NONE, labels)
    return Some("text", labels) if all(each.__class__ is str and len(each) < 2 for each in found) else value


def there(value: Value, default: Value = EMPTY) -> Value:
    """Return the value of a property that may be missing."""
    if value is MISSING:
        return default
    if value.__class__ is OneOf and MISSING in value.options:
        return choice([default if each is MISSING else each for each in value.options])
    return value


def get(f: Frame, base: Value, key: Value, at: int) -> Value:
    """Return a property of any value."""
    kind = base.__class__
    if kind is Ref:
        table = f[0].t[base.oid]
        which = table[KIND]
        name = key_of(key)
        if CLASS in table:
            return UNKNOWN if name is None else _of_class(f, base, table, str(name), at)
        if which not in SCRIPTED:
            return _of_library(f, base, which, str(name).lower(), at) if name is not None else UNKNOWN
        if name is None:
            return choice([get(f, base, each, at) for each in key.options]) if _few(key) else _selected(f, base, key)
        return _of_object(f, base, table, name, at)
    if kind is OneOf:
        found = [get(f, each, key, at) for each in base.options if not _is_nothing(each)]
        if not found:
            raise Thrown(424, value=make_error(f, "TypeError", at))
        return choice(found)
    if base is None or kind is Empty:
        raise Thrown(424, value=make_error(f, "TypeError", at))
    if kind is TypeOf:
        return _of_type(f, base, str(key_of(key)), at)
    if kind is Method and base.subject.__class__ is Ref and f[0].t[base.subject.oid][KIND] not in SCRIPTED:
        return members.invoke(f, base.subject, base.name, [key], at)[0]
    return _of_primitive(f, base, key, at)


def _of_object(f: Frame, base: Ref, table: Table, name: str | int, at: int) -> Value:
    """Return a property of an object of the language by its name."""
    if table[KIND] == "arguments" and str(name)[:2] == "\0p":
        return there(table.get(_shared(table, str(name)), MISSING))
    value = table.get(name, MISSING)
    if value is not MISSING and REST not in table and value.__class__ is not OneOf:
        return value
    if HOST in table:
        made = f[1].world.host.member(f, base, str(name), at)
        if made is not MISSING:
            return made
    return _found(f, base, table[KIND], name)


def _of_class(f: Frame, base: Value, table: Table, name: str, at: int) -> Value:
    """Return a member of an object of a class of the page, or of the class itself; a method is a function value."""
    line = lineage(f[1], table[CLASS])
    if line.named("methods", name) and not line.named("getters", name):
        return members.bind(f, base, name)
    return members.member(f, base, name, at)


def _of_type(f: Frame, base: TypeOf, name: str, at: int) -> Value:
    """Return a static member; a function of the library is a function value."""
    symbol = f[1].classes.get(base.name)
    if symbol is not None:
        return _of_class(f, base, members.static_of(f, symbol)[1], name, at)
    row = f[1].world.rows.get((base.name, name.lower()))
    if row is not None and row_for(row, 0).least > 0:
        return Method(base, name.lower())
    return members.member(f, base, name, at)


def has_keys(f: Frame, value: Value) -> bool:
    """True for an object that brackets are an index of: a container of the library, an object with an indexer."""
    if value.__class__ is OneOf:
        return any(has_keys(f, each) for each in value.options)
    if value.__class__ is not Ref:
        return False
    table = f[0].t[value.oid]
    if CLASS in table:
        return bool(lineage(f[1], table[CLASS]).default)
    return table[KIND] not in SCRIPTED and (SIZE in table or (table[KIND], "") in f[1].world.rows)


def _of_library(f: Frame, base: Ref, which: str, name: str, at: int) -> Value:
    """Return a member of an object of the library: one that needs an argument is called, or read by a key, later."""
    row = f[1].world.rows.get((which, name))
    if row is not None and row_for(row, 0).least > 0:
        return Method(base, name)
    return members.invoke(f, base, name, [], at)[0]


def _few(key: Value) -> bool:
    return key.__class__ is OneOf and all(each.__class__ in KNOWN for each in key.options)


def _is_nothing(value: Value) -> bool:
    return value is None or value is EMPTY or value is MISSING


def _found(f: Frame, base: Ref, which: str, name: str | int) -> Value:
    """Return a property of an object that is not simply one of its own."""
    table = f[0].t[base.oid]
    if which == "box" or which == "page":
        return there(table.get(name, MISSING)) if which == "box" else _of_page(f, name)
    if which in ("list", "arguments") and (name == "length" or (name == "Length" and f[1].world.library.has_types)):
        return table.get(SIZE, NUMBER)
    if name == "size" and which in ("map", "set"):
        return table.get(SIZE, NUMBER)
    if which == "function":
        if name == "prototype" and CODE in table:
            return prototype(f, base)
        if name == "length" and CODE in table:
            return choice([len(each.proc.params) for each in options(table[CODE])])
    value = find(f, base, name)
    if value is MISSING or (value.__class__ is OneOf and MISSING in value.options):
        if which == "wrapped":
            return there(value, get(f, table[VALUE], name, 0))
        return there(value, _built_in(f, base, which, name))
    return value


def _of_page(f: Frame, name: str | int) -> Value:
    value = f[0].t[PAGE].get(name, MISSING)
    if value is MISSING:
        oid = f"js.{name}"
        return Ref(oid) if oid in f[0].t else members.missing(f, str(name))
    return there(value)


def _built_in(f: Frame, base: Value, which: str, name: str | int) -> Value:
    """Return a member that a value has by its kind."""
    if name == "constructor":
        return _constructor(f, base, which)
    if which == "prototype":
        which = f[0].t[base.oid].get(OF, which)
    rows = f[1].world.rows
    row = (row_of(f, which, name) or row_of(f, "object", name)) if name.__class__ is str else None
    if row is not None:
        is_read = not row.is_script and row_for(row, 0).least == 0
        return members.use_row(f, row, base, [], 0) if is_read else Method(base, str(name))
    if base.__class__ is Ref and NATIVE in f[0].t[base.oid]:
        native = f[0].t[base.oid][NATIVE]
        row = rows.get((native, str(name).lower()))
        if row is not None:
            return row.known() if row.known is not None and not row.params else Method(base, str(name))
        return EMPTY
    return EMPTY if which in SCRIPTED or which in ("text", "number", "truth") else UNKNOWN


def _constructor(f: Frame, base: Value, which: str) -> Value:
    """Return the function that made an object, by its prototypes."""
    each = base
    for _ in range(_MOST_PROTOTYPES):
        if each.__class__ is not Ref:
            break
        table = f[0].t[each.oid]
        if OWNER in table:
            return table[OWNER]
        which = table.get(OF, table[KIND])
        each = table.get(PROTOTYPE)
    return Ref(f"js.{CLASSES.get(which, 'Object')}")


def _of_primitive(f: Frame, base: Value, key: Value, at: int) -> Value:
    """Return a property of a text, a number, a truth value or something of which nothing is known."""
    name = key_of(key)
    which = kind_of(f, base)
    if base.__class__ is Some and f[1].world.host is not None:
        made = f[1].world.host.member(f, base, None if name is None else str(name), at)
        if made is not MISSING:
            return made
    is_text = which == "text" or (which == "" and base.__class__ is Some)
    if is_text and (name is None or name == "length" or name.__class__ is int):
        return _of_text(base, name, key)
    if name is None:
        return UNKNOWN
    value = find(f, base, name)
    if value is not MISSING:
        return value
    lower = str(name).lower()
    if lower in _OF_SEVERAL and base.__class__ is not str and which in ("", "text"):
        return base if lower == "item" else NUMBER
    if which:
        return _built_in(f, base, which, name)
    row = f[1].world.rows.get(("*", lower))
    return members.use_row(f, row, base, [], at) if row is not None and not row.params else Some("", labels_of(base))


def _of_text(base: Value, name: Key, key: Value) -> Value:
    """Return the length of a text, or one of its letters."""
    if name == "length":
        return len(base) if base.__class__ is str else _length(base)
    if name.__class__ is int and base.__class__ is str:
        return base[name] if int(name) < len(base) else EMPTY
    return Some("text", labels_of(base) | some_number(key).codes)


_OF_SEVERAL = frozenset({"item", "count"})
"""Members of the values of a request, which otherwise are like their text."""


def _length(base: Value) -> Value:
    found = length(base)
    return NUMBER if found is MISSING else found


def prototype(f: Frame, function: Ref) -> Value:
    """Return the object that is the prototype of the objects that a function makes."""
    table = f[0].t[function.oid]
    found = table.get("prototype", MISSING)
    if found is MISSING:
        found = f[0].new("plain", {OWNER: function}, ("prototype", function.oid) if f[1].coarse else None)
        f[0].write(function.oid, "prototype", found)
    return found


# Writing --------------------------------------------------------------------------------------------------------------


def put(f: Frame, base: Value, key: Value, value: Value, at: int) -> None:
    """Assign to a property of any value."""
    if base.__class__ is TypeOf:
        members.set_member(f, base, str(key_of(key)), [], value, at)
        return
    if base.__class__ is Method and base.subject.__class__ is Ref:
        members.set_member(f, base.subject, base.name, [key], value, at)
        return
    host = f[1].world.host
    if host is not None and (name := key_of(key)).__class__ is str and host.assign(f, base, name, value, at):
        return
    if base.__class__ is Ref:
        _put(f, base, key, value, at, is_certain=True)
        return
    if base is None or base.__class__ is Empty:
        raise Thrown(424, value=make_error(f, "TypeError", at))
    refs = [each for each in options(base) if each.__class__ is Ref]
    for each in refs:
        _put(f, each, key, value, at, is_certain=len(refs) == 1)


def _put(f: Frame, base: Ref, key: Value, value: Value, at: int, *, is_certain: bool) -> None:
    heap = f[0]
    table = heap.t[base.oid]
    which = table[KIND]
    name = key_of(key)
    if CLASS in table or which not in SCRIPTED:
        if name is not None:
            members.set_member(f, base, str(name) if CLASS in table else str(name).lower(), [], value, at)
        return
    if name is None:
        _put_anywhere(f, base, key, value)
        return
    if which == "arguments" and name.__class__ is str and name[:2] == "\0p":
        name = _shared(table, name)
    if name not in table and (setter := _setter(f, table, name)) is not None:
        call_value(f, setter, [value], base, at)
        return
    if not is_certain:
        value = join(table[name], value) if name in table else OneOf((MISSING, *options(value)[:7]))
    if len(table) > MOST_ENTRIES and name not in table:
        _put_anywhere(f, base, UNKNOWN, value)
    elif which == "list" and name == "length":
        _resize(f, base, value)
    else:
        if which == "list" and name.__class__ is int and table.get(SIZE).__class__ is int and name >= table[SIZE]:
            heap.write(base.oid, SIZE, name + 1)
        heap.write(base.oid, name, value)


def _setter(f: Frame, table: Table, name: str | int) -> Value:
    """Return the function that writes a property of an object, ``None`` where none does."""
    for _ in range(_MOST_PROTOTYPES):
        if (SET, name) in table:
            return table[SET, name]
        following = table.get(PROTOTYPE)
        if following.__class__ is not Ref:
            return None
        table = f[0].t[following.oid]
        if name in table:
            return None
    return None


def _shared(table: Table, name: str) -> str | int:
    """Return the entry of a parameter that its function's ``arguments`` shares, if the call had it."""
    number = int(name[2:])
    return number if number < table[SIZE] else name


def _put_anywhere(f: Frame, base: Ref, key: Value, value: Value) -> None:
    heap = f[0]
    if _few(key):
        for each in key.options:
            _put(f, base, each, value, 0, is_certain=False)
        return
    table = heap.t[base.oid]
    heap.write(base.oid, REST, join(table.get(REST, value), value))
    heap.write(base.oid, NAMES, join(table.get(NAMES, key), key))
    if table[KIND] == "list":
        heap.write(base.oid, SIZE, NUMBER)


def _resize(f: Frame, base: Ref, size: Value) -> None:
    table = f[0].own(base.oid)
    if size.__class__ is int:
        for key in [k for k in table if k.__class__ is int and k >= size]:
            del table[key]
    table[SIZE] = size if size.__class__ is int else NUMBER


def remove(f: Frame, base: Value, key: Value) -> bool:
    """``delete base[key]``."""
    for each in options(base):
        if each.__class__ is not Ref or f[0].t[each.oid][KIND] not in SCRIPTED:
            continue
        name = key_of(key)
        table = f[0].t[each.oid]
        if name is not None and name in table:
            if base.__class__ is OneOf or each.oid in f[0].weak:
                f[0].write(each.oid, name, OneOf((MISSING, *options(table[name])[:7])))
            else:
                del f[0].own(each.oid)[name]
    return True


# Objects --------------------------------------------------------------------------------------------------------------


def make(f: Frame, kind: str, fields: Table, at: int) -> Ref:
    """Return a new object; in a loop that is being widened, one for each place of the code."""
    return f[0].new(kind, fields, (kind, at) if f[1].coarse else None)  # type: ignore[no-any-return]


def make_list(f: Frame, items: list[Any], at: int) -> Ref:
    """Return a new list of known length."""
    return make(f, "list", {**dict(enumerate(items)), SIZE: len(items)}, at)


def make_some_list(f: Frame, items: list[Any], at: int) -> Ref:
    """Return a new list of any length, of some of the values."""
    fields: Table = {SIZE: NUMBER}
    if items:
        fields[REST] = choice(items)
    return make(f, "list", fields, at)


def items_of(f: Frame, value: Value) -> list[Any] | None:
    """Return the items of a list whose length is known, ``None`` for anything else."""
    if value.__class__ is not Ref:
        return None
    table = f[0].t[value.oid]
    size = table.get(SIZE)
    if size.__class__ is not int or REST in table or table[KIND] not in ("list", "arguments") or size > 100_000:
        return None
    return [there(table.get(i, MISSING)) for i in range(size)]


def some_items(f: Frame, value: Value) -> list[Any]:
    """Return the values that a list may have, in no order."""
    found: list[Any] = []
    for each in options(value):
        if each.__class__ is Ref:
            table = f[0].t[each.oid]
            found += [there(v) for k, v in table.items() if k.__class__ is int or k in (REST, TAIL)]
        elif each.__class__ is not Empty and each is not None:
            found.append(Some("", labels_of(each)))
    return found


def make_error(f: Frame, name: str, at: int) -> Value:
    """Return an error of the language itself."""
    fields: Table = {"name": name, "message": Some("text"), "description": Some("text"), "number": NUMBER}
    if prototype_of(name) in f[0].t:
        fields[PROTOTYPE] = Ref(prototype_of(name))
    return make(f, "error", fields, at)


def has(f: Frame, base: Value, key: Value, *, is_own: bool) -> bool | None:
    """Return whether an object has a property, ``None`` where that is not known."""
    if base.__class__ is not Ref:
        return None
    table = f[0].t[base.oid]
    name = key_of(key)
    if table[KIND] not in SCRIPTED:
        lower = str(name).lower()
        return True if lower in table or (table[KIND], lower) in f[1].world.rows else None
    if name is None:
        return None
    if name == "length" and table[KIND] in ("list", "arguments", "function"):
        return True
    value = _own(table, name) if is_own else find(f, base, name)
    if value is MISSING:
        return not is_own and _built_in(f, base, table[KIND], name) is not EMPTY
    return None if MISSING in options(value) or REST in table else True


def names_of(f: Frame, base: Value) -> tuple[list[str], Any]:
    """Return the names that a loop over an object visits, and the other names that it may have, `MISSING` for none."""
    names: dict[str, None] = {}
    rest: Value = MISSING
    for each in options(base):
        if each.__class__ is str and each and f[1].world.host is not None:
            names |= {str(n): None for n in range(min(len(each), MOST_ENTRIES))}
        elif each.__class__ is not Ref:
            rest = join(rest, Some("text", labels_of(each))) if each is not None and each is not EMPTY else rest
        if each.__class__ is not Ref:
            continue
        link: Value = each
        for _ in range(_MOST_PROTOTYPES):
            if link.__class__ is not Ref:
                break
            table = f[0].t[link.oid]
            names |= own_names(table)
            if NAMES in table or REST in table:
                rest = join(rest, as_text(table.get(NAMES, Some("text"))))
            if table[KIND] not in SCRIPTED:
                rest = join(rest, Some("text", labels_of(table.get("content", EMPTY))))
            link = table.get(PROTOTYPE)
        names |= _names_by_kind(f, each)
    return [*names], choice([x for x in options(rest) if x is not MISSING]) if rest is not MISSING else MISSING


def own_names(table: Table) -> dict[str, None]:
    """Return the names of an object's own properties that loops visit; accessors of classes are none."""
    names = {str(key): None for key in table if not is_hidden(key)}
    if OWNER not in table:
        names |= {str(key[1]): None for key in table if key.__class__ is tuple and key[0] == GET}
    return names


def _names_by_kind(f: Frame, ref: Ref) -> dict[str, None]:
    names: dict[str, None] = {}
    for name in (CLASSES.get(f[0].t[ref.oid][KIND], ""), "Object"):
        table = f[0].t.get(prototype_of(name), {})
        names |= {str(key): None for key in table if not is_hidden(key)}
    return names


# Calls ----------------------------------------------------------------------------------------------------------------


def call_value(f: Frame, value: Value, values: list[Any], this: Value, at: int, keys: Value = None) -> Value:
    """Call a function value; ``keys`` are those of `about`."""
    kind = value.__class__
    if kind is Ref:
        table = f[0].t[value.oid]
        code = table.get(CODE)
        if code.__class__ is Func:
            procedure = compiled(code.proc)
            return about(f, (*call(f, procedure, values, this, at, code, value), procedure), values, keys)
        if code.__class__ is OneOf:
            return members.for_each(f, code.options, lambda g, each: _called(g, each, values, this, at, value))
        return _call_object(f, value, table, values, at, keys)
    if kind is OneOf:
        functions = [each for each in value.options if each.__class__ not in KNOWN and each is not MISSING]
        if functions:
            return members.for_each(f, functions, lambda g, each: call_value(g, each, values, this, at))
        return no_function(f, value, values, at, this)
    if kind is Method:
        subject = value.subject if this is None or this is EMPTY or _is_static(f, value.subject) else this
        return call_native(f, subject, value.name, values, at, of=value.subject, keys=keys)
    if kind is Func:
        return about(f, members.call_value(f, value, values, at), values, keys)
    if kind in KNOWN:
        return no_function(f, value, values, at, this)
    return unknown_call(f, value, values, this, at)


def no_function(f: Frame, value: Value, values: list[Any], at: int, this: Value = None) -> Value:
    """Call a value that is no function: an error, where the page handles errors.

    Anywhere else the page would end here for sure; then it is rather the value that is not known well.
    """
    if f[1].handled:
        raise Thrown(438, value=make_error(f, "TypeError", at))
    return unknown_call(f, value, values, this, at)


def _called(f: Frame, code: Func, values: list[Any], this: Value, at: int, itself: Ref) -> Value:
    result = call(f, compiled(code.proc), values, this, at, code, itself)[0]
    return Truth() if result.__class__ is Truth else outside(result)


def _is_static(f: Frame, subject: Value) -> bool:
    """True if the members of an object do not depend on their ``this``."""
    return subject.__class__ is Ref and f[0].t[subject.oid][KIND] not in SCRIPTED - {"function"}


def _call_object(f: Frame, value: Ref, table: Table, values: list[Any], at: int, keys: Value) -> Value:
    native = table.get(NATIVE)
    if native == "js.bound":
        return call_value(f, table[BOUND], [*bound_arguments(table), *values], table[BOUND_THIS], at)
    if native == "js.eval":
        return evaluate(f, value, values, at)
    if native is not None:
        owner, _, name = native.rpartition(".")
        row = f[1].world.rows.get((owner, name))
        return EMPTY if row is None else about(f, (use(f, row, None, values, at), None, None), values, keys)
    if table[KIND] in SCRIPTED:
        return unknown_call(f, value, values, None, at)
    return members.item(f, value, [primitive(f, each) for each in values], at)


def bound_arguments(table: Table) -> list[Any]:
    """Return the arguments that ``bind`` gave to a function."""
    return [table[BOUND, n] for n in range(len(table)) if (BOUND, n) in table]


def evaluate(f: Frame, evaluator: Ref, values: list[Any], at: int) -> Value:
    """Run a text as code that sees the names of the page alone."""
    if not values:
        return EMPTY
    g = [f[0], f[1], None, EMPTY]
    result = members.call_in_scope(g, "eval", values, at, f[0].t[evaluator.oid].get(TEXTS))
    f[0] = g[0]
    return result


def unknown_call(f: Frame, value: Value, values: list[Any], this: Value, at: int) -> Value:
    """Return the result of a call of something of which nothing is known; functions among its arguments are called."""
    if f[1].world.host is not None:
        made = f[1].world.host.call(f, "", value, values, at)
        if made is not MISSING:
            return made
    labels = labels_of(value).union(*map(labels_of, values), labels_of(this))
    for each in values:
        if each.__class__ is Ref and CODE in f[0].t[each.oid]:
            call_value(f, each, [Some("", labels)] * 3, None, at)
    return Some("", labels)


def call_property(f: Frame, base: Value, key: Value, values: list[Any], at: int, keys: Value = None) -> Value:
    """Call a member of any value with that as ``this``."""
    kind = base.__class__
    if kind is OneOf:
        subjects = [each for each in base.options if not _is_nothing(each)]
        if subjects:
            return members.for_each(f, subjects, lambda g, each: call_property(g, each, key, values, at))
    if kind is OneOf or _is_nothing(base):
        raise Thrown(424, value=make_error(f, "TypeError", at))
    return _call_one(f, base, key, values, at, keys)


def _call_one(f: Frame, base: Value, key: Value, values: list[Any], at: int, keys: Value) -> Value:
    kind = base.__class__
    name = key_of(key)
    if kind is TypeOf:
        return about(f, members.invoke(f, base, str(name), values, at), values, keys)
    if kind is Ref:
        which = f[0].t[base.oid][KIND]
        if CLASS in f[0].t[base.oid] and name is not None:
            return about(f, members.invoke(f, base, str(name), values, at), values, keys)
        if which not in SCRIPTED and name is not None:
            return _call_of_library(f, base, which, str(name), values, at, keys)
        if which in SCRIPTED and name is None:
            return call_value(f, get(f, base, key, at), values, base, at, keys)
    if name is None:
        return unknown_call(f, base, [*values, key], None, at)
    function = get(f, base, name, at) if kind is Ref and f[0].t[base.oid][KIND] == "page" else find(f, base, name)
    if function is MISSING:
        if kind is Ref and VALUE in f[0].t[base.oid]:
            base = f[0].t[base.oid][VALUE]
        return call_native(f, base, str(name), values, at, keys=keys)
    if function.__class__ is OneOf and MISSING in function.options:
        function = there(function)
    return call_value(f, function, values, base, at, keys)


def _call_of_library(f: Frame, base: Ref, which: str, name: str, values: list[Any], at: int, keys: Value) -> Value:
    row = f[1].world.rows.get(("list", name.lower())) if which == VECTOR else None
    if row is not None and row.is_script and name[:1].islower():  # of a list of the language
        listed = make_list(f, spread(f, base), at)
        return about(f, (use(f, row, listed, values, at), None, None), values, keys)
    if not f[1].world.library.has_types:
        values = [primitive(f, each) if _is_text_like(f, each) else each for each in values]
    return about(f, members.invoke(f, base, name.lower(), values, at), values, keys)


def _is_text_like(f: Frame, value: Value) -> bool:
    return value.__class__ is Ref and f[0].t[value.oid][KIND] in ("list", "function", "pattern", "date")


def call_native(
    f: Frame, base: Value, name: str, values: list[Any], at: int, of: Value = MISSING, keys: Value = None
) -> Value:
    """Call a member that a value has by its kind; ``of`` is the object from which the member was taken."""
    rows = f[1].world.rows
    lower = name.lower()
    of = base if of is MISSING else of
    which = kind_of(f, of)
    made = _call_of_host(f, base, name, values, at)
    if made is not MISSING:
        return made
    if of.__class__ is Ref:
        table = f[0].t[of.oid]
        which = table.get(OF, which)
        row = rows.get((table[NATIVE], lower)) if NATIVE in table else None
        if row is not None:
            return about(f, (use(f, row, None, values, at), None, None), values, keys)
    row = row_of(f, which or "text", name) or row_of(f, "object", name)
    if row is not None:
        return about(f, (use(f, row, base, values, at), None, None), values, keys)
    if name == "constructor":
        return call_value(f, _constructor(f, of, which), values, base, at)
    if lower in _OF_SEVERAL and base.__class__ is not str and which in ("", "text"):
        return base if lower == "item" else NUMBER
    if which and (of.__class__ is not Ref or which in SCRIPTED - {"page"}):
        return no_function(f, base, values, at)
    row = rows.get(("*", lower))
    if row is not None:
        return members.use_row(f, row, base, values, at)
    if lower in f[1].world.arriving:
        members.arrive(f, (lower,), at, values, base)
    return unknown_call(f, base, values, None, at)


def _call_of_host(f: Frame, base: Value, name: str, values: list[Any], at: int) -> Value:
    """Return the knowledge of the host of a page about a call, `MISSING` where it is not asked or knows nothing."""
    host = f[1].world.host
    if host is None or not (base.__class__ is Some or (base.__class__ is Ref and HOST in f[0].t[base.oid])):
        return MISSING
    return host.call(f, name, base, values, at)


def row_of(f: Frame, which: str, name: str) -> Row | None:
    """Return the row of a member; of two libraries, the one whose names begin with a capital is that below."""
    row: Row | None = f[1].world.rows.get((which, name.lower()))
    return row.below if row is not None and row.below is not None and name[:1].isupper() else row


def use(f: Frame, row: Row, subject: Value, values: list[Any], at: int) -> Value:
    """Return the result of a row of the library of this language; of a text's, the text is the first argument."""
    if not row.is_script:
        return members.use_row(f, row, subject, values, at)
    if row.names[-1] in f[1].world.noted:
        members.arrive(f, row.names, at, values, subject)
    if row.do is not None and not (row.known is not None and KNOWN.issuperset(map(type, values))):
        result = row.do(f[1], f, subject, values, at, row)
        if result is MISSING:
            result = library_calls.result(f, row, row.result, subject, values, at)
        return result
    if subject is not None:
        values = [subject, *values]
    values = [primitive(f, each) if each.__class__ in (Ref, OneOf, Method, Func) else each for each in values]
    return _computed(f, row, values, at)


WITH_FACTS = frozenset({Truth, Measure, Sign})
"""Values that may say something of the arguments of the call whose result they are."""


def about(f: Frame, found: Value, values: list[Any], keys: Value) -> Value:
    """Return the result of a call, its knowledge of arguments as facts about their places.

    ``found`` are the result, the last values of the parameters, and the procedure; ``keys`` the places of the arguments
    and their values before the call, ``None`` where they have none.
    """
    result = found[0]
    if keys is not None and (found[2] is not None or result.__class__ in WITH_FACTS):
        return keys[0].given_back(f, found, values, keys[1])
    if result.__class__ not in WITH_FACTS:
        return outside(result) if result.__class__ is OneOf else result
    if result.__class__ is Truth:
        return Truth()
    return replace(result, told=TRUTH) if result.__class__ is Measure else NUMBER


def _computed(f: Frame, row: Row, values: list[Any], at: int) -> Value:
    """Return the result of a function of values that are known, or known in part."""
    where = [i for i, each in enumerate(values) if each.__class__ not in KNOWN]
    if len(where) == 1 and values[where[0]].__class__ is OneOf and row.known is not None:
        i = where[0]
        return choice([_computed(f, row, [*values[:i], x, *values[i + 1 :]], at) for x in values[i].options])
    function = row.parted if where else row.known
    if function is not None:
        try:
            made = function(*(values if row.most > len(row.params) else values[: len(row.params)]))
        except FailError:
            raise Thrown(5, value=make_error(f, "Error", at)) from None
        except (ValueError, TypeError, OverflowError, KeyError, IndexError):
            made = MISSING
        if made is not MISSING:
            return made
    return library_calls.result(f, row, row.result, None, values, at)


def construct(f: Frame, value: Value, values: list[Any], at: int) -> Value:
    """``new value(values)``."""
    if value.__class__ is OneOf:
        functions = [each for each in value.options if each.__class__ not in KNOWN]
        return members.for_each(f, functions, lambda g, each: construct(g, each, values, at)) if functions else UNKNOWN
    if value.__class__ is not Ref:
        if value.__class__ in KNOWN:
            raise Thrown(438, value=make_error(f, "TypeError", at))
        if f[1].world.host is not None:
            return f[1].world.host.made(f, value, values, at)
        return unknown_call(f, value, values, None, at)
    table = f[0].t[value.oid]
    if CODE not in table:
        return construct_native(f, str(table.get(NATIVE, "")), values, at, value)
    made = make(f, "plain", {PROTOTYPE: prototype(f, value)}, at)
    result = call_value(f, value, values, made, at)
    found = [each for each in options(result) if each.__class__ in (Ref, Func, Method)]
    if len(found) < len(options(result)) or not found:
        found.append(made)
    return choice(found)


def construct_native(f: Frame, native: str, values: list[Any], at: int, value: Value = UNKNOWN) -> Value:
    """Return a new object of a class of the library."""
    owner, _, name = native.rpartition(".")
    rows = f[1].world.rows
    row = rows.get((owner, f"new-{name}")) or rows.get((owner, name))
    return unknown_call(f, value, values, None, at) if row is None else use(f, row, None, values, at)


# Properties of objects in languages that have none -------------------------------------------------------------------


def invoke(f: Frame, subject: Ref, name: str, values: list[Any], at: int) -> Value:
    """Call a property whose name is in any letter case; one that is no function is read, by keys if there are some."""
    found = _any_case(f, subject, name)
    value = get(f, subject, found, at)
    if value.__class__ is Method or (value.__class__ is Ref and f[0].t[value.oid][KIND] == "function"):
        return call_property(f, subject, found, values, at)
    return members.item(f, value, values, at) if values else value


def put_any_case(f: Frame, subject: Ref, name: str, value: Value, at: int) -> None:
    """Assign to a property whose name is in any letter case."""
    put(f, subject, _any_case(f, subject, name), value, at)


def _any_case(f: Frame, subject: Ref, name: str) -> str:
    each: Value = subject
    for _ in range(_MOST_PROTOTYPES):
        if each.__class__ is not Ref:
            break
        table = f[0].t[each.oid]
        if name in table:
            return name
        same = next((key for key in table if key.__class__ is str and key.lower() == name), None)
        if same is not None:
            return same
        each = table.get(PROTOTYPE)
    return name


# Objects as texts and numbers -----------------------------------------------------------------------------------------


def primitive(f: Frame, value: Value, hint: str = "", inside: tuple[Any, ...] = ()) -> Value:
    """Return an object as the text or the number that an operator takes it for; ``hint`` is ``text`` or ``number``."""
    kind = value.__class__
    if kind is OneOf:
        if all(each.__class__ in KNOWN for each in value.options):
            return value
        return choice([EMPTY if each is MISSING else primitive(f, each, hint, inside) for each in value.options])
    if kind is Func or kind is Method:
        return Some("text")
    if kind is not Ref:
        return value
    table = f[0].t[value.oid]
    which = table[KIND]
    if which not in SCRIPTED:
        return members.default(f, value)
    if value.oid in inside or len(inside) > _MOST_NESTED:
        return "" if value.oid in inside else Some("text")
    return _converted(f, value, which, hint, inside)


def _converted(f: Frame, value: Ref, which: str, hint: str, inside: tuple[Any, ...]) -> Value:
    """Return the results of the methods of an object that convert it, else its text by its kind."""
    is_text = hint == "text" or (which == "date" and not hint)
    for name in ("toString", "valueOf") if is_text else ("valueOf", "toString"):
        function = find(f, value, name)
        for each in options(function):
            if each.__class__ is Ref and CODE in f[0].t[each.oid]:
                made = call_value(f, function, [], value, 0)
                return made if made.__class__ is not Ref else primitive(f, made, hint, (*inside, value.oid))
    return _by_kind(f, value, which, is_text=is_text, inside=inside)


def _by_kind(f: Frame, value: Ref, which: str, *, is_text: bool, inside: tuple[Any, ...]) -> Value:
    table = f[0].t[value.oid]
    if which == "list":
        return joined(f, value, ",", inside)
    if which == "wrapped":
        return table[VALUE]
    if which == "date":
        return Some("text") if is_text else NUMBER
    if which == "pattern":
        source = table.get("source", Some("text"))
        return concat(concat("/", as_text(source)), "/")
    if which == "error":
        name, message = (
            as_text(primitive(f, there(find(f, value, each), ""), "text", (*inside, value.oid))) for each in _SHOWN
        )
        return concat(concat(name, ": "), message) if message != "" else name
    if which == "function":
        return Some("text")
    return "[object Object]"


_SHOWN = ("name", "message")


def text_by_kind(f: Frame, value: Value) -> Value:
    """Return the text of a value as its class has it, whatever methods the page gave it."""
    if value.__class__ is not Ref:
        return text(f, value)
    which = f[0].t[value.oid][KIND]
    return _by_kind(f, value, which, is_text=True, inside=()) if which in SCRIPTED else members.default(f, value)


def joined(f: Frame, value: Ref, by: Value, inside: tuple[Any, ...] = ()) -> Value:
    """Return the items of a list as one text."""
    items = items_of(f, value)
    f[1].budget.spend(1 + len(f[0].t[value.oid]) // _ITEMS_OF_STEP)
    if items is None:
        labels = NONE.union(
            *(labels_of(primitive(f, each, "text", (*inside, value.oid))) for each in some_items(f, value))
        )
        return Some("text", labels | labels_of(by))
    texts = [
        "" if item is None or item is EMPTY else as_text(primitive(f, item, "text", (*inside, value.oid)))
        for item in items
    ]
    if by.__class__ is str and all(each.__class__ is str for each in texts):
        return by.join(texts) if sum(map(len, texts)) + len(by) * len(texts) <= MOST_TEXT else Some("text")
    if len(texts) > 200:
        return Some("text", NONE.union(labels_of(by), *map(labels_of, texts)))
    found: Value = ""
    for n, each in enumerate(texts):
        found = concat(concat(found, by) if n else found, each)
    return found


def text(f: Frame, value: Value) -> Value:
    """Return any value as a text."""
    if value.__class__ in KNOWN:
        return text_of(value)
    return as_text(primitive(f, value, "text"))


def number(f: Frame, value: Value) -> Value:
    """Return any value as a number."""
    value = primitive(f, value, "number")
    if value.__class__ is str:
        return number_of_text(value)
    return some_number(value) if value.__class__ not in KNOWN else value


Convert = Callable[[Frame, Any], Any]
