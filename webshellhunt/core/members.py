"""Members and items: what reading, calling and assigning to a member or an element does, by what the object is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from webshellhunt.core.arrivals import Arrival
from webshellhunt.core.calls import call
from webshellhunt.core.containers import copy_array, element, put_entry, resized, set_element
from webshellhunt.core.ending import Thrown
from webshellhunt.core.errors import may_fail
from webshellhunt.core.heap import (
    CLASS,
    CODE,
    KIND,
    PAGE,
    PROTOTYPE,
    REST,
    SIZE,
    Table,
    fork_frame,
    join_frames,
)
from webshellhunt.core.ir import UNIT, Class
from webshellhunt.core.library_calls import labels_in, make, outs
from webshellhunt.core.library_calls import use_row as call_row
from webshellhunt.core.objects import Found, any_member, look_up, property_key
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row, row_for
from webshellhunt.core.state import compiled
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
    choice,
    join,
    labels_of,
    options,
    type_of,
)

NO_OBJECT = 424
"""The number of the error that there is no object."""
_PLAIN = frozenset({"object", "function", "box"})
"""Kinds of objects of the page: with a class, else with members of their own."""
_ARRAYS = frozenset({"array", "list"})
"""Kinds of arrays: one that an assignment copies, one that it shares."""
_MOST_STEPS = 11


# Names that no place has ----------------------------------------------------------------------------------------------


_UNASSIGNED = OneOf((EMPTY, UNKNOWN))
"""A name that nothing is ever assigned to is empty, unless another file assigns it."""


def missing(f: Frame, name: str) -> Any:
    """Return the value of a variable of the page that nothing was assigned to."""
    procs = f[1].procs
    if name in procs:
        return Func(name)
    if name.lower() in procs:
        return Func(name.lower())
    return EMPTY if f[1].is_whole else _UNASSIGNED


def unknown_call(f: Frame, name: str, values: list[Any], at: int) -> Any:
    """Call a name that is no procedure: a value of the page with keys, a function of the library, or nothing known."""
    value = f[0].t[PAGE].get(name, MISSING)
    if value is not MISSING:
        if value.__class__ is Ref and f[0].t[value.oid][KIND] == "function":
            return call_value(f, value, values, None, at)[0]
        return item(f, value, values, at) if values else value
    row = f[1].world.rows.get(("", name.lower()))
    if row is not None:
        return use_row(f, row, None, values, at)
    return unknown_result(f, name, None, values)


def call_in_scope(f: Frame, name: str, values: list[Any], at: int, scope: Any) -> Any:
    """Call a function of the library by its name; one that runs a text does so in a scope."""
    of = _IN_SCOPE.get(name)
    return of(f, values, at, scope) if of is not None else unknown_call(f, name, values, at)


def derived(values: Sequence[Any]) -> Some:
    """Return some value that is made of others."""
    return Some("", NONE.union(*map(labels_of, values)))


def unknown_result(f: Frame, name: str, subject: Any, values: Sequence[Any]) -> Any:
    """Return the result of a function or member that nobody knows."""
    unknown = f[1].world.unknown
    if unknown is None:
        return derived(values if subject is None else [subject, *values])
    return unknown(f[1].unit, name, subject, values)


# Several objects -------------------------------------------------------------------------------------------------------


def for_each(f: Frame, subjects: Sequence[Any], do: Callable[[Frame, Any], Any]) -> Any:
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
            failed = error
    if not states:
        raise failed or Thrown(NO_OBJECT)
    if any(g[0].owned or len(g[0].t) != len(f[0].t) for g in states):
        joined = states[0]
        for g in states[1:]:
            joined = join_frames(joined, g)
        f[:] = joined
    return choice(found)


def _objects(value: OneOf) -> tuple[Any, ...]:
    """Return what a value may be where something is done with it as an object."""
    return tuple(each for each in value.options if each is not None and each is not EMPTY and each is not MISSING)


# Members ---------------------------------------------------------------------------------------------------------------


def member(f: Frame, subject: Any, name: str, at: int) -> Any:
    """Return the value of a member; a method of a class, or of the library, is called."""
    if subject.__class__ is Ref:
        table = f[0].t[subject.oid]
        if table[KIND] in _PLAIN and CLASS not in table:
            value = look_up(f, subject, name)
            return value if value is not EMPTY else _missing_member(f, subject, table[KIND], name, at)
    return invoke(f, subject, name, [], at)[0]


def _missing_member(f: Frame, subject: Ref, kind: str, name: str, at: int) -> Any:
    row = f[1].world.rows.get((kind, name.lower()))
    return EMPTY if row is None or row.params else use_row(f, row, subject, [], at)


def invoke(f: Frame, subject: Any, name: str, values: list[Any], at: int) -> Found:
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
        if of in _PLAIN:
            return (_invoke_of_class if CLASS in table else _invoke_plain)(f, subject, table, name, values, at)
        return _invoke_library(f, subject, table, name, values, at)
    if kind is OneOf:
        return for_each(f, _objects(subject), lambda g, each: invoke(g, each, name, values, at)[0]), None, None
    if kind is Func:
        return UNKNOWN, None, None
    if subject is None or subject is EMPTY:
        raise Thrown(NO_OBJECT)
    row = f[1].world.rows.get((_ROWS_OF.get(type_of(subject), ""), name.lower()))
    if row is None:
        row = f[1].world.rows.get(("*", name.lower()))
    if row is not None:
        return use_row(f, row, subject, values, at), None, None
    if name.lower() in f[1].world.arriving:
        arrive(f, (*names_of(f, subject), name.lower()), at, values, subject)
    return unknown_result(f, name, subject, values), None, None


def _invoke_plain(f: Frame, subject: Ref, table: Table, name: str, values: list[Any], at: int) -> Found:
    """Call a member of an object without a class: a function that it has, or that all of its kind have."""
    function = look_up(f, subject, name)
    if function is EMPTY and (row := f[1].world.rows.get((table[KIND], name.lower()))) is not None:
        return use_row(f, row, subject, values, at), None, None
    return call_value(f, function, values, subject, at)


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


def set_member(f: Frame, subject: Any, name: str, keys: list[Any], value: Any, at: int) -> None:
    """Assign to a member, or to an element of one by keys.

    Raises:
        Thrown: There is no object.
    """
    kind = subject.__class__
    if kind is OneOf:
        for_each(f, _objects(subject) or (None,), lambda g, each: set_member(g, each, name, keys, value, at))
    elif kind is Ref:
        table = f[0].t[subject.oid]
        if table[KIND] in _PLAIN:
            (_set_of_class if CLASS in table else _set_plain)(f, subject, table, name, keys, value, at)
        else:
            _set_library(f, subject, table, name, keys, value, at)
    elif subject is None or subject is EMPTY:
        raise Thrown(NO_OBJECT)


def _set_plain(f: Frame, subject: Ref, table: Table, name: str, keys: list[Any], value: Any, at: int) -> None:
    if keys:
        set_item(f, look_up(f, subject, name), keys, value, at)
    else:
        f[0].write(subject.oid, name, value)


def _set_of_class(f: Frame, subject: Ref, table: Table, name: str, keys: list[Any], value: Any, at: int) -> None:
    proc = table[CLASS].setters.get(name)
    if proc is not None:
        call(f, compiled(proc), [*keys, value], subject, at)
    elif keys:
        set_item(f, table.get(name, EMPTY), keys, value, at)
    else:
        f[0].write(subject.oid, name, value)


def _set_library(f: Frame, subject: Ref, table: Table, name: str, keys: list[Any], value: Any, at: int) -> None:
    """Assign to a property of an object of the library, or to an entry of what a property is."""
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


# Items -----------------------------------------------------------------------------------------------------------------


def item(f: Frame, value: Any, keys: list[Any], at: int) -> Any:
    """Return an element by keys: of an array or an object, the default member of an object, or the result of a call.

    Raises:
        Thrown: A known value has no elements.
    """
    kind = value.__class__
    if kind is Ref:
        table = f[0].t[value.oid]
        of = table[KIND]
        if of in _ARRAYS:
            return _element(f, value, of, keys, at)
        if of in _PLAIN:
            return (_item_of_class if CLASS in table else _item_plain)(f, value, table, keys, at)
        row = f[1].world.rows.get((of, ""))
        if row is not None:
            return use_row(f, row, value, keys, at)
        return Some("", labels_in(f, value))
    if kind is OneOf:
        return for_each(f, _objects(value), lambda g, each: item(g, each, keys, at)) if _objects(value) else UNKNOWN
    if kind is Func:
        return call_value(f, value, keys, None, at)[0]
    if kind is Truth:
        return UNKNOWN
    return _item_of_value(f, value, keys, at)


def _element(f: Frame, value: Ref, of: str, keys: list[Any], at: int) -> Any:
    """Return an element of an array; of a shared one also a member whose name is a value."""
    if of == "list" and len(keys) == 1 and _is_name(keys[0]):
        return member(f, value, keys[0], at)
    return element(f[1], f, value, keys, at)


def _is_name(key: Any) -> bool:
    """True if a key is the name of a member, and no number."""
    return key.__class__ is str and key != "" and not key[0].isdigit() and key[0] not in "\0-"


def _item_of_class(f: Frame, value: Ref, table: Table, keys: list[Any], at: int) -> Any:
    symbol = table[CLASS]
    return invoke(f, value, symbol.default, keys, at)[0] if symbol.default else UNKNOWN


def _item_plain(f: Frame, value: Ref, table: Table, keys: list[Any], at: int) -> Any:
    name = property_key(keys[0]) if len(keys) == 1 else None
    return any_member(f, value) if name is None else member(f, value, name, at)


def _item_of_value(f: Frame, value: Any, keys: list[Any], at: int) -> Any:
    """Return an element of a value that is no object: a member of its type by name, else what is made of it."""
    if len(keys) == 1 and _is_name(keys[0]):
        row = f[1].world.rows.get((_ROWS_OF.get(type_of(value), ""), keys[0].lower()))
        if row is not None:
            return use_row(f, row, value, [], at)
    if value.__class__ in KNOWN:
        raise Thrown(13)
    return Some(value.type if value.__class__ is Some else "", labels_of(value))


def set_item(f: Frame, subject: Any, keys: list[Any], value: Any, at: int) -> None:
    """Assign to an element by keys."""
    kind = subject.__class__
    if kind is OneOf:
        if objects := tuple(each for each in subject.options if each.__class__ is Ref):
            for_each(f, objects, lambda g, each: set_item(g, each, keys, value, at))
        return
    if kind is not Ref:
        return
    table = f[0].t[subject.oid]
    of = table[KIND]
    if of in _ARRAYS and not (of == "list" and len(keys) == 1 and _is_name(keys[0])):
        set_element(f[1], f, subject, [*keys, value], at)
    elif of in _PLAIN and CLASS in table:
        if table[CLASS].default:
            set_member(f, subject, table[CLASS].default, keys, value, at)
    elif of in _PLAIN or of in _ARRAYS:
        _set_item_plain(f, subject, table, keys, value)
    elif (setter := f[1].world.rows.get((of, "set-"))) is not None:
        use_row(f, setter, subject, [*keys, value], at)
    else:
        put_entry(f[1], f, subject, [keys[0], value], at)


def _set_item_plain(f: Frame, subject: Ref, table: Table, keys: list[Any], value: Any) -> None:
    name = property_key(keys[0]) if len(keys) == 1 else None
    if name is None:
        f[0].write(subject.oid, REST, join(table.get(REST, value), value))
    else:
        f[0].write(subject.oid, name, value)


# Values of objects -----------------------------------------------------------------------------------------------------


def default(f: Frame, value: Any, at: int = 0) -> Any:
    """Return the value that an object stands for: that of its default member; ``at`` is the place that asks for it."""
    kind = value.__class__
    if kind is OneOf:
        if not any(each.__class__ in (Ref, Func) for each in value.options):
            return value
        return choice([default(f, each, at) for each in value.options])
    if kind is Func:
        proc = f[1].procs.get(value.name) if value.proc is None else compiled(value.proc)
        return call(f, proc, [], value.this, 0)[0] if proc is not None else UNKNOWN
    if kind is not Ref:
        return value
    table = f[0].t[value.oid]
    of = table[KIND]
    if of in _PLAIN and CLASS in table and table[CLASS].default:
        return invoke(f, value, table[CLASS].default, [], 0)[0]
    if of in _ARRAYS or of == "function":
        return value
    row = f[1].world.rows.get((of, ""))
    if row is not None and row_for(row, 0).least == 0:
        found = use_row(f, row, value, [], at)
        return found if found.__class__ is not Ref else _default_of_default(f, value, found, at)
    return Some("", labels_in(f, value))


def _default_of_default(f: Frame, value: Ref, found: Ref, at: int) -> Any:
    """Return what the object stands for that is the default member of another one."""
    if found == value or f[0].t[found.oid][KIND] == f[0].t[value.oid][KIND]:
        return Some("", labels_in(f, found))
    return default(f, found, at)


def assigned(f: Frame, value: Any, name: str, at: int) -> Any:
    """Return a value as an assignment without ``Set`` stores it: an array is copied, labels have one more step."""
    kind = value.__class__
    if kind is Ref:
        if f[0].t[value.oid][KIND] == "array":
            return copy_array(f[1], f, value, [], at)
        return default(f, value, at)
    if kind is OneOf and any(each.__class__ is Ref for each in value.options):
        return for_each(f, value.options, lambda g, each: assigned(g, each, name, at))
    return stepped(value, name, at + f[1].unit * UNIT) if name else value


def stepped(value: Any, name: str, at: int) -> Any:
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


def call_value(f: Frame, value: Any, values: list[Any], this: Any, at: int) -> Found:
    """Call what a value is: a function of the page, a member of something, or what nothing is known of."""
    kind = value.__class__
    if kind is OneOf:
        functions = tuple(each for each in value.options if each.__class__ not in KNOWN) or (UNKNOWN,)
        return for_each(f, functions, lambda g, each: call_value(g, each, values, this, at)[0]), None, None
    if kind is Func:
        return _call_function(f, value, values, this, at)
    if kind is Method:
        if value.subject is not None:
            return invoke(f, value.subject, value.name, values, at)
        return call_in_scope(f, value.name, values, at, value.scope), None, None
    if kind is Ref:
        code = f[0].t[value.oid].get(CODE)
        if code.__class__ is OneOf:
            return for_each(f, code.options, lambda g, each: _call_function(g, each, values, this, at)[0]), None, None
        if code is not None:
            return _call_function(f, code, values, this, at)
        return item(f, value, values, at), None, None
    return derived([value, *values]), None, None


def _call_function(f: Frame, function: Any, values: list[Any], this: Any, at: int) -> Found:
    run = f[1]
    if function.__class__ is not Func:
        return derived(values), None, None
    this = this if function.this is None else function.this
    proc = run.procs.get(function.name) if function.proc is None else compiled(function.proc)
    if proc is None:
        return derived(values), None, None
    return (*call(f, proc, values, this, at, function), proc)


def construct(f: Frame, callee: Any, values: list[Any], at: int) -> Any:
    """Make an object with a function of the page as its constructor; what the function returns, if it is an object."""
    found = []
    for each in options(callee):
        code = f[0].t[each.oid].get(CODE) if each.__class__ is Ref else None
        if code is None:
            found.append(derived([each, *values]))
            continue
        prototype = look_up(f, each, "prototype")
        fields = {PROTOTYPE: prototype} if prototype.__class__ is Ref else {}
        made = f[0].new("object", fields, at if f[1].coarse else None)
        result = call_value(f, each, values, made, at)[0]
        found.append(result if result.__class__ is Ref else made)
    return choice(found)


def member_named(f: Frame, subject: Any, keys: list[Any], values: list[Any], at: int) -> Found:
    """Call the member of an object whose name is a value."""
    name = property_key(keys[0]) if len(keys) == 1 else None
    if name is not None:
        return invoke(f, subject, name, values, at)
    return call_value(f, item(f, subject, keys, at), values, subject, at)


# New objects ----------------------------------------------------------------------------------------------------------


def new(f: Frame, name: str, values: list[Any], at: int) -> Any:
    """Make an object: of a class of the page, of the core's own kinds, or of a type of the library."""
    symbol = f[1].classes.get(name)
    if symbol is not None:
        return _new_of_class(f, symbol, at)
    site = (name, at) if f[1].coarse else None
    if name == "box":
        return f[0].new("box", {"v": values[0] if values else EMPTY}, site)
    if name in _ARRAYS:
        return f[0].new(name, {**dict(enumerate(values)), SIZE: len(values)}, site)
    if name == "object":
        return f[0].new("object", {}, site)
    if (row := f[1].world.rows.get((name.lower(), "new"))) is not None:
        return use_row(f, row, None, values, at)
    return make(f, f[1].world.library.programs.get("vbscript." + name.lower(), "unknown"), {}, at)


def _new_of_class(f: Frame, symbol: Class, at: int) -> Any:
    fields = {CLASS: symbol, **dict.fromkeys(symbol.fields, EMPTY)}
    for field, bounds in symbol.sizes.items():
        fields[field] = resized(f[1], f, None, bounds, 0)
    value = f[0].new("object", fields, at if f[1].coarse else None)
    if symbol.initial is not None:
        call(f, compiled(symbol.initial), [], value, at)
    return value


# Rows -------------------------------------------------------------------------------------------------------------


def use_row(f: Frame, row: Row, subject: Any, values: list[Any], at: int) -> Any:
    """Call a member of the library; what may be a sink is noted."""
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


def _has_objects(value: Any) -> bool:
    return value.__class__ is OneOf and any(each.__class__ is Ref for each in value.options)


# Sinks ------------------------------------------------------------------------------------------------------------


def names_of(f: Frame, subject: Any) -> tuple[str, ...]:
    """Return the dotted names by which an object is known: its type, else whether it is somebody's."""
    if subject.__class__ is Ref:
        return tuple(f[0].t[subject.oid][KIND].split("."))
    return ("visitor",) if labels_of(subject) else ("value",)


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
    return f[1].arrivals.arrive(names, at + f[1].unit * UNIT, found, shown(f, subject), is_assigned=is_assigned)


def shown(f: Frame, value: Any) -> Any:
    """Return a value as an arrival has it: of an object its path, its content, or else whose values it has."""
    if value.__class__ is not Ref:
        return value
    table = f[0].t[value.oid]
    if SIZE in table:
        return Some("", labels_in(f, value))
    return table.get("path", table.get("content", default(f, value)))


def do_execute(f: Frame, values: list[Any], at: int, scope: Any) -> Any:
    return _text(f, "execute", default(f, values[0], at), scope, at)


def do_executeglobal(f: Frame, values: list[Any], at: int, scope: Any) -> Any:
    return _text(f, "executeglobal", default(f, values[0], at), scope, at)


def do_eval(f: Frame, values: list[Any], at: int, scope: Any) -> Any:
    return _text(f, "eval", default(f, values[0], at), scope, at)


def _text(f: Frame, name: str, value: Any, scope: Any, at: int) -> Any:
    """Run a text that a function of the language gets; the arrival has those inside it."""
    arrival = arrive(f, (name,), at, [value])
    return run_texts(f, value, scope, arrival, at, is_expression=name == "eval")


_IN_SCOPE = {"execute": do_execute, "executeglobal": do_executeglobal, "eval": do_eval}
_ROWS_OF = {"text": "text", "": "text", "number": "number", "truth": "truth"}
"""Types of rows by types of values; of some value, those of a text."""
