"""Primitives of .NET: functions, tasks, programs, reflection, and values that a process keeps under a name."""

from __future__ import annotations

import re
from functools import partial, reduce

from webshellhunt.core.containers import entry, put_entry, slot_in
from webshellhunt.core.heap import CLASS, KIND, REST, SIZE
from webshellhunt.core.library_calls import labels_in, make
from webshellhunt.core.members import arrive, is_function
from webshellhunt.core.net_compile import combined as combined_functions
from webshellhunt.core.net_compile import type_object
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    EMPTY,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Char,
    Label,
    Method,
    Parts,
    Ref,
    Some,
    TypeOf,
    Value,
    choice,
    labels_of,
    options,
    text_of_parts,
    to_text,
    type_of,
)  # fmt: skip
from webshellhunt.library.net_common import Primitive, arguments_of, given, value_of
from webshellhunt.library.primitives import PRIMITIVES, expand, run_file
from webshellhunt.library.sequences import all_of, call_function, equal, items_of, made_list, table_of


def _combined_delegates(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    found = [each for each in arguments_of(f, a, at) if each is not None]
    return reduce(lambda x, y: combined_functions(f, x, y, at), found) if found else None


def _run(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Run a function, with the other arguments; a task is its value."""
    function, *values = [each for each in a if each is not MISSING]
    return call_function(f, function, values, at)


def _run_each(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Parallel.ForEach(items, function)``, ``Parallel.For(from, to, function)``, ``Parallel.Invoke(functions)``."""
    if row.names[-1] == "invoke":
        for each in arguments_of(f, a, at):
            call_function(f, each, [], at)
        return EMPTY
    values = [NUMBER] if row.names[-1] == "for" else all_of(items_of(m, f, a[0], at))
    for each in values:
        call_function(f, a[-1], [each], at)
    return EMPTY


def _run_kept(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Thread.Start(state)``, ``Task.Start()``: run the function that the object keeps."""
    function = table_of(f, subject).get("function", MISSING)
    values = [*a] or [x for x in [table_of(f, subject).get("state", MISSING)] if x is not MISSING]
    if function is not MISSING:
        f[0].write(subject.oid, "result", call_function(f, function, values, at))
    return EMPTY


def _run_registered(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``RegisterAsyncTask(task)``."""
    return _run_kept(m, f, a[0], [], at, row) if a[0].__class__ is Ref else EMPTY


def _lazy_value(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Lazy.Value``: the function runs when the value is read first."""
    table = table_of(f, subject)
    if "result" not in table:
        function = table.get("function", MISSING)
        made = None if function is MISSING else value_of(f, function, [], at)
        f[0].write(subject.oid, "result", made)
    return table_of(f, subject)["result"]


def _all_values(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Task.WhenAll(tasks)``: their values."""
    if len(a) == 1 and a[0].__class__ is Ref and SIZE in table_of(f, a[0]):
        return a[0]
    return made_list(m, f, a, at)


def type_key(f: Frame, value: Value) -> Value:
    """Return the key of the type that a type object or a name means; a value with labels where that is not known."""
    if value.__class__ is TypeOf:
        return value.name
    if value.__class__ is Ref:
        table = table_of(f, value)
        if table[KIND] == "type":
            return table.get("name", UNKNOWN)
        return UNKNOWN
    return value


def _type_named(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Type.GetType(name)``, ``assembly.GetType(name)``."""
    found = []
    for each in options(to_text(a[0])):
        name: Value = each
        if each.__class__ is str:
            last = re.split(r"[.+]", each.partition(",")[0].strip())[-1]
            name = next((key for key in (last, last.lower()) if key in m.classes), last.lower())
            found.append(type_object(f, str(name)))
            continue
        if subject.__class__ is Ref:
            name = Some("text", labels_of(each) | labels_in(f, subject))
        found.append(make(f, "type", {"name": name}, at))
    return choice(found)


_TYPES = {
    str: "String", int: "Int32", bool: "Boolean", float: "Double", Char: "Char", Parts: "String", "text": "String",
    "number": "Int32", "truth": "Boolean", "char": "Char", "genericlist": "List`1", "dictionary": "Dictionary`2",
}  # fmt: skip
"""Names of types by the classes and the types of values, and by kinds of objects."""
_SHOWN = {each.lower(): each for each in (*_TYPES.values(), "Object", "Int64", "Byte", "DateTime", "Guid")}


def _type_of_value(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``x.GetType()``."""
    table = table_of(f, subject)
    symbol = table.get(CLASS)
    if symbol is not None:
        return type_object(f, symbol.name)
    kind = table.get(KIND) or type_of(subject)
    named = _TYPES.get(subject.__class__) or _TYPES.get(kind, kind)
    return type_object(f, named.lower() if named else "")


def _type_name(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``type.Name``, ``type.FullName``: that of a class of the page is its last name."""
    name = table_of(f, subject).get("name", UNKNOWN)
    if name.__class__ is not str:
        return name
    last = name.rpartition(".")[2]
    return _SHOWN.get(name) or (last.capitalize() if last.islower() and name not in m.classes else last)


def _clone(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``MemberwiseClone()``."""
    if subject.__class__ is not Ref:
        return subject
    fields = {key: value for key, value in table_of(f, subject).items() if key != KIND}
    return f[0].new(table_of(f, subject)[KIND], fields, ("clone", at) if m.coarse else None)


def _invoke(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``method.Invoke(object, arguments)``: the member itself, where both its type and its name are known."""
    table = table_of(f, subject)
    target, *others = [each for each in a if each is not MISSING] or [None]
    values = _spread(m, f, others[-1] if others else MISSING, at)
    return call_member(m, f, table.get("type", UNKNOWN), table.get("name", UNKNOWN), target, values, at)


def _spread(m: Run, f: Frame, value: Value, at: int) -> list[Value]:
    if value.__class__ is Ref and SIZE in table_of(f, value):
        return all_of(items_of(m, f, value, at))
    return [] if value is MISSING or value is None else [value]


_OWNERS = {"load": "assembly", "loadfrom": "assembly", "loadfile": "assembly", "start": "process"}
"""Types that members are of whose type nobody tells, by their names."""


def call_member(m: Run, f: Frame, owner: Value, name: Value, target: Value, values: list[Value], at: int) -> Value:
    """Call a member by its name; where that is not known, note that it was picked at run time, or by a visitor.

    Members of classes of the page, and of types that nobody knows, are its own.
    """
    found = Some("", NONE.union(labels_of(name), labels_of(owner), *(labels_in(f, each) for each in values)))
    if owner.__class__ is str and isinstance(name, str):
        if owner == "" and name.lower() in _OWNERS:
            arrive(f, (_OWNERS[name.lower()], name.lower()), at, values)
            return found
        on = TypeOf(owner) if target is None or target is EMPTY else target
        return m.invoke(f, on, in_class(f, on, str(name)), values, at)[0]  # type: ignore[attr-defined]
    if owner == "" or (owner.__class__ is str and (owner in m.classes or owner not in m.world.library.types)):
        return found
    is_named = any(each.kind == "visitor" for each in labels_of(name) | labels_of(owner))
    arrive(
        f, ("named" if is_named else "reflected", "invoke"), at, [owner, name, *values] if is_named else values, target
    )
    return found


def _invoke_member(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``type.InvokeMember(name, flags, binder, target, arguments)``; of a type of COM, its object has the member."""
    values = _spread(m, f, given(a, 4), at)
    made = table_of(f, subject).get("made")
    if made is not None and isinstance(a[0], str):
        return m.invoke(f, made, str(a[0]), values, at)[0]  # type: ignore[attr-defined]
    return call_member(m, f, type_key(f, subject), to_text(a[0]), given(a, 3, None), values, at)


def _call_by_name(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``CallByName(object, name, how, arguments)``: a property is assigned where the kind of the call says so."""
    target, name, how, *values = a
    values = arguments_of(f, values, at) if len(values) == 1 else values
    if not isinstance(name, str):
        arrive(f, ("callbyname",), at, a)
        return MISSING
    if how in (4, 8, "Let", "Set"):
        new = values[-1] if values else None
        m.set_member(f, target, in_class(f, target, str(name)), values[:-1], new, at)  # type: ignore[attr-defined]
        return EMPTY
    return m.invoke(f, target, in_class(f, target, str(name)), values, at)[0]  # type: ignore[attr-defined]


def in_class(f: Frame, target: Value, name: str) -> str:
    """Return the name by which an object of the page has a member: in small letters in Visual Basic."""
    symbol = table_of(f, target).get(CLASS)
    if symbol is None and target.__class__ is TypeOf:
        symbol = f[1].classes.get(target.name)
    if symbol is None:
        return name
    tables = (symbol.methods, symbol.getters, symbol.setters, symbol.fields)
    is_there = any(name in each for each in tables)
    return name if is_there or not any(name.lower() in each for each in tables) else name.lower()


def _get_value(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``property.GetValue(object)``; ``SetValue(object, value)``."""
    table = table_of(f, subject)
    owner, name = table.get("type", UNKNOWN), table.get("name", UNKNOWN)
    target = given(a, 0, None)
    if not isinstance(name, str):
        return Some("", labels_of(name) | labels_in(f, target))
    on = TypeOf(owner) if target is None and owner.__class__ is str else target
    name = in_class(f, on, str(name))
    if row.names[-1] == "setvalue":
        m.set_member(f, on, name, [], a[1], at)  # type: ignore[attr-defined]
        return EMPTY
    return m.invoke(f, on, name, [], at)[0]  # type: ignore[attr-defined]


def _new_instance(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Activator.CreateInstance(type, arguments)``, ``assembly.CreateInstance(name)``, ``constructor.Invoke``."""
    key = type_key(f, subject if row.names[0] == "methodinfo" else given(a, 0))
    if row.names[0] == "methodinfo":
        key = table_of(f, subject).get("type", UNKNOWN)
    elif key.__class__ is str and a[0].__class__ is not Ref and a[0].__class__ is not TypeOf:
        key = type_key(f, _type_named(m, f, subject, a[:1], at, row))
    values = [each for each in a if each is not MISSING][1:] if row.names[0] != "methodinfo" else [*a]
    if (of_program := table_of(f, given(a, 0)).get("made")) is not None:
        return of_program
    if len(values) == 1:
        values = _spread(m, f, values[0], at)
    if key.__class__ is not str:
        return Some("", labels_of(key) | labels_in(f, subject))
    return m.new(f, key, values, at)  # type: ignore[attr-defined]


def _delegate(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Delegate.CreateDelegate(type, [target,] method)``, ``method.CreateDelegate(type[, target])``."""
    methods = [each for each in [subject, *a] if table_of(f, each).get(KIND) == "methodinfo"]
    targets = [
        each for each in a[1:] if each not in methods and each is not MISSING and not isinstance(each, (str, bool))
    ]
    if methods:
        table = table_of(f, methods[0])
        owner, name = table.get("type", UNKNOWN), table.get("name", UNKNOWN)
    else:
        names = [each for each in a if isinstance(each, str)]
        owner, name = type_key(f, targets[0]) if targets else UNKNOWN, names[0] if names else UNKNOWN
    if not isinstance(name, str):
        return MISSING
    target = targets[0] if targets and targets[0] is not None else TypeOf(owner) if owner.__class__ is str else UNKNOWN
    if target.__class__ is Ref and table_of(f, target)[KIND] == "type":
        target = TypeOf(type_key(f, target))
    return Method(target, in_class(f, target, str(name)))


_PLACES = dict.fromkeys(("getenvironmentvariable", "setenvironmentvariable", "environ"), "environment.variables")


def _stored(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Read or write a value that a process keeps under a name: variables of the environment, data of an application."""
    place = Ref(_PLACES.get(row.names[-1], "appdomain.data"))
    if len(a) > 1 and row.names[-1].startswith("set"):
        return put_entry(m, f, place, a[:2], at)
    table = table_of(f, place)
    if place.oid == "appdomain.data":
        return entry(f, place, a[0], None)
    name = a[0] if isinstance(a[0], str) else None
    slot = slot_in(table, a[0])
    fresh = Some("text", frozenset({Label("host", "Environment", name, at)}) | labels_of(a[0]), form="found")
    return entry(f, place, a[0], fresh) if slot is None or slot in table or REST in table else fresh


_FRONT = {"savesetting": 3, "getsetting": 3}
"""Arguments that name a value of the registry, by the members of one name alone."""


def _setting(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Read or write a value that the registry keeps under its names: of a program, of keys."""
    count = _FRONT.get(row.names[-1], 2 if row.names[0] == "registry" else 1)
    names = [table_of(f, subject).get("path", ""), *a[:count]]
    key = text_of_parts([to_text(each) for each in names])
    if row.names[-1] in _WRITING:
        return put_entry(m, f, Ref("registry.settings"), [key, given(a, count)], at)
    fresh = given(a, count, "") if count == 3 else Some("text", frozenset({Label("host", "Registry", None, at)}))
    return entry(f, Ref("registry.settings"), key, fresh)


_WRITING = frozenset({"savesetting", "regwrite", "setvalue"})


def _value_equal(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Equals`` of objects, ``Object.Equals(a, b)``, ``ReferenceEquals``."""
    left, right = (a[0], a[1]) if len(a) > 1 and subject.__class__ is not Ref else (subject, a[0])
    found = equal(left, right)
    if found is None and left.__class__ is Ref and right.__class__ is Ref:
        symbol = table_of(f, left).get(CLASS)
        is_own = symbol is not None and not (symbol.is_struct or symbol.is_record)
        if (is_own or row.names[-1] == "referenceequals") and not {left.oid, right.oid} & f[0].weak:
            return False
    return MISSING if found is None else found


def _keep_result(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    f[0].write(subject.oid, "result", a[0])
    return True


def _new_process(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    return make(f, "process", {"startinfo": make(f, "processstartinfo", {"filename": "", "arguments": ""}, at)}, at)


def _start_process(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Process.Start(…)`` of the class, or of an object that is said to start its own program."""
    if subject.__class__ is Ref:
        run_file(f, table_of(f, table_of(f, subject).get("startinfo", EMPTY)).get("filename", EMPTY), at)
        return TRUTH
    for each in a:
        run_file(f, table_of(f, each).get("filename", EMPTY) if each.__class__ is Ref else each, at)
    info = a[0] if a and a[0].__class__ is Ref else make(f, "processstartinfo", {}, at)
    return make(f, "process", {"startinfo": info}, at)


def _run_task(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``StartNew(function, state)``."""
    states = [each for each in a[1:2] if each is not MISSING and not isinstance(each, str)]
    return call_function(f, a[0], states, at)


def _run_timer(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``new Timer(function, state, …)`` of System.Threading runs the function."""
    if a and is_function(f, a[0]):
        call_function(f, a[0], [given(a, 1, None)], at)
    return make(f, "timer", {}, at)


def _run_event(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Start()`` of a timer: the handlers of its event run."""
    table = table_of(f, subject)
    for name in ("elapsed", "tick"):
        if name in table and is_function(f, table[name]):
            call_function(f, table[name], [subject, make(f, "eventargs", {}, at)], at)
    return EMPTY


def _run_worker(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``BackgroundWorker.RunWorkerAsync(argument)``: its events, one after the other."""
    told = make(f, "doworkeventargs", {"argument": given(a, 0, None), "result": None}, at)
    for name in ("dowork", "runworkercompleted"):
        function = table_of(f, subject).get(name, MISSING)
        if function is not MISSING and is_function(f, function):
            call_function(f, function, [subject, told], at)
    return EMPTY


def _constructor(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    return make(f, "methodinfo", {"type": type_key(f, subject), "name": ".ctor"}, at)


def _members(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``GetMethods()``: those of a class of the page."""
    key = type_key(f, subject)
    symbol = m.classes.get(key) if key.__class__ is str else None
    if symbol is None:
        return made_list(m, f, [], at, make(f, "methodinfo", {"type": key, "name": Some("text")}, at))
    kinds = {"getmethods": symbol.methods, "getproperties": symbol.getters}
    names: list[str] = [*kinds.get(row.names[-1], symbol.fields)]
    if row.names[-1] == "getmember":
        names = [str(a[0])] if isinstance(a[0], str) else [*symbol.methods]
    return made_list(
        m, f, [make(f, "methodinfo", {"type": key, "name": each}, at) for each in names if each[:1] != "."], at
    )


def _type_of_program(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Type.GetTypeFromProgID(id)``: the type that an object of COM has."""
    made = PRIMITIVES["create"](m, f, subject, a[:1], at, row)
    return make(f, "type", {"made": made, "name": Some("text", labels_of(a[0]))}, at)


def _instance_of_loaded(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    return make(f, "loaded", {"bytes": table_of(f, subject).get("bytes", UNKNOWN)}, at)


def _loaded_types(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    labels = labels_in(f, subject)
    return made_list(m, f, [], at, make(f, "type", {"name": Some("text", labels)}, at))


RUNNING: dict[str, Primitive] = {
    "combined-delegates": _combined_delegates, "run": _run, "run-each": _run_each,
    "run-kept": _run_kept,
    "run-again": lambda m, f, s, a, at, row: call_function(f, table_of(f, s).get("function", UNKNOWN), [], at),
    "run-registered": _run_registered, "lazy-value": _lazy_value, "all-values": _all_values,
    "type-name-of": _type_name, "clone": _clone, "type-named": _type_named, "type-of": _type_of_value,
    "method": lambda m, f, s, a, at, row: make(f, "methodinfo", {"type": type_key(f, s), "name": to_text(a[0])}, at),
    "invoke": _invoke, "invoke-member": _invoke_member, "call-by-name": _call_by_name,
    "get-value": _get_value, "new-instance": _new_instance, "delegate": _delegate, "stored": _stored,
    "setting": _setting, "net-expanded": partial(expand, "environment.variables"),
    "keep-result": _keep_result, "new-process": _new_process, "start-process": _start_process, "run-task": _run_task,
    "continue": lambda m, f, s, a, at, row: call_function(f, a[0], [s], at), "run-timer": _run_timer,
    "run-event": _run_event, "run-worker": _run_worker,
    "some-value": lambda m, f, s, a, at, row: choice(arguments_of(f, a, at) or [UNKNOWN]), "constructor": _constructor,
    "members": _members, "type-of-program": _type_of_program,
    "instance-of-loaded": _instance_of_loaded, "loaded-member": _constructor, "loaded-types": _loaded_types,
    "value-equal": _value_equal,
}  # fmt: skip
"""The primitives by the names that rows use."""
