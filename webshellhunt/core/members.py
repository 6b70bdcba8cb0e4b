"""Members and items: reading, calling and assigning to a member or an element, by the kind of the object."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from webshellhunt.core.arrivals import Arrival, Arrivals
from webshellhunt.core.calls import call
from webshellhunt.core.containers import copy_array, element, put_entry, resized, set_element
from webshellhunt.core.ending import Thrown
from webshellhunt.core.errors import may_fail
from webshellhunt.core.facts import outside
from webshellhunt.core.heap import (
    CLASS,
    CODE,
    KIND,
    PAGE,
    REST,
    SIZE,
    Table,
    fork_frame,
    join_frames,
)
from webshellhunt.core.ir import UNIT, Class
from webshellhunt.core.library_calls import labels_in, make, outs
from webshellhunt.core.library_calls import use_row as call_row
from webshellhunt.core.procedure import Frame, compiled
from webshellhunt.core.rows import Row, row_for
from webshellhunt.core.texts import run_texts
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    UNKNOWN,
    Func,
    Label,
    Method,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    join,
    labels_of,
    to_text,
)

NO_OBJECT = 424
"""The number of the error that there is no object."""
_OF_CLASS = "object"
"""The kind of objects of a class of the page."""
_ARRAYS = frozenset({"array", "list"})
"""Kinds of arrays: one that an assignment copies, one that it shares."""
SCRIPTED = frozenset(
    {
        "plain", "list", "function", "pattern", "error", "date", "arguments", "prototype", "enumerator", "vbarray",
        "box", "page", "wrapped",
    }
)  # fmt: skip
"""Kinds of objects that have properties, see `properties`."""
_NO_TEXTS = SCRIPTED | _ARRAYS
"""Kinds of objects that are not run as a text."""
_MOST_STEPS = 11
Found = tuple[Any, Any, Any]
"""The result of a call, the last values of its parameters, and the procedure; the latter two None for others."""


# Names that no place has ----------------------------------------------------------------------------------------------


_UNASSIGNED = OneOf((EMPTY, UNKNOWN))
"""A name that nothing is ever assigned to is empty, unless another file assigns it."""


def missing(f: Frame, name: str) -> Value:
    """Return the value of a variable of the page that nothing was assigned to."""
    procs = f[1].procs
    if name in procs:
        return Func(name)
    if name.lower() in procs:
        return Func(name.lower())
    return EMPTY if f[1].is_whole else _UNASSIGNED


def unknown_call(f: Frame, name: str, values: list[Any], at: int) -> Value:
    """Call a name that is no procedure: a value of the page with keys, a function of the library, or nothing known."""
    value = f[0].t[PAGE].get(name, MISSING)
    if value is not MISSING:
        if value.__class__ is Ref and f[0].t[value.oid][KIND] == "function":
            return call_value(f, value, values, at)[0]
        return item(f, value, values, at) if values else value
    row = f[1].world.rows.get(("", name.lower()))
    if row is not None:
        return use_row(f, row, None, values, at)
    return unknown_result(f, name, None, values)


def call_in_scope(f: Frame, name: str, values: list[Any], at: int, scope: Value) -> Value:
    """Call a function of the library by its name; one that runs a text does so in a scope. An object is no text."""
    row = f[1].world.rows.get(("", name.lower()))
    if row is None or not row.is_text or not values:
        return unknown_call(f, name, values, at)
    value = default(f, values[0], at)
    if value.__class__ is Ref and f[0].t[value.oid][KIND] in _NO_TEXTS:
        return value
    return run_texts(f, value, scope, arrive(f, row.names, at, [value]), at, row)


def derived(values: Sequence[Any]) -> Some:
    """Return some value that is made of others."""
    return Some("", NONE.union(*map(labels_of, values)))


def unknown_result(f: Frame, name: str, subject: Value, values: Sequence[Any]) -> Value:
    """Return the result of a function or member that nobody knows."""
    unknown = f[1].world.unknown
    if unknown is None:
        return derived(values if subject is None else [subject, *values])
    return unknown(f[1].unit, name, subject, values)


# Several objects ------------------------------------------------------------------------------------------------------


def for_each(f: Frame, subjects: Sequence[Any], do: Callable[[Frame, Any], Any]) -> Value:
    """Do something with each object that a value may be, each in a state of its own; the states are joined.

    Raises:
        Thrown: It surely fails for all of them.
    """
    if len(subjects) == 1:
        return do(f, subjects[0])
    found: list[Any] = []
    states: list[Frame] = []
    failed: Thrown | None = None
    for each in subjects:
        g = fork_frame(f)
        try:
            found.append(do(g, each))
            states.append(g)
        except Thrown as error:
            failed = error.with_traceback(None)  # which has the frames of the run
    if not states:
        try:
            raise failed or Thrown(NO_OBJECT)
        finally:
            failed = None  # a frame that refers to its own error is garbage for the collector alone
    if any(g[0].owned or len(g[0].t) != len(f[0].t) for g in states):
        joined = states[0]
        for g in states[1:]:
            joined = join_frames(joined, g)
        f[:] = joined
    return choice(found)


def _objects(value: OneOf) -> tuple[Any, ...]:
    """Return the values that a value may be where it is used as an object."""
    return tuple(each for each in value.options if each is not None and each is not EMPTY and each is not MISSING)


# Members --------------------------------------------------------------------------------------------------------------


def member(f: Frame, subject: Value, name: str, at: int) -> Value:
    """Return the value of a member; a method of a class, or of the library, is called.

    A value from outside under a key is the member itself, until a key follows.
    """
    if subject.__class__ is Ref:
        row = f[1].world.rows.get((f[0].t[subject.oid][KIND], name.lower()))
        if row is not None and row.result.what == "source" and row_for(row, 0).least > 0:
            return Method(subject, name.lower())
    return invoke(f, subject, name, [], at)[0]


def invoke(f: Frame, subject: Value, name: str, values: list[Any], at: int) -> Found:
    """Call a member.

    Returns:
        Its result; of a procedure of the page the last values of its parameters, too, and the procedure.

    Raises:
        Thrown: There is no object.
    """
    kind = subject.__class__
    if kind is Ref:
        table = f[0].t[subject.oid]
        of = table[KIND]
        if of == _OF_CLASS:
            return _invoke_of_class(f, subject, table, name, values, at)
        if of in SCRIPTED:
            return f[1].invoke_property(f, subject, name, values, at), None, None
        return _invoke_library(f, subject, table, name, values, at)
    if kind is OneOf:
        return for_each(f, _objects(subject), lambda g, each: invoke(g, each, name, values, at)[0]), None, None
    if kind is Func:
        return UNKNOWN, None, None
    if subject is None or subject is EMPTY:
        raise Thrown(NO_OBJECT)
    row = f[1].world.rows.get(("*", name.lower()))
    if row is not None:
        return use_row(f, row, subject, values, at), None, None
    if name.lower() in f[1].world.arriving:
        arrive(f, (*names_of(f, subject), name.lower()), at, values, subject)
    return unknown_result(f, name, subject, values), None, None


def _invoke_of_class(f: Frame, subject: Ref, table: Table, name: str, values: list[Any], at: int) -> Found:
    """Call a method or a property of an object of the page's class; arguments beyond its own are keys of the result."""
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


def _invoke_library(f: Frame, subject: Ref, table: Table, name: str, values: list[Any], at: int) -> Found:
    """Call a member of an object of the library, or of one that nothing is known of."""
    rows, which, name = f[1].world.rows, table[KIND], name.lower()
    row = rows.get((which, name))
    if name in table and (row is None or row.is_plain):
        value = table[name]
        return (item(f, value, values, at) if values else value), None, None
    if row is None:
        row = rows.get(("*", name))
    if row is not None:
        result = use_row(f, row, subject, values, at)
        return result, outs(f, row, subject, values, at) if row.has_outs else None, None
    if name in f[1].world.arriving:
        arrive(f, (*which.split("."), name), at, values, subject)
    may_fail(f)
    return Some("", labels_in(f, subject).union(*map(labels_of, values))), None, None


def set_member(f: Frame, subject: Value, name: str, keys: list[Any], value: Value, at: int) -> None:
    """Assign to a member, or to an element of one by keys.

    Raises:
        Thrown: There is no object.
    """
    value = outside(value)
    kind = subject.__class__
    if kind is OneOf:
        for_each(f, _objects(subject) or (None,), lambda g, each: set_member(g, each, name, keys, value, at))
    elif kind is Ref:
        table = f[0].t[subject.oid]
        of = table[KIND]
        if of == _OF_CLASS:
            _set_of_class(f, subject, table, name, keys, value, at)
        elif of == "box":
            f[0].write(subject.oid, name, value)
        elif of in SCRIPTED and not keys:
            f[1].put_property(f, subject, name, value, at)
        else:
            _set_library(f, subject, table, name, keys, value, at)
    elif subject is None or subject is EMPTY:
        raise Thrown(NO_OBJECT)


def _set_of_class(f: Frame, subject: Ref, table: Table, name: str, keys: list[Any], value: Value, at: int) -> None:
    proc = table[CLASS].setters.get(name)
    if proc is not None:
        call(f, compiled(proc), [*keys, value], subject, at)
    elif keys:
        set_item(f, table.get(name, EMPTY), keys, value, at)
    else:
        f[0].write(subject.oid, name, value)


def _set_library(f: Frame, subject: Ref, table: Table, name: str, keys: list[Any], value: Value, at: int) -> None:
    """Assign to a property of an object of the library, or to an entry of the value of a property."""
    which, name = table[KIND], name.lower()
    setter = f[1].world.rows.get((which, "set-" + name))
    if not keys and name in f[1].world.arriving:
        arrive(f, (*which.split("."), name), at, [value], subject, is_assigned=True)
    if setter is not None:
        use_row(f, setter, subject, [*keys, value], at)
    elif keys:
        set_item(f, member(f, subject, name, at), keys, value, at)
    else:
        f[0].write(subject.oid, name, value)


# Items ----------------------------------------------------------------------------------------------------------------


def item(f: Frame, value: Value, keys: list[Any], at: int) -> Value:
    """Return an element by keys: of an array or an object, the default member of an object, or the result of a call.

    Raises:
        Thrown: A known value has no elements.
    """
    kind = value.__class__
    if kind is Ref:
        table = f[0].t[value.oid]
        of = table[KIND]
        if of == "array" or (of == "list" and not _is_name(keys)):
            return element(f[1], f, value, keys, at)
        if of == _OF_CLASS:
            return _item_of_class(f, value, table, keys, at)
        if of in SCRIPTED:
            return _item_of_scripted(f, value, keys, at)
        row = f[1].world.rows.get((of, ""))
        if row is not None:
            return use_row(f, row, value, keys, at)
        return Some("", labels_in(f, value))
    if kind is OneOf:
        return for_each(f, _objects(value), lambda g, each: item(g, each, keys, at)) if _objects(value) else UNKNOWN
    if kind is Func:
        return call_value(f, value, keys, at)[0]
    if kind is Truth:
        return UNKNOWN
    return _item_of_value(value)


def _is_name(keys: list[Any]) -> bool:
    """True if a key is the name of a member, and no number."""
    return len(keys) == 1 and keys[0].__class__ is str and keys[0] != "" and not keys[0].isdigit()


def _item_of_scripted(f: Frame, value: Ref, keys: list[Any], at: int) -> Value:
    """Return a property whose name is a value."""
    name = to_text(keys[0]) if len(keys) == 1 else None
    return f[1].invoke_property(f, value, name, [], at) if name.__class__ is str else Some("", labels_in(f, value))


def _item_of_class(f: Frame, value: Ref, table: Table, keys: list[Any], at: int) -> Value:
    symbol = table[CLASS]
    return invoke(f, value, symbol.default, keys, at)[0] if symbol.default else UNKNOWN


def _item_of_value(value: Value) -> Value:
    """Return an element of a value that is no object, and not known."""
    if value.__class__ in KNOWN:
        raise Thrown(13)
    return Some(value.type if value.__class__ is Some else "", labels_of(value))


def set_item(f: Frame, subject: Value, keys: list[Any], value: Value, at: int) -> None:
    """Assign to an element by keys."""
    value = outside(value)
    kind = subject.__class__
    if kind is OneOf:
        if objects := tuple(each for each in subject.options if each.__class__ is Ref):
            for_each(f, objects, lambda g, each: set_item(g, each, keys, value, at))
        return
    if kind is not Ref:
        return
    table = f[0].t[subject.oid]
    of = table[KIND]
    if of == "array" or (of == "list" and not _is_name(keys)):
        set_element(f[1], f, subject, [*keys, value], at)
    elif of == _OF_CLASS:
        if table[CLASS].default:
            set_member(f, subject, table[CLASS].default, keys, value, at)
    elif of in SCRIPTED:
        _set_item_of_scripted(f, subject, keys, value, at)
    elif (setter := f[1].world.rows.get((of, "set-"))) is not None:
        use_row(f, setter, subject, [*keys, value], at)
    else:
        put_entry(f[1], f, subject, [keys[0], value], at)


def _set_item_of_scripted(f: Frame, subject: Ref, keys: list[Any], value: Value, at: int) -> None:
    name = to_text(keys[0]) if len(keys) == 1 else None
    if name.__class__ is str:
        f[1].put_property(f, subject, name, value, at)
    else:
        f[0].write(subject.oid, REST, join(f[0].t[subject.oid].get(REST, value), value))


# Values of objects ----------------------------------------------------------------------------------------------------


def default(f: Frame, value: Value, at: int = 0) -> Value:
    """Return the value that an object stands for: that of its default member; ``at`` is the place that asks for it."""
    kind = value.__class__
    if kind is OneOf:
        if not any(each.__class__ in (Ref, Func) for each in value.options):
            return value
        return choice([default(f, each, at) for each in value.options])
    if kind is Func:
        return call_value(f, value, [], 0)[0]
    if kind is not Ref:
        return value
    table = f[0].t[value.oid]
    of = table[KIND]
    if of == _OF_CLASS and table[CLASS].default:
        return invoke(f, value, table[CLASS].default, [], 0)[0]
    if of in _ARRAYS or of == "function":
        return value
    if of in SCRIPTED:
        return f[1].plain_value(f, value)
    row = f[1].world.rows.get((of, ""))
    if row is not None and row_for(row, 0).least == 0:
        found = use_row(f, row, value, [], at)
        return found if found.__class__ is not Ref else _default_of_default(f, value, found, at)
    return Some("", labels_in(f, value))


def _default_of_default(f: Frame, value: Ref, found: Ref, at: int) -> Value:
    """Return the value of the object that is the default member of another one."""
    if found == value or f[0].t[found.oid][KIND] == f[0].t[value.oid][KIND]:
        return Some("", labels_in(f, found))
    return default(f, found, at)


def assigned(f: Frame, value: Value, name: str, at: int) -> Value:
    """Return a value as an assignment without ``Set`` stores it: an array is copied, labels have one more step."""
    kind = value.__class__
    if kind is Ref:
        if f[0].t[value.oid][KIND] == "array":
            return copy_array(f[1], f, value, [], at)
        return default(f, value, at)
    if kind is OneOf and any(each.__class__ is Ref for each in value.options):
        return for_each(f, value.options, lambda g, each: assigned(g, each, name, at))
    return stepped(value, name, at + f[1].unit * UNIT) if name else value


def stepped(value: Value, name: str, at: int) -> Value:
    """Return a value whose labels have gone one step further: to a variable of a name."""
    kind = value.__class__
    if kind is Some:
        if not value.labels:
            return value
        if all(_is_stepped(each, name) for each in value.labels):
            return value
        labels = frozenset(_stepped_label(each, name, at) for each in value.labels)
        return Some(value.type, labels, value.codes, value.form)
    if kind is Parts:
        parts = tuple(stepped(each, name, at) if each.__class__ is Some else each for each in value.parts)
        return value if all(map(operator.is_, parts, value.parts)) else Parts(parts)
    return value


def _is_stepped(label: Label, name: str) -> bool:
    """True if a label has enough steps, or one to the variable."""
    return len(label.steps) > _MOST_STEPS or any(each == name for each, _ in label.steps)


def _stepped_label(label: Label, name: str, at: int) -> Label:
    if _is_stepped(label, name):
        return label
    return Label(label.kind, label.origin, label.key, label.at, (*label.steps, (name, at)))


# Functions as values --------------------------------------------------------------------------------------------------


def call_value(f: Frame, value: Value, values: list[Value], at: int) -> Found:
    """Call the value of a variable: a function of the page, else its element by keys."""
    code, itself = value, None
    if value.__class__ is Ref and CODE in f[0].t[value.oid]:
        code, itself = f[0].t[value.oid][CODE], value
    if code.__class__ is not Func:
        return item(f, value, values, at), None, None
    proc = f[1].procs.get(code.name) if code.proc is None else compiled(code.proc)
    if proc is None:
        return derived(values), None, None
    return (*call(f, proc, values, code.this, at, code, itself), proc)


# New objects ----------------------------------------------------------------------------------------------------------


def new(f: Frame, name: str, values: list[Any], at: int) -> Value:
    """Make an object: of a class of the page, of the core's own kinds, or of a type of the library."""
    symbol = f[1].classes.get(name)
    if symbol is not None:
        return _new_of_class(f, symbol, at)
    site = (name, at) if f[1].coarse else None
    if name == "box":
        return f[0].new("box", {"v": values[0] if values else EMPTY}, site)
    if name in _ARRAYS:
        fields: Table = dict(enumerate(values))
        fields[SIZE] = len(values)
        return f[0].new(name, fields, site)
    if (row := f[1].world.rows.get((name.lower(), "new"))) is not None:
        return use_row(f, row, None, values, at)
    return make(f, f[1].world.library.programs.get("vbscript." + name.lower(), "unknown"), {}, at)


def _new_of_class(f: Frame, symbol: Class, at: int) -> Value:
    fields = {CLASS: symbol, **dict.fromkeys(symbol.fields, EMPTY)}
    for field, bounds in symbol.sizes.items():
        fields[field] = resized(f[1], f, None, bounds, 0)
    value = f[0].new("object", fields, at if f[1].coarse else None)
    if symbol.initial is not None:
        call(f, compiled(symbol.initial), [], value, at)
    return value


# Rows -------------------------------------------------------------------------------------------------------------


def use_row(f: Frame, row: Row, subject: Value, values: list[Any], at: int) -> Value:
    """Call a member of the library; a possible sink is noted."""
    if row.others:
        row = row_for(row, len(values))
    keys: list[Any] = []
    if row.is_property and len(values) > len(row.params):
        values, keys = values[: len(row.params)], values[len(row.params) :]
    if row.takes_objects:
        several = next((index for index in row.taken if index < len(values) and _has_objects(values[index])), None)
        if several is not None:
            before, after = values[:several], values[several + 1 :]
            each_of = tuple(each for each in values[several].options if each is not MISSING)
            return for_each(f, each_of, lambda g, each: use_row(g, row, subject, [*before, each, *after], at))
    else:
        values = [default(f, each, at) if each.__class__ in _WITH_DEFAULTS else each for each in values]
    arrival = None
    if row.names[-1] in f[1].world.arriving:
        names = row.names if row.names[0] != "*" else (*names_of(f, subject), row.names[-1])
        arrival = arrive(f, names, at, values, subject)
    result = call_row(f, row, subject, values, at, arrival)
    return item(f, result, keys, at) if keys else result


_WITH_DEFAULTS = frozenset({Ref, OneOf, Func})


def _has_objects(value: Value) -> bool:
    return value.__class__ is OneOf and any(each.__class__ is Ref for each in value.options)


# Sinks ------------------------------------------------------------------------------------------------------------


def names_of(f: Frame, subject: Value) -> tuple[str, ...]:
    """Return the dotted names by which an object is known: its type, else whether it is somebody's."""
    if subject.__class__ is Ref:
        return tuple(f[0].t[subject.oid][KIND].split("."))
    return ("visitor",) if labels_of(subject) else ("value",)


def arrive(
    f: Frame,
    names: tuple[str, ...],
    at: int,
    values: list[Any],
    subject: Value = None,
    *,
    is_assigned: bool = False,
) -> Arrival:
    """Note that something outside of the page was reached with some values."""
    found = [shown(f, each) for each in values if each is not MISSING]
    arrivals: Arrivals = f[1].arrivals
    return arrivals.arrive(names, at + f[1].unit * UNIT, found, _stands_for(f, subject), is_assigned=is_assigned)


def shown(f: Frame, value: Value) -> Value:
    """Return a value as an arrival has it: of an object its path, its content, or else whose values it has."""
    if value.__class__ is not Ref:
        return value
    table = f[0].t[value.oid]
    if SIZE in table:
        return Some("", labels_in(f, value))
    found = _stands_for(f, value)
    return default(f, value) if found is UNKNOWN else found


def _stands_for(f: Frame, subject: Value) -> Value:
    """Return the path that an object is about, or else its content."""
    if subject.__class__ is not Ref:
        return subject
    table = f[0].t[subject.oid]
    found = table.get("path", MISSING)
    return table.get("content", UNKNOWN) if found is MISSING else found
