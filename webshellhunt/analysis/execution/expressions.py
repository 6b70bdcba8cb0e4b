"""Expressions: the value of each kind of expression."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.conversion_operators import converted_by_class
from webshellhunt.analysis.calling.generics import all_actual
from webshellhunt.analysis.calling.given import constants_of
from webshellhunt.analysis.calling.invocations import evaluate_call
from webshellhunt.analysis.calling.making import evaluate_new
from webshellhunt.analysis.calling.objects import prototype_of
from webshellhunt.analysis.domain.arrays import array_of, iter_values, known_items
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.conversions import NUMERIC
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.matching import bind, matches
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.runtime_types import is_other_class
from webshellhunt.analysis.domain.taints import counted, derived, lettered
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    PROTOTYPE,
    UNKNOWN,
    Char,
    Choice,
    ClassValue,
    Closure,
    Opaque,
    Reference,
    Tainted,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.execution.assignments import evaluate_assignment
from webshellhunt.analysis.execution.conditions.asked import asked_value
from webshellhunt.analysis.execution.exceptions import cast_fails, overflows
from webshellhunt.analysis.execution.members import evaluate_index, evaluate_member
from webshellhunt.analysis.execution.names import read
from webshellhunt.analysis.execution.operations import condition, evaluate_binary, evaluate_unary
from webshellhunt.analysis.execution.switches import case_matches, enter_case
from webshellhunt.analysis.execution.turns import frame_of_turn
from webshellhunt.analysis.jscript.scopes import this_of_inner
from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import (
    Argument,
    Assign,
    Binary,
    Call,
    Cast,
    Conditional,
    Entries,
    Form,
    Index,
    Items,
    Jump,
    Lambda,
    Literal,
    Member,
    Name,
    New,
    Node,
    Switch,
    Test,
    TypeName,
    Unary,
    Unparsed,
)


def _literal(machine: Machine, node: Literal) -> Value:
    if node.kind == "empty":
        return EMPTY
    if node.kind == "character":
        return Char(node.value)
    if node.kind == "pattern":
        source, _, flags = str(node.value)[1:].rpartition("/")
        made = library.make(machine, "regexp", [source, flags], 0)
        return UNKNOWN if made is library.UNSOLVED else made
    return node.value


def _name(machine: Machine, node: Name) -> Value:
    value = read(machine, node.text, node.start)
    if node.types and value.__class__ is ClassValue:
        return ClassValue(value.symbol, all_actual(machine, node.types))
    if value.__class__ is Closure and machine.language in VB and value.function.name == node.text and not value.frame:
        return machine.call(value, [], node.start)  # Visual Basic calls a function by its name alone
    if value.__class__ is Opaque and value.path == (node.text.lower(),):
        constant = library.constant_of(value.path)
        if constant is not library.UNSOLVED:
            return constant
    return value


def _conditional(machine: Machine, node: Conditional) -> Value:
    from webshellhunt.analysis.execution.conditions.narrowing import narrow

    truth = condition(machine, node.test)
    if truth is not None:
        return machine.value(node.yes if truth else node.no)
    values: list[Value] = []

    def branch(each: Node, *, holds: bool) -> Ending:
        narrow(machine, node.test, holds=holds)
        values.append(machine.value(each))
        return machine.control.thrown()

    machine.control.fork([partial(branch, node.yes, holds=True), partial(branch, node.no, holds=False)])
    return choice(values) if values else UNKNOWN


def _cast(machine: Machine, node: Cast) -> Value:
    value = machine.value(node.operand)
    name = node.type.name.rpartition(".")[2].lower()
    if node.type.rank:
        return value
    value = converted_by_class(machine, value, node.type)
    if cast_fails(machine, node, value) or overflows(machine, value, node.type):
        return UNKNOWN
    if is_other_class(machine, value, node.type):
        return None
    if not is_known(value):
        return _cast_unknown(value, name)
    if isinstance(value, (bytes, type(None))):
        return value
    made = library.call_function(machine, ("cast", name), [value], node.start)
    return value if made is library.UNSOLVED else made


def _cast_unknown(value: Value, name: str) -> Value:
    """Return a value that is not known as one of a type: a number, a character of a number, or the same object."""
    if value.__class__ is Choice:
        return choice([_cast_unknown(each, name) for each in value.options])
    if value.__class__ in (Tainted, Opaque):
        if name in NUMERIC:
            return counted([value])
        if name == "char" and value.__class__ is Opaque and value.codes:
            return lettered([value])
        if value.__class__ is Tainted:
            return value
        if value.__class__ is Opaque and value.type in ("", "object"):
            return Opaque(name if value.path[-1:] != ("request",) else "", value.path)
    return value


def _lambda(machine: Machine, node: Lambda) -> Value:
    frame = machine.frame if len(machine.frames) > 1 else None
    if machine.language != "jscript":
        return Closure(node.function, frame_of_turn(machine, frame), machine.frame.this)
    name = node.function.name
    here = machine.frame
    if name or here.subjects:  # it knows itself by its name, and the objects of each ``with`` around it
        own = frozenset({name} if name else ())
        frame = Frame(own=own, outer=frame, this=here.this, symbol=here.symbol, subjects=[*here.subjects])
    closure = Closure(node.function, frame, this_of_inner(machine))
    machine.note_function(closure)
    if name and frame is not None:
        machine.state.put(frame.variables, name, closure)
    return closure


def _items(machine: Machine, node: Items) -> Value:
    if node.form is Form.COMMA:
        value: Value = None
        for each in node.items:
            value = machine.value(each)
        return value
    if node.form is Form.ARRAY and (known := constants_of(machine, node.items)):
        return array_of(known)
    values: list[Value] = []
    for each in node.items:
        value = machine.value(each.value if isinstance(each, Argument) else each)
        if isinstance(each, Argument) and each.by == "spread":
            value = forced(value)
            inner = known_items(value) if value.__class__ is Thing else None
            values += inner if inner is not None else [*iter_values(value)] if value.__class__ is Thing else [value]
        else:
            values.append(value)
    made = array_of(values, "tuple" if node.form is Form.TUPLE else "array")
    for at, each in enumerate(node.items):
        if node.form is Form.TUPLE:
            made.fields[f"item{at + 1}"] = values[at]
            if isinstance(each, Argument) and each.name:
                made.fields[machine.symbols.fold(each.name).lower()] = values[at]
    return made


def _entries(machine: Machine, node: Entries) -> Value:
    thing = Thing("object")
    for entry in node.entries:
        key = entry.key.text if isinstance(entry.key, Name) else machine.value(entry.key)
        key = key.lower() if isinstance(key, str) and machine.language != "jscript" else key
        thing.fields[key if is_known(key) else "\0rest"] = machine.value(entry.value)
    return thing


def _test(machine: Machine, node: Test) -> Value:
    value = machine.value(node.operand)
    answer = is_instance(machine, value, node.pattern.type) if machine.language == "jscript" else None
    if answer is None:
        answer = matches(machine, node.pattern, value)
    if answer is not node.pattern.is_negated:  # where a negated one does not apply, the value fits
        bind(machine, node.pattern, value, Literal(node.start, node.start, None, "null"))
    return BOOLEAN if answer is None else answer


def _switch(machine: Machine, node: Switch) -> Value:
    subject = machine.value(node.subject)
    values: list[Value] = []

    def arm(number: int) -> Ending:
        case = node.cases[number]
        enter_case(machine, case, subject, node.subject)
        values.extend(machine.value(each) for each in case.body.statements)
        return machine.control.thrown()

    runs = []
    for number, case in enumerate(node.cases):
        answer = case_matches(machine, node.subject, subject, number, node) if case.patterns else True
        if answer is not False:
            runs.append(partial(arm, number))
        if answer is True:
            break
    if len(runs) == 1:
        machine.control.leave(runs[0]())
    elif runs:
        machine.control.leave(machine.control.fork(runs))
    return choice(values) if values else UNKNOWN


def _jump(machine: Machine, node: Jump) -> Value:
    machine.control.leave(machine.control.throw(machine.value(node.value)))
    return UNKNOWN


def _call(machine: Machine, node: Call) -> Value:
    if machine.kept.asked and (known := asked_value(machine, node)) is not ABSENT:
        return known
    value = evaluate_call(machine, node)
    return value.value if value.__class__ is Reference else value


def _unparsed(machine: Machine, node: Unparsed) -> Value:
    return derived([machine.value(each) for each in node.found])


def _type(machine: Machine, node: TypeName) -> Value:
    return Opaque("type", tuple(node.name.lower().split(".")))


EXPRESSIONS: dict[type[Node], Callable[..., Value]] = {
    Literal: _literal,
    Name: _name,
    Member: evaluate_member,
    Call: _call,
    Index: evaluate_index,
    New: evaluate_new,
    Items: _items,
    Entries: _entries,
    Unary: evaluate_unary,
    Binary: evaluate_binary,
    Assign: evaluate_assignment,
    Conditional: _conditional,
    Cast: _cast,
    Lambda: _lambda,
    Test: _test,
    Switch: _switch,
    Jump: _jump,
    Unparsed: _unparsed,
    TypeName: _type,
    Argument: lambda machine, node: machine.value(node.value),
}


def is_instance(machine: Machine, value: Value, written: TypeName | None) -> bool | None:
    """Return whether an object was made by a function of the page, ``None`` where that is not known."""
    function = machine.value(Name(written.start, written.end, written.name)) if written is not None else None
    if function.__class__ is not Closure or value.__class__ not in (Thing, str, int, float, bool):
        return None
    prototype = prototype_of(machine, function)
    each = value.fields.get(PROTOTYPE) if value.__class__ is Thing else None
    for _ in range(16):
        if each.__class__ is not Thing:
            return False if each is None else None
        if each is prototype:
            return True
        each = each.fields.get(PROTOTYPE)
    return None
