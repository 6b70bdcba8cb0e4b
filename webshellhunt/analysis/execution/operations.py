"""Operations: the values of operators, with as much work counted as their texts need."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.calling.conversion_operators import as_condition, as_text, overloaded, overloaded_one
from webshellhunt.analysis.calling.objects import get_member, plain
from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.conversions import key_of, truth_of
from webshellhunt.analysis.domain.joining import choice, join
from webshellhunt.analysis.domain.operators import LAZY, binary, unary
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    NUMBER,
    UNKNOWN,
    Choice,
    Closure,
    Method,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    is_known,
)
from webshellhunt.analysis.execution.conditions.narrowing import narrow
from webshellhunt.analysis.execution.exceptions import division_by_zero, result_overflows
from webshellhunt.analysis.execution.failures import division_fails, fail
from webshellhunt.analysis.execution.members import subject_of
from webshellhunt.analysis.execution.names import is_never_assigned, read
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.execution.visual_basic import referred
from webshellhunt.analysis.jscript.objects import (
    has_member,
    number_by_plus,
    operand_of,
    primitive_of,
    remove,
    type_word,
)
from webshellhunt.analysis.library.dotnet.ranges import from_end, range_of
from webshellhunt.analysis.machine.endings import Ending
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Binary, Index, Member, Name, Node, Unary, Unparsed

_PASSING = frozenset({"await", "ref", "in", "out", "+"})
"""Operators whose value is that of their operand."""
_PLACING = frozenset({"^", ".."})
"""Operators of C# for places in a collection."""
_MANY = 8
"""Operands or items of an expression that may all be known."""

_STRICT = frozenset({"===", "!=="})
_EQUALITY = _STRICT | {"==", "!="}
_OBJECTS = frozenset({Thing, Closure})
_PARTS_OF_STEP = 2
"""Parts of a text that are joined in the time of one step."""


def _operand(machine: Machine, node: Node) -> Value:
    """Return the value of an operand: a variable of VBScript that the page never assigns is empty."""
    value = machine.value(node)
    if machine.language != "vbscript" or value.__class__ is not Opaque or not isinstance(node, Name):
        return value
    is_variable = not value.type and value.path == (node.text.lower(),) and is_never_assigned(value.path[0])
    return EMPTY if is_variable and machine.is_whole else value


def _as_a_whole(machine: Machine, node: Binary) -> Value:
    """Return the value of a row of operands with a gap that no rule fits, or of many known ones; `ABSENT` of others."""
    if node.operators[0] == "..":
        return range_of(*map(machine.value, node.operands[:2]))
    if any(each.__class__ is Unparsed for each in node.operands):
        return derived([_operand(machine, each) for each in node.operands])
    if len(node.operands) > _MANY and machine.exact is not None:
        return machine.exact.value(machine, node)
    return ABSENT


def evaluate_binary(machine: Machine, node: Binary) -> Value:
    """Return the value of operands in a row."""
    operands, language = node.operands, machine.language
    known = _as_a_whole(machine, node)
    if known is not ABSENT:
        return known
    value = _operand(machine, operands[0])
    for at, (name, operand) in enumerate(zip(node.operators, operands[1:], strict=True), 1):
        if name in LAZY:
            value = lazily(machine, value, name, operand, operands[:at])
        elif language == "jscript":
            value = _by_script(machine, value, name, machine.value(operand), node.start)
        else:
            right = _operand(machine, operand)
            if name != "is":
                value, right = plain(machine, value), plain(machine, right)
            if division_fails(machine, name, right):
                return fail(machine, 11, kind="dividebyzeroexception")
            if division_by_zero(machine, value, name, right):
                return UNKNOWN
            made = overloaded(machine, value, name, right)
            if made is ABSENT and name in ("+", "&"):
                value, right = as_text(machine, value), as_text(machine, right)
            value = binary(value, name, right, language) if made is ABSENT else made
    return UNKNOWN if result_overflows(machine, node, value) else with_work(machine, value)


def _by_script(machine: Machine, left: Value, name: str, right: Value, token: int) -> Value:
    """Return the result of an operator of JScript, for which objects become texts or numbers."""
    if name == "in":
        return has_member(left, right)
    if name in _EQUALITY:
        are_objects = left.__class__ in _OBJECTS, right.__class__ in _OBJECTS
        if name in _STRICT and are_objects[0] is not are_objects[1] and (is_known(left) or is_known(right)):
            return name == "!=="
        if all(are_objects) or name in _STRICT or any(each is None or each is EMPTY for each in (left, right)):
            return binary(left, name, right, machine.language)
    return binary(operand_of(machine, left, token), name, operand_of(machine, right, token), machine.language)


def with_work(machine: Machine, value: Value) -> Value:
    """Count the work that a joined text makes, and return it."""
    if value.__class__ is Text:
        machine.spend(len(value.parts) // _PARTS_OF_STEP)
    return value


def lazily(machine: Machine, left: Value, name: str, operand: Node, before: Sequence[Node] = ()) -> Value:
    """Return the result of an operator that looks at its right operand only where that matters.

    ``before`` are the conditions on its left, which decide whether it does.
    """
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
    right = _possibly(machine, operand, before, holds=not decides)
    if machine.language != "jscript":
        return decides if truth_of(right, machine.language) is decides else BOOLEAN
    return join("" if not decides and left.__class__ in (Tainted, Text) else left, right)  # a text is false if empty


def _possibly(machine: Machine, node: Node, before: Sequence[Node] = (), *, holds: bool = True) -> Value:
    """Return the value of an expression that may not be looked at: its effects are possible ones."""
    values: list[Value] = []

    def run() -> Ending:
        for each in before:
            narrow(machine, each, holds=holds)
        values.append(machine.value(node))
        return machine.control.thrown()

    machine.control.fork([lambda: None, run])
    return values[0] if values else UNKNOWN


def _address_of(machine: Machine, node: Node) -> Value:
    """Return the function that ``AddressOf`` names, as a value."""
    return referred(machine, _function_named(machine, node))


def _function_named(machine: Machine, node: Node) -> Value:
    if isinstance(node, Name):
        return read(machine, node.text, node.start)
    if not isinstance(node, Member):
        return UNKNOWN
    subject = subject_of(machine, node)
    value = get_member(machine, subject, node.name, node.end - 1)
    return Method(subject, node.name) if value.__class__ is Opaque else value


def condition(machine: Machine, node: Node) -> bool | None:
    """Return whether a condition holds, ``None`` where that is not known; a class may have an operator for it."""
    return truth_of(as_condition(machine, machine.value(node)), machine.language)


def evaluate_unary(machine: Machine, node: Unary) -> Value:
    """Return the value of an operator with one operand."""
    name = node.operator
    if name in _OF_NODES:
        return _OF_NODES[name](machine, node.operand)
    value = machine.value(node.operand)
    if name in _PLACING:
        return from_end(value) if name == "^" else range_of(EMPTY, value)
    made = overloaded_one(machine, name, value)
    if name in ("++", "--"):
        return _stepped(machine, node, value, made)
    if made is not ABSENT:
        return made
    if name == "+" and machine.language == "jscript":
        return number_by_plus(primitive_of(machine, value, node.start))
    if name in _PASSING:
        return value
    if name == "typeof":
        return type_word(value)
    if name == "void":
        return EMPTY
    if name == "delete":
        _delete(machine, node.operand)
        return True
    return unary(name, value, machine.language)


def _in_checked(machine: Machine, node: Node) -> Value:
    """Return the value of an expression in which numbers that are too large throw."""
    frame, before = machine.frame, machine.frame.is_checked
    frame.is_checked = True
    value = machine.value(node)
    frame.is_checked = before
    return value


_OF_NODES = {"addressof": _address_of, "checked": _in_checked}
"""Operators that need the expression itself, not its value."""


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
