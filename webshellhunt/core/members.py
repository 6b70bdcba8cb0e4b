"""Members and items: what reading, calling and assigning to a member or an element does, by what the object is."""

from __future__ import annotations

from typing import Any

from webshellhunt.core.arrivals import Arrival
from webshellhunt.core.calls import call
from webshellhunt.core.containers import copy_array, element, put_entry, resized, set_element
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import CLASS, KIND, PAGE, REST, SIZE
from webshellhunt.core.library_calls import labels_in, make, outs
from webshellhunt.core.library_calls import use_row as call_row
from webshellhunt.core.objects import any_member, call_value, look_up, property_key
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row, row_for
from webshellhunt.core.state import compiled
from webshellhunt.core.texts import run_texts
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Func,
    Label,
    OneOf,
    Ref,
    Some,
    Truth,
    choice,
    join,
    labels_of,
    number,
    options,
    type_of,
)

# Members and items ------------------------------------------------------------------------------------------------


def missing(f: Frame, name: str) -> Any:
    return Func(name) if name in f[1].procs else EMPTY if f[1].is_whole else UNKNOWN


def unknown_call(f: Frame, name: str, values: list[Any], at: int) -> Any:
    value = f[0].t[PAGE].get(name, MISSING)
    if value is not MISSING:
        return item(f, value, values, at) if values else value
    row = f[1].world.rows.get(("", name))
    if row is not None:
        return use_row(f, row, None, values, at)
    return Some("", frozenset().union(*map(labels_of, values)) if values else NONE)


def call_in_scope(f: Frame, name: str, values: list[Any], at: int, scope: Any) -> Any:
    """Call a function of the library by its name; one that runs a text does so in a scope."""
    of = _IN_SCOPE.get(name)
    return of(f, values, at, scope) if of is not None else unknown_call(f, name, values, at)


def member(f: Frame, subject: Any, name: str, at: int) -> Any:
    if subject.__class__ is Ref:
        table = f[0].t[subject.oid]
        if table[KIND] in ("object", "function") and CLASS not in table:
            return look_up(f, subject, name)
    return invoke(f, subject, name, [], at)[0]


def invoke(f: Frame, subject: Any, name: str, values: list[Any], at: int) -> tuple[Any, Any, Any]:
    kind = subject.__class__
    if kind is OneOf:
        found = [
            invoke(f, each, name, values, at)[0] for each in subject.options if each is not None and each is not EMPTY
        ]
        return choice(found), None, None
    if kind is Func:
        return UNKNOWN, None, None
    if kind is not Ref:
        if subject is None or subject is EMPTY:
            raise Thrown(424)
        row = f[1].world.rows.get((_ROWS_OF.get(type_of(subject), ""), name.lower()))
        if row is None:
            row = f[1].world.rows.get(("*", name.lower()))
        if row is not None:
            return use_row(f, row, subject, values, at), None, None
        labels = labels_of(subject).union(*map(labels_of, values))
        return Some("", labels), None, None
    table = f[0].t[subject.oid]
    which = table[KIND]
    if which in ("object", "function") and CLASS not in table:
        function = look_up(f, subject, name)
        if function is EMPTY and (row := f[1].world.rows.get((which, name.lower()))) is not None:
            return use_row(f, row, subject, values, at), None, None
        return call_value(f, function, values, subject, at)
    if which == "object":
        symbol = table[CLASS]
        proc = symbol.methods.get(name) or symbol.getters.get(name)
        if proc is None:
            value = table.get(name, UNKNOWN)
            return (item(f, value, values, at) if values else value), None, None
        code = compiled(proc)
        result, finals = call(f, code, values, subject, at)
        if len(values) > len(proc.params):
            result = item(f, result, values, at)
        return result, finals, code
    return _library_member(f, subject, name.lower(), values, at)


def _library_member(f: Frame, subject: Ref, name: str, values: list[Any], at: int) -> tuple[Any, Any, Any]:
    """Call a member of an object of the library."""
    table = f[0].t[subject.oid]
    which = table[KIND]
    row = f[1].world.rows.get((which, name))
    if row is None and name in table:
        value = table[name]
        return (item(f, value, values, at) if values else value), None, None
    if row is None:
        row = f[1].world.rows.get(("*", name))
    if row is not None:
        result = use_row(f, row, subject, values, at)
        return result, outs(f, row, subject, values, at) if row.has_outs else None, None
    if name in f[1].world.arriving:
        arrive(f, (*which.split("."), name), at, values, subject)
    f[0].own("err")["number"] = NUMBER
    return Some("", NONE.union(labels_in(f, subject), *map(labels_of, values))), None, None


def set_member(f: Frame, subject: Any, name: str, keys: list[Any], value: Any, at: int) -> None:
    for each in options(subject):
        if each.__class__ is not Ref:
            if each is None or each is EMPTY:
                raise Thrown(424)
            continue
        table = f[0].t[each.oid]
        if table[KIND] in ("object", "function", "box") and CLASS not in table:
            if keys:
                set_item(f, look_up(f, each, name), keys, value, at)
            else:
                f[0].write(each.oid, name, value)
            continue
        if table[KIND] == "object":
            symbol = table[CLASS]
            proc = symbol.setters.get(name)
            if proc is not None:
                call(f, compiled(proc), [*keys, value], each, at)
                continue
            if keys:
                set_item(f, table.get(name, EMPTY), keys, value, at)
                continue
        else:
            _set_library_member(f, each, name.lower(), keys, value, at)
            continue
        f[0].write(each.oid, name, value)


def _set_library_member(f: Frame, subject: Ref, name: str, keys: list[Any], value: Any, at: int) -> None:
    """Assign to a property of an object of the library, or to an entry of one."""
    kind = f[0].t[subject.oid][KIND]
    if keys:
        setter = f[1].world.rows.get((kind, "set-" + name))
        if setter is not None:
            use_row(f, setter, subject, [*keys, value], at)
        else:
            set_item(f, member(f, subject, name, at), keys, value, at)
        return
    if name in f[1].world.arriving:
        arrive(f, (*kind.split("."), name), at, [value], subject, is_assigned=True)
    setter = f[1].world.rows.get((kind, "set-" + name))
    if setter is not None:
        use_row(f, setter, subject, [value], at)
    else:
        f[0].write(subject.oid, name, value)


def item(f: Frame, value: Any, keys: list[Any], at: int) -> Any:
    kind = value.__class__
    if kind is OneOf:
        found = [item(f, each, keys, at) for each in value.options if each is not EMPTY and each is not None]
        return choice(found)
    if kind is Func:
        return call_value(f, value, keys, None, at)[0]
    if kind is not Ref:
        if len(keys) == 1 and (name := property_key(keys[0])) is not None and name != "" and not name[0].isdigit():
            row = f[1].world.rows.get((_ROWS_OF.get(type_of(value), ""), name.lower()))
            if row is not None:
                return use_row(f, row, value, [], at)
        if kind in KNOWN:
            raise Thrown(13)
        return Some(value.type if kind is Some else "", labels_of(value)) if kind is not Truth else UNKNOWN
    table = f[0].t[value.oid]
    which = table[KIND]
    if which in ("object", "function") and CLASS not in table:
        name = property_key(keys[0]) if keys else None
        return any_member(f, value) if name is None else look_up(f, value, name)
    if which in ("array", "list"):
        if which == "list" and keys and keys[0].__class__ is str and not keys[0].isdigit():
            return member(f, value, keys[0], at)
        return element(f[1], f, value, keys, at)
    if which == "object":
        symbol = table[CLASS]
        if symbol.default:
            return invoke(f, value, symbol.default, keys, at)[0]
        return UNKNOWN
    row = f[1].world.rows.get((which, ""))
    if row is not None:
        return use_row(f, row, value, keys, at)
    return Some("", labels_in(f, value))


def set_item(f: Frame, subject: Any, keys: list[Any], value: Any, at: int) -> None:
    for each in options(subject):
        if each.__class__ is not Ref:
            continue
        table = f[0].t[each.oid]
        if table[KIND] in ("object", "function") and CLASS not in table:
            name = property_key(keys[0])
            old = table.get(REST, value)
            f[0].write(each.oid, REST if name is None else name, join(old, value) if name is None else value)
        elif table[KIND] == "object" and table[CLASS].default:
            set_member(f, each, table[CLASS].default, keys, value, at)
        elif table[KIND] in ("array", "list"):
            set_element(f[1], f, each, [*keys, value], at)
        elif (setter := f[1].world.rows.get((table[KIND], "set-"))) is not None:
            use_row(f, setter, each, [*keys, value], at)
        else:
            put_entry(f[1], f, each, [keys[0], value], at)


def default(f: Frame, value: Any) -> Any:
    """Return the default member of an object."""
    if value.__class__ is OneOf:
        if not any(each.__class__ is Ref for each in value.options):
            return value
        return choice([default(f, each) for each in value.options])
    if value.__class__ is Func:
        proc = f[1].procs.get(value.name)
        return call(f, proc, [], value.this, 0)[0] if proc is not None else UNKNOWN
    if value.__class__ is not Ref:
        return value
    table = f[0].t[value.oid]
    if table[KIND] == "object" and CLASS in table and table[CLASS].default:
        return invoke(f, value, table[CLASS].default, [], 0)[0]
    if table[KIND] in ("array", "list", "function"):
        return value
    row = f[1].world.rows.get((table[KIND], ""))
    if row is not None and row_for(row, 0).least == 0:
        return default(f, use_row(f, row, value, [], 0))
    return Some("", labels_in(f, value))


def assigned(f: Frame, value: Any, name: str, at: int) -> Any:
    """Return a value as an assignment without ``Set`` stores it: an array is copied, labels have one more step."""
    kind = value.__class__
    if kind is Ref:
        table = f[0].t[value.oid]
        if table[KIND] == "array":
            return copy_array(f[1], f, value, [], at)
        return default(f, value)
    if kind is Some and value.labels and name:
        stepped = frozenset(
            each
            if len(each.steps) > 11 or any(n == name for n, _ in each.steps)
            else Label(each.kind, each.origin, each.key, each.at, (*each.steps, (name, at)))
            for each in value.labels
        )
        return Some(value.type, stepped, value.codes, value.form)
    return value


def new(f: Frame, name: str, values: list[Any], at: int) -> Any:
    symbol = f[1].classes.get(name)
    if symbol is None:
        site = at if f[1].coarse else None
        if name == "box":
            return f[0].new("box", {"v": values[0] if values else EMPTY}, ("box", at) if f[1].coarse else None)
        if name == "list":
            return f[0].new("list", {**dict(enumerate(values)), SIZE: len(values)}, site)
        if name == "object":
            return f[0].new("object", {}, site)
        if (row := f[1].world.rows.get((name, "new"))) is not None:
            return use_row(f, row, None, values, at)
        return make(f, f[1].world.library.programs.get("vbscript." + name, "unknown"), {}, at)
    fields = {CLASS: symbol, **dict.fromkeys(symbol.fields, EMPTY)}
    for field, bounds in symbol.sizes.items():
        fields[field] = resized(f[1], f, None, bounds, 0)
    value = f[0].new("object", fields, at if f[1].coarse else None)
    if "class_initialize" in symbol.methods:
        call(f, compiled(symbol.methods["class_initialize"]), [], value, at)
    return value


# Rows -------------------------------------------------------------------------------------------------------------


def use_row(f: Frame, row: Row, subject: Any, values: list[Any], at: int) -> Any:
    """Call a member of the library; a sink is noted."""
    if row.others:
        row = row_for(row, len(values))
    keys: list[Any] = []
    if row.is_property and len(values) > len(row.params):
        values, keys = values[: len(row.params)], values[len(row.params) :]
    if not row.takes_objects:
        values = [default(f, each) if each.__class__ in _OBJECTS else each for each in values]
    arrival = None
    if row.names[-1] in f[1].world.arriving:
        names = names_of(f, subject, row.names[-1]) if row.names[0] == "*" else row.names
        arrival = arrive(f, names, at, values, subject)
    result = call_row(f, row, subject, values, at, arrival)
    return item(f, result, keys, at) if keys else result


def names_of(f: Frame, subject: Any, name: str) -> tuple[str, ...]:
    """Return the dotted name of a member of an object of the library."""
    kind = f[0].t[subject.oid][KIND] if subject.__class__ is Ref else "unknown"
    return (*kind.split("."), name)


_OBJECTS = frozenset({Ref, OneOf, Func})


# Sinks ------------------------------------------------------------------------------------------------------------


def arrive(
    f: Frame,
    names: tuple[str, ...],
    at: int,
    values: list[Any],
    subject: Any = None,
    *,
    is_assigned: bool = False,
) -> Arrival:
    """Note that something outside of the page was reached with some values."""
    found = [shown(f, each) for each in values if each is not MISSING]
    return f[1].arrivals.arrive(names, at, found, shown(f, subject), is_assigned=is_assigned)


def shown(f: Frame, value: Any) -> Any:
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        return table.get("path", table.get("content", default(f, value)))
    return value


def do_execute(f: Frame, values: list[Any], at: int, scope: Any) -> Any:
    return _text(f, default(f, values[0]), scope, at, is_expression=False)


def do_executeglobal(f: Frame, values: list[Any], at: int, scope: Any) -> Any:
    return _text(f, default(f, values[0]), None, at, is_expression=False)


def do_eval(f: Frame, values: list[Any], at: int, scope: Any) -> Any:
    return _text(f, default(f, values[0]), scope, at, is_expression=True)


def _text(f: Frame, value: Any, scope: Any, at: int, *, is_expression: bool) -> Any:
    arrival = arrive(f, ("eval" if is_expression else "execute",), at, [value])
    return run_texts(f, value, scope, arrival, is_expression=is_expression)


_IN_SCOPE = {"execute": do_execute, "executeglobal": do_executeglobal, "eval": do_eval}
_ROWS_OF = {"text": "text", "": "text", "number": "number", "truth": "truth"}
"""Types of rows by types of values; of some value, those of a text."""
