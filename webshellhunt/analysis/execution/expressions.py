"""Expressions: the value of each kind of expression."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.conversion_operators import as_text, converted_by_class, overloaded, overloaded_one
from webshellhunt.analysis.calling.dispatching import typed_member
from webshellhunt.analysis.calling.events import is_accessed
from webshellhunt.analysis.calling.generics import all_actual
from webshellhunt.analysis.calling.given import constants_of
from webshellhunt.analysis.calling.invocations import evaluate_call
from webshellhunt.analysis.calling.making import evaluate_new
from webshellhunt.analysis.calling.objects import get_item, get_member, plain, value_of_member
from webshellhunt.analysis.domain.arrays import array_of, iter_values, known_items
from webshellhunt.analysis.domain.conversions import NUMERIC, key_of, truth_of
from webshellhunt.analysis.domain.matching import bind, matches
from webshellhunt.analysis.domain.operators import BOOLEAN, LAZY, binary, unary
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.runtime_types import is_other_class
from webshellhunt.analysis.domain.static_types import class_of_node, static_type
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    NUMBER,
    UNKNOWN,
    Char,
    Choice,
    ClassValue,
    Closure,
    Method,
    Opaque,
    Reference,
    Several,
    Tainted,
    Text,
    Thing,
    Value,
    choice,
    counted,
    derived,
    is_known,
    join,
    lettered,
)
from webshellhunt.analysis.execution.failures import division_fails, fail
from webshellhunt.analysis.execution.frames import Frame
from webshellhunt.analysis.execution.machine import Ending, Machine
from webshellhunt.analysis.execution.names import is_never_assigned, read, write, write_item, write_member
from webshellhunt.analysis.execution.references import is_rebound
from webshellhunt.analysis.execution.statements import case_matches
from webshellhunt.analysis.execution.turns import frame_of_turn
from webshellhunt.analysis.execution.visual_basic import referred
from webshellhunt.analysis.jscript.instances import is_instance
from webshellhunt.analysis.jscript.objects import (
    has_member,
    number_by_plus,
    operand_of,
    primitive_of,
    remove,
    type_word,
)
from webshellhunt.analysis.jscript.scopes import this_of_inner
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

_VB = frozenset({"vb", "vbscript"})
_ORDERED = frozenset({"c#", "jscript"})
"""Languages in which the object of a member is evaluated before the value that is assigned to it."""
_MANY = 8
"""Operands or items of an expression that may all be known."""
_LAZY_ASSIGNMENTS = frozenset({"??=", "||=", "&&="})
_PARTS_OF_STEP = 2
"""Parts of a text that are joined in the time of one step."""


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
    if value.__class__ is Closure and machine.language in _VB and value.function.name == node.text and not value.frame:
        return machine.call(value, [], node.start)  # Visual Basic calls a function by its name alone
    if value.__class__ is Opaque and value.path == (node.text.lower(),):
        constant = library.constant_of(value.path)
        if constant is not library.UNSOLVED:
            return constant
    return value


def _operand(machine: Machine, node: Node) -> Value:
    """Return the value of an operand: a variable of VBScript that the page never assigns is empty."""
    value = machine.value(node)
    if machine.language != "vbscript" or value.__class__ is not Opaque or not isinstance(node, Name):
        return value
    is_variable = not value.type and value.path == (node.text.lower(),) and is_never_assigned(value.path[0])
    return EMPTY if is_variable and machine.is_whole else value


def subject_of(machine: Machine, node: Member) -> Value:
    """Return the value that a member belongs to: its subject, or that of the ``With`` around."""
    if node.subject is not None:
        if isinstance(node.subject, Name) and not node.subject.types:
            return read(machine, node.subject.text, node.subject.start)
        return machine.value(node.subject)
    subjects = machine.frame.subjects
    return subjects[-1] if subjects else UNKNOWN


def _member(machine: Machine, node: Member) -> Value:
    subject = subject_of(machine, node)
    if subject is None and node.is_conditional:
        return None
    if node.is_key:
        return get_item(machine, subject, [node.name], node.end - 1)
    value = _typed_member(machine, node, subject)
    if value is ABSENT:
        value = get_member(machine, subject, node.name, node.end - 1)
    if value.__class__ is Closure and machine.language in _VB and value.function.name and not value.frame:
        return machine.call(value, [], node.start)
    return value


def _typed_member(machine: Machine, node: Member, subject: Value) -> Value:
    """Return a member that the declared type of its object decides, `ABSENT` for any other."""
    if subject.__class__ is Thing and subject.type == "tuple" and subject.symbol is None:
        written = static_type(machine, node.subject) if node.name.lower() not in subject.fields else None
        names = written.names if written is not None else ()
        folded = [machine.symbols.fold(each) for each in names]
        wanted = machine.symbols.fold(node.name)
        return subject.fields.get(folded.index(wanted), ABSENT) if wanted in folded else ABSENT
    return _typed_property(machine, node, subject)


def _typed_property(machine: Machine, node: Member, subject: Value) -> Value:
    """Return a property that the declared type of its object decides, `ABSENT` for any other member."""
    if subject.__class__ is not Thing or subject.symbol is None or not subject.symbol.bases:
        return ABSENT
    declared = class_of_node(machine, node.subject)
    found = typed_member(machine, subject, declared, node.name) if declared is not None else None
    if found is None or found.kind == "method":
        return ABSENT
    return value_of_member(machine, subject, found, found.name, node.end - 1)


def _index(machine: Machine, node: Index) -> Value:
    subject = machine.value(node.subject)
    keys = [machine.value(each.value if isinstance(each, Argument) else each) for each in node.arguments]
    if len(keys) == 1 and keys[0].__class__ is Thing and keys[0].type == "range":
        return derived([subject])
    return get_item(machine, subject, keys, node.start)


def _as_a_whole(machine: Machine, node: Binary) -> Value:
    """Return the value of a row of operands with a gap that no rule fits, or of many known ones; `ABSENT` of others."""
    if any(each.__class__ is Unparsed for each in node.operands):
        return derived([_operand(machine, each) for each in node.operands])
    if len(node.operands) > _MANY and machine.exact is not None:
        return machine.exact.value(machine, node)
    return ABSENT


def _binary(machine: Machine, node: Binary) -> Value:
    operands, language = node.operands, machine.language
    known = _as_a_whole(machine, node)
    if known is not ABSENT:
        return known
    value = _operand(machine, operands[0])
    for name, operand in zip(node.operators, operands[1:], strict=True):
        if name in LAZY:
            value = _lazily(machine, value, name, operand)
        elif language == "jscript":
            value = _by_script(machine, value, name, machine.value(operand), node.start)
        else:
            right = _operand(machine, operand)
            if name != "is":
                value, right = plain(machine, value), plain(machine, right)
            if division_fails(machine, name, right):
                return fail(machine, 11)
            made = overloaded(machine, value, name, right)
            if made is ABSENT and name in ("+", "&"):
                value, right = as_text(machine, value), as_text(machine, right)
            value = binary(value, name, right, language) if made is ABSENT else made
    return _counted(machine, value)


def _by_script(machine: Machine, left: Value, name: str, right: Value, token: int) -> Value:
    """Return the result of an operator of JScript, for which objects become texts or numbers."""
    if name == "in":
        return has_member(machine, left, right)
    return binary(operand_of(machine, left, token), name, operand_of(machine, right, token), machine.language)


def _counted(machine: Machine, value: Value) -> Value:
    """Count the work that a joined text makes, and return it."""
    if value.__class__ is Text:
        machine.spend(len(value.parts) // _PARTS_OF_STEP)
    return value


def _lazily(machine: Machine, left: Value, name: str, operand: Node) -> Value:
    """Return the result of an operator that looks at its right operand only where that matters."""
    if name == "??":
        if left is None or left is EMPTY:
            return machine.value(operand)
        if is_known(left) or left.__class__ is Thing:
            return left
        options = [each for each in (left.options if left.__class__ is Choice else (left,)) if each is not None]
        return choice([*options, _possibly(machine, operand)])
    truth = truth_of(left, machine.language)
    decides = name in ("||", "orelse")
    if truth is decides:
        return left
    if truth is not None:
        return machine.value(operand)
    right = _possibly(machine, operand)
    if machine.language != "jscript":
        return BOOLEAN
    return join("" if not decides and left.__class__ in (Tainted, Text) else left, right)  # a text is false if empty


def _possibly(machine: Machine, node: Node) -> Value:
    """Return the value of an expression that may not be looked at: its effects are possible ones."""
    values: list[Value] = []

    def run() -> Ending:
        values.append(machine.value(node))
        return machine.thrown()

    machine.fork([lambda: None, run])
    return values[0] if values else UNKNOWN


def _function_named(machine: Machine, node: Node) -> Value:
    """Return the function that ``AddressOf`` names."""
    if isinstance(node, Name):
        return read(machine, node.text, node.start)
    if not isinstance(node, Member):
        return UNKNOWN
    subject = subject_of(machine, node)
    value = get_member(machine, subject, node.name, node.end - 1)
    return Method(subject, node.name) if value.__class__ is Opaque else value


def _unary(machine: Machine, node: Unary) -> Value:
    name = node.operator
    if name == "addressof":
        return referred(machine, _function_named(machine, node.operand))
    value = machine.value(node.operand)
    made = overloaded_one(machine, name, value)
    if name in ("++", "--"):
        return _stepped(machine, node, value, made)
    if made is not ABSENT:
        return made
    if name == "+" and machine.language == "jscript":
        return number_by_plus(primitive_of(machine, value, node.start))
    if name in ("await", "ref", "in", "out", "+", "^"):
        return value
    if name == "typeof":
        return type_word(value)
    if name == "void":
        return None
    if name == "delete":
        _delete(machine, node.operand)
        return True
    return unary(name, value, machine.language)


def _stepped(machine: Machine, node: Unary, value: Value, made: Value) -> Value:
    """Add 1 to a variable, or take it away; ``made`` is the result of an operator of its class."""
    if machine.language == "jscript":
        value = number_by_plus(primitive_of(machine, value, node.start))
    if made is not ABSENT:
        after = made
    elif isinstance(value, str):
        after = NUMBER
    else:
        after = binary(value, "+" if node.operator == "++" else "-", 1, machine.language)
    write(machine, node.operand, after)
    return value if node.is_postfix else after


def _delete(machine: Machine, target: Node) -> None:
    if isinstance(target, Member):
        remove(machine, subject_of(machine, target), target.name)
    elif isinstance(target, Index) and target.arguments:
        remove(machine, machine.value(target.subject), key_of(machine.value(target.arguments[0]), machine.language))


def _assign(machine: Machine, node: Assign) -> Value:
    operator = node.operator
    if isinstance(node.target, Index):
        return _assign_item(machine, node.target, operator, node.value)
    if operator in _LAZY_ASSIGNMENTS:
        held = machine.value(node.target)
        value = _lazily(machine, held, operator.removesuffix("="), node.value)
    elif operator in ("=", ":="):
        if is_rebound(machine, node):
            return UNKNOWN
        if isinstance(node.target, Member) and machine.language in _ORDERED:
            return _assign_member(machine, node.target, node.value)
        value = machine.value(node.value)
    else:
        held = machine.value(node.target)
        right = machine.value(node.value)
        if is_accessed(machine, node.target, operator, right):
            return right
        value = _counted(machine, _augmented(machine, held, operator.removesuffix("="), right))
    if machine.language == "vbscript" and not node.is_set:
        value = plain(machine, value)
    if not machine.is_leaving:
        write(machine, node.target, value)
    return value


def _assign_item(machine: Machine, target: Index, operator: str, node: Node) -> Value:
    """Assign to an item, whose object and keys are evaluated before the value is, and once."""
    subject = machine.value(target.subject)
    keys = [machine.value(each.value if isinstance(each, Argument) else each) for each in target.arguments]
    if operator in ("=", ":="):
        value = machine.value(node)
    else:
        held = get_item(machine, subject, keys, target.start)
        name = operator.removesuffix("=")
        is_lazy = operator in _LAZY_ASSIGNMENTS
        value = _lazily(machine, held, name, node) if is_lazy else _augmented(machine, held, name, machine.value(node))
    if not machine.is_leaving:
        write_item(machine, target, subject, keys, _counted(machine, value))
    return value


def _assign_member(machine: Machine, target: Member, node: Node) -> Value:
    """Assign to a member, whose object is evaluated before the value is."""
    subject = subject_of(machine, target)
    value = machine.value(node)
    if not machine.is_leaving:
        write_member(machine, target, subject, value)
    return value


def _augmented(machine: Machine, held: Value, name: str, right: Value) -> Value:
    """Return the value that ``+=`` and its like assign; a delegate takes up another function."""
    if name == "+" and right.__class__ in (Closure, Several):
        return Several(
            (*(held.parts if held.__class__ is Several else (held,) if held.__class__ is Closure else ()), right)
        )
    if name == "-" and held.__class__ in (Closure, Several):
        return _without(held, right)
    made = overloaded(machine, held, name, right)
    return binary(held, name, right, machine.language) if made is ABSENT else made


def _without(held: Value, function: Value) -> Value:
    """Return a delegate without the last one of its functions that is another one."""
    parts = [*(held.parts if held.__class__ is Several else (held,))]
    for at in reversed(range(len(parts))):
        each = parts[at]
        is_method = each.__class__ is Closure and function.__class__ is Closure
        if each == function or (is_method and each.function is function.function and each.this is function.this):
            del parts[at]
            break
    return Several(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None


def _conditional(machine: Machine, node: Conditional) -> Value:
    from webshellhunt.analysis.execution.narrowing import narrow

    truth = truth_of(machine.value(node.test), machine.language)
    if truth is not None:
        return machine.value(node.yes if truth else node.no)
    values: list[Value] = []

    def branch(each: Node, *, holds: bool) -> Ending:
        narrow(machine, node.test, holds=holds)
        values.append(machine.value(each))
        return machine.thrown()

    machine.fork([partial(branch, node.yes, holds=True), partial(branch, node.no, holds=False)])
    return choice(values) if values else UNKNOWN


def _cast(machine: Machine, node: Cast) -> Value:
    value = machine.value(node.operand)
    name = node.type.name.rpartition(".")[2].lower()
    if node.type.rank:
        return value
    value = converted_by_class(machine, value, node.type)
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
    if answer is not False:
        bind(machine, node.pattern, value, Literal(node.start, node.start, None, "null"))
    return BOOLEAN if answer is None else answer


def _switch(machine: Machine, node: Switch) -> Value:
    subject = machine.value(node.subject)
    values: list[Value] = []

    def arm(number: int) -> Ending:
        case = node.cases[number]
        for pattern in case.patterns:
            bind(machine, pattern, subject, node.subject)
        values.extend(machine.value(each) for each in case.body.statements)
        return machine.thrown()

    runs = []
    for number, case in enumerate(node.cases):
        answer = case_matches(machine, node.subject, subject, number, node) if case.patterns else True
        if answer is not False:
            runs.append(partial(arm, number))
        if answer is True:
            break
    if len(runs) == 1:
        machine.leave(runs[0]())
    elif runs:
        machine.leave(machine.fork(runs))
    return choice(values) if values else UNKNOWN


def _jump(machine: Machine, node: Jump) -> Value:
    machine.leave(machine.throw(machine.value(node.value)))
    return UNKNOWN


def _call(machine: Machine, node: Call) -> Value:
    value = evaluate_call(machine, node)
    return value.value if value.__class__ is Reference else value


def _unparsed(machine: Machine, node: Unparsed) -> Value:
    return derived([machine.value(each) for each in node.found])


def _type(machine: Machine, node: TypeName) -> Value:
    return Opaque("type", tuple(node.name.lower().split(".")))


EXPRESSIONS: dict[type[Node], Callable[..., Value]] = {
    Literal: _literal,
    Name: _name,
    Member: _member,
    Call: _call,
    Index: _index,
    New: evaluate_new,
    Items: _items,
    Entries: _entries,
    Unary: _unary,
    Binary: _binary,
    Assign: _assign,
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
