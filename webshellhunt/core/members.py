"""Members and items: reading, calling and assigning to a member or an element, by the kind of the object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from webshellhunt.core import assigned as assigned_to
from webshellhunt.core.arrivals import Arrival, Arrivals
from webshellhunt.core.calls import call, structure
from webshellhunt.core.classes import CONSTRUCTOR, STATIC, VECTOR, Fit, choices, lineage, lineage_of
from webshellhunt.core.containers import OUTSIDE, copy_array, element, put_entry, resized, set_element, there
from webshellhunt.core.conversions import FailError
from webshellhunt.core.ending import PageEnd, Thrown
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
from webshellhunt.core.library_calls import answer_of_all, codes_of, held_fields, labels_in, make, outs
from webshellhunt.core.library_calls import use_row as call_row
from webshellhunt.core.procedure import Frame, Procedure, compiled
from webshellhunt.core.rows import SELF, Row, row_for
from webshellhunt.core.text import measured_on, mid
from webshellhunt.core.texts import run_texts
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    TRUTH,
    UNKNOWN,
    Argument,
    Char,
    Func,
    Label,
    Method,
    Named,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    TypeOf,
    Value,
    choice,
    join,
    labels_of,
    number,
    to_text,
    type_of,
)

NO_OBJECT = 424
"""The number of the error that there is no object."""
_OF_CLASS = "object"
"""The kind of objects of a class of the page."""
FUNCTIONS = "functions"
"""The kind of several functions that are called in turn."""
TUPLE = "tuple"
_ARRAYS = frozenset({"array", "list", VECTOR, TUPLE})
"""Kinds of arrays: one that an assignment copies, those that it shares."""
FIXED = _ARRAYS - {"list"}
_INVOKES = frozenset({"invoke", "begininvoke", "dynamicinvoke", "compile"})
"""The members by which a function value is called; ``compile`` gives it itself."""
SCRIPTED = frozenset(
    {
        "plain", "list", "function", "pattern", "error", "date", "arguments", "prototype", "enumerator", "vbarray",
        "box", "page", "wrapped", "map", "set", "promise",
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
    if f[1].world.host is not None:
        return f[1].world.host.missing(name)
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
    if ":" in name and name in f[1].world.arriving:  # a function of the system, by its real name
        arrive(f, (name,), at, values)
    call_given(f, values, at)
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


def call_given(f: Frame, values: Sequence[Any], at: int) -> None:
    """Call functions of a page with types that an unknown function gets: it may call them, with values of its own."""

    def run(g: Frame, function: Value) -> Value:
        with suppress(PageEnd):
            return EMPTY if function is None else call_value(g, function, [UNKNOWN] * _MOST_GIVEN, at)[0]
        return EMPTY

    for each in values if f[1].world.library.has_types else ():
        if is_function(f, each):
            for_each(f, (each, None), run)


_MOST_GIVEN = 4
"""Arguments that a function gets from an unknown one."""


def unknown_result(f: Frame, name: str, subject: Value, values: Sequence[Any]) -> Value:
    """Return the result of a function or member that nobody knows."""
    unknown = f[1].world.unknown
    if unknown is None:
        return derived(values if subject is None else [subject, *values])
    values = [default(f, each) if each.__class__ is Ref and _has_default(f, each) else each for each in values]
    return unknown(f[1].unit, name, subject, values)


def _has_default(f: Frame, value: Ref) -> bool:
    """True for an argument that stands for its default member; with types, a container of the request is an object."""
    table = f[0].t[value.oid]
    return CLASS not in table and not (f[1].world.library.has_types and table[KIND] in f[1].world.library.only)


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


def member(f: Frame, subject: Value, name: str, at: int, of: str = "") -> Value:
    """Return the value of a member; a method of a class, or of the library, is called.

    A value from outside under a key is the member itself, until a key follows. ``of`` is the class whose member it is,
    whatever the object's own class overrides.
    """
    if subject.__class__ is Ref:
        table = f[0].t[subject.oid]
        if CLASS in table:
            return _member_of_class(f, subject, table, name, at, of)
        row = f[1].world.rows.get((table[KIND], name.lower()))
        is_method = row is not None and row_for(row, 0).least > 0
        if is_method and (row.result.what == "source" or f[1].world.library.has_types):
            return Method(subject, name.lower())
    elif subject.__class__ is TypeOf and (symbol := f[1].classes.get(subject.name)) is not None:
        return _member_of_class(f, *static_of(f, symbol), name, at, of)
    return invoke(f, subject, name, [], at)[0]


def _member_of_class(f: Frame, subject: Value, table: Table, name: str, at: int, of: str) -> Value:
    """Return a field of an object, or the result of its property or method."""
    line = lineage_of(f[1], table, of)
    if not (line.named("getters", name) or line.named("methods", name)):
        holder = subject if name in table else static_holder(f, table, name)
        if holder is not None:
            return f[0].t[holder.oid][name]
    return _invoke_of_class(f, subject, table, name, [], at, of)[0]


_TYPES = {str: "text", int: "number", float: "number", bool: "truth", Char: "letter"}
"""The types of the rows of known values."""
_LONG = 512
"""Texts that are longer cost steps of their own."""
_PLAIN = frozenset({int, float, bool, Char, type(None)})


def quick(f: Frame, subject: Value, lower: str, values: Sequence[Any]) -> Value:
    """Return the result of a member of a known value, or of a static one, by known arguments.

    `MISSING` leaves it to the general way, as all does that has an effect, a cost or a choice.
    """
    world = f[1].world
    which = _TYPES.get(subject.__class__)
    if which is None:
        if subject.name in f[1].classes:
            return MISSING
        which = subject.name
    row = world.rows.get((which, lower))
    if row is None or not row.is_function or lower in world.arriving or len(values) > len(row.params):
        return MISSING
    if len(values) < row.least or not KNOWN.issuperset(map(type, values)):
        return MISSING
    try:
        made = row.known(subject, *values) if row.of_value else row.known(*values)
    except (FailError, ValueError, TypeError, AttributeError, OverflowError, KeyError, IndexError):
        return MISSING
    kind = made.__class__
    return made if kind in _PLAIN or (kind is str and len(made) < _LONG) else MISSING


def invoke(f: Frame, subject: Value, name: str, values: list[Any], at: int, of: str = "") -> Found:
    """Call a member; ``of`` is the class whose member it is, whatever the object's own class overrides.

    Returns:
        Its result; of a procedure of the page the last values of its parameters, too, and the procedure.

    Raises:
        Thrown: There is no object.
    """
    kind = subject.__class__
    if kind is Ref:
        table = f[0].t[subject.oid]
        if CLASS in table:
            return _invoke_of_class(f, subject, table, name, values, at, of)
        return _invoke_of_kind(f, subject, table, name, values, at)
    if kind is OneOf:
        answers: list[tuple[Value, Value]] = []

        def run(g: Frame, each: Value) -> Value:
            made = invoke(g, each, name, [measured_on(value, each) for value in values], at, of)[0]
            answers.append((each, made))
            return made

        made = for_each(f, _objects(subject), run)
        return answer_of_all(subject, Argument(SELF), answers) if made.__class__ is Truth else made, None, None
    if kind is TypeOf:
        return _invoke_static(f, subject, name, values, at, of)
    if (kind is Func or kind is Method) and name.lower() in _INVOKES:
        return call_value(f, subject, values, at)
    if kind is Func:
        return UNKNOWN, None, None
    if subject is None or subject is EMPTY:
        return _invoke_of_nothing(f, subject, name, values, at), None, None
    return _invoke_of_value(f, subject, name, values, at)


def _invoke_of_kind(f: Frame, subject: Ref, table: Table, name: str, values: list[Any], at: int) -> Found:
    """Call a member of an object of no class of the page, by the object's kind."""
    which = table[KIND]
    if which == "box":
        value = table.get(name, UNKNOWN)
        return (item(f, value, values, at) if values else value), None, None
    if (CODE in table or which == FUNCTIONS) and name not in table and name.lower() in _INVOKES:
        return call_value(f, subject, values, at) if name.lower() != "compile" else (subject, None, None)
    if CODE in table and not f[1].prototypes:
        return UNKNOWN, None, None  # of a delegate
    if which in SCRIPTED:
        return f[1].invoke_property(f, subject, name, values, at), None, None
    return _invoke_library(f, subject, table, which, name, values, at)


def _invoke_of_nothing(f: Frame, subject: Value, name: str, values: list[Any], at: int) -> Value:
    """Call a member of null that has a row, of type ``nothing``; of the result of a task without one any member."""
    if f[1].world.library.has_types:
        row = f[1].world.rows.get(("nothing", name.lower())) or (
            f[1].world.rows.get(("*", name.lower())) if subject is EMPTY else None
        )
        if row is not None:
            return use_row(f, row, subject, values, at)
    raise Thrown(NO_OBJECT)


_LETTER = "letter"
"""The type of the members of a letter; those of the class itself are of ``char``."""


def _invoke_of_value(f: Frame, subject: Value, name: str, values: list[Any], at: int) -> Found:
    """Call a member of a text, a number, or a value of which nothing is known."""
    rows, lower = f[1].world.rows, name.lower()
    which = type_of(subject)
    row = rows.get((_LETTER if which == "char" else which, lower)) if f[1].world.library.has_types else None
    if row is None or row.is_script:
        row = rows.get(("*", lower))
    if row is not None:
        result = use_row(f, row, subject, values, at)
        return result, outs(f, row, subject, values, at) if row.has_outs else None, None
    if lower in f[1].world.arriving:
        arrive(f, (*names_of(f, subject), lower), at, values, subject)
    call_given(f, values, at)
    return unknown_result(f, name, subject, values), None, None


def _invoke_static(f: Frame, subject: TypeOf, name: str, values: list[Any], at: int, of: str) -> Found:
    """Call a static member of a class of the page, or of a type of the library."""
    symbol = f[1].classes.get(subject.name)
    if symbol is not None:
        return _invoke_of_class(f, *static_of(f, symbol), name, values, at, of)
    rows, lower, which = f[1].world.rows, name.lower(), subject.name.lower()
    row = rows.get((which, lower))
    if row is not None:
        result = use_row(f, row, None, values, at)
        return result, outs(f, row, None, values, at) if row.has_outs else None, None
    if lower in f[1].world.arriving:
        arrive(f, (*which.split("."), lower), at, values)
    elif which not in f[1].world.library.types and (row := rows.get(("*", lower))) is not None:
        return use_row(f, row, UNKNOWN, values, at), None, None  # a name that is no type, but a value of another file
    may_fail(f)
    call_given(f, values, at)
    return unknown_result(f, name, None, values), None, None


def _invoke_of_class(
    f: Frame, subject: Value, table: Table, name: str, values: list[Any], at: int, of: str = ""
) -> Found:
    """Call a method or a property of an object of the page's class, or of the class itself."""
    line = lineage_of(f[1], table, of)
    if name == CONSTRUCTOR:
        constructors = line.constructors()[0]
        if constructors:
            return call_one(f, constructors, values, subject, at)
        _become(f, subject, line.types, values, at)
        return EMPTY, None, None
    procs = line.named("methods", name) or line.named("getters", name)
    if procs:
        return call_one(f, procs, values, subject, at)
    holder = subject if name in table else static_holder(f, table, name)
    if holder is not None:
        value = f[0].t[holder.oid][name]
        return call_value(f, value, values, at) if values or is_function(f, value) else (value, None, None)
    return _invoke_of_bases(f, subject, table, line.types, name, values, at)


def _invoke_of_bases(
    f: Frame, subject: Value, table: Table, types: Sequence[str], name: str, values: list[Any], at: int
) -> Found:
    """Call a member that an object of a class of the page has from a type of the library."""
    lower, rows = name.lower(), f[1].world.rows
    for which in (table[KIND], *types):
        if (which, lower) in rows and which != _OF_CLASS:
            return _invoke_library(f, subject, table, which, name, values, at)
    if lower in table and types:
        return (item(f, table[lower], values, at) if values else table[lower]), None, None
    row = rows.get(("object", lower))
    if row is not None and not row.is_script:
        return use_row(f, row, subject, values, at), None, None
    if not types:
        return (item(f, UNKNOWN, values, at) if values else UNKNOWN), None, None
    return _invoke_library(f, subject, table, types[0], name, values, at)


def is_function(f: Frame, value: Value) -> bool:
    """True for a value that a call runs."""
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        return CODE in table or table[KIND] == FUNCTIONS
    return value.__class__ is Func or value.__class__ is Method


def call_one(
    f: Frame, procs: Sequence[Procedure], values: list[Any], this: Value, at: int, code: Value = None,
    itself: Value = None,
) -> Found:  # fmt: skip
    """Call the procedure of a name that the arguments mean, each of several where they don't say which.

    Arguments beyond the parameters are keys of the result.
    """
    first = procs[0]
    if len(procs) == 1 and not first.is_chosen and not (values and values[-1].__class__ is Named):
        result, finals = call(f, first, values, None if first.source.is_static else this, at, code, itself)
        if len(values) > len(first.params):
            result = item(f, result, values[len(first.params) :], at)
        return result, finals, first
    fits = choices(f, procs, values)
    if len(fits) == 1:
        return _call_fit(f, fits[0], this, at, code, itself)
    if fits:
        return for_each(f, fits, lambda g, each: _of_places(_call_fit(g, each, this, at, code, itself)[0])), None, None
    given = [each.value if each.__class__ is Named else each for each in values]
    return (*call(f, first, given, None if first.source.is_static else this, at, code, itself), first)


def _call_fit(f: Frame, fit: Fit, this: Value, at: int, code: Value, itself: Value) -> Found:
    """Call a procedure with arranged arguments; the last values are those of the arguments of the call."""
    proc = fit.proc
    result, finals = call(f, proc, fit.values, None if proc.source.is_static else this, at, code, itself)
    if fit.order == [*range(len(fit.order))]:
        return result, finals, proc
    return _of_places(result), [finals[each] if proc.params[each].is_out else MISSING for each in fit.order], None


def _of_places(result: Value) -> Value:
    """Return the result of a procedure without that which it says of its parameters."""
    return TRUTH if result.__class__ is Truth else outside(result)


# Classes themselves ---------------------------------------------------------------------------------------------------


def static_of(f: Frame, symbol: Class) -> tuple[Ref, Table]:
    """Return the object with the fields of a class itself; it gets their first values before it is used."""
    oid = (STATIC, symbol.name)
    table = f[0].t.get(oid)
    if table is None:
        f[0].add(oid, {KIND: STATIC, CLASS: symbol})
        for each in lineage(f[1], symbol).classes[1:]:
            static_of(f, each)
        if symbol.statics is not None:
            try:
                call(f, compiled(symbol.statics), [], None, 0)
            except Thrown as error:
                f[0] = f[0] if error.heap is None else error.heap
        table = f[0].t[oid]
    return Ref(oid), table


def static_holder(f: Frame, table: Table, name: str) -> Ref | None:
    """Return the object of the class, of those of an object, that has a field itself; ``None`` where none does."""
    for each in lineage(f[1], table[CLASS]).classes:
        oid = (STATIC, each.name)
        found = f[0].t.get(oid)
        if found is None and each.statics is not None:
            found = static_of(f, each)[1]
        if found is not None and name in found:
            return Ref(oid)
    return None


def _invoke_library(f: Frame, subject: Value, table: Table, which: str, name: str, values: list[Any], at: int) -> Found:
    """Call a member of an object of the library, or of one that nothing is known of; ``which`` is its type."""
    rows, name = f[1].world.rows, name.lower()
    row = rows.get((which, name))
    if name in table and (row is None or row.is_plain):
        value = table[name]
        if value.__class__ is OneOf and MISSING in value.options:
            value = there(value, EMPTY if row is None else use_row(f, row, subject, [], at))
            f[0].write(subject.oid, name, value)
        return (item(f, value, values, at) if values else value), None, None
    if row is None:
        row = rows.get(("*", name))
    if row is not None:
        result = use_row(f, row, subject, values, at)
        return result, outs(f, row, subject, values, at) if row.has_outs else None, None
    if name in f[1].world.arriving:
        arrive(f, (*which.split("."), name), at, values, subject)
    may_fail(f)
    given = NONE.union(*map(labels_of, values))
    if given and which == "unknown" and name in f[1].world.gatherers:
        f[0].write(subject.oid, REST, Some("", given))
    return Some("", labels_in(f, subject) | given), None, None


def single_object(f: Frame, subject: Value, name: str) -> Value:
    """Return the object of which there is one that a member is, ``None`` for anything that reading may change."""
    lower = name.lower()
    if subject.__class__ is TypeOf:
        kinds: tuple[str, ...] = (subject.name.lower(),)
    elif subject.__class__ is Ref and (table := f[0].t.get(subject.oid)) is not None:
        if table.get(lower).__class__ is Ref:
            return table[lower]
        kinds = lineage(f[1], table[CLASS]).types if CLASS in table else (table[KIND],)
    else:
        return None
    for kind in kinds:
        row = f[1].world.rows.get((kind, lower))
        if row is not None:
            return Ref(row.result.kind) if row.result.what == "the" else None
    return None


def set_member(f: Frame, subject: Value, name: str, keys: list[Any], value: Value, at: int, of: str = "") -> None:
    """Assign to a member, or to an element of one by keys.

    Raises:
        Thrown: There is no object.
    """
    value = outside(value)
    kind = subject.__class__
    if kind is OneOf:
        for_each(f, _objects(subject) or (None,), lambda g, each: set_member(g, each, name, keys, value, at, of))
    elif kind is Ref:
        table = f[0].t[subject.oid]
        which = table[KIND]
        if CLASS in table:
            _set_of_class(f, subject, table, name, keys, value, at, of)
        elif which == "box" and keys:
            set_item(f, table[name], keys, value, at)
        elif which == "box":
            f[0].write(subject.oid, name, value)
        elif which in SCRIPTED and not keys:
            f[1].put_property(f, subject, name, value, at)
        else:
            _set_library(f, subject, which, name, keys, value, at)
    elif kind is TypeOf:
        symbol = f[1].classes.get(subject.name)
        if symbol is not None:
            _set_of_class(f, *static_of(f, symbol), name, keys, value, at, of)
        else:
            _set_static(f, subject, name, keys, value, at)
    elif subject is None or subject is EMPTY:
        raise Thrown(NO_OBJECT)


def _set_of_class(
    f: Frame, subject: Ref, table: Table, name: str, keys: list[Any], value: Value, at: int, of: str
) -> None:
    line = lineage_of(f[1], table, of)
    procs = line.named("setters", name)
    if procs:
        call_one(f, procs, [*keys, value], subject, at)
        return
    holder = subject if name in table else static_holder(f, table, name)
    if keys:
        held = member(f, subject, name, at, of) if holder is None else f[0].t[holder.oid][name]
        set_item(f, held, keys, value, at)
    elif holder is None and (which := _type_with(f, line.types, name)):
        _set_library(f, subject, which, name, keys, value, at)
    else:
        f[0].write((subject if holder is None else holder).oid, name, value)


def _type_with(f: Frame, types: Sequence[str], name: str) -> str:
    """Return the type of the library, of the bases of a class, that has a member to assign to; the first, else none."""
    rows, lower = f[1].world.rows, name.lower()
    return next((each for each in types if (each, lower) in rows or (each, "set-" + lower) in rows), "")


def _set_static(f: Frame, subject: TypeOf, name: str, keys: list[Any], value: Value, at: int) -> None:
    """Assign to a static member of a type of the library: one that nobody knows keeps nothing."""
    which, lower = subject.name.lower(), name.lower()
    if lower in f[1].world.arriving:
        arrive(f, (*which.split("."), lower), at, [value], is_assigned=True)
    setter = f[1].world.rows.get((which, "set-" + lower))
    if setter is not None:
        use_row(f, setter, None, [*keys, value], at)
    elif keys:
        set_item(f, member(f, subject, name, at), keys, value, at)


def _set_library(f: Frame, subject: Ref, which: str, name: str, keys: list[Any], value: Value, at: int) -> None:
    """Assign to a property of an object of the library, or to an entry of the value of a property."""
    name = name.lower()
    setter = f[1].world.rows.get((which, "set-" + name))
    if not keys and name in f[1].world.arriving and which != "anonymous":
        if f[1].defers_assigned and setter is None:
            assigned_to.note(f, subject, name, value, at)
        else:
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
        if of in FIXED or (of == "list" and not _is_name(keys)):
            return element(f[1], f, value, keys, at)
        if CLASS in table:
            return _item_of_class(f, value, table, keys, at)
        if of == FUNCTIONS or (CODE in table and f[1].world.library.has_types):
            return call_value(f, value, keys, at)[0]
        if of in SCRIPTED:
            return _item_of_scripted(f, value, keys, at)
        row = f[1].world.rows.get((of, ""))
        if row is not None:
            return use_row(f, row, value, keys, at)
        return Some("", labels_in(f, value))
    if kind is OneOf:
        return for_each(f, _objects(value), lambda g, each: item(g, each, keys, at)) if _objects(value) else UNKNOWN
    if kind is Func or kind is Method:
        return call_value(f, value, keys, at)[0]
    if kind is Truth:
        return UNKNOWN
    return _item_of_value(f, value, keys, at)


def _is_name(keys: list[Any]) -> bool:
    """True if a key is the name of a member, and no number."""
    return len(keys) == 1 and keys[0].__class__ is str and keys[0] != "" and not keys[0].isdigit()


def _item_of_scripted(f: Frame, value: Ref, keys: list[Any], at: int) -> Value:
    """Return a property whose name is a value."""
    name = to_text(keys[0]) if len(keys) == 1 else None
    return f[1].invoke_property(f, value, name, [], at) if name.__class__ is str else Some("", labels_in(f, value))


def _item_of_class(f: Frame, value: Ref, table: Table, keys: list[Any], at: int) -> Value:
    line = lineage(f[1], table[CLASS])
    if line.default:
        return invoke(f, value, line.default, keys, at)[0]
    for which in (table[KIND], *line.types):
        row = f[1].world.rows.get((which, ""))
        if row is not None and which != _OF_CLASS:
            return use_row(f, row, value, keys, at)
    return UNKNOWN if not line.types else Some("", labels_in(f, value))


def _item_of_value(f: Frame, value: Value, keys: list[Any], at: int) -> Value:
    """Return an element of a value that is no object, or not known."""
    if f[1].world.library.has_types:
        kind = type_of(value)
        if (row := f[1].world.rows.get((kind, ""))) is not None and not row.is_script:
            return use_row(f, row, value, keys, at)
        if kind == "text" and len(keys) == 1:
            return _letter(value, keys[0])
        if kind == "bytes" and len(keys) == 1:
            return number(labels_of(value) | codes_of(keys[0]))
    if value.__class__ in KNOWN:
        raise Thrown(NO_OBJECT if value is None and f[1].world.library.has_types else 13)
    return Some(value.type if value.__class__ is Some else "", labels_of(value))


def _letter(value: Value, key: Value) -> Value:
    """Return a letter of a text by its index."""
    if key.__class__ is OneOf:
        return choice([_letter(value, each) for each in key.options])
    if value.__class__ is str and key.__class__ is int:
        if 0 <= key < len(value):
            return Char(value[key])
        raise Thrown(OUTSIDE)
    found = mid(value, key + 1, 1) if key.__class__ is int else MISSING
    return Char(found) if found.__class__ is str and found else Some("char", labels_of(value) | codes_of(key))


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
    if of in FIXED or (of == "list" and not _is_name(keys)):
        set_element(f[1], f, subject, [*keys, value], at)
    elif CLASS in table:
        _set_item_of_class(f, subject, table, keys, value, at)
    elif of in SCRIPTED:
        _set_item_of_scripted(f, subject, keys, value, at)
    elif (setter := f[1].world.rows.get((of, "set-"))) is not None:
        use_row(f, setter, subject, [*keys, value], at)
    else:
        put_entry(f[1], f, subject, [keys[0], value], at)


def _set_item_of_class(f: Frame, subject: Ref, table: Table, keys: list[Any], value: Value, at: int) -> None:
    line = lineage(f[1], table[CLASS])
    if line.default:
        set_member(f, subject, line.default, keys, value, at)
        return
    setter = next((row for which in line.types if (row := f[1].world.rows.get((which, "set-"))) is not None), None)
    if setter is not None:
        use_row(f, setter, subject, [*keys, value], at)
    elif line.types:
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
    if CLASS in table:
        return _default_of_class(f, value, table, at)
    if of in _ARRAYS or of == "function" or of == FUNCTIONS:
        return value
    if of in SCRIPTED:
        return f[1].plain_value(f, value)
    row = f[1].world.rows.get((of, ""))
    if row is not None and row_for(row, 0).least == 0:
        found = use_row(f, row, value, [], at)
        return found if found.__class__ is not Ref else _default_of_default(f, value, found, at)
    f[1].budget.left -= len(f[0].t[value.oid]) >> 2
    return Some("", labels_in(f, value))


def _default_of_class(f: Frame, value: Ref, table: Table, at: int) -> Value:
    """Return the value that an object of a class of the page stands for: of its default member, else its text."""
    line = lineage(f[1], table[CLASS])
    name = line.default
    if name and any(not each.params for each in line.named("getters", name) or line.named("methods", name)):
        return invoke(f, value, name, [], 0)[0]
    for text in ("ToString", "tostring"):
        if line.named("methods", text):
            return invoke(f, value, text, [], at)[0]
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


def copied_struct(f: Frame, value: Value, name: str, at: int) -> Value:
    """Return a value as an assignment stores it that copies structures."""
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        if table[KIND] != TUPLE and not (CLASS in table and table[CLASS].is_struct):
            return value
        copy: Ref = f[0].copy(value.oid, ("copy", at) if f[1].coarse else None)
        for key, each in table.items():
            if each.__class__ is Ref:
                f[0].t[copy.oid][key] = copied_struct(f, each, "", at)
        return copy
    if value.__class__ is OneOf and any(each.__class__ is Ref for each in value.options):
        return for_each(f, value.options, lambda g, each: copied_struct(g, each, name, at))
    return stepped(value, name, at + f[1].unit * UNIT) if name else value


def stepped(value: Value, name: str, at: int) -> Value:
    """Return a value whose labels have gone one step further: to a variable of a name."""
    kind = value.__class__
    if kind is Some:
        if not _lacks_step(value.labels, name):
            return value
        labels = frozenset([_stepped_label(each, name, at) for each in value.labels])
        return Some(value.type, labels, value.codes, value.form)
    if kind is Parts:
        for each in value.parts:
            if each.__class__ is Some and _lacks_step(each.labels, name):
                return Parts(tuple([stepped(x, name, at) if x.__class__ is Some else x for x in value.parts]))
    return value


def _lacks_step(labels: Iterable[Label], name: str) -> bool:
    """True if a label has not enough steps, and none to the variable; in loops, as a text may have many parts."""
    for label in labels:
        if len(label.steps) <= _MOST_STEPS:
            for each, _ in label.steps:
                if each == name:
                    break
            else:
                return True
    return False


def _stepped_label(label: Label, name: str, at: int) -> Label:
    if not _lacks_step((label,), name):
        return label
    return Label(label.kind, label.origin, label.key, label.at, (*label.steps, (name, at)))


# Functions as values --------------------------------------------------------------------------------------------------


def call_value(f: Frame, value: Value, values: list[Value], at: int) -> Found:
    """Call the value of a variable: a function of the page or of the library, else its element by keys."""
    code, itself = value, None
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        if table[KIND] == FUNCTIONS:
            return _call_in_turn(f, table, values, at)
        if CODE in table:
            code, itself = table[CODE], value
    if code.__class__ is Func:
        return _call_code(f, code, itself, values, at)
    if code.__class__ is Method:
        return invoke(f, code.subject, code.name, values, at)
    if itself is None:
        return item(f, value, values, at), None, None
    if code.__class__ is OneOf:  # an object that stands for several functions
        return for_each(f, code.options, lambda g, each: call_value(g, each, values, at)[0]), None, None
    return derived(values), None, None


def _call_in_turn(f: Frame, table: Table, values: list[Value], at: int) -> Found:
    """Call several functions; the result is that of the last."""
    found: Found = (EMPTY, None, None)
    for key, each in table.items():
        if key.__class__ is int or key == REST:
            found = call_value(f, each, values, at)
    return found


def _call_code(f: Frame, code: Func, itself: Value, values: list[Value], at: int) -> Found:
    proc = f[1].procs.get(code.name) if code.proc is None else compiled(code.proc)
    if proc is None:
        return derived(values), None, None
    if proc.is_chosen:
        return call_one(f, [proc, *map(compiled, proc.source.others)], values, code.this, at, code, itself)
    return (*call(f, proc, values, code.this, at, code, itself), proc)


def bind(f: Frame, subject: Value, name: str) -> Value:
    """Return a member as a function value."""
    if subject.__class__ is OneOf:
        return choice([bind(f, each, name) for each in _objects(subject)])
    table: Table | None = None
    if subject.__class__ is Ref:
        table = f[0].t[subject.oid]
    elif subject.__class__ is TypeOf and (symbol := f[1].classes.get(subject.name)) is not None:
        table = static_of(f, symbol)[1]
    if table is not None and CLASS in table:
        procs = lineage(f[1], table[CLASS]).named("methods", name)
        if procs:
            return Func(name, procs[0].source, None if procs[0].source.is_static else subject)
        if name in table:
            return table[name]
    return Method(subject, name)


# New objects ----------------------------------------------------------------------------------------------------------


def new(f: Frame, name: str, values: list[Any], at: int) -> Value:
    """Make an object: of a class of the page, of the core's own kinds, or of a type of the library."""
    symbol = f[1].classes.get(name)
    if symbol is not None:
        return _new_of_class(f, symbol, values, at)
    site = (name, at) if f[1].coarse else None
    if name == "box":
        return f[0].new("box", {"v": values[0] if values else EMPTY}, site)
    if name != TUPLE and (row := f[1].world.rows.get((name.lower(), "new"))) is not None:
        return use_row(f, row, None, values, at)
    if name in _ARRAYS:
        fields: Table = dict(enumerate(each.value if each.__class__ is Named else each for each in values))
        fields.update((each.name.lower(), each.value) for each in values if each.__class__ is Named)
        fields[SIZE] = len(values)
        return f[0].new(name, fields, site)
    if name == "anonymous":
        return f[0].new(name, {each.name.lower(): each.value for each in values if each.__class__ is Named}, site)
    return _new_of_library(f, name.lower(), values, at)


def _new_of_library(f: Frame, name: str, values: list[Any], at: int) -> Value:
    """Make an object of a type without a row for that, or of which nothing is known: it has all that it is made of."""
    outside = f[1].world.library
    kind = outside.programs.get("vbscript." + name) or (name if name in outside.types else "unknown")
    if name in f[1].world.arriving and kind not in outside.programs.values():
        arrive(f, (name,), at, values, is_made=True)
    labels = NONE.union(*(labels_in(f, each) for each in values))
    return make(f, kind, {REST: Some("", labels)} if labels else {}, at)


def _new_of_class(f: Frame, symbol: Class, values: list[Any], at: int) -> Value:
    value = f[0].new(_OF_CLASS, {CLASS: symbol}, at if f[1].coarse else None)
    fill(f, value, symbol, values, at)
    return value


def fill(f: Frame, value: Ref, symbol: Class, values: list[Any], at: int) -> None:
    """Give an object the fields of a class and of its bases, and run its constructor."""
    line = lineage(f[1], symbol)
    table = f[0].own(value.oid)
    table[CLASS] = symbol
    if line.types:
        _become(f, value, line.types, None, at)
        table = f[0].own(value.oid)
    for each in line.classes:
        for name in each.fields:
            table.setdefault(name, EMPTY)
        for field, bounds in each.sizes.items():
            table[field] = resized(f[1], f, None, bounds, 0)
    for each in line.classes:
        if each.initial is not None:
            call(f, compiled(each.initial), [], value, at)
    procs, is_own = line.constructors()
    if procs:
        call_one(f, procs, values if is_own else [], value, at)


def _become(f: Frame, value: Ref, types: Sequence[str], values: list[Any] | None, at: int) -> None:
    """Give an object the fields that its first base of the library makes of arguments; ``None`` is the base of all."""
    table = f[0].own(value.oid)
    for which in types:
        for key, first in f[1].world.library.fields.get(which, {}).items():
            table.setdefault(key, first)
        row = f[1].world.rows.get((which, "new"))
        if row is None or (values is None and row_for(row, 0).least > 0):
            continue
        made = use_row(f, row, None, values or [], at)
        if made.__class__ is Ref:
            f[0].own(value.oid).update(
                (k, v) for k, v in f[0].t[made.oid].items() if k != KIND or table[KIND] != "page"
            )
        return


# Rows -------------------------------------------------------------------------------------------------------------


def use_row(f: Frame, row: Row, subject: Value, values: list[Any], at: int) -> Value:
    """Call a member of the library; a possible sink is noted."""
    if values and values[-1].__class__ is Named:
        values = _by_place(row, values)
    if row.others:
        row = row_for(row, len(values))
    keys: list[Any] = []
    if len(values) > len(row.params) and (row.is_property or (row.has_vectors and row.most < len(values))):
        values, keys = values[: len(row.params)], values[len(row.params) :]
    if row.takes_objects:
        several = next((index for index in row.taken if index < len(values) and _has_objects(values[index])), None)
        if several is not None:
            before, after = values[:several], values[several + 1 :]
            each_of = tuple(each for each in values[several].options if each is not MISSING)
            return for_each(f, each_of, lambda g, each: use_row(g, row, subject, [*before, each, *after], at))
    else:
        values = [default(f, each, at) if each.__class__ in _WITH_DEFAULTS else each for each in values]
    if f[1].has_structs:
        values = [structure(f, each, at) if each.__class__ is Ref else each for each in values]
    if f[1].assignments and not row.is_property:
        assigned_to.settle(f, (subject, *values))
    arrival, is_made = None, row.names[-1] == "new" and len(row.names) > 1
    if row.names[-2 if is_made else -1] in f[1].world.arriving and not row.is_quiet:
        names = row.names[:-1] if is_made else row.names
        names = names if names[0] != "*" else (*names_of(f, subject), names[-1])
        held = held_fields(f, row, subject, values, at) if row.holds and row.result.what != "object" else {}
        arrival = arrive(f, names, at, values, held.get("content", subject), is_made=is_made)
    result = call_row(f, row, subject, values, at, arrival)
    if result.__class__ is Ref and f[1].has_structs:
        result = structure(f, result, at)
    return item(f, result, keys, at) if keys else result


def _by_place(row: Row, values: list[Any]) -> list[Any]:
    """Return the arguments of a call as the parameters of a row; of names that it does not have, after the others."""
    names = [each.name.lower() for each in values if each.__class__ is Named]
    row = next((each for each in (row, *row.others) if {*names} <= {x.lower() for x in each.params}), row)
    found = [each for each in values if each.__class__ is not Named]
    for each in values[len(found) :]:
        at = next((at for at, name in enumerate(row.params) if name.lower() == each.name.lower()), len(found))
        found += [MISSING] * (at + 1 - len(found))
        found[at] = each.value
    return found


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
    is_made: bool = False,
) -> Arrival:
    """Note that something outside of the page was reached with some values."""
    found = [shown(f, each) for each in values if each is not MISSING]
    arrivals: Arrivals = f[1].arrivals
    place = at + f[1].unit * UNIT
    return arrivals.arrive(names, place, found, _stands_for(f, subject), is_assigned=is_assigned, is_made=is_made)


def shown(f: Frame, value: Value) -> Value:
    """Return a value as an arrival has it: of an object its path, its content, or else whose values it has."""
    if value.__class__ is not Ref:
        return value.value if value.__class__ is Named else value
    table = f[0].t[value.oid]
    if SIZE in table:
        return Some("", labels_in(f, value))
    found = _stands_for(f, value)
    return default(f, value) if found is UNKNOWN else found


def _stands_for(f: Frame, subject: Value) -> Value:
    """Return the path that an object is about, or else its content; of a process what starts it is about."""
    if subject.__class__ is not Ref:
        return subject
    table = f[0].t[subject.oid]
    if (inner := table.get("startinfo")).__class__ is Ref:
        table = f[0].t[inner.oid]
    return assigned_to.stands_for(table)
